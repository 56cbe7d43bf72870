//! Who may read an answer from a script in a browser: the calling client's own origins, nobody else. Origins are compared as
//! browsers write them (RFC 6454 §6.2).

use crate::domain::client::Client;
use crate::http::headers::Cors;
use axum::response::Response;
use http::HeaderMap;
use http::header::ORIGIN;

/// Lets a script read the answer if its origin is that of one of the client's redirect URIs.
pub(super) fn allow(response: &mut Response, client: &Client, headers: &HeaderMap) {
    let Some(origin) = headers.get(ORIGIN) else {
        return;
    };
    let theirs = client.redirect_uris.iter().any(|uri| {
        let uri = url::Url::parse(uri.as_str()).map(|uri| uri.origin());
        // A private-use scheme has an opaque origin, which is written like that of any sandboxed page: "null".
        uri.is_ok_and(|uri| uri.is_tuple() && origin == uri.ascii_serialization().as_str())
    });
    if theirs {
        response.extensions_mut().insert(Cors::Client(origin.clone()));
    }
}
