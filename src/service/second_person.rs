//! What an operator asks for at the command line in the name of a member of staff, and another member approves in the console:
//! policies, the release of a hold, a run that would destroy more than one run may.

use super::Failure;
use super::looking::approvals::OPEN;
use super::looking::{Deed, Refused};
use super::staff::members::{self, Member};
use crate::app::App;
use crate::crypto::tokens;
use crate::domain::account::FullName;
use crate::domain::audit::{Kind, Sealed};
use crate::domain::staff::{Action, Approval};
use crate::domain::time::When;
use crate::store::Error;
use crate::store::approvals::{self, ApprovalRow};

/// Why nobody is asked.
#[derive(Debug, thiserror::Error)]
pub enum NotAsked {
    /// Nobody of that name works here.
    #[error("nobody on the staff is called {0}: `portreeve staff list` says who is")]
    NoMember(String),
    /// Nobody else could say yes.
    #[error(
        "nobody else on the staff who can sign in may approve: invite somebody, or name two people (--by, --approved-by)"
    )]
    NobodyElse,
    /// Too much of this member's waits already.
    #[error("{OPEN} requests of theirs wait for a second person: let some be decided first")]
    TooMany,
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Error> for NotAsked {
    fn from(error: Error) -> Self {
        Self::Failure(error.into())
    }
}

impl NotAsked {
    /// What a write came to that gives up where too much waits.
    pub(super) fn or<C>(written: Result<C, Error>) -> Result<(), Self> {
        match written {
            Ok(_) => Ok(()),
            Err(Error::GivenUp) => Err(Self::TooMany),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whoever asks, if they are on the staff and somebody else there may approve.
///
/// # Errors
/// [`NotAsked`] says what to mend.
pub async fn asker(app: &App, by: &FullName) -> Result<Member, NotAsked> {
    let all = members::all(app).await?;
    let member = all.iter().find(|member| member.active && member.name.is_same_as(by)).cloned();
    let member = member.ok_or_else(|| NotAsked::NoMember(by.as_str().to_owned()))?;
    let may = |other: &Member| super::staff::may_ever(app, &other.roles, Action::GiveApproval);
    let others = all.iter().filter(|other| other.active && other.enrolled && !other.name.is_same_as(by));
    if others.filter(|other| may(other)).count() == 0 {
        return Err(NotAsked::NobodyElse);
    }
    Ok(member)
}

/// A request of this member's: what for, and what stands for its reason in the record.
pub(super) fn request(kind: Approval, (member, what, reason): (&Member, &str, &str), now: When) -> ApprovalRow {
    ApprovalRow {
        id: tokens::uuid(),
        kind: kind.as_str().to_owned(),
        asked_by: member.id,
        what: what.to_owned(),
        reason: reason.to_owned(),
        case_ref: None,
        asked_at: now,
        until: now + Approval::LASTS,
        decided_by: None,
        decided_at: None,
        approved: None,
        used_at: None,
        about: None,
    }
}

/// The second person's no, with the event that says so.
pub(super) async fn refuse<K: Kind + Clone + Send + Sync>(
    deed: Deed<'_>,
    row: &ApprovalRow,
    event: &Sealed<K>,
) -> Result<(), Refused> {
    let refused = deed
        .app
        .db
        .write(async |mut w| {
            if !approvals::decide(&mut w, row.id, deed.officer.id, false, deed.now).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    decided(refused)
}

/// What a second person's write came to that gives up where it was decided, or is too late.
pub(super) fn decided<C>(written: Result<C, Error>) -> Result<(), Refused> {
    match written {
        Ok(_) => Ok(()),
        Err(Error::GivenUp) => Err(Refused::Decided),
        Err(error) => Err(error.into()),
    }
}
