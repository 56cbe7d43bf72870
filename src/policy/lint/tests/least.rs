//! No more than the purpose needs: derived claims, ages, areas.

use super::{CONTROLLER, GARDEN, PERMITS, lint, pairs};
use crate::domain::account::Postcode;
use crate::policy::finding::Severity;
use crate::policy::sample::tests::{DAY, held, with};
use jiff::civil::date;

const OVER: &str = "claims = [\"over_18\"]";

/// The rules of severity warning, beside those that the sample leaves open.
fn warned(changes: &[(&str, &str, &str)]) -> Vec<&'static str> {
    let bundle = with(changes).unwrap();
    let findings = lint(&bundle, &held(), DAY);
    let warnings = findings.iter().filter(|finding| finding.severity == Severity::Warning).map(|finding| finding.rule);
    warnings.filter(|rule| rule.starts_with("share.")).collect()
}

#[test]
fn a_whole_date_of_birth_is_asked_for_with_a_reason() {
    let raw = "claims = [\"birthdate\"]";
    assert_eq!(warned(&[(GARDEN, OVER, raw)]), ["share.raw_claim"]);
    let blank = "claims = [\"birthdate\"]\nraw_because = \" \"";
    assert_eq!(warned(&[(GARDEN, OVER, blank)]), ["share.raw_claim"]);
    let because = "claims = [\"birthdate\"]\nraw_because = \"The licence is printed with it\"";
    assert_eq!(warned(&[(GARDEN, OVER, because)]), Vec::<&str>::new());
    assert_eq!(warned(&[(GARDEN, OVER, "claims = [\"over_16\", \"over_65\"]")]), Vec::<&str>::new());
}

#[test]
fn a_whole_address_is_asked_for_with_a_reason() {
    let because = "raw_because = \"The permit names the house whose residents it is for\"\n";
    assert_eq!(warned(&[(PERMITS, because, "")]), ["share.raw_claim"]);
    let less = (PERMITS, "claims = [\"address\", ", "claims = [");
    assert_eq!(warned(&[(PERMITS, because, ""), less]), Vec::<&str>::new());
    assert_eq!(warned(&[]), Vec::<&str>::new());
}

#[test]
fn an_area_is_known_before_somebody_is_told_who_lives_there() {
    let area = "postcodes = [\"HV1\", \"HV2\", \"HV3 1\", \"HV3 2\"]";
    assert_eq!(warned(&[(CONTROLLER, area, "postcodes = []")]), ["share.no_area"]);
    assert_eq!(warned(&[(CONTROLLER, area, "postcodes = [\"HV1\"]")]), Vec::<&str>::new());
    let elsewhere =
        (PERMITS, "claims = [\"address\", \"in_borough\", \"postcode_district\"]", "claims = [\"address\"]");
    assert_eq!(warned(&[(CONTROLLER, area, "postcodes = []"), elsewhere]), Vec::<&str>::new());
    pairs(
        "area.postcode",
        &[(CONTROLLER, area, "postcodes = [\"HV\"]")],
        &[(CONTROLLER, area, "postcodes = [\"hv1 2\"]")],
    );
    let partly = "partly = [\"HV3 3\"]";
    pairs("area.twice", &[(CONTROLLER, partly, "partly = [\"HV1\"]")], &[(CONTROLLER, partly, "partly = [\"HV1 9\"]")]);
    let sample = with(&[]).unwrap();
    let has = |code: &str| sample.controller.area.has(&Postcode::parse(code).unwrap());
    assert_eq!([has("HV1 1AA"), has("HV3 3AA"), has("HV3 4AA")], [Some(true), None, Some(false)]);
}

#[test]
fn age_is_asked_where_consent_is_the_basis_and_nowhere_else() {
    let asks = "required = false\nconsent_age = \"ask\"";
    let told = (PERMITS, "required = false # without", "consent_age = \"ask\" # without");
    pairs("share.consent_age", &[told], &[(PERMITS, "required = false\nexpires", &format!("{asks}\nexpires"))]);
    let bundle = with(&[(PERMITS, "required = false\nexpires", &format!("{asks}\nexpires"))]).unwrap();
    let shares = &bundle.client("parking-permits").unwrap().shares;
    assert_eq!(shares.iter().filter(|share| share.asks_age).count(), 1);
}

#[test]
fn the_age_of_consent_is_one_that_the_law_allows() {
    for bad in ["12", "17"] {
        pairs(
            "consent_age.age",
            &[(CONTROLLER, "age = 13", &format!("age = {bad}"))],
            &[(CONTROLLER, "age = 13", "age = 16")],
        );
    }
    let more = |from: &str| format!("age = 13\n\n[[consent_age]]\nfrom = {from}\nage = 16");
    let (same, later) = (more("2018-05-25"), more("2027-04-01"));
    pairs("consent_age.twice", &[(CONTROLLER, "age = 13", &same)], &[(CONTROLLER, "age = 13", &later)]);
    let rules = with(&[(CONTROLLER, "age = 13", &later)]).unwrap().controller.consent_ages;
    let age = |day| rules.on(day).map(|rule| rule.age);
    assert_eq!([age(date(2018, 5, 24)), age(date(2027, 3, 31)), age(date(2027, 4, 1))], [None, Some(13), Some(16)]);
}

#[test]
fn an_older_file_without_area_and_ages_still_loads() {
    let text = crate::policy::sample::file(CONTROLLER).unwrap();
    let (older, _) = text.split_once("# Where the council's residents live").unwrap();
    let bundle = with(&[(CONTROLLER, "", older)]).unwrap();
    assert!(bundle.controller.area.is_unknown());
    assert_eq!(bundle.controller.consent_ages.on(date(2026, 12, 1)).map(|rule| rule.age), Some(13));
}
