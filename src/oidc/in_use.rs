//! POST `/in-use`: a service says that a resident's account is needed until a day, so that it is not taken for one nobody uses:
//! someone with a three-year permit signs in once. A form, from a client that proves who it is (RFC 6749 §2.3), with `sub` and
//! `until`, a day (ISO 8601) at most five years ahead; a day that is over takes it back. It is ours: no standard knows it.

use super::error::WireError;
use super::form::Form;
use super::parameters::Parameters;
use crate::app::App;
use crate::domain::client::{AuthMethod, Client};
use crate::domain::time::When;
use crate::domain::wire_errors::said;
use crate::service::refusal::{self, Refusal};
use crate::service::retention::{self, Needed};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::civil::Date;

const PATH: &str = "/in-use";

/// The endpoint. Scripts of other origins never read it: whoever says so keeps a secret.
pub async fn post(State(app): State<App>, form: Form) -> Response {
    let now = app.now();
    let answer = match Box::pin(form.known(&app, PATH, now)).await {
        Ok((client, parameters)) => answer(&app, &client, &parameters, &form, now).await,
        Err(error) => Err(error),
    };
    Form::privately(answer)
}

async fn answer(
    app: &App,
    client: &Client,
    parameters: &Parameters,
    form: &Form,
    now: When,
) -> Result<StatusCode, WireError> {
    if client.auth == AuthMethod::None || !client.keeps_account {
        return Err(WireError::of(said::NEEDS_NO_ACCOUNT));
    }
    let sub = parameters.get("sub").ok_or_else(|| WireError::of(said::SUB_MISSING))?;
    let until = parameters.get("until").and_then(|day| day.parse::<Date>().ok());
    let until = until.ok_or_else(|| WireError::of(said::UNTIL))?;
    match retention::needed(app, (client, sub), until, &form.context, now).await? {
        Needed::Noted => Ok(StatusCode::NO_CONTENT),
        Needed::TooFar => Err(WireError::of(said::UNTIL)),
        Needed::Nobody => {
            let refused =
                Refusal { endpoint: PATH, reason: "subject_unknown", client: Some(&client.id), context: &form.context };
            refusal::note(app, &refused, now).await?;
            Err(WireError::of(said::SUB_UNKNOWN))
        }
    }
}
