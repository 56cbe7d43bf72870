use super::super::tests::rule;
use super::super::{Action, Category, Hold, HoldKind, Item, Notify, Period, Rule, Scope, Trigger};
use super::{By, Decision, Facts, Verdict};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use uuid::Uuid;

fn at(text: &str) -> When {
    When::from(text.parse::<jiff::Timestamp>().unwrap())
}

fn period(text: &str) -> Period {
    Period::parse(text).unwrap()
}

fn dormant() -> Rule {
    let step = |before: &str| Notify { before: period(before), by: vec!["email".into()] };
    Rule {
        trigger: Trigger::LastActivity,
        period: Some(period("P24M")),
        // In another order than they are given in.
        notify: vec![step("P30D"), step("P90D"), step("P7D")],
        review_if: vec!["open_case".into()],
        holds: vec!["legal".into(), "foi".into()],
        ..rule("account.dormant", "account_profile")
    }
}

fn plain() -> Rule {
    Rule { notify: vec![], review_if: vec![], ..dormant() }
}

fn hold(kind: HoldKind, scope: Scope) -> Hold {
    Hold { id: "H-1".into(), kind, scope }
}

fn ada() -> AccountId {
    AccountId(Uuid::from_u128(1))
}

fn judge<'a>(rule: &'a Rule, holds: &'a [Hold], facts: &Facts<'_>, now: When) -> Verdict<'a> {
    let zone = TimeZone::get("Europe/London").unwrap();
    let by = By { rule, along: &["contact"], holds, zone: &zone };
    let item = Item { account: Some(ada()), since: at("2025-01-31T12:00:00Z") };
    // The zone lives as long as the judgement: what comes back borrows rule and holds alone.
    match by.judge(&item, facts, now) {
        Verdict::NotYet => Verdict::NotYet,
        Verdict::Due => Verdict::Due,
        Verdict::Warn(step) => Verdict::Warn(rule.notify.iter().find(|one| *one == step).unwrap()),
        Verdict::Held(one) => Verdict::Held(holds.iter().find(|hold| *hold == one).unwrap()),
        Verdict::Review(why) => {
            let ours = ["asked", "kept", "rule"].into_iter();
            Verdict::Review(rule.review_if.iter().map(String::as_str).chain(ours).find(|one| *one == why).unwrap())
        }
    }
}

#[test]
fn it_goes_when_its_time_is_over_and_not_a_moment_before() {
    let (rule, none) = (plain(), Facts::default());
    assert_eq!(judge(&rule, &[], &none, at("2027-01-31T11:59:59Z")), Verdict::NotYet);
    assert_eq!(judge(&rule, &[], &none, at("2027-01-31T12:00:00Z")), Verdict::Due);
    let kept = Rule { action: Action::Permanent, period: None, ..plain() };
    assert_eq!(judge(&kept, &[], &none, at("2199-01-01T00:00:00Z")), Verdict::NotYet);
}

#[test]
fn nothing_is_destroyed_by_a_rule_that_says_something_else() {
    let over = at("2199-01-01T00:00:00Z");
    let becomes = |action| {
        let rule = Rule { action, ..plain() };
        match judge(&rule, &[], &Facts::default(), over) {
            Verdict::Review("rule") => "kept",
            Verdict::Due => "due",
            _ => "other",
        }
    };
    for action in [Action::Transfer, Action::Anonymise, Action::Aggregate, Action::Review] {
        assert_eq!(becomes(action), "kept", "{action:?}");
    }
    for action in [Action::Destroy, Action::StripPayload] {
        assert_eq!(becomes(action), "due", "{action:?}");
    }
}

#[test]
fn a_hold_keeps_what_it_is_about_and_nothing_else() {
    let (rule, none, over) = (plain(), Facts::default(), at("2027-02-01T00:00:00Z"));
    let kept = |hold: &Hold| matches!(judge(&rule, std::slice::from_ref(hold), &none, over), Verdict::Held(_));
    let category = |name: &str| Scope { category: Some(Category::new(name)), ..Scope::default() };
    assert!(kept(&hold(HoldKind::Legal, Scope::default())));
    assert!(kept(&hold(HoldKind::Foi, category("account_profile"))));
    assert!(kept(&hold(HoldKind::Foi, category("contact"))), "what goes along is held with it");
    assert!(kept(&hold(HoldKind::Legal, Scope { account: Some(ada()), ..Scope::default() })));
    assert!(kept(&hold(HoldKind::Legal, Scope { since: Some(at("2025-01-01T00:00:00Z")), ..Scope::default() })));
    assert!(!kept(&hold(HoldKind::Fraud, Scope::default())), "the rule does not stop for such a hold");
    assert!(!kept(&hold(HoldKind::Legal, category("session"))));
    assert!(!kept(&hold(HoldKind::Legal, Scope { account: Some(AccountId(Uuid::from_u128(2))), ..Scope::default() })));
    assert!(!kept(&hold(HoldKind::Legal, Scope { since: Some(at("2025-02-01T00:00:00Z")), ..Scope::default() })));
    assert!(!kept(&hold(HoldKind::Legal, Scope { until: Some(at("2025-01-01T00:00:00Z")), ..Scope::default() })));
}

#[test]
fn the_warnings_come_in_their_order_and_the_end_waits_for_them() {
    let rule = dormant();
    let said = |warned: &[(&str, &str)], now: &str| {
        let warned: Vec<(String, When)> =
            warned.iter().map(|(before, when)| ((*before).to_owned(), at(when))).collect();
        match judge(&rule, &[], &Facts { warned: &warned, ..Facts::default() }, at(now)) {
            Verdict::Warn(step) => step.before.to_string(),
            Verdict::Due => "due".to_owned(),
            Verdict::NotYet => "not yet".to_owned(),
            other => format!("{other:?}"),
        }
    };
    // In time: 90, 30 and 7 days before 31 January 2027.
    assert_eq!(said(&[], "2026-11-02T11:59:00Z"), "not yet");
    assert_eq!(said(&[], "2026-11-02T12:00:00Z"), "P90D");
    let first = ("P90D", "2026-11-02T12:00:00Z");
    assert_eq!(said(&[first], "2027-01-01T11:00:00Z"), "not yet");
    assert_eq!(said(&[first], "2027-01-01T12:00:00Z"), "P30D");
    let second = ("P30D", "2027-01-01T12:00:00Z");
    assert_eq!(said(&[first, second], "2027-01-24T12:00:00Z"), "P7D");
    let third = ("P7D", "2027-01-24T12:00:00Z");
    assert_eq!(said(&[first, second, third], "2027-01-31T11:59:00Z"), "not yet");
    assert_eq!(said(&[first, second, third], "2027-01-31T12:00:00Z"), "due");
    // Nothing ran until long after: the same days lie between them all the same.
    assert_eq!(said(&[], "2029-01-01T00:00:00Z"), "P90D");
    let late = ("P90D", "2029-01-01T00:00:00Z");
    assert_eq!(said(&[late], "2029-03-01T00:00:00Z"), "not yet");
    assert_eq!(said(&[late], "2029-03-02T00:00:00Z"), "P30D");
    let later = ("P30D", "2029-03-02T00:00:00Z");
    assert_eq!(said(&[late, later], "2029-03-25T00:00:00Z"), "P7D");
    let latest = ("P7D", "2029-03-25T00:00:00Z");
    assert_eq!(said(&[late, later, latest], "2029-03-31T23:00:00Z"), "not yet");
    assert_eq!(said(&[late, later, latest], "2029-04-01T00:00:00Z"), "due");
}

#[test]
fn a_person_looks_where_a_fact_asks_for_it_and_what_she_says_holds() {
    let (rule, over) = (Rule { notify: vec![], ..dormant() }, at("2027-02-01T00:00:00Z"));
    let open = Facts { facts: &["open_case"], ..Facts::default() };
    assert_eq!(judge(&rule, &[], &open, over), Verdict::Review("open_case"));
    assert_eq!(judge(&rule, &[], &Facts::default(), over), Verdict::Due);
    let always = Rule { action: Action::Review, review_if: vec![], ..plain() };
    assert_eq!(judge(&always, &[], &Facts::default(), over), Verdict::Review("rule"));
    let said = |decided| Facts { decided: Some(decided), ..open.clone() };
    assert_eq!(judge(&rule, &[], &said(Decision::Goes), over), Verdict::Due);
    assert_eq!(judge(&rule, &[], &said(Decision::Goes), at("2026-02-01T00:00:00Z")), Verdict::NotYet);
    let kept = said(Decision::KeptUntil(at("2027-06-01T00:00:00Z")));
    assert_eq!(judge(&rule, &[], &kept, over), Verdict::NotYet);
    assert_eq!(judge(&rule, &[], &kept, at("2027-06-01T00:00:00Z")), Verdict::Review("open_case"));
    // Nothing else asks for it any more: what was kept until a day is looked at again all the same.
    let alone = Facts { facts: &[], ..kept };
    assert_eq!(judge(&rule, &[], &alone, at("2027-06-01T00:00:00Z")), Verdict::Review("kept"));
    // Whoever was kept before anybody warned her is warned first.
    assert!(matches!(judge(&dormant(), &[], &alone, at("2027-06-01T00:00:00Z")), Verdict::Warn(_)));
    let days = [("P90D", "2026-11-02"), ("P30D", "2027-01-01"), ("P7D", "2027-01-24")];
    let given: Vec<_> = days.iter().map(|(step, day)| ((*step).to_owned(), at(&format!("{day}T12:00:00Z")))).collect();
    let alone = Facts { warned: &given, ..alone };
    assert_eq!(judge(&dormant(), &[], &alone, at("2027-06-01T00:00:00Z")), Verdict::Review("kept"));
    // Whoever was asked and has not said yet.
    let asked = Facts { decided: Some(Decision::Asked), ..Facts::default() };
    assert_eq!(judge(&rule, &[], &asked, over), Verdict::Review("asked"));
    assert_eq!(judge(&dormant(), &[], &asked, at("2026-12-01T00:00:00Z")), Verdict::NotYet, "no warning meanwhile");
    // A hold stands over what a person said.
    let legal = [hold(HoldKind::Legal, Scope::default())];
    assert!(matches!(judge(&rule, &legal, &said(Decision::Goes), over), Verdict::Held(_)));
}

/// Two warnings given in the same moment: the days of the longer one count.
#[test]
fn each_warning_has_its_days() {
    let given: Vec<_> = [("P90D", "2027-04-26"), ("P30D", "2028-06-19"), ("P7D", "2028-06-19")]
        .map(|(step, day)| (step.to_owned(), at(&format!("{day}T12:00:00Z"))))
        .into();
    let facts = Facts { warned: &given, ..Facts::default() };
    assert_eq!(judge(&dormant(), &[], &facts, at("2028-07-18T12:00:00Z")), Verdict::NotYet);
    assert_eq!(judge(&dormant(), &[], &facts, at("2028-07-19T12:00:00Z")), Verdict::Due);
}

proptest! {
    /// What is due stays due as time goes on, and a hold that covers it keeps it whatever else is true.
    #[test]
    fn it_is_monotone_in_time_and_never_touches_a_hold(
        days in 0_u32..4_000, later in 0_u32..4_000, open in any::<bool>(), goes in any::<bool>(),
    ) {
        let day = std::time::Duration::from_hours(24);
        let start = at("2025-01-31T12:00:00Z");
        let (now, then) = (start + day * days, start + day * (days + later));
        let rule = Rule { notify: vec![], ..dormant() };
        let facts = Facts {
            facts: if open { &["open_case"] } else { &[] },
            decided: goes.then_some(Decision::Goes),
            ..Facts::default()
        };
        let first = judge(&rule, &[], &facts, now);
        prop_assert_eq!(judge(&rule, &[], &facts, now), first, "the same again");
        if first == Verdict::Due {
            prop_assert_eq!(judge(&rule, &[], &facts, then), Verdict::Due);
        }
        let legal = [hold(HoldKind::Legal, Scope { account: Some(ada()), ..Scope::default() })];
        prop_assert_ne!(judge(&rule, &legal, &facts, then), Verdict::Due);
    }

    /// Whatever was given and said, and whenever: nobody goes before each warning was given and had its days, unless somebody
    /// said so; and no hold of a kind that the rule stops for is touched.
    #[test]
    fn nobody_goes_unwarned(
        days in 0_u32..1_500, later in 0_u32..1_500, given in proptest::collection::vec(0_u32..400, 0..4), said in 0_usize..4,
        kind in 0_usize..3,
    ) {
        let day = std::time::Duration::from_hours(24);
        let start = at("2025-01-31T12:00:00Z");
        let (now, then) = (start + day * days, start + day * (days + later));
        let mut when = at("2026-11-02T12:00:00Z");
        let mut warned = Vec::new();
        for (before, gap) in ["P90D", "P30D", "P7D"].into_iter().zip(&given) {
            when = when + day * *gap;
            warned.push((before.to_owned(), when));
        }
        let decided = [
            None, Some(Decision::Asked), Some(Decision::Goes), Some(Decision::KeptUntil(start + day * 900)),
        ][said];
        let facts = Facts { facts: &[], warned: &warned, decided };
        let rule = dormant();
        let first = judge(&rule, &[], &facts, now);
        prop_assert_eq!(judge(&rule, &[], &facts, now), first, "the same again");
        if first == Verdict::Due {
            prop_assert_eq!(judge(&rule, &[], &facts, then), Verdict::Due);
            prop_assert!(now >= at("2027-01-31T12:00:00Z"));
            // An hour more or less where the clocks change.
            let hour = std::time::Duration::from_hours(1);
            let after = |nth: usize, days: u32| now + hour >= warned[nth].1 + day * days;
            let climbed = warned.len() == 3 && after(0, 90) && after(1, 30) && after(2, 7);
            prop_assert!(decided == Some(Decision::Goes) || (decided.is_none() && climbed), "{:?}", warned);
            let named = warned.iter().enumerate().all(|(nth, _)| after(nth, [90, 30, 7][nth]));
            prop_assert!(named, "before a day that a warning named: {:?}", warned);
        }
        let kind = [HoldKind::Legal, HoldKind::Foi, HoldKind::Fraud][kind];
        let held = [hold(kind, Scope { account: Some(ada()), ..Scope::default() })];
        let under = judge(&rule, &held, &facts, then);
        if kind == HoldKind::Fraud {
            prop_assert_eq!(under, judge(&rule, &[], &facts, then), "the rule does not stop for it");
        } else {
            prop_assert_ne!(under, Verdict::Due);
        }
    }
}
