//! What somebody asks for by right, and complaints: in the account, and on the forms for everybody.

use super::{Authority, Whom};
use crate::domain::rights::download::Section;
use crate::domain::time::When;
use crate::view::{Page, Wrong};
use serde::Serialize;

/// One case in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RightsLine {
    /// What it is called by.
    pub reference: String,
    /// What is asked for: `rights-kind-…`.
    pub kind: &'static str,
    /// When it was received.
    pub received: When,
    /// By which day it is answered, as YYYY-MM-DD; none if it is closed or there is no day.
    pub due: Option<String>,
    /// How it stands: `rights-state-…`.
    pub state: &'static str,
}

/// `/account/rights`: her cases, and the form that opens one. Radios `kind`, textarea `words`, submit `id=send`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Rights {
    /// Her cases, the newest first.
    pub cases: Vec<RightsLine>,
    /// What can be asked for here.
    pub kinds: Vec<&'static str>,
    /// What she chose.
    pub kind: String,
    /// What she wrote.
    pub words: String,
    /// She has sent more than is taken in a day.
    pub too_many: bool,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// One step, as she reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RightsStep {
    /// What happened: `rights-step-…`.
    pub step: &'static str,
    /// When.
    pub at: When,
    /// What she was told with it.
    pub lines: Vec<String>,
}

/// `/account/rights/{reference}`: a case with everything said in it. It is her receipt, too.
#[derive(Debug, Clone, Serialize)]
pub struct RightsOne {
    /// The case.
    pub line: RightsLine,
    /// It was just sent.
    pub sent: bool,
    /// What she wrote.
    pub said: Vec<String>,
    /// What happened.
    pub steps: Vec<RightsStep>,
    /// Until when a copy of what is held can be fetched, if one waits.
    pub copy_until: Option<When>,
    /// Who at the council looks at complaints.
    pub to: Whom,
    /// The regulator.
    pub regulator: Authority,
}

/// What somebody writes on a form for everybody: who they are, where an answer goes, and what it is about. Fields `full_name`, `email`,
/// `address`, `words`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Written {
    /// Her name.
    pub full_name: String,
    /// Where she is written to.
    pub email: String,
    /// The same by post.
    pub address: String,
    /// What she asks for or complains of.
    pub words: String,
}

/// `/your-data-rights`: for everybody, with an account or without. Radios `kind` and the fields of [`Written`]; submit `id=send`.
#[derive(Debug, Clone, Serialize)]
pub struct AskWithout {
    /// What can be asked for here.
    pub kinds: Vec<&'static str>,
    /// What she chose.
    pub kind: String,
    /// What she wrote.
    #[serde(flatten)]
    pub written: Written,
    /// Too many came from there today.
    pub too_many: bool,
    /// Who at the council answers: the other ways to ask.
    pub to: Whom,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/your-data-rights/received`: the receipt of that form. It holds nothing of hers.
#[derive(Debug, Clone, Serialize)]
pub struct AskReceived {
    /// The case.
    pub line: RightsLine,
    /// Who at the council looks at complaints.
    pub to: Whom,
    /// The regulator.
    pub regulator: Authority,
}

/// `/data-protection-complaint`: for everybody, with an account or without. The fields of [`Written`]; submit `id=send`.
#[derive(Debug, Clone, Serialize)]
pub struct DataComplaint {
    /// What she wrote.
    #[serde(flatten)]
    pub written: Written,
    /// Too many came from there today.
    pub too_many: bool,
    /// Who at the council looks at complaints: the other ways to complain.
    pub to: Whom,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/data-protection-complaint/received`: the receipt of the form for everybody. It holds nothing of hers.
#[derive(Debug, Clone, Serialize)]
pub struct DataComplaintReceived {
    /// The case.
    pub line: RightsLine,
    /// Who at the council looks at complaints.
    pub to: Whom,
    /// The regulator.
    pub regulator: Authority,
}

/// `/account/download`: what the account can see of itself. Submit `id=make`, or fields `current_password`, `code` and submit
/// `id=fetch`.
#[derive(Debug, Clone, Serialize)]
pub struct Download {
    /// none, making, ready or fetched.
    pub state: &'static str,
    /// Until when it is there, if it is ready.
    pub until: Option<When>,
    /// The address for password managers.
    pub username: Option<String>,
    /// Whether a code is asked, too.
    pub second_step: bool,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `/account/rights/{reference}/copy`: the copy of everything that is held, while it waits. Fields `current_password`, `code`; submit
/// `id=fetch`.
#[derive(Debug, Clone, Serialize)]
pub struct RightsCopy {
    /// What the case is called by.
    pub reference: String,
    /// Until when it is there.
    pub until: When,
    /// The address for password managers.
    pub username: Option<String>,
    /// Whether a code is asked, too.
    pub second_step: bool,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

impl Page for RightsCopy {
    const TEMPLATE: &'static str = "rights_copy.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

/// The page in the file that is fetched: it stands alone.
#[derive(Debug, Clone, Serialize)]
pub struct DownloadSheet {
    /// When it was made.
    pub made_at: When,
    /// The case, if it is a copy of everything that is held.
    pub of: Option<String>,
    /// Its parts.
    pub sections: Vec<Section>,
}

impl Page for Download {
    const TEMPLATE: &'static str = "download.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for DownloadSheet {
    const TEMPLATE: &'static str = "download_sheet.html";
}

impl Page for Rights {
    const TEMPLATE: &'static str = "rights.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for RightsOne {
    const TEMPLATE: &'static str = "rights_one.html";
}

impl Page for AskWithout {
    const TEMPLATE: &'static str = "ask_without.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for AskReceived {
    const TEMPLATE: &'static str = "ask_received.html";
}

impl Page for DataComplaint {
    const TEMPLATE: &'static str = "data_complaint.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for DataComplaintReceived {
    const TEMPLATE: &'static str = "data_complaint_received.html";
}
