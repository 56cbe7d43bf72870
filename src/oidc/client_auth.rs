//! Which client is it? RFC 6749 §2.3, RFC 7523 §2.2, OIDC Core §9. One method in one request, and only the one the
//! client is registered with.

use super::error::WireError;
use super::parameters::Parameters;
use crate::app::App;
use crate::crypto::jwt::{AssertionRules, JwtError, verify_client_assertion};
use crate::crypto::tokens::TokenHash;
use crate::domain::audit::Context;
use crate::domain::client::{AuthMethod, Client, Keys, Relaxation, Secret};
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use crate::domain::wire_errors::{Code, said};
use crate::service::client_keys::{self, Fresh};
use crate::service::refusal::{self, Refusal};
use crate::store::{Error, Housekeeping, assertions};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;
use subtle::{Choice, ConstantTimeEq};

/// RFC 7523 §2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How a request says which client it is.
#[derive(Debug, PartialEq, Eq)]
enum Shown {
    Basic { id: String, secret: String },
    Post { id: String, secret: String },
    Assertion { id: Option<String>, assertion: String },
    Nothing { id: String },
}

/// What a request shows, and whom it claims to be, before anything is believed.
pub struct Claimed {
    shown: Shown,
    /// The client, if what it calls itself can be a client's identifier.
    pub client: Option<ClientId>,
}

impl Claimed {
    /// Reads the Authorization header, and the form.
    ///
    /// # Errors
    /// [`WireError`]: more than one method, none, or one that cannot be read.
    pub fn read(headers: &HeaderMap, parameters: &Parameters) -> Result<Self, WireError> {
        let shown = shown(headers, parameters)?;
        let client = claimed_id(&shown).and_then(|id| ClientId::parse(&id));
        Ok(Self { shown, client })
    }
}

/// The authenticated client; else `invalid_client`, with an event.
pub async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    parameters: &Parameters,
    endpoint: &'static str,
    context: &Context,
    now: When,
) -> Result<Arc<Client>, WireError> {
    let Claimed { shown, client } = match Claimed::read(headers, parameters) {
        Ok(claimed) => claimed,
        Err(error) => {
            refusal::note(app, &Refusal { endpoint, reason: error.said.code().as_str(), client: None, context }, now)
                .await?;
            return Err(error);
        }
    };
    let snapshot = app.snapshot();
    let named = client.and_then(|id| snapshot.client(&id).cloned());
    let verdict = match &named {
        None => Err("no such client"),
        Some(client) => verify(app, client, &shown, parameters, endpoint, now).await?,
    };
    match (verdict, named) {
        (Ok(()), Some(client)) => Ok(client),
        (verdict, named) => {
            tracing::info!(reason = verdict.err(), "client authentication failed");
            let client = named.as_ref().map(|client| &client.id);
            refusal::note(app, &Refusal { endpoint, reason: Code::InvalidClient.as_str(), client, context }, now)
                .await?;
            let error = WireError::of(said::AUTHENTICATION);
            Err(if matches!(shown, Shown::Basic { .. }) { error.challenging_basic() } else { error })
        }
    }
}

/// Exactly one method (RFC 6749 §2.3); a secret never in the query, which this endpoint does not read.
fn shown(headers: &HeaderMap, parameters: &Parameters) -> Result<Shown, WireError> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let basic = sent.next().and_then(basic);
    if sent.next().is_some() {
        return Err(WireError::of(said::ONE_METHOD));
    }
    let id = parameters.get("client_id").map(ToOwned::to_owned);
    let secret = parameters.get("client_secret");
    let assertion = parameters.get("client_assertion");
    if [basic.is_some(), secret.is_some(), assertion.is_some()].into_iter().filter(|sent| *sent).count() > 1 {
        return Err(WireError::of(said::ONE_METHOD));
    }
    if let Some(credentials) = basic {
        let (basic_id, secret) =
            decode_basic(credentials).ok_or_else(|| WireError::of(said::BASIC_MALFORMED).challenging_basic())?;
        if id.is_some_and(|id| id != basic_id) {
            return Err(WireError::of(said::CLIENT_ID_DIFFERS));
        }
        return Ok(Shown::Basic { id: basic_id, secret });
    }
    if let Some(assertion) = assertion {
        if parameters.get("client_assertion_type") != Some(ASSERTION_TYPE) {
            return Err(WireError::of(said::ASSERTION_TYPE));
        }
        return Ok(Shown::Assertion { id, assertion: assertion.to_owned() });
    }
    let id = id.ok_or_else(|| WireError::of(said::NO_CLIENT))?;
    Ok(match secret {
        Some(secret) => Shown::Post { id, secret: secret.to_owned() },
        None => Shown::Nothing { id },
    })
}

/// What stands behind the scheme, where that is Basic (RFC 7617 §2): whatever it is, no other method stands beside it.
fn basic(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, credentials) = value.as_bytes().split_at_checked("Basic".len())?;
    let ends = credentials.first().is_none_or(|next| *next == b' ');
    (ends && scheme.eq_ignore_ascii_case(b"Basic")).then(|| credentials.trim_ascii())
}

/// Both halves are form-encoded before they are joined (RFC 6749 §2.3.1): decoded exactly once.
fn decode_basic(credentials: &[u8]) -> Option<(String, String)> {
    let joined = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    let (id, secret) = joined.split_once(':')?;
    let decode = |half: &str| {
        let pair = format!("v={}", half.replace('&', "%26"));
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}

/// The identifier that the request goes by.
fn claimed_id(shown: &Shown) -> Option<String> {
    match shown {
        Shown::Basic { id, .. }
        | Shown::Post { id, .. }
        | Shown::Nothing { id }
        | Shown::Assertion { id: Some(id), .. } => Some(id.clone()),
        Shown::Assertion { id: None, assertion } => unverified_subject(assertion),
    }
}

/// The `sub` of an assertion, to look its client up; the signature is checked with that client's keys.
fn unverified_subject(assertion: &str) -> Option<String> {
    let payload = assertion.split('.').nth(1)?;
    let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&json).ok()?;
    claims.get("sub")?.as_str().map(ToOwned::to_owned)
}

type Verdict = Result<(), &'static str>;

async fn verify(
    app: &App,
    client: &Client,
    shown: &Shown,
    parameters: &Parameters,
    endpoint: &str,
    now: When,
) -> Result<Verdict, WireError> {
    Ok(match (&client.auth, shown) {
        (AuthMethod::ClientSecretBasic { secrets }, Shown::Basic { secret, .. })
        | (AuthMethod::ClientSecretPost { secrets }, Shown::Post { secret, .. }) => {
            if !client.is_relaxed(Relaxation::ClientSecret, now) {
                Err("the days in which it may use a secret are over")
            } else if is_one_of(secret, secrets, now) {
                Ok(())
            } else {
                Err("wrong secret")
            }
        }
        (AuthMethod::None, Shown::Nothing { .. }) => Ok(()),
        (AuthMethod::PrivateKeyJwt { keys }, Shown::Assertion { assertion, .. }) => {
            if parameters.get("client_id").is_some_and(|id| id != client.id.as_str()) {
                return Ok(Err("client_id differs from the assertion"));
            }
            by_assertion(app, client, keys, assertion, endpoint, now).await?
        }
        _ => Err("another method than the client is registered with"),
    })
}

/// Whether a secret is one of those in force. Every one is compared, each as long as the other.
fn is_one_of(shown: &str, secrets: &[Secret], now: When) -> bool {
    let shown = TokenHash::of(shown).0;
    let standing = secrets.iter().filter(|secret| secret.stands(now));
    standing.fold(Choice::from(0), |found, secret| found | shown.ct_eq(&secret.sha256)).into()
}

async fn by_assertion(
    app: &App,
    client: &Client,
    keys: &Keys,
    assertion: &str,
    endpoint: &str,
    now: When,
) -> Result<Verdict, WireError> {
    // RFC 9126 §2: the endpoint asked may be named as well as the token endpoint.
    let (token_endpoint, endpoint) = (app.issuer.at("/token"), app.issuer.at(endpoint));
    let audiences = [app.issuer.as_str(), token_endpoint.as_str(), endpoint.as_str()];
    let rules = if client.takes_token_endpoint_as_audience() {
        AssertionRules::standard(client.id.as_str(), &audiences)
    } else {
        AssertionRules::strict(client.id.as_str(), app.issuer.as_str())
    };
    let rules = match client.token_endpoint_auth_signing_alg {
        Some(alg) => rules.signed_with(alg),
        None => rules,
    };
    let Some(set) = client_keys::of(app, keys, Fresh::Kept, now).await else {
        return Ok(Err("the client's keys cannot be had"));
    };
    let mut verified = verify_client_assertion(assertion, &set, &rules, now);
    // A key without a name, or under the name of another one, was changed if its signature does not fit.
    if matches!(verified, Err(JwtError::UnknownKey | JwtError::Signature))
        && let Some(set) = client_keys::of(app, keys, Fresh::Again, now).await
    {
        verified = verify_client_assertion(assertion, &set, &rules, now);
    }
    let assertion = match verified {
        Ok(assertion) => assertion,
        Err(error) => {
            tracing::info!(%error, "client assertion refused");
            return Ok(Err("the assertion does not hold"));
        }
    };
    // RFC 7523 §3, rule 7: once only, on every node, until it would have expired anyway.
    let jti = TokenHash::of(&assertion.jti).0;
    let until = assertion.exp;
    let remembered = app
        .db
        .write(async |mut w| {
            assertions::remember(&mut w, &client.id, &jti, until)?;
            w.commit_quietly(Housekeeping::Replay, ()).await
        })
        .await;
    match remembered {
        Ok(_) => Ok(Ok(())),
        Err(Error::GivenUp) => Ok(Err("the assertion was used before")),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, decode_basic, is_one_of, shown};
    use crate::crypto::tokens::TokenHash;
    use crate::domain::client::Secret;
    use crate::domain::time::When;
    use crate::domain::wire_errors::Code;
    use crate::oidc::parameters::Parameters;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use http::header::AUTHORIZATION;
    use http::{HeaderMap, HeaderValue};

    fn basic(joined: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Basic {}", STANDARD.encode(joined)).parse().unwrap());
        headers
    }

    /// Timed in turns, so that whatever else the machine does meets both alike.
    #[test]
    fn k05_a_wrong_secret_takes_as_long_wherever_it_is_wrong() {
        const SECRET: &str = "ZLYpVs9gHq1dCw7Rk0tUe3NfXj5BoM2a";
        let kept = [Secret { sha256: TokenHash::of(SECRET).0, until: None }];
        let holds = |shown: &str| is_one_of(shown, &kept, When::from_seconds(1));
        let (first, last) = (format!("x{}", &SECRET[1..]), format!("{}x", &SECRET[..SECRET.len() - 1]));
        assert!(holds(SECRET) && !holds(&first) && !holds(&last) && !holds("") && !holds(&SECRET[1..]));
        let mut taken = [Vec::new(), Vec::new()];
        for _ in 0..20_000 {
            for (taken, wrong) in taken.iter_mut().zip([&first, &last]) {
                let began = std::time::Instant::now();
                assert!(!holds(std::hint::black_box(wrong)));
                taken.push(began.elapsed().as_nanos());
            }
        }
        let [first, last] = taken.map(|mut all| {
            all.sort_unstable();
            all[all.len() / 2]
        });
        assert!(first.abs_diff(last) < 1_000, "{first} ns and {last} ns");
        // Where the hash itself differs is not told either: no comparison that stops early stands here.
        let text = include_str!("client_auth.rs");
        let body = text.split("fn is_one_of").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap();
        assert!(body.contains("ct_eq") && !body.contains("==") && !body.contains(".any("), "{body}");
    }

    #[test]
    fn k06_both_halves_are_decoded_exactly_once() {
        let credentials = STANDARD.encode("a%3Ab:p%25+%2B%C3%A9%26");
        assert_eq!(decode_basic(credentials.as_bytes()), Some(("a:b".into(), "p% +é&".into())));
        assert_eq!(decode_basic(b"%%%"), None);
    }

    #[test]
    fn k03_a_damaged_header_is_a_method_too() {
        let post = Parameters::parse(b"client_id=a&client_secret=s").unwrap();
        let none = Parameters::parse(b"client_id=a").unwrap();
        let code = |headers: &HeaderMap, form: &Parameters| shown(headers, form).map(drop).map_err(|e| e.said.code());
        for damaged in [&b"Basic"[..], b"basic ", b"BASIC %%%", b"Basic \xff\xfe"] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_bytes(damaged).unwrap());
            assert_eq!(code(&headers, &post), Err(Code::InvalidRequest), "{damaged:?}");
            assert_eq!(code(&headers, &none), Err(Code::InvalidClient), "{damaged:?}");
        }
        for other in ["Basics x", "Bearer x", "B"] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, other.parse().unwrap());
            assert_eq!(code(&headers, &post), Ok(()), "{other}");
        }
        let mut twice = basic("a:s");
        twice.append(AUTHORIZATION, "Bearer x".parse().unwrap());
        assert_eq!(code(&twice, &none), Err(Code::InvalidRequest));
    }

    #[test]
    fn k03_two_methods_at_once_are_refused() {
        let both = Parameters::parse(b"client_id=a&client_secret=s").unwrap();
        assert_eq!(shown(&basic("a:s"), &both).unwrap_err().said.code(), Code::InvalidRequest);
        let assertion = Parameters::parse(b"client_id=a&client_secret=s&client_assertion=x").unwrap();
        assert_eq!(shown(&HeaderMap::new(), &assertion).unwrap_err().said.code(), Code::InvalidRequest);
        let other = Parameters::parse(b"client_id=b").unwrap();
        assert_eq!(shown(&basic("a:s"), &other).unwrap_err().said.code(), Code::InvalidRequest);
    }

    #[test]
    fn a_request_says_one_thing_or_names_no_client() {
        let post = Parameters::parse(b"client_id=a&client_secret=s").unwrap();
        assert_eq!(shown(&HeaderMap::new(), &post).unwrap(), Shown::Post { id: "a".into(), secret: "s".into() });
        let nobody = Parameters::parse(b"grant_type=authorization_code").unwrap();
        assert_eq!(shown(&HeaderMap::new(), &nobody).unwrap_err().said.code(), Code::InvalidClient);
        let untyped = Parameters::parse(b"client_assertion=x").unwrap();
        assert_eq!(shown(&HeaderMap::new(), &untyped).unwrap_err().said.code(), Code::InvalidRequest);
    }

    #[test]
    fn k05_either_secret_works_until_the_last_moment_of_the_former() {
        let secret = |text: &str, until| Secret { sha256: TokenHash::of(text).0, until };
        let end = When::from_seconds(1_000);
        let secrets = [secret("new", None), secret("old", Some(end))];
        let before = When::from_seconds(999);
        assert!(is_one_of("new", &secrets, before) && is_one_of("old", &secrets, before));
        assert!(is_one_of("new", &secrets, end) && !is_one_of("old", &secrets, end));
        assert!(!is_one_of("", &secrets, before) && !is_one_of("new", &[], before));
    }
}
