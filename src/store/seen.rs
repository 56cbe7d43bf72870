//! Who had a person's data, as she sees it: looks of the staff, and what services got. A look that is kept from her for
//! now is in none of these answers, and is asked for by the same statements as one that never was.

use super::{Error, Read};
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;

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

/// The statement that all of them are: what is kept from her falls out here, and nowhere else.
macro_rules! seen {
    ($($which:tt)+) => {
        concat!(
            "SELECT e.id, e.at, e.type, e.outcome, e.client_id, e.leaf, e.sealed_under, e.payload, e.log, e.leaf_index,
                 d.reason AS delay_reason, COALESCE(d.released_at, d.review_by) AS shown_since, q.asked_at, q.due_at,
                 q.answered_at
             FROM event e LEFT JOIN notice_delay d ON d.event = e.id
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

/// A part of what there is, newest first: what was before an event.
pub async fn before(
    r: &mut Read,
    person: AccountId,
    by: By,
    (at, event): (When, EventId),
    now: When,
    limit: i64,
) -> Result<Vec<SeenRow>, Error> {
    let sql = match by {
        By::Staff => seen!(of_staff!(), " AND (e.at, e.id) < ($3, $4) ORDER BY e.at DESC, e.id DESC LIMIT $5"),
        By::Services => seen!(of_services!(), " AND (e.at, e.id) < ($3, $4) ORDER BY e.at DESC, e.id DESC LIMIT $5"),
    };
    r.sql(sql).bind(person).bind(now).bind(at).bind(event).bind(limit).all().await
}

/// One of them, if it is hers and not kept from her.
pub async fn get(r: &mut Read, person: AccountId, event: EventId, now: When) -> Result<Option<SeenRow>, Error> {
    r.sql(seen!("e.id = $3 AND (", of_staff!(), " OR ", of_services!(), ")"))
        .bind(person)
        .bind(now)
        .bind(event)
        .maybe()
        .await
}
