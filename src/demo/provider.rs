//! The OpenID provider as this service sees it: found by discovery when first needed, so that start order does not matter.

use super::service::Clock;
use crate::domain::time::When;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, Client, ClientId, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdToken, IdTokenFields, IssuerUrl, ProviderMetadataWithLogout, RedirectUrl,
    StandardErrorResponse, StandardTokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long discovery is believed before it is asked again.
const FRESH: Duration = Duration::from_mins(10);
/// The shortest time between two requests caused by an unknown key, so that forged tokens cannot make us hammer the provider.
const PAUSE: Duration = Duration::from_secs(5);
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer read, in bytes.
const LARGEST: usize = 256 * 1024;

/// Every claim that is not one of the standard ones, as it came.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct OtherClaims {
    #[serde(flatten)]
    claims: BTreeMap<String, serde_json::Value>,
}

impl OtherClaims {
    /// The claim `name`, if it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }
}

impl AdditionalClaims for OtherClaims {}

/// An ID token, not yet verified.
pub(super) type Identity =
    IdToken<OtherClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
/// What `/token` answers.
pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        OtherClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
/// What `/userinfo` answers.
pub(super) type UserInfo = UserInfoClaims<OtherClaims, CoreGenderClaim>;
/// This service as the provider's client.
pub(super) type Party = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why a request got no usable answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// Connection, time limit, or a request that cannot be sent.
    #[error("no answer: {0}")]
    Exchange(#[from] reqwest::Error),
    /// The answer is over the limit.
    #[error("the answer is larger than {LARGEST} bytes")]
    TooLarge,
    /// The answer's status line or headers don't fit the type.
    #[error("the answer is malformed")]
    Malformed(#[from] http::Error),
}

/// The provider could not be found at its issuer.
#[derive(Debug, thiserror::Error)]
#[error("the provider cannot be reached: {0}")]
pub(super) struct Unreachable(pub String);

struct Known {
    asked: When,
    metadata: Arc<ProviderMetadataWithLogout>,
}

/// The provider: where it is, and what it last said of itself.
pub(super) struct Provider {
    issuer: IssuerUrl,
    http: reqwest::Client,
    clock: Clock,
    known: Mutex<Option<Known>>,
}

impl Provider {
    pub fn new(issuer: IssuerUrl, clock: Clock) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            // The provider is named by its own address: a proxy from the environment would be asked for our loopback.
            .no_proxy()
            .build()?;
        Ok(Self { issuer, http, clock, known: Mutex::new(None) })
    }

    /// The HTTP client in the shape that `openidconnect` calls.
    pub fn http(&self) -> impl Fn(HttpRequest) -> Exchange + Send + Sync + use<> {
        let http = self.http.clone();
        move |request| Box::pin(send(http.clone(), request))
    }

    /// What the provider says of itself: remembered while fresh, and while it cannot be asked again.
    pub async fn metadata(&self) -> Result<Arc<ProviderMetadataWithLogout>, Unreachable> {
        self.ask(FRESH, true).await
    }

    /// The same, asked anew because a token names a key we don't know.
    pub async fn renewed(&self) -> Result<Arc<ProviderMetadataWithLogout>, Unreachable> {
        self.ask(PAUSE, false).await
    }

    async fn ask(&self, fresh: Duration, or_older: bool) -> Result<Arc<ProviderMetadataWithLogout>, Unreachable> {
        let mut known = self.known.lock().await;
        let now = (self.clock)();
        if let Some(last) = known.as_ref().filter(|last| now.since(last.asked) < fresh) {
            return Ok(Arc::clone(&last.metadata));
        }
        match ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &self.http()).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *known = Some(Known { asked: now, metadata: Arc::clone(&metadata) });
                Ok(metadata)
            }
            Err(error) => match known.as_ref().filter(|_| or_older) {
                Some(last) => Ok(Arc::clone(&last.metadata)),
                None => Err(Unreachable(error.to_string())),
            },
        }
    }
}

/// This service as a client of `metadata`'s provider. There is no secret: authentication is an assertion in the body.
pub(super) fn party(metadata: &ProviderMetadataWithLogout, client_id: &ClientId, redirect: &RedirectUrl) -> Party {
    Client::from_provider_metadata(metadata.clone(), client_id.clone(), None)
        .set_auth_type(AuthType::RequestBody)
        .set_redirect_uri(redirect.clone())
}

/// A request on its way.
pub(super) type Exchange =
    std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + Sync + 'static>>;

async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let mut answer = http.execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if body.len() + chunk.len() > LARGEST {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(response.body(body)?)
}
