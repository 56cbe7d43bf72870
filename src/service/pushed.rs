//! Authorization requests that clients hand in by themselves (RFC 9126): sealed in the store, named by an opaque
//! reference, each for its client, once and soon.

use super::Failure;
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::tokens::{self, Reference, Token};
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use crate::store::{Housekeeping, pushed};
use std::time::Duration;
use zeroize::Zeroizing;

/// What a reference begins with (RFC 9126 §2.2).
pub const URN: &str = "urn:ietf:params:oauth:request_uri:";
/// How long one can be used: time for a redirect, not for a page.
pub const LASTS: Duration = Duration::from_secs(90);

/// Keeps the parameters of a request and gives the `request_uri` that stands for them.
pub async fn keep(app: &App, client: &ClientId, parameters: &[u8], now: When) -> Result<String, Failure> {
    let reference = Token::random();
    let sealed = tokens::seal_reference(&app.roots, Reference::Pushed, parameters)?;
    app.db
        .write(async |mut w| {
            let hash = reference.hash().0;
            pushed::insert(&mut w, &hash, client, sealed.as_bytes(), (now, now + LASTS)).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await?;
    Ok(format!("{URN}{}", reference.as_str()))
}

/// The parameters that a reference stands for, the first time its own client's request names it in time.
pub async fn take(
    app: &App,
    client: &ClientId,
    reference: &str,
    now: When,
) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    let Some(reference) = Token::parse(reference) else {
        return Ok(None);
    };
    let hash = reference.hash().0;
    let taken = app
        .db
        .write(async |mut w| {
            let taken = pushed::spend(&mut w, &hash, client, now).await?;
            w.commit_quietly(Housekeeping::Flow, taken).await
        })
        .await?
        .value;
    let Some(sealed) = taken else {
        return Ok(None);
    };
    let text = String::from_utf8(sealed).map_err(|_| SealError::Malformed)?;
    Ok(Some(tokens::open_reference(&app.roots, Reference::Pushed, &text)?))
}
