//! The search is filled: with each event that gets its place, and with those that had theirs before.

use super::search::{Found, Place, columns};
use super::{Error, Read, Write};
use crate::domain::audit::leaf;
use crate::domain::ids::{AccountId, EventId};
use crate::domain::time::When;
use std::sync::LazyLock;

/// How many rows one statement adds; what is missing repeats the last, and is there already.
const TOGETHER: [usize; 2] = [8, 64];

static INSERTS: LazyLock<[String; 2]> = LazyLock::new(|| TOGETHER.map(insert));

fn insert(rows: usize) -> String {
    let row = |row: usize| {
        let parameters: Vec<_> = (1..=12).map(|column| format!("${}", row * 12 + column)).collect();
        format!("({})", parameters.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    let values = rows.join(", ");
    format!(concat!("INSERT INTO event_search (", columns!(), ") VALUES {} ON CONFLICT (at, id) DO NOTHING"), values)
}

/// Makes events that have their places findable. One that is so already stays as it is.
///
/// # Errors
/// What the database says.
pub async fn add(w: &mut Write, events: &[Found]) -> Result<(), Error> {
    let ([few, many], [small, large]) = (TOGETHER, &*INSERTS);
    for chunk in events.chunks(many) {
        let Some(last) = chunk.last() else { break };
        let (rows, sql) = if chunk.len() <= few { (few, small) } else { (many, large) };
        let mut statement = w.sql(sql);
        for event in chunk.iter().chain(std::iter::repeat(last)).take(rows) {
            statement = statement
                .bind(event.at)
                .bind(event.id)
                .bind(event.log.as_str())
                .bind(event.leaf_index)
                .bind(event.r#type.as_str())
                .bind(event.outcome.as_str())
                .bind(event.actor.as_str())
                .bind(event.officer.as_deref())
                .bind(event.subject.as_deref())
                .bind(event.client_id.as_deref())
                .bind(event.purpose.as_deref())
                .bind(event.reason.as_deref());
        }
        statement.run().await?;
    }
    Ok(())
}

/// A log of which not all can be found yet: its name, and how much of it can.
///
/// # Errors
/// What the database says.
pub async fn behind(r: &mut Read) -> Result<Option<(String, i64)>, Error> {
    r.sql("SELECT name, searchable FROM audit_log WHERE searchable < size ORDER BY year DESC LIMIT 1").maybe().await
}

/// Every such log.
///
/// # Errors
/// What the database says.
pub async fn all_behind(r: &mut Read) -> Result<Vec<(String, i64)>, Error> {
    r.sql("SELECT name, searchable FROM audit_log WHERE searchable < size ORDER BY year DESC").all().await
}

/// The entries of a log from a place on, as they are searched by.
///
/// # Errors
/// What the database says.
pub async fn sealed(r: &mut Read, log: &str, from: i64, limit: i64) -> Result<Vec<Found>, Error> {
    let rows: Vec<(EventId, When, String, i64)> = r
        .sql("SELECT id, at, leaf, leaf_index FROM event WHERE log = $1 AND leaf_index >= $2 ORDER BY leaf_index LIMIT $3")
        .bind(log)
        .bind(from)
        .bind(limit)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, at, leaf, index)| Found::of((id, at), leaf::Read::parse(&leaf), log, index))
        .collect())
}

/// More of a log can be found; gives the write up if somebody else came further meanwhile.
///
/// # Errors
/// [`Error::GivenUp`], or what the database says.
pub async fn advance(w: &mut Write, log: &str, (from, to): (i64, i64)) -> Result<(), Error> {
    let moved = w
        .sql("UPDATE audit_log SET searchable = $3 WHERE name = $1 AND searchable = $2 AND size >= $3")
        .bind(log)
        .bind(from)
        .bind(to)
        .run()
        .await?;
    if moved == 1 { Ok(()) } else { Err(Error::GivenUp) }
}

/// Which claims a service could have been given of a person when claims were released: the events from one place to
/// another, each with the claims of a sharing record of hers that stood then.
///
/// # Errors
/// What the database says.
pub async fn released(
    r: &mut Read,
    (from, to): (Place, Place),
    client: Option<&str>,
) -> Result<Vec<(EventId, String)>, Error> {
    r.sql(
        "SELECT f.id, s.claims FROM event_search f JOIN event e ON e.id = f.id
             JOIN sharing_record s ON s.account_id = e.person AND s.client_id = f.client_id AND s.at <= f.at
         WHERE f.type = 'claims.released' AND (f.at, f.id) >= ($1, $2) AND (f.at, f.id) <= ($3, $4)
             AND ($5 = '' OR f.client_id = $5) AND s.state IN ('shown', 'given')",
    )
    .bind(from.0)
    .bind(from.1)
    .bind(to.0)
    .bind(to.1)
    .bind(client.unwrap_or_default())
    .all()
    .await
}

/// The persons that an officer, known by these pseudonyms, looked at in a while: (officer, subject, account), in this order; at
/// most `limit` of each pseudonym, and whether that is all.
pub async fn looked_at(
    r: &mut Read,
    officers: &[String],
    (from, to): (When, When),
    limit: usize,
) -> Result<(Vec<(String, String, AccountId)>, bool), Error> {
    let (mut all, mut whole) = (Vec::new(), true);
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    for officer in officers {
        let mut rows: Vec<(String, String, AccountId)> = r
            .sql(
                "SELECT DISTINCT s.officer, s.subject, e.person FROM event_search s JOIN event e ON e.id = s.id
                 WHERE s.officer = $1 AND s.at >= $2 AND s.at < $3 AND s.subject IS NOT NULL AND e.person IS NOT NULL
                 ORDER BY s.officer, s.subject, e.person LIMIT $4",
            )
            .bind(officer.as_str())
            .bind(from)
            .bind(to)
            .bind(one_more)
            .all()
            .await?;
        whole &= rows.len() <= limit;
        rows.truncate(limit);
        all.extend(rows);
    }
    Ok((all, whole))
}

/// The first index of a log with an event of this window, and the first after the last: times do not rise with the index
/// strictly. None if there is no such event.
pub async fn span(r: &mut Read, log: &str, (from, to): (When, When)) -> Result<Option<(i64, i64)>, Error> {
    let (first, last): (Option<i64>, Option<i64>) = r
        .sql("SELECT MIN(leaf_index), MAX(leaf_index) FROM event_search WHERE at >= $2 AND at < $3 AND log = $1")
        .bind(log)
        .bind(from)
        .bind(to)
        .one()
        .await?;
    Ok(first.zip(last).map(|(first, last)| (first, last + 1)))
}
