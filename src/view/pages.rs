//! One struct for each page; `templates/<name>.html` shows it. Every form posts to the page's own address.
//!
//! Hidden fields common to the forms: `form_token` (from the chrome), `flow` and `journey` where the struct has them.

mod account;
mod code;
pub mod console;
mod details;
mod docs;
mod enter;
mod leave;
mod leaving;
mod papers;
mod release;
mod rights;
mod second_step;
mod seen;
mod sharing;
mod staff;
#[cfg(test)]
pub(super) mod tests;
mod trouble;

pub use account::{
    Account, AccountNews, AccountService, AccountSession, ChangeEmail, ChangePassword, Device, DeviceKind, NotMySignIn,
    Received, UndoEmail, UndoState,
};
pub use code::{CheckCode, ChoosePassword, CodePurpose, FinishSignUp};
pub use console::Console;
pub use details::{DetailNews, DetailRow, DetailUse, Details, GiveDetail, TypedDetail};
pub use docs::{Checker, ErrorLine, Errors, Sample, SamplePart, SetUp, SetUpStep, Step};
pub use enter::{CreateAccount, Forgotten, Home, SharedAddress, SignIn};
pub use leave::{Frame, LogoutConfirm, ReturnLink, SignedOut, SignedOutService, SignedOutState};
pub use leaving::{KeptLine, LeaveAccount, LeftAccount, LeftHow, ReopenAccount};
pub use papers::{
    Accessibility, AccessibilityIssue, Authority, Block, Complain, Compliance, Cookie, Cookies, Limits, ManualCheck,
    Notice, NoticeLink, Privacy, Whom,
};
pub use release::{ClaimKind, ClaimLine, Consent, FormPost, Inform, ServicePage, ServicePages};
pub use rights::{
    AskReceived, AskWithout, DataComplaint, DataComplaintReceived, Download, DownloadSheet, Rights, RightsCopy,
    RightsLine, RightsOne, RightsStep, Written,
};
pub use second_step::{RecoveryCodes, SecondStep, SecondStepSetUp, SecondStepSettings, VectorsOfTrust};
pub use seen::{
    Seen, SeenAnswer, SeenDestroyed, SeenItem, SeenLate, SeenNews, SeenOne, SeenPart, SeenPurpose, SeenQuestion,
    SeenReceipt,
};
pub use sharing::{
    Sharing, SharingChoose, SharingEntry, SharingLine, SharingNews, SharingObject, SharingOne, SharingReceipt,
    SharingService, SharingTold,
};
pub use staff::{
    OwnPasskey, StaffEnrol, StaffFront, StaffNobody, StaffPasskeys, StaffProve, StaffRefused, StaffSignIn,
    StaffSignOut, StaffTold,
};
pub use trouble::{Busy, Expired, Lapsed, Locked, LockedWhat, NotFound, Problem, Trouble};
