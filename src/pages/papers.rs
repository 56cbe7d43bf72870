//! The standing pages, notices, assets, and the pages of refused requests.

use super::account::both;
use super::create_account::notice_url;
use super::details::today;
use crate::app::App;
use crate::domain::client::Lang as NoticeLang;
use crate::domain::ids::ClientId;
use crate::domain::sharing::NoticeRef;
use crate::http::asset::{self, Forms};
use crate::http::refusal::ErrorPage;
use crate::policy::Controller;
use crate::service::logos;
use crate::view::pages::{
    Accessibility, Authority, Busy, Complain, Cookies, Limits, NotFound, Notice, NoticeLink, Privacy, Problem, Trouble,
    VectorsOfTrust, Whom,
};
use crate::view::{Both, Chrome, Lang, assets};
use crate::visit::{Visit, arrived, cookies};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};

/// GET `/privacy`: each notice in force, under the name of its service.
pub async fn privacy(visit: Visit) -> Response {
    let snapshot = visit.app.snapshot();
    let mut notices: Vec<NoticeLink> = Vec::new();
    for client in snapshot.clients() {
        for share in &client.shares {
            let url = format!("/notices/{}", snapshot.policy.edition_at(&share.notice, visit.now));
            if !notices.iter().any(|link| link.url == url) {
                let purpose = snapshot.policy.purpose(&share.purpose);
                let purpose = purpose.map_or_else(|| Both::from(share.purpose.as_str()), both);
                notices.push(NoticeLink { name: both(&client.name), purpose, url });
            }
        }
    }
    let schedule = &snapshot.policy.retention;
    let begun = schedule.effective_from.is_none_or(|day| day <= today(&visit));
    let schedule_in_force = begun && !schedule.is_draft();
    visit.page(&Privacy { account: notice_url(&visit), schedule_in_force, notices }, None).await
}

/// GET `/notices/{name}`: a notice as archived, in the visitor's language if it was written in it.
pub async fn notice(visit: Visit, Path(name): Path<String>) -> Response {
    let snapshot = visit.app.snapshot();
    let lang = match visit.lang {
        Lang::En => NoticeLang::En,
        Lang::Cy => NoticeLang::Cy,
    };
    let found = NoticeRef::parse(&name).and_then(|reference| {
        let policy = &snapshot.policy;
        policy.notice(&reference, lang).or_else(|| policy.notice(&reference, NoticeLang::En))
    });
    match found {
        Some(notice) => visit.page(&Notice::from_markdown(&notice.text, &name), None).await,
        None => not_found(visit).await,
    }
}

/// GET `/cookies`: made from the names and lifetimes that are really used.
pub async fn cookies(visit: Visit) -> Response {
    let own = visit.app.snapshot().policy.assurance.sessions.own_device.absolute;
    let cookies = cookies::lines(visit.app.cookies(), &cookies::RESIDENTS, own);
    visit.page(&Cookies { cookies }, None).await
}

/// GET `/accessibility`.
pub async fn accessibility(visit: Visit) -> Response {
    match Accessibility::of_this_build() {
        Ok(statement) => visit.page(&statement, None).await,
        Err(error) => {
            tracing::error!(%error, "the accessibility statement of this build cannot be read");
            visit.problem(StatusCode::INTERNAL_SERVER_ERROR, Trouble::Ours, None).await
        }
    }
}

/// GET `/complain`.
pub async fn complain(visit: Visit) -> Response {
    let snapshot = visit.app.snapshot();
    let Controller { complaints, regulator, .. } = &snapshot.policy.controller;
    let page = Complain {
        to: Whom {
            name: both(&complaints.name),
            email: complaints.email.clone(),
            phone: complaints.phone.clone(),
            post: both(&complaints.post),
        },
        regulator: Authority {
            name: both(&regulator.name),
            website: regulator.website.to_string(),
            phone: regulator.phone.clone(),
        },
    };
    visit.page(&page, None).await
}

/// GET `/docs/limits`.
pub async fn limits(visit: Visit) -> Response {
    visit.page(&Limits {}, None).await
}

/// GET `/docs/vectors-of-trust`: the trustmark that `vtm` names (RFC 8485 §5).
pub async fn vectors_of_trust(visit: Visit) -> Response {
    visit.page(&VectorsOfTrust {}, None).await
}

/// Whatever has no page of its own.
pub async fn not_found(visit: Visit) -> Response {
    visit.page_with(StatusCode::NOT_FOUND, &NotFound {}, None).await
}

/// GET `/robots.txt`: there is nothing here that a search should find.
pub async fn robots() -> Response {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], "User-agent: *\nDisallow: /\n").into_response()
}

/// GET `/assets/{name}`. Needs no visit: a file says nothing of who asks, and sets no cookie.
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match assets::find(&name) {
        Some(found) => {
            let forms = Forms { plain: found.bytes, gzip: found.gzip, brotli: found.brotli };
            asset::serve(found.content_type, forms, &headers)
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// GET `/council/{name}`: the council's colours.
pub async fn colours(State(app): State<App>, Path(name): Path<String>) -> Response {
    match app.view().sheet(&name) {
        Some(sheet) => asset::small("text/css; charset=utf-8", sheet.css.to_string()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// GET `/services/{client_id}/logo`, as the server holds it. Needs no visit either.
pub async fn logo(State(app): State<App>, Path(id): Path<String>) -> Response {
    let client = ClientId::parse(&id).and_then(|id| app.snapshot().client(&id).cloned());
    match client.and_then(|client| logos::held(&app, &client)) {
        Some(logo) => {
            let headers = [(CONTENT_TYPE, logo.kind), (CACHE_CONTROL, "public, max-age=3600")];
            (headers, logo.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The pages of requests that a door refuses or that fail there, in the visitor's language.
#[must_use]
pub fn error_page(app: &App) -> ErrorPage {
    let app = app.clone();
    ErrorPage::new(move |status, headers| {
        let lang = arrived::language(headers, app.cookies(), app.view().languages());
        let chrome = Chrome { lang, here: "/".to_owned(), ..Chrome::default() };
        let html = if status == StatusCode::SERVICE_UNAVAILABLE {
            app.view().page(&Busy {}, &chrome)
        } else {
            app.view().page(&Problem { why: trouble(status), reference: None }, &chrome)
        };
        let mut response = html.0.into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        response
    })
}

fn trouble(status: StatusCode) -> Trouble {
    match status {
        StatusCode::FORBIDDEN => Trouble::StaleForm,
        StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
        status if status.is_client_error() => Trouble::Unusable,
        _ => Trouble::Ours,
    }
}

#[cfg(test)]
mod tests {
    use super::{Trouble, asset, trouble};
    use crate::view::assets;
    use axum::extract::Path;
    use http::{HeaderMap, StatusCode};

    #[test]
    fn a_refusal_has_its_own_words() {
        for (status, why) in [
            (StatusCode::FORBIDDEN, Trouble::StaleForm),
            (StatusCode::PAYLOAD_TOO_LARGE, Trouble::TooLarge),
            (StatusCode::METHOD_NOT_ALLOWED, Trouble::Unusable),
            (StatusCode::INTERNAL_SERVER_ERROR, Trouble::Ours),
        ] {
            assert_eq!(trouble(status), why, "{status}");
        }
    }

    #[tokio::test]
    async fn an_asset_is_kept_for_ever_and_no_other_name_is_served() {
        let url = assets::url("app.css").unwrap();
        let name = url.rsplit('/').next().unwrap().to_owned();
        let served = asset(Path(name), HeaderMap::new()).await;
        assert_eq!(served.status(), StatusCode::OK);
        assert!(served.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        for none in ["app.css", "..%2fapp.css", ""] {
            assert_eq!(asset(Path(none.to_owned()), HeaderMap::new()).await.status(), StatusCode::NOT_FOUND);
        }
    }
}
