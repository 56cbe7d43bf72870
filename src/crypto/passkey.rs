//! Passkeys (W3C Web Authentication level 3): what is asked of a browser, and what its answer is worth.
//!
//! Who asks is not known here. Every passkey is discoverable, so that nobody types who they are, and every use of one
//! needs its owner's finger, face or PIN: possession and person in one step. Attestation is not asked for.
//!
//! ```text
//! begin_enrolment ──challenge──> browser ──answer──> finish_enrolment    a Stored passkey
//! begin_proof     ──challenge──> browser ──answer──> claimed ──> finish_proof
//!                                                    (whose? look it up)
//! ```

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// Why an answer is worth nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The site cannot have passkeys: its host is no name, or it is reached without TLS from elsewhere.
    #[error("a site with passkeys is reached by a host name, over https or on localhost")]
    Site,
    /// It is not what a browser sends.
    #[error("the answer cannot be read")]
    Malformed,
    /// It was made for another site.
    #[error("the answer was made for another site")]
    WrongOrigin,
    /// Nobody was asked for a finger, a face or a PIN.
    #[error("the passkey's owner was not verified")]
    NotVerified,
    /// It has signed less often than it had before: there may be two of it.
    #[error("the passkey counts backwards: it may have been copied")]
    Copied,
    /// The authenticator would not find it again by itself.
    #[error("the passkey is not discoverable")]
    NotDiscoverable,
    /// Another challenge, another key, or a wrong signature.
    #[error("the answer does not hold")]
    Wrong,
    /// The library refused a correct call.
    #[error("the passkey library failed")]
    Fault,
}

impl PasskeyError {
    /// The word in events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Malformed => "malformed",
            Self::WrongOrigin => "wrong_origin",
            Self::NotVerified => "user_not_verified",
            Self::Copied => "passkey_counts_backwards",
            Self::NotDiscoverable => "not_discoverable",
            Self::Wrong => "wrong_passkey",
            Self::Fault => "fault",
        }
    }
}

impl From<WebauthnError> for PasskeyError {
    fn from(error: WebauthnError) -> Self {
        match error {
            WebauthnError::InvalidRPOrigin | WebauthnError::InvalidRPIDHash => Self::WrongOrigin,
            WebauthnError::UserNotVerified | WebauthnError::UserNotPresent => Self::NotVerified,
            WebauthnError::CredentialPossibleCompromise => Self::Copied,
            _ => Self::Wrong,
        }
    }
}

/// What is asked of a browser, and what its answer is checked against.
#[derive(Debug, Clone)]
pub struct Asked {
    /// For the script: `{"publicKey": …}`.
    pub challenge: Value,
    /// Kept by us, sealed, for one answer.
    pub state: String,
}

/// A passkey as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its credential id.
    pub id: Vec<u8>,
    /// The rest, as JSON: a public key and what is known of its authenticator.
    pub passkey: String,
    /// How often it has signed, where it counts.
    pub signatures: i64,
}

/// Whose passkey an answer says it is: not proved yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The user handle given at enrolment.
    pub owner: Uuid,
    /// The credential id.
    pub id: Vec<u8>,
}

/// The passkeys of one site.
#[derive(Debug, Clone)]
pub struct Passkeys(Webauthn);

impl Passkeys {
    /// For the site at this origin, whose host name binds them.
    ///
    /// # Errors
    /// [`PasskeyError::Site`] for an address instead of a name.
    pub fn new(origin: &str, name: &str) -> Result<Self, PasskeyError> {
        let url = Url::parse(origin).map_err(|_| PasskeyError::Site)?;
        let host = url.domain().ok_or(PasskeyError::Site)?;
        if url.scheme() != "https" && host != "localhost" {
            return Err(PasskeyError::Site);
        }
        let built = WebauthnBuilder::new(host, &url).and_then(|builder| builder.rp_name(name).build());
        built.map(Self).map_err(|_| PasskeyError::Site)
    }

    /// Asks for a new passkey of somebody, on an authenticator that has none of `has`.
    ///
    /// # Errors
    /// [`PasskeyError::Fault`] if the library refuses.
    pub fn begin_enrolment(&self, owner: Uuid, name: &str, has: Vec<CredentialID>) -> Result<Asked, PasskeyError> {
        let begun = self.0.start_passkey_registration(owner, name, name, Some(has));
        let (challenge, state) = begun.map_err(|_| PasskeyError::Fault)?;
        let mut challenge = serde_json::to_value(challenge).map_err(|_| PasskeyError::Fault)?;
        // The library discourages what its own discoverable sign-in needs.
        let selection = challenge.pointer_mut("/publicKey/authenticatorSelection").ok_or(PasskeyError::Fault)?;
        let selection = selection.as_object_mut().ok_or(PasskeyError::Fault)?;
        selection.insert("residentKey".to_owned(), json!("required"));
        selection.insert("requireResidentKey".to_owned(), json!(true));
        Ok(Asked { challenge, state: serde_json::to_string(&state).map_err(|_| PasskeyError::Fault)? })
    }

    /// The passkey that an answer to [`Passkeys::begin_enrolment`] brings.
    ///
    /// # Errors
    /// [`PasskeyError`] says what is wrong with it.
    pub fn finish_enrolment(&self, state: &str, answer: &str) -> Result<Stored, PasskeyError> {
        let state: PasskeyRegistration = serde_json::from_str(state).map_err(|_| PasskeyError::Fault)?;
        let answered: RegisterPublicKeyCredential = read(answer)?;
        let extensions: Value = read(answer)?;
        let kept = ["/extensions/credProps/rk", "/clientExtensionResults/credProps/rk"];
        if kept.iter().any(|place| extensions.pointer(place) == Some(&Value::Bool(false))) {
            return Err(PasskeyError::NotDiscoverable);
        }
        stored(&self.0.finish_passkey_registration(&answered, &state)?)
    }

    /// Asks for any passkey of this site.
    ///
    /// # Errors
    /// [`PasskeyError::Fault`] if the library refuses.
    pub fn begin_proof(&self) -> Result<Asked, PasskeyError> {
        let (challenge, state) = self.0.start_discoverable_authentication().map_err(|_| PasskeyError::Fault)?;
        let public_key = serde_json::to_value(challenge.public_key).map_err(|_| PasskeyError::Fault)?;
        // Without the library's `mediation`: a button is pressed, and nothing is offered beside a field.
        let challenge = json!({ "publicKey": public_key });
        Ok(Asked { challenge, state: serde_json::to_string(&state).map_err(|_| PasskeyError::Fault)? })
    }

    /// Whose passkey an answer says it is.
    ///
    /// # Errors
    /// [`PasskeyError::Malformed`] if it does not say.
    pub fn claimed(&self, answer: &str) -> Result<Claimed, PasskeyError> {
        let answer: PublicKeyCredential = read(answer)?;
        let (owner, id) = self.0.identify_discoverable_authentication(&answer).map_err(|_| PasskeyError::Malformed)?;
        Ok(Claimed { owner, id: id.to_vec() })
    }

    /// Checks an answer to [`Passkeys::begin_proof`] against the passkey it claims to be of, and gives that passkey as it
    /// is to be kept from now on.
    ///
    /// # Errors
    /// [`PasskeyError`] says what is wrong with it.
    pub fn finish_proof(&self, state: &str, answer: &str, passkey: &str) -> Result<Stored, PasskeyError> {
        let state: DiscoverableAuthentication = serde_json::from_str(state).map_err(|_| PasskeyError::Fault)?;
        let mut passkey: Passkey = serde_json::from_str(passkey).map_err(|_| PasskeyError::Fault)?;
        let answer: PublicKeyCredential = read(answer)?;
        let proved = self.0.finish_discoverable_authentication_v2(&answer, state, &passkey)?;
        if !proved.user_verified() {
            return Err(PasskeyError::NotVerified);
        }
        passkey.update_credential(&proved).ok_or(PasskeyError::Wrong)?;
        stored(&passkey)
    }
}

fn read<T: DeserializeOwned>(answer: &str) -> Result<T, PasskeyError> {
    serde_json::from_str(answer).map_err(|_| PasskeyError::Malformed)
}

fn stored(passkey: &Passkey) -> Result<Stored, PasskeyError> {
    let json = serde_json::to_value(passkey).map_err(|_| PasskeyError::Fault)?;
    let signatures = json.pointer("/cred/counter").and_then(Value::as_i64).ok_or(PasskeyError::Fault)?;
    Ok(Stored { id: passkey.cred_id().clone(), passkey: json.to_string(), signatures })
}

#[cfg(test)]
mod tests {
    use super::{PasskeyError, Passkeys};
    use uuid::Uuid;

    #[test]
    fn a_site_has_a_name_and_tls_unless_it_is_this_machine() {
        for good in ["https://staff.example.gov.uk", "https://staff.example:8443", "http://localhost:8081"] {
            assert!(Passkeys::new(good, "Havenbrook").is_ok(), "{good}");
        }
        for bad in ["http://127.0.0.1:8081", "https://192.0.2.1", "https://[::1]", "http://staff.example", "staff"] {
            assert_eq!(Passkeys::new(bad, "Havenbrook").unwrap_err(), PasskeyError::Site, "{bad}");
        }
    }

    #[test]
    fn a_discoverable_passkey_with_its_owner_verified_is_asked_for() {
        let site = Passkeys::new("https://staff.example.gov.uk", "Havenbrook").unwrap();
        let asked = site.begin_enrolment(Uuid::nil(), "Ada Wójcik", vec![vec![1; 16]]).unwrap().challenge;
        let key = &asked["publicKey"];
        assert_eq!(key["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(key["authenticatorSelection"]["requireResidentKey"], true);
        assert_eq!(key["authenticatorSelection"]["userVerification"], "required");
        assert_eq!((&key["attestation"], &key["rp"]["id"]), (&"none".into(), &"staff.example.gov.uk".into()));
        assert_eq!(key["excludeCredentials"].as_array().unwrap().len(), 1);
        let asked = site.begin_proof().unwrap().challenge;
        assert_eq!(asked["publicKey"]["userVerification"], "required");
        assert_eq!(asked["publicKey"]["allowCredentials"].as_array().map(Vec::len), Some(0));
        assert!(asked.get("mediation").is_none());
    }

    #[test]
    fn nonsense_is_no_answer() {
        let site = Passkeys::new("https://staff.example.gov.uk", "Havenbrook").unwrap();
        for answer in ["", "{}", "[]", "null", "{\"id\":\"x\"}"] {
            assert_eq!(site.claimed(answer).unwrap_err(), PasskeyError::Malformed, "{answer}");
            let state = site.begin_enrolment(Uuid::nil(), "Ada", vec![]).unwrap().state;
            assert_eq!(site.finish_enrolment(&state, answer).unwrap_err(), PasskeyError::Malformed, "{answer}");
        }
    }
}
