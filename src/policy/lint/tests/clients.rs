//! What a service may be beside a web page that asks: an API, a program, one that registers itself.

use super::{GARDEN, LEGACY_SECRET, METHOD, PERMITS, PROFILE, SECRET, SIGNALS, TRYING, pairs};
use crate::policy::lint;
use crate::policy::sample::tests::{broken, held, with};

#[test]
fn an_api_is_one_services_and_only_a_program_that_proves_itself_gets_tokens_of_its_own() {
    const PERMITS_API: &str = "sensitive = false\nserves = [\"https://permits.havenbrook.example/api\"]";
    const CALLS: &str = "sensitive = false\ncalls = [\"https://permits.havenbrook.example/api\"]";
    let plain = "sensitive = false";
    pairs("client.calls", &[(GARDEN, plain, CALLS)], &[(GARDEN, plain, CALLS), (PERMITS, plain, PERMITS_API)]);
    pairs(
        "client.serves",
        &[(GARDEN, plain, PERMITS_API), (PERMITS, plain, PERMITS_API)],
        &[(PERMITS, plain, PERMITS_API)],
    );
    pairs(
        "client.redirect",
        &[(PERMITS, plain, "sensitive = false\nserves = [\"https://permits.havenbrook.example/api#x\"]")],
        &[(PERMITS, plain, PERMITS_API)],
    );
    let machine = "sensitive = false\nmachine_scopes = [\"permits.read\"]";
    pairs(
        "client.machine_scope",
        &[(GARDEN, plain, "sensitive = false\nmachine_scopes = [\"email\"]")],
        &[(GARDEN, plain, machine)],
    );
    let native = "application_type = \"native\"\ntoken_endpoint_auth_method = \"none\"";
    pairs(
        "client.machine_scope",
        &[
            (GARDEN, METHOD, native),
            (GARDEN, "http://localhost:8090/callback", "http://127.0.0.1/cb"),
            (GARDEN, "post_logout_redirect_uris = [\"http://localhost:8090/\"]", ""),
            (GARDEN, SIGNALS, ""),
            (GARDEN, plain, machine),
        ],
        &[
            (GARDEN, METHOD, native),
            (GARDEN, "http://localhost:8090/callback", "http://127.0.0.1/cb"),
            (GARDEN, "post_logout_redirect_uris = [\"http://localhost:8090/\"]", ""),
            (GARDEN, SIGNALS, ""),
        ],
    );
}

#[test]
fn a_sign_in_is_shared_with_services_that_are_there() {
    let list = |value: &str| format!("sensitive = false\nsso_shared_with = {value}");
    for bad in ["[\"parking-permit\"]", "[\"garden-waste\"]"] {
        pairs(
            "client.sso_shared_with",
            &[(GARDEN, "sensitive = false", &list(bad))],
            &[(GARDEN, "sensitive = false", &list("[\"parking-permits\"]"))],
        );
    }
    assert_eq!(broken(&[(GARDEN, "sensitive = false", &list("[]"))]), Vec::<&str>::new());
}

#[test]
fn a_sign_out_page_is_beside_a_redirect_uri() {
    let page = |url: &str| format!("sensitive = false\nfrontchannel_logout_uri = \"{url}\"");
    pairs(
        "client.frontchannel_logout",
        &[(GARDEN, "sensitive = false", &page("http://localhost:8091/out"))],
        &[(GARDEN, "sensitive = false", &page("http://localhost:8090/out"))],
    );
}

#[test]
fn a_registration_template_is_held_to_the_same_rules() {
    let scopes = "scopes = [\"openid\", \"profile\", \"email\", \"phone\", \"address\", \"offline_access\"]";
    let phone = (TRYING, "claims = [\"phone_number\", ", "claims = [");
    pairs("claim.no_share", &[phone], &[phone, (TRYING, scopes, "scopes = [\"openid\"]")]);
    pairs(
        "share.purpose",
        &[(TRYING, "try-out-sign-in", "nothing")],
        &[(TRYING, "try-out-sign-in", "try-out-sign-in")],
    );
    pairs("share.power", &[(TRYING, "power = \"la-2011-s1\"\n", "")], &[(TRYING, "la-2011-s1", "lga-1972-s111")]);
    pairs("notice.missing", &[(TRYING, "trying-out@1", "trying-out@2")], &[(TRYING, "trying-out@1", "garden-waste@1")]);
    pairs("client.assurance", &[(TRYING, "\"A0\"", "\"A2\"")], &[(TRYING, "\"A0\"", "\"A0\"")]);
    pairs(
        "client.other_ways",
        &[(TRYING, "phone = \"01632 960000\"", "phone = \"\"")],
        &[(TRYING, "960000", "960001")],
    );
    let legacy = "legacy = { relaxations = [\"no_pkce\", \"client_secret\", \"rs256\"], until = 2099-12-31 }";
    pairs("client.legacy", &[(TRYING, legacy, "")], &[(TRYING, legacy, ""), (TRYING, "\"legacy\"", "\"standard\"")]);
    pairs("file.unreadable", &[(TRYING, "sensitive", "redirect_uris")], &[(TRYING, "false", "true")]);
    let text = with(&[]).unwrap().sources.text(TRYING).unwrap().to_owned();
    pairs(
        "registration.name",
        &[("registrations/Two Words.toml", "", &text)],
        &[("registrations/two-words.toml", "", &text)],
    );
    pairs("file.unknown", &[("registrations/notes.txt", "", "x")], &[]);
}

#[test]
fn a_secret_gives_way_to_the_next_and_keys_beside_it_sign_requests() {
    let legacy = (GARDEN, PROFILE, LEGACY_SECRET);
    let before = "previous_client_secret = { sha256 = \"aa\", until = 2026-12-31 }";
    let whole = before.replace("\"aa\"", &format!("{:?}", "0a".repeat(32)));
    let bad = format!("{SECRET}\n{before}");
    let good = format!("{SECRET}\n{whole}");
    pairs("client.secret", &[legacy, (GARDEN, METHOD, &bad)], &[legacy, (GARDEN, METHOD, &good)]);
    let alone = format!("{METHOD}\n{whole}");
    pairs("client.secret", &[legacy, (GARDEN, METHOD, &alone)], &[legacy, (GARDEN, METHOD, &good)]);
    let keys = format!("{SECRET}\njwks_uri = \"http://localhost:8090/jwks\"");
    let signed = format!("{keys}\nrequest_object_signing_alg = \"ES256\"");
    pairs("client.keys", &[legacy, (GARDEN, METHOD, &keys)], &[legacy, (GARDEN, METHOD, &signed)]);
    let rs256 = "userinfo_signed_response_alg = \"RS256\"\nsector =";
    let excused = LEGACY_SECRET.replace("client_secret", "rs256");
    pairs("client.rs256", &[(GARDEN, "sector =", rs256)], &[(GARDEN, "sector =", rs256), (GARDEN, PROFILE, &excused)]);
    let request = "request_uris = [\"http://a.example/r#x\"]\nsector =";
    let loopback = "request_uris = [\"http://localhost:8090/r#x\"]\nsector =";
    pairs("client.plain_http", &[(GARDEN, "sector =", request)], &[(GARDEN, "sector =", loopback)]);
}

const ENDPOINT: &str = "endpoint = \"http://localhost:8090/signals\"\n";
const PUSH: &str = "delivery = \"push\"\nendpoint = \"http://localhost:8090/signals\"\n";
const POLL: &str = "delivery = \"poll\"\n";

#[test]
fn signals_are_sent_to_an_address_or_fetched_by_who_proves_itself() {
    pairs("signals.endpoint", &[(GARDEN, ENDPOINT, "")], &[(GARDEN, PUSH, POLL)]);
    let both = PUSH.replace("push", "poll");
    pairs("signals.endpoint", &[(GARDEN, PUSH, &both)], &[(GARDEN, PUSH, POLL)]);
    let plain = PUSH.replace("localhost:8090", "garden.example");
    let https = plain.replace("http:", "https:");
    pairs("client.plain_http", &[(GARDEN, PUSH, &plain)], &[(GARDEN, PUSH, &https)]);
    let none = format!("{POLL}events = []\n");
    let one = format!("{POLL}events = [\"erasure_decided\"]\n");
    pairs("signals.events", &[(GARDEN, PUSH, &none)], &[(GARDEN, PUSH, &one)]);
    pairs("file.unreadable", &[(GARDEN, PUSH, &one.replace("decided", "made"))], &[(GARDEN, PUSH, &one)]);
    let native = "application_type = \"native\"\ntoken_endpoint_auth_method = \"none\"";
    let app = [
        (GARDEN, METHOD, native),
        (GARDEN, "http://localhost:8090/callback", "http://127.0.0.1/cb"),
        (GARDEN, "post_logout_redirect_uris = [\"http://localhost:8090/\"]", ""),
    ];
    let without: Vec<_> = app.into_iter().chain([(GARDEN, SIGNALS, "")]).collect();
    pairs("signals.proof", &app, &without);
}

#[test]
fn who_gets_data_and_takes_no_signals_is_told_by_hand_and_lint_says_so() {
    let warned = |changes: &[(&str, &str, &str)]| {
        let findings = lint(&with(changes).unwrap(), &held(), super::DAY);
        let of = findings.into_iter().filter(|finding| finding.rule.starts_with("signals."));
        of.map(|finding| (finding.rule, finding.file)).collect::<Vec<_>>()
    };
    let garden = |rule| vec![(rule, GARDEN.to_owned())];
    assert_eq!(warned(&[]), []);
    let whole = format!("[signals]\n{PUSH}");
    assert_eq!(warned(&[(GARDEN, &whole, "")]), garden("signals.none"));
    let some = format!("{POLL}events = [\"erasure_decided\"]\n");
    assert_eq!(warned(&[(GARDEN, PUSH, &some)]), garden("signals.some"));
    assert_eq!(warned(&[(GARDEN, PUSH, POLL)]), []);
    // Who gets nothing has nothing to be told of.
    let text = with(&[]).unwrap().sources.text(GARDEN).unwrap().to_owned();
    let (alone, _) = text.split_once("[[share]]").unwrap();
    let alone = alone.replace(&whole, "").replace("\"profile\", \"email\", ", "");
    assert_eq!(warned(&[(GARDEN, &text, &alone)]), []);
}
