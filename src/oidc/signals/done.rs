//! POST `/signals/done`: a service says what became of a signal. A form, from a client that proves who it is, as at
//! `/introspect`: `jti`, and `outcome=done` or `outcome=refused` with a `reason`. It is ours: RFC 8935 §2.2 and RFC 8936
//! §2.4 know only that a signal arrived (decision 0046).

use super::super::error::WireError;
use super::super::form::Form;
use super::super::parameters::Parameters;
use crate::app::App;
use crate::domain::client::{AuthMethod, Client};
use crate::domain::signal::Outcome;
use crate::domain::time::When;
use crate::domain::wire_errors::said;
use crate::service::refusal::{self, Refusal};
use crate::service::signals::answer::{Answered, answer as take};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

const PATH: &str = "/signals/done";

/// The endpoint. Scripts of other origins never read it: whoever answers keeps a secret.
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
    if client.auth == AuthMethod::None {
        return Err(WireError::of(said::NO_SIGNALS));
    }
    let jti = parameters.get("jti").ok_or_else(|| WireError::of(said::JTI_MISSING))?;
    let outcome = parameters.get("outcome").and_then(|word| Outcome::parse(word, parameters.get("reason")));
    let outcome = outcome.ok_or_else(|| WireError::of(said::OUTCOME))?;
    let answered = match Uuid::parse_str(jti) {
        Ok(jti) => take(app, client, (jti, outcome), &form.context, now).await?,
        Err(_) => Answered::Unknown,
    };
    let (reason, said) = match answered {
        Answered::Noted => return Ok(StatusCode::NO_CONTENT),
        Answered::Unknown => ("signal_unknown", said::SIGNAL_UNKNOWN),
        Answered::Before => ("signal_answered", said::SIGNAL_ANSWERED),
        Answered::Contradicted => ("signal_contradicted", said::SIGNAL_CONTRADICTED),
    };
    let refused = Refusal { endpoint: PATH, reason, client: Some(&client.id), context: &form.context };
    refusal::note(app, &refused, now).await?;
    Err(WireError::of(said))
}
