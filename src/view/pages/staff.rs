//! Pages of the staff listener: signing in, adding a passkey, the front page, and what an officer may not do.

use crate::domain::time::When;
use crate::view::Page;
use serde::Serialize;

/// What a page with a passkey has to tell first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffTold {
    /// The passkey was not taken.
    Failed,
    /// The form came without a passkey: the script did not run.
    NoScript,
    /// On this network too many ask at the moment.
    Crowded,
    /// A passkey was added: it is used now for the first time.
    Enrolled,
    /// Signed out.
    SignedOut,
    /// One passkey more was added.
    Added,
    /// One was taken away.
    Removed,
}

/// Signing in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffSignIn {
    /// What there is to tell first.
    pub told: Option<StaffTold>,
    /// Where to go on.
    pub next: Option<String>,
    /// What the council's own provider is called, if members may come from there.
    pub upstream: Option<String>,
}

/// Adding the first passkey, by invitation.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffEnrol {
    /// What there is to tell first.
    pub told: Option<StaffTold>,
    /// Whose; none if the link does not work.
    pub name: Option<String>,
    /// The link's own token.
    pub invitation: String,
}

/// Proving once more who one is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffProve {
    /// What there is to tell first.
    pub told: Option<StaffTold>,
    /// Where to go on.
    pub next: Option<String>,
    /// What the council's own provider is called, if members may come from there.
    pub upstream: Option<String>,
}

/// One of a member's passkeys.
#[derive(Debug, Clone, Serialize)]
pub struct OwnPasskey {
    /// Its number, in hex.
    pub id: String,
    /// The browser it was added in.
    pub device: String,
    /// When.
    pub added: When,
    /// When it was used last.
    pub used: Option<When>,
}

/// A member's own passkeys.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffPasskeys {
    /// What there is to tell first.
    pub told: Option<StaffTold>,
    /// The oldest first; none of those who come from the council's provider.
    pub passkeys: Vec<OwnPasskey>,
    /// Whether they may add one.
    pub more: bool,
    /// The most that anybody has.
    pub most: i64,
}

/// "Do you want to sign out?"
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffSignOut {}

/// The front page: what this officer may do.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffFront {
    /// Their name.
    pub name: String,
    /// The words of their roles.
    pub roles: Vec<&'static str>,
    /// The words of what they may do.
    pub actions: Vec<&'static str>,
}

/// Nobody is on the staff yet.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffNobody {}

/// 403: their roles do not go so far.
#[derive(Debug, Clone, Serialize)]
pub struct StaffRefused {
    /// The word of what they asked for.
    pub action: &'static str,
    /// The request's reference.
    pub reference: Option<String>,
}

macro_rules! pages {
    ($($page:ident => $template:literal),+ $(,)?) => {$(
        impl Page for $page {
            const TEMPLATE: &'static str = $template;
        }
    )+};
}

pages! {
    StaffSignIn => "staff/sign_in.html",
    StaffEnrol => "staff/enrol.html",
    StaffProve => "staff/prove.html",
    StaffPasskeys => "staff/passkeys.html",
    StaffSignOut => "staff/sign_out.html",
    StaffFront => "staff/front.html",
    StaffNobody => "staff/nobody.html",
    StaffRefused => "staff/refused.html",
}
