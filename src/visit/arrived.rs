//! What every request to a page brings, whichever listener it comes to: a language, a browser, a place.

use crate::crypto::tokens::Token;
use crate::domain::audit::Context;
use crate::http::address::ClientAddress;
use crate::http::browser;
use crate::http::cookies::{Cookies, Name};
use crate::http::trace::RequestId;
use crate::service::sessions::Browser;
use crate::view::{Html, Lang, Languages};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, LOCATION, SET_COOKIE, USER_AGENT};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use std::time::Duration;

/// How long a browser is remembered, so that it passes a lock-out and keeps its language: 13 months.
const BROWSER_LASTS: Duration = Duration::from_hours(24 * 395);
/// How long a service's wish for a language is kept at most: a journey is over by then.
pub const WISH_LASTS: Duration = Duration::from_hours(1);

/// A request that has arrived, before it is known who made it.
#[derive(Debug)]
pub struct Arrived {
    /// The language of the answer.
    pub lang: Lang,
    /// Whether she chose it herself, by a language link now or before.
    pub chosen: bool,
    /// Whether a service wished for one in the journey before this request.
    pub wished: bool,
    /// The browser; a new one gets its cookie with the answer.
    pub browser: Browser,
    /// For events.
    pub context: Context,
    /// The address it came from.
    pub address: Option<ClientAddress>,
    /// The request's reference, for the help desk.
    pub reference: Option<String>,
    /// Path and query.
    pub here: String,
    /// The `Set-Cookie` lines of the answer.
    pub set: Vec<HeaderValue>,
}

impl Arrived {
    /// Reads what a request brings.
    #[must_use]
    pub fn of(parts: &Parts, cookies: Cookies, languages: Languages) -> Self {
        let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let mut set = Vec::new();
        let asked = parts.uri.query().and_then(|query| {
            url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "lang").map(|(_, value)| value)
        });
        let asked = asked.and_then(|tag| languages.parse(&tag));
        if let Some(lang) = asked {
            set.extend(cookies.set(Name::Language, lang.as_str(), Some(BROWSER_LASTS)));
        }
        let kept = |name| cookies.read(&parts.headers, name).and_then(|tag| languages.parse(tag));
        let (chosen, wish) = (asked.or_else(|| kept(Name::Language)), kept(Name::Wish));
        let lang = chosen.or(wish).unwrap_or_else(|| languages.negotiate(text(ACCEPT_LANGUAGE)));
        let known = cookies.read(&parts.headers, Name::Browser).and_then(Token::parse);
        let token = known.unwrap_or_else(|| {
            let token = Token::random();
            set.extend(cookies.set(Name::Browser, token.as_str(), Some(BROWSER_LASTS)));
            token
        });
        let agent = browser::family(text(USER_AGENT).unwrap_or_default());
        let address = parts.extensions.get::<ClientAddress>().copied();
        let context =
            Context { address: address.map(ClientAddress::prefix), browser: Some(agent.clone()), ..Context::default() };
        Self {
            lang,
            chosen: chosen.is_some(),
            wished: wish.is_some(),
            browser: Browser { token, agent },
            context,
            address,
            reference: parts.extensions.get::<RequestId>().map(ToString::to_string),
            here: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            set,
        }
    }
}

/// The language of a page that is shown before anything has arrived: her choice, a service's wish, the browser's header.
#[must_use]
pub fn language(headers: &HeaderMap, cookies: Cookies, languages: Languages) -> Lang {
    let kept = |name| cookies.read(headers, name).and_then(|tag| languages.parse(tag));
    kept(Name::Language)
        .or_else(|| kept(Name::Wish))
        .unwrap_or_else(|| languages.negotiate(headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok())))
}

/// An answer with its status and cookies.
#[must_use]
pub fn finish(status: StatusCode, set: &[HeaderValue], mut response: Response) -> Response {
    *response.status_mut() = status;
    for cookie in set {
        response.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    response
}

/// A document with its status and cookies.
#[must_use]
pub fn document(status: StatusCode, set: &[HeaderValue], html: Html) -> Response {
    let mut response = finish(status, set, html.0.into_response());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

/// 303 to a place (RFC 9700 §4.12: never a status that repeats the POST).
#[must_use]
pub fn see_other(place: &str, set: &[HeaderValue]) -> Response {
    let mut response = finish(StatusCode::SEE_OTHER, set, ().into_response());
    let place = HeaderValue::try_from(place).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, place);
    response
}
