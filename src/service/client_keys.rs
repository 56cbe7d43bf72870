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
        return kept.set;
    }
    let turn = Arc::clone(&kept.turn);
    let _mine = turn.lock().await;
    let kept = app.fetched_keys().get(uri, now);
    if !kept.is_due(fresh, now) {
        return kept.set;
    }
    let asked_again_at = if fresh == Fresh::Again { Some(now) } else { kept.asked_again_at };
    // Noted before the answer is there: whoever hangs up before it has asked all the same.
    app.fetched_keys().keep(uri, Kept { asked_again_at, ..kept.clone() }, now);
    let fetched = match app.outbound.get_json(uri).await {
        Ok(json) => serde_json::from_value::<JwkSet>(json).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let next = match fetched {
        Ok(set) => {
            Kept { set: Some(Arc::new(set)), fetched_at: Some(now), failed_at: None, asked_again_at, turn: kept.turn }
        }
        Err(error) => {
            tracing::warn!(%error, uri, "a client's keys cannot be fetched");
            // Stale keys are better than a service that is shut out by an outage of its own key address.
            Kept { failed_at: Some(now), asked_again_at, ..kept }
        }
    };
    app.fetched_keys().keep(uri, next.clone(), now);
    next.set
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
