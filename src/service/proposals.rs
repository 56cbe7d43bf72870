//! Policies that need two people, where there are members of staff: one proposes, another reads what it changes and whom it
//! touches in the console, and approves. Approving puts them in force, in the same transaction.
//!
//! ```text
//! propose (command line, a member's name) ──> waits, 24 h ──> approve ──> in force, both named in the event
//!                                                        └──> refuse
//! ```

use super::Failure;
use super::effects::{Weighed, weigh};
use super::looking::approvals::OPEN;
use super::looking::{Deed, Refused};
use super::second_person::{self, NotAsked};
use super::setup;
use super::staff::members::{self, Member};
use crate::app::App;
use crate::crypto::hex;
use crate::crypto::record::{EventSeed, Recorder};
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{PolicyActivated, PolicyProposed, PolicyRefused};
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::staff::Approval;
use crate::domain::time::When;
use crate::policy::{Bundle, Names, NamesError};
use crate::store::approvals::{self as rows, ApprovalRow};
use crate::store::proposals::{self, ProposalRow};
use crate::store::{Error, house};
use uuid::Uuid;

/// What stands for a reason in the record.
pub const REASON: &str = "policy_change";

/// Proposes policies in the place of those in force. Gives the request, and until when it can be approved.
///
/// # Errors
/// [`NotAsked`]; nothing waits then.
pub async fn propose(app: &App, new: &Bundle, member: &Member, now: When) -> Result<(Uuid, When), NotAsked> {
    let snapshot = app.snapshot();
    let row = second_person::request(Approval::Policy, (member, new.version(), REASON), now);
    let (id, until) = (row.id, row.until);
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
            if !rows::ask(&mut w, &row, OPEN).await? {
                return Err(Error::GivenUp);
            }
            proposals::insert(&mut w, &proposal).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    NotAsked::or(asked).map(|()| (id, until))
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
    let mut weighed = weigh(&app.db, &snapshot.policy, &bundle, &app.issuer).await?;
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
    second_person::decided(outcome)
}

async fn refuse(deed: Deed<'_>, row: &ApprovalRow, by: FullName, refused_by: FullName) -> Result<(), Refused> {
    let kept = proposals::get(&mut deed.app.db.peek(), row.id).await?.ok_or(Refused::Decided)?;
    let payload = PolicyRefused { approval: row.id, bundle: hex(&kept.digest), by, refused_by };
    let draft = Draft::of_officer(deed.officer, payload).from(deed.context.clone()).because(REASON, None);
    let event = deed.app.snapshot().recorder.seal(EventSeed::draw(deed.now), &draft, None)?;
    second_person::refuse(deed, row, &event).await
}
