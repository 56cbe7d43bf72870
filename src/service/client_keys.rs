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
/// How soon an unknown key id may make us ask again: a forged one must not.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// Keys fetched so far. They are public, so losing them with the process costs a fetch and nothing else.
#[derive(Default)]
pub struct FetchedKeys(Mutex<HashMap<String, Kept>>);

#[derive(Clone)]
struct Kept {
    /// None if they never could be had.
    set: Option<Arc<JwkSet>>,
    fetched_at: Option<When>,
    asked_at: When,
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
    let kept = app.fetched_keys().get(uri);
    if let Some(kept) = &kept {
        let due = fresh == Fresh::Again || kept.fetched_at.is_none_or(|at| now.since(at) >= KEPT);
        // A fetch that failed is no reason to knock again at once, either.
        if !due || now.since(kept.asked_at) < ASK_AGAIN {
            return kept.set.clone();
        }
    }
    let fetched = match app.outbound.get_json(uri).await {
        Ok(json) => serde_json::from_value::<JwkSet>(json).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match fetched {
        Ok(set) => {
            let set = Arc::new(set);
            let fetched = Kept { set: Some(Arc::clone(&set)), fetched_at: Some(now), asked_at: now };
            app.fetched_keys().keep(uri, fetched);
            Some(set)
        }
        Err(error) => {
            tracing::warn!(%error, uri, "a client's keys cannot be fetched");
            // Stale keys are better than a service that is shut out by an outage of its own key address.
            let (set, fetched_at) = kept.map_or((None, None), |kept| (kept.set, kept.fetched_at));
            app.fetched_keys().keep(uri, Kept { set: set.clone(), fetched_at, asked_at: now });
            set
        }
    }
}

impl FetchedKeys {
    fn get(&self, uri: &str) -> Option<Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(uri).cloned()
    }

    fn keep(&self, uri: &str, kept: Kept) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(uri.to_owned(), kept);
    }
}
