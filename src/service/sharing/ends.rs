//! What the clock and the policies end. The claims stop by themselves, for every release looks at clock and notice; here the
//! ledger comes to say so, and the services are told.

use super::choices::{Recording, the};
use super::{Capture, Wanted, add, names};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::EventSeed;
use crate::domain::audit::vocabulary::{ConsentExpired, ConsentReminded, ConsentSuperseded};
use crate::domain::audit::{ActorClass, Basis, Channel, Context, Draft};
use crate::domain::client::{Client, Lang};
use crate::domain::ids::{AccountId, RecordId};
use crate::domain::retention::Period;
use crate::domain::sharing::{NoticeRef, RecordState, Standing, lasts_until};
use crate::domain::time::When;
use crate::service::{Failure, people, post, records};
use crate::store::{Error, outbox, sharing};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// How long before its end she is reminded of a consent, in months.
const REMINDED_BEFORE: u16 = 2;

/// Writes the lines of consents that ran out, and of those whose notice changed in substance; at most `limit` of each. Gives
/// how many were written.
pub async fn expire(app: &App, now: When, limit: i64) -> Result<usize, Failure> {
    let mut written = 0;
    for (account, row) in sharing::run_out(&mut app.db.peek(), now, limit).await? {
        for standing in records::standings(vec![row])? {
            written += usize::from(passed_over(end(app, account, &standing, None, now).await)?);
        }
    }
    let snapshot = app.snapshot();
    let consents = |client: &Arc<Client>| {
        let shares = client.shares.iter().filter(|share| share.basis == Basis::Consent);
        shares.map(|share| (client.id.clone(), share.clone())).collect::<Vec<_>>()
    };
    for (client, share) in snapshot.clients().flat_map(consents) {
        let (client, purpose) = (client.as_str(), share.purpose.as_str());
        let present = records::knowing(&snapshot, (now, false), |facts| (facts.holds)(&share.notice));
        for told in sharing::notices(&mut app.db.peek(), client, purpose).await? {
            let same = NoticeRef::parse(&told)
                .is_some_and(|told| records::knowing(&snapshot, (now, false), |facts| (facts.same)(&told, &present)));
            if same {
                continue;
            }
            for (account, row) in sharing::under_notice(&mut app.db.peek(), (client, purpose, &told), limit).await? {
                for standing in records::standings(vec![row])? {
                    let ended = end(app, account, &standing, Some(&present), now).await;
                    written += usize::from(passed_over(ended)?);
                }
            }
        }
    }
    Ok(written)
}

/// One who cannot be written about does not keep the others from theirs: her keys are destroyed, or her account is gone.
fn passed_over(outcome: Result<bool, Failure>) -> Result<bool, Failure> {
    match outcome {
        Err(Failure::Seal(SealError::NoKey) | Failure::Store(Error::Missing)) => Ok(false),
        outcome => outcome,
    }
}

async fn end(
    app: &App,
    account: AccountId,
    standing: &Standing,
    present: Option<&NoticeRef>,
    now: When,
) -> Result<bool, Failure> {
    let Some(ends) = standing.record else { return Ok(false) };
    let state = if present.is_some() { RecordState::Superseded } else { RecordState::Expired };
    let wanted = Wanted {
        client: &standing.client,
        purpose: &standing.purpose,
        basis: standing.basis,
        state,
        notice: None,
        claims: None,
        expires_at: None,
        reason: Some(if present.is_some() { "notice_changed" } else { "ran_out" }),
        ends: None,
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await?;
    let capture = Capture::by_system();
    let recording = Recording { capture: &capture, context: &Context::default(), keys: &keys };
    let added = match present {
        Some(present) => {
            add(app, account, &[wanted], (&capture, false), now, |snapshot, seed, lines| {
                let line = the(lines)?;
                let (record, claims, present) = (line.id, names(line.claims), present.to_string());
                let draft = recording.draft(ConsentSuperseded { record, ends, claims, present }, line);
                Ok(snapshot.recorder.seal(seed, &draft, Some(&keys))?)
            })
            .await?
        }
        None => {
            add(app, account, &[wanted], (&capture, false), now, |snapshot, seed, lines| {
                let line = the(lines)?;
                let payload = ConsentExpired { record: line.id, ends, claims: names(line.claims) };
                let draft = recording.draft(payload, line);
                Ok(snapshot.recorder.seal(seed, &draft, Some(&keys))?)
            })
            .await?
        }
    };
    Ok(added.is_some())
}

/// Makes the letter that reminds: of the service, in the language the consent was asked in, with the day it ends.
pub type Compose<'a> = &'a (dyn Fn(&Client, Lang, When) -> post::Text + Sync);

/// Writes to those whose consent will run out within two months, once. Gives how many were written to.
pub async fn remind(app: &App, compose: Compose<'_>, now: When, limit: i64) -> Result<usize, Failure> {
    let before = Period::months(REMINDED_BEFORE).unwrap_or_else(|_| Period::zero());
    let (soon, since) = (before.after(now, &TimeZone::UTC), before.before(now, &TimeZone::UTC));
    let mut written = 0;
    let snapshot = app.snapshot();
    for (account, row) in sharing::running_out(&mut app.db.peek(), (now, soon, since), limit).await? {
        for standing in records::standings(vec![row])? {
            let Some(client) = snapshot.client(&standing.client) else { continue };
            let share = client.shares.iter().find(|share| share.purpose == standing.purpose);
            let (Some(share), Some(record), Some(since)) = (share, standing.record, standing.since) else { continue };
            let until = standing.expires_at.unwrap_or_else(|| lasts_until(share, since));
            let reminded = reminded(app, account, (client, &standing, record, until), compose, now).await;
            written += usize::from(passed_over(reminded)?);
        }
    }
    Ok(written)
}

async fn reminded(
    app: &App,
    account: AccountId,
    (client, standing, record, until): (&Client, &Standing, RecordId, When),
    compose: Compose<'_>,
    now: When,
) -> Result<bool, Failure> {
    let mut read = app.db.read().await?;
    let keys = people::keys(&mut read, &app.roots, account).await?;
    let to = people::written_to(&mut read, &keys).await?;
    let lang = sharing::language(&mut read, record).await?;
    drop(read);
    let lang = lang.as_deref().and_then(Lang::parse).unwrap_or_default();
    let letter =
        to.map(|to| post::letter(&app.roots, Some(account), &to, &compose(client, lang, until))).transpose()?;
    let payload = ConsentReminded { record, until: until.to_string() };
    let draft = Draft::new(ActorClass::System, payload)
        .about(account)
        .at(&client.id)
        .purpose(&standing.purpose, standing.basis)
        .by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let written = app
        .db
        .write(async |mut w| {
            sharing::reminded(&mut w, account, (client.id.as_str(), &standing.purpose), standing.version, now)?;
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match written {
        Ok(_) => Ok(true),
        Err(Error::GivenUp) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
