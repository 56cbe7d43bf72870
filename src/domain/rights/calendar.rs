//! Days of the council: which of them it works on, and the same date some months later.

use crate::domain::time::When;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use std::collections::BTreeSet;

/// The furthest that holidays put a day off: a list that names every day must not put an answer off for good.
const MOST_DAYS: u8 = 30;

/// The council's calendar.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    /// Where its days begin and end.
    pub zone: &'a TimeZone,
    /// No working days, beside Saturdays and Sundays.
    pub holidays: &'a BTreeSet<Date>,
}

impl Calendar<'_> {
    /// The day of a time.
    #[must_use]
    pub fn day(&self, at: When) -> Date {
        at.day(self.zone)
    }

    /// The end of a day: the first moment that is later than it.
    #[must_use]
    pub fn end(&self, day: Date) -> When {
        let next = day.saturating_add(1.day()).to_zoned(self.zone.clone());
        next.map_or_else(|_| When::from(jiff::Timestamp::MAX), |next| When::from(next.timestamp()))
    }

    /// This day, or the next that is a working day.
    #[must_use]
    pub fn working(&self, day: Date) -> Date {
        let mut on = day;
        for _ in 0..MOST_DAYS {
            if !matches!(on.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.holidays.contains(&on) {
                return on;
            }
            on = on.saturating_add(1.day());
        }
        day
    }
}

/// The same date so many months later, or the last day of that month if it has no such date.
#[must_use]
pub fn months_after(day: Date, months: i32) -> Date {
    day.saturating_add(Span::new().try_months(months).unwrap_or_default())
}

/// How many days the second is after the first; none or fewer are 0.
#[must_use]
pub fn days_between(first: Date, second: Date) -> i32 {
    first.until(second).map_or(0, |span| span.get_days()).max(0)
}

/// So many days later.
#[must_use]
pub fn days_after(day: Date, days: i32) -> Date {
    day.saturating_add(Span::new().try_days(days).unwrap_or_default())
}

#[cfg(test)]
pub mod tests {
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
}
