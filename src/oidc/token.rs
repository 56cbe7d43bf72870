//! POST `/token` (RFC 6749 §3.2, OIDC Core §3.1.3): who is it, which grant, what comes of it. One file a grant.

mod authorization_code;
mod client_credentials;
mod refresh_token;

use super::error::WireError;
use super::form::Form;
use super::parameters::Parameters;
use crate::app::App;
use crate::domain::audit::Context;
use crate::domain::client::Client;
use crate::domain::time::When;
use crate::domain::wire_errors::{Code, said};
use crate::service::refusal::{self, Refusal};
use crate::service::tokens::{Issued, Redeemed};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

const PATH: &str = "/token";

/// A token request whose client is known.
struct Asked<'a> {
    app: &'a App,
    client: Arc<Client>,
    parameters: Parameters,
    context: &'a Context,
    now: When,
}

/// The endpoint.
pub async fn post(State(app): State<App>, form: Form) -> Response {
    let now = app.now();
    let (client, parameters) = match Box::pin(form.known(&app, PATH, now)).await {
        Ok(known) => known,
        Err(error) => return form.answer(&app, None, Err::<(), _>(error)),
    };
    let asked = Asked { app: &app, client: Arc::clone(&client), parameters, context: &form.context, now };
    // The framework moves a handler's future about before it is first polled, and this one is large.
    form.answer(&app, Some(&client), Box::pin(answer(&asked)).await.map(Json))
}

async fn answer(asked: &Asked<'_>) -> Result<Issued, WireError> {
    let redeemed = match asked.parameters.get("grant_type") {
        Some("authorization_code") => authorization_code::redeem(asked).await?,
        Some("refresh_token") => refresh_token::redeem(asked).await?,
        Some("client_credentials") => return client_credentials::give(asked).await,
        Some(_) => return Err(WireError::of(said::GRANT_TYPE)),
        None => return Err(WireError::of(said::GRANT_TYPE_MISSING)),
    };
    match redeemed {
        Redeemed::Issued(issued) => Ok(*issued),
        Redeemed::TooMuch => Err(WireError::of(said::SCOPE_BEYOND)),
        Redeemed::WrongTarget => Err(WireError::of(said::TARGET_NOT_GRANTED)),
        Redeemed::Refused(reason) => {
            let client = Some(&asked.client.id);
            let refused =
                Refusal { endpoint: PATH, reason: Code::InvalidGrant.as_str(), client, context: asked.context };
            refusal::note(asked.app, &refused, asked.now).await?;
            Err(WireError::invalid_grant(reason))
        }
    }
}
