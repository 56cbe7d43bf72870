//! Each rule breaks on the sample changed one way, and is silent on the nearest change that is in order.

mod clients;
mod further;
mod least;
mod proof;
mod register;
mod schedule;

use super::{lint, overdue, running_out};
use crate::policy::Severity;
use crate::policy::sample::tests::{DAY, broken, held, with};

const GARDEN: &str = "services/garden-waste.toml";
const PERMITS: &str = "services/parking-permits.toml";
const TRYING: &str = "registrations/conformance.toml";
const REGISTER: &str = "register.toml";
const PROCESSING: &str = "processing.toml";
const RETENTION: &str = "retention.toml";
const SHORT: &str = "retention/short.toml";
const CONTROLLER: &str = "controller.toml";

const PROFILE: &str = "security_profile = \"standard\"";
const METHOD: &str = "token_endpoint_auth_method = \"private_key_jwt\"\njwks_uri = \"http://localhost:8090/jwks\"";
const LEGACY_SECRET: &str =
    "security_profile = \"legacy\"\nlegacy = { relaxations = [\"client_secret\"], until = 2027-03-31 }";
const SECRET: &str = "token_endpoint_auth_method = \"client_secret_basic\"\nclient_secret_sha256 = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"";

/// Half a point on P-256, as long as one.
const POINT: &str = "WKn-ZIGevcwGIyyrzFoZNBdaq9_TsqzGl96oc0CWuis";

/// A second edition of a notice, entered before the first.
const EDITION: &str = "[[notice]]\nid = \"parking-permit\"\nversion = 2\nchange = \"material\"\nwhy = \"The address too\"\napproved_by = \"Information Governance Board\"\napproved_ref = \"IGB 7\"\neffective_from = 2026-11-30\n\n[[notice]]";

/// Taken out where a client has nothing to prove itself with, and so cannot answer a signal.
const SIGNALS: &str = "[signals]\ndelivery = \"push\"\nendpoint = \"http://localhost:8090/signals\"\n";

type Changes = &'static [(&'static str, &'static str, &'static str)];

/// (rule, what breaks it, what does not).
fn pairs(rule: &'static str, bad: &[(&str, &str, &str)], twin: &[(&str, &str, &str)]) {
    let found = broken(bad);
    assert!(found.contains(&rule), "{rule} does not see {bad:?}: {found:?}");
    assert_eq!(broken(twin), Vec::<&str>::new(), "{rule}: the twin {twin:?} is refused");
}

#[test]
fn a_claim_has_a_share() {
    let scopes = "scopes = [\"openid\", \"profile\", \"email\", \"offline_access\"]";
    pairs(
        "claim.no_share",
        &[(GARDEN, scopes, "scopes = [\"openid\", \"profile\", \"address\"]")],
        &[
            (GARDEN, scopes, "scopes = [\"openid\", \"profile\", \"address\"]"),
            (GARDEN, "claims = [\"name\", \"email\"]", "claims = [\"name\", \"address\"]"),
        ],
    );
    pairs(
        "share.claim",
        &[(GARDEN, "claims = [\"name\", \"email\"]", "claims = []"), (GARDEN, scopes, "")],
        &[(GARDEN, "claims = [\"name\", \"email\"]", "claims = [\"name\"]"), (GARDEN, scopes, "")],
    );
    pairs(
        "share.claim",
        &[(GARDEN, "\"name\", \"email\"]\nnotice", "\"name\", \"email\", \"gender\"]\nnotice")],
        &[(GARDEN, "\"name\", \"email\"]\nnotice", "\"name\", \"email\", \"address\"]\nnotice")],
    );
    pairs("client.scope", &[(GARDEN, "\"offline_access\"", "\"everything\"")], &[(GARDEN, ", \"offline_access\"", "")]);
}

#[test]
fn consent_can_be_refused_and_nothing_else_runs_out() {
    pairs(
        "share.consent_required",
        &[(PERMITS, "required = false\n", "required = true\n")],
        &[(PERMITS, "required = false\n", "")],
    );
    pairs(
        "share.expires",
        &[(GARDEN, "notice =", "expires = \"P24M\"\nnotice =")],
        &[(PERMITS, "expires = \"P24M\"", "expires = \"P12M\"")],
    );
}

#[test]
fn legitimate_interests_are_no_basis_of_an_authority() {
    for basis in ["legitimate_interests", "recognised_legitimate_interest"] {
        pairs(
            "share.legitimate_interests",
            &[(PERMITS, "basis = \"public_task\"", &format!("basis = \"{basis}\""))],
            &[(PERMITS, "basis = \"public_task\"", "basis = \"public_task\" ")],
        );
    }
}

#[test]
fn purposes_powers_notices_and_papers_are_there() {
    let cases: &[(&str, Changes, Changes)] = &[
        (
            "share.purpose",
            &[(PERMITS, "purpose = \"issue-resident-permit\"", "purpose = \"issue-permit\"")],
            &[
                (PERMITS, "purpose = \"issue-resident-permit\"", "purpose = \"issue-permit\""),
                (REGISTER, "id = \"issue-resident-permit\"", "id = \"issue-permit\""),
            ],
        ),
        (
            "share.basis",
            &[(PERMITS, "basis = \"public_task\"", "basis = \"contract\"")],
            &[
                (PERMITS, "basis = \"public_task\"", "basis = \"contract\""),
                (REGISTER, "dod i ben.\" }\nbasis = \"public_task\"", "dod i ben.\" }\nbasis = \"contract\""),
            ],
        ),
        (
            "share.power",
            &[(PERMITS, "power = \"rtra-1984-s45\"\n", "")],
            &[(PERMITS, "power = \"rtra-1984-s45\"", "power = \"la-2011-s1\"")],
        ),
        (
            "share.power",
            &[(PERMITS, "power = \"rtra-1984-s45\"", "power = \"rtra-1984-s46\"")],
            &[
                (PERMITS, "power = \"rtra-1984-s45\"", "power = \"rtra-1984-s46\""),
                (PERMITS, "power = \"rtra-1984-s45\"", "power = \"rtra-1984-s46\""),
                (REGISTER, "id = \"rtra-1984-s45\"", "id = \"rtra-1984-s46\""),
            ],
        ),
        (
            "notice.missing",
            &[(PERMITS, "parking-permit@1", "parking-permit@2")],
            &[
                (REGISTER, "[[notice]]", EDITION),
                (PERMITS, "parking-permit@1", "parking-permit@2"),
                ("notices/parking-permit@2.en.md", "", "# Permits\n\nNew words.\n"),
                ("notices/parking-permit@2.cy.md", "", "# Trwyddedau\n\nGeiriau newydd.\n"),
            ],
        ),
        (
            "share.dpia",
            &[(PERMITS, "dpia = \"DPIA-2026-021\"", "dpia = \"DPIA-2026-099\"")],
            &[(PERMITS, "dpia = \"DPIA-2026-021\"", "dpia = \"DPIA-2026-014\"")],
        ),
        (
            "purpose.dpia",
            &[(REGISTER, "dpia = \"DPIA-2026-014\"", "dpia = \"DPIA-2026-099\"")],
            &[(REGISTER, "dpia = \"DPIA-2026-014\"", "dpia = \"DPIA-2026-021\"")],
        ),
        (
            "purpose.dpia",
            &[(REGISTER, "dpia = \"DPIA-2026-014\"\n", "")],
            &[(REGISTER, "dpia = \"DPIA-2026-014\"\n", "dpia_not_needed_because = \"It is small.\"\n")],
        ),
        (
            "register.twice",
            &[(REGISTER, "id = \"lga-1972-s111\"", "id = \"la-2011-s1\"")],
            &[(
                REGISTER,
                "[[dpia]]",
                "[[power]]\nid = \"lga-1972-s112\"\ntitle = \"Another\"\napproved_by = \"A\"\napproved_on = 2026-10-12\nreview_by = 2027-10-31\n\n[[dpia]]",
            )],
        ),
        (
            "share.twice",
            &[(PERMITS, "purpose = \"permit-newsletter\"", "purpose = \"issue-resident-permit\"")],
            &[(PERMITS, "claims = [\"email\"]", "claims = [\"name\", \"email\"]")],
        ),
    ];
    for (rule, bad, twin) in cases {
        pairs(rule, bad, twin);
    }
}

#[test]
fn it_is_said_how_long_the_recipient_keeps_it() {
    let kept = "recipient_retention = { en = \"6 years after your subscription ends\", cy = \"6 blynedd ar ôl i’ch tanysgrifiad ddod i ben\" }";
    pairs(
        "share.recipient_retention",
        &[(GARDEN, kept, "recipient_retention = \" \"")],
        &[(GARDEN, kept, "recipient_retention = \"1 year\"")],
    );
}

#[test]
fn every_service_names_its_other_ways() {
    pairs(
        "client.other_ways",
        &[(GARDEN, "phone = \"01632 960002\"", "phone = \"\"")],
        &[(GARDEN, "phone = \"01632 960002\"", "phone = \"01632 960003\"")],
    );
    let bundle = with(&[]).unwrap();
    let text = bundle.sources.text(GARDEN).unwrap();
    let (start, rest) = text.split_once("[other_ways]").unwrap();
    let without = format!("{start}[[share]]{}", rest.split_once("[[share]]").unwrap().1);
    assert_eq!(broken(&[(GARDEN, "", without.as_str())]), ["client.other_ways"]);
}

#[test]
fn nobody_is_asked_for_a_level_that_is_not_offered() {
    pairs(
        "client.assurance",
        &[(GARDEN, "least_assurance = \"A0\"", "least_assurance = \"A2\"")],
        &[(GARDEN, "least_assurance = \"A0\"", "least_assurance = \"A1\"")],
    );
}

#[test]
fn plain_http_is_for_loopback() {
    for key in [
        "redirect_uris = [\"",
        "post_logout_redirect_uris = [\"",
        "backchannel_logout_uri = \"",
        "jwks_uri = \"",
        "start_url = \"",
    ] {
        let (here, there) = (format!("{key}http://localhost:8090"), format!("{key}http://waste.example"));
        let https = format!("{key}https://waste.example");
        pairs("client.plain_http", &[(GARDEN, &here, &there)], &[(GARDEN, &here, &https)]);
    }
    pairs(
        "client.redirect",
        &[(GARDEN, "redirect_uris = [\"http://localhost:8090/callback\"]", "redirect_uris = []")],
        &[(
            GARDEN,
            "redirect_uris = [\"http://localhost:8090/callback\"]",
            "redirect_uris = [\"https://waste.example/cb\"]",
        )],
    );
    pairs(
        "client.redirect",
        &[(
            GARDEN,
            "redirect_uris = [\"http://localhost:8090/callback\"]",
            "redirect_uris = [\"https://waste.example/*\"]",
        )],
        &[(
            GARDEN,
            "redirect_uris = [\"http://localhost:8090/callback\"]",
            "redirect_uris = [\"https://waste.example/\"]",
        )],
    );
}

#[test]
fn what_a_client_is_excused_from_is_named_and_dated() {
    pairs("client.secret", &[(GARDEN, METHOD, SECRET)], &[(GARDEN, PROFILE, LEGACY_SECRET), (GARDEN, METHOD, SECRET)]);
    let short = SECRET.replace("0a08", "");
    pairs(
        "client.secret",
        &[(GARDEN, PROFILE, LEGACY_SECRET), (GARDEN, METHOD, short.as_str())],
        &[(GARDEN, PROFILE, LEGACY_SECRET), (GARDEN, METHOD, SECRET)],
    );
    let rs256 = "id_token_signed_response_alg = \"RS256\"\nsector =";
    let excused = LEGACY_SECRET.replace("client_secret", "rs256");
    pairs(
        "client.rs256",
        &[(GARDEN, "sector =", rs256)],
        &[(GARDEN, "sector =", rs256), (GARDEN, PROFILE, excused.as_str())],
    );
    pairs("client.legacy", &[(GARDEN, PROFILE, "security_profile = \"legacy\"")], &[(GARDEN, PROFILE, LEGACY_SECRET)]);
    let idle = LEGACY_SECRET.replace("\"legacy\"", "\"standard\"");
    pairs("client.legacy", &[(GARDEN, PROFILE, idle.as_str())], &[(GARDEN, PROFILE, LEGACY_SECRET)]);
    pairs(
        "client.fapi2",
        &[(GARDEN, PROFILE, "security_profile = \"fapi2\""), (GARDEN, METHOD, SECRET)],
        &[(GARDEN, PROFILE, "security_profile = \"fapi2\"")],
    );
}

#[test]
fn a_method_goes_with_its_own_keys() {
    let native = "token_endpoint_auth_method = \"none\"\napplication_type = \"native\"";
    let uri = "redirect_uris = [\"http://localhost:8090/callback\"]";
    let logout = "post_logout_redirect_uris = [\"http://localhost:8090/\"]";
    let app = [
        (GARDEN, METHOD, native),
        (GARDEN, uri, "redirect_uris = [\"http://127.0.0.1/cb\"]"),
        (GARDEN, logout, ""),
        (GARDEN, SIGNALS, ""),
    ];
    pairs("client.native", &[(GARDEN, METHOD, "token_endpoint_auth_method = \"none\"")], &app);
    pairs("client.plain_http", &[(GARDEN, METHOD, native), (GARDEN, logout, "")], &app);
    let both = format!("{METHOD}\nclient_secret_sha256 = {:?}", "00".repeat(32));
    pairs("client.keys", &[(GARDEN, METHOD, both.as_str())], &[(GARDEN, METHOD, METHOD)]);
    let jwks = |more: &str| {
        format!(
            "token_endpoint_auth_method = \"private_key_jwt\"\njwks = {{ keys = [{{ kty = \"EC\", crv = \"P-256\", x = \"{POINT}\", y = \"{POINT}\"{more} }}] }}"
        )
    };
    let (public, private) = (jwks(""), jwks(", d = \"c\""));
    pairs("client.jwks", &[(GARDEN, METHOD, private.as_str())], &[(GARDEN, METHOD, public.as_str())]);
    pairs("client.id", &[(GARDEN, "client_id = \"garden-waste\"", "client_id = \"garden\"")], &[]);
    pairs("client.sector", &[(GARDEN, "sector = \"garden-waste\"", "sector = \"Garden waste\"")], &[]);
    let name = "name = { en = \"Garden waste\", cy = \"Gwastraff gardd\" }";
    pairs(
        "client.words",
        &[(GARDEN, name, "name = { en = \"Garden waste\", cy = \"\" }")],
        &[(GARDEN, name, "name = \"Garden\"")],
    );
}

#[test]
fn a_language_has_a_reviewer_or_says_that_it_has_none() {
    pairs(
        "language.reviewer",
        &[(CONTROLLER, "unreviewed = true\n", "")],
        &[(CONTROLLER, "unreviewed = true", "reviewed_by = \"Siân Rees, Translator\"\nreviewed_on = 2026-11-09")],
    );
    pairs(
        "language.reviewer",
        &[(CONTROLLER, "reviewed_on = 2026-11-02", "reviewed_on = 2026-11-02\nunreviewed = true")],
        &[(CONTROLLER, "reviewed_on = 2026-11-02", "reviewed_on = 2026-11-03")],
    );
    pairs(
        "language.twice",
        &[(CONTROLLER, "code = \"cy\"", "code = \"en\"")],
        &[(CONTROLLER, "unreviewed = true", "unreviewed = true ")],
    );
    let bundle = with(&[]).unwrap();
    assert_eq!(bundle.controller.unreviewed(), [crate::domain::client::Lang::Cy]);
    pairs("controller.time_zone", &[(CONTROLLER, "Europe/London", "Europe/Havenbrook")], &[]);
    pairs("controller.contrast", &[(CONTROLLER, "#00703c", "#777777")], &[(CONTROLLER, "#00703c", "#767676")]);
    pairs("controller.colour", &[(CONTROLLER, "#00703c", "green")], &[(CONTROLLER, "#00703c", "#004499")]);
}

#[test]
fn a_list_of_bank_holidays_runs_out_with_a_warning() {
    let on = |changes: Changes, today: &str| {
        let found = running_out(&with(changes).unwrap(), today.parse().unwrap());
        found.into_iter().map(|finding| (finding.severity, finding.rule, finding.line)).collect::<Vec<_>>()
    };
    let line = 16;
    assert_eq!(on(&[], "2026-11-26"), []);
    assert_eq!(on(&[], "2028-09-25"), []);
    let warned = [(Severity::Warning, "controller.bank_holidays", Some(line))];
    assert_eq!(on(&[], "2028-09-26"), warned);
    assert_eq!(on(&[(CONTROLLER, "2028-12-25, 2028-12-26,", "2028-12-25, 2028-12-27,")], "2028-09-26"), []);
    assert!(with(&[(CONTROLLER, "2026-01-01, 2026-04-03", "2026-02-30, 2026-04-03")]).is_err(), "there is no such day");
}

#[test]
fn the_councils_own_processing_holds_together() {
    let cases: &[(&str, Changes, Changes)] = &[
        (
            "share.purpose",
            &[(PROCESSING, "purpose = \"customer-account\"", "purpose = \"account\"")],
            &[
                (PROCESSING, "purpose = \"customer-account\"", "purpose = \"account\""),
                (REGISTER, "id = \"customer-account\"", "id = \"account\""),
            ],
        ),
        ("share.basis", &[(PROCESSING, "basis = \"public_task\"", "basis = \"contract\"")], &[]),
        ("share.power", &[(PROCESSING, "power = \"la-2011-s1\"\n", "")], &[]),
        ("notice.missing", &[(PROCESSING, "account@1", "account@2")], &[]),
        (
            "activity.category",
            &[(PROCESSING, "\"outbox_message\"", "\"letters\"")],
            &[(PROCESSING, "\"outbox_message\"", "\"outbox_message\", \"session\"")],
        ),
        (
            "activity.processor",
            &[(PROCESSING, "[\"hosting\", \"mail\"]", "[\"hosting\", \"post\"]")],
            &[(PROCESSING, "[\"hosting\", \"mail\"]", "[\"mail\"]")],
        ),
        (
            "activity.missing",
            &[(PROCESSING, ", \"access.question\"]", "]")],
            &[
                (PROCESSING, ", \"access.question\"]", "]"),
                (PROCESSING, "\"outbox_message\"", "\"outbox_message\", \"access.question\""),
            ],
        ),
        (
            "processor.agreement",
            &[(PROCESSING, "DPA-2026-009", "DPA-2026-999")],
            &[(PROCESSING, "DPA-2026-009", "DPA-2026-007"), (PROCESSING, "\"fernhill\"", "\"brookside\"")],
        ),
    ];
    for (rule, bad, twin) in cases {
        pairs(rule, bad, twin);
    }
}

#[test]
fn reasons_are_a_closed_list_of_codes() {
    let complaint = "code = \"complaint\"";
    pairs(
        "reason.code",
        &[("reasons.toml", complaint, "code = \"Any reason\"")],
        &[("reasons.toml", complaint, "code = \"query\"")],
    );
    pairs(
        "reason.twice",
        &[("reasons.toml", complaint, "code = \"fault\"")],
        &[("reasons.toml", complaint, "code = \"query\"")],
    );
}

#[test]
fn a_reason_says_when_it_was_reviewed_and_is_again_within_a_year() {
    let (file, day) = ("reasons.toml", "code = \"complaint\"");
    let at = |bundle: &crate::policy::Bundle, rule: &str| {
        lint(bundle, &held(), DAY)
            .iter()
            .filter(|finding| finding.rule == rule)
            .map(|it| (it.severity, it.line))
            .collect::<Vec<_>>()
    };
    let bundle = with(&[]).unwrap();
    assert!(bundle.reasons.iter().all(|reason| reason.reviewed.is_some()));
    assert_eq!(at(&bundle, "reason.unreviewed"), []);
    // The earlier form's yes or no says no day.
    let text = bundle.sources.text(file).unwrap().replacen("reviewed = 2026-11-02", "reviewed = true", 1);
    let earlier = with(&[(file, bundle.sources.text(file).unwrap(), text.as_str())]).unwrap();
    let found = at(&earlier, "reason.unreviewed");
    assert_eq!((found.len(), found[0].0), (1, Severity::Warning));
    assert!(found[0].1.is_some());
    assert!(with(&[(file, day, "code = \"complaint\"\nreviewed = 2026-02-30")]).is_err());
    // A year to the day is in time.
    assert_eq!(overdue(&bundle, jiff::civil::date(2027, 11, 2)), []);
    let late = overdue(&bundle, jiff::civil::date(2027, 11, 28));
    assert_eq!(late.len(), bundle.reasons.len());
    assert!(
        late.iter().all(|it| it.rule == "reason.review_late" && it.severity == Severity::Warning && it.line.is_some())
    );
}

#[test]
fn what_is_not_understood_is_refused() {
    for file in [
        "controller.toml",
        "processing.toml",
        "register.toml",
        "retention.toml",
        "assurance.toml",
        "reasons.toml",
        "staff.toml",
    ] {
        assert!(broken(&[(file, "schema = \"portreeve.", "schema = \"other.")]).contains(&"file.schema"), "{file}");
        assert_eq!(broken(&[(file, "schema =", "colour = \"red\"\nschema =")]), ["file.unreadable"], "{file}");
    }
    assert_eq!(broken(&[(GARDEN, "client_id", "colour = \"red\"\nclient_id")]), ["file.unreadable"]);
    assert_eq!(broken(&[(GARDEN, "purpose =", "colour = \"red\"\npurpose =")]), ["file.unreadable"]);
    assert_eq!(broken(&[("access.rego", "", "allow")]), ["file.unknown"]);
    let missing = crate::policy::Bundle::from_files([], &crate::policy::sample::tests::demo()).unwrap_err();
    assert_eq!(missing.findings.iter().filter(|finding| finding.rule == "file.missing").count(), 9);
}

#[test]
fn a_finding_names_file_line_rule_and_remedy() {
    let refused = with(&[(PERMITS, "basis = \"public_task\"", "basis = \"legitimate_interests\"")]).unwrap_err();
    let told = refused.to_string();
    let bundle = with(&[]).unwrap();
    let text = bundle.sources.text(PERMITS).unwrap();
    let line = text.lines().position(|line| line == "basis = \"public_task\"").unwrap() + 1;
    assert!(told.contains(&format!("{PERMITS}:{line}: error [share.legitimate_interests]")), "{told}");
    assert!(told.contains("data protection officer"), "{told}");
}

#[test]
fn a_look_is_kept_from_a_resident_on_a_ground_and_for_a_while_only() {
    let (file, most) = ("reasons.toml", "most = \"P90D\"");
    pairs("reason.delay", &[(file, most, "most = \"P91D\"")], &[(file, most, "most = \"P30D\"")]);
    pairs("reason.delay", &[(file, most, "most = \"P3M\"")], &[(file, most, "most = \"P2M\"")]);
    pairs("reason.delay", &[(file, most, "most = \"P0D\"")], &[(file, most, "most = \"PT1H\"")]);
    let owner = "owner = \"Head of Information Governance\"";
    pairs("reason.delay", &[(file, owner, "owner = \" \"")], &[(file, owner, "owner = \"Head of Legal\"")]);
    let ground = "ground = { en = \"Data Protection Act 2018, Schedule 2, paragraph 2: crime\"";
    pairs("reason.delay", &[(file, ground, "ground = { en = \" \"")], &[(file, ground, "ground = { en = \"The Act\"")]);
    assert!(with(&[(file, owner, "")]).is_err() && with(&[(file, most, "")]).is_err(), "each of them is asked for");
}
