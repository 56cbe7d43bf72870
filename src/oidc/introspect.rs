//! POST `/introspect` (RFC 7662): an API asks what a token is.

use super::error::WireError;
use super::form::Form;
use super::parameters::Parameters;
use crate::app::App;
use crate::domain::client::{AuthMethod, Client};
use crate::domain::time::When;
use crate::domain::wire_errors::said;
use crate::service::introspect::introspect;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

const PATH: &str = "/introspect";

/// The endpoint. Scripts of other origins never read it: whoever asks keeps a secret.
pub async fn post(State(app): State<App>, form: Form) -> Response {
    let now = app.now();
    let answer = match Box::pin(form.known(&app, PATH, now)).await {
        Ok((client, parameters)) => answer(&app, &client, &parameters, now).await,
        Err(error) => Err(error),
    };
    Form::privately(answer.map(Json))
}

async fn answer(app: &App, client: &Client, parameters: &Parameters, now: When) -> Result<Value, WireError> {
    // RFC 7662 §2.1: to prevent token scanning, the asker has to prove who it is.
    if client.auth == AuthMethod::None {
        return Err(WireError::of(said::NO_SECRET));
    }
    let token = parameters.get("token").ok_or_else(|| WireError::of(said::TOKEN_MISSING))?;
    // RFC 7662 §2.1: the hint only says where to look first; we look everywhere at once.
    let active = introspect(app, client, token, now).await?;
    Ok(active.map_or_else(|| json!({ "active": false }), Value::Object))
}
