//! The clock, by exact dates.

use super::{Clock, Light, Waits, may_extend, read};
use crate::domain::rights::calendar::Calendar;
use crate::domain::rights::calendar::tests::{day, holidays, london};
use crate::domain::rights::case::Facts;
use crate::domain::rights::kind::Kind;
use crate::domain::rights::step::Step;
use crate::domain::time::When;
use jiff::civil::Date;

fn at(text: &str) -> When {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T12:00:00Z") };
    When::from(text.parse::<jiff::Timestamp>().unwrap())
}

fn clock(kind: Kind, received: &str, steps: &[(Step, &str)], now: &str) -> Clock {
    let (zone, holidays) = (london(), holidays());
    let calendar = Calendar { zone: &zone, holidays: &holidays };
    let steps: Vec<_> = steps.iter().map(|(step, on)| (*step, at(on))).collect();
    read(&Facts::fold(kind, at(received), &steps), &calendar, at(now))
}

fn due(kind: Kind, received: &str, steps: &[(Step, &str)]) -> Option<Date> {
    clock(kind, received, steps, "2028-06-01").due
}

#[test]
fn a_request_is_answered_by_the_same_date_next_month() {
    for (received, by) in [
        ("2026-09-01", "2026-10-01"),
        // A Saturday: the next working day.
        ("2026-09-03", "2026-10-05"),
        // No such date: the month's last day, and that is a Saturday, a Sunday, or a Tuesday of a leap year.
        ("2026-01-31", "2026-03-02"),
        ("2027-01-31", "2027-03-01"),
        ("2028-01-31", "2028-02-29"),
        ("2028-01-30", "2028-02-29"),
        // Christmas, the weekend, and the day in lieu.
        ("2026-11-25", "2026-12-29"),
        ("2026-11-26", "2026-12-29"),
        // New Year's Day is a Friday.
        ("2026-12-01", "2027-01-04"),
        // Good Friday to Easter Monday.
        ("2027-02-26", "2027-03-30"),
        // Half past midnight in the council's summer is the day before in UTC.
        ("2026-06-30T23:30:00Z", "2026-08-03"),
        ("2026-06-30T22:30:00Z", "2026-07-30"),
    ] {
        for kind in Kind::ALL.iter().filter(|kind| kind.is_request()) {
            assert_eq!(due(*kind, received, &[]), Some(day(by)), "{kind:?} {received}");
        }
    }
}

#[test]
fn whoever_was_not_asked_has_lost_no_day() {
    let known = [(Step::IdentityProven, "2026-12-18")];
    assert_eq!(due(Kind::Access, "2026-12-01", &known), due(Kind::Access, "2026-12-01", &[]));
}

#[test]
fn the_month_begins_once_she_has_shown_who_she_is() {
    let asked = [(Step::IdentityAsked, "2026-12-02")];
    let waiting = clock(Kind::Access, "2026-12-01", &asked, "2027-02-15");
    assert_eq!((waiting.waits, waiting.light), (Some(Waits::Identity), Light::Green), "the month has not begun");
    assert_eq!(waiting.due, Some(day("2027-03-15")), "if she did so today");
    let proven = [asked[0], (Step::IdentityProven, "2026-12-10")];
    // 10 January 2027 is a Sunday.
    assert_eq!(due(Kind::Access, "2026-12-01", &proven), Some(day("2027-01-11")));
    // Who had shown it before asking is not later for it.
    let before = [(Step::IdentityProven, "2026-11-20")];
    assert_eq!(due(Kind::Access, "2026-12-01", &before), Some(day("2027-01-04")));
}

#[test]
fn days_of_waiting_for_what_she_means_do_not_count() {
    let one = [(Step::ClarificationAsked, "2026-12-05"), (Step::Clarified, "2026-12-15")];
    // 1 January and 10 days.
    assert_eq!(due(Kind::Access, "2026-12-01", &one), Some(day("2027-01-11")));
    let two = [&one[..], &[(Step::ClarificationAsked, "2026-12-20"), (Step::Clarified, "2026-12-22")]].concat();
    assert_eq!(due(Kind::Access, "2026-12-01", &two), Some(day("2027-01-13")));
    // Asked and answered on one day: nothing was waited for.
    let same = [(Step::ClarificationAsked, "2026-12-05T09:00:00Z"), (Step::Clarified, "2026-12-05T17:00:00Z")];
    assert_eq!(due(Kind::Access, "2026-12-01", &same), Some(day("2027-01-04")));
    // Asked before she showed who she is: only what is behind that counts.
    let early = [
        (Step::IdentityAsked, "2026-12-02"),
        (Step::ClarificationAsked, "2026-12-03"),
        (Step::IdentityProven, "2026-12-10"),
        (Step::Clarified, "2026-12-14"),
    ];
    // 10 January and 4 days.
    assert_eq!(due(Kind::Access, "2026-12-01", &early), Some(day("2027-01-14")));
    // Of other requests every day counts.
    for kind in [Kind::Rectification, Kind::Erasure, Kind::Objection] {
        assert_eq!(due(kind, "2026-12-01", &two), Some(day("2027-01-04")), "{kind:?}");
        assert_eq!(clock(kind, "2026-12-01", &two[..1], "2026-12-08").waits, None, "{kind:?}");
    }
}

#[test]
fn the_clock_stands_while_she_is_waited_for_and_goes_on_then() {
    let asked = [(Step::ClarificationAsked, "2026-12-20")];
    for (now, due) in [("2026-12-20", "2027-01-04"), ("2026-12-30", "2027-01-11"), ("2027-02-20", "2027-03-04")] {
        let stands = clock(Kind::Access, "2026-12-01", &asked, now);
        assert_eq!((stands.waits, stands.light), (Some(Waits::Clarification), Light::Green), "{now}");
        assert_eq!(stands.due, Some(day(due)), "{now}");
    }
    let answered = [asked[0], (Step::Clarified, "2027-02-20")];
    let goes_on = clock(Kind::Access, "2026-12-01", &answered, "2027-02-21");
    // 19 days had gone when she was asked.
    assert_eq!((goes_on.waits, goes_on.light, goes_on.due), (None, Light::Green, Some(day("2027-03-04"))));
    assert_eq!(
        clock(Kind::Access, "2026-12-01", &answered, "2027-02-22").light,
        Light::Amber,
        "two days on it is day 21"
    );
}

#[test]
fn it_is_amber_from_day_21_and_red_when_its_day_is_over() {
    for (now, light) in [
        ("2026-12-21", Light::Green),
        ("2026-12-22", Light::Amber),
        ("2027-01-04T23:59:59Z", Light::Amber),
        ("2027-01-05T00:00:00Z", Light::Red),
    ] {
        assert_eq!(clock(Kind::Erasure, "2026-12-01", &[], now).light, light, "{now}");
    }
    for closing in [Step::Done, Step::Refused] {
        let closed = clock(Kind::Erasure, "2026-12-01", &[(closing, "2026-12-24")], "2027-06-01");
        assert_eq!((closed.light, closed.due), (Light::Closed, Some(day("2027-01-04"))));
    }
}

#[test]
fn two_months_more_are_said_within_the_first() {
    let (zone, holidays) = (london(), holidays());
    let calendar = Calendar { zone: &zone, holidays: &holidays };
    let facts = Facts::of(Kind::Access, at("2026-12-01"));
    assert!(may_extend(&facts, &calendar, at("2027-01-04T23:59:59Z")));
    assert!(!may_extend(&facts, &calendar, at("2027-01-05T00:00:00Z")), "the month is over");
    let waiting = Facts::fold(Kind::Access, at("2026-12-01"), &[(Step::IdentityAsked, at("2026-12-02"))]);
    assert!(!may_extend(&waiting, &calendar, at("2026-12-03")), "there is no month to extend");
    let paused = [(Step::ClarificationAsked, at("2026-12-20")), (Step::Clarified, at("2026-12-30"))];
    let paused = Facts::fold(Kind::Access, at("2026-12-01"), &paused);
    assert!(may_extend(&paused, &calendar, at("2027-01-11")) && !may_extend(&paused, &calendar, at("2027-01-12")));

    let extended = [(Step::Extended, "2026-12-22")];
    assert_eq!(due(Kind::Access, "2026-12-01", &extended), Some(day("2027-03-01")));
    assert_eq!(due(Kind::Access, "2026-11-30", &extended), Some(day("2027-03-01")), "28 February is a Sunday");
    // Amber in its last month.
    for (now, light) in [
        ("2027-01-10", Light::Green),
        ("2027-02-21", Light::Green),
        ("2027-02-22", Light::Amber),
        ("2027-03-02", Light::Red),
    ] {
        assert_eq!(clock(Kind::Access, "2026-12-01", &extended, now).light, light, "{now}");
    }
    // Days of waiting count on top.
    let both = [extended[0], (Step::ClarificationAsked, "2026-12-23"), (Step::Clarified, "2027-01-02")];
    assert_eq!(due(Kind::Access, "2026-12-01", &both), Some(day("2027-03-11")));
}

#[test]
fn a_complaint_is_acknowledged_within_thirty_days_that_begin_with_its_own() {
    for (received, by) in [
        ("2026-12-01", "2026-12-30"),
        // A Saturday stays one: the statute does not wait for Monday.
        ("2026-11-27", "2026-12-26"),
        ("2028-02-01", "2028-03-01"),
        ("2027-02-01", "2027-03-02"),
        ("2026-06-30T23:30:00Z", "2026-07-30"),
    ] {
        assert_eq!(due(Kind::Complaint, received, &[]), Some(day(by)), "{received}");
    }
    for (now, light) in [
        ("2026-12-21", Light::Green),
        ("2026-12-22", Light::Amber),
        ("2026-12-30T23:59:59Z", Light::Amber),
        ("2026-12-31T00:00:00Z", Light::Red),
    ] {
        assert_eq!(clock(Kind::Complaint, "2026-12-01", &[], now).light, light, "{now}");
    }
    // Then there is no day, but she is not left without a word.
    let told = [(Step::Acknowledged, "2026-12-03")];
    let stands = clock(Kind::Complaint, "2026-12-01", &told, "2027-01-01");
    assert_eq!((stands.due, stands.light), (None, Light::Green));
    assert_eq!(clock(Kind::Complaint, "2026-12-01", &told, "2027-01-02").light, Light::Amber);
    let more = [told[0], (Step::Progress, "2027-01-02")];
    assert_eq!(clock(Kind::Complaint, "2026-12-01", &more, "2027-01-10").light, Light::Green);
    let asked = [(Step::ClarificationAsked, "2026-12-02")];
    assert_eq!(due(Kind::Complaint, "2026-12-01", &asked), Some(day("2026-12-30")), "no question stops it");
}
