//! The table of the staff listener: each line says what it needs, so that none can be added that does not.

use crate::app::App;
use crate::domain::staff::Action;
use crate::staff::desk::Needs;
use crate::staff::{
    self, approvals, breaches, choices, conflicts, delays, enquiries, enrol, erasing, exports, figures, front, glass,
    log_state, measure, members, objections, officers, passkeys, proposals, prove, questions, record, register,
    restriction, rights, schedule, sign_in, sign_out, signals, upstream,
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
const CHOICE: Needs = Needs::Officer(Action::RecordChoice);
const RIGHTS: Needs = Needs::Officer(Action::HandleRights);
const ERASE: Needs = Needs::Officer(Action::EraseAccount);
const RECEIVE: Needs = Needs::Officer(Action::ReceiveRequest);
const CASES: Needs = Needs::Officer(Action::SeeRights);
const REVEAL: Needs = Needs::Officer(Action::RevealField);
const APPROVE: Needs = Needs::Officer(Action::GiveApproval);
const BREAK: Needs = Needs::Officer(Action::BreakGlass);
const REVIEW: Needs = Needs::Officer(Action::ReviewBreakGlass);
const BREACHES: Needs = Needs::Officer(Action::MeasureBreach);
const RECORD: Needs = Needs::Officer(Action::RecordBreach);
const EVENTS: Needs = Needs::Officer(Action::SearchRecord);
const EVENT: Needs = Needs::Officer(Action::ViewEvent);
const EXPORT: Needs = Needs::Officer(Action::ExportRecord);
const WHO_SAW: Needs = Needs::Officer(Action::ReportOnPerson);
const OFFICERS: Needs = Needs::Officer(Action::ReportOnOfficers);
const QUESTIONS: Needs = Needs::Officer(Action::AnswerQuestion);
const OBJECTIONS: Needs = Needs::Officer(Action::SeeObjections);
const DECIDE: Needs = Needs::Officer(Action::DecideObjection);
const DELAYS: Needs = Needs::Officer(Action::ReviewDelay);
const REGISTER: Needs = Needs::Officer(Action::SeeRegister);
const STAFF: Needs = Needs::Officer(Action::SeeStaff);
const SIGNALS: Needs = Needs::Officer(Action::SeeSignals);
const SETTLE: Needs = Needs::Officer(Action::SettleSignal);
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
    line(Method::GET, "/passkeys", CONSOLE, || get(passkeys::show)),
    line(Method::POST, "/passkeys", CONSOLE, || post(passkeys::add)),
    line(Method::POST, "/passkeys/challenge", CONSOLE, || post(passkeys::challenge)),
    line(Method::POST, "/passkeys/remove", CONSOLE, || post(passkeys::remove)),
    line(Method::POST, "/stay", CONSOLE, || post(prove::stay)),
    line(Method::GET, "/sign-in/upstream", ANYBODY, || get(upstream::sign_in)),
    line(Method::GET, "/sign-in/callback", ANYBODY, || get(upstream::arrived)),
    line(Method::GET, "/prove/upstream", CONSOLE, || get(upstream::prove)),
    line(Method::GET, "/sign-out", ANYBODY, || get(sign_out::show)),
    line(Method::POST, "/sign-out", ANYBODY, || post(sign_out::submit)),
    line(Method::GET, "/enquiries", SEARCH, || get(enquiries::show)),
    line(Method::POST, "/enquiries", SEARCH, || post(enquiries::open)),
    line(Method::GET, "/enquiries/{enquiry}", SEARCH, || get(enquiries::one)),
    line(Method::POST, "/enquiries/{enquiry}/search", SEARCH, || post(enquiries::search)),
    line(Method::POST, "/enquiries/{enquiry}/close", SEARCH, || post(enquiries::close)),
    line(Method::GET, "/enquiries/{enquiry}/people/{account}", VIEW, || get(enquiries::person)),
    line(Method::POST, "/enquiries/{enquiry}/people/{account}/reveal", REVEAL, || post(enquiries::reveal)),
    line(Method::GET, "/enquiries/{enquiry}/people/{account}/choices", CHOICE, || get(choices::show)),
    line(Method::GET, "/enquiries/{enquiry}/people/{account}/choices/{client_id}/{purpose}", CHOICE, || {
        get(choices::one)
    }),
    line(Method::POST, "/enquiries/{enquiry}/people/{account}/choices/{client_id}/{purpose}", CHOICE, || {
        post(choices::write)
    }),
    line(Method::GET, "/enquiries/{enquiry}/people/{account}/receipts/{record}", CHOICE, || get(choices::receipt)),
    line(Method::GET, "/enquiries/{enquiry}/people/{account}/restriction", RIGHTS, || get(restriction::show)),
    line(Method::POST, "/enquiries/{enquiry}/people/{account}/restriction", RIGHTS, || post(restriction::take)),
    line(Method::GET, "/enquiries/{enquiry}/people/{account}/rights", RECEIVE, || get(rights::receive_of)),
    line(Method::POST, "/enquiries/{enquiry}/people/{account}/rights", RECEIVE, || post(rights::write_of)),
    line(Method::GET, "/rights", CASES, || get(rights::list)),
    line(Method::GET, "/rights/figures", CASES, || get(figures::show)),
    line(Method::GET, "/rights/figures.csv", CASES, || get(figures::sheet)),
    line(Method::GET, "/rights/new", RECEIVE, || get(rights::receive)),
    line(Method::POST, "/rights/new", RECEIVE, || post(rights::write)),
    line(Method::GET, "/rights/{case}", CASES, || get(rights::one)),
    line(Method::POST, "/rights/{case}", RIGHTS, || post(rights::open)),
    line(Method::GET, "/rights/{case}/receipt", RECEIVE, || get(rights::receipt)),
    line(Method::GET, "/rights/{case}/enquiries/{enquiry}", RIGHTS, || get(rights::read)),
    line(Method::POST, "/rights/{case}/enquiries/{enquiry}", RIGHTS, || post(rights::step)),
    line(Method::GET, "/rights/{case}/enquiries/{enquiry}/copy", RIGHTS, || get(rights::bundle_show)),
    line(Method::POST, "/rights/{case}/enquiries/{enquiry}/copy", RIGHTS, || post(rights::bundle_act)),
    line(Method::POST, "/rights/{case}/enquiries/{enquiry}/copy/pieces", RIGHTS, || post(rights::bundle_pieces)),
    line(Method::POST, "/rights/{case}/enquiries/{enquiry}/copy/file", REVEAL, || post(rights::bundle_file)),
    line(Method::GET, "/rights/{case}/enquiries/{enquiry}/erasure", RIGHTS, || get(erasing::show)),
    line(Method::POST, "/rights/{case}/enquiries/{enquiry}/erasure", ERASE, || post(erasing::erase)),
    line(Method::GET, "/approvals", CONSOLE, || get(approvals::show)),
    line(Method::GET, "/approvals/{approval}/person", APPROVE, || get(approvals::person)),
    line(Method::POST, "/approvals/{approval}", APPROVE, || post(approvals::decide)),
    line(Method::GET, "/policies/{approval}", APPROVE, || get(proposals::show)),
    line(Method::GET, "/register", REGISTER, || get(register::show)),
    line(Method::GET, "/register/{client}", REGISTER, || get(register::one)),
    line(Method::GET, "/schedule", REGISTER, || get(schedule::show)),
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
    line(Method::GET, "/breaches/measure", BREACHES, || get(measure::show)),
    line(Method::POST, "/breaches/measure", BREACHES, || post(measure::ask)),
    line(Method::GET, "/breaches/measured", BREACHES, || get(measure::measured)),
    line(Method::GET, "/record", EVENTS, || get(record::show)),
    line(Method::POST, "/record", EVENTS, || post(record::search)),
    line(Method::GET, "/record/results", EVENTS, || get(record::results)),
    line(Method::GET, "/record/events/{event}", EVENT, || get(record::event)),
    line(Method::GET, "/record/person", WHO_SAW, || get(record::person)),
    line(Method::POST, "/record/person", WHO_SAW, || post(record::ask_person)),
    line(Method::GET, "/record/person/seen", WHO_SAW, || get(record::seen)),
    line(Method::GET, "/exports", EXPORT, || get(exports::show)),
    line(Method::POST, "/exports", EXPORT, || post(exports::ask)),
    line(Method::POST, "/exports/{approval}", EXPORT, || post(exports::take)),
    line(Method::GET, "/officers", OFFICERS, || get(officers::show)),
    line(Method::POST, "/officers", OFFICERS, || post(officers::ask)),
    line(Method::GET, "/officers/report", OFFICERS, || get(officers::report)),
    line(Method::GET, "/officers/review", OFFICERS, || get(officers::review)),
    line(Method::GET, "/questions", QUESTIONS, || get(questions::show)),
    line(Method::GET, "/questions/{question}", QUESTIONS, || get(questions::one)),
    line(Method::POST, "/questions/{question}", QUESTIONS, || post(questions::answer)),
    line(Method::GET, "/objections", OBJECTIONS, || get(objections::show)),
    line(Method::GET, "/objections/{record}", OBJECTIONS, || get(objections::one)),
    line(Method::POST, "/objections/{record}", DECIDE, || post(objections::open)),
    line(Method::GET, "/objections/{record}/enquiries/{enquiry}", DECIDE, || get(objections::read)),
    line(Method::POST, "/objections/{record}/enquiries/{enquiry}", DECIDE, || post(objections::decide)),
    line(Method::GET, "/delays", DELAYS, || get(delays::show)),
    line(Method::POST, "/delays/{look}/release", DELAYS, || post(delays::release)),
    line(Method::POST, "/delays/{look}/ask", DELAYS, || post(delays::ask)),
    line(Method::POST, "/delays/{look}/renew", DELAYS, || post(delays::renew)),
    line(Method::GET, "/signals", SIGNALS, || get(signals::show)),
    line(Method::GET, "/signals/{signal}", SIGNALS, || get(signals::one)),
    line(Method::GET, "/signals/changes/{change}", SIGNALS, || get(signals::change)),
    line(Method::POST, "/signals/{signal}", SETTLE, || post(signals::settle)),
    line(Method::GET, "/staff", STAFF, || get(members::show)),
    line(Method::GET, "/log", LOG, || get(log_state::show)),
    line(Method::GET, "/log/events.svg", LOG, || get(log_state::picture)),
    line(Method::GET, "/cookies", ANYBODY, || get(staff::cookies)),
    line(Method::GET, "/assets/{name}", ANYBODY, || get(staff::file)),
    line(Method::GET, "/council/{name}", ANYBODY, || get(staff::colours)),
];

/// The routes of the table.
pub(super) fn routes() -> Router<App> {
    DESK.iter().fold(Router::new(), |router, line| router.route(line.path, (line.to)().layer(Extension(line.needs))))
}
