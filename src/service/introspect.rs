//! What a token is, told to those it concerns (RFC 7662): the client it was given to, and the API it is for. One joined
//! read and no event: nothing is told that was not when it was issued, and less once what was decided has been undone.

use super::Failure;
use super::records;
use super::targets::{aud, is_for, seconds};
use crate::app::{App, Snapshot};
use crate::crypto::refresh::presented;
use crate::crypto::tokens::TokenHash;
use crate::domain::claims::{ClaimSet, Requested, Scope, ScopeSet};
use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use crate::store::refresh::Bearer;
use crate::store::sharing::StandingRow;
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
    let (TokenHash(hash), grant) = presented(&app.roots, token);
    let bearer = Bearer { hash: &hash, grant };
    let Some((found, stand)) = shown::living(&mut app.db.peek(), bearer, &asker.sector).await? else {
        return Ok(None);
    };
    let snapshot = app.snapshot();
    let Some(client) = ClientId::parse(&found.client_id).and_then(|id| snapshot.client(&id)) else {
        return Ok(None);
    };
    if now >= found.expires_at {
        return Ok(None);
    }
    super::refresh::arrived(app, &found.given, now).await?;
    let scope = still_open(&snapshot, client, (&found.scope, &found.granted), stand, now)?;
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
        ("scope", Some(json!(scope))),
        ("aud", Some(aud(app, &found.audience))),
        ("iat", Some(seconds(found.given.issued_at))),
        ("exp", Some(seconds(found.expires_at))),
        ("token_type", token_type.map(|word| json!(word))),
        // RFC 9470 §6.2.
        ("acr", found.acr.map(Value::String)),
        ("auth_time", found.auth_time.map(seconds)),
    ];
    Ok(Some(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()))
}

/// The scopes of a token without those that opened claims when it was granted and open none now: an API that goes by them
/// stops when the person has her way.
fn still_open(
    snapshot: &Snapshot,
    client: &Client,
    (scope, granted): (&str, &str),
    stand: Vec<StandingRow>,
    now: When,
) -> Result<String, Failure> {
    let granted = records::split(granted);
    if granted.is_empty() {
        return Ok(scope.to_owned());
    }
    let requested = Requested { userinfo: granted, ..Requested::default() };
    let goes_out = records::decide(snapshot, &requested, client, stand, now)?.set();
    let opens = |claims: ClaimSet, scope: Scope| scope.claims().iter().any(|claim| claims.contains(claim));
    let scopes = ScopeSet::parse(scope);
    Ok(scopes
        .iter()
        .filter(|scope| !opens(granted, *scope) || opens(goes_out, *scope))
        .collect::<ScopeSet>()
        .to_string())
}
