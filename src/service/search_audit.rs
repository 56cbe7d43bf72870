//! The record is searched by an officer: that it is searched, by what, and for which reason is on record before anything
//! of it is shown. A search for one resident is an event about her.
//!
//! ```text
//! reason, filters, cursor hold ──> officer.searched committed ──> a page, and sealed cursors to the next and the one before
//! ```

mod event;
mod known;
mod reports;

pub use event::{Opened, Payload, Placed, Proved, open};
pub(super) use known::may_take;
pub use reports::{
    BreachScope, Data, OfficerReport, Radius, Review, blast_radius, looks, officer_report, review, who_saw,
};

use super::standing::{self, WhyError};
use super::{Failure, people, sign_in};
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::tokens::{self, Reference};
use crate::crypto::{hex, sha256};
use crate::domain::account::fold_typed;
use crate::domain::audit::leaf::log_year;
use crate::domain::audit::vocabulary::{self, RecordSearched};
use crate::domain::audit::{Basis, Context, Draft, Kind, Outcome, Sealed};
use crate::domain::ids::{AccountId, ClientId, EventId};
use crate::domain::staff::{Action, Officer};
use crate::domain::time::When;
use crate::store::search::{self, Found, Place, Query, Way, Word};
use crate::store::{Error, accounts};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why an officer asks: an activity of `processing.toml`, a code of `reasons.toml`, and the case it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// What for.
    pub purpose: String,
    /// The reason.
    pub reason: String,
    /// The case.
    pub case: Option<String>,
}

/// Who asks, and where they are: the session, the address and the browser of an event.
pub type Who<'a> = (&'a Officer, &'a Context);

/// What was asked holds against the policies in force.
struct Held {
    basis: Basis,
    case: Option<String>,
}

impl Ask {
    fn held(&self, app: &App) -> Result<Held, Refused> {
        let (reason, case) = standing::given(app, &self.reason, self.case.as_deref())?;
        // What is kept from a resident is looked at in an enquiry, which a second person approved.
        if reason.delay.is_some() {
            return Err(WhyError::OnePerson.into());
        }
        let snapshot = app.snapshot();
        let activity = snapshot.policy.processing.activities.iter().find(|one| one.id == self.purpose);
        let basis = activity.ok_or(Refused::Filter("what it is for"))?.basis;
        Ok(Held { basis, case })
    }

    fn draft<K: Kind>(&self, held: &Held, (officer, context): Who<'_>, payload: K) -> Draft<K> {
        let draft = Draft::of_officer(officer, payload).from(context.clone()).purpose(&self.purpose, held.basis);
        draft.because(&self.reason, held.case.as_deref())
    }
}

/// What is sought, as it was typed and chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filters {
    /// The resident: an account's number, or what she signs in with.
    pub resident: Option<String>,
    /// The pseudonyms of one member of staff, one a year.
    pub officer: Option<Vec<String>>,
    /// The pseudonyms of the member of staff whom it is about: joined, moved, left.
    #[serde(default)]
    pub member: Option<Vec<String>>,
    /// The service.
    pub service: Option<String>,
    /// The purpose.
    pub purpose: Option<String>,
    /// The reason that events have.
    pub reason: Option<String>,
    /// ok, denied or error.
    pub outcome: Option<String>,
    /// The kind of event.
    pub kind: Option<String>,
    /// From when on, in microseconds.
    pub from: Option<i64>,
    /// Until before when, in microseconds.
    pub to: Option<i64>,
}

impl Filters {
    /// What they ask the search index for; whom it is about is found out first.
    pub(super) fn query(&self, subject: Option<Vec<String>>) -> Query {
        Query {
            subject,
            officer: self.officer.clone(),
            by_staff: false,
            client: self.service.clone(),
            purpose: self.purpose.clone(),
            reason: self.reason.clone(),
            outcome: self.outcome.clone(),
            kinds: self.kind.clone().map(|kind| vec![kind]),
            from: self.from.map(When::from_micros),
            to: self.to.map(When::from_micros),
        }
    }
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The reason is none, or its case is missing.
    #[error(transparent)]
    Why(#[from] WhyError),
    /// A filter that nothing can fit.
    #[error("{0} is not a filter that anything fits")]
    Filter(&'static str),
    /// A cursor that was made for somebody else or another search, or by somebody else.
    #[error("this page belongs to another search: begin it anew")]
    Cursor,
    /// Nobody has this account or signs in with that. That it was tried is on record.
    #[error("there is no such resident")]
    NoResident,
    /// There is no such event.
    #[error("there is no such event")]
    NoEvent,
    /// The officer declared to know her. That it was asked is on record, as a look at her.
    #[error("you have declared that you know this person: somebody else has to look")]
    Known,
    /// Residents were named as often as one officer may in a while; that it was tried again is on record.
    #[error("residents were named too often")]
    TooMany,
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failure(error.into())
    }
}

/// A page of what was found, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    /// The events.
    pub found: Vec<Found>,
    /// Leads to what happened before these.
    pub older: Option<String>,
    /// Leads to what happened after these.
    pub newer: Option<String>,
    /// Which page it is, from 1.
    pub page: i64,
    /// The event that records it.
    pub event: EventId,
}

/// The most events of one page.
pub const PAGE: usize = 100;

/// Where a page begins, for whom, and of which search: sealed, it is a cursor.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    session: Uuid,
    search: String,
    at: i64,
    id: EventId,
    newer: bool,
    page: i64,
}

impl Cursor {
    fn seal(&self, app: &App) -> Result<String, Failure> {
        let text = serde_json::to_vec(self).map_err(|_| crate::crypto::SealError::Malformed)?;
        Ok(tokens::seal_reference(&app.roots, Reference::Search, &text)?)
    }

    /// A cursor of this officer's session, for this search.
    fn open(app: &App, officer: &Officer, search: &str, text: &str) -> Result<Self, Refused> {
        let plain = tokens::open_reference(&app.roots, Reference::Search, text).map_err(|_| Refused::Cursor)?;
        let cursor: Self = serde_json::from_slice(&plain).map_err(|_| Refused::Cursor)?;
        let well = cursor.session == officer.session.0 && cursor.search == search;
        if well { Ok(cursor) } else { Err(Refused::Cursor) }
    }

    const fn place(&self) -> (Place, Way) {
        ((When::from_micros(self.at), self.id), if self.newer { Way::Newer } else { Way::Older })
    }
}

/// What a cursor is bound to, so that it leads on in no other search: what is asked, under which reason.
fn bound_to(what: &str, ask: &Ask, filters: &impl Serialize) -> Result<String, Failure> {
    let text =
        serde_json_canonicalizer::to_vec(&(what, ask, filters)).map_err(|_| crate::crypto::SealError::Malformed)?;
    Ok(hex(&sha256(&[&text])))
}

/// Keeps a search in an address without showing whom it is for: only [`kept`] reads it, for the same session.
///
/// # Errors
/// [`Failure`] if it cannot be sealed.
pub fn keep(app: &App, officer: &Officer, ask: &Ask, filters: &Filters) -> Result<String, Failure> {
    let text = serde_json::to_vec(&("kept", officer.session.0, ask, filters));
    let text = text.map_err(|_| crate::crypto::SealError::Malformed)?;
    Ok(tokens::seal_reference(&app.roots, Reference::Search, &text)?)
}

/// Reads what [`keep`] made.
///
/// # Errors
/// [`Refused::Cursor`] if it is another's, or none.
pub fn kept(app: &App, officer: &Officer, text: &str) -> Result<(Ask, Filters), Refused> {
    let plain = tokens::open_reference(&app.roots, Reference::Search, text).map_err(|_| Refused::Cursor)?;
    let (word, session, ask, filters): (String, Uuid, Ask, Filters) =
        serde_json::from_slice(&plain).map_err(|_| Refused::Cursor)?;
    if word == "kept" && session == officer.session.0 { Ok((ask, filters)) } else { Err(Refused::Cursor) }
}

/// A page of what is sought: the first, or the one that a cursor of the same search leads to.
///
/// # Errors
/// [`Refused`]; nothing of the record is shown then.
pub async fn search(
    app: &App,
    who: Who<'_>,
    ask: &Ask,
    filters: &Filters,
    (cursor, limit): (Option<&str>, usize),
    now: When,
) -> Result<Results, Refused> {
    let held = ask.held(app)?;
    check(app, filters).await?;
    let search = bound_to("search", ask, filters)?;
    let officer = who.0;
    let cursor = cursor.map(|text| Cursor::open(app, officer, &search, text)).transpose()?;
    if filters.resident.is_some() && cursor.is_none() {
        known::spend(app, (who, ask, &held), Action::SearchRecord, now).await?;
    }
    let resident = match &filters.resident {
        Some(typed) => resident(app, typed).await?,
        None => None,
    };
    if let Some((keys, _)) = &resident {
        known::permit(app, (who, ask, &held), Action::SearchRecord, (keys, None), now).await?;
    }
    let payload = RecordSearched {
        filters: in_words(filters),
        sought: filters.resident.as_deref().map(|typed| sought(app, typed)),
        page: cursor.as_ref().map_or(1, |cursor| cursor.page),
    };
    let page = payload.page;
    let draft = ask.draft(&held, who, payload);
    let event = sealed(app, draft, resident.as_ref().map(|(keys, _)| keys), now)?;
    app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    // From here on it is on record.
    let subject = match (&filters.resident, resident) {
        (Some(_), None) => return Err(Refused::NoResident),
        (Some(_), Some((keys, since))) => Some(pseudonyms(&keys, since, now)),
        (None, _) => filters.member.clone(),
    };
    let query = filters.query(subject);
    Turn { officer, search, query, event: event.row.id, page }.take(app, cursor.as_ref(), limit).await
}

/// A page that is on record, and may be read.
struct Turn<'t> {
    officer: &'t Officer,
    search: String,
    query: Query,
    event: EventId,
    page: i64,
}

impl Turn<'_> {
    /// The page, with the cursors that lead on from it.
    async fn take(self, app: &App, cursor: Option<&Cursor>, limit: usize) -> Result<Results, Refused> {
        let (from, way) = match cursor.map(Cursor::place) {
            Some((place, way)) => (Some(place), way),
            None => (None, Way::Older),
        };
        let mut read = app.db.read().await?;
        let got = search::page(&mut read, &self.query, from, way, limit.clamp(1, PAGE)).await?;
        drop(read);
        let (newest, oldest) = (got.found.first().map(Found::place), got.found.last().map(Found::place));
        let (older, newer) = match way {
            Way::Older => (got.next, from.and(newest.or(from))),
            Way::Newer => (oldest.or(from), got.next),
        };
        let lead =
            |place: Option<Place>, newer: bool| place.map(|place| self.cursor(place, newer).seal(app)).transpose();
        let (older, newer) = (lead(older, false)?, lead(newer, true)?);
        Ok(Results { found: got.found, older, newer, page: self.page, event: self.event })
    }

    fn cursor(&self, (at, id): Place, newer: bool) -> Cursor {
        let page = if newer { (self.page - 1).max(1) } else { self.page + 1 };
        let (session, search) = (self.officer.session.0, self.search.clone());
        Cursor { session, search, at: at.micros(), id, newer, page }
    }
}

/// Whether these are filters that anything can fit. A word is one of the policies in force or of the record, or it is none: what
/// somebody types freely would stand in the record for years.
///
/// # Errors
/// [`Refused::Filter`] names the one to mend.
pub async fn check(app: &App, filters: &Filters) -> Result<(), Refused> {
    let snapshot = app.snapshot();
    let policy = &snapshot.policy;
    if let Some(word) = &filters.service {
        known(app, (Word::Client, "service"), word, |word| {
            ClientId::parse(word).is_some_and(|id| snapshot.client(&id).is_some())
        })
        .await?;
    }
    if let Some(word) = &filters.purpose {
        known(app, (Word::Purpose, "purpose"), word, |word| {
            let own = policy.processing.activities.iter().any(|one| one.id == word);
            own || policy.register.purposes.iter().any(|one| one.id == word)
        })
        .await?;
    }
    if let Some(word) = &filters.reason {
        known(app, (Word::Reason, "reason"), word, |word| policy.reasons.iter().any(|one| one.code == word)).await?;
    }
    if filters.kind.as_ref().is_some_and(|word| vocabulary::named(word).is_none()) {
        return Err(Refused::Filter("kind"));
    }
    if filters.outcome.as_ref().is_some_and(|word| Outcome::ALL.iter().all(|outcome| outcome.as_str() != word)) {
        return Err(Refused::Filter("outcome"));
    }
    if filters.from.zip(filters.to).is_some_and(|(from, to)| from >= to) {
        return Err(Refused::Filter("time"));
    }
    check_pseudonyms(filters.member.as_deref().unwrap_or_default())?;
    check_pseudonyms(filters.officer.as_deref().unwrap_or_default())
}

/// A word that the policies know, or else the record.
async fn known(
    app: &App,
    (of, name): (Word, &'static str),
    word: &str,
    in_force: impl Fn(&str) -> bool,
) -> Result<(), Refused> {
    let well = in_force(word) || search::occurs(&mut app.db.peek(), of, word).await?;
    if well { Ok(()) } else { Err(Refused::Filter(name)) }
}

/// Pseudonyms of one member of staff, one a year, as [`pseudonyms`] gives them.
fn check_pseudonyms(words: &[String]) -> Result<(), Refused> {
    let hex = |word: &String| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if words.len() <= YEARS && words.iter().all(hex) { Ok(()) } else { Err(Refused::Filter("officer")) }
}

/// The filters as the record says them.
pub(super) fn in_words(filters: &Filters) -> Vec<String> {
    let when = |micros: Option<i64>| micros.map(|micros| When::from_micros(micros).to_string());
    let officer = filters.officer.as_ref().map(|words| words.join(" "));
    let member = filters.member.as_ref().map(|words| words.join(" "));
    let all = [
        ("resident", filters.resident.as_ref().map(|_| "named".to_owned())),
        ("officer", officer),
        ("member", member),
        ("service", filters.service.clone()),
        ("purpose", filters.purpose.clone()),
        ("reason", filters.reason.clone()),
        ("outcome", filters.outcome.clone()),
        ("kind", filters.kind.clone()),
        ("from", when(filters.from)),
        ("to", when(filters.to)),
    ];
    all.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))).collect()
}

/// What stands in the record for what was typed.
pub(super) fn sought(app: &App, typed: &str) -> String {
    hex(&BlindIndex::of(&app.roots, IndexKind::Sought, &fold_typed(typed)).0)
}

/// Who has this account or signs in with that.
pub(super) async fn account_of(app: &App, typed: &str) -> Result<Option<AccountId>, Failure> {
    match Uuid::parse_str(typed.trim()).ok().map(AccountId) {
        // The vault holds keys of members of staff too, and they are nobody's residents.
        Some(account) => match accounts::get(&mut app.db.peek(), account).await {
            Ok(row) => Ok(Some(row.id)),
            Err(Error::Missing) => Ok(None),
            Err(error) => Err(error.into()),
        },
        None => Ok(accounts::by_identifier(&mut app.db.peek(), &sign_in::identifier(app, typed).0).await?),
    }
}

/// The keys of whoever has this account or signs in with that, and since when she may be in the record.
async fn resident(app: &App, typed: &str) -> Result<Option<(PersonKeys, When)>, Failure> {
    match account_of(app, typed).await? {
        Some(account) => person(app, account).await,
        None => Ok(None),
    }
}

/// The keys of a person, if there are any left, and since when she may be in the record.
pub(super) async fn person(app: &App, account: AccountId) -> Result<Option<(PersonKeys, When)>, Failure> {
    let keys = match people::keys(&mut app.db.peek(), &app.roots, account).await {
        Ok(keys) => keys,
        Err(Failure::Store(Error::Missing) | Failure::Seal(crate::crypto::SealError::NoKey)) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let since = match accounts::get(&mut app.db.peek(), account).await {
        Ok(row) => row.created_at,
        // Erased, and still in the record.
        Err(Error::Missing) => When::from_seconds(0),
        Err(error) => return Err(error.into()),
    };
    Ok(Some((keys, since)))
}

/// The most years that somebody is sought in: longer than anything of the record is kept.
const YEARS: usize = 12;

/// The pseudonyms of a person in every log she may be in, newest first; a year earlier too, for what came before the
/// account.
#[must_use]
pub fn pseudonyms(keys: &PersonKeys, since: When, now: When) -> Vec<String> {
    let first = log_year(since).saturating_sub(1);
    (first..=log_year(now)).rev().take(YEARS).map(|year| keys.pseudonym(year)).collect()
}

fn sealed<K: Kind>(app: &App, mut draft: Draft<K>, keys: Option<&PersonKeys>, now: When) -> Result<Sealed<K>, Failure> {
    draft.subject = keys.map(PersonKeys::account);
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, keys)?)
}
