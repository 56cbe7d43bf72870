//! When it does not go on: locked, expired, not found, out of order. Every one says "There is a problem" and names
//! other ways.

use crate::domain::time::When;
use crate::view::Page;
use serde::Serialize;

/// What is closed for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LockedWhat {
    /// An account, after too many wrong passwords.
    Account,
    /// Creating accounts, for a network from which too many were begun.
    Network,
    /// Giving and correcting details, after a day of it.
    Details,
    /// Letting services have something, after a day of it.
    Sharing,
}

/// Too many of something: wait.
#[derive(Debug, Clone, Serialize)]
pub struct Locked {
    /// What.
    pub what: LockedWhat,
    /// When it opens again.
    pub until: When,
    /// The journey this belongs to.
    pub flow: Option<String>,
}

/// What has lapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lapsed {
    /// The sign-in journey a service began.
    Flow,
    /// A sign-up or reset on the way.
    Journey,
    /// A link in a message.
    Link,
    /// The session.
    Session,
}

/// Something has lapsed. With a service in the chrome it links to the service's start page.
#[derive(Debug, Clone, Serialize)]
pub struct Expired {
    /// What has lapsed.
    pub what: Lapsed,
}

/// Why a request cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// A fault of ours.
    Ours,
    /// A service sent a request that is not right (unknown client, wrong redirect URI, malformed).
    BadRequest,
    /// A page of a sign-in that is not this browser's: kept as a bookmark, or sent by somebody.
    NotThisBrowser,
    /// A form came from elsewhere, or its token is out of date.
    StaleForm,
    /// A form was shown to somebody else than whoever is signed in now.
    SomebodyElse,
    /// More than we take.
    TooLarge,
    /// What the browser sent is no request of ours.
    Unusable,
    /// This account must not do that.
    NotAllowed,
    /// The resident needs more proof for this service than the account has.
    NotEnoughProof,
}

impl Trouble {
    /// Each of them.
    pub const ALL: [Self; 9] = [
        Self::Ours,
        Self::BadRequest,
        Self::NotThisBrowser,
        Self::StaleForm,
        Self::SomebodyElse,
        Self::TooLarge,
        Self::Unusable,
        Self::NotAllowed,
        Self::NotEnoughProof,
    ];
}

/// "There is a problem": what happened, what to do, a reference for the help desk.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// Why.
    pub why: Trouble,
    /// The request's reference, to be read out on the telephone.
    pub reference: Option<String>,
}

/// 404.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NotFound {}

/// 503: too many at once; goes with `Retry-After`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Busy {}

impl Page for Locked {
    const TEMPLATE: &'static str = "locked.html";
}

impl Page for Expired {
    const TEMPLATE: &'static str = "expired.html";
}

impl Page for Problem {
    const TEMPLATE: &'static str = "problem.html";
}

impl Page for NotFound {
    const TEMPLATE: &'static str = "not_found.html";
}

impl Page for Busy {
    const TEMPLATE: &'static str = "busy.html";
}
