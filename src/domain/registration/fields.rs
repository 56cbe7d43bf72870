//! One member at a time: its type, its size, and the words it may have.

use super::Refused;
use crate::domain::claims::{Scope, ScopeSet};
use crate::domain::client::{Issuer, Keys};
use crate::domain::redirect::{Application, RedirectError, RedirectUri, request_url, service_url};
use serde_json::{Map, Value};
use url::Url;

/// The longest text taken, in bytes.
const LONGEST: usize = 2_000;
/// The longest name, in characters: it stands on buttons.
const LONGEST_NAME: usize = 80;
/// The most entries of one list.
const MOST: usize = 20;
/// The oldest sign-in a client can ask for, in seconds: ten years, which is never.
const OLDEST: u64 = 315_360_000;

pub(super) struct Fields<'a> {
    pub(super) object: &'a Map<String, Value>,
    pub(super) issuer: &'a Issuer,
}

impl<'a> Fields<'a> {
    /// A member; `null` is as if left out (RFC 7592 §2.2).
    fn value(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, Refused> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let text = value.as_str().filter(|text| (1..=LONGEST).contains(&text.len()));
        text.map(Some).ok_or_else(|| Refused::metadata(format!("{key}: must be a text of 1 to {LONGEST} bytes")))
    }

    pub(super) fn texts(&self, key: &str) -> Result<Vec<&'a str>, Refused> {
        let Some(value) = self.value(key) else { return Ok(Vec::new()) };
        let wrong = || Refused::metadata(format!("{key}: must be a list of at most {MOST} texts"));
        let all = value.as_array().filter(|all| all.len() <= MOST).ok_or_else(wrong)?;
        let text = |one: &'a Value| one.as_str().filter(|text| (1..=LONGEST).contains(&text.len())).ok_or_else(wrong);
        all.iter().map(text).collect()
    }

    pub(super) fn flag(&self, key: &str) -> Result<bool, Refused> {
        match self.value(key) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(Refused::metadata(format!("{key}: must be true or false"))),
        }
    }

    pub(super) fn seconds(&self, key: &str) -> Result<Option<u64>, Refused> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let seconds = value.as_u64().filter(|seconds| *seconds <= OLDEST);
        seconds.map(Some).ok_or_else(|| Refused::metadata(format!("{key}: must be a whole number of seconds")))
    }

    pub(super) fn one_of(&self, key: &str, known: &[&str]) -> Result<Option<&'a str>, Refused> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        if known.contains(&text) {
            return Ok(Some(text));
        }
        Err(Refused::metadata(format!("{key}: choose among {}", known.join(", "))))
    }

    pub(super) fn url(&self, key: &str) -> Result<Option<Url>, Refused> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let url = service_url(text, self.issuer);
        url.map(Some).map_err(|error| Refused::metadata(format!("{key}: the address {error}")))
    }

    pub(super) fn request_uris(&self) -> Result<Vec<Url>, Refused> {
        let url = |text: &str| {
            request_url(text, self.issuer).map_err(|e| Refused::metadata(format!("request_uris: an address {e}")))
        };
        self.texts("request_uris")?.into_iter().map(url).collect()
    }

    pub(super) fn redirects(&self, key: &str, application: Application) -> Result<Vec<RedirectUri>, Refused> {
        let refused = |error: &RedirectError| Refused::redirect(format!("{key}: an address {error}"));
        let texts = self.texts(key).map_err(|refused| Refused::redirect(refused.description))?;
        let register = |text| RedirectUri::register(text, application, self.issuer).map_err(|error| refused(&error));
        texts.into_iter().map(register).collect()
    }

    /// A name for residents: one line of text, nothing that turns the text around it.
    pub(super) fn name(&self, key: &str) -> Result<Option<String>, Refused> {
        let Some(text) = self.text(key)?.map(str::trim) else { return Ok(None) };
        let turns = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        if text.is_empty() || text.chars().count() > LONGEST_NAME || text.chars().any(|c| c.is_control() || turns(c)) {
            return Err(Refused::metadata(format!("{key}: must be one line of at most {LONGEST_NAME} characters")));
        }
        Ok(Some(text.to_owned()))
    }

    pub(super) fn keys(&self) -> Result<Option<Keys>, Refused> {
        match (self.value("jwks"), self.url("jwks_uri")?) {
            (Some(_), Some(_)) => Err(Refused::metadata("jwks: send jwks or jwks_uri, not both")),
            (None, uri) => Ok(uri.map(Keys::Uri)),
            (Some(jwks), None) => {
                let few = jwks.get("keys").and_then(Value::as_array).is_some_and(|keys| keys.len() <= MOST);
                let keys = Keys::inline(jwks).filter(|_| few);
                keys.map(Some).ok_or_else(|| {
                    Refused::metadata("jwks: must be a set of public EC, RSA or OKP keys; replace any private key sent")
                })
            }
        }
    }

    /// RFC 7591 §2, `scope`: values we do not offer are passed over, as the answer says (§3.2.1); the template says
    /// which of ours it may have.
    pub(super) fn scopes(&self) -> Result<Option<ScopeSet>, Refused> {
        let Some(text) = self.text("scope")? else { return Ok(None) };
        // RFC 6749 §3.3.
        let token = |value: &str| {
            let printable = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
            !value.is_empty() && value.bytes().all(printable)
        };
        if !text.split(' ').all(token) {
            return Err(Refused::metadata("scope: must be names with one space between them"));
        }
        let ours = ScopeSet::parse(text);
        if ours.is_empty() {
            let known = Scope::ALL.map(Scope::as_str).join(", ");
            return Err(Refused::metadata(format!("scope: none of these is offered; choose among {known}")));
        }
        Ok(Some(ours))
    }

    /// Checks `response_types` and `grant_types`; whether refresh tokens are among them.
    pub(super) fn grants(&self) -> Result<bool, Refused> {
        if self.texts("response_types")?.into_iter().any(|one| one != "code") {
            let why = "response_types: only code; the implicit and hybrid flows are never granted";
            return Err(Refused::metadata(why));
        }
        let grants = self.texts("grant_types")?;
        let known = ["authorization_code", "refresh_token"];
        if let Some(other) = grants.iter().find(|grant| !known.contains(grant)) {
            let shown: String = other.chars().filter(char::is_ascii_graphic).take(60).collect();
            return Err(Refused::metadata(format!(
                "grant_types: {shown} is not granted; choose among {}",
                known.join(", ")
            )));
        }
        if !grants.is_empty() && !grants.contains(&"authorization_code") {
            return Err(Refused::metadata("grant_types: authorization_code must be among them"));
        }
        Ok(grants.contains(&"refresh_token"))
    }

    /// What is refused by name, so that nobody believes to have it.
    pub(super) fn refuse_what_we_never_do(&self) -> Result<(), Refused> {
        let encrypted = [
            "id_token_encrypted_response_alg",
            "id_token_encrypted_response_enc",
            "userinfo_encrypted_response_alg",
            "userinfo_encrypted_response_enc",
            "request_object_encryption_alg",
            "request_object_encryption_enc",
        ];
        if let Some(key) = encrypted.into_iter().find(|key| self.value(key).is_some()) {
            return Err(Refused::metadata(format!("{key}: nothing is encrypted beyond TLS here; leave it out")));
        }
        match self.text("subject_type")? {
            None | Some("pairwise") => Ok(()),
            Some(_) => Err(Refused::metadata("subject_type: every client knows residents by pairwise identifiers")),
        }
    }
}
