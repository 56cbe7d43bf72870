//! Services' public keys: from their file, or fetched from their address by the guarded client and kept a while.

use crate::app::App;
use crate::domain::client::Keys;
use crate::domain::time::When;
use jsonwebtoken::jwk::JwkSet;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long fetched keys are used without asking again.
const KEPT: Duration = Duration::from_mins(15);
/// How soon after an unfamiliar key id made us ask may the next one, and how soon after a failure: a forged one, or a
/// service that is down, must not make us knock at every request.
const ASK_AGAIN: Duration = Duration::from_secs(10);
/// How long keys are used that could not be fetched again. An outage of its key address must not shut a service out at once; a
/// key that a service has taken back must not work for ever because its address no longer answers.
const LONGEST: Duration = Duration::from_hours(24);
/// The same once the address says that there are none (RFC 9110 §15.5.5, §15.5.11): that is no outage.
const GONE: Duration = Duration::from_hours(1);
/// The most addresses remembered: more than services can register.
const MOST: usize = 10_000;

/// Keys fetched so far. They are public, so losing them with the process costs a fetch and nothing else.
#[derive(Default)]
pub struct FetchedKeys(Mutex<HashMap<String, Kept>>);

#[derive(Clone, Default)]
struct Kept {
    /// None if they never could be had.
    set: Option<Arc<JwkSet>>,
    fetched_at: Option<When>,
    failed_at: Option<When>,
    /// Since when the address has said that there are none.
    gone_since: Option<When>,
    /// When an unfamiliar key id last made us ask.
    asked_again_at: Option<When>,
    /// Who asks: the others wait for what comes of it.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Kept {
    /// Whether to ask: they are old, or a key was not among them (OIDC Core §10.1.1); and not too often.
    fn is_due(&self, fresh: Fresh, now: When) -> bool {
        let long_ago = |at: Option<When>| at.is_none_or(|at| now.since(at) >= ASK_AGAIN);
        let old = self.fetched_at.is_none_or(|at| now.since(at) >= KEPT);
        long_ago(self.failed_at) && (old || (fresh == Fresh::Again && long_ago(self.asked_again_at)))
    }

    /// The keys, unless they are too old to be believed.
    fn usable(&self, now: When) -> Option<Arc<JwkSet>> {
        let within = |since: When, most| now.since(since) < most;
        let standing = self.fetched_at.is_some_and(|at| within(at, LONGEST))
            && self.gone_since.is_none_or(|since| within(since, GONE));
        self.set.clone().filter(|_| standing)
    }
}

/// How fresh the keys must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fresh {
    /// As kept.
    Kept,
    /// Fetched again if that was not done just now: a key was not among them.
    Again,
}

/// A client's keys; `None` if they cannot be had.
pub async fn of(app: &App, keys: &Keys, fresh: Fresh, now: When) -> Option<Arc<JwkSet>> {
    let uri = match keys {
        Keys::Inline(set) => return serde_json::from_value(set.clone()).ok().map(Arc::new),
        Keys::Uri(uri) => uri.as_str(),
    };
    let kept = app.fetched_keys().get(uri, now);
    if !kept.is_due(fresh, now) {
        return kept.usable(now);
    }
    let turn = Arc::clone(&kept.turn);
    let _mine = turn.lock().await;
    let kept = app.fetched_keys().get(uri, now);
    if !kept.is_due(fresh, now) {
        return kept.usable(now);
    }
    let asked_again_at = if fresh == Fresh::Again { Some(now) } else { kept.asked_again_at };
    // Noted before the answer is there: whoever hangs up before it has asked all the same.
    app.fetched_keys().keep(uri, Kept { asked_again_at, ..kept.clone() }, now);
    let mut gone = false;
    let fetched = match app.outbound.get_json(uri).await {
        Ok(json) => serde_json::from_value::<JwkSet>(json).map_err(|error| error.to_string()),
        Err(error) => {
            gone = error.is_gone();
            Err(error.to_string())
        }
    };
    let next = match fetched {
        Ok(set) => Kept {
            set: Some(Arc::new(set)),
            fetched_at: Some(now),
            failed_at: None,
            gone_since: None,
            asked_again_at,
            turn: kept.turn,
        },
        Err(error) => {
            let gone_since = kept.gone_since.or(gone.then_some(now));
            let next = Kept { failed_at: Some(now), gone_since, asked_again_at, ..kept };
            warn(&next, uri, &error, now);
            next
        }
    };
    app.fetched_keys().keep(uri, next.clone(), now);
    next.usable(now)
}

fn warn(kept: &Kept, uri: &str, error: &str, now: When) {
    let minutes = kept.fetched_at.map(|at| now.since(at).as_secs() / 60);
    let (hours, of_gone) = (LONGEST.as_secs() / 3_600, GONE.as_secs() / 3_600);
    match (minutes, kept.usable(now)) {
        (None, _) => tracing::warn!(error, uri, "a client's keys cannot be fetched, and there never were any"),
        (Some(minutes), Some(_)) => tracing::warn!(
            error,
            uri,
            minutes,
            "a client's keys cannot be fetched: those of so many minutes ago are used, for {hours} hours at most ({of_gone} where \
             the address says that there are none)"
        ),
        (Some(minutes), None) => tracing::warn!(
            error,
            uri,
            minutes,
            "a client's keys cannot be fetched, and those of so many minutes ago are used no longer: the client cannot sign in to us \
             until its address answers"
        ),
    }
}

impl FetchedKeys {
    /// What is kept of an address; from now on there is something, so that those who come at once share a turn.
    fn get(&self, uri: &str, now: When) -> Kept {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = all.get(uri) {
            return kept.clone();
        }
        let kept = Kept::default();
        put(&mut all, uri, kept.clone(), now);
        kept
    }

    fn keep(&self, uri: &str, kept: Kept, now: When) {
        put(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner), uri, kept, now);
    }
}

fn put(all: &mut HashMap<String, Kept>, uri: &str, kept: Kept, now: When) {
    if all.len() >= MOST {
        all.retain(|_, kept| kept.fetched_at.is_some_and(|at| now.since(at) < KEPT));
    }
    if all.len() < MOST || all.contains_key(uri) {
        all.insert(uri.to_owned(), kept);
    }
}

#[cfg(test)]
mod tests {
    use super::{Fresh, Kept};
    use crate::domain::time::When;

    #[test]
    fn keys_that_cannot_be_fetched_again_have_a_last_moment() {
        let at = When::from_seconds;
        let set = Some(std::sync::Arc::new(jsonwebtoken::jwk::JwkSet::default()));
        let fetched = Kept { set, fetched_at: Some(at(0)), failed_at: Some(at(1_000)), ..Kept::default() };
        assert!(fetched.usable(at(86_399)).is_some() && fetched.usable(at(86_400)).is_none());
        let gone = Kept { gone_since: Some(at(1_000)), ..fetched };
        assert!(gone.usable(at(4_599)).is_some() && gone.usable(at(4_600)).is_none());
        assert!(Kept::default().usable(at(0)).is_none());
    }

    #[test]
    fn keys_are_asked_for_when_old_or_unfamiliar_and_not_too_often() {
        let at = When::from_seconds;
        let fetched = Kept { fetched_at: Some(at(1_000)), ..Kept::default() };
        assert!(Kept::default().is_due(Fresh::Kept, at(0)), "never had");
        assert!(!fetched.is_due(Fresh::Kept, at(1_899)) && fetched.is_due(Fresh::Kept, at(1_900)));
        // A service may rotate right after we fetched: the first unfamiliar key asks at once.
        assert!(fetched.is_due(Fresh::Again, at(1_001)));
        let again = Kept { asked_again_at: Some(at(1_001)), ..fetched.clone() };
        assert!(!again.is_due(Fresh::Again, at(1_010)) && again.is_due(Fresh::Again, at(1_011)));
        let failed = Kept { failed_at: Some(at(2_000)), ..fetched };
        assert!(!failed.is_due(Fresh::Kept, at(2_009)) && !failed.is_due(Fresh::Again, at(2_009)));
        assert!(failed.is_due(Fresh::Kept, at(2_010)));
    }
}
