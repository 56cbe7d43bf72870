//! Break-glass: for somebody's life or safety an officer may do for an hour what is refused else. Somebody is told at
//! once, and looks at what was done within two working days.

use crate::domain::ids::StaffId;
use crate::domain::time::When;
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

/// Two working days later, at the same hour. Bank holidays count as working days: the review then comes early.
#[must_use]
pub fn review_by(opened: When) -> When {
    const DAY: Duration = Duration::from_hours(24);
    let (mut at, mut left) = (opened, WORKING_DAYS);
    while left > 0 {
        at = at + DAY;
        let weekday = at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).weekday();
        if !matches!(weekday, jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday) {
            left -= 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::review_by;
    use crate::domain::time::When;

    #[test]
    fn a_review_is_due_after_two_working_days() {
        let at = |text: &str| When::from(text.parse::<jiff::Timestamp>().unwrap());
        for (opened, due) in [
            ("2026-11-23T15:00:00Z", "2026-11-25T15:00:00Z"),
            ("2026-11-26T02:00:00Z", "2026-11-30T02:00:00Z"),
            ("2026-11-27T15:00:00Z", "2026-12-01T15:00:00Z"),
            ("2026-11-28T15:00:00Z", "2026-12-01T15:00:00Z"),
            ("2026-11-29T15:00:00Z", "2026-12-01T15:00:00Z"),
        ] {
            assert_eq!(review_by(at(opened)), at(due), "{opened}");
        }
    }
}
