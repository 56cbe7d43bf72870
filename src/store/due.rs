//! Rows whose clock began long enough ago that a rule may destroy them, and their going: one by one, each only as it was
//! seen. Whether a rule does is `domain::retention`'s word.

use super::{Error, Read, Write};
use crate::domain::ids::AccountId;
use crate::domain::retention::Trigger;
use crate::domain::time::When;
use uuid::Uuid;

/// One table whose rows a rule destroys.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The category its rows belong to.
    pub category: &'static str,
    /// What starts their clock.
    pub trigger: Trigger,
    find: &'static str,
    along: Option<&'static str>,
    destroy: &'static str,
    there: &'static str,
    people: Option<&'static str>,
}

/// A row that may be due.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DueRow {
    /// Its key.
    pub id: Uuid,
    /// Whose it is.
    pub account: Option<AccountId>,
    /// When its clock began.
    pub since: When,
    /// Those of several people it is about whom a hold names.
    #[sqlx(skip)]
    pub held: Vec<AccountId>,
}

/// `table`, its key, whose a row is, when its clock began, and which rows have one.
macro_rules! source {
    ($category:literal, $trigger:ident: $table:literal, $key:literal, $account:literal, $clock:literal, $which:literal) => {
        source!(@ $category, $trigger: $table, $key, $account, $clock, $which, "", None)
    };
    (@ $category:literal, $trigger:ident: $table:literal, $key:literal, $account:literal, $clock:literal, $which:literal,
        $first:literal, $along:expr) => {
        Source {
            category: $category,
            trigger: Trigger::$trigger,
            find: concat!(
                "SELECT ", $key, " AS id, ", $account, " AS account, ", $clock, " AS since FROM ", $table,
                " WHERE ", $first, $clock, " <= $1 AND (", $clock, ", ", $key, ") > ($2, $3) AND ", $which,
                " ORDER BY ", $clock, ", ", $key, " LIMIT $4"
            ),
            along: $along,
            destroy: concat!("DELETE FROM ", $table, " WHERE ", $key, " = $1 AND ", $clock, " = $2 AND ", $which),
            there: concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM ", $table, " WHERE ", $first, $clock, " <= $1 AND ", $which),
            people: None,
        }
    };
}

/// Of enquiries that ended from one time to another, those whom they found and a hold names.
const FOUND: &str = "SELECT p.enquiry_id, p.account_id FROM enquiry e JOIN enquiry_person p ON p.enquiry_id = e.id
    WHERE e.until >= $1 AND e.until <= $2
        AND EXISTS (SELECT 1 FROM hold h WHERE h.account_id = p.account_id AND h.released_at IS NULL)";

/// Of broken glass that ended from one time to another, those whom enquiries behind it found and a hold names: from the holds on, for
/// they are few.
const BEHIND_GLASS: &str = "SELECT g.id, p.account_id FROM hold h JOIN enquiry_person p ON p.account_id = h.account_id
    JOIN enquiry e ON e.id = p.enquiry_id JOIN glass g ON g.id = e.glass_id
    WHERE h.released_at IS NULL AND g.until >= $1 AND g.until <= $2";

/// When what is shared for a purpose ended: with the line that stopped it, or with the account.
macro_rules! shared {
    ($category:literal, $trigger:ident, $basis:literal) => {
        source!(
            @ $category, $trigger: "sharing_standing", "last_id", "account_id",
            "(CASE WHEN record_id IS NULL THEN last_at ELSE (SELECT e.erased_at FROM erasure e
                 WHERE e.account_id = sharing_standing.account_id) END)",
            $basis,
            // What ended by then was last written to before: the index finds it.
            "last_at <= $1 AND ",
            Some("DELETE FROM sharing_record WHERE EXISTS (SELECT 1 FROM sharing_standing s WHERE s.last_id = $1
                 AND s.account_id = sharing_record.account_id AND s.client_id = sharing_record.client_id
                 AND s.purpose = sharing_record.purpose)")
        )
    };
}

/// Every table whose rows go by a rule, one by one. Accounts, payloads of events and keys go by deeds of their own.
pub const SOURCES: &[Source] = &[
    source!("contact.history", Superseded: "contact", "id", "account_id", "replaced_at", "replaced_at IS NOT NULL"),
    source!("contact.history", Superseded: "attribute", "id", "account_id", "replaced_at", "replaced_at IS NOT NULL"),
    source!("browser", LastActivity: "known_browser", "account_id", "account_id", "last_at", "last_at IS NOT NULL"),
    source!("signal", Event: "signal", "jti", "person", "queued_at", "state <> 'waiting'"),
    Source {
        people: Some(FOUND),
        ..source!("officer.access", Event: "enquiry", "id", "CAST(NULL AS UUID)", "until", "until IS NOT NULL")
    },
    source!("officer.access", Event: "approval", "id", "about", "until", "until IS NOT NULL"),
    Source {
        people: Some(BEHIND_GLASS),
        ..source!("officer.access", Event: "glass", "id", "CAST(NULL AS UUID)", "until", "reviewed_at IS NOT NULL")
    },
    // Whose record was looked at stands in the look's own event, until her evidence key goes.
    source!(
        "officer.access", Event: "notice_delay", "event", "(SELECT e.person FROM event e WHERE e.id = notice_delay.event)",
        "review_by", "released_at IS NOT NULL"
    ),
    // Who leaves takes back all that they declared, in one moment: those rows go together.
    source!(
        "officer.conflict", Removed: "conflict", "staff_id", "CAST(NULL AS UUID)", "withdrawn_at", "withdrawn_at IS NOT NULL"
    ),
    source!("breach.register", Event: "breach", "id", "CAST(NULL AS UUID)", "recorded_at", "recorded_at IS NOT NULL"),
    source!("access.question", CaseClosed: "access_question", "id", "account_id", "answered_at", "answered_at IS NOT NULL"),
    // The keys of a member of staff go as those of a resident do, by the rule of keys.
    source!(
        @ "staff.account", Removed: "staff_member", "id", "CAST(NULL AS UUID)", "removed_at", "removed_at IS NOT NULL", "",
        Some("INSERT INTO erasure (account_id, cause, txn, erased_at, payloads, finished_at)
                 SELECT id, 'staff.account', id, removed_at, 0, removed_at FROM staff_member WHERE id = $1
                     AND EXISTS (SELECT 1 FROM vault.person_key k WHERE k.person = staff_member.id) ON CONFLICT DO NOTHING")
    ),
    // What was sealed for somebody without an account is under keys of her own, which go by the rule of keys.
    source!(
        @ "rights.case", CaseClosed: "rights_case", "id", "account_id", "closed_at", "closed_at IS NOT NULL", "",
        Some("INSERT INTO erasure (account_id, cause, txn, erased_at, payloads, finished_at)
                 SELECT person, 'rights.case', id, closed_at, 0, closed_at FROM rights_case
                 WHERE id = $1 AND account_id IS NULL ON CONFLICT DO NOTHING")
    ),
    source!("rights.bundle", Delivered: "rights_bundle", "case_id", "account_id", "kept_since", "kept_since IS NOT NULL"),
    shared!("sharing.consent", ConsentEnded, "basis = 'consent'"),
    shared!("sharing.other_basis", SharingEnded, "basis <> 'consent'"),
    source!("retention.hold", CaseClosed: "hold", "number", "account_id", "released_at", "released_at IS NOT NULL"),
    source!("retention.hold", CaseClosed: "retention_review", "account_id", "account_id", "decided_at", "decided_at IS NOT NULL"),
    source!("retention.record", Created: "disposal_certificate", "id", "CAST(NULL AS UUID)", "issued_at", "issued_at IS NOT NULL"),
    source!("retention.record", Created: "retention_run", "id", "CAST(NULL AS UUID)", "planned_at", "finished_at IS NOT NULL"),
    // As long as there is a key of hers, it is by this row that its end is found.
    source!(
        "erasure", Event: "erasure", "account_id", "account_id", "erased_at",
        "finished_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM vault.person_key k WHERE k.person = erasure.account_id)"
    ),
    source!("erasure", Event: "vault.tombstone", "person", "person", "erased_at", "erased_at IS NOT NULL"),
    source!("erasure", Event: "vault.revocation", "record", "person", "revoked_at", "revoked_at IS NOT NULL"),
];

/// Where a search goes on: behind this row.
pub type After = (When, Uuid);

/// Before every row: no clock began before 1970.
pub const FIRST: After = (When::from_seconds(0), Uuid::nil());

impl Source {
    /// Rows whose clock began at `cutoff` or earlier, the oldest first, behind `after`; at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn find(&self, r: &mut Read, cutoff: When, after: After, limit: i64) -> Result<Vec<DueRow>, Error> {
        let mut rows: Vec<DueRow> = r.sql(self.find).bind(cutoff).bind(after.0).bind(after.1).bind(limit).all().await?;
        if let (Some(people), Some(first), Some(last)) = (self.people, rows.first(), rows.last()) {
            let named: Vec<(Uuid, AccountId)> = r.sql(people).bind(first.since).bind(last.since).all().await?;
            for row in &mut rows {
                row.held = named.iter().filter(|(id, _)| *id == row.id).map(|(_, account)| *account).collect();
            }
        }
        Ok(rows)
    }

    /// How many rows began their clock then or earlier.
    ///
    /// # Errors
    /// What the database says.
    pub async fn count(&self, r: &mut Read, cutoff: When) -> Result<i64, Error> {
        r.sql(self.there).bind(cutoff).scalar().await
    }

    /// Destroys a row if its clock still begins where it was seen to; says how many rows went, which may be two that share
    /// both.
    ///
    /// # Errors
    /// What the database says.
    pub async fn destroy(&self, w: &mut Write, row: &DueRow) -> Result<u64, Error> {
        if let Some(along) = self.along {
            w.sql(along).bind(row.id).run().await?;
        }
        w.sql(self.destroy).bind(row.id).bind(row.since).run().await
    }
}
