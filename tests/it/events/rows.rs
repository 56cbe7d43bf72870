//! Who leaves which events: every route, duty and command has a row, and every kind of event is named by one.
//!
//! `watch` holds the rows of routes against every request of every test to a house of `app`, at either listener, and whoever says more or
//! another kind fails there; `duties` and `commands` drive theirs. That a row says no more than happens is seen over a
//! whole run: `tests/run` collects what was left, and asks the last test here.

mod staff;

use super::record::SEEN;
use crate::serve::portreeve;
use portreeve::domain::audit::vocabulary::all;
use portreeve::routes::desk;
use staff::DESK;
use std::collections::BTreeSet;

/// A route with its method, a duty or a command, and the kinds of events that it may leave and does.
pub type Row = (&'static str, &'static [&'static str]);

/// The public listener, in the order of `src/routes.rs`.
pub const ROUTES: &[Row] = &[
    ("GET /.well-known/openid-configuration", &[]),
    ("GET /.well-known/oauth-authorization-server", &[]),
    ("GET /jwks", &[]),
    ("GET /authorize", &["authorization.granted", "claims.denied", "request.refused"]),
    ("POST /authorize", &[]),
    ("POST /par", &["request.refused"]),
    ("POST /token", &["claims.released", "request.refused", "token.issued_to_machine", "token.reuse_detected"]),
    ("GET /userinfo", &[]),
    ("POST /userinfo", &[]),
    ("POST /introspect", &["request.refused"]),
    ("POST /revoke", &["request.refused", "token.revoked"]),
    ("POST /signals/poll", &["request.refused", "signal.delivered", "signal.refused"]),
    ("POST /signals/done", &["request.refused", "signal.done", "signal.refused"]),
    ("POST /in-use", &["account.needed", "request.refused"]),
    ("GET /events/{kind}", &[]),
    ("GET /logout", &["auth.signed_out", "request.refused"]),
    ("POST /logout", &[]),
    ("GET /log/{year}/checkpoint", &[]),
    ("GET /log/{year}/tile/{*tile}", &[]),
    ("POST /register", &["config.client_registered", "request.refused"]),
    ("GET /register/{client_id}", &["request.refused"]),
    ("PUT /register/{client_id}", &["config.client_changed"]),
    ("DELETE /register/{client_id}", &["authorization.service_left", "config.client_removed", "request.refused"]),
    ("GET /sign-in", &["request.refused"]),
    (
        "POST /sign-in",
        &[
            "auth.locked",
            "auth.password_accepted",
            "auth.sessions_ended",
            "auth.signin_failed",
            "auth.signin_succeeded",
            "request.refused",
        ],
    ),
    ("GET /sign-in/code", &[]),
    (
        "POST /sign-in/code",
        &[
            "auth.locked",
            "auth.signin_succeeded",
            "auth.stepped_up",
            "credential.code_failed",
            "credential.recovery_code_used",
        ],
    ),
    ("GET /create-account", &[]),
    ("POST /create-account", &["account.registration_started", "credential.code_sent", "request.refused"]),
    ("GET /create-account/code", &["request.refused"]),
    ("POST /create-account/code", &["account.address_proven", "credential.code_failed", "credential.code_sent"]),
    ("GET /create-account/finish", &[]),
    ("POST /create-account/finish", &["account.address_proven", "credential.code_failed", "credential.code_sent"]),
    ("GET /create-account/password", &[]),
    ("POST /create-account/password", &["account.created", "auth.sessions_ended", "auth.signin_succeeded"]),
    ("GET /create-account/share", &[]),
    ("POST /create-account/share", &["account.address_proven"]),
    ("GET /continue", &["authorization.granted", "claims.denied", "request.refused"]),
    ("POST /continue", &["authorization.granted", "claims.denied", "sharing.notice_shown"]),
    ("GET /continue/details", &[]),
    ("POST /continue/details", &["account.detail_changed"]),
    ("GET /consent", &["authorization.granted", "claims.denied"]),
    ("POST /consent", &["authorization.granted", "sharing.consent_given", "sharing.consent_refused"]),
    ("POST /not-me", &["auth.sessions_ended"]),
    ("GET /forgotten-password", &[]),
    ("POST /forgotten-password", &["credential.code_sent"]),
    ("GET /forgotten-password/code", &[]),
    ("POST /forgotten-password/code", &["credential.code_failed", "credential.code_sent", "request.refused"]),
    ("GET /forgotten-password/password", &[]),
    ("POST /forgotten-password/password", &["credential.password_changed"]),
    ("GET /account", &[]),
    ("GET /account/password", &[]),
    (
        "POST /account/password",
        &[
            "auth.locked",
            "auth.signin_failed",
            "auth.stepped_up",
            "credential.code_failed",
            "credential.password_changed",
            "credential.recovery_code_used",
        ],
    ),
    ("GET /account/email", &[]),
    (
        "POST /account/email",
        &["auth.locked", "auth.signin_failed", "auth.stepped_up", "credential.code_failed", "credential.code_sent"],
    ),
    ("GET /account/email/code", &[]),
    ("POST /account/email/code", &["contact.change_confirmed", "credential.code_failed", "credential.code_sent"]),
    ("GET /account/email/undo", &[]),
    ("POST /account/email/undo", &["contact.change_cancelled"]),
    ("GET /account/details", &[]),
    ("GET /account/details/{detail}", &[]),
    ("POST /account/details/{detail}", &["account.detail_changed"]),
    ("POST /account/details/{detail}/take-away", &["account.detail_changed"]),
    ("GET /account/delete", &[]),
    ("POST /account/delete", &["account.closed", "account.erased", "auth.signin_failed"]),
    ("GET /account/reopen", &[]),
    ("POST /account/reopen", &["account.reopened"]),
    ("POST /account/stay", &[]),
    ("GET /account/second-step", &[]),
    (
        "POST /account/second-step",
        &[
            "auth.signin_failed",
            "auth.stepped_up",
            "credential.authenticator_removed",
            "credential.code_failed",
            "credential.recovery_codes_made",
        ],
    ),
    ("GET /account/second-step/set-up", &[]),
    ("POST /account/second-step/set-up", &["credential.authenticator_set"]),
    ("GET /account/second-step/qr", &[]),
    ("GET /account/second-step/codes", &[]),
    ("GET /account/seen", &["access.denied"]),
    ("GET /account/seen/{event}", &["access.denied"]),
    ("GET /account/seen/{event}/receipt", &["access.denied"]),
    ("POST /account/seen/{event}/ask", &["access.denied", "access.questioned"]),
    ("GET /account/sharing", &[]),
    ("GET /account/sharing/{client_id}/{purpose}", &[]),
    ("POST /account/sharing/{client_id}/{purpose}/withdraw", &["sharing.consent_withdrawn"]),
    ("GET /account/sharing/{client_id}/{purpose}/object", &[]),
    ("POST /account/sharing/{client_id}/{purpose}/object", &["sharing.objected"]),
    ("GET /account/sharing/{client_id}/{purpose}/choose", &[]),
    (
        "POST /account/sharing/{client_id}/{purpose}/choose",
        &["sharing.consent_given", "sharing.consent_reaffirmed", "sharing.consent_refused", "sharing.notice_shown"],
    ),
    ("POST /account/sharing/{client_id}/{purpose}/take-back", &["sharing.objection_withdrawn"]),
    ("GET /account/download", &[]),
    ("POST /account/download", &["rights.download_asked"]),
    ("POST /account/download/file", &["auth.signin_failed", "rights.download_taken"]),
    ("GET /account/rights", &[]),
    ("POST /account/rights", &["rights.received"]),
    ("GET /account/rights/{reference}", &[]),
    ("GET /account/rights/{reference}/copy", &[]),
    ("POST /account/rights/{reference}/copy", &["auth.signin_failed", "rights.bundle_fetched"]),
    ("GET /account/receipts/{record}", &[]),
    ("GET /account/receipts/{record}/page", &[]),
    ("GET /account/receipts/{record}/kantara", &[]),
    ("POST /account/sessions/end", &["access.denied", "auth.sessions_ended"]),
    ("POST /account/sessions/end-others", &["auth.sessions_ended"]),
    ("POST /account/sessions/end-all", &["auth.sessions_ended"]),
    ("GET /account/sessions/not-me", &[]),
    ("POST /account/sessions/not-me", &["auth.sessions_ended"]),
    ("GET /.well-known/change-password", &[]),
    ("POST /logout/confirm", &["auth.signed_out"]),
    ("GET /signed-out", &[]),
    ("GET /", &[]),
    ("GET /privacy", &[]),
    ("GET /notices/{name}", &[]),
    ("GET /cookies", &[]),
    ("GET /accessibility", &[]),
    ("GET /complain", &[]),
    ("GET /data-protection-complaint", &[]),
    ("POST /data-protection-complaint", &["rights.received"]),
    ("GET /data-protection-complaint/received", &[]),
    ("GET /your-data-rights", &[]),
    ("POST /your-data-rights", &["rights.received"]),
    ("GET /your-data-rights/received", &[]),
    ("GET /docs/errors", &[]),
    ("GET /docs/set-up", &[]),
    ("GET /docs/set-up/{step}", &[]),
    ("GET /docs/samples/{name}", &[]),
    ("GET /docs/verify/{name}", &[]),
    ("GET /docs/limits", &[]),
    ("GET /docs/vectors-of-trust", &[]),
    ("GET /services/{client_id}/logo", &[]),
    ("GET /robots.txt", &[]),
    ("GET /council/{name}", &[]),
    ("GET /assets/{name}", &[]),
];

/// The duties, by their files.
pub const DUTIES: &[Row] = &[
    ("send_messages", &["auth.logout_confirmed", "auth.logout_undelivered"]),
    ("deliver_signals", &["signal.delivered", "signal.refused", "signal.unanswered"]),
    ("expire", &["auth.sessions_ended", "authorization.service_left", "officer.notice_released"]),
    ("end_consents", &["sharing.consent_expired", "sharing.consent_reminded", "sharing.consent_superseded"]),
    ("make_bundles", &["rights.bundle_gathered", "rights.bundle_made", "rights.bundle_opened"]),
    ("make_downloads", &["rights.download_made"]),
    (
        "retention",
        &[
            "account.dormancy_warned",
            "account.erased",
            "account.erasure_finished",
            "log.destroyed",
            "payload.disposed",
            "person.key_destroyed",
            "retention.cancelled",
            "retention.disposed",
            "retention.finished",
            "retention.planned",
        ],
    ),
    ("seal_log", &["config.key_created", "log.opened", "log.tampering_found"]),
    ("show_witnesses", &[]),
    ("stream_log", &["config.collector_added"]),
    ("watch_log", &["log.tampering_found"]),
    ("remember_head", &[]),
    ("refresh", &[]),
    ("watch_glass", &["staff.suspended"]),
    ("rotate_keys", &["config.key_created", "config.key_rotated", "config.keys_destroyed"]),
];

/// The commands, as they are typed; `demo` and `serve` as far as their first start goes.
pub const COMMANDS: &[Row] = &[
    (
        "demo",
        &[
            "account.created",
            "account.detail_changed",
            "config.key_created",
            "config.policy_activated",
            "log.opened",
            "staff.invited",
        ],
    ),
    ("serve", &["config.key_created", "config.policy_activated", "log.opened"]),
    ("migrate", &[]),
    ("doctor", &[]),
    ("config check", &[]),
    ("config example", &[]),
    ("policy init", &[]),
    ("policy lint", &[]),
    ("policy diff", &[]),
    ("policy access", &[]),
    ("policy book", &[]),
    ("policy matrix", &[]),
    ("policy propose", &["config.policy_proposed"]),
    ("notice list", &[]),
    ("notice show", &[]),
    ("ropa export", &[]),
    ("client unused", &[]),
    ("policy sample", &[]),
    ("policy activate", &["config.key_created", "config.policy_activated"]),
    ("client plan", &[]),
    ("client apply", &["config.policy_activated"]),
    ("client list", &[]),
    ("client new-secret", &[]),
    ("client rotate-secret", &["config.client_secret_rotated"]),
    ("client remove", &["authorization.service_left", "config.client_removed"]),
    ("client registration-token", &["config.client_token_made", "config.client_token_withdrawn"]),
    ("client deliveries", &[]),
    ("client signals", &[]),
    ("client why", &["officer.notice_delayed", "officer.viewed"]),
    ("client import-records", &["sharing.imported"]),
    ("resident show", &["officer.notice_delayed", "officer.viewed"]),
    ("resident suspend", &["account.suspended", "officer.notice_delayed", "officer.viewed"]),
    ("resident restrict", &["account.restricted"]),
    ("resident lift-restriction", &["account.restriction_announced", "account.restriction_lifted"]),
    ("resident restore", &["account.restored", "officer.notice_delayed", "officer.viewed"]),
    ("resident erase", &["account.erased", "officer.notice_delayed", "officer.viewed"]),
    ("resident reopen", &["account.reopened", "officer.viewed"]),
    ("resident death", &["account.death_noted", "officer.viewed"]),
    ("retention forecast", &[]),
    ("retention plan", &["retention.planned"]),
    (
        "retention run",
        &["account.erasure_finished", "person.key_destroyed", "retention.disposed", "retention.finished"],
    ),
    ("retention show", &[]),
    ("retention approve", &["retention.approved", "retention.second_person_asked"]),
    ("retention cancel", &["retention.cancelled"]),
    ("retention hold place", &["hold.placed"]),
    ("retention hold keep", &["hold.kept"]),
    ("retention hold release", &["hold.released", "retention.second_person_asked"]),
    ("retention hold list", &[]),
    ("retention review list", &[]),
    ("retention review decide", &["retention.reviewed"]),
    ("retention review letter", &["account.dormancy_warned", "officer.viewed"]),
    ("retention certificates", &[]),
    ("retention confirm-clock", &["retention.clock_confirmed"]),
    ("resident objections", &[]),
    ("resident decide-objection", &["sharing.objection_decided"]),
    ("backup", &["house.backed_up", "house.copies_destroyed"]),
    (
        "restore",
        &[
            "account.revoked_again",
            "auth.sessions_ended",
            "house.restored",
            "sharing.consent_withdrawn",
            "sharing.objected",
        ],
    ),
    ("staff invite", &["staff.invited", "staff.invited_again"]),
    ("staff list", &[]),
    ("staff roles", &["staff.roles_changed"]),
    ("staff revoke", &["staff.removed"]),
    ("keys list", &[]),
    ("keys rotate", &["config.key_created", "config.key_rotated", "config.keys_destroyed", "log.key_announced"]),
    ("audit export", &["officer.exported"]),
    ("audit verify", &[]),
    ("audit prove", &["officer.exported"]),
    ("audit recent", &[]),
    ("audit witness", &[]),
    ("audit schema", &[]),
    ("audit checkpoint", &[]),
    ("audit open-year", &["log.opened"]),
    ("passwords import", &[]),
];

/// What is left by deeds that no route, duty or command does yet: the retention engine is to call `service::disposal`.
const AWAITED: &[Row] = &[("disposal", &["payload.disposed", "person.key_destroyed"])];

/// What a request to one of the listeners may leave; nothing where there is no route.
pub fn of_request(by: &str) -> &'static [&'static str] {
    of(ROUTES, by).or_else(|| of(DESK, by)).map_or(&[], |row| row.1)
}

/// The row of one of them.
pub fn of(table: &[Row], by: &str) -> Option<Row> {
    table.iter().find(|row| row.0 == by).copied()
}

/// Every route that stands in the text of `src/routes.rs`, with its methods: those of the public listener.
fn routes(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for route in text.split(".route(").skip(1) {
        let mut parts = route.trim_start().trim_start_matches('"').splitn(2, '"');
        let (path, handlers) = (parts.next().unwrap(), parts.next().unwrap());
        // Up to what comes after the route.
        let end = ["\n        .", "\n}"].iter().filter_map(|end| handlers.find(end)).min().unwrap_or(handlers.len());
        let before = found.len();
        for (at, _) in handlers[..end].match_indices('(') {
            let word = handlers[..at].rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
            if ["get", "post", "put", "delete", "patch"].contains(&word) {
                found.insert(format!("{} {path}", word.to_uppercase()));
            }
        }
        assert_ne!(found.len(), before, "{path} has no method that is known here");
    }
    found
}

/// All rows there are.
fn everybody() -> impl Iterator<Item = &'static Row> {
    [ROUTES, DESK, DUTIES, COMMANDS].into_iter().flatten()
}

fn named(table: &[Row]) -> BTreeSet<String> {
    let names: BTreeSet<String> = table.iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(names.len(), table.len(), "one has two rows");
    names
}

#[test]
fn every_route_has_a_row() {
    let text = include_str!("../../../src/routes.rs");
    assert_eq!(named(ROUTES), routes(text));
    let more = "pub fn public() {}\n\nfn a() -> Router {\n    Router::new()\n        .route(\"/a\", get(a::b).post(c))\n        \
                .route(\n            \"/d/{e}\",\n            delete(f).options(may_get))\n        .merge(get(g))\n}\n";
    assert_eq!(routes(more), ["GET /a", "POST /a", "DELETE /d/{e}"].map(ToOwned::to_owned).into());
}

#[test]
fn every_route_of_the_staff_has_a_row() {
    let routes = desk::DESK.iter().map(|line| format!("staff {} {}", line.method, line.path));
    assert_eq!(named(DESK), routes.collect());
}

#[test]
fn every_duty_has_a_row() {
    let text = include_str!("../../../src/jobs.rs");
    let begun = text.lines().filter_map(|line| line.trim().strip_prefix("duties.spawn(run(app, &holder, "));
    assert_eq!(named(DUTIES), begun.map(|rest| rest.split("::").next().unwrap().to_owned()).collect());
}

/// Every command there is below this one, as the program says itself.
fn commands(line: &str) -> Vec<String> {
    let arguments: Vec<&str> = line.split_whitespace().chain(["--help"]).collect();
    let help = String::from_utf8(portreeve(&arguments).output().unwrap().stdout).unwrap();
    let Some((_, below)) = help.split_once("\nCommands:\n") else {
        return vec![line.to_owned()];
    };
    let words = below.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let words = words.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help");
    words.flat_map(|word| commands(format!("{line} {word}").trim())).collect()
}

#[test]
fn every_command_has_a_row() {
    assert_eq!(named(COMMANDS), commands("").into_iter().collect());
}

#[test]
fn every_kind_of_event_is_left_by_somebody() {
    let left: BTreeSet<&str> = everybody().chain(AWAITED).flat_map(|row| row.1).copied().collect();
    let vocabulary: BTreeSet<&str> = all().map(|kind| kind.name).collect();
    assert_eq!(left, vocabulary, "a kind that nobody leaves, or a word that is no kind");
    for (by, kinds) in everybody() {
        assert!(kinds.is_sorted_by(|a, b| a < b), "{by} has a kind twice, or out of order");
    }
}

#[test]
#[ignore = "asks what a whole run has left; tests/run does, after it"]
fn every_row_says_no_more_than_happens() {
    let file = std::env::var_os(SEEN).expect("the file that the run wrote");
    let seen = std::fs::read_to_string(file).unwrap();
    let seen: BTreeSet<&str> = seen.lines().collect();
    let pairs = everybody().flat_map(|row| row.1.iter().map(move |kind| format!("{} {kind}", row.0)));
    let never: Vec<String> = pairs.filter(|pair| !seen.contains(pair.as_str())).collect();
    assert!(never.is_empty(), "no test has seen this happen:\n{}", never.join("\n"));
}
