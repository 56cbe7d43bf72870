//! The table of the staff listener: each line says what it needs, so that none can be added that does not.

use crate::app::App;
use crate::domain::staff::Action;
use crate::staff::desk::Needs;
use crate::staff::{
    self, approvals, breaches, conflicts, enquiries, enrol, front, glass, log_state, prove, sign_in, sign_out,
};
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
const SEARCH: Needs = Needs::Officer(Action::SearchPeople);
const VIEW: Needs = Needs::Officer(Action::ViewPerson);
const REVEAL: Needs = Needs::Officer(Action::RevealField);
const APPROVE: Needs = Needs::Officer(Action::GiveApproval);
const BREAK: Needs = Needs::Officer(Action::BreakGlass);
const REVIEW: Needs = Needs::Officer(Action::ReviewBreakGlass);
const BREACHES: Needs = Needs::Officer(Action::MeasureBreach);
const RECORD: Needs = Needs::Officer(Action::RecordBreach);
const LOG: Needs = Needs::Officer(Action::SeeLog);

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
    line(Method::GET, "/enquiries", SEARCH, || get(enquiries::show)),
    line(Method::POST, "/enquiries", SEARCH, || post(enquiries::open)),
    line(Method::GET, "/enquiries/{enquiry}", SEARCH, || get(enquiries::one)),
    line(Method::POST, "/enquiries/{enquiry}/search", SEARCH, || post(enquiries::search)),
    line(Method::POST, "/enquiries/{enquiry}/close", SEARCH, || post(enquiries::close)),
    line(Method::GET, "/enquiries/{enquiry}/people/{account}", VIEW, || get(enquiries::person)),
    line(Method::POST, "/enquiries/{enquiry}/people/{account}/reveal", REVEAL, || post(enquiries::reveal)),
    line(Method::GET, "/approvals", CONSOLE, || get(approvals::show)),
    line(Method::POST, "/approvals/{approval}", APPROVE, || post(approvals::decide)),
    line(Method::GET, "/break-glass", CONSOLE, || get(glass::show)),
    line(Method::POST, "/break-glass", BREAK, || post(glass::break_it)),
    line(Method::POST, "/break-glass/{glass}/close", BREAK, || post(glass::close)),
    line(Method::POST, "/break-glass/{glass}/review", REVIEW, || post(glass::review)),
    line(Method::GET, "/conflicts", CONSOLE, || get(conflicts::show)),
    line(Method::POST, "/conflicts", CONSOLE, || post(conflicts::change)),
    line(Method::GET, "/breaches", BREACHES, || get(breaches::show)),
    line(Method::POST, "/breaches", RECORD, || post(breaches::record)),
    line(Method::GET, "/breaches/{breach}", BREACHES, || get(breaches::one)),
    line(Method::POST, "/breaches/{breach}", RECORD, || post(breaches::decide)),
    line(Method::GET, "/log", LOG, || get(log_state::show)),
    line(Method::GET, "/log/events.svg", LOG, || get(log_state::picture)),
    line(Method::GET, "/assets/{name}", ANYBODY, || get(staff::file)),
    line(Method::GET, "/council/{name}", ANYBODY, || get(staff::colours)),
];

/// The routes of the table.
pub(super) fn routes() -> Router<App> {
    DESK.iter().fold(Router::new(), |router, line| router.route(line.path, (line.to)().layer(Extension(line.needs))))
}
