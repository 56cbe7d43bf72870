//! What a token is, told to those it concerns (RFC 7662): the client it was given to, and the API it is for. One joined
//! read and no event: nothing is told that was not when it was issued.

use super::Failure;
use super::targets::{aud, is_for, seconds};
use crate::app::App;
use crate::crypto::tokens::TokenHash;
use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use crate::store::shown;
use serde_json::{Map, Value, json};

/// The members of an answer about a living token (RFC 7662 §2.2); `None` for any other, and for one that is none of
/// the asker's business: it is told no more than of one that never was.
///
/// The subject is what the asker knows the person by: two services that compare answers learn nothing.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn introspect(
    app: &App,
    asker: &Client,
    token: &str,
    now: When,
) -> Result<Option<Map<String, Value>>, Failure> {
    let Some(found) = shown::living(&mut app.db.peek(), &TokenHash::of(token).0, &asker.sector).await? else {
        return Ok(None);
    };
    let known = ClientId::parse(&found.client_id).is_some_and(|id| app.snapshot().client(&id).is_some());
    if !known || now >= found.expires_at {
        return Ok(None);
    }
    let own = found.client_id == asker.id.as_str();
    if !own && !is_for(asker, &found.audience) {
        return Ok(None);
    }
    let sub = match found.kind.as_str() {
        "machine" => Some(found.client_id.clone()),
        _ if own => found.sub,
        _ => found.sub_there,
    };
    // RFC 7662 §2.2: token_type is of access tokens; a refresh token is not to be taken for one.
    let token_type = (found.kind != "refresh").then_some("Bearer");
    let members = [
        ("active", Some(json!(true))),
        ("iss", Some(json!(app.issuer.as_str()))),
        ("client_id", Some(json!(found.client_id))),
        ("sub", sub.map(Value::String)),
        ("scope", Some(json!(found.scope))),
        ("aud", Some(aud(app, &found.audience))),
        ("iat", Some(seconds(found.issued_at))),
        ("exp", Some(seconds(found.expires_at))),
        ("token_type", token_type.map(|word| json!(word))),
        // RFC 9470 §6.2.
        ("acr", found.acr.map(Value::String)),
        ("auth_time", found.auth_time.map(seconds)),
    ];
    Ok(Some(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()))
}
