use super::{Given, Kind, LATE, Outcome, Reason, State, TRIED_FOR, What, error_code, is_overdue, plan, wait_after};
use crate::domain::claims::{Claim, ClaimSet};
use crate::domain::ids::{ClientId, RecordId};
use crate::domain::time::When;
use std::collections::BTreeSet;
use std::time::Duration;

fn client(id: &str) -> ClientId {
    ClientId::parse(id).unwrap()
}

fn given(id: &str, purpose: &str, record: u128, claims: &[Claim]) -> Given {
    Given {
        client: client(id),
        purpose: purpose.into(),
        record: RecordId(uuid::Uuid::from_u128(record)),
        claims: claims.iter().copied().collect(),
    }
}

/// Permits has a name and an address for permits and an address for news, the library a name; the pool knows her only.
fn story() -> (Vec<Given>, BTreeSet<ClientId>) {
    let all = vec![
        given("permits", "permit", 1, &[Claim::Name, Claim::Email]),
        given("permits", "news", 2, &[Claim::Email]),
        given("library", "loans", 3, &[Claim::Name]),
    ];
    (all, ["permits", "library", "pool"].map(client).into())
}

fn told(what: &What) -> Vec<String> {
    let (all, known) = story();
    let line = |(client, shares): (ClientId, Vec<super::Share>)| {
        let shares = shares.iter().map(|share| format!("{}={}", share.purpose, share.claims.join("+")));
        format!("{client}: {}", shares.collect::<Vec<_>>().join(" "))
    };
    plan(what, &all, &known).into_iter().map(line).collect()
}

#[test]
fn a_withdrawal_is_told_to_its_service_and_about_its_purpose_alone() {
    let what = What::Sharing { kind: Kind::ConsentWithdrawn, client: client("permits"), purpose: "news".into() };
    assert_eq!(told(&what), ["permits: news=email"]);
    let never = What::Sharing { kind: Kind::SharingPaused, client: client("library"), purpose: "news".into() };
    assert_eq!(told(&never), Vec::<String>::new());
}

#[test]
fn a_correction_is_told_to_whoever_has_the_claim() {
    assert_eq!(told(&What::Corrected([Claim::Email].into())), ["permits: permit=email news=email"]);
    assert_eq!(told(&What::Corrected([Claim::Name].into())), ["library: loans=name", "permits: permit=name"]);
    assert_eq!(told(&What::Corrected(ClaimSet::new())), Vec::<String>::new());
}

#[test]
fn what_concerns_all_of_it_is_told_to_everybody_who_has_some() {
    let everybody = ["library: loans=name", "permits: permit=email+name news=email"];
    let sorted = |mut lines: Vec<String>| {
        for line in &mut lines {
            *line = line.replace("name+email", "email+name");
        }
        lines
    };
    assert_eq!(sorted(told(&What::Restricted)), everybody);
    assert_eq!(sorted(told(&What::RestrictionLifted)), everybody);
    for what in [What::Closed, What::Erased(None)] {
        assert_eq!(sorted(told(&what)), [everybody[0], everybody[1], "pool: "]);
    }
    assert_eq!(told(&What::Erased(Some([Claim::Name].into()))), ["library: loans=name", "permits: permit=name"]);
}

#[test]
fn the_latest_record_of_a_purpose_speaks_for_those_before() {
    let all = [given("a", "p", 1, &[Claim::Name]), given("a", "p", 2, &[Claim::Email])];
    let told = plan(&What::Restricted, &all, &BTreeSet::new());
    let share = &told[&client("a")][0];
    assert_eq!((share.record, share.claims.len()), (all[1].record, 2));
}

#[test]
fn what_is_overdue_has_a_person_looking_after_it() {
    let at = When::from_seconds(1_000);
    for state in [State::Refused, State::NoAnswer, State::ByHand] {
        assert!(is_overdue(state, at, at), "{state:?}");
    }
    assert!(!is_overdue(State::Done, at, at + TRIED_FOR + TRIED_FOR));
    let little = Duration::from_micros(1);
    assert!(!is_overdue(State::Waiting, at, at + LATE - little) && is_overdue(State::Waiting, at, at + LATE));
    assert!(!is_overdue(State::Delivered, at, at + TRIED_FOR - little));
    assert!(is_overdue(State::Delivered, at, at + TRIED_FOR));
}

#[test]
fn waits_grow_to_an_hour() {
    let waits: Vec<Duration> = (0..10).map(wait_after).collect();
    assert!(waits.is_sorted());
    assert_eq!((waits[1], waits[9]), (Duration::from_secs(5), Duration::from_hours(1)));
}

#[test]
fn an_outcome_says_one_thing() {
    assert_eq!(Outcome::parse("done", None), Some(Outcome::Done));
    assert_eq!(Outcome::parse("refused", Some("legal_claim")), Some(Outcome::Refused(Reason::LegalClaim)));
    for (outcome, reason) in [("done", Some("other")), ("refused", None), ("refused", Some("no")), ("maybe", None)] {
        assert_eq!(Outcome::parse(outcome, reason), None, "{outcome} {reason:?}");
    }
}

#[test]
fn a_receivers_error_is_a_word() {
    assert_eq!(error_code("invalid_key"), Some("invalid_key"));
    for bad in ["", "Ada Wren", "a\nb", "é", &"x".repeat(65)] {
        assert_eq!(error_code(bad), None, "{bad:?}");
    }
}

#[test]
fn words_lead_back() {
    assert!(Kind::ALL.iter().all(|kind| Kind::parse(kind.as_str()) == Some(*kind)));
    assert!(State::ALL.iter().all(|state| State::parse(state.as_str()) == Some(*state)));
    assert!(Kind::ALL.iter().all(|kind| kind.meaning().trim().ends_with('.')));
}
