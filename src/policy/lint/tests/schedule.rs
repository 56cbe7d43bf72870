//! Rules of retention: one a category, each clear.

use super::super::lint;
use super::{PROCESSING, RETENTION, SHORT, pairs};
use crate::domain::retention::{Action, Does, Fault, HOUSEKEEPING, Notify, Period, Rule, Schedule, Trigger};
use crate::policy::Severity;
use crate::policy::sample::tests::{DAY, broken, held, with};
use jiff::civil::date;

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

#[test]
fn a_schedule_past_its_review_is_named_with_the_remedy_and_is_followed_on() {
    let bundle = with(&[(RETENTION, "[engine]", "review_by = 2026-11-30\n\n[engine]")]).unwrap();
    let said = |day| {
        let findings = lint(&bundle, &held(), day);
        findings.into_iter().filter(|finding| finding.rule == "retention.review").collect::<Vec<_>>()
    };
    assert_eq!(said(date(2026, 11, 30)), []);
    let late = said(date(2026, 12, 1)).remove(0);
    assert_eq!((late.severity, late.file.as_str(), late.line.is_some()), (Severity::Warning, RETENTION, true));
    assert_eq!(late.message, "The schedule was to be looked at again by 2026-11-30. It goes on being followed.");
    assert_eq!(late.remedy, "Have it looked at, and write who approved it, and the next day, in a new version.");
    bundle.check(&held(), date(2026, 12, 1)).unwrap();
}

/// What is wrong with the sample's schedule once a rule of it is changed: the ids of lint, `other` for those of other tests.
fn found(schedule: &Schedule, category: &str, change: impl Fn(&mut Rule)) -> Vec<&'static str> {
    let mut schedule = schedule.clone();
    change(schedule.rules.iter_mut().find(|rule| rule.category.as_str() == category).unwrap());
    let id = |fault: &Fault| match fault {
        Fault::NotCarriedOut { .. } => "retention.not_carried_out",
        Fault::NotItsOwn { .. } => "retention.fixed",
        Fault::Housekeeping { .. } => "retention.housekeeping",
        _ => "other",
    };
    schedule.faults(&[]).iter().map(id).collect()
}

const NOT_DONE: &[&str] = &["retention.not_carried_out"];

const NOTHING: &[&str] = &[];

/// The categories whose rules say `destroy`, and that nothing but a run of the schedule destroys, one row at a time or a
/// year.
const BY_RUN: &[&str] = &[
    "access.question",
    "breach.register",
    "browser",
    "contact.history",
    "erasure",
    "event.envelope",
    "log.tree",
    "officer.access",
    "officer.conflict",
    "person_key",
    "retention.hold",
    "retention.record",
    "rights.bundle",
    "rights.case",
    "sharing.consent",
    "sharing.other_basis",
    "signal",
    "staff.account",
];

/// Those that go with what they belong to.
const AT_ONCE: &[&str] = &["account_detail", "client.registration", "contact", "credential", "sign_in_identifier"];

const ACCOUNTS: &[&str] = &["account_profile", "account.closed", "account.deceased"];

const FOR_GOOD: &[&str] = &["log.checkpoint", "policy.version", "system"];

#[test]
fn no_rule_says_an_action_that_nobody_carries_out() {
    use Action::{Aggregate, Anonymise, Destroy, Permanent, Review, StripPayload, Transfer};
    let schedule = with(&[]).unwrap().retention;
    let said = |category: &str, action: Action| found(&schedule, category, |rule| rule.action = action);
    for category in BY_RUN.iter().chain(AT_ONCE).chain(&["signing_key"]) {
        for action in [StripPayload, Anonymise, Aggregate, Review, Transfer] {
            assert_eq!(said(category, action), NOT_DONE, "{category}: {action:?}");
        }
    }
    for category in ACCOUNTS {
        for action in [StripPayload, Anonymise, Aggregate, Transfer] {
            assert_eq!(said(category, action), NOT_DONE, "{category}: {action:?}");
        }
        assert_eq!(said(category, Review), NOTHING, "{category}");
    }
    for category in ["event.signin", "event.security"] {
        for action in [Destroy, Anonymise, Aggregate, Review, Transfer] {
            assert_eq!(said(category, action), NOT_DONE, "{category}: {action:?}");
        }
    }
    for category in FOR_GOOD {
        let ends = |rule: &mut Rule| (rule.action, rule.period) = (Destroy, Some(Period::zero()));
        assert_eq!(found(&schedule, category, ends), NOT_DONE, "{category}");
    }
    let stays = |rule: &mut Rule| (rule.action, rule.period) = (Permanent, None);
    assert_eq!(found(&schedule, "client.registration", stays), NOT_DONE);
}

#[test]
fn nobody_is_warned_and_no_fact_is_asked_for_but_of_accounts() {
    let schedule = with(&[]).unwrap().retention;
    let warns = |rule: &mut Rule| rule.notify = vec![Notify { before: Period::zero(), by: vec!["email".into()] }];
    let asks = |rule: &mut Rule| rule.review_if = vec!["open_case".into()];
    let others = BY_RUN.iter().chain(AT_ONCE).chain(FOR_GOOD);
    for category in others.chain(&["signing_key", "event.signin", "event.security", "session", "backup"]) {
        // Where no time lies between beginning and end, a warning is too long as well.
        let warned = found(&schedule, category, warns);
        assert!(warned.contains(&"retention.not_carried_out"), "{category} warns: {warned:?}");
        assert_eq!(found(&schedule, category, asks), NOT_DONE, "{category} asks");
    }
    for category in ["account.closed", "account.deceased"] {
        assert_eq!(found(&schedule, category, warns), NOT_DONE, "{category} warns");
    }
    assert_eq!(found(&schedule, "account_profile", warns), NOTHING);
    for category in ACCOUNTS {
        assert_eq!(found(&schedule, category, asks), NOTHING, "{category} asks");
    }
}

#[test]
fn no_rule_stops_for_holds_where_none_keeps_anything() {
    let schedule = with(&[]).unwrap().retention;
    let held = |category: &str| found(&schedule, category, |rule| rule.holds = vec!["legal".into()]);
    let housekeeping = HOUSEKEEPING.iter().map(|(category, _)| category);
    for category in AT_ONCE.iter().chain(FOR_GOOD).chain(&["signing_key"]).chain(housekeeping) {
        assert_eq!(held(category), NOT_DONE, "{category}");
    }
    for category in BY_RUN.iter().chain(ACCOUNTS).chain(&["event.signin", "event.security"]) {
        assert_eq!(held(category), NOTHING, "{category}");
    }
    pairs(
        "retention.not_carried_out",
        &[(SHORT, "category = \"session\"", "holds = [\"legal\"]\ncategory = \"session\"")],
        &[(RETENTION, "category = \"browser\"", "holds = [\"legal\"]\ncategory = \"browser\"")],
    );
}

#[test]
fn a_clock_that_no_schedule_sets_is_written_as_it_is() {
    let schedule = with(&[]).unwrap().retention;
    let lasts =
        |category, period: &str| found(&schedule, category, |rule| rule.period = Some(Period::parse(period).unwrap()));
    let created = |category| found(&schedule, category, |rule| rule.trigger = Trigger::Created);
    for category in AT_ONCE {
        for period in ["PT1S", "P1D", "P7Y"] {
            assert_eq!(lasts(category, period), ["retention.fixed"], "{category}: {period}");
        }
        assert_eq!(created(category), ["retention.fixed"], "{category}");
        assert_eq!(lasts(category, "PT0S"), NOTHING, "{category}");
    }
    // Three months are 90 days at times.
    for period in ["P89D", "P3M", "P1Y"] {
        assert_eq!(lasts("signing_key", period), ["retention.fixed"], "{period}");
    }
    assert_eq!(created("signing_key"), ["retention.fixed"]);
    for category in ["lease", "client.initial_token"] {
        assert_eq!(created(category), ["retention.housekeeping"], "{category}");
        assert_eq!(lasts(category, "P2D"), NOTHING, "{category}");
    }
}

#[test]
fn what_is_done_is_known_of_every_category_of_the_sample_and_named_where_a_rule_is_refused() {
    for rule in &with(&[]).unwrap().retention.rules {
        assert!(Does::of(rule.category.as_str()).is_some(), "{}", rule.category);
    }
    let said = |category: &str, from: &str, to: &str| {
        let file = "retention/record.toml";
        let (_, rule) =
            crate::policy::sample::file(file).unwrap().split_once(&format!("\"{category}\"\ntrigger")).unwrap();
        let (rule, _) = rule.split_once("[[rule]]").unwrap();
        let bundle = with(&[(file, rule, &rule.replacen(from, to, 1))]).unwrap();
        let findings = lint(&bundle, &held(), DAY).into_iter().filter(|finding| finding.severity == Severity::Error);
        findings.map(|finding| (finding.rule, finding.message)).collect::<Vec<_>>()
    };
    let review = "the rule breach.register has action = \"review\", which nobody carries out. For breach.register, action is \
                  \"destroy\", nobody is warned (notify), no fact asks for a person's look (review_if), holds keep it.";
    let found = said("breach.register", "\"destroy\"", "\"review\"");
    assert_eq!(found, [("retention.not_carried_out", review.to_owned())]);
    let holds = "the rule signing_key has holds, which nobody carries out. For signing_key, action is \"destroy\", nobody is \
                 warned (notify), no fact asks for a person's look (review_if), no hold keeps it (holds).";
    let found = said("signing_key", "period", "holds = [\"legal\"]\nperiod");
    assert_eq!(found, [("retention.not_carried_out", holds.to_owned())]);
    let year = "the rule signing_key cannot be followed: such records go by trigger = \"superseded\" and period = \"P90D\", \
                whatever it says.";
    assert_eq!(said("signing_key", "P90D", "P1Y"), [("retention.fixed", year.to_owned())]);
}
