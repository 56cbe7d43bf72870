//! Further ways to break a rule that has more than one.

use super::{
    CONTROLLER, EDITION, GARDEN, LEGACY_SECRET, METHOD, POINT, PROCESSING, PROFILE, REGISTER, SECRET, SHORT, SIGNALS,
    pairs,
};
use crate::policy::Severity;
use crate::policy::lint::lint;
use crate::policy::sample::tests::{broken, held, with};
use jiff::civil::date;

#[test]
fn a_processor_has_agreed_to_what_is_named() {
    let (other, party) = ((PROCESSING, "DPA-2026-009", "DPA-2026-007"), (PROCESSING, "\"fernhill\"", "\"brookside\""));
    pairs("processor.agreement", &[other], &[other, party]);
}

#[test]
fn a_processor_is_a_party_that_processes_now() {
    let (role, from) =
        ("role = \"processor\"\nvalid_from = 2026-10-01\n\n# Editions", "valid_from = 2026-10-01\n\n# Editions");
    for bad in [
        (REGISTER, role, role.replace("processor", "recipient")),
        (REGISTER, from, from.replace("2026-10-01", "2026-12-02")),
        (REGISTER, from, from.replace("2026-10-01", "2026-10-01\nvalid_to = 2026-11-30")),
    ] {
        let bad = [(bad.0, bad.1, bad.2.as_str())];
        pairs("processor.party", &bad, &[(REGISTER, from, &from.replace("10-01", "12-01\nvalid_to = 2026-12-01"))]);
    }
}

#[test]
fn a_legal_obligation_names_the_duty() {
    let share = "basis = \"contract\"\n";
    let entered = "newid.\" }\nbasis = \"contract\"";
    let purpose = (REGISTER, entered, "newid.\" }\nbasis = \"legal_obligation\"");
    let of = |more: &str| format!("basis = \"legal_obligation\"\n{more}");
    pairs(
        "share.power",
        &[purpose, (GARDEN, share, &of(""))],
        &[purpose, (GARDEN, share, &of("power = \"la-2011-s1\"\n"))],
    );
}

#[test]
fn a_purpose_has_an_assessment_or_says_why_not_and_not_both() {
    let (dpia, why) = ("dpia = \"DPIA-2026-014\"\n", "dpia_not_needed_because = \"It is small.\"\n");
    pairs("purpose.dpia", &[(REGISTER, dpia, &format!("{dpia}{why}"))], &[(REGISTER, dpia, why)]);
}

const DOCUMENT: &str = "[[policy_document]]\nid = \"APD-1\"\ntitle = \"Health\"\nowner = \"Head of Legal\"\napproved_by = \"Data Protection Officer\"\napproved_on = 2026-10-28\nreview_by = 2027-10-31\n";

/// The first entry of a list of the register.
fn entry(list: &str) -> String {
    let whole = format!("{}\n{DOCUMENT}\n", crate::policy::sample::file(REGISTER).unwrap());
    let (_, from) = whole.split_once(&format!("[[{list}]]\n")).unwrap();
    format!("[[{list}]]\n{}", from.split("\n\n").next().unwrap())
}

#[test]
fn no_list_of_the_register_has_an_entry_twice() {
    let whole = format!("{}\n{DOCUMENT}", crate::policy::sample::file(REGISTER).unwrap());
    assert_eq!(broken(&[(REGISTER, "", &whole)]), Vec::<&str>::new());
    for list in ["purpose", "power", "dpia", "agreement", "policy_document", "party", "notice"] {
        let twice = format!("{whole}\n{}\n", entry(list));
        assert_eq!(broken(&[(REGISTER, "", &twice)]), ["register.twice"], "{list}");
    }
}

#[test]
fn whatever_has_a_day_of_review_is_late_behind_it() {
    let whole = format!("{}\n{DOCUMENT}", crate::policy::sample::file(REGISTER).unwrap());
    for list in ["purpose", "power", "dpia", "agreement", "policy_document"] {
        let (old, day) = (entry(list), "review_by = ");
        let (before, after) = old.split_once(day).unwrap();
        let late = whole.replacen(&old, &format!("{before}{day}2026-11-30{}", &after[10..]), 1);
        let bundle = with(&[(REGISTER, "", &late)]).unwrap();
        let said = |today| {
            let found = lint(&bundle, &held(), today).into_iter().filter(|finding| finding.rule == "register.review");
            found.map(|finding| finding.severity).collect::<Vec<_>>()
        };
        assert_eq!(said(date(2026, 11, 30)), [], "{list}");
        assert_eq!(said(date(2026, 12, 1)), [Severity::Warning], "{list}");
    }
}

#[test]
fn each_other_way_is_named() {
    let place = "place = { en = \"Town Hall, Market Street, Monday to Friday, 9am to 4pm, no appointment needed\"";
    let post = "post = { en = \"Garden waste, Town Hall, Market Street, Havenbrook HV1 1AA\"";
    for (named, key) in [(place, "place"), (post, "post")] {
        let with = |words: &str| format!("{key} = {{ en = {words:?}");
        pairs("client.other_ways", &[(GARDEN, named, &with(" "))], &[(GARDEN, named, &with("Town Hall"))]);
    }
}

#[test]
fn words_of_one_form_have_a_character_at_least() {
    let sector = "sector = \"garden-waste\"";
    pairs("client.sector", &[(GARDEN, sector, "sector = \"\"")], &[(GARDEN, sector, "sector = \"garden-waste-2\"")]);
    let code = "code = \"complaint\"";
    pairs("reason.code", &[("reasons.toml", code, "code = \"\"")], &[("reasons.toml", code, "code = \"c\"")]);
}

#[test]
fn a_service_that_names_no_scopes_may_ask_for_what_its_shares_cover() {
    let written = "scopes = [\"openid\", \"profile\", \"email\", \"offline_access\"]\n";
    let bundle = with(&[(GARDEN, written, "")]).unwrap();
    let scopes = &bundle.client("garden-waste").unwrap().scopes;
    assert_eq!(scopes.to_string(), "openid profile email");
}

#[test]
fn what_is_kept_for_a_while_only_is_destroyed_at_its_end() {
    let flow =
        "title = \"Journey in progress\"\ncategory = \"flow\"\ntrigger = \"expired\"\nperiod = \"P1D\"\naction = ";
    let (destroy, review) = (format!("{flow}\"destroy\""), format!("{flow}\"review\""));
    pairs("retention.housekeeping", &[(SHORT, &destroy, &review)], &[(SHORT, &destroy, &destroy)]);
}

#[test]
fn keys_beside_another_method_sign_requests_and_nothing_else() {
    let (jwks, signed) = ("jwks_uri = \"http://localhost:8090/jwks\"", "request_object_signing_alg = \"ES256\"");
    let legacy = (GARDEN, PROFILE, LEGACY_SECRET);
    let post = SECRET.replace("client_secret_basic", "client_secret_post");
    let (keys, both) = (format!("{post}\n{jwks}"), format!("{post}\n{jwks}\n{signed}"));
    pairs("client.keys", &[legacy, (GARDEN, METHOD, &keys)], &[legacy, (GARDEN, METHOD, &both)]);
    pairs("client.keys", &[legacy, (GARDEN, METHOD, &keys)], &[legacy, (GARDEN, METHOD, &post)]);
    let native = "token_endpoint_auth_method = \"none\"\napplication_type = \"native\"";
    let app = [
        (GARDEN, "redirect_uris = [\"http://localhost:8090/callback\"]", "redirect_uris = [\"http://127.0.0.1/cb\"]"),
        (GARDEN, "post_logout_redirect_uris = [\"http://localhost:8090/\"]", ""),
        (GARDEN, SIGNALS, ""),
    ];
    let (keys, both) = (format!("{native}\n{jwks}"), format!("{native}\n{jwks}\n{signed}"));
    let with = |method| [app[0], app[1], app[2], (GARDEN, METHOD, method)];
    pairs("client.keys", &with(&keys), &with(&both));
    // A digest of a secret has 64 digits, not more.
    let long = SECRET.replace("0a08\"", "0a0800\"");
    pairs("client.secret", &[legacy, (GARDEN, METHOD, &long)], &[legacy, (GARDEN, METHOD, SECRET)]);
}

#[test]
fn a_policy_file_lies_right_in_its_folder_and_has_a_name() {
    for path in ["services/.toml", "services/more/garden.toml", "notices/old/account@1.en.md", "registrations/a/b.toml"]
    {
        assert!(broken(&[(path, "", "x = 1")]).contains(&"file.unknown"), "{path}");
    }
}

#[test]
fn an_edition_may_hold_from_the_day_of_the_one_before() {
    let words = [
        ("notices/parking-permit@2.en.md", "", "# Permits\n\nNew words.\n"),
        ("notices/parking-permit@2.cy.md", "", "# Trwyddedau\n\nGeiriau newydd.\n"),
    ];
    let from = |day: &str| EDITION.replace("2026-11-30", day);
    let (before, same) = (from("2026-11-21"), from("2026-11-22"));
    let with = |edition| [words[0], words[1], (REGISTER, "[[notice]]", edition)];
    pairs("notice.order", &with(&before), &with(&same));
}

#[test]
fn a_notice_is_a_heading_and_plain_text() {
    let file = "notices/garden-waste@1.en.md";
    for bad in ["No heading\n", "# Garden waste\n", "# Garden waste\n\n> quoted\n"] {
        pairs("notice.markup", &[(file, "", bad)], &[(file, "", "# Garden waste\n\n- said plainly\n")]);
    }
}

#[test]
fn keys_are_written_out_or_fetched_and_not_both() {
    let jwks = format!(
        "token_endpoint_auth_method = \"private_key_jwt\"\n\
         jwks = {{ keys = [{{ kty = \"EC\", crv = \"P-256\", x = \"{POINT}\", y = \"{POINT}\" }}] }}"
    );
    let both = format!("{jwks}\njwks_uri = \"http://localhost:8090/jwks\"");
    pairs("client.keys", &[(GARDEN, METHOD, both.as_str())], &[(GARDEN, METHOD, jwks.as_str())]);
}

#[test]
fn a_condition_is_named_with_its_special_category_only() {
    let basis = "basis = \"contract\"\n";
    let register = format!("{}\n{DOCUMENT}", crate::policy::sample::file(REGISTER).unwrap());
    for line in ["schedule1_condition = \"Part 2, paragraph 6\"\n", "policy_document = \"APD-1\"\n"] {
        let named = format!("{basis}{line}");
        let bad = [(GARDEN, basis, named.as_str()), (REGISTER, "", register.as_str())];
        pairs("share.special_category", &bad, &[(REGISTER, "", &register)]);
    }
}

#[test]
fn every_colour_carries_white_and_every_word_is_there() {
    for (colour, name) in [("#00703c", "accent"), ("#1d4e3f", "header")] {
        let of = |colour: &str| format!("{name} = {colour:?}");
        let bad = of("#777777");
        pairs("controller.contrast", &[(CONTROLLER, &of(colour), &bad)], &[(CONTROLLER, &of(colour), &of("#767676"))]);
    }
    let because = "account_needed_because = { en = \"";
    pairs(
        "client.words",
        &[(GARDEN, because, "account_needed_because = { en = \"\", cy = \"x\" }\n#")],
        &[(GARDEN, because, "account_needed_because = { en = \"x\", cy = \"x\" }\n#")],
    );
}
