//! What a sample service remembers of the browsers that visit it. In memory: a restart signs everyone out here, which
//! costs a resident one click while they are still signed in to their account.

use super::provider::Identity;
use super::received::Row;
use crate::domain::time::When;
use openidconnect::{CsrfToken, Nonce, PkceCodeVerifier};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How long a started sign-in can be finished: as long as a resident's journey at the provider.
const JOURNEY: Duration = Duration::from_hours(24);
/// How long someone stays signed in at the service.
const SESSION: Duration = Duration::from_hours(2);
/// Sign-ins one browser may have open at a time (tabs); the oldest is forgotten.
const JOURNEYS: usize = 5;
/// Browsers remembered at a time, so that nobody can fill the memory; the one seen longest ago is forgotten.
const BROWSERS: usize = 10_000;

/// A sign-in that has left for the provider.
pub(super) struct Journey {
    pub state: CsrfToken,
    pub nonce: Nonce,
    pub verifier: PkceCodeVerifier,
    pub started: When,
}

/// Someone signed in at this service.
pub(super) struct Session {
    pub sub: String,
    pub sid: Option<String>,
    /// Kept for `id_token_hint` (OpenID Connect RP-Initiated Logout §2).
    pub id_token: Identity,
    pub name: Option<String>,
    pub received: Vec<Row>,
    pub form_token: CsrfToken,
    pub began: When,
}

/// Why there is no session where there was one.
#[derive(Clone)]
pub(super) enum Ended {
    /// By the button on our own page; the state comes back when the provider has finished.
    Here(CsrfToken),
    /// By a logout token.
    Elsewhere,
}

struct Browser {
    journeys: Vec<Journey>,
    session: Option<Arc<Session>>,
    ended: Option<Ended>,
    seen: When,
}

/// Browsers by the value of their cookie, and the logout tokens already used.
#[derive(Default)]
pub(super) struct Memory {
    browsers: HashMap<String, Browser>,
    used: HashMap<String, i64>,
}

impl Memory {
    /// Remembers a sign-in that leaves now, and returns the cookie that its callback must carry. A cookie we never gave is not
    /// taken over: it could have been planted.
    pub fn start(&mut self, cookie: Option<&str>, journey: Journey) -> String {
        let now = journey.started;
        if let Some((cookie, browser)) = cookie.and_then(|c| self.browsers.get_mut(c).map(|b| (c, b))) {
            browser.seen = now;
            browser.journeys.retain(|j| now.since(j.started) < JOURNEY);
            if browser.journeys.len() >= JOURNEYS {
                browser.journeys.remove(0);
            }
            browser.journeys.push(journey);
            return cookie.to_owned();
        }
        self.insert(Browser { journeys: vec![journey], session: None, ended: None, seen: now })
    }

    /// Takes out the sign-in that `state` belongs to, if this browser started it and not too long ago.
    pub fn take(&mut self, cookie: Option<&str>, state: &str, now: When) -> Option<Journey> {
        let browser = self.browsers.get_mut(cookie?)?;
        // `CsrfToken` compares by digest, so that the time taken says nothing.
        let state = CsrfToken::new(state.to_owned());
        let at = browser.journeys.iter().position(|j| j.state == state)?;
        let journey = browser.journeys.remove(at);
        (now.since(journey.started) < JOURNEY).then_some(journey)
    }

    /// Starts a session under a new cookie, so that a cookie known before the sign-in is worth nothing after it.
    pub fn sign_in(&mut self, cookie: Option<&str>, session: Session) -> String {
        if let Some(cookie) = cookie {
            self.browsers.remove(cookie);
        }
        let seen = session.began;
        self.insert(Browser { journeys: Vec::new(), session: Some(Arc::new(session)), ended: None, seen })
    }

    /// Who is signed in, and otherwise how an earlier session ended.
    pub fn look(&mut self, cookie: Option<&str>, now: When) -> (Option<Arc<Session>>, Option<Ended>) {
        let Some(browser) = cookie.and_then(|c| self.browsers.get_mut(c)) else { return (None, None) };
        browser.seen = now;
        if browser.session.as_ref().is_some_and(|s| now.since(s.began) >= SESSION) {
            browser.session = None;
        }
        (browser.session.clone(), browser.ended.clone())
    }

    /// Ends this browser's session and remembers the state that the provider will bring back.
    pub fn sign_out(&mut self, cookie: Option<&str>, state: CsrfToken) {
        if let Some(browser) = cookie.and_then(|c| self.browsers.get_mut(c)) {
            browser.session = None;
            browser.ended = Some(Ended::Here(state));
        }
    }

    /// Ends every session that a logout token means: with a `sid` that one, else all of the `sub`
    /// (OpenID Connect Back-Channel Logout §2.7). Returns how many there were.
    pub fn end(&mut self, sub: Option<&str>, sid: Option<&str>) -> usize {
        let meant = |session: &Session| {
            sub.is_none_or(|sub| session.sub == sub) && sid.is_none_or(|sid| session.sid.as_deref() == Some(sid))
        };
        let mut ended = 0;
        for browser in self.browsers.values_mut() {
            if browser.session.as_deref().is_some_and(meant) {
                browser.session = None;
                browser.ended = Some(Ended::Elsewhere);
                ended += 1;
            }
        }
        ended
    }

    /// True the first time a logout token's `jti` is seen before it expires (`expires`: seconds since the epoch).
    pub fn first_use(&mut self, jti: &str, expires: i64, now: When) -> bool {
        self.used.retain(|_, expires| *expires > now.seconds());
        self.used.insert(jti.to_owned(), expires).is_none()
    }

    fn insert(&mut self, browser: Browser) -> String {
        if self.browsers.len() >= BROWSERS
            && let Some(oldest) = self.browsers.iter().min_by_key(|(_, b)| b.seen).map(|(cookie, _)| cookie.clone())
        {
            self.browsers.remove(&oldest);
        }
        let cookie = CsrfToken::new_random_len(32).into_secret();
        self.browsers.insert(cookie.clone(), browser);
        cookie
    }
}

#[cfg(test)]
mod tests {
    use super::{BROWSERS, JOURNEYS, Journey, Memory};
    use crate::domain::time::When;
    use openidconnect::{CsrfToken, Nonce, PkceCodeVerifier};
    use std::time::Duration;

    const NOON: When = When::from_seconds(1_000_000);

    fn journey(state: &str, started: When) -> Journey {
        Journey {
            state: CsrfToken::new(state.to_owned()),
            nonce: Nonce::new("n".to_owned()),
            verifier: PkceCodeVerifier::new("v".repeat(43)),
            started,
        }
    }

    #[test]
    fn a_journey_belongs_to_the_browser_that_started_it_and_ends_once() {
        let mut memory = Memory::default();
        let mine = memory.start(None, journey("a", NOON));
        let theirs = memory.start(None, journey("b", NOON));
        assert!(memory.take(Some(&theirs), "a", NOON).is_none());
        assert!(memory.take(None, "a", NOON).is_none());
        assert!(memory.take(Some(&mine), "a", NOON).is_some());
        assert!(memory.take(Some(&mine), "a", NOON).is_none());
    }

    #[test]
    fn a_journey_lapses_after_a_day() {
        let mut memory = Memory::default();
        let cookie = memory.start(None, journey("a", NOON));
        assert!(memory.take(Some(&cookie), "a", NOON + Duration::from_hours(24)).is_none());
    }

    #[test]
    fn a_planted_cookie_is_not_adopted() {
        let mut memory = Memory::default();
        assert_ne!(memory.start(Some("planted"), journey("a", NOON)), "planted");
    }

    #[test]
    fn tabs_and_browsers_are_bounded() {
        let mut memory = Memory::default();
        let cookie = memory.start(None, journey("0", NOON));
        for n in 1..=JOURNEYS {
            assert_eq!(memory.start(Some(&cookie), journey(&n.to_string(), NOON)), cookie);
        }
        assert!(memory.take(Some(&cookie), "0", NOON).is_none());
        assert!(memory.take(Some(&cookie), "1", NOON).is_some());
        for _ in 0..BROWSERS {
            memory.start(None, journey("x", NOON + Duration::from_secs(1)));
        }
        assert_eq!(memory.browsers.len(), BROWSERS);
        assert!(memory.take(Some(&cookie), "2", NOON).is_none());
    }

    #[test]
    fn a_logout_token_is_used_once_until_it_expires() {
        let mut memory = Memory::default();
        assert!(memory.first_use("j", 1_000_060, NOON));
        assert!(!memory.first_use("j", 1_000_060, NOON + Duration::from_secs(59)));
        assert!(memory.first_use("j", 1_000_160, NOON + Duration::from_mins(1)));
    }
}
