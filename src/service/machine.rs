//! Tokens of services' own programs (RFC 6749 §4.4): in nobody's name, so they reach nobody's data.

use super::Failure;
use super::targets::aud;
use super::tokens::Issued;
use crate::app::App;
use crate::crypto::keys::{SigningAlg, TokenType};
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{Token, placed_at};
use crate::domain::audit::vocabulary::MachineTokenIssued;
use crate::domain::audit::{ActorClass, Channel, Context, Draft};
use crate::domain::client::{AuthMethod, Client, ScopeToken, Target};
use crate::domain::time::When;
use crate::store::shown::{self, MachineRow};
use serde_json::json;
use std::collections::BTreeSet;

/// What came of a request.
#[derive(Debug)]
pub enum Given {
    /// A token.
    Issued(Box<Issued>),
    /// `unauthorized_client`: its file names nothing that its own programs may ask for.
    NotAllowed,
    /// `invalid_scope`.
    WrongScope,
    /// `invalid_target`.
    WrongTarget,
}

/// Gives a token to a service's own program. Its subject is the client, and `client_id` never has the shape of a
/// resident's subject (RFC 9700 §4.15).
///
/// # Errors
/// [`Failure`]; nothing was issued then.
pub async fn give(
    app: &App,
    client: &Client,
    scope: Option<&str>,
    resources: &[String],
    context: &Context,
    now: When,
) -> Result<Given, Failure> {
    let allowed = &client.apis.machine_scopes;
    // RFC 6749 §4.4: confidential clients alone.
    if allowed.is_empty() || client.auth == AuthMethod::None {
        return Ok(Given::NotAllowed);
    }
    // RFC 6749 §3.3: left out, it is all that there is.
    let scopes = match scope {
        None => allowed.clone(),
        Some(asked) => {
            let asked = asked.split(' ').filter(|value| !value.is_empty()).map(ScopeToken::parse);
            let Some(asked) = asked.collect::<Option<BTreeSet<_>>>().filter(|asked| asked.is_subset(allowed)) else {
                return Ok(Given::WrongScope);
            };
            asked
        }
    };
    let snapshot = app.snapshot();
    let Some(target) = Target::decide(resources, client, &snapshot.policy.clients, &app.issuer) else {
        return Ok(Given::WrongTarget);
    };
    let scope = scopes.iter().map(ScopeToken::as_str).collect::<Vec<_>>().join(" ");
    let (lasts, audience) = (snapshot.policy.assurance.tokens.access_token, target.audience.join(" "));
    let (until, jti) = (now + lasts, Token::at(&app.roots, now));
    let access_token = if target.opaque {
        jti.as_str().to_owned()
    } else {
        // RFC 9068 §2.2.
        let claims = json!({
            "iss": app.issuer.as_str(), "sub": client.id.as_str(), "aud": aud(app, &audience),
            "client_id": client.id.as_str(), "iat": now.seconds(), "exp": until.seconds(), "jti": jti.as_str(),
            "scope": scope,
        });
        snapshot.keys.sign(SigningAlg::Es256, TokenType::Access, &claims)?
    };
    let payload = MachineTokenIssued { scope: scope.clone(), audience: audience.clone(), until: until.to_string() };
    let draft = Draft::new(ActorClass::Client, payload).at(&client.id).by(Channel::Api).from(context.clone());
    let event = snapshot.recorder.seal(EventSeed::draw(now), &draft, None)?;
    let hash = placed_at(&access_token, now).0;
    let row = MachineRow { hash, client: client.id.clone(), scope: scope.clone(), audience, until };
    app.db
        .write(async |mut w| {
            shown::insert_machine(&mut w, &row, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(Given::Issued(Box::new(Issued {
        access_token,
        token_type: "Bearer",
        expires_in: lasts.as_secs(),
        // RFC 6749 §4.4.3: it can ask again at any time.
        refresh_token: None,
        id_token: None,
        scope,
    })))
}
