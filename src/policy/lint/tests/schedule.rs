//! Rules of retention: one a category, each clear.

use super::super::lint;
use super::{PROCESSING, RETENTION, SHORT, pairs};
use crate::policy::sample::tests::{DAY, broken, held, with};

fn rules_are_clear() {
    let closed = "trigger = \"closed\"\nperiod = \"P30D\"";
    pairs(
        "retention.trigger",
        &[(RETENTION, closed, "trigger = \"created\"\nperiod = \"P30D\"")],
        &[(RETENTION, closed, "trigger = \"closed\"\nperiod = \"P60D\"")],
    );
    let dormant = "trigger = \"last_activity\"\nperiod = \"P24M\"";
    let of = |period: &str| dormant.replace("P24M", period);
    pairs("retention.warnings", &[(RETENTION, dormant, &of("P90D"))], &[(RETENTION, dormant, &of("P91D"))]);
    pairs(
        "retention.empty",
        &[(RETENTION, "rationale = \"Two rounds of any yearly service\"", "rationale = \" \"")],
        &[],
    );
    pairs("retention.holds", &[(RETENTION, "holds = [\"legal\", \"foi\"", "holds = [\"legal\", \"grudge\"")], &[]);
    pairs("retention.way", &[(RETENTION, "by = [\"email\"] }", "by = [\"pigeon\"] }")], &[]);
    pairs("retention.review_if", &[(RETENTION, "review_if = [\"open_case\"]", "review_if = [\"a_hunch\"]")], &[]);
    let told = broken(&[(SHORT, "rationale = \"Dead after minutes\"", "colour = \"red\"")]);
    assert_eq!(told, ["file.unreadable"]);
}

#[test]
fn every_category_has_one_rule() {
    let session = "category = \"session\"";
    pairs("retention.no_rule", &[(SHORT, session, "category = \"sessions\""), (PROCESSING, "\"session\", ", "")], &[]);
    pairs("retention.two_rules", &[(SHORT, "category = \"lease\"", session)], &[]);
    let flow = "title = \"Journey in progress\"\ncategory = \"flow\"\ntrigger = \"expired\"";
    let of = |trigger: &str| flow.replace("expired", trigger);
    pairs("retention.housekeeping", &[(SHORT, flow, &of("closed"))], &[(SHORT, flow, &of("created"))]);
    pairs("retention.same_id", &[(SHORT, "id = \"lease\"", "id = \"session\"")], &[]);
    pairs(
        "retention.permanent",
        &[(RETENTION, "period = \"P24M\"\naction = \"destroy\"", "action = \"permanent\"")],
        &[(RETENTION, "period = \"P24M\"\naction = \"destroy\"", "period = \"P24M\"\naction = \"review\"")],
    );
    pairs(
        "retention.period",
        &[(SHORT, "period = \"P30D\"\n", "")],
        &[(SHORT, "period = \"P30D\"\n", "period = \"P1D\"\n")],
    );
    rules_are_clear();
    let bundle = with(&[]).unwrap();
    let unheld: Vec<_> =
        lint(&bundle, &["telepathy"], DAY).into_iter().filter(|f| f.rule == "retention.no_rule").collect();
    assert_eq!(unheld.len(), 1);
    let approved = with(&[(RETENTION, "approved_by = []", "approved_by = [\"Meg Hale\", \"Tom Reed\"]")]).unwrap();
    assert!(lint(&approved, &held(), DAY).iter().all(|finding| finding.rule != "retention.draft"));
}
