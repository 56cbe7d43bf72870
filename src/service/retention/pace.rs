//! How fast a run goes: as fast as it can for an operator who waits for it, or beside the residents' requests, which it must not
//! slow down. Nobody waits for the server's own run: it rests after each piece of work, in proportion to how long that took, and so
//! takes a small share of the disk and the processor, whatever those are.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Beside others, a run rests so many times as long as it has worked.
const RESTS: u32 = 49;

/// A rest is never longer, so that one slow moment does not halt a run.
const LONGEST: Duration = Duration::from_secs(5);

/// How fast a run goes.
#[derive(Debug)]
pub struct Pace {
    aside: Option<Aside>,
}

#[derive(Debug)]
struct Aside {
    until: Instant,
    /// When the last rest ended.
    rested: Mutex<Instant>,
}

impl Pace {
    /// As fast as it can.
    pub const FULL: Self = Self { aside: None };

    /// Beside those who use the service, for so long.
    #[must_use]
    pub fn aside(lasts: Duration) -> Self {
        let now = Instant::now();
        Self { aside: Some(Aside { until: now + lasts, rested: Mutex::new(now) }) }
    }

    /// Of `most` that may be erased at a time, how many are: beside others one after the other.
    pub(super) const fn at_once(&self, most: usize) -> usize {
        if self.aside.is_some() { 1 } else { most }
    }

    /// After a piece of work: rests, if it goes beside others. `false` once its time is over.
    pub async fn goes_on(&self) -> bool {
        let Some(aside) = &self.aside else { return true };
        let worked = aside.rested.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        tokio::time::sleep(worked.saturating_mul(RESTS).min(LONGEST)).await;
        let now = Instant::now();
        *aside.rested.lock().unwrap_or_else(PoisonError::into_inner) = now;
        now < aside.until
    }
}

#[cfg(test)]
mod tests {
    use super::{Pace, RESTS};
    use std::time::{Duration, Instant};

    #[tokio::test]
    async fn at_full_pace_nothing_rests_and_time_is_never_over() {
        assert_eq!(Pace::FULL.at_once(4), 4);
        let began = Instant::now();
        for _ in 0..1_000 {
            assert!(Pace::FULL.goes_on().await);
        }
        assert!(began.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test]
    async fn beside_others_a_rest_is_as_long_as_the_work_before_it_so_many_times() {
        let worked = Duration::from_millis(4);
        let pace = Pace::aside(Duration::from_mins(1));
        assert_eq!(pace.at_once(4), 1);
        for _ in 0..2 {
            std::thread::sleep(worked);
            let began = Instant::now();
            assert!(pace.goes_on().await);
            assert!(began.elapsed() >= worked * RESTS);
        }
    }

    #[tokio::test]
    async fn it_ends_with_its_time() {
        let pace = Pace::aside(Duration::from_millis(1));
        std::thread::sleep(Duration::from_millis(2));
        assert!(!pace.goes_on().await);
    }
}
