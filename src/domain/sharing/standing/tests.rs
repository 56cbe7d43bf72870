use super::{Standing, fold, may_follow};
use crate::domain::audit::Basis;
use crate::domain::claims::{Claim, ClaimSet};
use crate::domain::client::Lang;
use crate::domain::ids::{ClientId, RecordId};
use crate::domain::sharing::{How, NoticeRef, Record, RecordState};
use crate::domain::time::When;
use proptest::prelude::*;
use uuid::Uuid;

const START: When = When::from_seconds(1_800_000_000);

fn line(place: i64, purpose: &str, basis: Basis, state: RecordState, after: i64) -> Record {
    Record {
        id: RecordId(Uuid::from_u128(u128::try_from(place).unwrap())),
        client: ClientId::parse("permits").unwrap(),
        purpose: purpose.into(),
        basis,
        notice: NoticeRef { id: purpose.into(), version: 1 },
        notice_sha256: String::new(),
        lang: Lang::En,
        claims: ClaimSet::from([Claim::Name]),
        state,
        policy: String::new(),
        at: When::from_seconds(START.seconds() + after),
        how: How {
            place: Some(place),
            expires_at: state.authorises(Basis::Consent).then(|| When::from_seconds(START.seconds() + after + 100)),
            ..How::default()
        },
    }
}

fn any_lines() -> impl Strategy<Value = Vec<Record>> {
    let basis = proptest::sample::select(vec![Basis::Consent, Basis::PublicTask]);
    let one = (proptest::sample::select(vec!["a", "b"]), basis, proptest::sample::select(RecordState::ALL.to_vec()));
    prop::collection::vec((one, 0..60_i64), 0..40).prop_map(|drawn| {
        let mut now = 0;
        let lines = (1..).zip(drawn).map(|(place, ((purpose, basis, state), gap))| {
            now += gap;
            line(place, purpose, basis, state, now)
        });
        lines.collect()
    })
}

proptest! {
    #[test]
    fn the_fold_is_the_same_in_any_order_and_step_by_step(lines in any_lines(), turn in any::<usize>()) {
        let whole = fold(&lines);
        let mut turned = lines.clone();
        turned.rotate_left(if lines.is_empty() { 0 } else { turn % lines.len() });
        prop_assert_eq!(&fold(&turned), &whole);
        for standing in &whole {
            let mut step: Option<Standing> = None;
            for line in lines.iter().filter(|line| line.purpose == standing.purpose) {
                step = Some(Standing::after(step.as_ref(), line));
            }
            prop_assert_eq!(step.as_ref(), Some(standing));
        }
    }

    #[test]
    fn in_force_at_a_time_is_the_replay_up_to_it(lines in any_lines(), after in 0..2_400_i64) {
        let now = When::from_seconds(START.seconds() + after);
        let until: Vec<Record> = lines.iter().filter(|line| line.at <= now).cloned().collect();
        for standing in fold(&until) {
            // Said once more, without the fold: the last word that counts, unless something took it away since.
            let of = || until.iter().filter(|line| line.purpose == standing.purpose);
            let word = of().rfind(|line| line.state.authorises(line.basis));
            let since = |place| of().filter(move |line| line.how.place > place);
            let stopped = word.is_some_and(|word| since(word.how.place).any(|line| line.state.stops()));
            let decided = of().rfind(|line| {
                use RecordState::{ObjectionRejected, ObjectionUpheld, ObjectionWithdrawn};
                matches!(line.state, ObjectionUpheld | ObjectionRejected | ObjectionWithdrawn)
            });
            let pending = since(decided.and_then(|line| line.how.place)).any(|line| line.state == RecordState::Objected);
            let lapsed = word.and_then(|word| word.how.expires_at).is_some_and(|end| end <= now);
            let stands = word.is_some() && !stopped && !pending && !lapsed;
            prop_assert_eq!(standing.is_in_force(now), stands);
            if stands {
                prop_assert_eq!(standing.record, word.map(|word| word.id));
            }
        }
    }

    #[test]
    fn nothing_stands_without_a_word_of_hers_on_that_basis(lines in any_lines()) {
        for standing in fold(&lines) {
            if let Some(id) = standing.record {
                let word = lines.iter().find(|line| line.id == id).unwrap();
                prop_assert!(word.state.authorises(word.basis) && word.basis == standing.basis);
                prop_assert_eq!(&word.claims, &standing.claims);
            } else {
                prop_assert!(standing.claims.is_empty() && standing.expires_at.is_none());
            }
        }
    }
}

#[test]
fn a_line_that_says_nothing_new_does_not_follow() {
    use RecordState::{Expired, Objected, ObjectionRejected, ObjectionUpheld, ObjectionWithdrawn, Shown, Withdrawn};
    let stand = |states: &[RecordState]| {
        let lines: Vec<Record> =
            (1..).zip(states).map(|(place, state)| line(place, "a", Basis::PublicTask, *state, place)).collect();
        fold(&lines).into_iter().next()
    };
    let later = When::from_seconds(START.seconds() + 1_000);
    let follows = |before: &[RecordState], state, herself| may_follow(stand(before).as_ref(), state, herself, later);
    assert!(follows(&[], Shown, false) && follows(&[Shown], Shown, false));
    assert!(!follows(&[Shown, Objected], Shown, true));
    assert!(!follows(&[Shown, Objected, ObjectionUpheld], Shown, false));
    assert!(follows(&[Shown, Objected, ObjectionUpheld], Shown, true));
    assert!(!follows(&[Shown, Objected], Objected, true));
    assert!(!follows(&[], Withdrawn, true) && !follows(&[Shown], ObjectionUpheld, false));
    assert!(follows(&[Objected], ObjectionRejected, false));
    // Only she takes it back, once, and while it waits; then she may object anew, and nobody decides what she took back.
    assert!(follows(&[Shown, Objected], ObjectionWithdrawn, true));
    assert!(!follows(&[Shown, Objected], ObjectionWithdrawn, false));
    assert!(!follows(&[Shown], ObjectionWithdrawn, true));
    for done in [ObjectionUpheld, ObjectionRejected, ObjectionWithdrawn] {
        assert!(!follows(&[Shown, Objected, done], ObjectionWithdrawn, true), "{done:?}");
    }
    assert!(!follows(&[Shown, Objected, ObjectionWithdrawn], ObjectionUpheld, false));
    assert!(follows(&[Shown, Objected, ObjectionWithdrawn], Objected, true));
    assert!(!follows(&[Shown], Expired, false), "it says no end");
    let given = fold(&[line(1, "a", Basis::Consent, RecordState::Given, 0)]).into_iter().next();
    assert!(may_follow(given.as_ref(), Expired, false, later));
    assert!(!may_follow(given.as_ref(), Expired, false, START));
}

#[test]
fn an_objection_taken_back_lets_stand_what_stood() {
    use RecordState::{Objected, ObjectionWithdrawn, Shown};
    let lines = [(1, Shown), (2, Objected), (3, ObjectionWithdrawn)];
    let lines = lines.map(|(place, state)| line(place, "a", Basis::PublicTask, state, place));
    let after = |count: usize| fold(&lines[..count]).remove(0);
    let later = When::from_seconds(START.seconds() + 1_000);
    let (before, objected, back) = (after(1), after(2), after(3));
    assert!(before.is_in_force(later) && !objected.is_in_force(later) && back.is_in_force(later));
    assert_eq!((back.record, back.since, &back.claims), (before.record, before.since, &before.claims));
    assert_eq!((back.state, back.paused, back.last), (Shown, None, lines[2].id));
    // What never stood does not come to stand by it.
    let nothing = fold(&[lines[1].clone(), lines[2].clone()]).remove(0);
    assert!(nothing.record.is_none() && !nothing.is_in_force(later));
}
