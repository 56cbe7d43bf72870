//! A file that never changes under its name: sent in the smallest form the browser takes, to be kept for ever.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};

/// The forms of a file.
#[derive(Debug, Clone, Copy)]
pub struct Forms {
    /// As it is.
    pub plain: &'static [u8],
    /// `Content-Encoding: gzip`.
    pub gzip: &'static [u8],
    /// `Content-Encoding: br`.
    pub brotli: &'static [u8],
}

/// The answer with the file. Its name must be made from its content (RFC 8246 `immutable`).
#[must_use]
pub fn serve(content_type: &'static str, forms: Forms, headers: &HeaderMap) -> Response {
    let (bytes, encoding) = match (takes(headers, "br"), takes(headers, "gzip")) {
        (true, _) => (forms.brotli, Some("br")),
        (false, true) => (forms.gzip, Some("gzip")),
        (false, false) => (forms.plain, None),
    };
    let mut response = Body::from(bytes).into_response();
    let to = response.headers_mut();
    to.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    to.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    to.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        to.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The answer with a file that is not kept in other forms.
#[must_use]
pub fn small(content_type: &'static str, text: String) -> Response {
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    ([(CONTENT_TYPE, HeaderValue::from_static(content_type)), (CACHE_CONTROL, kept)], text).into_response()
}

/// Whether the browser names this coding and does not weigh it at nothing (RFC 9110 §12.5.3).
fn takes(headers: &HeaderMap, coding: &str) -> bool {
    let named = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    named.flat_map(|line| line.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let weight = |part: &str| part.strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok());
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding))
            && parts.find_map(weight).is_none_or(|q| q > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::{Forms, serve};
    use http::HeaderMap;

    #[test]
    fn the_smallest_form_the_browser_takes_is_sent() {
        for (accept, encoding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip;q=0.8, br;q=0", Some("gzip")),
            ("GZIP", Some("gzip")),
            ("identity", None),
            ("brotli", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("accept-encoding", accept.parse().unwrap());
            let response = serve("text/css", Forms { plain: b"plain", gzip: b"gzip", brotli: b"br" }, &headers);
            let got = response.headers().get("content-encoding").map(|value| value.to_str().unwrap());
            assert_eq!(got, encoding, "{accept}");
            assert_eq!(response.headers()["vary"], "Accept-Encoding");
        }
    }
}
