//! The answer to a service's request leaves by the browser: a redirect, or a page that posts it.

use super::Visit;
use crate::domain::authorization::{Answer, ResponseMode};
use crate::domain::client::Client;
use crate::http::cookies::Name;
use crate::view::pages::FormPost;
use axum::response::Response;
use http::StatusCode;
use http::header::SET_COOKIE;

impl Visit {
    /// Sends the browser back to the service. A 303 says it in the address (RFC 9700 §4.12); under `form_post` (OAuth
    /// 2.0 Form Post Response Mode §2) a page's form carries it, which a served script submits and a button without.
    pub async fn send_back(&self, answer: &Answer, client: &Client) -> Response {
        let mut response = match answer.mode {
            ResponseMode::Query => self.see_other(&answer.address()),
            ResponseMode::FormPost => {
                let fields = answer.parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
                let page = FormPost { action: answer.redirect_uri.clone(), fields: fields.collect() };
                // Its language links lead home: what the service asked stands on no page of ours, and is asked once.
                self.page_at("/", StatusCode::OK, &page, Some(client)).await
            }
        };
        if self.wished {
            response.headers_mut().extend(self.app.cookies().delete(Name::Wish).map(|line| (SET_COOKIE, line)));
        }
        response
    }
}
