//! A person's sharing records between store and domain.

use crate::crypto::hex;
use crate::domain::audit::Basis;
use crate::domain::claims::Claim;
use crate::domain::client::Lang;
use crate::domain::ids::ClientId;
use crate::domain::sharing::{NoticeRef, Record, RecordState};
use crate::store::Error;
use crate::store::sharing::SharingRow;
use std::collections::BTreeSet;

/// Claims as the store holds them: names with spaces between.
#[must_use]
pub fn join(claims: &BTreeSet<Claim>) -> String {
    claims.iter().map(|claim| claim.as_str()).collect::<Vec<_>>().join(" ")
}

/// Reads what [`join`] wrote; names we no longer hold are passed over.
#[must_use]
pub fn split(claims: &str) -> BTreeSet<Claim> {
    claims.split(' ').filter_map(Claim::parse).collect()
}

/// Stored records in the domain's words, in the order they came.
pub fn history(rows: Vec<SharingRow>) -> Result<Vec<Record>, Error> {
    rows.into_iter().map(record).collect()
}

/// A stored record in the domain's words.
pub fn record(row: SharingRow) -> Result<Record, Error> {
    let unreadable = |what: &str| Error::Unreadable(format!("sharing_record.{what}"));
    let basis = [Basis::Consent, Basis::Contract, Basis::LegalObligation, Basis::VitalInterests, Basis::PublicTask];
    Ok(Record {
        id: row.id,
        client: ClientId::parse(&row.client_id).ok_or_else(|| unreadable("client_id"))?,
        purpose: row.purpose,
        basis: basis.into_iter().find(|b| b.as_str() == row.basis).ok_or_else(|| unreadable("basis"))?,
        notice: NoticeRef::parse(&row.notice).ok_or_else(|| unreadable("notice"))?,
        notice_sha256: hex(&row.notice_sha256),
        lang: Lang::parse(&row.language).unwrap_or_default(),
        claims: split(&row.claims),
        state: RecordState::parse(&row.state).ok_or_else(|| unreadable("state"))?,
        at: row.at,
    })
}
