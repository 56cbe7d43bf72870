//! Services for these tests: one of each kind that may be registered.

use super::browser::{Page, http};
use crate::app::{House, Service};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portreeve::crypto::tokens::TokenHash;
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The state of every request here.
pub const STATE: &str = "st-1 ?&\"<'é";
/// The nonce of every request here.
pub const NONCE: &str = "n-0S6_WzA2Mj";
/// RFC 7636 Appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// RFC 7636 Appendix B.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// The secret of the clients that have one; RFC 6749 §2.3.1 wants it encoded.
pub const SECRET: &str = "p%3A+ :ß&x=1";
/// RFC 7523 §2.2.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A service's key pair.
pub struct Key(EcdsaKeyPair);

/// The key registered for the services that sign.
pub static KEY: LazyLock<Key> = LazyLock::new(Key::generate);

impl Key {
    pub fn generate() -> Self {
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.as_ref()).unwrap())
    }

    /// The public half.
    pub fn jwk(&self, kid: &str) -> Value {
        let (x, y) = self.0.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": "ES256", "use": "sig"})
    }

    /// A compact JWS, whatever its header says.
    pub fn sign(&self, header: &Value, claims: &str) -> String {
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.0.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// How a service proves who it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Assertion,
    Basic,
    Post,
    Nothing,
}

/// A service.
#[derive(Clone, Copy)]
pub struct Party {
    pub id: &'static str,
    pub redirect_uri: &'static str,
    pub proof: Proof,
    /// Whether it sends a PKCE challenge.
    pub pkce: bool,
    /// What it asks for.
    pub scope: &'static str,
}

/// Standard, with everything an account can give but a phone number, which no share of its names.
pub const LIBRARY: Party = Party {
    id: "library",
    redirect_uri: "http://localhost:9901/callback",
    proof: Proof::Assertion,
    pkce: true,
    scope: "openid profile email phone offline_access",
};
/// Standard, another sector.
pub const MUSEUM: Party = Party { id: "museum", redirect_uri: "http://localhost:9902/callback", ..LIBRARY };
/// FAPI 2.0.
pub const STRICT: Party = Party { id: "strict", redirect_uri: "http://localhost:9903/callback", ..LIBRARY };
/// Old: a secret by Basic, RS256, no PKCE.
pub const OLD_BASIC: Party = Party {
    id: "old-basic",
    redirect_uri: "http://localhost:9904/callback",
    proof: Proof::Basic,
    pkce: false,
    scope: "openid profile email",
};
/// Old: a secret in the form.
pub const OLD_POST: Party =
    Party { id: "old-post", redirect_uri: "http://localhost:9905/callback?tenant=1", proof: Proof::Post, ..LIBRARY };
/// An app on a resident's own device.
pub const APP: Party =
    Party { id: "bin-app", redirect_uri: "http://127.0.0.1:51234/cb", proof: Proof::Nothing, ..LIBRARY };
/// Gets an e-mail address by consent, and nothing by anything else.
pub const NEWS: Party = Party { id: "news", redirect_uri: "http://localhost:9907/callback", ..LIBRARY };

/// A service one may need to leave in a hurry; it has its userinfo signed.
pub const SHELTER: Party = Party { id: "shelter", redirect_uri: "http://localhost:9918/callback", ..LIBRARY };
/// The API that the museum is; the library and the shelter may call it.
pub const MUSEUM_API: &str = "https://api.museum.example/v1";
/// The API that the news are; the library may call it.
pub const NEWS_API: &str = "https://api.news.example/";

const CONTRACT: &str = r#"
[[share]]
purpose = "collect-garden-waste"
recipient_role = "same_controller"
basis = "contract"
claims = ["name", "email"]
notice = "garden-waste@1"
recipient_retention = { en = "6 years", cy = "6 blynedd" }
"#;
const CONSENT: &str = r#"
[[share]]
purpose = "permit-newsletter"
recipient_role = "same_controller"
basis = "consent"
claims = ["email"]
notice = "permit-newsletter@1"
recipient_retention = { en = "until you say stop", cy = "nes i chi ddweud stop" }
required = false
expires = "P24M"
"#;

/// The files of all of them. A file is asked for once a test, and the policies live as long as the process.
pub fn files() -> Vec<Service<'static>> {
    let jwks = format!("{{ keys = [{}] }}", inline(&KEY.jwk("k1")));
    let sha256 = TokenHash::of(SECRET).0.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let signs = format!("token_endpoint_auth_method = \"private_key_jwt\"\njwks = {jwks}");
    let holds =
        |method: &str| format!("token_endpoint_auth_method = \"{method}\"\nclient_secret_sha256 = \"{sha256}\"");
    let legacy = |relaxations: &str| {
        format!("security_profile = \"legacy\"\nlegacy = {{ relaxations = [{relaxations}], until = 2027-03-31 }}")
    };
    let standard = "security_profile = \"standard\"".to_owned();
    let rs256 = "id_token_signed_response_alg = \"RS256\"";
    let native = "application_type = \"native\"\ntoken_endpoint_auth_method = \"none\"".to_owned();
    let old = format!("{}\n{rs256}\nuserinfo_signed_response_alg = \"RS256\"", holds("client_secret_basic"));
    let serves = |api: &str| format!("{standard}\nserves = [\"{api}\"]");
    let shows_itself = |rest: &str| {
        format!("{rest}\nlogo_uri = \"https://news.example/logo.png\"\npolicy_uri = \"https://news.example/privacy\"")
    };
    let calls = format!(
        "{standard}\ncalls = [\"{MUSEUM_API}\", \"{NEWS_API}\"]\nmachine_scopes = [\"museum.read\", \"museum.write\"]"
    );
    let shelter = format!(
        "{standard}\nsensitive = true\ncalls = [\"{MUSEUM_API}\"]\nmachine_scopes = [\"museum.read\"]
userinfo_signed_response_alg = \"ES256\""
    );
    vec![
        file(&LIBRARY, &calls, &signs, LIBRARY.redirect_uri, CONTRACT),
        file(&MUSEUM, &serves(MUSEUM_API), &signs, MUSEUM.redirect_uri, CONTRACT),
        file(&STRICT, "security_profile = \"fapi2\"", &signs, STRICT.redirect_uri, CONTRACT),
        file(&OLD_BASIC, &legacy("\"client_secret\", \"rs256\", \"no_pkce\""), &old, OLD_BASIC.redirect_uri, CONTRACT),
        file(&OLD_POST, &legacy("\"client_secret\""), &holds("client_secret_post"), OLD_POST.redirect_uri, CONTRACT),
        file(&APP, &standard, &native, "http://127.0.0.1/cb", CONTRACT),
        file(&NEWS, &shows_itself(&serves(NEWS_API)), &signs, NEWS.redirect_uri, CONSENT),
        file(&SHELTER, &shelter, &signs, SHELTER.redirect_uri, CONTRACT),
    ]
}

/// The files of all of them, some with further lines: (service, lines).
pub fn files_with(lines: &[(&str, &str)]) -> Vec<Service<'static>> {
    let mut files = files();
    for (id, more) in lines {
        let file = files.iter_mut().find(|file| file.id == *id).unwrap();
        file.toml = String::leak(file.toml.replace("least_assurance", &format!("{more}\nleast_assurance")));
    }
    files
}

fn file(party: &Party, profile: &str, auth: &str, registered: &str, share: &str) -> Service<'static> {
    let id = party.id;
    let start = if party.proof == Proof::Nothing {
        "https://app.havenbrook.example/".to_owned()
    } else {
        format!("{}/", registered.split("/callback").next().unwrap())
    };
    let after = if party.proof == Proof::Nothing { "http://127.0.0.1/out".to_owned() } else { start.clone() };
    let toml = format!(
        r#"client_id = "{id}"
name = {{ en = "The {id}", cy = "Y {id}" }}
start_url = "{start}"
{profile}
{auth}
redirect_uris = ["{registered}"]
post_logout_redirect_uris = ["{after}"]
sector = "{id}"
least_assurance = "A0"
scopes = ["openid", "profile", "email", "phone", "offline_access"]
account_needed_because = {{ en = "You can see what you have.", cy = "Gallwch weld beth sydd gennych." }}

[other_ways]
phone = "01632 960009"
place = {{ en = "Town Hall", cy = "Neuadd y Dref" }}
post = {{ en = "Town Hall, Havenbrook HV1 1AA", cy = "Neuadd y Dref, Havenbrook HV1 1AA" }}
{share}"#
    );
    Service { id, toml: String::leak(toml) }
}

/// A JWK as an inline table.
pub fn inline(jwk: &Value) -> String {
    let members: Vec<String> =
        jwk.as_object().unwrap().iter().map(|(name, value)| format!("{name} = {value}")).collect();
    format!("{{ {} }}", members.join(", "))
}

impl Party {
    /// Where it signs residents out to.
    pub fn after_logout(&self) -> String {
        format!("{}/", self.redirect_uri.split("/callback").next().unwrap())
    }

    /// The parameters of its authorization request.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = vec![
            ("client_id", self.id.to_owned()),
            ("redirect_uri", self.redirect_uri.to_owned()),
            ("response_type", "code".to_owned()),
            ("scope", self.scope.to_owned()),
            ("state", STATE.to_owned()),
            ("nonce", NONCE.to_owned()),
        ];
        if self.pkce {
            parameters.push(("code_challenge", CHALLENGE.to_owned()));
            parameters.push(("code_challenge_method", "S256".to_owned()));
        }
        parameters
    }

    /// The address of its request, with some parameters other than usual: an empty value takes one out.
    pub fn authorize(&self, house: &House, other: &[(&str, &str)]) -> String {
        format!("{}?{}", house.at("/authorize"), self.query(other))
    }

    /// The query of [`Party::authorize`].
    pub fn query(&self, other: &[(&str, &str)]) -> String {
        let mut parameters = self.parameters();
        parameters.retain(|(name, _)| !other.iter().any(|(changed, _)| changed == name));
        let other = other.iter().filter(|(_, value)| !value.is_empty());
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters).extend_pairs(other);
        query.finish()
    }

    /// Redeems a code as it should be.
    pub async fn redeem(&self, house: &House, code: &str) -> Page {
        self.redeem_with(house, code, &[]).await
    }

    /// Redeems a code with some parameters other than usual.
    pub async fn redeem_with(&self, house: &House, code: &str, other: &[(&str, &str)]) -> Page {
        let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", self.redirect_uri)];
        if self.pkce {
            form.push(("code_verifier", VERIFIER));
        }
        form.retain(|(name, _)| !other.iter().any(|(changed, _)| changed == name));
        form.extend(other.iter().filter(|(_, value)| *value != "-").copied());
        self.token(house, &form).await
    }

    /// Uses a refresh token.
    pub async fn refresh(&self, house: &House, token: &str, other: &[(&str, &str)]) -> Page {
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        form.extend(other);
        self.token(house, &form).await
    }

    /// A request at the token endpoint.
    pub async fn token(&self, house: &House, form: &[(&str, &str)]) -> Page {
        self.post(house, "/token", form).await
    }

    /// What it is told about a token.
    pub async fn introspect(&self, house: &House, token: &str) -> Value {
        let page = self.post(house, "/introspect", &[("token", token)]).await;
        assert_eq!((page.status, page.header("cache-control")), (200, "no-store"), "{}", page.body);
        page.json()
    }

    /// Gives a token back.
    pub async fn revoke(&self, house: &House, token: &str) -> Page {
        self.post(house, "/revoke", &[("token", token)]).await
    }

    /// A token of its own, in nobody's name.
    pub async fn machine(&self, house: &House, other: &[(&str, &str)]) -> Page {
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(other);
        self.token(house, &form).await
    }

    /// A request of its own program at an endpoint that asks who it is, with this client's proof.
    pub async fn post(&self, house: &House, path: &str, form: &[(&str, &str)]) -> Page {
        self.post_by(&http(house), house, path, form).await
    }

    /// The same over connections that it keeps.
    pub async fn post_by(&self, kept: &reqwest::Client, house: &House, path: &str, form: &[(&str, &str)]) -> Page {
        let mut form: Vec<(&str, String)> = form.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let mut request = kept.post(house.at(path));
        match self.proof {
            Proof::Assertion => {
                form.push(("client_assertion_type", ASSERTION_TYPE.to_owned()));
                form.push(("client_assertion", self.assertion(house, &json!({}))));
            }
            Proof::Basic => request = request.basic_auth(encoded(self.id), Some(encoded(SECRET))),
            Proof::Post => {
                form.push(("client_id", self.id.to_owned()));
                form.push(("client_secret", SECRET.to_owned()));
            }
            Proof::Nothing => form.push(("client_id", self.id.to_owned())),
        }
        Page::of(request.form(&form).send().await.unwrap()).await
    }

    /// A fresh assertion with some claims other than usual; `null` takes one out.
    pub fn assertion(&self, house: &House, other: &Value) -> String {
        KEY.sign(&json!({"alg": "ES256", "typ": "JWT", "kid": "k1"}), &self.claims(house, other).to_string())
    }

    /// The claims of [`Party::assertion`].
    pub fn claims(&self, house: &House, other: &Value) -> Value {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (now, jti) = (house.app.now().seconds(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut claims = json!({
            "iss": self.id, "sub": self.id, "aud": house.app.issuer.as_str(), "iat": now, "exp": now + 60,
            "jti": format!("jti-{jti}"),
        });
        for (name, value) in other.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }
}

/// As `application/x-www-form-urlencoded` writes it.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
