//! The pages of the second step.

use super::{AT, EVIL, errs, has, show};
use crate::view::Wrong;
use crate::view::pages::{RecoveryCodes, SecondStep, SecondStepSetUp, SecondStepSettings, VectorsOfTrust};

#[test]
fn the_code_is_asked_for_with_a_way_on_for_those_without_the_app() {
    let arriving = SecondStep { flow: Some("f1".into()), journey: Some("j1".into()), ..Default::default() };
    let [en, cy] = show(&arriving);
    has(
        &en,
        &["action=\"/sign-in/code\"", "name=\"journey\" value=\"j1\"", "name=\"flow\" value=\"f1\"", "id=\"code\""],
    );
    has(&en, &["autocomplete=\"one-time-code\"", "one of your recovery codes", "id=\"continue\"", "/sign-in?flow=f1"]);
    has(&cy, &["un o'ch codau adfer"].map(|text| text.replace('\'', "&#39;")).each_ref().map(String::as_str));
    assert!(!en.contains("inputmode=\"numeric\""), "recovery codes have letters");
    let stepping = SecondStep { journey: None, ..arriving };
    has(&show(&stepping)[0], &["Garden waste needs to be more certain that it is you"]);
    let wished = SecondStep { may_skip: true, ..stepping.clone() };
    has(&show(&wished)[0], &["would like to be more certain", "value=\"skip\""]);
    for wrong in
        [Wrong::StepCodeMissing, Wrong::StepCodeMalformed, Wrong::StepCodeIncorrect, Wrong::CodeWait { until: AT }]
    {
        errs(&SecondStep { errors: vec![wrong], ..stepping.clone() });
    }
}

#[test]
fn setting_up_says_why_and_what_is_needed() {
    let page = SecondStepSettings { flow: Some("f1".into()), for_service: true, ..Default::default() };
    let [en, _] = show(&page);
    has(&en, &["Garden waste needs to be more certain", "authenticator app", "id=\"current_password\""]);
    assert!(!en.contains("id=\"code\"") && !en.contains("value=\"skip\"") && !en.contains("type=\"radio\""));
    let [en, _] = show(&SecondStepSettings { may_skip: true, ..page });
    has(&en, &["would like to be more certain", "value=\"skip\""]);
    errs(&SecondStepSettings { errors: vec![Wrong::CurrentPasswordMissing], ..Default::default() });
}

#[test]
fn changing_asks_for_everything_there_is() {
    let page = SecondStepSettings { since: Some(AT), codes_left: 1, ..Default::default() };
    let [en, _] = show(&page);
    has(&en, &["22 November 2026", "You have 1 recovery code left", "id=\"code\"", "id=\"current_password\""]);
    has(&en, &["value=\"replace\"", "value=\"codes\"", "value=\"remove\"", "href=\"/account\""]);
    assert!(!en.contains(" checked"), "nothing is chosen beforehand");
    has(&show(&SecondStepSettings { codes_left: 0, ..page.clone() })[0], &["You have no recovery codes left"]);
    let errors = vec![Wrong::ActMissing, Wrong::CurrentPasswordMissing, Wrong::StepCodeMissing];
    errs(&SecondStepSettings { errors, ..page });
}

#[test]
fn the_secret_stands_as_text_beside_its_picture() {
    let page = SecondStepSetUp {
        flow: Some("f1".into()),
        journey: Some("j1".into()),
        secret: "ABCD 2345".into(),
        errors: vec![],
    };
    let [en, _] = show(&page);
    has(&en, &["src=\"/account/second-step/qr?journey=j1\"", "ABCD 2345", "alt=\"QR code.", "inputmode=\"numeric\""]);
    for wrong in [Wrong::AppCodeMissing, Wrong::CodeMalformed, Wrong::AppCodeIncorrect] {
        errs(&SecondStepSetUp { errors: vec![wrong], ..page.clone() });
    }
}

#[test]
fn recovery_codes_are_listed_and_lead_on() {
    let [en, _] =
        show(&RecoveryCodes { codes: vec!["abcde-23456".into(), EVIL.into()], onward: "/continue?flow=f1".into() });
    has(&en, &["abcde-23456", "href=\"/continue?flow=f1\"", "id=\"continue\"", "not show these codes again"]);
}

#[test]
fn vectors_of_trust_are_explained() {
    let [en, cy] = show(&VectorsOfTrust {});
    for vector in [">Cl<", ">Cm<", ">P0<", ">P1, P2, P3<"] {
        has(&en, &[vector]);
        has(&cy, &[vector]);
    }
}
