//! What a person is shown of her own sharing: who gets what, on which basis, since when, what happened, and what she can do
//! about it.

use super::objections::due;
use crate::app::App;
use crate::domain::audit::Basis;
use crate::domain::claims::ClaimSet;
use crate::domain::client::{Client, Words};
use crate::domain::ids::{AccountId, ClientId, RecordId};
use crate::domain::sharing::spoken::Choice;
use crate::domain::sharing::{Explained, NoticeRef, Reason, Record, Share, Standing, Tell, explain, lasts_until};
use crate::domain::time::When;
use crate::service::{Failure, guesses, records};
use crate::store::sharing;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most lines of a history that are shown.
const LINES: usize = 100;

/// What she can do about a sharing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Can {
    /// Take her consent back.
    Stop,
    /// Say yes or no.
    Say,
    /// Object (UK GDPR Art 21(1)).
    Object,
    /// Wait: her objection is answered by then.
    Wait(When),
    /// Let it begin again, after an objection that was upheld.
    Allow,
    /// Nothing here: its basis leaves no choice, or there is nothing to choose.
    Nothing,
}

impl Can {
    /// What an officer may write down for her: what she can do herself, and nothing more.
    #[must_use]
    pub const fn choices(self) -> &'static [Choice] {
        match self {
            Self::Stop => &[Choice::Stop, Choice::Yes],
            Self::Say => &[Choice::Yes, Choice::No],
            Self::Object => &[Choice::Object],
            Self::Wait(_) => &[Choice::TakeBack],
            Self::Allow => &[Choice::Allow],
            Self::Nothing => &[],
        }
    }
}

/// One purpose of one service, and how she stands to it.
#[derive(Debug, Clone)]
pub struct Mine {
    /// The service.
    pub client_id: ClientId,
    /// The service as the policies in force have it; none if it has left.
    pub client: Option<Arc<Client>>,
    /// The purpose.
    pub purpose: String,
    /// Our basis.
    pub basis: Basis,
    /// The power behind it.
    pub power: Option<String>,
    /// What goes out for it, or would.
    pub claims: ClaimSet,
    /// The record it goes out under, or why it does not.
    pub outcome: Result<RecordId, Reason>,
    /// Since when it stands.
    pub since: Option<When>,
    /// Until when it stands, if that is known.
    pub until: Option<When>,
    /// The notice in force, or the one she saw last.
    pub notice: NoticeRef,
    /// How long the recipient keeps it.
    pub retention: Option<Words>,
    /// What she can do.
    pub can: Can,
}

/// Everything about every service that she was told or asked about, by service.
pub async fn all(app: &App, account: AccountId, now: When) -> Result<Vec<Mine>, Failure> {
    let rows = sharing::standings(&mut app.db.peek(), account).await?;
    let kept_only = records::restricted(&rows);
    let standings = records::standings(rows)?;
    let snapshot = app.snapshot();
    let zone = &snapshot.policy.controller.time_zone;
    let clients: BTreeSet<&ClientId> = standings.iter().map(|standing| &standing.client).collect();
    let mut found = Vec::new();
    for id in clients {
        let client = snapshot.client(id);
        if let Some(client) = client {
            let lines = records::knowing(&snapshot, (now, kept_only), |facts| explain(client, &standings, facts));
            for share in &client.shares {
                let lines: Vec<&Explained<'_>> = lines.iter().filter(|line| line.share == share).collect();
                found.extend(of_share(client, share, &lines, |since| due(since, zone)));
            }
        }
        let shared = |standing: &&Standing| {
            client.is_some_and(|client| client.shares.iter().any(|share| share.purpose == standing.purpose))
        };
        let rest = standings.iter().filter(|standing| standing.client == *id && !shared(standing));
        found.extend(rest.map(|standing| over(client, standing)));
    }
    Ok(found)
}

fn of_share(client: &Arc<Client>, share: &Share, lines: &[&Explained<'_>], due: impl Fn(When) -> When) -> Option<Mine> {
    let record = lines.iter().find_map(|line| line.outcome.ok());
    let reason = lines.iter().find_map(|line| line.outcome.err());
    let outcome = match (record, reason) {
        (Some(record), _) => Ok(record),
        (None, Some(reason)) => Err(reason),
        (None, None) => return None,
    };
    // Nothing was ever said to her of it, and nothing goes out: she is told before anything does.
    if outcome == Err(Reason::NotTold) {
        return None;
    }
    let notice = lines.first()?.notice.clone();
    let standing = lines.iter().find_map(|line| line.standing);
    let goes = lines.iter().filter(|line| outcome.is_err() || line.outcome.is_ok()).map(|line| line.claim).collect();
    let since = standing.and_then(|standing| standing.since);
    let ends = |since| match standing.and_then(|standing| standing.expires_at) {
        Some(end) => lasts_until(share, since).min(end),
        None => lasts_until(share, since),
    };
    Some(Mine {
        client_id: client.id.clone(),
        client: Some(Arc::clone(client)),
        purpose: share.purpose.clone(),
        basis: share.basis,
        power: share.power.clone(),
        claims: goes,
        outcome,
        since: since.filter(|_| outcome.is_ok()),
        until: since.filter(|_| share.basis == Basis::Consent && outcome.is_ok()).map(ends),
        notice,
        retention: Some(share.recipient_retention.clone()),
        can: can(share.basis, outcome, standing, due),
    })
}

fn can(
    basis: Basis,
    outcome: Result<RecordId, Reason>,
    standing: Option<&Standing>,
    due: impl Fn(When) -> When,
) -> Can {
    match (basis, outcome) {
        (Basis::Consent, Ok(_)) => Can::Stop,
        // What stands behind a restriction can be taken back meanwhile (UK GDPR Art 7(3)); what needs no word of hers waits.
        (Basis::Consent, Err(Reason::Restricted)) if standing.is_some_and(|standing| standing.record.is_some()) => {
            Can::Stop
        }
        (Basis::Consent | Basis::PublicTask, Err(Reason::Restricted)) => Can::Nothing,
        (Basis::Consent, Err(_)) => Can::Say,
        (Basis::PublicTask, Ok(_)) => Can::Object,
        (Basis::PublicTask, Err(Reason::Objected)) => match standing.and_then(|standing| standing.paused) {
            Some((since, _)) => Can::Wait(due(since)),
            None => Can::Nothing,
        },
        (Basis::PublicTask, Err(Reason::ObjectionUpheld)) => Can::Allow,
        _ => Can::Nothing,
    }
}

/// What no share of the service covers any more.
fn over(client: Option<&Arc<Client>>, standing: &Standing) -> Mine {
    Mine {
        client_id: standing.client.clone(),
        client: client.cloned(),
        purpose: standing.purpose.clone(),
        basis: standing.basis,
        power: None,
        claims: standing.claims,
        outcome: Err(Reason::NoShare),
        since: None,
        until: None,
        notice: standing.notice.clone(),
        retention: None,
        can: Can::Nothing,
    }
}

/// One of them with its history, the newest line first; none if it is none of hers.
pub async fn one(
    app: &App,
    account: AccountId,
    (client, purpose): (&str, &str),
    now: When,
) -> Result<Option<(Mine, Vec<Record>)>, Failure> {
    let all = all(app, account, now).await?;
    let Some(mine) = all.into_iter().find(|mine| mine.client_id.as_str() == client && mine.purpose == purpose) else {
        return Ok(None);
    };
    let history = records::history(sharing::of_account(&mut app.db.peek(), account).await?)?;
    let mut lines: Vec<Record> =
        history.into_iter().filter(|line| line.client == mine.client_id && line.purpose == purpose).collect();
    lines.reverse();
    lines.truncate(LINES);
    Ok(Some((mine, lines)))
}

/// What she is asked or told in her account about one purpose: all that its share covers, under the notice in force.
#[must_use]
pub fn all_of(app: &App, client: &Client, purpose: &str, now: When) -> Option<Tell> {
    let share = client.shares.iter().find(|share| share.purpose == purpose)?;
    Some(Tell {
        purpose: share.purpose.clone(),
        basis: share.basis,
        notice: app.snapshot().policy.edition_at(&share.notice, now),
        claims: share.claims,
        required: share.required,
    })
}

/// Counts that she lets a service have something: says yes, allows it again, takes an objection back, in her account. Until when it is
/// not taken, if she did so too often in a day. To stop and to object is not counted (UK GDPR Art 7(3), 21).
pub async fn too_often(app: &App, account: AccountId, now: When) -> Result<Option<When>, Failure> {
    guesses::too_often(app, "sharing", account, now).await
}
