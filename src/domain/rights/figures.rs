//! How requests and complaints were answered, as numbers that name nobody: what the council reports of them, and the regulator may
//! ask for (DPA 2018 s164B).

use super::calendar::{Calendar, days_between};
use super::case::Facts;
use super::clock::{self, Light};
use super::kind::Kind;
use super::step::Step;
use crate::domain::time::When;

/// How many days something took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// Half took so many or fewer.
    pub median: i32,
    /// 95 of 100 took so many or fewer.
    pub p95: i32,
}

impl Days {
    /// Of so many each, by nearest rank: both are days that one of them really took. None of none.
    fn of(mut each: Vec<i32>) -> Option<Self> {
        each.sort_unstable();
        let rank = |percent: usize| each.get((each.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Some(Self { median: rank(50)?, p95: rank(95)? })
    }
}

/// How what was asked for by one right was answered, or the complaints were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// What was asked for.
    pub kind: Kind,
    /// So many were received.
    pub received: usize,
    /// So many of those are open.
    pub open: usize,
    /// So many ended with what was asked for.
    pub done: usize,
    /// So many ended with a refusal, of all or of a part.
    pub refused: usize,
    /// Of so many she was told that it takes longer.
    pub extended: usize,
    /// So many were answered in time; complaints: acknowledged.
    pub in_time: usize,
    /// So many were not, or are not yet and their day is over.
    pub late: usize,
    /// How long the answer took as the law counts it: without the days on which we waited for her. Complaints: the acknowledgement.
    pub answered: Option<Days>,
    /// How long it took until a complaint was decided.
    pub decided: Option<Days>,
}

/// What of a case counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// What its steps come to.
    pub facts: Facts,
    /// Whether it ended with a refusal.
    pub refused: bool,
}

impl Counted {
    /// A case by its steps, in the order they were taken.
    #[must_use]
    pub fn fold(kind: Kind, received: When, steps: &[(Step, When)]) -> Self {
        let refused = steps.last().is_some_and(|(step, _)| *step == Step::Refused);
        Self { facts: Facts::fold(kind, received, steps), refused }
    }
}

/// The figures of all kinds of which there was one, in the order of the rights.
#[must_use]
pub fn count(cases: &[Counted], calendar: &Calendar<'_>, now: When) -> Vec<Figures> {
    let of_kind = |kind: &Kind| {
        let all: Vec<&Counted> = cases.iter().filter(|case| case.facts.kind == *kind).collect();
        (!all.is_empty()).then(|| of(*kind, &all, calendar, now))
    };
    Kind::ALL.iter().filter_map(of_kind).collect()
}

fn of(kind: Kind, all: &[&Counted], calendar: &Calendar<'_>, now: When) -> Figures {
    let number = |which: &dyn Fn(&&&Counted) -> bool| all.iter().filter(which).count();
    let answered: Vec<(i32, bool)> = all.iter().filter_map(|case| answered(&case.facts, calendar)).collect();
    let in_time = answered.iter().filter(|(_, in_time)| *in_time).count();
    let overdue = |case: &&&Counted| clock::read(&case.facts, calendar, now).light == Light::Red;
    let received = |facts: &Facts| calendar.day(facts.received);
    let decided = all.iter().filter_map(|case| Some((&case.facts, case.facts.closed?)));
    let decided = decided.map(|(facts, closed)| days_between(received(facts), calendar.day(closed)));
    Figures {
        kind,
        received: all.len(),
        open: number(&|case| case.facts.closed.is_none()),
        done: number(&|case| case.facts.closed.is_some() && !case.refused),
        refused: number(&|case| case.refused),
        extended: number(&|case| case.facts.extended.is_some()),
        in_time,
        late: answered.len() - in_time + number(&overdue),
        answered: Days::of(answered.into_iter().map(|(days, _)| days).collect()),
        decided: if kind.is_request() { None } else { Days::of(decided.collect()) },
    }
}

/// How many days the answer took, and whether it was in time; none while it is waited for. A complaint that was closed without having
/// been acknowledged is answered then.
fn answered(facts: &Facts, calendar: &Calendar<'_>) -> Option<(i32, bool)> {
    if facts.kind.is_request() {
        let closed = calendar.day(facts.closed?);
        let due = clock::read(facts, calendar, facts.closed?).due?;
        return Some((clock::days_taken(facts, calendar, closed), closed <= due));
    }
    let told = calendar.day(facts.acknowledged.or(facts.closed)?);
    let due = clock::acknowledged_by(facts, calendar);
    Some((days_between(calendar.day(facts.received), told), told <= due))
}

#[cfg(test)]
mod tests {
    use super::{Calendar, Counted, Days, Kind, Step, When, count};
    use crate::domain::rights::calendar::tests::{holidays, london};

    fn at(day: &str) -> When {
        When::from(format!("{day}T12:00:00Z").parse::<jiff::Timestamp>().unwrap())
    }

    fn case(kind: Kind, steps: &[(Step, &str)]) -> Counted {
        let steps: Vec<_> = steps.iter().map(|(step, day)| (*step, at(day))).collect();
        Counted::fold(kind, steps[0].1, &steps)
    }

    #[test]
    fn half_and_95_of_100_are_days_that_one_really_took() {
        assert_eq!(Days::of(Vec::new()), None);
        assert_eq!(Days::of(vec![9]), Some(Days { median: 9, p95: 9 }));
        assert_eq!(Days::of(vec![30, 1, 2, 3]), Some(Days { median: 2, p95: 30 }));
        assert_eq!(Days::of((1..=100).collect()), Some(Days { median: 50, p95: 95 }));
    }

    #[test]
    fn days_on_which_we_waited_do_not_count_and_a_late_answer_does() {
        let (zone, holidays) = (london(), holidays());
        let calendar = Calendar { zone: &zone, holidays: &holidays };
        let cases = [
            case(
                Kind::Access,
                &[
                    (Step::Received, "2026-01-05"),
                    (Step::ClarificationAsked, "2026-01-10"),
                    (Step::Clarified, "2026-01-20"),
                    (Step::Done, "2026-02-10"),
                ],
            ),
            case(Kind::Access, &[(Step::Received, "2026-01-05"), (Step::Refused, "2026-03-05")]),
            case(
                Kind::Access,
                &[(Step::Received, "2026-01-05"), (Step::Extended, "2026-01-30"), (Step::Done, "2026-03-05")],
            ),
            case(Kind::Access, &[(Step::Received, "2026-01-05"), (Step::IdentityAsked, "2026-01-06")]),
            case(Kind::Access, &[(Step::Received, "2026-02-01")]),
        ];
        let figures = count(&cases, &calendar, at("2026-03-20")).remove(0);
        assert_eq!((figures.received, figures.open, figures.done, figures.refused), (5, 2, 2, 1));
        assert_eq!(
            (figures.extended, figures.in_time, figures.late),
            (1, 2, 2),
            "one open case is overdue, one waits for her"
        );
        assert_eq!(figures.answered, Some(Days { median: 59, p95: 59 }), "26, 59 and 59");
        assert_eq!(figures.decided, None);
    }

    #[test]
    fn a_complaint_is_in_time_if_it_was_acknowledged_and_decided_apart() {
        let (zone, holidays) = (london(), holidays());
        let calendar = Calendar { zone: &zone, holidays: &holidays };
        let cases = [
            case(
                Kind::Complaint,
                &[(Step::Received, "2026-01-01"), (Step::Acknowledged, "2026-01-30"), (Step::Done, "2026-03-01")],
            ),
            case(Kind::Complaint, &[(Step::Received, "2026-01-01"), (Step::Acknowledged, "2026-01-31")]),
            case(Kind::Complaint, &[(Step::Received, "2026-01-01")]),
        ];
        let figures = count(&cases, &calendar, at("2026-03-20")).remove(0);
        assert_eq!((figures.in_time, figures.late, figures.open), (1, 2, 2), "the thirtieth day is the last");
        assert_eq!(figures.answered, Some(Days { median: 29, p95: 30 }));
        assert_eq!(figures.decided, Some(Days { median: 59, p95: 59 }));
    }
}
