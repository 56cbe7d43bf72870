//! Which parameters count: those sent, those of a signed request object (RFC 9101, OIDC Core §6), or those the client
//! pushed before (RFC 9126 §4). Of an object only the inside counts (RFC 9101 §6.3).

use super::Fault;
use super::request::{self, Sent};
use crate::app::{App, Snapshot};
use crate::crypto::jwt::{JwtError, ObjectRules, verify_request_object};
use crate::domain::client::{Client, ClientAlg, SecurityProfile};
use crate::domain::time::When;
use crate::domain::wire_errors::said;
use crate::oidc::parameters::Parameters;
use crate::service::client_keys::{self, Fresh};
use crate::service::pushed;
use std::sync::Arc;

/// What an object may not hold (RFC 9101 §4).
const NESTED: [&str; 2] = ["request", "request_uri"];

/// How an object came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// In a request that may have lain about: it must say when it ends.
    ByValue,
    /// From the client's own address, just now.
    ByReference,
}

/// Finds the parameters that count for a request at `/authorize`.
pub async fn resolve(app: &App, snapshot: &Snapshot, outer: Parameters, now: When) -> Result<Sent, Fault> {
    let client = request::client(snapshot, &outer)?;
    let parameters = match (outer.get("request"), outer.get("request_uri")) {
        (None, None) => return Ok(Sent { client, parameters: outer, pushed: false }),
        (Some(_), Some(_)) => {
            // OIDC Core §6.1, §6.2: one of them excludes the other.
            return Err(Fault::told(&client, &outer, said::REQUEST_OR_URI));
        }
        (Some(object), None) => opened(app, &client, &outer, object, Came::ByValue, now).await?,
        (None, Some(uri)) => {
            if let Some(reference) = uri.strip_prefix(pushed::URN) {
                return of_pushed(app, client, reference, now).await;
            }
            let object = fetched(app, &client, &outer, uri).await?;
            opened(app, &client, &outer, &object, Came::ByReference, now).await?
        }
    };
    Ok(Sent { client, parameters, pushed: false })
}

/// Finds the parameters that count for a request at `/par`, whose client is known (RFC 9126 §2.1, §3).
pub async fn pushing(app: &App, client: Arc<Client>, outer: Parameters, now: When) -> Result<Sent, Fault> {
    if outer.has("request_uri") {
        return Err(Fault::told(&client, &outer, said::URI_NOT_PUSHED));
    }
    let parameters = match outer.get("request") {
        None => outer,
        Some(object) => opened(app, &client, &outer, object, Came::ByValue, now).await?,
    };
    Ok(Sent { client, parameters, pushed: true })
}

/// RFC 9126 §4: its own client's, once, in time. What else stands in the address is passed over.
async fn of_pushed(app: &App, client: Arc<Client>, reference: &str, now: When) -> Result<Sent, Fault> {
    let Some(pushed) = pushed::take(app, &client.id, reference, now).await? else {
        return Err(Fault::Lapsed(client));
    };
    let parameters = Parameters::parse(&pushed).map_err(|_| Fault::AtHome("reference", Some(Arc::clone(&client))))?;
    Ok(Sent { client, parameters, pushed: true })
}

/// OIDC Core §6.2: only from an address that was registered, so that nobody can have us call another.
async fn fetched(app: &App, client: &Arc<Client>, outer: &Parameters, uri: &str) -> Result<String, Fault> {
    let fault = |said| Fault::told(client, outer, said);
    if client.request_uris.is_empty() {
        return Err(fault(said::NO_REQUEST_URIS));
    }
    if !client.request_uris.iter().any(|registered| registered.as_str() == uri) {
        return Err(fault(said::REQUEST_URI_OTHER));
    }
    app.outbound.get_request_object(uri).await.map_err(|error| {
        tracing::info!(%error, client = client.id.as_str(), "a request object cannot be fetched");
        fault(said::REQUEST_URI_GONE)
    })
}

/// The parameters inside an object that its client signed.
async fn opened(
    app: &App,
    client: &Arc<Client>,
    outer: &Parameters,
    object: &str,
    came: Came,
    now: When,
) -> Result<Parameters, Fault> {
    let fault = |said| Fault::told(client, outer, said);
    let Some(keys) = client.public_keys() else {
        return Err(fault(said::NO_KEYS));
    };
    let rules = ObjectRules {
        client_id: client.id.as_str(),
        issuer: app.issuer.as_str(),
        strict: matches!(client.security_profile, SecurityProfile::Fapi2),
        alg: client.request_object_signing_alg.map(ClientAlg::as_str),
        must_expire: came == Came::ByValue,
    };
    let mut verified = Err(JwtError::UnknownKey);
    for fresh in [Fresh::Kept, Fresh::Again] {
        // A key without a name, or under the name of another one, was changed if its signature does not fit.
        if !matches!(verified, Err(JwtError::UnknownKey | JwtError::Signature)) {
            break;
        }
        if let Some(set) = client_keys::of(app, keys, fresh, now).await {
            verified = verify_request_object(object, &set, &rules, now);
        }
    }
    let claims = verified.map_err(|error| {
        tracing::info!(%error, client = client.id.as_str(), "request object refused");
        fault(said::OBJECT_UNSIGNED)
    })?;
    let mut inner = Parameters::of_claims(&claims).map_err(|_| fault(said::OBJECT_TOO_MUCH))?;
    if NESTED.into_iter().any(|name| inner.has(name)) {
        return Err(fault(said::OBJECT_NESTED));
    }
    // RFC 9101 §5, §6.3; OIDC Core §6.1: these two stand outside as well, and are the same.
    for name in ["client_id", "response_type"] {
        match (inner.get(name), outer.get(name)) {
            (Some(inside), Some(outside)) if inside != outside => {
                return Err(fault(said::OBJECT_DIFFERS));
            }
            (None, Some(outside)) => inner.set(name, outside),
            _ => {}
        }
    }
    Ok(inner)
}
