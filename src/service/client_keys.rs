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
pub struct FetchedKeys(Mutex<HashMap<String, (Arc<JwkSet>, When)>>);

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
    let limit = if fresh == Fresh::Kept { KEPT } else { ASK_AGAIN };
    let kept = app.fetched_keys().get(uri);
    if let Some((set, at)) = &kept
        && now.since(*at) < limit
    {
        return Some(Arc::clone(set));
    }
    let fetched = match app.outbound.get_json(uri).await {
        Ok(json) => serde_json::from_value::<JwkSet>(json).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    match fetched {
        Ok(set) => {
            let set = Arc::new(set);
            app.fetched_keys().keep(uri, &set, now);
            Some(set)
        }
        Err(error) => {
            tracing::warn!(%error, uri, "a client's keys cannot be fetched");
            // Stale keys are better than a service that is shut out by an outage of its own key address.
            kept.map(|(set, _)| set)
        }
    }
}

impl FetchedKeys {
    fn get(&self, uri: &str) -> Option<(Arc<JwkSet>, When)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(uri).cloned()
    }

    fn keep(&self, uri: &str, set: &Arc<JwkSet>, now: When) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(uri.to_owned(), (Arc::clone(set), now));
    }
}
