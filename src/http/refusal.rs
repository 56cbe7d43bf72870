//! What a middleware answers when it refuses: a page in the house style where one is given, else a plain sentence.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use std::sync::Arc;

/// Draws the page for a refused request: its status and headers (for the language) in, the page out.
type Draw = dyn Fn(StatusCode, &HeaderMap) -> Response + Send + Sync;

/// Draws the pages of refused requests. Cheap to clone.
#[derive(Clone)]
pub struct ErrorPage(Arc<Draw>);

impl ErrorPage {
    /// With a function that draws the page. Its status is set afterwards, so the function cannot get it wrong.
    #[must_use]
    pub fn new(draw: impl Fn(StatusCode, &HeaderMap) -> Response + Send + Sync + 'static) -> Self {
        Self(Arc::new(draw))
    }

    /// The page for this refusal.
    #[must_use]
    pub fn render(&self, status: StatusCode, headers: &HeaderMap) -> Response {
        let mut response = (self.0)(status, headers);
        *response.status_mut() = status;
        response
    }
}

impl Default for ErrorPage {
    /// The status in words, for listeners that have no pages.
    fn default() -> Self {
        Self::new(|status, _| status.canonical_reason().unwrap_or("Refused").into_response())
    }
}

impl std::fmt::Debug for ErrorPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ErrorPage")
    }
}
