//! Accounts that are erased: what of them goes at once, and what was laid down so that it is finished and never undone.

use super::due::After;
use super::retention::Went;
use super::{Error, Read, Write, accounts};
use crate::domain::audit::PersonKey;
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use uuid::Uuid;

/// Whether a cause is a rule's id, and no person's word.
#[must_use]
pub fn is_rule(cause: &str) -> bool {
    !matches!(cause, "resident" | "officer" | "operator")
}

/// Lays down that somebody is erased, before anything goes; the first word counts.
pub async fn entomb(w: &mut Write, person: AccountId, cause: &str, now: When) -> Result<(), Error> {
    w.sql("INSERT INTO vault.tombstone (person, cause, erased_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(person)
        .bind(cause)
        .bind(now)
        .run()
        .await
        .map(drop)
}

/// Whether that is laid down.
pub async fn is_entombed(r: &mut Read, person: AccountId) -> Result<bool, Error> {
    let laid: Option<String> =
        r.sql("SELECT cause FROM vault.tombstone WHERE person = $1").bind(person).maybe_scalar().await?;
    Ok(laid.is_some())
}

/// What is laid down for a cause is taken back, unless anything of hers has gone: then nothing else would end her again, should a
/// backup bring her back.
pub async fn exhume(w: &mut Write, (person, cause): (AccountId, &str)) -> Result<(), Error> {
    // Before the look, which on PostgreSQL is as old as the beginning of its statement.
    accounts::hold(w, person).await?;
    w.sql(
        "DELETE FROM vault.tombstone WHERE person = $1 AND cause = $2
             AND EXISTS (SELECT 1 FROM account a WHERE a.id = $1)
             AND EXISTS (SELECT 1 FROM vault.person_key k WHERE k.person = $1 AND k.kind = 'profile')
             AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.account_id = $1)",
    )
    .bind(person)
    .bind(cause)
    .run()
    .await
    .map(drop)
}

/// The same of everybody whose end by a rule was laid down since this run began to destroy, in the write that ends it.
pub async fn exhume_all(w: &mut Write, run: Uuid) -> Result<(), Error> {
    let begun: Vec<(AccountId, String)> = w
        .sql(
            "SELECT t.person, t.cause FROM vault.tombstone t JOIN account a ON a.id = t.person
             JOIN retention_run r ON r.id = $1
             WHERE t.erased_at >= r.started_at AND t.cause NOT IN ('resident', 'officer', 'operator') ORDER BY t.person",
        )
        .bind(run)
        .all()
        .await?;
    for (person, cause) in &begun {
        exhume(w, (*person, cause)).await?;
    }
    Ok(())
}

/// Of the tombstones with an account beside them, those whose erasure by a rule was cut off before anything of theirs went, and who
/// have used their account since. Whose profile key is gone can be given nothing back.
macro_rules! outlived {
    () => {
        "a.state = 'active' AND a.last_used_at > t.erased_at AND t.cause NOT IN ('resident', 'officer', 'operator')
             AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.account_id = t.person)
             AND EXISTS (SELECT 1 FROM vault.person_key k WHERE k.person = t.person AND k.kind = 'profile')"
    };
}

/// Those who are erased and have a row of an account all the same, behind `after`: the erasure was cut off, or an older backup put
/// back. Without those who are to stay ([`outlived`]).
pub async fn unfinished(r: &mut Read, after: After, limit: i64) -> Result<Vec<(AccountId, String, When)>, Error> {
    r.sql(concat!(
        "SELECT t.person, t.cause, t.erased_at FROM vault.tombstone t JOIN account a ON a.id = t.person
         WHERE (t.erased_at, t.person) > ($1, $2) AND NOT (",
        outlived!(),
        ") ORDER BY t.erased_at, t.person LIMIT $3"
    ))
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .all()
    .await
}

/// How many those are.
pub async fn count_unfinished(r: &mut Read) -> Result<i64, Error> {
    r.sql(concat!(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM vault.tombstone t JOIN account a ON a.id = t.person WHERE NOT (",
        outlived!(),
        ")"
    ))
    .scalar()
    .await
}

/// Those whose erasure by a rule was cut off before anything of theirs went, and who have used their account since. No backup
/// brings somebody back who did: nobody is served before it was looked at.
pub async fn outlived(r: &mut Read, limit: i64) -> Result<Vec<(AccountId, String)>, Error> {
    r.sql(concat!(
        "SELECT t.person, t.cause FROM vault.tombstone t JOIN account a ON a.id = t.person WHERE ",
        outlived!(),
        " LIMIT $1"
    ))
    .bind(limit)
    .all()
    .await
}

/// Whether somebody is one of them.
pub async fn has_outlived(r: &mut Read, person: AccountId) -> Result<bool, Error> {
    let sql = concat!(
        "SELECT t.cause FROM vault.tombstone t JOIN account a ON a.id = t.person WHERE t.person = $1 AND ",
        outlived!()
    );
    Ok(r.sql(sql).bind(person).maybe_scalar::<String>().await?.is_some())
}

/// An erasure to be followed to its end.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ErasureRow {
    /// Whose account it was.
    pub account_id: AccountId,
    /// `resident`, `officer`, or the rule's id.
    pub cause: String,
    /// The run of the schedule, if it was one.
    pub run_id: Option<Uuid>,
    /// When the clock of her account began, by which that run went, until it ends.
    pub began: Option<When>,
    /// What services are told under.
    pub txn: Uuid,
    /// When her rows went.
    pub erased_at: When,
    /// How many payloads of events went after them.
    pub payloads: i64,
    /// When everything that goes had gone.
    pub finished_at: Option<When>,
}

/// Begins to follow an erasure, in the write that makes it; `false` if it was made before.
pub async fn begin(w: &mut Write, row: &ErasureRow) -> Result<bool, Error> {
    let begun = w
        .sql(
            "INSERT INTO erasure (account_id, cause, run_id, txn, erased_at, payloads, finished_at, began)
             VALUES ($1, $2, $3, $4, $5, 0, NULL, $6) ON CONFLICT DO NOTHING",
        )
        .bind(row.account_id)
        .bind(row.cause.as_str())
        .bind(row.run_id)
        .bind(row.txn)
        .bind(row.erased_at)
        .bind(row.began)
        .run()
        .await?;
    Ok(begun == 1)
}

/// Erasures that are not finished, the oldest first.
pub async fn open(r: &mut Read, limit: i64) -> Result<Vec<ErasureRow>, Error> {
    r.sql(
        "SELECT account_id, cause, run_id, began, txn, erased_at, payloads, finished_at FROM erasure
         WHERE finished_at IS NULL ORDER BY erased_at, account_id LIMIT $1",
    )
    .bind(limit)
    .all()
    .await
}

/// One erasure.
pub async fn get(r: &mut Read, account: AccountId) -> Result<Option<ErasureRow>, Error> {
    r.sql("SELECT account_id, cause, run_id, began, txn, erased_at, payloads, finished_at FROM erasure WHERE account_id = $1")
        .bind(account)
        .maybe()
        .await
}

/// Whether somebody whom a run erased is not wholly gone yet.
pub async fn are_open(r: &mut Read, run: Uuid) -> Result<bool, Error> {
    let open: i64 = r
        .sql("SELECT CAST(COUNT(*) AS BIGINT) FROM erasure WHERE run_id = $1 AND finished_at IS NULL")
        .bind(run)
        .scalar()
        .await?;
    Ok(open > 0)
}

/// Whom a run erased by a rule: how many, and when their clocks began.
pub async fn erased_by(r: &mut Read, run: Uuid, rule: &str) -> Result<Went, Error> {
    r.sql(
        "SELECT CAST(COUNT(*) AS BIGINT) AS items, MIN(began) AS oldest, MAX(began) AS newest
         FROM erasure WHERE run_id = $1 AND cause = $2",
    )
    .bind(run)
    .bind(rule)
    .one()
    .await
}

/// Erasures of runs that have ended, of which it is still known when the account's clock began; at most `limit`.
pub async fn known_clocks(r: &mut Read, limit: i64) -> Result<Vec<AccountId>, Error> {
    let rows: Vec<(AccountId,)> = r
        .sql(
            "SELECT e.account_id FROM erasure e JOIN retention_run r ON r.id = e.run_id
             WHERE e.began IS NOT NULL AND r.finished_at IS NOT NULL LIMIT $1",
        )
        .bind(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

/// Forgets when the clock of an account began.
pub fn forget_clock(w: &mut Write, account: AccountId) -> Result<(), Error> {
    w.deferred("UPDATE erasure SET began = NULL WHERE account_id = $1").bind(account).later()
}

/// Lays down which run takes somebody's evidence key, before it goes: it may be in another file than what counts it.
pub async fn take_key(w: &mut Write, account: AccountId, run: Uuid) -> Result<(), Error> {
    w.sql("UPDATE erasure SET key_run = $2 WHERE account_id = $1").bind(account).bind(run).run().await.map(drop)
}

/// Whose evidence keys a run took: how many of them are gone, and when their owners were erased.
pub async fn keys_taken(r: &mut Read, run: Uuid) -> Result<Went, Error> {
    r.sql(
        "SELECT CAST(COUNT(*) AS BIGINT) AS items, MIN(e.erased_at) AS oldest, MAX(e.erased_at) AS newest
         FROM erasure e WHERE e.key_run = $1
             AND NOT EXISTS (SELECT 1 FROM vault.person_key k WHERE k.person = e.account_id AND k.kind = 'evidence')",
    )
    .bind(run)
    .one()
    .await
}

/// What a run left of those whom it erased: each kind of it with how many rows.
const LEFT_BY: &[(&str, &str)] = &[
    ("erasure", "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure e WHERE e.run_id = $1"),
    (
        "signal",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure e JOIN signal s ON s.person = e.account_id WHERE e.run_id = $1",
    ),
    (
        "sharing.consent",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure e JOIN sharing_standing s ON s.account_id = e.account_id
         WHERE e.run_id = $1 AND s.basis = 'consent'",
    ),
    (
        "sharing.other_basis",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure e JOIN sharing_standing s ON s.account_id = e.account_id
         WHERE e.run_id = $1 AND s.basis <> 'consent'",
    ),
    (
        "access.question",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure e JOIN access_question q ON q.account_id = e.account_id
         WHERE e.run_id = $1",
    ),
    (
        "rights.case",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure e JOIN rights_case c ON c.account_id = e.account_id
         WHERE e.run_id = $1",
    ),
    (
        "officer.access",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure e JOIN enquiry_person p ON p.account_id = e.account_id
         WHERE e.run_id = $1",
    ),
    (
        "person_key",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure e JOIN vault.person_key k ON k.person = e.account_id
         WHERE e.run_id = $1 AND k.kind = 'evidence'",
    ),
];

/// By category what is still there of those whom a run erased, with how many rows: looked at, not remembered.
pub async fn left_by(r: &mut Read, run: Uuid) -> Result<Vec<(&'static str, i64)>, Error> {
    let mut left = Vec::new();
    for (category, sql) in LEFT_BY {
        let rows: i64 = r.sql(sql).bind(run).scalar().await?;
        if rows > 0 {
            left.push((*category, rows));
        }
    }
    Ok(left)
}

/// How many signals about those whom a run erased stand how.
pub async fn told(r: &mut Read, run: Uuid) -> Result<Vec<(String, i64)>, Error> {
    r.sql(
        "SELECT s.state, CAST(COUNT(*) AS BIGINT) FROM erasure e JOIN signal s ON s.txn = e.txn
         WHERE e.run_id = $1 GROUP BY s.state",
    )
    .bind(run)
    .all()
    .await
}

/// Those whose erasure was finished then or earlier, and whose evidence key is there still although no row needs it, the
/// longest gone first, behind `after`.
pub async fn lapsed(
    r: &mut Read,
    cutoff: When,
    after: (When, Uuid),
    limit: i64,
) -> Result<Vec<(AccountId, When)>, Error> {
    r.sql(
        "SELECT e.account_id, e.erased_at FROM erasure e
         WHERE e.erased_at <= $1 AND (e.erased_at, e.account_id) > ($2, $3) AND e.finished_at IS NOT NULL
             AND EXISTS (SELECT 1 FROM vault.person_key k WHERE k.person = e.account_id AND k.kind = 'evidence')
             AND NOT EXISTS (SELECT 1 FROM sharing_record s WHERE s.account_id = e.account_id)
             AND NOT EXISTS (SELECT 1 FROM access_question q WHERE q.account_id = e.account_id)
             AND NOT EXISTS (SELECT 1 FROM rights_case c WHERE c.person = e.account_id)
             AND NOT EXISTS (SELECT 1 FROM enquiry_person p WHERE p.account_id = e.account_id)
         ORDER BY e.erased_at, e.account_id LIMIT $4",
    )
    .bind(cutoff)
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .all()
    .await
}

/// How many were erased then or earlier, and have an evidence key still.
pub async fn count_lapsed(r: &mut Read, cutoff: When) -> Result<i64, Error> {
    r.sql(
        "SELECT CAST(COUNT(*) AS BIGINT) FROM erasure e WHERE e.erased_at <= $1 AND e.finished_at IS NOT NULL
             AND EXISTS (SELECT 1 FROM vault.person_key k WHERE k.person = e.account_id AND k.kind = 'evidence')",
    )
    .bind(cutoff)
    .scalar()
    .await
}

/// Counts payloads that went.
pub async fn count(w: &mut Write, account: AccountId, payloads: i64) -> Result<(), Error> {
    w.sql("UPDATE erasure SET payloads = payloads + $2 WHERE account_id = $1")
        .bind(account)
        .bind(payloads)
        .run()
        .await
        .map(drop)
}

/// Whether it is on record that this key of somebody who was erased is destroyed.
pub async fn is_key_said(r: &mut Read, account: AccountId, key: PersonKey) -> Result<bool, Error> {
    let sql = match key {
        PersonKey::Profile => "SELECT account_id FROM erasure WHERE account_id = $1 AND profile_said_at IS NOT NULL",
        PersonKey::Evidence => "SELECT account_id FROM erasure WHERE account_id = $1 AND evidence_said_at IS NOT NULL",
    };
    Ok(r.sql(sql).bind(account).maybe_scalar::<Uuid>().await?.is_some())
}

/// Keeps that it is, in the write that says so.
pub async fn say_key(w: &mut Write, account: AccountId, key: PersonKey, now: When) -> Result<(), Error> {
    let sql = match key {
        PersonKey::Profile => "UPDATE erasure SET profile_said_at = $2 WHERE account_id = $1",
        PersonKey::Evidence => "UPDATE erasure SET evidence_said_at = $2 WHERE account_id = $1",
    };
    w.sql(sql).bind(account).bind(now).run().await.map(drop)
}

/// Everything that goes has gone; `false` if that was said before.
pub async fn finish(w: &mut Write, account: AccountId, now: When) -> Result<bool, Error> {
    let done = w
        .sql("UPDATE erasure SET finished_at = $2 WHERE account_id = $1 AND finished_at IS NULL")
        .bind(account)
        .bind(now)
        .run()
        .await?;
    Ok(done == 1)
}

/// What of a person goes with her account. The account's row takes what refers to it along: identifiers, contacts,
/// details, credentials, sessions, grants with their refresh tokens, subjects, browsers, warnings.
pub const GONE: &[&str] = &[
    "DELETE FROM access_token WHERE grant_id IN (SELECT id FROM grant_record WHERE account_id = $1)",
    "DELETE FROM challenge WHERE person = $1",
    "DELETE FROM link WHERE person = $1",
    "DELETE FROM recovery WHERE person = $1",
    "DELETE FROM registration WHERE id = $1",
    // What was decided before is a record of its own, which goes later by its rule: a hold on that does not keep the account.
    "DELETE FROM retention_review WHERE account_id = $1 AND (decided_at IS NULL OR NOT EXISTS (SELECT 1 FROM hold h
         WHERE h.category = 'retention.hold' AND h.released_at IS NULL AND (h.account_id IS NULL OR h.account_id = $1)))",
    "DELETE FROM outbox WHERE person = $1 AND kind = 'mail'",
    // A hold finds by it what is about her.
    "UPDATE approval SET about = NULL WHERE about = $1 AND NOT EXISTS (SELECT 1 FROM hold h
         WHERE h.category = 'officer.access' AND h.released_at IS NULL AND h.account_id = $1)",
];

/// Deletes an account with all that goes with it.
pub async fn wipe(w: &mut Write, account: AccountId) -> Result<(), Error> {
    for sql in GONE {
        w.sql(sql).bind(account).run().await?;
    }
    w.sql("DELETE FROM account WHERE id = $1").bind(account).run().await.map(drop)
}

/// Where an account's number still stands after its erasure, each table with how many rows: looked at, not remembered.
const LEFT: &[(&str, &str)] = &[
    ("account", "SELECT CAST(COUNT(*) AS BIGINT) FROM account WHERE id = $1"),
    ("identifier", "SELECT CAST(COUNT(*) AS BIGINT) FROM identifier WHERE account_id = $1"),
    ("contact", "SELECT CAST(COUNT(*) AS BIGINT) FROM contact WHERE account_id = $1"),
    ("attribute", "SELECT CAST(COUNT(*) AS BIGINT) FROM attribute WHERE account_id = $1"),
    ("credential", "SELECT CAST(COUNT(*) AS BIGINT) FROM credential WHERE account_id = $1"),
    ("authenticator", "SELECT CAST(COUNT(*) AS BIGINT) FROM authenticator WHERE account_id = $1"),
    ("session", "SELECT CAST(COUNT(*) AS BIGINT) FROM session WHERE account_id = $1"),
    ("grant_record", "SELECT CAST(COUNT(*) AS BIGINT) FROM grant_record WHERE account_id = $1"),
    ("subject", "SELECT CAST(COUNT(*) AS BIGINT) FROM subject WHERE account_id = $1"),
    ("known_browser", "SELECT CAST(COUNT(*) AS BIGINT) FROM known_browser WHERE account_id = $1"),
    ("registration", "SELECT CAST(COUNT(*) AS BIGINT) FROM registration WHERE id = $1"),
    ("challenge", "SELECT CAST(COUNT(*) AS BIGINT) FROM challenge WHERE person = $1"),
    ("link", "SELECT CAST(COUNT(*) AS BIGINT) FROM link WHERE person = $1"),
    ("outbox", "SELECT CAST(COUNT(*) AS BIGINT) FROM outbox WHERE person = $1 AND body IS NOT NULL"),
    ("profile_key", "SELECT CAST(COUNT(*) AS BIGINT) FROM vault.person_key WHERE person = $1 AND kind = 'profile'"),
    ("sharing_record", "SELECT CAST(COUNT(*) AS BIGINT) FROM sharing_record WHERE account_id = $1"),
    ("signal", "SELECT CAST(COUNT(*) AS BIGINT) FROM signal WHERE person = $1"),
    ("access_question", "SELECT CAST(COUNT(*) AS BIGINT) FROM access_question WHERE account_id = $1"),
    ("rights_bundle", "SELECT CAST(COUNT(*) AS BIGINT) FROM rights_bundle WHERE account_id = $1"),
    ("rights_case", "SELECT CAST(COUNT(*) AS BIGINT) FROM rights_case WHERE account_id = $1"),
    ("retention_review", "SELECT CAST(COUNT(*) AS BIGINT) FROM retention_review WHERE account_id = $1"),
    ("enquiry_person", "SELECT CAST(COUNT(*) AS BIGINT) FROM enquiry_person WHERE account_id = $1"),
];

/// The tables that still name the person, each with how many rows.
pub async fn left(r: &mut Read, account: AccountId) -> Result<Vec<(&'static str, i64)>, Error> {
    let mut left = Vec::new();
    for (table, sql) in LEFT {
        let rows: i64 = r.sql(sql).bind(account).scalar().await?;
        if rows > 0 {
            left.push((*table, rows));
        }
    }
    Ok(left)
}
