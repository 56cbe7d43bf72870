//! POST `/revoke` (RFC 7009): a client gives a token back.

use super::error::WireError;
use super::form::Form;
use super::parameters::Parameters;
use crate::app::App;
use crate::domain::client::Client;
use crate::domain::time::When;
use crate::domain::wire_errors::{Code, said};
use crate::service::refusal::{self, Refusal};
use crate::service::revoke::{Revoked, revoke};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

const PATH: &str = "/revoke";

/// The endpoint.
pub async fn post(State(app): State<App>, form: Form) -> Response {
    let now = app.now();
    match form.known(&app, PATH, now).await {
        Ok((client, parameters)) => {
            let answer = answer(&app, &client, &parameters, &form, now).await;
            form.answer(&app, Some(&client), answer)
        }
        Err(error) => form.answer(&app, None, Err::<(), _>(error)),
    }
}

async fn answer(
    app: &App,
    client: &Client,
    parameters: &Parameters,
    form: &Form,
    now: When,
) -> Result<StatusCode, WireError> {
    let token = parameters.get("token").ok_or_else(|| WireError::of(said::TOKEN_MISSING))?;
    // RFC 7009 §2.1: a wrong hint changes nothing; we look everywhere at once.
    match revoke(app, client, token, &form.context, now).await? {
        Revoked::Dead => Ok(StatusCode::OK),
        Revoked::NotYours => {
            let refused = Refusal {
                endpoint: PATH,
                reason: Code::InvalidGrant.as_str(),
                client: Some(&client.id),
                context: &form.context,
            };
            refusal::note(app, &refused, now).await?;
            Err(WireError::invalid_grant("the token was given to another client"))
        }
    }
}
