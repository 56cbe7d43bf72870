//! A signed-in browser, and how long it stays so.
//!
//! ```text
//! signed in ──used──> idle clock begins anew ──> … ──> ended: idle too long, past its end, signed out,
//!                                                             password changed, ended from another browser
//! ```

use super::account::State;
use super::assurance::Level;
use super::disclosure::Disclosure;
use super::ids::{AccountId, SessionId};
use super::time::When;
use std::time::Duration;

/// How long sessions last (`assurance.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Ends when unused for so long.
    pub idle: Duration,
    /// Ends after so long in any case.
    pub absolute: Duration,
}

/// What decides whether a session still stands.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// When it was last used.
    pub seen_at: When,
    /// When it ends in any case.
    pub absolute_until: When,
    /// When it was ended.
    pub ended_at: Option<When>,
    /// The account's state.
    pub state: State,
}

/// Whether a session still stands at `now`: not ended, not past its end, used within `idle`, and its account active.
#[must_use]
pub fn stands(facts: &Facts, idle: Duration, now: When) -> bool {
    facts.ended_at.is_none()
        && facts.state == State::Active
        && now < facts.absolute_until
        && now.since(facts.seen_at) < idle
}

/// How far the last use may lag behind before it is written: a write for each click would be one too many.
#[must_use]
pub fn worth_noting(seen_at: When, idle: Duration, now: When) -> bool {
    now.since(seen_at) >= (idle / 30).max(Duration::from_secs(1))
}

/// A person at a browser, whose session stood when the request came.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Whose account.
    pub account: AccountId,
    /// Which session.
    pub session: SessionId,
    /// When she last proved who she is (OIDC Core §2, `auth_time`).
    pub auth_time: When,
    /// How (RFC 8176).
    pub amr: String,
    /// The level reached.
    pub acr: Level,
    /// On a device said to be her own.
    pub own_device: bool,
    /// When the session ends if nothing more is done in it.
    pub ends_at: When,
    /// Whether doing something puts that off: else it is the session's own end.
    pub renewable: bool,
    /// Her name, sealed.
    pub name: Vec<u8>,
}

impl SignedIn {
    /// Her own session may show her what is hers.
    #[must_use]
    pub const fn disclosure(&self) -> Disclosure {
        Disclosure::to_the_person(self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::{Facts, stands, worth_noting};
    use crate::domain::account::State;
    use crate::domain::time::When;
    use std::time::Duration;

    const IDLE: Duration = Duration::from_mins(15);

    fn facts() -> Facts {
        Facts {
            seen_at: When::from_seconds(1_000),
            absolute_until: When::from_seconds(8_200),
            ended_at: None,
            state: State::Active,
        }
    }

    #[test]
    fn s10_idle_and_absolute_limits_end_a_session() {
        assert!(stands(&facts(), IDLE, When::from_seconds(1_899)));
        assert!(!stands(&facts(), IDLE, When::from_seconds(1_900)));
        let used = Facts { seen_at: When::from_seconds(8_199), ..facts() };
        assert!(stands(&used, IDLE, When::from_seconds(8_199)));
        assert!(!stands(&used, IDLE, When::from_seconds(8_200)));
    }

    #[test]
    fn an_ended_session_or_a_stopped_account_does_not_stand() {
        let now = When::from_seconds(1_001);
        assert!(!stands(&Facts { ended_at: Some(now), ..facts() }, IDLE, now));
        for state in [State::Restricted, State::Frozen, State::Closed] {
            assert!(!stands(&Facts { state, ..facts() }, IDLE, now));
        }
    }

    #[test]
    fn the_last_use_is_noted_now_and_then() {
        assert!(!worth_noting(When::from_seconds(100), IDLE, When::from_seconds(129)));
        assert!(worth_noting(When::from_seconds(100), IDLE, When::from_seconds(130)));
    }
}
