//! How a service proves itself: what could never be accepted, and what it is excused from until a day.

use super::{GARDEN, LEGACY_SECRET, METHOD, POINT, PROFILE, SECRET, TRYING, pairs};
use crate::policy::Severity;
use crate::policy::lint::{lint, running_out};
use crate::policy::sample::tests::{DAY, held, with};
use jiff::ToSpan as _;

const FAPI2: &str = "security_profile = \"fapi2\"";

#[test]
fn what_a_client_signs_can_be_accepted() {
    let one =
        |key: &str| format!("token_endpoint_auth_method = \"private_key_jwt\"\njwks = {{ keys = [{{ {key} }}] }}");
    let ec = |more: &str| one(&format!("kty = \"EC\", crv = \"P-256\", x = \"{POINT}\", y = \"{POINT}\"{more}"));
    let good = ec("");
    for bad in [
        one("kty = \"EC\""),
        one("kty = \"EC\", crv = \"P-521\", x = \"AA\", y = \"AA\""),
        one(&format!("kty = \"OKP\", crv = \"X25519\", x = \"{POINT}\"")),
        one(&format!("kty = \"RSA\", n = \"{POINT}\", e = \"AQAB\"")),
        ec(", use = \"enc\""),
    ] {
        pairs("client.unusable", &[(GARDEN, METHOD, &bad)], &[(GARDEN, METHOD, &good)]);
    }
    // It signs with something else than its key is for.
    let alg = |name: &str| format!("{good}\ntoken_endpoint_auth_signing_alg = \"{name}\"");
    pairs("client.unusable", &[(GARDEN, METHOD, &alg("PS256"))], &[(GARDEN, METHOD, &alg("ES256"))]);

    let fapi2 = (GARDEN, PROFILE, FAPI2);
    for key in ["token_endpoint_auth_signing_alg", "request_object_signing_alg"] {
        let named = |name: &str| format!("{METHOD}\n{key} = \"{name}\"");
        for forbidden in ["RS256", "ES384"].map(named) {
            pairs("client.unusable", &[fapi2, (GARDEN, METHOD, &forbidden)], &[(GARDEN, METHOD, &forbidden)]);
        }
        pairs(
            "client.unusable",
            &[fapi2, (GARDEN, METHOD, &named("RS256"))],
            &[fapi2, (GARDEN, METHOD, &named("PS256"))],
        );
    }

    let legacy = (GARDEN, PROFILE, LEGACY_SECRET);
    let signed = format!("{SECRET}\nrequest_object_signing_alg = \"ES256\"");
    let keys = format!("{signed}\njwks_uri = \"http://localhost:8090/jwks\"");
    pairs("client.unusable", &[legacy, (GARDEN, METHOD, &signed)], &[legacy, (GARDEN, METHOD, &keys)]);
}

#[test]
fn what_a_client_is_excused_from_ends_on_a_day_that_is_told_before() {
    let until = |day: jiff::civil::Date| LEGACY_SECRET.replace("2027-03-31", &day.to_string());
    let (over, last) = (until(DAY.yesterday().unwrap()), until(DAY));
    let secret = (GARDEN, METHOD, SECRET);
    pairs("client.legacy_over", &[(GARDEN, PROFILE, &over), secret], &[(GARDEN, PROFILE, &last), secret]);
    let template = |day: &str| format!("until = {day}");
    let (before, still) = (template("2026-11-30"), template("2026-12-01"));
    pairs("client.legacy_over", &[(TRYING, "until = 2099-12-31", &before)], &[(TRYING, "until = 2099-12-31", &still)]);
    // What was activated goes on: a restart is not refused on the day after.
    assert!(with(&[(GARDEN, PROFILE, &over), secret]).is_ok());

    let near = |day| {
        let bundle = with(&[(GARDEN, PROFILE, &until(day)), secret]).unwrap();
        let found = running_out(&bundle, DAY);
        found.into_iter().map(|finding| (finding.severity, finding.rule, finding.file)).collect::<Vec<_>>()
    };
    let told = [(Severity::Warning, "client.legacy_ends", GARDEN.to_owned())];
    for days in [0, 1, 60] {
        assert_eq!(near(DAY.saturating_add(days.days())), told, "{days}");
    }
    assert_eq!(near(DAY.saturating_add(61.days())), []);
    assert_eq!(near(DAY.yesterday().unwrap()), [], "that is an error");
    let bundle = with(&[(TRYING, "until = 2099-12-31", &still)]).unwrap();
    assert_eq!(running_out(&bundle, DAY).len(), 1);
    assert!(lint(&bundle, &held(), DAY).iter().all(|finding| finding.rule != "client.legacy_ends"));
}
