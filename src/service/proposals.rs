//! Policies that need two people, where there are members of staff: one proposes, another reads what it changes and whom it
//! touches in the console, and approves. Approving puts them in force, in the same transaction.
//!
//! ```text
//! propose (command line, a member's name) ──> waits, 24 h ──> approve ──> in force, both named in the event
//!                                                        └──> refuse
//! ```

use super::Failure;
use super::effects::{Weighed, weigh};
use super::looking::{self, Deed, Refused};
use super::setup;
use super::staff::members::{self, Member};
use crate::app::App;
use crate::crypto::record::{EventSeed, Recorder};
use crate::crypto::{hex, tokens};
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{PolicyActivated, PolicyProposed, PolicyRefused};
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::staff::{Action, Approval};
use crate::domain::time::When;
use crate::policy::{Bundle, Names, NamesError};
use crate::store::approvals::{self as rows, ApprovalRow};
use crate::store::proposals::{self, ProposalRow};
use crate::store::{Error, house};
use uuid::Uuid;

/// What stands for a reason in the record.
pub const REASON: &str = "policy_change";

/// Why nothing is proposed.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// Nobody of that name works here.
    #[error("nobody on the staff is called {0}: `portreeve staff list` says who is")]
    NoMember(String),
    /// Nobody else could say yes.
    #[error(
        "nobody else on the staff may approve: invite somebody, or let two named people activate it (--by, --approved-by)"
    )]
    NobodyElse,
    /// Too much of this member's waits already.
    #[error("{} requests of theirs wait for a second person: let some be decided first", looking::approvals::OPEN)]
    TooMany,
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Error> for ProposeError {
    fn from(error: Error) -> Self {
        Self::Failure(error.into())
    }
}

/// Whoever proposes, if they are on the staff and somebody else there may approve.
///
/// # Errors
/// [`ProposeError`] says what to mend.
pub async fn proposer(app: &App, by: &FullName) -> Result<Member, ProposeError> {
    let all = members::all(app).await?;
    let member = all.iter().find(|member| member.active && member.name.is_same_as(by)).cloned();
    let member = member.ok_or_else(|| ProposeError::NoMember(by.as_str().to_owned()))?;
    let may = |other: &Member| super::staff::may_ever(app, &other.roles, Action::GiveApproval);
    let others = all.iter().filter(|other| other.active && other.enrolled && !other.name.is_same_as(by));
    if others.filter(|other| may(other)).count() == 0 {
        return Err(ProposeError::NobodyElse);
    }
    Ok(member)
}

/// Proposes policies in the place of those in force. Gives the request, and until when it can be approved.
///
/// # Errors
/// [`ProposeError`]; nothing waits then.
pub async fn propose(app: &App, new: &Bundle, member: &Member, now: When) -> Result<(Uuid, When), ProposeError> {
    let snapshot = app.snapshot();
    let (id, until) = (tokens::uuid(), now + Approval::LASTS);
    let row = ApprovalRow {
        id,
        kind: Approval::Policy.as_str().to_owned(),
        asked_by: member.id,
        what: new.version().to_owned(),
        reason: REASON.to_owned(),
        case_ref: None,
        asked_at: now,
        until,
        decided_by: None,
        decided_at: None,
        approved: None,
        used_at: None,
        about: None,
    };
    let proposal = ProposalRow {
        approval_id: id,
        digest: new.digest().to_vec(),
        body: new.canonical().to_vec(),
        replaces: snapshot.policy.digest().to_vec(),
    };
    let payload =
        PolicyProposed { approval: id, bundle: new.digest_hex(), by: member.name.clone(), until: until.to_string() };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = snapshot.recorder.seal(EventSeed::draw(now), &draft, None).map_err(Failure::from)?;
    let asked = app
        .db
        .write(async |mut w| {
            if !rows::ask(&mut w, &row, looking::approvals::OPEN).await? {
                return Err(Error::GivenUp);
            }
            proposals::insert(&mut w, &proposal).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    match asked {
        Ok(_) => Ok((id, until)),
        Err(Error::GivenUp) => Err(ProposeError::TooMany),
        Err(error) => Err(error.into()),
    }
}

/// A proposal, read.
pub struct Proposed {
    /// The request.
    pub row: ApprovalRow,
    /// The policies.
    pub bundle: Bundle,
    /// Whether what they were to replace is still in force.
    pub stands: bool,
    /// What they change, and whom they touch.
    pub weighed: Weighed,
    replaces: Vec<u8>,
}

/// What was proposed under a request, weighed against what is in force now.
///
/// # Errors
/// [`Refused::Decided`] if there is none that could be decided.
pub async fn read(app: &App, id: Uuid) -> Result<Proposed, Refused> {
    let row = rows::get(&mut app.db.peek(), id).await?.filter(|row| row.kind == Approval::Policy.as_str());
    let row = row.ok_or(Refused::Decided)?;
    let kept = proposals::get(&mut app.db.peek(), id).await?.ok_or(Refused::Decided)?;
    let bundle = Bundle::from_canonical(&kept.body, &app.issuer).map_err(|refused| {
        tracing::warn!(%refused, "proposed policies cannot be read");
        Refused::Decided
    })?;
    let snapshot = app.snapshot();
    let mut weighed = weigh(&app.db, &snapshot.policy, &bundle).await?;
    // What was in order when it was proposed may not be today, or under this version of the program.
    if let Err(refused) = bundle.check(&setup::held(), bundle.controller.today(app.now())) {
        weighed.never.extend(refused.findings);
    }
    let stands = snapshot.policy.digest().as_slice() == kept.replaces;
    Ok(Proposed { row, bundle, stands, weighed, replaces: kept.replaces })
}

/// The second person's word on policies: yes puts them in force. The caller has asked whether they may, and that they are
/// another person.
///
/// # Errors
/// [`Refused::Decided`] if it is too late, other policies came in force meanwhile, or these may not follow them.
pub async fn decide(deed: Deed<'_>, row: &ApprovalRow, approved: bool) -> Result<(), Refused> {
    let (asked, second) = (members::name(deed.app, row.asked_by), members::name(deed.app, deed.officer.id));
    let (Some(asked), Some(second)) = (asked.await?, second.await?) else { return Err(Refused::Decided) };
    if approved { approve(deed, row, &asked, &second).await } else { refuse(deed, row, asked, second).await }
}

async fn approve(deed: Deed<'_>, row: &ApprovalRow, by: &FullName, second: &FullName) -> Result<(), Refused> {
    // Their names are told apart here too: whoever reads the event must see two people.
    if let Err(NamesError::OnePerson) = Names::parse(Some(by.as_str()), Some(second.as_str())) {
        return Err(Refused::Decided);
    }
    let proposed = read(deed.app, row.id).await?;
    if !proposed.stands || !proposed.weighed.never.is_empty() {
        return Err(Refused::Decided);
    }
    let payload = PolicyActivated {
        bundle: hex(proposed.bundle.digest()),
        by: Some(by.clone()),
        approved_by: Some(second.clone()),
    };
    let draft = Draft::of_officer(deed.officer, payload).from(deed.context.clone()).because(REASON, None);
    let recorder = Recorder::new(deed.app.roots.clone(), proposed.bundle.version());
    let event = recorder.seal(EventSeed::draw(deed.now), &draft, None)?;
    let (digest, body) = (proposed.bundle.digest().as_slice(), proposed.bundle.canonical());
    let outcome = deed
        .app
        .db
        .write(async |mut w| {
            let kind = Approval::Policy.as_str();
            if !rows::decide(&mut w, row.id, deed.officer.id, true, deed.now).await?
                || !rows::spend(&mut w, row.id, kind, row.asked_by, deed.now).await?
            {
                return Err(Error::GivenUp);
            }
            house::replaces(&mut w, &proposed.replaces).await?;
            house::activate(&mut w, digest, body, deed.now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    decided(outcome.map(drop))
}

async fn refuse(deed: Deed<'_>, row: &ApprovalRow, by: FullName, refused_by: FullName) -> Result<(), Refused> {
    let kept = proposals::get(&mut deed.app.db.peek(), row.id).await?.ok_or(Refused::Decided)?;
    let payload = PolicyRefused { approval: row.id, bundle: hex(&kept.digest), by, refused_by };
    let draft = Draft::of_officer(deed.officer, payload).from(deed.context.clone()).because(REASON, None);
    let event = deed.app.snapshot().recorder.seal(EventSeed::draw(deed.now), &draft, None)?;
    let outcome = deed
        .app
        .db
        .write(async |mut w| {
            if !rows::decide(&mut w, row.id, deed.officer.id, false, deed.now).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    decided(outcome.map(drop))
}

fn decided(outcome: Result<(), Error>) -> Result<(), Refused> {
    match outcome {
        Ok(()) => Ok(()),
        Err(Error::GivenUp) => Err(Refused::Decided),
        Err(error) => Err(error.into()),
    }
}
