//! Where *now* comes from, and whether it was set to something else while this process ran.

use crate::domain::time::When;
use jiff::SignedDuration;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where *now* comes from.
#[derive(Clone)]
pub enum Clock {
    /// The machine's clock.
    Wall,
    /// A clock that tests move.
    Fixed(Moved),
}

/// What a clock that tests move says, in microseconds since 1970, and how far of that it was set by somebody.
#[derive(Clone, Default)]
pub struct Moved {
    /// What it says.
    pub says: Arc<AtomicI64>,
    /// By how much it was set.
    pub set: Arc<AtomicI64>,
}

/// What the machine's clock said when it had run for no time at all, when it was believed last.
static BELIEVED: AtomicI64 = AtomicI64::new(0);

fn began() -> i64 {
    wall().micros() - ran()
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn wall() -> When {
    When::from(jiff::Timestamp::now())
}

/// How long the machine has run, asleep or awake, in microseconds: nobody sets that.
fn ran() -> i64 {
    let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    since.tv_sec.saturating_mul(1_000_000).saturating_add(since.tv_nsec / 1_000)
}

impl Clock {
    /// The time.
    #[must_use]
    pub fn now(&self) -> When {
        match self {
            Self::Wall => wall(),
            Self::Fixed(moved) => When::from_micros(moved.says.load(Ordering::SeqCst)),
        }
    }

    /// By how much it was set, forward or back, since it was believed last.
    #[must_use]
    pub fn set_by(&self) -> SignedDuration {
        SignedDuration::from_micros(match self {
            Self::Wall => began() - BELIEVED.load(Ordering::SeqCst),
            Self::Fixed(moved) => moved.set.load(Ordering::SeqCst),
        })
    }

    /// It is taken at its word: as the process starts, and when somebody says that it is right.
    pub fn believe(&self) {
        match self {
            Self::Wall => BELIEVED.store(began(), Ordering::SeqCst),
            Self::Fixed(moved) => moved.set.store(0, Ordering::SeqCst),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, ran};
    use jiff::SignedDuration;

    #[test]
    fn the_machine_says_for_itself_how_long_it_ran() {
        let before = ran();
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(before > 0 && ran() >= before + 2_000);
        Clock::Wall.believe();
        assert!(Clock::Wall.set_by().abs() < SignedDuration::from_secs(60), "{}", Clock::Wall.set_by());
    }
}
