//! An authorization request once it has been checked (OIDC Core §3.1.2.1), and what it is answered with.

mod answer;

pub use answer::{Answer, ResponseMode, answer_at};

use super::assurance::{Level, Wanted, parse_vtr};
use super::claims::{Requested, ScopeSet};
use super::ids::ClientId;
use super::time::When;
use serde::{Deserialize, Serialize};

/// What the request says about asking the resident (OIDC Core §3.1.2.1, `prompt`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "a set of words, each there or not")]
pub struct Prompt {
    /// Show nothing.
    pub none: bool,
    /// Prove again who she is.
    pub login: bool,
    /// Tell and ask again.
    pub consent: bool,
    /// Let her choose the account.
    pub select_account: bool,
    /// Let her create an account (OpenID Connect Prompt Create 1.0).
    pub create: bool,
}

/// Why a prompt parameter cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// `none` together with another value.
    #[error("prompt=none stands alone")]
    NoneIsNotAlone,
    /// A value we don't know.
    #[error("prompt has a value that is not none, login, consent, select_account or create")]
    Unknown,
}

impl Prompt {
    /// Parses the space-separated list.
    ///
    /// # Errors
    /// [`PromptError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, PromptError> {
        let mut prompt = Self::default();
        let mut count = 0;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            count += 1;
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                "create" => prompt.create = true,
                _ => return Err(PromptError::Unknown),
            }
        }
        if prompt.none && count > 1 { Err(PromptError::NoneIsNotAlone) } else { Ok(prompt) }
    }
}

/// A request that has passed every check that needs no resident. It travels sealed from page to page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The client.
    pub client_id: ClientId,
    /// Where the answer goes, byte for byte as asked and registered.
    pub redirect_uri: String,
    /// How the answer travels there.
    #[serde(default)]
    pub response_mode: ResponseMode,
    /// The scopes we know among those asked for.
    pub scope: String,
    /// The `claims` parameter, checked.
    pub claims: Option<String>,
    /// Given back as it came.
    pub state: Option<String>,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// The PKCE challenge, S256.
    pub challenge: Option<String>,
    /// About asking.
    pub prompt: Prompt,
    /// The oldest proof accepted, in seconds.
    pub max_age: Option<u64>,
    /// Who the client believes will sign in.
    pub login_hint: Option<String>,
    /// The subject an id_token_hint names: only she may be answered for.
    pub hinted_sub: Option<String>,
    /// When whoever was signed in as it came in had proved who she is, in microseconds: a proof of any other moment was given
    /// since. Which of two moments is the later one is not asked: the clocks of two nodes differ (row Y01).
    // Not read where it is missing: of a request that the version before kept nobody knows.
    #[serde(deserialize_with = "Option::deserialize")]
    pub proof_before: Option<i64>,
    /// The APIs that the tokens are wanted for (RFC 8707 §2.1), as they came.
    #[serde(default)]
    pub resources: Vec<String>,
    /// The levels wished for, the dearest first (OIDC Core §3.1.2.1, `acr_values`).
    #[serde(default)]
    pub acr_values: Option<String>,
    /// The vectors of trust of which one must be met (RFC 8485 §4.1), checked.
    #[serde(default)]
    pub vtr: Option<String>,
    /// She has said no to a further step that was only wished for.
    #[serde(default)]
    pub without_step_up: bool,
}

impl Request {
    /// The scopes.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        ScopeSet::parse(&self.scope)
    }

    /// What it asks to be told about the person.
    #[must_use]
    pub fn requested(&self) -> Requested {
        let of_scopes = Requested::of(&self.scopes());
        match self.claims.as_deref() {
            None => of_scopes,
            // It was checked when the request came in.
            Some(claims) => of_scopes.clone().and(claims).unwrap_or(of_scopes),
        }
    }

    /// The level it asks for, at a service that takes nothing below `least`.
    #[must_use]
    pub fn wanted(&self, least: Level) -> Wanted {
        let Requested { acr, acr_essential, .. } = self.requested();
        let named: Vec<Level> = acr.iter().filter_map(|value| Level::parse(value)).collect();
        // Essential without values asks only that there be an acr, and there always is (OIDC Core §5.5.1).
        let essential = (acr_essential && !acr.is_empty()).then(|| named.clone());
        let mut wished: Vec<Level> =
            self.acr_values.iter().flat_map(|values| values.split(' ')).filter_map(Level::parse).collect();
        if !acr_essential {
            wished.extend(named);
        }
        if self.without_step_up {
            wished.clear();
        }
        // It was checked when the request came in; what could not be read would be out of reach.
        let vectors = self.vtr.as_deref().map(|vtr| parse_vtr(vtr).unwrap_or_default());
        Wanted { least, essential, vectors, wished }
    }

    /// Whether a proof of then is young enough for `max_age` and `prompt=login`. One given for this request always is,
    /// however long she reads the pages after it: else `max_age=0` would ask for ever.
    #[must_use]
    pub fn accepts_proof_of(&self, auth_time: When, now: When) -> bool {
        if self.proof_before != Some(auth_time.micros()) {
            return true;
        }
        let young = self.max_age.is_none_or(|seconds| now.since(auth_time).as_secs() <= seconds);
        young && !self.prompt.login && !self.prompt.select_account
    }
}

#[cfg(test)]
mod tests {
    use super::{Prompt, PromptError, Request, ResponseMode};
    use crate::domain::assurance::Level;
    use crate::domain::ids::ClientId;
    use crate::domain::time::When;

    #[test]
    fn y01_a_proof_given_since_is_told_by_its_being_another_one() {
        let before = When::from_seconds(1_000);
        let request = |prompt: &str, max_age| Request {
            client_id: ClientId::parse("garden-waste").unwrap(),
            redirect_uri: "https://a.test/cb".into(),
            response_mode: ResponseMode::Query,
            scope: "openid".into(),
            claims: None,
            state: None,
            nonce: None,
            challenge: None,
            prompt: Prompt::parse(prompt).unwrap(),
            max_age,
            login_hint: None,
            hinted_sub: None,
            proof_before: Some(before.micros()),
            resources: Vec::new(),
            acr_values: None,
            vtr: None,
            without_step_up: false,
        };
        let soon = When::from_micros(before.micros() + 900_000);
        // Given at a node whose clock is half a minute ahead, or behind.
        for since in [When::from_seconds(1_030), When::from_seconds(970)] {
            for prompt in ["login", "select_account"] {
                assert!(!request(prompt, None).accepts_proof_of(before, soon));
                assert!(request(prompt, None).accepts_proof_of(since, soon));
            }
            assert!(request("", Some(0)).accepts_proof_of(since, When::from_seconds(1_003)));
        }
        assert!(request("", Some(0)).accepts_proof_of(before, soon), "of the same second");
        // One that does not say what was proved before is not read as if nobody had been there.
        let mut kept = serde_json::to_value(request("login", None)).unwrap();
        assert!(serde_json::from_value::<Request>(kept.clone()).is_ok());
        kept.as_object_mut().unwrap().remove("proof_before");
        assert!(serde_json::from_value::<Request>(kept).is_err());
        assert!(!request("", Some(0)).accepts_proof_of(before, When::from_seconds(1_003)));
    }

    #[test]
    fn each_way_of_asking_for_a_level_is_heard() {
        let request = |claims: Option<&str>, acr_values: Option<&str>, without_step_up| Request {
            client_id: ClientId::parse("garden-waste").unwrap(),
            response_mode: ResponseMode::default(),
            resources: Vec::new(),
            redirect_uri: "https://a.test/cb".into(),
            scope: "openid".into(),
            claims: claims.map(Into::into),
            state: None,
            nonce: None,
            challenge: None,
            prompt: Prompt::default(),
            max_age: None,
            login_hint: None,
            hinted_sub: None,
            proof_before: None,
            acr_values: acr_values.map(Into::into),
            vtr: None,
            without_step_up,
        };
        let of = |request: Request| {
            let wanted = request.wanted(Level::A0);
            (wanted.essential, wanted.wished)
        };
        let (essential, voluntary) = (
            r#"{"id_token":{"acr":{"essential":true,"values":["A1","x"]}}}"#,
            r#"{"id_token":{"acr":{"value":"A1"}}}"#,
        );
        assert_eq!(of(request(None, Some("urn:x A1 A0"), false)), (None, vec![Level::A1, Level::A0]));
        assert_eq!(of(request(None, Some("A1"), true)), (None, vec![]));
        assert_eq!(of(request(Some(essential), None, true)), (Some(vec![Level::A1]), vec![]));
        assert_eq!(of(request(Some(voluntary), None, false)), (None, vec![Level::A1]));
        let unknown = r#"{"id_token":{"acr":{"essential":true,"value":"urn:mace:incommon:iap:silver"}}}"#;
        assert_eq!(of(request(Some(unknown), None, false)), (Some(vec![]), vec![]));
        assert_eq!(of(request(Some(r#"{"id_token":{"acr":{"essential":true}}}"#), None, false)), (None, vec![]));
        assert_eq!(of(request(Some(r#"{"id_token":{"acr":null}}"#), None, false)), (None, vec![]));
    }

    #[test]
    fn prompts_are_parsed_and_none_stands_alone() {
        assert_eq!(Prompt::parse("login consent"), Ok(Prompt { login: true, consent: true, ..Prompt::default() }));
        assert_eq!(Prompt::parse("none login"), Err(PromptError::NoneIsNotAlone));
        assert_eq!(Prompt::parse("sudo"), Err(PromptError::Unknown));
        assert_eq!(Prompt::parse(""), Ok(Prompt::default()));
    }
}
