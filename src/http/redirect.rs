//! The plain-http listener: sends browsers to https and takes nothing else, so no password ever crosses in clear.

use crate::config::Origin;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::LOCATION;
use http::{HeaderValue, Method, StatusCode};

/// Answers GET and HEAD with 308 to the same path at the issuer, whatever host was asked for, and all else with 403.
pub fn router(issuer: &Origin) -> Router {
    let issuer = issuer.clone();
    Router::new().fallback(move |request: Request| std::future::ready(answer(&issuer, &request)))
}

fn answer(issuer: &Origin, request: &Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::FORBIDDEN, "Use https").into_response();
    }
    let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    match HeaderValue::try_from(format!("{issuer}{path}")) {
        Ok(location) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::router;
    use crate::config::Origin;
    use axum::body::Body;
    use http::{Request, StatusCode};
    use tower::ServiceExt;

    #[tokio::test]
    async fn reading_is_sent_to_https_and_writing_is_refused() {
        let issuer = Origin::parse("https://account.example.gov.uk").unwrap();
        let ask = |method: &str, uri: &str| {
            let request = Request::builder().method(method).uri(uri).header("host", "evil.example");
            router(&issuer).oneshot(request.body(Body::empty()).unwrap())
        };
        for (uri, to) in [("/sign-in?flow=1", "/sign-in?flow=1"), ("//evil.example", "//evil.example"), ("/", "/")] {
            let answer = ask("GET", uri).await.unwrap();
            assert_eq!(answer.status(), StatusCode::PERMANENT_REDIRECT);
            assert_eq!(answer.headers()["location"], format!("https://account.example.gov.uk{to}"));
        }
        assert_eq!(ask("HEAD", "/").await.unwrap().status(), StatusCode::PERMANENT_REDIRECT);
        for method in ["POST", "PUT", "OPTIONS", "DELETE"] {
            let answer = ask(method, "/sign-in").await.unwrap();
            assert_eq!((answer.status(), answer.headers().get("location")), (StatusCode::FORBIDDEN, None));
        }
    }
}
