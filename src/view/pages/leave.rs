//! Signing out, here and at the services.

use crate::view::{Both, Page};
use serde::Serialize;

/// `/logout`: "Do you want to sign out?" Posts `logout` to `/logout/confirm`; submit `id=logout-confirm`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LogoutConfirm {
    /// The opaque reference of the logout request, if a service asked.
    pub logout: Option<String>,
    /// The services that will be told.
    pub services: Vec<Both>,
}

/// What a service said when it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedOutState {
    /// It answered: signed out there.
    Confirmed,
    /// Not asked yet, or being asked again.
    Waiting,
    /// It could not be reached, and will not be asked again.
    NotReached,
}

/// One service on the page of [`SignedOut`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedOutService {
    /// Its name.
    pub name: Both,
    /// What it said.
    pub state: SignedOutState,
}

/// The way back to the service that asked for the logout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnLink {
    /// Its post-logout address, with `state` if it sent one.
    pub url: String,
    /// Its name.
    pub name: Both,
}

/// A service's own sign-out page, opened unseen (OIDC Front-Channel Logout §3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Frame {
    /// The service's name.
    pub name: Both,
    /// The page.
    pub src: String,
}

/// `/signed-out`: "You have signed out". While a service is waiting there is a "Check again" link to `check_url`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignedOut {
    /// What each service said.
    pub services: Vec<SignedOutService>,
    /// The way back.
    pub return_to: Option<ReturnLink>,
    /// This page's own address with its reference.
    pub check_url: String,
    /// The services' own sign-out pages.
    pub frames: Vec<Frame>,
    /// There is nothing here she must see: once the frames have loaded, a script follows the way back.
    pub goes_on: bool,
}

impl Page for LogoutConfirm {
    const TEMPLATE: &'static str = "logout_confirm.html";
}

impl Page for SignedOut {
    const TEMPLATE: &'static str = "signed_out.html";
}
