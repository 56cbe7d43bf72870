//! Enquiries of officers, and whom they found in them.

use super::{Error, Read, Write};
use crate::domain::audit::Basis;
use crate::domain::ids::{AccountId, EnquiryId, StaffId};
use crate::domain::staff::{Enquiry, Field, Found};
use crate::domain::time::When;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: EnquiryId,
    staff_id: StaffId,
    purpose: String,
    basis: String,
    reason: String,
    case_ref: Option<String>,
    glass_id: Option<Uuid>,
    approval_id: Option<Uuid>,
    only_for: Option<String>,
    opened_at: When,
    until: When,
}

/// Opens an enquiry.
pub async fn insert(w: &mut Write, enquiry: &Enquiry) -> Result<(), Error> {
    w.sql(
        "INSERT INTO enquiry (id, staff_id, purpose, basis, reason, case_ref, glass_id, approval_id, only_for, opened_at, until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(enquiry.id)
    .bind(enquiry.staff)
    .bind(enquiry.purpose.as_str())
    .bind(enquiry.basis.as_str())
    .bind(enquiry.reason.as_str())
    .bind(enquiry.case.as_deref())
    .bind(enquiry.glass)
    .bind(enquiry.approval)
    .bind(enquiry.only_for.as_deref())
    .bind(enquiry.opened_at)
    .bind(enquiry.until)
    .run()
    .await
    .map(drop)
}

/// An enquiry.
pub async fn get(r: &mut Read, id: EnquiryId) -> Result<Option<Enquiry>, Error> {
    let row: Option<Row> = r
        .sql(
            "SELECT id, staff_id, purpose, basis, reason, case_ref, glass_id, approval_id, only_for, opened_at, until
             FROM enquiry WHERE id = $1",
        )
        .bind(id)
        .maybe()
        .await?;
    row.map(read).transpose()
}

/// The open enquiries of an officer, newest first.
pub async fn open_of(r: &mut Read, staff: StaffId, now: When) -> Result<Vec<Enquiry>, Error> {
    let rows: Vec<Row> = r
        .sql(
            "SELECT id, staff_id, purpose, basis, reason, case_ref, glass_id, approval_id, only_for, opened_at, until
             FROM enquiry WHERE staff_id = $1 AND until > $2 ORDER BY opened_at DESC LIMIT 20",
        )
        .bind(staff)
        .bind(now)
        .all()
        .await?;
    rows.into_iter().map(read).collect()
}

fn read(row: Row) -> Result<Enquiry, Error> {
    let basis = Basis::ALL.into_iter().find(|basis| basis.as_str() == row.basis);
    Ok(Enquiry {
        id: row.id,
        staff: row.staff_id,
        purpose: row.purpose,
        basis: basis.ok_or_else(|| Error::Unreadable("enquiry.basis".to_owned()))?,
        reason: row.reason,
        case: row.case_ref,
        glass: row.glass_id,
        approval: row.approval_id,
        only_for: row.only_for,
        opened_at: row.opened_at,
        until: row.until,
    })
}

/// Closes an enquiry before its time; `false` if it is closed or not this officer's.
pub async fn close(w: &mut Write, id: EnquiryId, staff: StaffId, now: When) -> Result<bool, Error> {
    let closed = w
        .sql("UPDATE enquiry SET until = $3 WHERE id = $1 AND staff_id = $2 AND until > $3")
        .bind(id)
        .bind(staff)
        .bind(now)
        .run()
        .await?;
    Ok(closed == 1)
}

/// Notes that a resident was found in an enquiry.
pub async fn find(w: &mut Write, id: EnquiryId, account: AccountId, now: When) -> Result<(), Error> {
    w.sql(
        "INSERT INTO enquiry_person (enquiry_id, account_id, revealed, found_at) VALUES ($1, $2, '', $3)
         ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(account)
    .bind(now)
    .run()
    .await
    .map(drop)
}

/// What an enquiry found of a resident: none if it did not find her.
pub async fn found(r: &mut Read, id: EnquiryId, account: AccountId) -> Result<Option<Found>, Error> {
    let revealed: Option<String> = r
        .sql("SELECT revealed FROM enquiry_person WHERE enquiry_id = $1 AND account_id = $2")
        .bind(id)
        .bind(account)
        .maybe_scalar()
        .await?;
    Ok(revealed.map(|words| Found { account, revealed: words.split(' ').filter_map(Field::parse).collect() }))
}

/// Whom an enquiry found, in the order of finding.
pub async fn all_found(r: &mut Read, id: EnquiryId) -> Result<Vec<AccountId>, Error> {
    let rows: Vec<(AccountId,)> = r
        .sql("SELECT account_id FROM enquiry_person WHERE enquiry_id = $1 ORDER BY found_at, account_id")
        .bind(id)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(account,)| account).collect())
}

/// Notes that a field is revealed, beside those that are; `false` if the enquiry did not find her, or it was already.
pub async fn reveal(w: &mut Write, id: EnquiryId, account: AccountId, field: Field) -> Result<bool, Error> {
    let revealed = w
        .sql(
            "UPDATE enquiry_person SET revealed = revealed || ' ' || CAST($3 AS TEXT)
             WHERE enquiry_id = $1 AND account_id = $2
               AND ' ' || revealed || ' ' NOT LIKE '% ' || CAST($3 AS TEXT) || ' %'",
        )
        .bind(id)
        .bind(account)
        .bind(field.as_str())
        .run()
        .await?;
    Ok(revealed == 1)
}
