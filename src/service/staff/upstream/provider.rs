//! The council's provider: what it says of itself, and the exchange of a code.

use super::{Refused, short};
use crate::app::App;
use crate::crypto::keys::{SigningAlg, TokenType};
use crate::crypto::tokens::Token;
use crate::domain::time::When;
use crate::policy::Upstream;
use openidconnect::core::{CoreClient, CoreClientAuthMethod, CoreProviderMetadata, CoreTokenResponse};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl,
    PkceCodeVerifier, RedirectUrl, RequestTokenError,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long what it says of itself, and its keys, are believed without asking again.
const KEPT: Duration = Duration::from_mins(5);
/// The shortest time between two requests caused by an unknown key: forged tokens must not make us knock.
const PAUSE: Duration = Duration::from_secs(10);
/// How long it is not asked again after it could not be reached: a page that is loaded again and again must not knock, and a
/// time-out is not waited for by everybody in turn. The page says so (`upstream-unreachable`).
const AWAY: Duration = Duration::from_secs(10);
/// How long an assertion of ours is good.
const ASSERTION_LASTS: Duration = Duration::from_mins(1);
/// The assertion type of `private_key_jwt` (RFC 7523 §2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// This house as the provider's client.
pub(super) type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

struct Known {
    asked: When,
    metadata: Arc<CoreProviderMetadata>,
}

/// It could not be reached.
struct Failed {
    issuer: String,
    at: When,
    why: String,
}

/// What came of asking it.
#[derive(Default)]
struct Asked {
    known: Option<Known>,
    failed: Option<Failed>,
}

/// The provider as this node knows it. What it says is public: losing it costs a fetch.
#[derive(Default)]
pub struct Provider {
    secret: Option<SecretString>,
    asked: Mutex<Asked>,
}

impl Provider {
    /// With a secret for its token endpoint; without one our own key signs (`private_key_jwt`, keys at `/jwks`).
    #[must_use]
    pub fn new(secret: Option<SecretString>) -> Self {
        Self { secret, ..Self::default() }
    }

    /// What it says of itself, and its keys.
    pub(super) async fn metadata(
        &self,
        app: &App,
        upstream: &Upstream,
        now: When,
    ) -> Result<Arc<CoreProviderMetadata>, Refused> {
        self.ask(app, upstream, KEPT, now).await
    }

    /// The same, asked anew because a token names a key that we do not know.
    pub(super) async fn renewed(
        &self,
        app: &App,
        upstream: &Upstream,
        now: When,
    ) -> Result<Arc<CoreProviderMetadata>, Refused> {
        self.ask(app, upstream, PAUSE, now).await
    }

    async fn ask(
        &self,
        app: &App,
        upstream: &Upstream,
        fresh: Duration,
        now: When,
    ) -> Result<Arc<CoreProviderMetadata>, Refused> {
        let mut asked = self.asked.lock().await;
        let same = |last: &&Known| last.metadata.issuer().as_str() == upstream.issuer;
        if let Some(last) = asked.known.as_ref().filter(same).filter(|last| now.since(last.asked) < fresh) {
            return Ok(Arc::clone(&last.metadata));
        }
        let away = |last: &&Failed| last.issuer == upstream.issuer && now.since(last.at) < AWAY;
        if let Some(last) = asked.failed.as_ref().filter(away) {
            return Err(Refused::Unreachable(format!("it was asked at {}: {}", last.at, last.why)));
        }
        match discover(app, upstream).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *asked = Asked { known: Some(Known { asked: now, metadata: Arc::clone(&metadata) }), failed: None };
                Ok(metadata)
            }
            Err(why) => {
                // Not `now`: it may have taken long to find that out.
                asked.failed = Some(Failed { issuer: upstream.issuer.clone(), at: app.now(), why: why.clone() });
                Err(Refused::Unreachable(why))
            }
        }
    }
}

async fn discover(app: &App, upstream: &Upstream) -> Result<CoreProviderMetadata, String> {
    let issuer = IssuerUrl::new(upstream.issuer.clone()).map_err(|error| error.to_string())?;
    CoreProviderMetadata::discover_async(issuer, &app.outbound.caller()).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        format!("{error}{cause}")
    })
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Provider(…)")
    }
}

/// This house as the provider's client.
pub(super) fn client(metadata: &CoreProviderMetadata, upstream: &Upstream, callback: &str) -> Result<Client, Refused> {
    let callback = RedirectUrl::new(callback.to_owned()).map_err(|error| Refused::Unreachable(error.to_string()))?;
    let id = ClientId::new(upstream.client_id.clone());
    Ok(CoreClient::from_provider_metadata(metadata.clone(), id, None).set_redirect_uri(callback))
}

/// Exchanges the code (RFC 6749 §4.1.3).
pub(super) async fn redeem(
    app: &App,
    (metadata, upstream, callback): (&CoreProviderMetadata, &Upstream, &str),
    code: String,
    verifier: PkceCodeVerifier,
    now: When,
) -> Result<CoreTokenResponse, Refused> {
    let mut client = client(metadata, upstream, callback)?.set_auth_type(AuthType::RequestBody);
    let mut assertion = None;
    match &app.upstream.secret {
        Some(secret) => {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
            // What a provider takes that says nothing of it (Discovery §3).
            let methods = metadata.token_endpoint_auth_methods_supported();
            if methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic)) {
                client = client.set_auth_type(AuthType::BasicAuth);
            }
        }
        None => assertion = Some(assert(app, metadata, upstream, now)?),
    }
    let mut request = client
        .exchange_code(AuthorizationCode::new(code))
        .map_err(|error| Refused::Unreachable(error.to_string()))?
        .set_pkce_verifier(verifier);
    if let Some(assertion) = assertion {
        request = request
            .add_extra_param("client_assertion_type", ASSERTION_TYPE)
            .add_extra_param("client_assertion", assertion);
    }
    request.request_async(&app.outbound.caller()).await.map_err(|error| match error {
        RequestTokenError::ServerResponse(answer) => Refused::Answered(short(answer.error().as_ref())),
        RequestTokenError::Request(error) => Refused::Unreachable(error.to_string()),
        // What it answered is not repeated: there may be a token in it.
        RequestTokenError::Parse(..) => Refused::Token("the answer is not what a token endpoint answers".to_owned()),
        RequestTokenError::Other(error) => Refused::Token(error),
    })
}

/// Our assertion (RFC 7523 §3), by the algorithm of ours that it takes.
fn assert(app: &App, metadata: &CoreProviderMetadata, upstream: &Upstream, now: When) -> Result<String, Refused> {
    let unable = |what: &str| Refused::Unreachable(what.to_owned());
    let endpoint = metadata.token_endpoint().ok_or_else(|| unable("it has no token endpoint"))?;
    let takes = metadata.token_endpoint_auth_signing_alg_values_supported();
    let named = |alg: SigningAlg| {
        takes.is_none_or(|algs| algs.iter().any(|one| serde_json::to_value(one).is_ok_and(|one| one == alg.as_str())))
    };
    let alg =
        SigningAlg::ALL.into_iter().find(|alg| named(*alg)).ok_or_else(|| unable("it takes no signature of ours"))?;
    let claims = json!({
        "iss": upstream.client_id,
        "sub": upstream.client_id,
        "aud": endpoint.as_str(),
        "jti": Token::random().as_str(),
        "iat": now.micros() / 1_000_000,
        "exp": (now + ASSERTION_LASTS).micros() / 1_000_000,
    });
    app.snapshot().keys.sign(alg, TokenType::Assertion, &claims).map_err(|error| unable(&error.to_string()))
}
