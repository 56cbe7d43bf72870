//! What the engine calls roles, actions and what they are done to; and what people call them.

use crate::domain::staff::{Action, Role};
use cedar_policy::{EntityId, EntityTypeName, EntityUid};
use std::collections::BTreeMap;

/// What an action is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The house and those who work in it.
    House,
    /// One resident.
    Person,
    /// The record of events.
    Record,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::House, Self::Person, Self::Record];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::House => "House",
            Self::Person => "Person",
            Self::Record => "Record",
        }
    }

    pub(super) const fn of(action: Action) -> Self {
        match action {
            Action::UseConsole
            | Action::SearchPeople
            | Action::GiveApproval
            | Action::BreakGlass
            | Action::SeeStaff
            | Action::SeeRegister
            | Action::SeeObjections
            | Action::SeeRights => Self::House,
            Action::ViewPerson
            | Action::RevealField
            | Action::RecordChoice
            | Action::HandleRights
            | Action::EraseAccount
            | Action::ReceiveRequest
            | Action::ReportOnPerson
            | Action::DelayNotice
            | Action::ReviewDelay
            | Action::AnswerQuestion
            | Action::DecideObjection => Self::Person,
            Action::SearchRecord
            | Action::ViewEvent
            | Action::ExportRecord
            | Action::ReportOnOfficers
            | Action::MeasureBreach
            | Action::RecordBreach
            | Action::SeeLog
            | Action::SeeSignals
            | Action::SettleSignal
            | Action::ReviewBreakGlass => Self::Record,
        }
    }
}

/// The engine's names, made once.
#[derive(Debug)]
pub(super) struct Names {
    staff: EntityUid,
    roles: BTreeMap<Role, EntityUid>,
    actions: BTreeMap<Action, (EntityUid, EntityUid)>,
}

impl Names {
    /// None only if a name were no name of the language.
    pub(super) fn new() -> Option<Self> {
        let action = |action: Action| {
            let resource = uid(Kind::of(action).as_str(), "asked")?;
            Some((action, (uid("Action", action.as_str())?, resource)))
        };
        Some(Self {
            staff: uid("Staff", "asking")?,
            roles: Role::ALL.iter().map(|role| Some((*role, uid("Role", role.as_str())?))).collect::<Option<_>>()?,
            actions: Action::ALL.iter().copied().map(action).collect::<Option<_>>()?,
        })
    }

    pub(super) const fn staff(&self) -> &EntityUid {
        &self.staff
    }

    pub(super) fn role(&self, role: Role) -> Option<&EntityUid> {
        self.roles.get(&role)
    }

    /// The action, and what it is done to.
    pub(super) fn action(&self, action: Action) -> Option<&(EntityUid, EntityUid)> {
        self.actions.get(&action)
    }
}

fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    let kind: EntityTypeName = kind.parse().ok()?;
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

/// An action as people say it, after "may".
#[must_use]
pub const fn said(action: Action) -> &'static str {
    match action {
        Action::UseConsole => "Use the console",
        Action::SearchPeople => "Find residents",
        Action::ViewPerson => "Open a resident’s record, its fields masked",
        Action::RevealField => "Show one masked field",
        Action::RecordChoice => "Write down what a resident chose about sharing",
        Action::HandleRights => "Handle what a resident asks for by right",
        Action::EraseAccount => "Erase an account whose owner asked for that",
        Action::ReceiveRequest => "Write down a request about a right, or a complaint",
        Action::SeeRights => "See which requests and complaints wait",
        Action::SearchRecord => "Search the record of events",
        Action::ViewEvent => "Open one event, with its proof",
        Action::ExportRecord => "Take entries of the record out of the house",
        Action::ReportOnPerson => "Report on who looked at a resident",
        Action::ReportOnOfficers => "Report on what an officer looked at",
        Action::MeasureBreach => "Measure a breach",
        Action::RecordBreach => "Write a breach into the register",
        Action::SeeSignals => "See which services were not told of a change",
        Action::SettleSignal => "Say that a service was told by hand",
        Action::SeeObjections => "See which objections wait to be decided",
        Action::DecideObjection => "Read and decide a resident’s objection",
        Action::SeeLog => "See the state of the log",
        Action::GiveApproval => "Approve as the second person",
        Action::BreakGlass => "Break the glass",
        Action::ReviewBreakGlass => "Review what was done behind broken glass",
        Action::ReviewDelay => "See which looks are kept from residents, and show them",
        Action::DelayNotice => "Delay telling a resident about a look",
        Action::AnswerQuestion => "Answer a resident who asked about a look",
        Action::SeeStaff => "See who is on the staff",
        Action::SeeRegister => "See which service gets what, and why",
    }
}

/// A role as people say it.
#[must_use]
pub const fn said_of(role: Role) -> &'static str {
    match role {
        Role::CustomerService => "Customer service",
        Role::InformationGovernance => "Information governance",
        Role::Auditor => "Auditor",
        Role::Administrator => "Administrator",
        Role::Deputy => "Deputy",
    }
}
