//! Break-glass: for somebody's life or safety an officer may do for an hour what is refused else. Somebody is told at
//! once, and looks at what was done within two working days.

use crate::domain::ids::StaffId;
use crate::domain::time::When;
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::time::Duration;
use uuid::Uuid;

/// Glass that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glass {
    /// Which.
    pub id: Uuid,
    /// By whom.
    pub staff: StaffId,
    /// A code of `reasons.toml`.
    pub reason: String,
    /// The case, if one was named.
    pub case: Option<String>,
    /// When.
    pub opened_at: When,
    /// When it closes by itself.
    pub until: When,
    /// When it was closed before that.
    pub closed_at: Option<When>,
    /// By when somebody else looks at it.
    pub review_by: When,
    /// When somebody did.
    pub reviewed_at: Option<When>,
    /// What they found.
    pub justified: Option<bool>,
}

impl Glass {
    /// How long it stays open.
    pub const LASTS: Duration = Duration::from_hours(1);

    /// Whether it is open.
    #[must_use]
    pub fn stands(&self, now: When) -> bool {
        self.closed_at.is_none() && now < self.until
    }

    /// Whether nobody looked at it in time: its officer does nothing more until somebody has.
    #[must_use]
    pub fn is_overdue(&self, now: When) -> bool {
        self.reviewed_at.is_none() && now >= self.review_by
    }
}

const WORKING_DAYS: u8 = 2;

/// The furthest that holidays put a review off: a list that names every day must not put it off for good.
const MOST_DAYS: u8 = 30;

/// Two working days later, at the same hour of the council's clock: days that are neither Saturdays nor Sundays nor among its
/// `holidays`.
#[must_use]
pub fn review_by(opened: When, zone: &TimeZone, holidays: &BTreeSet<Date>) -> When {
    let at = opened.timestamp().to_zoned(zone.clone());
    let (mut day, mut left) = (at.date(), WORKING_DAYS);
    for _ in 0..MOST_DAYS {
        day = day.saturating_add(1.day());
        let works = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !holidays.contains(&day);
        left -= u8::from(works);
        if left == 0 {
            break;
        }
    }
    let later = day.to_datetime(at.time()).to_zoned(zone.clone());
    later.map_or(opened, |later| When::from(later.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::review_by;
    use crate::domain::time::When;
    use jiff::ToSpan as _;
    use jiff::civil::Date;
    use jiff::tz::TimeZone;
    use std::collections::BTreeSet;

    #[test]
    fn a_review_is_due_after_two_working_days() {
        let at = |text: &str| When::from(text.parse::<jiff::Timestamp>().unwrap());
        let zone = TimeZone::get("Europe/London").unwrap();
        let holidays =
            BTreeSet::from(["2026-12-25", "2026-12-28", "2027-03-26", "2027-03-29"].map(|day| day.parse().unwrap()));
        for (opened, due) in [
            ("2026-11-23T15:00:00Z", "2026-11-25T15:00:00Z"),
            ("2026-11-26T02:00:00Z", "2026-11-30T02:00:00Z"),
            ("2026-11-27T15:00:00Z", "2026-12-01T15:00:00Z"),
            ("2026-11-28T15:00:00Z", "2026-12-01T15:00:00Z"),
            ("2026-11-29T15:00:00Z", "2026-12-01T15:00:00Z"),
            // Christmas is on a Friday, and the day in lieu on the Monday.
            ("2026-12-23T15:00:00Z", "2026-12-29T15:00:00Z"),
            ("2026-12-24T15:00:00Z", "2026-12-30T15:00:00Z"),
            // Easter, with the night in which the clocks change: the hour is the council's.
            ("2027-03-25T15:00:00Z", "2027-03-31T14:00:00Z"),
            // Half past midnight in the council's summer is the day before in UTC.
            ("2027-06-03T23:30:00Z", "2027-06-07T23:30:00Z"),
        ] {
            assert_eq!(review_by(at(opened), &zone, &holidays), at(due), "{opened}");
        }
        let opened = at("2026-12-24T15:00:00Z");
        assert_eq!(review_by(opened, &zone, &BTreeSet::new()), at("2026-12-28T15:00:00Z"), "without a list");
        let always = (0..400).map(|days| "2026-12-01".parse::<Date>().unwrap().saturating_add(days.days())).collect();
        assert_eq!(review_by(opened, &zone, &always), at("2027-01-23T15:00:00Z"), "no list puts it off for good");
    }
}
