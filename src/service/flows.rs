//! A service's request waiting for its resident: sealed in the store, named by an opaque reference, bound to a browser.

use super::Failure;
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::tokens::{self, Reference, Token};
use crate::domain::authorization::Request;
use crate::domain::claims::ScopeSet;
use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use crate::store::{Error, Housekeeping, flows};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// A flow that can still be answered.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Its reference's hash: the store's name for it.
    pub hash: [u8; 32],
    /// What the service asked.
    pub request: Request,
    /// The service, as the policies in force have it.
    pub client: Arc<Client>,
}

/// What a reference turned out to be.
#[derive(Debug, Clone)]
pub enum Found {
    /// It can be answered.
    Open(Box<Flow>),
    /// It was, or its time is over; the service's start page is the way on.
    Over(Option<Arc<Client>>),
    /// Not ours, tampered with, or another browser's.
    Unknown,
}

/// Keeps a request for this browser and gives the reference that pages carry.
pub async fn keep(app: &App, browser: &Token, request: &Request, now: When) -> Result<Token, Failure> {
    let reference = Token::random();
    let plain = serde_json::to_vec(request).map_err(|_| SealError::Malformed)?;
    let sealed = tokens::seal_reference(&app.roots, Reference::Page, &plain)?;
    let until = now + app.snapshot().policy.assurance.journey;
    app.db
        .write(async |mut w| {
            let (hash, browser) = (reference.hash().0, browser.hash().0);
            flows::insert(&mut w, &hash, &browser, &request.client_id, sealed.as_bytes(), (now, until)).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await?;
    Ok(reference)
}

/// Finds the flow of a reference in this browser. What its service has given up since, a way back or a scope, is not there
/// (RFC 9700 §4.1.3).
pub async fn find(app: &App, browser: &Token, reference: &str, now: When) -> Result<Found, Failure> {
    let Some(reference) = Token::parse(reference) else {
        return Ok(Found::Unknown);
    };
    let hash = reference.hash().0;
    let Some(row) = flows::get(&mut app.db.peek(), &hash).await? else {
        return Ok(Found::Unknown);
    };
    if !bool::from(row.browser.ct_eq(&browser.hash().0)) {
        return Ok(Found::Unknown);
    }
    let client = ClientId::parse(&row.client_id).and_then(|id| app.snapshot().client(&id).cloned());
    let (Some(client), None, true) = (client.clone(), row.ended_at, now < row.expires_at) else {
        return Ok(Found::Over(client));
    };
    let text = String::from_utf8(row.request).map_err(|_| SealError::Malformed)?;
    let plain = tokens::open_reference(&app.roots, Reference::Page, &text)?;
    // One that the version before kept, which knew another form, cannot be answered: its service begins anew.
    let Ok(mut request) = serde_json::from_slice::<Request>(&plain) else {
        return Ok(Found::Over(Some(client)));
    };
    if !client.redirects_to(&request.redirect_uri) {
        return Ok(Found::Over(Some(client)));
    }
    request.scope = ScopeSet::parse(&request.scope).within(&client.scopes).to_string();
    Ok(Found::Open(Box::new(Flow { hash, request, client })))
}

/// Goes on with a request without a further step that its service only wished for: under a new reference, so that the
/// request which waits stays as it was made. `None` if that one was answered before.
pub async fn without_step_up(app: &App, browser: &Token, flow: &Flow, now: When) -> Result<Option<Token>, Failure> {
    let hash = flow.hash;
    let ended = app
        .db
        .write(async |mut w| {
            flows::end(&mut w, &hash, now)?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await;
    match ended {
        Ok(_) => {}
        Err(Error::GivenUp) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let request = Request { without_step_up: true, ..flow.request.clone() };
    keep(app, browser, &request, now).await.map(Some)
}

/// The page a resident goes to once she is signed in: back into the flow, or to her account.
#[must_use]
pub fn onward(flow: Option<&str>) -> String {
    match flow {
        Some(flow) => format!("/continue?flow={flow}"),
        None => "/account".to_owned(),
    }
}
