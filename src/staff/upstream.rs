//! Signing in, and proving once more, at the council's own provider.

use super::desk::{Desk, own_place};
use super::passkey::Asked;
use crate::domain::client::Lang as Spoken;
use crate::domain::staff::{Action, Circumstances, Officer};
use crate::http::cookies::Name;
use crate::service::staff::arrivals;
use crate::service::staff::upstream::{self, CALLBACK, LASTS, Purpose, Refused};
use crate::view::Lang;
use crate::view::pages::console::{Block, Cell, Console, Text};
use axum::extract::{Query, RawQuery};
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use http::header::REFRESH;
use http::{HeaderMap, HeaderValue, StatusCode};

/// What the provider is called, if there is one.
#[must_use]
pub fn name(desk: &Desk) -> Option<String> {
    let snapshot = desk.app.snapshot();
    let name = &snapshot.policy.staff.upstream.as_ref()?.name;
    Some(match desk.lang {
        Lang::En => name.en.clone(),
        Lang::Cy => name.get(Spoken::Cy).to_owned(),
    })
}

/// `GET /sign-in/upstream`: off to the provider. A link, not a form: browsers let no form lead to another site from here. Whoever
/// comes by a link of another site is shown ours first: only then is the cookie sent of a session that is to end.
pub async fn sign_in(desk: Desk, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site") {
        let next = asked.next().unwrap_or_default();
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        return desk.see_other(&if next.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?next={next}") });
    }
    let before = desk.officer.as_ref().map(|officer| officer.session);
    go(desk, Purpose::SignIn { before }, asked.next()).await
}

/// `GET /prove/upstream`. Who is signed in is known here, for the link is of this site, and not when they come back: they begin
/// a new session, in which the proof is fresh, in place of this one.
pub async fn prove(desk: Desk, Query(asked): Query<Asked>) -> Response {
    match desk.officer(Action::UseConsole, Circumstances::default()).await {
        Ok(Officer { id: staff, session, .. }) => go(desk, Purpose::ProveAgain { staff, session }, asked.next()).await,
        Err(refused) => refused,
    }
}

fn callback(desk: &Desk) -> String {
    let origin = desk.app.staff_site().map(|site| site.origin.as_str().trim_end_matches('/').to_owned());
    format!("{}{CALLBACK}", origin.unwrap_or_default())
}

async fn go(mut desk: Desk, purpose: Purpose, next: Option<String>) -> Response {
    match upstream::begin(&desk.app, &callback(&desk), purpose, desk.now).await {
        Ok(begun) => {
            let next = BASE64URL_NOPAD.encode(next.unwrap_or_default().as_bytes());
            desk.keep(Name::Upstream, &format!("{}~{next}", begun.pending), LASTS);
            desk.see_other(&begun.address)
        }
        Err(refused) => {
            tracing::warn!(why = %refused, "the council's provider cannot be asked");
            told(&desk, StatusCode::BAD_GATEWAY, &refused)
        }
    }
}

/// `GET /sign-in/callback`: the provider's answer. It comes from another site, so that no cookie of a session is sent with
/// it; the page that says so leads on from here, where it is.
pub async fn arrived(mut desk: Desk, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let kept =
        desk.app.staff_site().and_then(|site| site.cookies.read(&headers, Name::Upstream)).map(ToOwned::to_owned);
    let (pending, next) = match kept.as_deref().and_then(|kept| kept.split_once('~')) {
        Some((pending, next)) => (Some(pending.to_owned()), next.to_owned()),
        None => (None, String::new()),
    };
    desk.drop_kept(Name::Upstream);
    let query = query.unwrap_or_default();
    let back = callback(&desk);
    let found = upstream::finish(&desk.app, &back, pending.as_deref(), &query, &desk.context, desk.now).await;
    let who = match found {
        Ok(Ok(who)) => who,
        Ok(Err(refused)) => return told(&desk, StatusCode::FORBIDDEN, &refused),
        Err(failure) => return desk.fault(&failure),
    };
    let begun = arrivals::arrive(&desk.app, &who, &desk.browser.agent, &desk.context, desk.now).await;
    match begun {
        Ok(Ok(token)) => {
            desk.keep_session(&token);
            let next = BASE64URL_NOPAD.decode(next.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let place = next.as_deref().and_then(own_place).unwrap_or("/").to_owned();
            onward(&desk, &place)
        }
        Ok(Err(refused)) => {
            let words = match refused {
                arrivals::Refused::Removed => "upstream-removed",
                arrivals::Refused::Namesake => "upstream-namesake",
                arrivals::Refused::Another => "upstream-another",
                arrivals::Refused::Over => "upstream-over",
            };
            said(&desk, StatusCode::FORBIDDEN, words, None)
        }
        Err(failure) => desk.fault(&failure),
    }
}

fn onward(desk: &Desk, place: &str) -> Response {
    let page =
        Console::new(Text::say("upstream-arrived")).block(Block::Links(vec![Cell::link(Text::say("continue"), place)]));
    let mut response = desk.page(&page);
    if let Ok(value) = HeaderValue::try_from(format!("0; url={place}")) {
        response.headers_mut().insert(REFRESH, value);
    }
    response
}

fn told(desk: &Desk, status: StatusCode, refused: &Refused) -> Response {
    match refused {
        Refused::NotSetUp => said(desk, StatusCode::NOT_FOUND, "upstream-none", None),
        Refused::Cancelled => said(desk, status, "upstream-cancelled", None),
        Refused::Unreachable(_) => said(desk, StatusCode::BAD_GATEWAY, "upstream-unreachable", None),
        Refused::Crowded => said(desk, StatusCode::TOO_MANY_REQUESTS, "staff-told-crowded", None),
        Refused::Spent | Refused::Late | Refused::State => said(desk, status, "upstream-over", None),
        Refused::NoRole { subject } => said(desk, status, "upstream-no-role", Some(subject)),
        _ => said(desk, status, "upstream-refused", None),
    }
}

fn said(desk: &Desk, status: StatusCode, words: &str, subject: Option<&String>) -> Response {
    let page = Console::new(Text::say("there-is-a-problem"))
        .block(Block::Para(Text::say(words)))
        .maybe(subject.map(|subject| Block::Code(subject.clone())))
        .block(Block::Links(vec![Cell::link(Text::say("staff-sign-in"), "/sign-in")]));
    desk.page_with(status, &page)
}
