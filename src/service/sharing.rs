//! What a resident is told, decides, takes back and objects to; and what the clock and the policies do to it. Each deed
//! adds lines to the ledger and changes what they come to in one write, with its event.
//!
//! ```text
//! read standings ──> may it follow? ──> line, standing, event ──> one write: standing still at the version read?
//!       ^                                                              │ no: nothing happened
//!       └──────────────────────────────────────────────────────────────┘
//! ```

mod answers;
mod choices;
mod ends;
mod objections;
pub mod own;
mod receipts;
mod why;

pub use crate::domain::sharing::objection::{Answered, Decision};
pub use answers::{Decided, Judge, Ruling, Told, council_grounds, decide_objection, grounds};
pub use choices::{decide, import, tell, withdraw};
pub use ends::{Compose, expire, remind};
pub use objections::{LONGEST, Pending, find, object, pending, take_back, waits};
pub use receipts::{Shape, about as about_line, receipt};
pub use why::{Line, why};

use super::signals::{self, Prepared};
use super::{Failure, records};
use crate::app::{App, Snapshot};
use crate::crypto::record::EventSeed;
use crate::crypto::tokens;
use crate::domain::audit::Basis;
use crate::domain::claims::ClaimSet;
use crate::domain::client::Lang;
use crate::domain::ids::{AccountId, ClientId, RecordId};
use crate::domain::sharing::spoken::Spoken;
use crate::domain::sharing::{
    AgeBand, Decider, How, Method, NoticeRef, Record, RecordState, Standing, Way, may_follow,
};
use crate::domain::signal::Kind;
use crate::domain::staff::Officer;
use crate::domain::time::When;
use crate::store::outbox::NewMessage;
use crate::store::{Error, Events, Write, lapses, outbox, revocations, sharing};

/// How often a deed begins anew because another line came between.
const TRIES: usize = 8;

/// How what she says is captured.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The way.
    pub channel: Way,
    /// What she does to say so.
    pub method: Method,
    /// Page loads and actions it takes her.
    pub steps: Option<i64>,
    /// The language of the words shown or read to her.
    pub lang: Lang,
    /// SHA-256 of the page as rendered to her, in hex.
    pub page: Option<String>,
    /// Who decides.
    pub actor: Decider,
    /// A pseudonym of who that is, where it is not she.
    pub actor_ref: Option<String>,
    /// On what authority.
    pub authority: Option<String>,
    /// Her age band with the version of the rule, where consent is the basis.
    pub age: Option<(AgeBand, String)>,
    /// The officer who wrote it down, where she did not do it on our pages.
    pub assisted: Option<Assisted>,
}

/// What an officer wrote down for somebody.
#[derive(Debug, Clone)]
pub struct Assisted {
    /// Who.
    pub officer: Officer,
    /// The reason's code.
    pub reason: String,
    /// The case.
    pub case: Option<String>,
    /// How it was said, by whom, and how it is known who it was.
    pub spoken: Spoken,
    /// The digest of what was read to her, or of what the paper says.
    pub read: String,
    /// id@version of the notice that a paper names.
    pub edition: Option<String>,
    /// What she is written of it.
    pub letter: Option<NewMessage>,
}

impl Capture {
    /// Herself, on a page of ours: on a machine of her own, or at a kiosk.
    #[must_use]
    pub const fn on_page(lang: Lang, method: Method, steps: i64, page: Option<String>) -> Self {
        Self {
            channel: Way::Web,
            method,
            steps: Some(steps),
            lang,
            page,
            actor: Decider::Resident,
            actor_ref: None,
            authority: None,
            age: None,
            assisted: None,
        }
    }

    /// The clock, or a change of policy.
    #[must_use]
    pub const fn by_system() -> Self {
        Self {
            channel: Way::Import,
            method: Method::Import,
            steps: None,
            lang: Lang::En,
            page: None,
            actor: Decider::System,
            actor_ref: None,
            authority: None,
            age: None,
            assisted: None,
        }
    }
}

/// A line that is to be added.
#[derive(Debug, Clone)]
struct Wanted<'a> {
    client: &'a ClientId,
    purpose: &'a str,
    basis: Basis,
    state: RecordState,
    /// The notice it is told or asked under; that of the line before if it names none.
    notice: Option<&'a NoticeRef>,
    /// The claims it covers; those that stood if it names none.
    claims: Option<ClaimSet>,
    expires_at: Option<When>,
    reason: Option<&'a str>,
    /// The objection that it ends: no other one, and none that was ended already.
    ends: Option<RecordId>,
}

/// Who says so, how, and what is written to her of it in the same write.
#[derive(Clone, Copy)]
struct Said<'a> {
    capture: &'a Capture,
    /// She asks for it herself in her account, not at the door.
    herself: bool,
    letter: Option<&'a NewMessage>,
}

impl<'a> From<(&'a Capture, bool)> for Said<'a> {
    fn from((capture, herself): (&'a Capture, bool)) -> Self {
        Self { capture, herself, letter: capture.assisted.as_ref().and_then(|assisted| assisted.letter.as_ref()) }
    }
}

/// What a deed changed at a service: what the service has to be told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The service.
    pub client: ClientId,
    /// The purpose.
    pub purpose: String,
    /// The basis.
    pub basis: Basis,
    /// What happened.
    pub state: RecordState,
    /// The claims that it took away, or gave.
    pub claims: ClaimSet,
    /// The line that says so.
    pub record: RecordId,
    /// When.
    pub at: When,
}

/// What the service is told of a line behind what stood. What ends or pauses a use that it made of her claims, and what lets it
/// go on; not that she was told or said yes, for then it gets them.
fn kind(before: Option<&Standing>, state: RecordState, basis: Basis) -> Option<Kind> {
    match state {
        RecordState::Objected => Some(Kind::SharingPaused),
        // The pause that she asked for stands, and was told: a signal says what happened, and nothing stops now.
        RecordState::ObjectionUpheld => None,
        // What never stood, or ended meanwhile, does not go on.
        RecordState::ObjectionRejected | RecordState::ObjectionWithdrawn => {
            before.and_then(|before| before.record).map(|_| Kind::SharingResumed)
        }
        _ if state.stops() => before.and_then(|before| before.record).map(|_| Kind::ConsentWithdrawn),
        // An objection held the service back "until you hear more": she asks for it herself now.
        _ if before.is_some_and(|before| before.state == RecordState::ObjectionUpheld) && state.authorises(basis) => {
            Some(Kind::SharingResumed)
        }
        _ => None,
    }
}

/// Here the services are told, in the write of every deed: once for each purpose that ended, was paused or goes on.
async fn after_change(w: &mut Write, told: &Prepared, now: When) -> Result<(), Error> {
    signals::queue(w, told, now).await
}

/// What somebody said against what stood is kept where an older copy of the data does not undo it. What the clock and the notices
/// end is found again by them.
fn remember(w: &mut Write, account: AccountId, line: &Record, stood: RecordId) -> Result<(), Error> {
    match line.state {
        RecordState::Withdrawn | RecordState::Refused | RecordState::Invalidated => {
            revocations::withdrawn(w, account, stood, line.at)
        }
        RecordState::Objected | RecordState::ObjectionUpheld => revocations::objected(w, account, stood, line.at),
        RecordState::ObjectionRejected | RecordState::ObjectionWithdrawn => revocations::no_longer_objected(w, stood),
        _ => Ok(()),
    }
}

/// Adds lines in one write with what records them, which is made anew for each try. `None` if one of them may not follow
/// what stands: another deed was faster, and whoever asks looks again.
async fn add<E: Events + Clone + Sync>(
    app: &App,
    account: AccountId,
    wanted: &[Wanted<'_>],
    said: impl Into<Said<'_>>,
    now: When,
    event: impl Fn(&Snapshot, EventSeed, &[Record]) -> Result<E, Failure>,
) -> Result<Option<Vec<Change>>, Failure> {
    let snapshot = app.snapshot();
    let Said { capture, herself, letter } = said.into();
    for _ in 0..TRIES {
        let before = records::standings(sharing::standings(&mut app.db.peek(), account).await?)?;
        let seed = EventSeed::draw(now);
        let mut lines = Vec::with_capacity(wanted.len());
        let mut changes = Vec::with_capacity(wanted.len());
        let mut kinds = Vec::with_capacity(wanted.len());
        for want in wanted {
            let found =
                before.iter().find(|standing| standing.purpose == want.purpose && standing.client == *want.client);
            let waits = found.and_then(|found| found.paused).map(|(_, objection)| objection);
            if !may_follow(found, want.state, herself, now) || (want.ends.is_some() && want.ends != waits) {
                return Ok(None);
            }
            let record = line(&snapshot, want, found, (capture, &seed), now)?;
            let after = Standing::after(found, &record);
            kinds.push(kind(found, record.state, record.basis));
            changes.push(Change {
                client: record.client.clone(),
                purpose: record.purpose.clone(),
                basis: record.basis,
                state: record.state,
                claims: record.claims,
                record: record.id,
                at: record.at,
            });
            lines.push((record, after, found.map_or(0, |found| found.version), found.and_then(|found| found.record)));
        }
        let of_lines: Vec<Record> = lines.iter().map(|(record, ..)| record.clone()).collect();
        let event = event(&snapshot, seed, &of_lines)?;
        let mut told = Vec::new();
        for (change, kind) in changes.iter().zip(kinds) {
            let Some(kind) = kind else { continue };
            let change = signals::sharing(account, kind, &change.client, &change.purpose);
            told.push(signals::prepare(app, &change, now).await?);
        }
        let written = app
            .db
            .write(async |mut w| {
                for (record, after, was, stood) in &lines {
                    let (row, standing) = (records::line_row(record), records::standing_row(after));
                    sharing::append(&mut w, account, &row, &standing, *was)?;
                    if let Some(stood) = *stood {
                        remember(&mut w, account, record, stood)?;
                    }
                }
                for told in &told {
                    after_change(&mut w, told, now).await?;
                }
                if let Some(letter) = letter {
                    outbox::queue(&mut w, letter, now).await?;
                }
                if capture.assisted.is_some() {
                    // Whoever calls or comes by uses the account as much as who signs in.
                    lapses::used(&mut w, account, now).await?;
                }
                w.commit(event.clone(), ()).await
            })
            .await;
        match written {
            Ok(_) => return Ok(Some(changes)),
            // Another line came between, or a service that got to know her.
            Err(Error::GivenUp | Error::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Conflict.into())
}

fn line(
    snapshot: &Snapshot,
    want: &Wanted<'_>,
    before: Option<&Standing>,
    (capture, seed): (&Capture, &EventSeed),
    now: When,
) -> Result<Record, Failure> {
    let unknown = || Error::Unreadable(format!("no notice of {} is known", want.purpose));
    let notice = want.notice.or(before.map(|before| &before.notice)).ok_or_else(unknown)?;
    // An edition that has left the bundle lies in the archive of bundles; what is told or asked anew is in it.
    let archived = snapshot.policy.notice(notice, capture.lang);
    if archived.is_none() && want.notice.is_some() && want.state != RecordState::Imported {
        return Err(Error::Unreadable(format!("the notice {notice} is not in the bundle")).into());
    }
    let stood = before.map(|before| before.claims).unwrap_or_default();
    Ok(Record {
        id: RecordId(tokens::uuid()),
        client: want.client.clone(),
        purpose: want.purpose.to_owned(),
        basis: want.basis,
        notice: notice.clone(),
        notice_sha256: archived.map(|notice| notice.sha256.clone()).unwrap_or_default(),
        lang: capture.lang,
        claims: want.claims.unwrap_or(stood),
        state: want.state,
        policy: snapshot.policy.version().to_owned(),
        // Clocks of nodes differ a little; the ledger's time does not run back.
        at: before.map_or(now, |before| now.max(before.last_at)),
        how: How {
            place: Some(before.map_or(0, |before| before.version) + 1),
            channel: Some(capture.channel),
            method: Some(capture.method),
            steps: capture.steps,
            page_sha256: capture.page.clone(),
            actor: Some(capture.actor),
            actor_ref: capture.actor_ref.clone(),
            authority_ref: capture.authority.clone(),
            expires_at: want.expires_at,
            reason: want.reason.map(ToOwned::to_owned),
            previous: before.map(|before| before.last),
            age_band: capture.age.as_ref().map(|(band, _)| *band),
            age_rule: capture.age.as_ref().map(|(_, rule)| rule.clone()),
            event: Some(seed.id()),
        },
    })
}

/// The wire names of claims.
fn names(claims: ClaimSet) -> Vec<String> {
    claims.iter().map(|claim| claim.as_str().to_owned()).collect()
}
