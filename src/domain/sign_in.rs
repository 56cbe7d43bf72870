//! Guessing limits: wrong passwords and wrong codes, by the one table of figures.
//!
//! A counter closes what it counts for a while, never for good. A browser that the account knows has a counter of its
//! own, so that nobody can be locked out by a stranger's guesses.

use super::time::When;
use std::time::Duration;

/// One limit of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// So many misses …
    pub misses: u32,
    /// … within so long …
    pub window: Duration,
    /// … close it for so long.
    pub closed: Duration,
}

/// What a counter says, before the guess is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Look at it.
    Open,
    /// Look at it, and if it misses, close: it was the last one.
    Last,
    /// Don't look at it before then.
    Closed {
        /// When it opens.
        until: When,
    },
}

impl Limit {
    /// What the counter says at this try; `count` includes it.
    #[must_use]
    pub fn gate(&self, count: i64, closed_until: Option<When>, now: When) -> Gate {
        if let Some(until) = closed_until.filter(|until| *until > now) {
            return Gate::Closed { until };
        }
        match count.cmp(&i64::from(self.misses)) {
            std::cmp::Ordering::Less => Gate::Open,
            std::cmp::Ordering::Equal => Gate::Last,
            // Several tries at once all counted before the first of them closed it.
            std::cmp::Ordering::Greater => Gate::Closed { until: now + self.closed },
        }
    }

    /// A window that began then or earlier is over.
    #[must_use]
    pub fn oldest(&self, now: When) -> When {
        now - self.window
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, Limit};
    use crate::domain::time::When;
    use std::time::Duration;

    const SIX: Limit = Limit { misses: 6, window: Duration::from_mins(15), closed: Duration::from_mins(15) };

    #[test]
    fn b01_six_are_looked_at_and_no_more() {
        let now = When::from_seconds(10_000);
        let looked_at = (1..=100).filter(|count| !matches!(SIX.gate(*count, None, now), Gate::Closed { .. })).count();
        assert_eq!(looked_at, 6);
        assert_eq!(SIX.gate(6, None, now), Gate::Last);
    }

    #[test]
    fn b04_closing_ends() {
        let now = When::from_seconds(10_000);
        let until = now + Duration::from_mins(1);
        assert_eq!(SIX.gate(7, Some(until), now), Gate::Closed { until });
        assert_eq!(SIX.gate(1, Some(until), until), Gate::Open);
    }
}
