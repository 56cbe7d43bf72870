//! What every form with a passkey has: the question its script fetches, and the fields it sends.

use super::desk::{Desk, own_place};
use crate::service::staff::passkeys::{Answer, Question};
use axum::Json;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

/// The fields.
#[derive(Debug, Default, Deserialize)]
pub struct Shown {
    #[serde(default)]
    ceremony: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    next: String,
}

impl Shown {
    /// Whether the script ran.
    pub(super) const fn is_empty(&self) -> bool {
        self.answer.is_empty()
    }

    /// Where to go on.
    pub(super) fn next(&self) -> Option<String> {
        own_place(&self.next).map(ToOwned::to_owned)
    }

    /// For the service.
    pub(super) fn answer<'a>(&'a self, desk: &'a Desk) -> Answer<'a> {
        Answer { ceremony: &self.ceremony, answer: &self.answer, browser: &desk.browser, context: &desk.context }
    }
}

/// What a page is asked with.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    pub(super) told: String,
}

impl Asked {
    /// Where to go on.
    pub(super) fn next(&self) -> Option<String> {
        own_place(&self.next).map(ToOwned::to_owned)
    }
}

/// The question, for the script.
pub fn question(desk: &Desk, question: &Question) -> Response {
    let said = json!({ "ceremony": question.ceremony.as_str(), "challenge": question.challenge });
    desk.answer(StatusCode::OK, Json(said))
}
