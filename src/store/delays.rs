//! Looks that are kept from the person looked at, until somebody releases them or the day of review has passed.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;

/// A look that is kept back.
#[derive(Debug, Clone)]
pub struct NewDelay {
    /// The look.
    pub event: EventId,
    /// The reason's code.
    pub reason: String,
    /// Who asked for it.
    pub set_by: String,
    /// The second person.
    pub approved_by: String,
    /// Until when, unless it is renewed.
    pub review_by: When,
    /// Since when.
    pub set_at: When,
    /// The keyed MAC over all of this.
    pub mac: Vec<u8>,
}

/// Keeps a look back: in the write that records it, or it was never kept back.
pub async fn insert(w: &mut Write, new: &NewDelay) -> Result<(), Error> {
    w.sql(
        "INSERT INTO notice_delay (event, reason, set_by, approved_by, set_at, review_by, mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.event)
    .bind(new.reason.as_str())
    .bind(new.set_by.as_str())
    .bind(new.approved_by.as_str())
    .bind(new.set_at)
    .bind(new.review_by)
    .bind(new.mac.as_slice())
    .run()
    .await
    .map(drop)
}

/// A look that is still kept back.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DelayRow {
    /// The look.
    pub event: EventId,
    /// Whose record was looked at; forgotten at erasure.
    pub person: Option<AccountId>,
    /// The reason's code.
    pub reason: String,
    /// Who asked for it last.
    pub set_by: String,
    /// The second person.
    pub approved_by: String,
    /// Since when.
    pub set_at: When,
    /// Until when.
    pub review_by: When,
    /// The keyed MAC over all of this but the person.
    pub mac: Option<Vec<u8>>,
}

/// One that is still kept back.
pub async fn get(r: &mut Read, event: EventId) -> Result<Option<DelayRow>, Error> {
    r.sql(
        "SELECT d.event, e.person, d.reason, d.set_by, d.approved_by, d.set_at, d.review_by, d.mac
         FROM notice_delay d JOIN event e ON e.id = d.event WHERE d.event = $1 AND d.released_at IS NULL",
    )
    .bind(event)
    .maybe()
    .await
}

/// What keeps an event from the person that it is about now: the event's own row, or, for one that tells of what is kept back,
/// the row of hers that stands longest.
pub async fn standing(
    r: &mut Read,
    (event, tells_of): (EventId, Option<AccountId>),
    now: When,
) -> Result<Option<DelayRow>, Error> {
    r.sql(
        "SELECT d.event, e.person, d.reason, d.set_by, d.approved_by, d.set_at, d.review_by, d.mac
         FROM notice_delay d JOIN event e ON e.id = d.event
         WHERE (d.event = $1 OR e.person = $2) AND d.released_at IS NULL AND d.review_by > $3
         ORDER BY CASE WHEN d.event = $1 THEN 0 ELSE 1 END, d.review_by DESC, d.event LIMIT 1",
    )
    .bind(event)
    .bind(tells_of)
    .bind(now)
    .maybe()
    .await
}

/// Those that are reviewed by then, the first to be reviewed first.
pub async fn due(r: &mut Read, by: When, limit: i64) -> Result<Vec<DelayRow>, Error> {
    r.sql(
        "SELECT d.event, e.person, d.reason, d.set_by, d.approved_by, d.set_at, d.review_by, d.mac
         FROM notice_delay d JOIN event e ON e.id = d.event
         WHERE d.released_at IS NULL AND d.review_by <= $1 ORDER BY d.review_by, d.event LIMIT $2",
    )
    .bind(by)
    .bind(limit)
    .all()
    .await
}

/// Those that are kept back behind this one, in the order of their days of review; at most so many.
pub async fn standing_after(
    r: &mut Read,
    (review_by, event): (When, EventId),
    limit: i64,
) -> Result<Vec<DelayRow>, Error> {
    r.sql(
        "SELECT d.event, e.person, d.reason, d.set_by, d.approved_by, d.set_at, d.review_by, d.mac
         FROM notice_delay d LEFT JOIN event e ON e.id = d.event
         WHERE d.released_at IS NULL AND (d.review_by, d.event) > ($1, $2) ORDER BY d.review_by, d.event LIMIT $3",
    )
    .bind(review_by)
    .bind(event)
    .bind(limit)
    .all()
    .await
}

/// Puts the day of review off; `false` if it has passed, or the look was released.
pub async fn renew(w: &mut Write, new: &NewDelay) -> Result<bool, Error> {
    let renewed = w
        .sql(
            "UPDATE notice_delay SET set_by = $2, approved_by = $3, set_at = $4, review_by = $5, mac = $6
             WHERE event = $1 AND released_at IS NULL AND review_by > $4",
        )
        .bind(new.event)
        .bind(new.set_by.as_str())
        .bind(new.approved_by.as_str())
        .bind(new.set_at)
        .bind(new.review_by)
        .bind(new.mac.as_slice())
        .run()
        .await?;
    Ok(renewed == 1)
}

/// Lets the person see the look; `false` if she may already. With the MAC gone nobody keeps it back again unseen.
pub async fn release(w: &mut Write, event: EventId, now: When) -> Result<bool, Error> {
    let released = w
        .sql(
            "UPDATE notice_delay SET released_at = $2, mac = NULL
             WHERE event = $1 AND released_at IS NULL AND review_by > $2",
        )
        .bind(event)
        .bind(now)
        .run()
        .await?;
    Ok(released == 1)
}

/// Notes that the day of review has passed, since when the person sees the look; `false` if it has not, or was noted.
pub async fn run_out(w: &mut Write, event: EventId, now: When) -> Result<bool, Error> {
    let noted = w
        .sql(
            "UPDATE notice_delay SET released_at = review_by, mac = NULL
             WHERE event = $1 AND released_at IS NULL AND review_by <= $2",
        )
        .bind(event)
        .bind(now)
        .run()
        .await?;
    Ok(noted == 1)
}

/// Notes that the person is written to about a look that she sees now; `false` if she was about another one since `since`: one
/// letter is for all that comes together.
pub async fn tell(w: &mut Write, event: EventId, (since, now): (When, When)) -> Result<bool, Error> {
    let noted = w
        .sql(
            "UPDATE notice_delay SET told_at = $3 WHERE event = $1 AND NOT EXISTS (
                 SELECT 1 FROM notice_delay o JOIN event oe ON oe.id = o.event JOIN event e ON e.id = $1
                 WHERE oe.person = e.person AND o.told_at > $2)",
        )
        .bind(event)
        .bind(since)
        .bind(now)
        .run()
        .await?;
    Ok(noted == 1)
}

/// Which events of a log are kept from the people they are about now.
pub async fn kept_back(r: &mut Read, log: &str, now: When) -> Result<Vec<i64>, Error> {
    let rows: Vec<(i64,)> = r
        .sql(
            "SELECT e.leaf_index FROM notice_delay d JOIN event e ON e.id = d.event
             WHERE d.released_at IS NULL AND d.review_by > $2 AND e.log = $1 AND e.leaf_index IS NOT NULL",
        )
        .bind(log)
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(index,)| index).collect())
}
