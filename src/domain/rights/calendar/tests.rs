//! The calendar, by exact dates.

use super::{Calendar, days_after, days_between, months_after};
use crate::domain::time::When;
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap()
}

/// As the sample policies have them.
pub fn holidays() -> BTreeSet<Date> {
    ["2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03"].map(day).into()
}

#[test]
fn the_same_date_of_another_month_or_its_last() {
    for (from, months, to) in [
        ("2026-09-03", 1, "2026-10-03"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
    ] {
        assert_eq!(months_after(day(from), months), day(to), "{from}");
    }
}

#[test]
fn weekends_and_holidays_put_a_day_off() {
    let (zone, holidays) = (london(), holidays());
    let calendar = Calendar { zone: &zone, holidays: &holidays };
    for (on, works) in [
        ("2026-12-24", "2026-12-24"),
        ("2026-12-25", "2026-12-29"),
        ("2027-03-26", "2027-03-30"),
        ("2026-10-03", "2026-10-05"),
    ] {
        assert_eq!(calendar.working(day(on)), day(works), "{on}");
    }
    let always: BTreeSet<Date> = (0..400).map(|days| day("2026-12-01").saturating_add(days.days())).collect();
    let calendar = Calendar { zone: &zone, holidays: &always };
    assert_eq!(calendar.working(day("2026-12-05")), day("2026-12-05"), "no list puts it off for good");
}

#[test]
fn a_day_ends_at_the_councils_midnight() {
    let (zone, holidays) = (london(), holidays());
    let calendar = Calendar { zone: &zone, holidays: &holidays };
    let at = |text: &str| When::from(text.parse::<jiff::Timestamp>().unwrap());
    assert_eq!(calendar.end(day("2026-07-01")), at("2026-07-01T23:00:00Z"));
    assert_eq!(calendar.day(at("2026-07-01T23:00:00Z")), day("2026-07-02"));
}

#[test]
fn days_are_counted_forward_only() {
    assert_eq!(days_between(day("2026-12-05"), day("2027-01-15")), 41);
    assert_eq!(days_between(day("2026-12-05"), day("2026-12-01")), 0);
    assert_eq!(days_after(day("2026-12-25"), 10), day("2027-01-04"));
}
