//! Whether a POST to a page was made on that page (design: `Sec-Fetch-Site` where browsers send it, else `Origin`,
//! else a synchroniser token). Endpoints for services take no cookie and are not guarded.

use super::refusal::ErrorPage;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::ORIGIN;
use http::{HeaderMap, StatusCode};
use std::sync::Arc;

/// The hidden field that carries the form token.
pub const FIELD: &str = "form_token";

/// The token of a form, as it came: whom it was shown to is seen where it is known who is there now.
#[derive(Debug, Clone)]
pub struct FormToken(pub String);

/// Why a POST was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The browser says the form stood on another site.
    #[error("the form was sent from another site")]
    CrossSite,
    /// The browser does not say where the form stood, and the form token is missing or wrong.
    #[error("the form token is missing or wrong")]
    Token,
    /// A header that may stand once stands twice, or is not text.
    #[error("the request contradicts itself")]
    Malformed,
}

/// What the headers alone say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Pass,
    NeedsToken,
}

/// Decides by `Sec-Fetch-Site` (Fetch Metadata §2.4) where sent: `same-origin`, or `none` (typed or re-sent by the
/// resident herself). A browser without it is judged by `Origin` (RFC 6454 §7): equal passes; `null`, which old
/// phones send under `no-referrer`, or none passes only with a form token that `verify` accepts.
///
/// # Errors
/// [`Refused`] names the reason; the answer is always 403.
pub fn check(
    headers: &HeaderMap,
    form_token: Option<&str>,
    verify: impl Fn(&str) -> bool,
    our_origin: &str,
) -> Result<(), Refused> {
    match by_headers(headers, our_origin)? {
        Verdict::Pass => Ok(()),
        Verdict::NeedsToken if form_token.is_some_and(verify) => Ok(()),
        Verdict::NeedsToken => Err(Refused::Token),
    }
}

fn by_headers(headers: &HeaderMap, our_origin: &str) -> Result<Verdict, Refused> {
    let origin = single(headers, ORIGIN.as_str())?;
    match (single(headers, "sec-fetch-site")?, origin) {
        (Some("same-origin" | "none"), _) => Ok(Verdict::Pass),
        (None, Some(origin)) if origin == our_origin => Ok(Verdict::Pass),
        (None, None | Some("null")) => Ok(Verdict::NeedsToken),
        _ => Err(Refused::CrossSite),
    }
}

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refused> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(|value| value.to_str().map_err(|_| Refused::Malformed)).transpose()?;
    if values.next().is_some() { Err(Refused::Malformed) } else { Ok(value) }
}

type Verify = dyn Fn(&HeaderMap, &str) -> bool + Send + Sync;

/// Guards page routes as a layer, so that no handler can forget to.
#[derive(Clone)]
pub struct Guard {
    our_origin: Arc<str>,
    verify: Arc<Verify>,
    page: ErrorPage,
    /// The largest form body read to find the token, in bytes.
    limit: usize,
}

impl Guard {
    /// `verify` is given the request's headers (for the browser cookie) and the token of the form.
    #[must_use]
    pub fn new(
        our_origin: &str,
        verify: impl Fn(&HeaderMap, &str) -> bool + Send + Sync + 'static,
        page: ErrorPage,
        limit: usize,
    ) -> Self {
        Self { our_origin: our_origin.into(), verify: Arc::new(verify), page, limit }
    }
}

/// Lets safe methods through (RFC 9110 §9.2.1) and checks all others; refuses with 403.
pub async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let verdict = by_headers(request.headers(), &guard.our_origin);
    let checked = match verdict {
        Ok(verdict) => with_token(&guard, verdict, request).await,
        Err(refused) => Err((StatusCode::FORBIDDEN, refused.to_string(), request.headers().clone())),
    };
    match checked {
        Ok(request) => next.run(request).await,
        Err((status, reason, headers)) => {
            tracing::info!(reason, "form refused");
            guard.page.render(status, &headers)
        }
    }
}

/// Reads the form for its token, which must be right where the headers do not say enough, and gives the request back whole.
async fn with_token(
    guard: &Guard,
    verdict: Verdict,
    request: Request,
) -> Result<Request, (StatusCode, String, HeaderMap)> {
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, guard.limit).await else {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "the form is too large or broke off".into(), parts.headers));
    };
    let mut tokens = form_tokens(&bytes);
    let token = tokens.next();
    // A second token field would leave open which of the two is meant.
    let two = tokens.next().is_some();
    drop(tokens);
    let right = |token: &String| (guard.verify)(&parts.headers, token);
    if verdict == Verdict::NeedsToken && (two || !token.as_ref().is_some_and(right)) {
        return Err((StatusCode::FORBIDDEN, Refused::Token.to_string(), parts.headers));
    }
    if let Some(token) = token {
        parts.extensions.insert(FormToken(token));
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn form_tokens(body: &[u8]) -> impl Iterator<Item = String> {
    url::form_urlencoded::parse(body).filter(|(name, _)| name == FIELD).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Guard, Refused, check, guard};
    use crate::http::refusal::ErrorPage;
    use axum::body::{Body, to_bytes};
    use axum::routing::{get, post};
    use axum::{Router, middleware};
    use http::{HeaderMap, HeaderName, Request, StatusCode};
    use tower::ServiceExt;

    const OURS: &str = "https://account.example.gov.uk";

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.parse::<HeaderName>().unwrap(), v.parse().unwrap())).collect()
    }

    fn decide(pairs: &[(&str, &str)], token: Option<&str>) -> Result<(), Refused> {
        check(&headers(pairs), token, |token| token == "right", OURS)
    }

    #[test]
    fn fetch_metadata_decides_where_it_is_sent() {
        for site in ["same-origin", "none"] {
            assert_eq!(decide(&[("sec-fetch-site", site)], None), Ok(()));
            assert_eq!(decide(&[("sec-fetch-site", site), ("origin", "null")], None), Ok(()));
        }
        // A right token does not excuse another site: it may have been fetched there with the attacker's own cookie.
        for site in ["same-site", "cross-site", "", "Same-Origin"] {
            assert_eq!(decide(&[("sec-fetch-site", site)], Some("right")), Err(Refused::CrossSite), "{site}");
            assert_eq!(decide(&[("sec-fetch-site", site), ("origin", OURS)], None), Err(Refused::CrossSite), "{site}");
        }
    }

    #[test]
    fn older_browsers_are_judged_by_origin_or_token() {
        assert_eq!(decide(&[("origin", OURS)], None), Ok(()));
        for origin in ["https://evil.example", "http://account.example.gov.uk", "https://account.example.gov.uk:444"] {
            assert_eq!(decide(&[("origin", origin)], Some("right")), Err(Refused::CrossSite), "{origin}");
        }
        for pairs in [&[("origin", "null")][..], &[]] {
            assert_eq!(decide(pairs, Some("right")), Ok(()));
            assert_eq!(decide(pairs, Some("wrong")), Err(Refused::Token));
            assert_eq!(decide(pairs, None), Err(Refused::Token));
        }
    }

    #[test]
    fn a_request_that_contradicts_itself_is_refused() {
        let mut twice = headers(&[("origin", OURS)]);
        twice.append("origin", "https://evil.example".parse().unwrap());
        assert_eq!(check(&twice, None, |_| true, OURS), Err(Refused::Malformed));
        let mut twice = headers(&[("sec-fetch-site", "same-origin")]);
        twice.append("sec-fetch-site", "cross-site".parse().unwrap());
        assert_eq!(check(&twice, None, |_| true, OURS), Err(Refused::Malformed));
    }

    async fn post_form(pairs: &[(&str, &str)], body: &str) -> (StatusCode, String) {
        let guarded = Guard::new(
            OURS,
            |headers: &HeaderMap, token: &str| headers.get("cookie").is_some_and(|c| c == "b=1") && token == "right",
            ErrorPage::default(),
            100,
        );
        let app: Router = Router::new()
            .route("/", post(|body: String| async move { body }))
            .route("/read", get(|| async { "read" }))
            .layer(middleware::from_fn_with_state(guarded, guard));
        let mut request = Request::post("/");
        *request.headers_mut().unwrap() = headers(pairs);
        let response = app.oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_guard_reads_the_token_and_hands_the_form_on() {
        let old = &[("cookie", "b=1"), ("origin", "null")];
        assert_eq!(post_form(old, "a=1&form_token=right").await, (StatusCode::OK, "a=1&form_token=right".into()));
        for (pairs, body) in [
            (&old[..], "a=1"),
            (&old[..], "form_token=wrong"),
            (&old[..], "form_token=right&form_token=right"),
            (&[("origin", "null")][..], "form_token=right"),
            (&[("cookie", "b=1"), ("origin", "https://evil.example")][..], "form_token=right"),
            (&[("cookie", "b=1"), ("sec-fetch-site", "cross-site")][..], "form_token=right"),
        ] {
            assert_eq!(post_form(pairs, body).await.0, StatusCode::FORBIDDEN, "{pairs:?} {body}");
        }
        let long = format!("form_token=right&a={}", "x".repeat(100));
        assert_eq!(post_form(old, &long).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(post_form(&[("sec-fetch-site", "same-origin")], "a=1").await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn reading_is_never_refused() {
        let guarded = Guard::new(OURS, |_: &HeaderMap, _: &str| false, ErrorPage::default(), 100);
        let app: Router = Router::new()
            .route("/read", get(|| async { "read" }))
            .layer(middleware::from_fn_with_state(guarded, guard));
        let request = Request::get("/read").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
        assert_eq!(app.oneshot(request).await.unwrap().status(), StatusCode::OK);
    }
}
