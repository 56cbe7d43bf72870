//! Policies that somebody proposed and a second person has to approve. The request itself is a row of `approvals`.

use super::{Error, Read, Write};
use uuid::Uuid;

/// Proposed policies.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ProposalRow {
    /// The request for a second person's word.
    pub approval_id: Uuid,
    /// SHA-256 of the body.
    pub digest: Vec<u8>,
    /// The canonical bytes.
    pub body: Vec<u8>,
    /// The digest of the policies they are to replace: no others.
    pub replaces: Vec<u8>,
}

/// Keeps what was proposed.
pub async fn insert(w: &mut Write, row: &ProposalRow) -> Result<(), Error> {
    w.sql("INSERT INTO policy_proposal (approval_id, digest, body, replaces) VALUES ($1, $2, $3, $4)")
        .bind(row.approval_id)
        .bind(row.digest.as_slice())
        .bind(row.body.as_slice())
        .bind(row.replaces.as_slice())
        .run()
        .await
        .map(drop)
}

/// What was proposed under a request.
pub async fn get(r: &mut Read, approval: Uuid) -> Result<Option<ProposalRow>, Error> {
    r.sql("SELECT approval_id, digest, body, replaces FROM policy_proposal WHERE approval_id = $1")
        .bind(approval)
        .maybe()
        .await
}
