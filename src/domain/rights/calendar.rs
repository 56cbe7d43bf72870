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
pub(super) mod tests;
