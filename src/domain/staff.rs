//! Members of staff: the roles they have, what may be asked of the staff listener, and what a decision is made over.
//!
//! The policies (`access.cedar`) decide; this is the vocabulary that they are written in.

use super::ids::{StaffId, StaffSessionId};
use super::time::When;
use super::word_list::words;
use std::time::Duration;

mod enquiry;
mod glass;

pub use enquiry::{Approval, Enquiry, Field, Found};
pub use glass::{Glass, review_by};

words! {
    /// What a member of staff is to the account service. One person may have several.
    Role {
        /// Helps residents at the desk and by phone.
        CustomerService = "customer_service";
        /// Answers for personal data: who saw what, why, on what basis; approves what needs a second person.
        InformationGovernance = "information_governance";
        /// Checks the record and those who keep it; sees no resident's particulars.
        Auditor = "auditor";
        /// Keeps the system; sees the state of the log and who is on the staff, and no resident.
        Administrator = "administrator";
        /// Stands in as the second person where one is needed, so that a small council is not stuck; sees nothing else.
        Deputy = "deputy";
    }
}

words! {
    /// What can be asked of the staff listener: each page and form there is one of these.
    Action {
        /// The front page, one's own sessions and one's own declared conflicts.
        UseConsole = "use_console";
        /// Find residents.
        SearchPeople = "search_people";
        /// Open one resident's record, its fields masked.
        ViewPerson = "view_person";
        /// Show one masked field in clear.
        RevealField = "reveal_field";
        /// Write down what a resident chose about sharing, by phone, at a desk or by post.
        RecordChoice = "record_choice";
        /// Handle what a resident asks for by right: restrict the use of her data, and her requests and complaints.
        HandleRights = "handle_rights";
        /// Erase the account of somebody who asked for that by right.
        EraseAccount = "erase_account";
        /// Write down a request about a right, or a complaint, that comes by phone, at a desk or by post.
        ReceiveRequest = "receive_request";
        /// Which requests and complaints wait, and by when they are answered, without whose they are.
        SeeRights = "see_rights";
        /// Search the record of events.
        SearchRecord = "search_record";
        /// Open one event, with its proof.
        ViewEvent = "view_event";
        /// Take entries of the record out of the house.
        ExportRecord = "export_record";
        /// Who looked at this person.
        ReportOnPerson = "report_on_person";
        /// What an officer looked at, and the monthly review of what stands out.
        ReportOnOfficers = "report_on_officers";
        /// Subjects, data and window of a breach, and its register.
        MeasureBreach = "measure_breach";
        /// Write a breach into the register, and what was done about it.
        RecordBreach = "record_breach";
        /// Which services were not told of a change, did not answer, or have to be told by hand.
        SeeSignals = "see_signals";
        /// Say that a service was told by hand.
        SettleSignal = "settle_signal";
        /// Which objections to sharing wait to be decided, without whose they are.
        SeeObjections = "see_objections";
        /// Read what a resident wrote when she objected, and decide.
        DecideObjection = "decide_objection";
        /// The state of the log: lag, checkpoints, witnesses.
        SeeLog = "see_log";
        /// Be the second person of something that needs one.
        GiveApproval = "give_approval";
        /// Open the glass: sixty minutes of what is refused else, for somebody's life or safety.
        BreakGlass = "break_glass";
        /// Review what was done behind broken glass.
        ReviewBreakGlass = "review_break_glass";
        /// Keep a look from its resident for a while, on a legal ground.
        DelayNotice = "delay_notice";
        /// See which looks are kept from residents, and show them.
        ReviewDelay = "review_delay";
        /// Answer a resident who asked about a look.
        AnswerQuestion = "answer_question";
        /// Who is on the staff, with which roles.
        SeeStaff = "see_staff";
        /// The register: which service gets what, what for, and on which basis.
        SeeRegister = "see_register";
    }
}

words! {
    /// How a member of staff proved who they are.
    Proof {
        /// A passkey of a local account.
        Passkey = "passkey";
        /// The council's own OpenID provider.
        Upstream = "upstream";
    }
}

/// How long a proof is fresh enough for a reveal, an export or breaking the glass.
pub const FRESH: Duration = Duration::from_mins(5);

/// A member of staff whose session stood when the request came.
#[derive(Debug, Clone)]
pub struct Officer {
    /// Who.
    pub id: StaffId,
    /// Which session.
    pub session: StaffSessionId,
    /// Their roles, in order, none twice.
    pub roles: Vec<Role>,
    /// Their pseudonym in the log of this year.
    pub pseudonym: String,
    /// How they proved who they are.
    pub proof: Proof,
    /// When they did so last.
    pub proved_at: When,
}

impl Officer {
    /// The roles as an event says them.
    #[must_use]
    pub fn roles_in_words(&self) -> String {
        self.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Whether they proved who they are a short while ago.
    #[must_use]
    pub fn is_fresh(&self, now: When) -> bool {
        now.since(self.proved_at) < FRESH
    }
}

/// What a decision is made over, beside who asks and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "policies know them as six truths, in any combination")]
pub struct Circumstances {
    /// A reason of the closed list is given.
    pub reason: bool,
    /// A case is named, or the reason needs none.
    pub case: bool,
    /// They proved who they are within [`FRESH`].
    pub fresh: bool,
    /// A second person has approved it.
    pub approved: bool,
    /// The glass is broken, and its sixty minutes are not over.
    pub glass_broken: bool,
    /// They have declared that they know the person.
    pub conflict: bool,
}
