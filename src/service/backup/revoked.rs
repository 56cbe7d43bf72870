//! What an older copy brings back beside people: sessions and grants that had ended, consents that had been taken back, passwords
//! that had been replaced, accounts that had been stopped. How many sessions ended since nobody knows: all do. The others stand in
//! the vault ([`revocations`]), which is newer, and are done again.

use super::{Check, Failure, SAMPLE};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::password::{Password, Phc};
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{self, Token};
use crate::domain::audit::vocabulary::{RevokedAgain, SessionsEnded};
use crate::domain::audit::{ActorClass, Channel, Context, Draft};
use crate::domain::client::Client;
use crate::domain::ids::{AccountId, ClientId, RecordId};
use crate::domain::time::When;
use crate::service::sessions::{self, Endings, Which};
use crate::service::sharing::{self, Capture};
use crate::service::{done, people};
use crate::store::revocations::{self, BackRow, CLOSED, DIED, PASSWORD, RESTRICTED, SUSPENDED, SharedRow};
use crate::store::{Error, Housekeeping, Write, accounts, grants, restrictions};
use std::sync::Arc;
use uuid::Uuid;

/// Ends every session and every grant of residents, and does again what the vault knows and the data does not. What could not be
/// done is what somebody has to look at.
pub(super) async fn again(app: &App, now: When) -> Result<Vec<Check>, Failure> {
    let signed_out = end_sessions(app, now).await?;
    let said = format!(
        "whoever was signed in signs in anew: {signed_out}; nothing that was given to a service before opens anything"
    );
    let mut checks = vec![Check::fine("sessions", said)];
    let (done, left) = stop_sharing(app, now).await?;
    checks.push(told("sharing", "taken back before and stopped again", done, left));
    let (done, left) = stop_accounts(app, now).await?;
    checks.push(told(
        "accounts",
        "passwords replaced before, and accounts suspended, closed or restricted, done again",
        done,
        left,
    ));
    Ok(checks)
}

fn told(what: &'static str, which: &str, done: usize, left: usize) -> Check {
    if left == 0 {
        return Check::fine(what, format!("{which}: {done}; none is left"));
    }
    let said = format!("{which}: {done}; standing again, and not to be stopped: {left}");
    Check::bad(what, said, "activate the policies that name their service, then run `portreeve restore --check`")
}

/// Somebody whose keys are not here cannot be written about: nothing of hers can be read or used either.
fn passed_over(outcome: Result<bool, Failure>) -> Result<bool, Failure> {
    match outcome {
        Err(Failure::Seal(SealError::NoKey | SealError::Refused) | Failure::Store(Error::Missing)) => Ok(false),
        outcome => outcome,
    }
}

async fn end_sessions(app: &App, now: When) -> Result<usize, Failure> {
    let (mut last, mut ended) = (AccountId(Uuid::nil()), 0);
    loop {
        let people = revocations::open(&mut app.db.peek(), last, SAMPLE).await?;
        for person in &people {
            sign_out(app, *person, now).await?;
        }
        ended += people.len();
        match people.last() {
            Some(person) => last = *person,
            None => return Ok(ended),
        }
    }
}

/// Ends all that somebody has open; her services hear of it, for their sessions may be of after the copy.
async fn sign_out(app: &App, person: AccountId, now: When) -> Result<(), Failure> {
    let endings = Endings::of(app, person, Which::All, tokens::uuid());
    let keys = match people::keys(&mut app.db.peek(), &app.roots, person).await {
        Err(Failure::Seal(SealError::NoKey | SealError::Refused) | Failure::Store(Error::Missing)) => {
            // Without her keys nothing can be written about her.
            let quietly = async |mut w: Write| {
                end(&mut w, person, &endings, now).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            };
            app.db.write(quietly).await?;
            return Ok(());
        }
        keys => keys?,
    };
    let count = endings.now().await?.counted();
    let draft = Draft::new(ActorClass::System, SessionsEnded { why: "restored".to_owned(), count }).about(person);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft.by(Channel::Batch), Some(&keys))?;
    app.db
        .write(async |mut w| {
            end(&mut w, person, &endings, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(())
}

async fn end(w: &mut Write, person: AccountId, endings: &Endings, now: When) -> Result<(), Error> {
    sessions::end_within(w, endings, false, now).await?;
    grants::end_of_account(w, person, now).await?;
    Ok(())
}

async fn stop_sharing(app: &App, now: When) -> Result<(usize, usize), Failure> {
    let (mut last, mut stopped, mut left) = (RecordId(Uuid::nil()), 0, 0);
    loop {
        let rows = revocations::shared_again(&mut app.db.peek(), last, SAMPLE).await?;
        for row in &rows {
            *(if passed_over(stop(app, row, now).await)? { &mut stopped } else { &mut left }) += 1;
        }
        match rows.last() {
            Some(row) => last = row.record_id,
            None => return Ok((stopped, left)),
        }
    }
}

async fn stop(app: &App, row: &SharedRow, now: When) -> Result<bool, Failure> {
    let Some(client) = ClientId::parse(&row.client_id) else { return Ok(false) };
    let (capture, context, purpose) = (Capture::by_system(), Context::default(), row.purpose.as_str());
    if row.consent {
        let taken_back = sharing::withdraw(app, row.person, (&client, purpose), &capture, context, now).await?;
        return Ok(taken_back.is_some());
    }
    let known: Option<Arc<Client>> = app.snapshot().client(&client).cloned();
    let Some(client) = known else { return Ok(false) };
    // Her grounds are lost with the copy; that she objected is not.
    let paused = sharing::object(app, row.person, (&client, purpose), "", &capture, context, now).await?;
    Ok(paused.is_some())
}

async fn stop_accounts(app: &App, now: When) -> Result<(usize, usize), Failure> {
    let (mut last, mut stopped, mut left, mut nobodys) = ((AccountId(Uuid::nil()), String::new()), 0, 0, None);
    loop {
        let rows = revocations::back(&mut app.db.peek(), (last.0, &last.1), SAMPLE).await?;
        for row in &rows {
            let unknown = match &nobodys {
                Some(unknown) => unknown,
                // One is enough: nobody knows it.
                None => &*nobodys.insert(unknown(app).await?),
            };
            *(if passed_over(stop_one(app, row, unknown, now).await)? { &mut stopped } else { &mut left }) += 1;
        }
        match rows.last() {
            Some(row) => last = (row.person, row.what.clone()),
            None => return Ok((stopped, left)),
        }
    }
}

/// The hash of a password that nobody knows: whoever has it sets another one by the way of those who forgot theirs.
async fn unknown(app: &App) -> Result<Phc, Failure> {
    let drawn = Password::attempt(Token::random().as_str()).map_err(|_| Failure::Store(Error::Missing))?;
    Ok(app.hasher.hash(drawn).await?)
}

async fn stop_one(app: &App, row: &BackRow, unknown: &Phc, now: When) -> Result<bool, Failure> {
    let (person, at) = (row.person, row.revoked_at);
    let keys = people::keys(&mut app.db.peek(), &app.roots, person).await?;
    let draft = Draft::new(ActorClass::System, RevokedAgain { what: row.what.clone(), of: at.to_string() });
    let draft = draft.about(person).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let version = accounts::credential(&mut app.db.peek(), person).await?.map_or(0, |credential| credential.version);
    let stopped = app
        .db
        .write(async |mut w| {
            let stopped = match row.what.as_str() {
                PASSWORD => accounts::replace_credential(&mut w, person, version, unknown.as_str(), now).await?,
                RESTRICTED => restrictions::begin(&mut w, person, at).await?,
                SUSPENDED => accounts::suspend(&mut w, person, at).await?,
                CLOSED => accounts::close(&mut w, person, at).await?,
                DIED => accounts::note_death(&mut w, person, "frozen", at).await?,
                _ => false,
            };
            if !stopped {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    done(stopped)
}
