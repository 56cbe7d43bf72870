//! Who had a person's data, as she sees it: looks of the staff, and what services got. A look that is kept from her for
//! now is in none of these answers, and is asked for by the same statements as one that never was.

use super::{Error, Read, search};
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// One look, or one thing a service got.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SeenRow {
    /// The event.
    pub id: EventId,
    /// When.
    pub at: When,
    /// Its kind's name.
    pub r#type: String,
    /// ok, denied or error.
    pub outcome: String,
    /// The service concerned.
    pub client_id: Option<String>,
    /// The canonical leaf.
    pub leaf: String,
    /// Which key sealed the payload; none once it is gone.
    pub sealed_under: Option<String>,
    /// The sealed payload.
    pub payload: Option<Vec<u8>>,
    /// Its log, once it has a place there.
    pub log: Option<String>,
    /// Its place.
    pub leaf_index: Option<i64>,
    /// The reason under which it was kept from her, if it was.
    pub delay_reason: Option<String>,
    /// Since when it is not.
    pub shown_since: Option<When>,
    /// When she last asked about it.
    pub asked_at: Option<When>,
    /// By when she is answered.
    pub due_at: Option<When>,
    /// When she was.
    pub answered_at: Option<When>,
}

/// The statement that all of them are, over rows of `event e`: what is kept from her falls out here, and nowhere else.
macro_rules! seen {
    ($from:expr, $($which:tt)+) => {
        concat!(
            "SELECT e.id, e.at, e.type, e.outcome, e.client_id, e.leaf, e.sealed_under, e.payload, e.log, e.leaf_index,
                 d.reason AS delay_reason, COALESCE(d.released_at, d.review_by) AS shown_since, q.asked_at, q.due_at,
                 q.answered_at
             FROM ",
            $from,
            " LEFT JOIN notice_delay d ON d.event = e.id
                 LEFT JOIN access_question q ON q.id = (SELECT n.id FROM access_question n WHERE n.event = e.id
                     ORDER BY n.asked_at DESC, n.id DESC LIMIT 1)
             WHERE e.person = $1 AND (d.event IS NULL OR d.released_at IS NOT NULL OR d.review_by <= $2) AND ",
            $($which)+
        )
    };
}

macro_rules! of_staff {
    () => {
        "((e.type LIKE 'officer.%' AND e.type NOT LIKE 'officer.notice%')
              OR e.type IN ('account.suspended', 'account.restored', 'account.restricted', 'account.restriction_announced',
                  'account.restriction_lifted'))"
    };
}

macro_rules! of_services {
    () => {
        "e.type IN ('claims.released', 'claims.denied')"
    };
}

/// Whose looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Members of staff, and operators in their stead.
    Staff,
    /// Services.
    Services,
}

/// Where a part of what there is comes from. An event is found by its subject once it has its place; the few that have none yet,
/// and those of a log that is not searchable to its end, are gone through.
macro_rules! part {
    ($of:expr) => {
        [
            seen!(
                "event e",
                $of,
                " AND e.leaf_index IS NULL AND (e.at, e.id) < ($3, $4) ORDER BY e.at DESC, e.id DESC LIMIT $5"
            ),
            seen!(
                "event e",
                $of,
                " AND e.log = $6 AND e.leaf_index >= $7 AND (e.at, e.id) < ($3, $4) ORDER BY e.at DESC, e.id DESC LIMIT $5"
            ),
            seen!(
                "event_search s JOIN event e ON e.id = s.id",
                $of,
                " AND s.subject = $6 AND (s.at, s.id) < ($3, $4) ORDER BY s.at DESC, s.id DESC LIMIT $5"
            ),
        ]
    };
}

/// Everything that happened in which she is named; that a look is kept from her is a word of the house.
macro_rules! of_anybody {
    () => {
        "e.type NOT LIKE 'officer.notice%'"
    };
}

const OF_STAFF: [&str; 3] = part!(of_staff!());
const OF_SERVICES: [&str; 3] = part!(of_services!());
const OF_ANYBODY: [&str; 3] = part!(of_anybody!());

/// The statements that read a part, for whoever asks the database how it reads them: of those without a place, of those from a place
/// of a log on (its name and the place are the last parameters), and of those of a subject (which is the last one).
#[must_use]
pub const fn statements(by: By) -> [&'static str; 3] {
    match by {
        By::Staff => OF_STAFF,
        By::Services => OF_SERVICES,
    }
}

/// A part of what there is about a person, known in the record by these pseudonyms, newest first: what was before an event.
pub async fn before(
    r: &mut Read,
    who: (AccountId, &[String]),
    by: By,
    before: (When, EventId),
    now: When,
    limit: i64,
) -> Result<Vec<SeenRow>, Error> {
    part_of(r, statements(by), who, (before, now), limit).await
}

/// The same of everything that happened about her, whoever did it.
pub async fn everything(
    r: &mut Read,
    who: (AccountId, &[String]),
    before: (When, EventId),
    now: When,
    limit: i64,
) -> Result<Vec<SeenRow>, Error> {
    part_of(r, OF_ANYBODY, who, (before, now), limit).await
}

async fn part_of(
    r: &mut Read,
    [unplaced, behind, placed]: [&'static str; 3],
    (person, subjects): (AccountId, &[String]),
    ((at, event), now): ((When, EventId), When),
    limit: i64,
) -> Result<Vec<SeenRow>, Error> {
    let mut all: Vec<SeenRow> = Vec::new();
    // Those without a place first: one that gets it meanwhile is found twice, and not missed.
    let rows: Vec<SeenRow> = r.sql(unplaced).bind(person).bind(now).bind(at).bind(event).bind(limit).all().await?;
    all.extend(rows);
    for (log, from) in search::all_behind(r).await? {
        let rows: Vec<SeenRow> = r
            .sql(behind)
            .bind(person)
            .bind(now)
            .bind(at)
            .bind(event)
            .bind(limit)
            .bind(log.as_str())
            .bind(from)
            .all()
            .await?;
        all.extend(rows);
    }
    let waiting: BTreeSet<EventId> = all.iter().map(|row| row.id).collect();
    for subject in subjects {
        let rows: Vec<SeenRow> =
            r.sql(placed).bind(person).bind(now).bind(at).bind(event).bind(limit).bind(subject.as_str()).all().await?;
        all.extend(rows.into_iter().filter(|row| !waiting.contains(&row.id)));
    }
    all.sort_by_key(|row| Reverse((row.at, row.id)));
    all.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(all)
}

/// One of them, if it is hers and not kept from her.
pub async fn get(r: &mut Read, person: AccountId, event: EventId, now: When) -> Result<Option<SeenRow>, Error> {
    r.sql(seen!("event e", "e.id = $3 AND (", of_staff!(), " OR ", of_services!(), ")"))
        .bind(person)
        .bind(now)
        .bind(event)
        .maybe()
        .await
}
