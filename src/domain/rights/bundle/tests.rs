use super::{Barred, Checked, Decided, Entry, LASTS, Noted, Stage, Standing, Verdict, Way, pieces, redacted};
use crate::domain::ids::StaffId;
use crate::domain::rights::case::Facts;
use crate::domain::rights::download::{Cell, Section};
use crate::domain::rights::kind::Kind;
use crate::domain::rights::step::Step;
use crate::domain::time::When;
use std::time::Duration;
use uuid::Uuid;

const START: When = When::from_seconds(1_000);

fn officer(number: u128) -> StaffId {
    StaffId(Uuid::from_u128(number))
}

fn entries(of: &[(Noted, &str, u128)]) -> Vec<Entry> {
    let entry = |(noted, outcome, by): &(Noted, &str, u128)| Entry {
        noted: *noted,
        outcome: (*outcome).to_owned(),
        by: (*by > 0).then(|| officer(*by)),
        at: START,
    };
    of.iter().map(entry).collect()
}

fn may(of: &[(Noted, &str, u128)], (noted, outcome): (Noted, &str), by: u128, known: bool) -> Result<(), Barred> {
    let facts = Facts::of(Kind::Access, START);
    let same = |worry: Option<StaffId>| worry == Some(officer(by));
    Standing::fold(&entries(of)).may(noted, outcome, (&facts, known), same, START)
}

const WHO: (Noted, &str, u128) = (Noted::Identity, "desk", 1);
const CLEAR: (Noted, &str, u128) = (Noted::Coercion, "clear", 1);
const WORRY: (Noted, &str, u128) = (Noted::Coercion, "worry", 1);
const ORDER: (Noted, &str) = (Noted::Ordered, "");

#[test]
fn nothing_is_made_before_both_are_known() {
    assert_eq!(may(&[], ORDER, 1, false), Err(Barred::NoIdentity));
    assert_eq!(may(&[CLEAR], ORDER, 1, false), Err(Barred::NoIdentity));
    assert_eq!(may(&[WHO], ORDER, 1, false), Err(Barred::NoCheck));
    assert_eq!(may(&[WHO, CLEAR], ORDER, 1, false), Ok(()));
    assert_eq!(may(&[WHO, CLEAR, (Noted::Ordered, "", 1)], ORDER, 1, false), Err(Barred::NotNow), "once");
}

#[test]
fn a_worry_waits_for_somebody_else() {
    assert_eq!(may(&[WHO, WORRY], ORDER, 2, false), Err(Barred::Worry));
    // It is not unsaid by who had it.
    assert_eq!(may(&[WHO, WORRY], (Noted::Coercion, "clear"), 1, false), Err(Barred::Worry));
    assert_eq!(may(&[WHO, WORRY], (Noted::Decision, "go"), 1, false), Err(Barred::OwnWorry));
    assert_eq!(may(&[WHO, WORRY], (Noted::Decision, "go"), 2, false), Ok(()));
    assert_eq!(may(&[WHO, CLEAR], (Noted::Decision, "go"), 2, false), Err(Barred::NotNow), "there is none");
    assert_eq!(may(&[WHO, WORRY, (Noted::Decision, "stop", 2)], ORDER, 2, false), Err(Barred::Worry));
    assert_eq!(
        may(&[WHO, WORRY, (Noted::Decision, "stop", 2)], (Noted::Decision, "go"), 1, false),
        Err(Barred::OwnWorry)
    );
    assert_eq!(may(&[WHO, WORRY, (Noted::Decision, "go", 2)], ORDER, 1, false), Ok(()));
    let unknown = Standing::fold(&entries(&[(Noted::Coercion, "perhaps", 1)]));
    assert_eq!(unknown.checked, Checked::Worry(Some(officer(1))));
}

#[test]
fn nobody_asks_for_more_proof_than_the_account_has() {
    for (proof, known, so) in [
        ("session", true, true),
        ("session", false, false),
        ("desk", true, false),
        ("desk", false, true),
        ("eyes", false, false),
    ] {
        let may = may(&[], (Noted::Identity, proof), 1, known);
        assert_eq!(may, if so { Ok(()) } else { Err(Barred::WrongProof) }, "{proof} {known}");
    }
}

#[test]
fn only_an_open_request_for_a_copy_has_one() {
    let same = |_| false;
    let standing = Standing::fold(&entries(&[WHO, CLEAR]));
    let may = |facts: &Facts| standing.may(Noted::Ordered, "", (facts, false), same, START);
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Access) {
        assert_eq!(may(&Facts::of(*kind, START)), Err(Barred::WrongCase));
    }
    for steps in
        [[(Step::Received, START), (Step::Done, START)], [(Step::Received, START), (Step::IdentityAsked, START)]]
    {
        assert_eq!(may(&Facts::fold(Kind::Access, START, &steps)), Err(Barred::NotNow));
    }
}

#[test]
fn it_goes_once_and_within_the_day() {
    let mut all = vec![WHO, CLEAR, (Noted::Ordered, "", 1), (Noted::Gathered, "2", 0)];
    assert_eq!(may(&all, (Noted::Delivered, "desk"), 1, false), Err(Barred::NotNow));
    assert_eq!(may(&all, (Noted::Reviewed, ""), 1, false), Ok(()));
    all.extend([(Noted::Reviewed, "", 1), (Noted::Made, "ab", 0)]);
    assert_eq!(may(&all, (Noted::Reviewed, ""), 1, false), Err(Barred::NotNow));
    assert_eq!(may(&all, (Noted::Released, ""), 1, false), Ok(()));
    assert_eq!(may(&all, (Noted::Delivered, "post"), 1, false), Ok(()));
    all.push((Noted::Released, "", 1));
    assert_eq!(may(&all, (Noted::Delivered, "post"), 1, false), Err(Barred::NotNow), "she may be fetching it");
    let standing = Standing::fold(&entries(&all));
    let (last, over) = (START + LASTS - Duration::from_secs(1), START + LASTS);
    assert_eq!((standing.open_until(last), standing.is_ready(last)), (Some(over), false));
    assert_eq!((standing.open_until(over), standing.is_ready(over)), (None, true));
    all.push((Noted::Delivered, "account", 0));
    let standing = Standing::fold(&entries(&all));
    assert_eq!((standing.stage, standing.open_until(last)), (Stage::Delivered(Way::Account), None));
    assert!(!standing.is_ready(over + LASTS));
}

fn copy() -> Vec<Section> {
    let others = |text: &str| Cell::Others(text.to_owned());
    vec![
        Section::new(
            "events",
            &["when", "by"],
            vec![
                vec![START.into(), others("Bea Lloyd")],
                vec![START.into(), "hers".into()],
                vec![START.into(), others("Bea Lloyd")],
                vec![START.into(), others("Cai Morgan")],
            ],
        ),
        Section::new("notes", &["words"], vec![vec![others("Bea Lloyd")]]),
    ]
}

#[test]
fn the_same_words_of_a_part_are_one_piece() {
    let copy = copy();
    let found: Vec<_> =
        pieces(&copy).into_iter().map(|piece| (piece.part, piece.text, piece.count, piece.at)).collect();
    assert_eq!(
        found,
        [
            ("events", "Bea Lloyd", 2, Some(START)),
            ("events", "Cai Morgan", 1, Some(START)),
            ("notes", "Bea Lloyd", 1, None)
        ]
    );
}

#[test]
fn what_goes_is_a_mark_and_what_nobody_decided_goes() {
    let done =
        redacted(&copy(), &[Verdict::HidePerson, Verdict::KeepWork], |verdict| format!("[{}]", verdict.as_str()));
    let text = format!("{done:?}");
    assert!(!text.contains("Bea") && text.contains("Cai Morgan") && text.contains("hers"), "{text}");
    assert_eq!(text.matches("[hide_person]").count(), 3);
    assert!(pieces(&done).is_empty());
    let kept = [Verdict::KeepTold, Verdict::HideHarm];
    assert_eq!(Decided::of(&kept).verdicts(), kept);
    assert_eq!(Decided("sure".to_owned()).verdicts(), [Verdict::HidePerson]);
}
