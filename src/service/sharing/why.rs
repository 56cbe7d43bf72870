//! Why a service gets this, and not that.

use crate::app::App;
use crate::domain::claims::Claim;
use crate::domain::client::Client;
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::RecordId;
use crate::domain::sharing::{NoticeRef, Reason, explain};
use crate::domain::time::When;
use crate::service::{Failure, records};
use crate::store::sharing;

/// One claim for one purpose, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The purpose.
    pub purpose: String,
    /// The lawful basis.
    pub basis: crate::domain::audit::Basis,
    /// The power behind it.
    pub power: Option<String>,
    /// The claim.
    pub claim: Claim,
    /// The notice in force.
    pub notice: NoticeRef,
    /// The record it goes out under with its time, or why it does not.
    pub outcome: Result<(RecordId, Option<When>), Reason>,
    /// Until when it stands.
    pub until: Option<When>,
}

/// What a service gets of one resident and why, decided as every release is. Whoever asks has a leave to look at her.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn why(app: &App, client: &Client, leave: &Disclosure, now: When) -> Result<Vec<Line>, Failure> {
    let rows = sharing::standings_at(&mut app.db.peek(), leave.subject(), client.id.as_str()).await?;
    let kept_only = records::restricted(&rows);
    let standings = records::standings(rows)?;
    let snapshot = app.snapshot();
    Ok(records::knowing(&snapshot, (now, kept_only), |facts| {
        let line = |found: crate::domain::sharing::Explained<'_>| Line {
            purpose: found.share.purpose.clone(),
            basis: found.share.basis,
            power: found.share.power.clone(),
            claim: found.claim,
            notice: found.notice,
            outcome: found.outcome.map(|record| (record, found.standing.and_then(|standing| standing.since))),
            until: found.standing.and_then(|standing| standing.expires_at),
        };
        explain(client, &standings, facts).into_iter().map(line).collect()
    }))
}
