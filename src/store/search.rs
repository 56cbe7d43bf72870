//! What the record is searched by: one row for each event that has its place, in an order of its own for each filter.
//!
//! A page is a range of one of those orders, newest first, from where the page before ended. The other filters are held
//! against what lies in that range, so many rows and no more: a page may be short, and then says where the next one begins.

pub use super::searchable::{add, advance, all_behind, behind, looked_at, released, sealed, span};

use super::{Error, Read};
use crate::domain::audit::leaf;
use crate::domain::ids::EventId;
use crate::domain::time::When;
use std::cmp::Ordering;

/// What a word can be of, in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A service.
    Client,
    /// A purpose.
    Purpose,
    /// A reason.
    Reason,
}

/// Whether any event that has its place has this word: what was in the policies once is found for as long as it is kept.
pub async fn occurs(r: &mut Read, of: Word, word: &str) -> Result<bool, Error> {
    let sql = match of {
        Word::Client => "SELECT CAST(1 AS BIGINT) FROM event_search WHERE client_id = $1 LIMIT 1",
        Word::Purpose => "SELECT CAST(1 AS BIGINT) FROM event_search WHERE purpose = $1 LIMIT 1",
        Word::Reason => "SELECT CAST(1 AS BIGINT) FROM event_search WHERE reason = $1 LIMIT 1",
    };
    let one: Option<i64> = r.sql(sql).bind(word).maybe_scalar().await?;
    Ok(one.is_some())
}

/// What is sought. What is not named may be anything; a list may be any of its words, and if it is empty, nothing is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The pseudonyms of one person, one a year.
    pub subject: Option<Vec<String>>,
    /// The pseudonyms of one member of staff, one a year.
    pub officer: Option<Vec<String>>,
    /// Done by any member of staff.
    pub by_staff: bool,
    /// The service.
    pub client: Option<String>,
    /// The purpose.
    pub purpose: Option<String>,
    /// The reason.
    pub reason: Option<String>,
    /// ok, denied or error.
    pub outcome: Option<String>,
    /// The kinds of events.
    pub kinds: Option<Vec<String>>,
    /// From when on.
    pub from: Option<When>,
    /// Until before when.
    pub to: Option<When>,
}

/// Where in the order of time something is.
pub type Place = (When, EventId);

/// Which way a page goes on from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To what happened before.
    Older,
    /// To what happened after.
    Newer,
}

/// An event found.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Found {
    /// When.
    pub at: When,
    /// The event.
    pub id: EventId,
    /// Its log.
    pub log: String,
    /// Its place there.
    pub leaf_index: i64,
    /// Its kind's name.
    pub r#type: String,
    /// ok, denied or error.
    pub outcome: String,
    /// The class of whoever acted.
    pub actor: String,
    /// The pseudonym of the member of staff who acted.
    pub officer: Option<String>,
    /// The pseudonym of the person it is about.
    pub subject: Option<String>,
    /// The service concerned.
    pub client_id: Option<String>,
    /// The purpose.
    pub purpose: Option<String>,
    /// The reason.
    pub reason: Option<String>,
}

impl Found {
    /// Where it is.
    #[must_use]
    pub const fn place(&self) -> Place {
        (self.at, self.id)
    }

    /// What a leaf says of an event that has this place in a log. A leaf that is none is found by its time.
    #[must_use]
    pub fn of((id, at): (EventId, When), leaf: Option<leaf::Read<'_>>, log: &str, leaf_index: i64) -> Self {
        let log = log.to_owned();
        let Some(read) = leaf else {
            return Self {
                at,
                id,
                log,
                leaf_index,
                r#type: "unreadable".to_owned(),
                outcome: "error".to_owned(),
                actor: "system".to_owned(),
                officer: None,
                subject: None,
                client_id: None,
                purpose: None,
                reason: None,
            };
        };
        let owned = leaf::Word::into_owned;
        Self {
            // The leaf is what was signed; its time has no more than milliseconds.
            at: if at.millis() == read.time_ms { at } else { When::from_millis(read.time_ms) },
            id,
            log,
            leaf_index,
            r#type: owned(read.kind),
            outcome: owned(read.outcome),
            officer: read.actor.reference.filter(|_| *read.actor.class == *"officer").map(owned),
            actor: owned(read.actor.class),
            subject: read.subject.map(owned),
            client_id: read.client_id.map(owned),
            purpose: read.purpose.map(owned),
            reason: read.reason_code.map(owned),
        }
    }
}

/// A page: newest first, whichever way it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What was found.
    pub found: Vec<Found>,
    /// Where the next page the same way begins; none if there is no more.
    pub next: Option<Place>,
}

/// The most events of one page.
pub const MOST: usize = 1_000;

/// How many rows of a range are held against the other filters for one page.
pub const SCANNED: i64 = 5_000;

/// How far a range is counted to tell which is the shortest.
const COUNTED: i64 = 1_000;

/// The statements over one order.
struct Order {
    older: &'static str,
    newer: &'static str,
    count: &'static str,
    older_end: &'static str,
    newer_end: &'static str,
}

macro_rules! columns {
    () => {
        "at, id, log, leaf_index, type, outcome, actor, officer, subject, client_id, purpose, reason"
    };
}

pub(super) use columns;

// Pseudonyms are of one length and kinds stand between commas, so that one word is never found in another.
macro_rules! others {
    () => {
        ") AS scanned
         WHERE ($6 = '' OR REPLACE($6, subject, '') <> $6) AND ($7 = '' OR REPLACE($7, officer, '') <> $7)
             AND ($8 = '' OR client_id = $8) AND ($9 = '' OR purpose = $9) AND ($10 = '' OR reason = $10)
             AND ($11 = '' OR outcome = $11) AND ($12 = '' OR REPLACE($12, ',' || type || ',', '') <> $12)
             AND ($13 = '' OR officer IS NOT NULL) "
    };
}

// A range is written as one of the whole key, not as a word and a range of time: PostgreSQL could read that in the order of
// time too and skip what has another word, all of the record for one that stands nowhere.
macro_rules! older {
    ($keep:literal, $key:literal, $word:literal, $desc:literal) => {
        concat!(
            " FROM event_search WHERE ",
            $keep,
            " AND (",
            $key,
            "at) >= (",
            $word,
            "$2)
             AND (",
            $key,
            "at, id) < (",
            $word,
            "$3, $4) ORDER BY ",
            $desc,
            "at DESC, id DESC "
        )
    };
}

macro_rules! newer {
    ($keep:literal, $key:literal, $word:literal) => {
        concat!(
            " FROM event_search WHERE ",
            $keep,
            " AND (",
            $key,
            "at) < (",
            $word,
            "$2)
             AND (",
            $key,
            "at, id) > (",
            $word,
            "$3, $4) ORDER BY ",
            $key,
            "at, id "
        )
    };
}

macro_rules! order {
    ($keep:literal, $key:literal, $word:literal, $desc:literal) => {
        &Order {
            older: concat!(
                "SELECT ",
                columns!(),
                " FROM (SELECT ",
                columns!(),
                older!($keep, $key, $word, $desc),
                "LIMIT $5",
                others!(),
                "ORDER BY ",
                $desc,
                "at DESC, id DESC LIMIT $14"
            ),
            newer: concat!(
                "SELECT ",
                columns!(),
                " FROM (SELECT ",
                columns!(),
                newer!($keep, $key, $word),
                "LIMIT $5",
                others!(),
                "ORDER BY ",
                $key,
                "at, id LIMIT $14"
            ),
            count: concat!(
                "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT id",
                older!($keep, $key, $word, $desc),
                "LIMIT $5) AS counted"
            ),
            older_end: concat!("SELECT at, id", older!($keep, $key, $word, $desc), "LIMIT 1 OFFSET $5"),
            newer_end: concat!("SELECT at, id", newer!($keep, $key, $word), "LIMIT 1 OFFSET $5"),
        }
    };
}

const SUBJECT: &Order = order!("subject IS NOT NULL", "subject, ", "$1, ", "subject DESC, ");
const OFFICER: &Order = order!("officer IS NOT NULL", "officer, ", "$1, ", "officer DESC, ");
const STAFF: &Order = order!("officer IS NOT NULL", "actor, ", "$1, ", "actor DESC, ");
const CLIENT: &Order = order!("client_id IS NOT NULL", "client_id, ", "$1, ", "client_id DESC, ");
const PURPOSE: &Order = order!("purpose IS NOT NULL", "purpose, ", "$1, ", "purpose DESC, ");
const REASON: &Order = order!("reason IS NOT NULL", "reason, ", "$1, ", "reason DESC, ");
const KIND: &Order = order!("type IS NOT NULL", "type, ", "$1, ", "type DESC, ");
const OUTCOME: &Order = order!("outcome <> 'ok'", "outcome, ", "$1, ", "outcome DESC, ");
const TIME: &Order = order!("$1 = ''", "", "", "");

/// Every order: the index it is read by, and the statements of a page to the older and to the newer side. For the test
/// that asks both databases how they read them.
pub fn orders() -> impl Iterator<Item = (&'static str, [&'static str; 2])> {
    [
        ("event_search_subject", SUBJECT),
        ("event_search_officer", OFFICER),
        ("event_search_staff", STAFF),
        ("event_search_client", CLIENT),
        ("event_search_purpose", PURPOSE),
        ("event_search_reason", REASON),
        ("event_search_type", KIND),
        ("event_search_outcome", OUTCOME),
        ("event_search_pkey", TIME),
    ]
    .into_iter()
    .map(|(index, order)| (index, [order.older, order.newer]))
}

/// A range that holds all that is sought: an order, and the words it is read under.
struct Lead<'q> {
    order: &'static Order,
    words: Vec<&'q str>,
}

/// The ends of time that both databases hold.
const FIRST: When = When::from_seconds(0);
const LAST: When = When::from_seconds(253_370_764_800);
const NO_EVENT: EventId = EventId(uuid::Uuid::nil());

impl Query {
    /// The ranges it can be read by, the one that is shortest as a rule first.
    fn leads(&self) -> Vec<Lead<'_>> {
        fn many(words: Option<&Vec<String>>) -> Option<Vec<&str>> {
            words.map(|words| words.iter().map(String::as_str).collect())
        }
        fn one(word: Option<&String>) -> Option<Vec<&str>> {
            word.map(|word| vec![word.as_str()])
        }
        [
            (SUBJECT, many(self.subject.as_ref())),
            (OFFICER, many(self.officer.as_ref())),
            (OUTCOME, one(self.outcome.as_ref().filter(|outcome| *outcome != "ok"))),
            (REASON, one(self.reason.as_ref())),
            (PURPOSE, one(self.purpose.as_ref())),
            (KIND, many(self.kinds.as_ref())),
            (CLIENT, one(self.client.as_ref())),
            (STAFF, self.by_staff.then(|| vec!["officer"])),
        ]
        .into_iter()
        .filter_map(|(order, words)| Some(Lead { order, words: words? }))
        .collect()
    }

    /// Whether one range is all of it.
    fn is_one_range(&self, lead: &Lead<'_>) -> bool {
        let lists = [&self.subject, &self.officer, &self.kinds].into_iter().filter(|list| list.is_some()).count();
        let words = [&self.client, &self.purpose, &self.reason, &self.outcome];
        let words = words.into_iter().filter(|word| word.is_some()).count();
        lists + words + usize::from(self.by_staff) == usize::from(!std::ptr::eq(lead.order, TIME))
    }
}

/// A page of what is sought, from this place on or from the end of time; of 1 to [`MOST`] events.
///
/// # Errors
/// What the database says.
pub async fn page(r: &mut Read, query: &Query, from: Option<Place>, way: Way, limit: usize) -> Result<Page, Error> {
    let limit = limit.clamp(1, MOST);
    let nothing = |list: &Option<Vec<String>>| list.as_ref().is_some_and(Vec::is_empty);
    if [&query.subject, &query.officer, &query.kinds].into_iter().any(nothing) {
        return Ok(Page { found: Vec::new(), next: None });
    }
    let lead = shortest(r, query, from).await?;
    let wanted = limit + 1;
    let scanned = if query.is_one_range(&lead) { i64::try_from(wanted).unwrap_or(SCANNED) } else { SCANNED };
    let (mut found, mut end) = (Vec::new(), None);
    for word in &lead.words {
        let range = Range::new(query, word, from, way);
        let rows: Vec<Found> = range.rows(r, lead.order, query, scanned, wanted).await?;
        if rows.len() < wanted && scanned >= SCANNED {
            // There may be more behind what was looked through.
            end = nearest(end, range.end(r, lead.order, scanned - 1).await?, way);
        }
        found.extend(rows);
    }
    found.sort_unstable_by(|one, other| along(&one.place(), &other.place(), way));
    // What one range has there, another may not have been looked through for.
    found.retain(|one| end.is_none_or(|end| along(&one.place(), &end, way).is_le()));
    let more = found.len() > limit;
    found.truncate(limit);
    let next = if more { found.last().map(Found::place) } else { end };
    if way == Way::Newer {
        found.reverse();
    }
    Ok(Page { found, next })
}

/// The order of a way.
fn along(one: &Place, other: &Place, way: Way) -> Ordering {
    match way {
        Way::Older => other.cmp(one),
        Way::Newer => one.cmp(other),
    }
}

fn nearest(one: Option<Place>, other: Option<Place>, way: Way) -> Option<Place> {
    one.into_iter().chain(other).min_by(|one, other| along(one, other, way))
}

/// Of several ranges, the one with the fewest rows.
async fn shortest<'q>(r: &mut Read, query: &'q Query, from: Option<Place>) -> Result<Lead<'q>, Error> {
    let mut leads = query.leads();
    if leads.len() > 1 {
        let (mut best, mut fewest) = (0, i64::MAX);
        for (place, lead) in leads.iter().enumerate() {
            let mut rows = 0;
            for word in &lead.words {
                let range = Range::new(query, word, from, Way::Older);
                rows += range.bound(r.sql(lead.order.count)).bind(COUNTED).scalar::<i64>().await?;
            }
            if rows < fewest {
                (best, fewest) = (place, rows);
            }
        }
        return Ok(leads.swap_remove(best));
    }
    Ok(leads.pop().unwrap_or(Lead { order: TIME, words: vec![""] }))
}

/// A part of an order: under one word, from a place to the end of the time sought.
struct Range<'q> {
    word: &'q str,
    way: Way,
    /// The other end.
    until: When,
    from: Place,
}

impl<'q> Range<'q> {
    fn new(query: &Query, word: &'q str, from: Option<Place>, way: Way) -> Self {
        let (first, last) = (query.from.unwrap_or(FIRST).max(FIRST), query.to.unwrap_or(LAST).min(LAST));
        let (until, begin) = match way {
            Way::Older => (first, from.map_or((last, NO_EVENT), |from| from.min((last, NO_EVENT)))),
            Way::Newer => (last, from.map_or((first, NO_EVENT), |from| from.max((first, NO_EVENT)))),
        };
        Self { word, way, until, from: begin }
    }

    fn bound<'t>(&self, statement: super::Statement<'t>) -> super::Statement<'t> {
        statement.bind(self.word).bind(self.until).bind(self.from.0).bind(self.from.1)
    }

    async fn rows(
        &self,
        r: &mut Read,
        order: &'static Order,
        query: &Query,
        scanned: i64,
        wanted: usize,
    ) -> Result<Vec<Found>, Error> {
        let sql = if self.way == Way::Older { order.older } else { order.newer };
        let list = |words: &Option<Vec<String>>| words.as_ref().map(|words| format!(",{},", words.join(",")));
        let kinds = query.kinds.as_ref().map(|kinds| format!(",{},", kinds.join(",,")));
        self.bound(r.sql(sql))
            .bind(scanned)
            .bind(list(&query.subject).unwrap_or_default())
            .bind(list(&query.officer).unwrap_or_default())
            .bind(query.client.as_deref().unwrap_or_default())
            .bind(query.purpose.as_deref().unwrap_or_default())
            .bind(query.reason.as_deref().unwrap_or_default())
            .bind(query.outcome.as_deref().unwrap_or_default())
            .bind(kinds.unwrap_or_default())
            .bind(if query.by_staff { "yes" } else { "" })
            .bind(i64::try_from(wanted).unwrap_or(i64::MAX))
            .all()
            .await
    }

    /// The last row that is looked through, if the range has so many.
    async fn end(&self, r: &mut Read, order: &'static Order, before: i64) -> Result<Option<Place>, Error> {
        let sql = if self.way == Way::Older { order.older_end } else { order.newer_end };
        self.bound(r.sql(sql)).bind(before).maybe().await
    }
}
