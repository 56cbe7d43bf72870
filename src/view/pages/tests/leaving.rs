//! The end of an account.

use super::*;
use jiff::civil::date;

/// Everything that may be kept (`service::erasure::kept`).
const KEPT: [&str; 8] =
    ["sharing_record", "signal", "access_question", "enquiry_person", "rights_case", "log", "backup", "erasure"];

fn leaves() -> LeaveAccount {
    LeaveAccount {
        services: vec![Both::new(EVIL, EVIL), Both::new("Parking permits", "Trwyddedau parcio")],
        kept: KEPT.into_iter().map(|what| KeptLine { what, until: date(2033, 1, 9) }).collect(),
        closed_until: Some(date(2026, 12, 22)),
        username: Some("ada@example.org".into()),
        ..LeaveAccount::default()
    }
}

#[test]
fn who_leaves_is_told_what_goes_what_stays_and_who_is_told() {
    let [en, cy] = show(&leaves());
    has(&en, &["Parking permits", "until 9 January 2033", "22 December 2026", "id=\"current_password\""]);
    has(&cy, &["Trwyddedau parcio", "9 Ionawr 2033", "22 Rhagfyr 2026"]);
    assert!(!en.contains(" checked") && !en.contains("id=\"code\""), "{en}");
    let nobody = LeaveAccount { services: vec![], closed_until: None, second_step: true, ..leaves() };
    let [en, _] = show(&nobody);
    has(&en, &["id=\"code\"", "not in force"]);
    errs(&LeaveAccount { errors: vec![Wrong::WhenMissing, Wrong::CurrentPasswordMissing], ..leaves() });
    let chosen = LeaveAccount { when: "now".into(), second_step: true, ..leaves() };
    assert_eq!(show(&chosen)[0].matches(" checked").count(), 1);
    errs(&LeaveAccount { errors: vec![Wrong::StepCodeIncorrect], ..chosen });
}

#[test]
fn how_it_ended_and_how_it_is_opened_again_have_words() {
    let left = |how, closed_until| LeftAccount { how, closed_until, services: 2 };
    has(&show(&left(LeftHow::Closed, Some(date(2026, 12, 22))))[0], &["We will delete it on 22 December 2026"]);
    has(&show(&left(LeftHow::Closed, None))[0], &["We have not set the day"]);
    has(&show(&left(LeftHow::Held, None))[0], &["cannot delete it yet"]);
    has(&show(&LeftAccount { services: 0, ..left(LeftHow::Deleted, None) })[0], &["Your account is deleted"]);
    let [en, _] = show(&ReopenAccount { token: "t1".into(), done: false });
    has(&en, &["action=\"/account/reopen\"", "id=\"continue\""]);
    let [en, _] = show(&ReopenAccount { token: "t1".into(), done: true });
    assert!(!en.contains("<form method=\"post\" action=\"/account/reopen\""), "{en}");
}
