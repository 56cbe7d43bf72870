//! Accounts whose time may be over: their clocks, the services that need them, the warnings they were given, and what a
//! person said who looked.

use super::{Error, Read, Write};
use crate::domain::ids::{AccountId, MessageId};
use crate::domain::time::When;
use uuid::Uuid;

/// An account whose time may be over.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountRow {
    /// The account.
    pub id: AccountId,
    /// When its clock began.
    pub since: When,
    /// Until when a service needs it, if one said so.
    pub needed_until: Option<When>,
    /// There is a case of hers that is not closed, or she wants what is held to be kept (UK GDPR Art 18).
    pub open_case: bool,
    /// It is suspended: its owner could not use it.
    pub suspended: bool,
}

/// What starts an account's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountClock {
    /// It was last used.
    Used,
    /// It was closed.
    Closed,
    /// Its owner's death was noted.
    Died,
}

macro_rules! account {
    ($clock:literal) => {
        concat!(
            "SELECT a.id, a.",
            $clock,
            " AS since,
                 (SELECT MAX(n.until) FROM account_need n WHERE n.account_id = a.id) AS needed_until,
                 (EXISTS (SELECT 1 FROM access_question q WHERE q.account_id = a.id AND q.answered_at IS NULL)
                     OR EXISTS (SELECT 1 FROM rights_case c WHERE c.account_id = a.id AND c.closed_at IS NULL)
                     OR a.restricted_at IS NOT NULL) AS open_case,
                 (a.state = 'frozen' AND a.died_at IS NULL) AS suspended
             FROM account a WHERE a."
        )
    };
}

macro_rules! due {
    ($clock:literal, $which:literal) => {
        concat!(
            account!($clock),
            $clock,
            " <= $1 AND (a.",
            $clock,
            ", a.id) > ($2, $3) AND ",
            $which,
            " ORDER BY a.",
            $clock,
            ", a.id LIMIT $4"
        )
    };
}

macro_rules! one {
    ($clock:literal, $which:literal) => {
        concat!(account!($clock), "id = $1 AND a.", $clock, " IS NOT NULL AND ", $which)
    };
}

macro_rules! by_clock {
    ($of:ident, $clock:expr) => {
        match $clock {
            AccountClock::Used => $of!("last_used_at", "a.closed_at IS NULL AND a.died_at IS NULL"),
            AccountClock::Closed => $of!("closed_at", "a.died_at IS NULL AND a.state = 'closed'"),
            AccountClock::Died => $of!("died_at", "a.died_at IS NOT NULL"),
        }
    };
}

/// The statement that reads them: a test looks at how a database goes about it.
#[must_use]
pub const fn statement(clock: AccountClock) -> &'static str {
    by_clock!(due, clock)
}

/// An account as its clock stands, within a write that ends it: from now on nobody uses it, and nothing is begun for it, until
/// that write is done or given up.
pub async fn stopped(w: &mut Write, clock: AccountClock, account: AccountId) -> Result<Option<AccountRow>, Error> {
    w.sql("UPDATE account SET last_used_at = last_used_at WHERE id = $1").bind(account).run().await?;
    w.sql(by_clock!(one, clock)).bind(account).maybe().await
}

/// An account as its clock stands.
pub async fn account(r: &mut Read, clock: AccountClock, account: AccountId) -> Result<Option<AccountRow>, Error> {
    r.sql(by_clock!(one, clock)).bind(account).maybe().await
}

/// Accounts whose clock began at `cutoff` or earlier, the oldest first, behind `after`.
pub async fn accounts(
    r: &mut Read,
    clock: AccountClock,
    cutoff: When,
    after: (When, Uuid),
    limit: i64,
) -> Result<Vec<AccountRow>, Error> {
    r.sql(statement(clock)).bind(cutoff).bind(after.0).bind(after.1).bind(limit).all().await
}

/// What ended an account and when, if its owner closed it or has died.
pub async fn ended(r: &mut Read, account: AccountId) -> Result<Option<(AccountClock, When)>, Error> {
    let row: Option<(String, Option<When>, Option<When>)> =
        r.sql("SELECT state, closed_at, died_at FROM account WHERE id = $1").bind(account).maybe().await?;
    Ok(row.and_then(|(state, closed, died)| match (died, closed) {
        (Some(died), _) => Some((AccountClock::Died, died)),
        (None, Some(closed)) if state == "closed" => Some((AccountClock::Closed, closed)),
        _ => None,
    }))
}

/// How many accounts there are.
pub async fn all_accounts(r: &mut Read) -> Result<i64, Error> {
    r.sql("SELECT CAST(COUNT(*) AS BIGINT) FROM account").scalar().await
}

/// How many accounts began their clock then or earlier.
pub async fn clocks(r: &mut Read, clock: AccountClock, cutoff: When) -> Result<i64, Error> {
    let sql = match clock {
        AccountClock::Used => {
            "SELECT CAST(COUNT(*) AS BIGINT) FROM account
             WHERE last_used_at <= $1 AND closed_at IS NULL AND died_at IS NULL"
        }
        AccountClock::Closed => {
            "SELECT CAST(COUNT(*) AS BIGINT) FROM account WHERE closed_at <= $1 AND died_at IS NULL
                 AND state = 'closed'"
        }
        AccountClock::Died => "SELECT CAST(COUNT(*) AS BIGINT) FROM account WHERE died_at <= $1",
    };
    r.sql(sql).bind(cutoff).scalar().await
}

/// An account is used, by a service that needs it or with an officer's help; `false` if it is not in use.
pub async fn used(w: &mut Write, account: AccountId, now: When) -> Result<bool, Error> {
    let used = w
        .sql("UPDATE account SET last_used_at = $2 WHERE id = $1 AND state = 'active'")
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(used == 1)
}

/// Whether an account was last used then, and at no time since.
pub async fn still_unused(w: &mut Write, account: AccountId, used: When) -> Result<bool, Error> {
    let unused = w
        .sql("UPDATE account SET last_used_at = last_used_at WHERE id = $1 AND last_used_at = $2")
        .bind(account)
        .bind(used)
        .run()
        .await?;
    Ok(unused == 1)
}

/// A service says that it needs the account until then.
pub async fn need(w: &mut Write, account: AccountId, client: &str, until: When, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO account_need (account_id, client_id, until, said_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, client_id) DO UPDATE SET until = $3, said_at = $4",
    )
    .bind(account)
    .bind(client)
    .bind(until)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// A service needs the account no longer.
pub async fn need_no_more(w: &mut Write, account: AccountId, client: &str) -> Result<(), Error> {
    w.sql("DELETE FROM account_need WHERE account_id = $1 AND client_id = $2")
        .bind(account)
        .bind(client)
        .run()
        .await
        .map(drop)
}

/// A warning that was given: how long before the end it stands in the schedule, when, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WarningRow {
    /// As the schedule writes it.
    pub before: String,
    /// `email` or `letter`.
    pub way: String,
    /// When.
    pub sent_at: When,
    /// How the message ended, as far as it is known still: `waiting`, `delivered`, `dead`.
    pub state: Option<String>,
}

/// The warnings an account was given since its clock began.
pub async fn warnings(r: &mut Read, account: AccountId, since: When) -> Result<Vec<WarningRow>, Error> {
    r.sql(
        "SELECT n.before, n.way, n.sent_at, o.state FROM dormancy_notice n LEFT JOIN outbox o ON o.id = n.message
         WHERE n.account_id = $1 AND n.sent_at >= $2 ORDER BY n.sent_at",
    )
    .bind(account)
    .bind(since)
    .all()
    .await
}

/// Keeps that a warning was given.
pub async fn warned(
    w: &mut Write,
    account: AccountId,
    (before, way): (&str, &str),
    message: Option<MessageId>,
    now: When,
) -> Result<(), Error> {
    w.sql(
        "INSERT INTO dormancy_notice (account_id, before, way, message, sent_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id, before) DO UPDATE SET way = $3, message = $4, sent_at = $5",
    )
    .bind(account)
    .bind(before)
    .bind(way)
    .bind(message)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// Something that waits for a person, or what that person said.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ReviewRow {
    /// Whose account.
    pub account_id: AccountId,
    /// The rule.
    pub rule: String,
    /// Why a person looks.
    pub why: String,
    /// Since when it waits.
    pub since: When,
    /// What the person said: whether it is kept.
    pub keep: Option<bool>,
    /// Until when it is.
    pub keep_until: Option<When>,
    /// Who said so.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<When>,
}

/// What was said of an account under a rule.
pub async fn review(r: &mut Read, account: AccountId, rule: &str) -> Result<Option<ReviewRow>, Error> {
    r.sql(
        "SELECT account_id, rule, why, since, keep, keep_until, decided_by, decided_at FROM retention_review
         WHERE account_id = $1 AND rule = $2",
    )
    .bind(account)
    .bind(rule)
    .maybe()
    .await
}

/// What waits for a person, the oldest first. Whoever used the account since it was asked has answered.
pub async fn reviews(r: &mut Read, limit: i64) -> Result<Vec<ReviewRow>, Error> {
    r.sql(
        "SELECT account_id, rule, why, since, keep, keep_until, decided_by, decided_at FROM retention_review
         WHERE decided_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM account a WHERE a.id = retention_review.account_id AND a.last_used_at > retention_review.since)
         ORDER BY since, account_id LIMIT $1",
    )
    .bind(limit)
    .all()
    .await
}

/// Puts something before a person, unless it lies there since its clock `began`; what was said before is over then.
pub async fn ask_review(
    w: &mut Write,
    (account, rule): (AccountId, &str),
    why: &str,
    (began, now): (When, When),
) -> Result<(), Error> {
    w.sql(
        "INSERT INTO retention_review (account_id, rule, why, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, rule) DO UPDATE SET why = $3, since = $4, keep = NULL, keep_until = NULL,
             decided_by = NULL, decided_at = NULL
         WHERE retention_review.decided_at IS NOT NULL OR retention_review.since < $5",
    )
    .bind(account)
    .bind(rule)
    .bind(why)
    .bind(now)
    .bind(began)
    .run()
    .await
    .map(drop)
}

/// A person says that it goes; `false` if it does not wait.
pub async fn let_go(w: &mut Write, (account, rule): (AccountId, &str), by: &str, now: When) -> Result<bool, Error> {
    let decided = w
        .sql(
            "UPDATE retention_review SET keep = $3, keep_until = NULL, decided_by = $4, decided_at = $5
             WHERE account_id = $1 AND rule = $2 AND decided_at IS NULL AND NOT EXISTS (
                 SELECT 1 FROM account a WHERE a.id = $1 AND a.last_used_at > retention_review.since)",
        )
        .bind(account)
        .bind(rule)
        .bind(false)
        .bind(by)
        .bind(now)
        .run()
        .await?;
    Ok(decided == 1)
}

/// A person says that it is kept until then, asked or not. What was said before its clock `began` would be over.
pub async fn keep(
    w: &mut Write,
    (account, rule): (AccountId, &str),
    (until, by): (When, &str),
    (began, now): (When, When),
) -> Result<(), Error> {
    w.sql(
        "INSERT INTO retention_review (account_id, rule, why, since, keep, keep_until, decided_by, decided_at)
         VALUES ($1, $2, 'kept', $3, $4, $5, $6, $7)
         ON CONFLICT (account_id, rule) DO UPDATE SET since = $3, keep = $4, keep_until = $5, decided_by = $6, decided_at = $7",
    )
    .bind(account)
    .bind(rule)
    .bind(now.max(began))
    .bind(true)
    .bind(until)
    .bind(by)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// What was asked of a person is done, and lies before nobody any more; `false` if it did not wait.
pub async fn answered(w: &mut Write, (account, rule): (AccountId, &str)) -> Result<bool, Error> {
    let answered = w
        .sql("DELETE FROM retention_review WHERE account_id = $1 AND rule = $2 AND decided_at IS NULL")
        .bind(account)
        .bind(rule)
        .run()
        .await?;
    Ok(answered == 1)
}
