//! The table of the staff listener: each line says what it needs, so that none can be added that does not.

use crate::app::App;
use crate::domain::staff::Action;
use crate::staff::desk::Needs;
use crate::staff::{self, enrol, front, prove, sign_in, sign_out};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use http::Method;

/// One line.
#[derive(Clone)]
pub struct Line {
    /// The method.
    pub method: Method,
    /// The address.
    pub path: &'static str,
    /// Who may.
    pub needs: Needs,
    to: fn() -> MethodRouter<App>,
}

const fn line(method: Method, path: &'static str, needs: Needs, to: fn() -> MethodRouter<App>) -> Line {
    Line { method, path, needs, to }
}

const ANYBODY: Needs = Needs::Nobody;
const CONSOLE: Needs = Needs::Officer(Action::UseConsole);

/// Every address of the staff listener.
pub const DESK: &[Line] = &[
    line(Method::GET, "/", CONSOLE, || get(front::show)),
    line(Method::GET, "/sign-in", ANYBODY, || get(sign_in::show)),
    line(Method::POST, "/sign-in", ANYBODY, || post(sign_in::submit)),
    line(Method::POST, "/sign-in/challenge", ANYBODY, || post(sign_in::challenge)),
    line(Method::GET, "/enrol/{token}", ANYBODY, || get(enrol::show)),
    line(Method::POST, "/enrol/{token}", ANYBODY, || post(enrol::submit)),
    line(Method::POST, "/enrol/{token}/challenge", ANYBODY, || post(enrol::challenge)),
    line(Method::GET, "/prove", CONSOLE, || get(prove::show)),
    line(Method::POST, "/prove", CONSOLE, || post(prove::submit)),
    line(Method::POST, "/prove/challenge", CONSOLE, || post(prove::challenge)),
    line(Method::POST, "/stay", CONSOLE, || post(prove::stay)),
    line(Method::GET, "/sign-out", ANYBODY, || get(sign_out::show)),
    line(Method::POST, "/sign-out", ANYBODY, || post(sign_out::submit)),
    line(Method::GET, "/assets/{name}", ANYBODY, || get(staff::file)),
];

/// The routes of the table.
pub(super) fn routes() -> Router<App> {
    DESK.iter().fold(Router::new(), |router, line| router.route(line.path, (line.to)().layer(Extension(line.needs))))
}
