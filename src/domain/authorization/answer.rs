//! What a service gets back: a code or an error, with `state` and the issuer, by the way it asked for.

use super::Request;
use crate::domain::client::Issuer;
use crate::domain::wire_errors::Said;
use serde::{Deserialize, Serialize};

/// How an answer travels (OAuth 2.0 Multiple Response Type Encoding Practices §2.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect: the default of the code flow.
    #[default]
    Query,
    /// As the fields of a form that the browser posts (OAuth 2.0 Form Post Response Mode 1.0).
    FormPost,
}

impl ResponseMode {
    /// Every mode, in the order they are written.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }

    /// The mode a value stands for.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == value)
    }
}

/// An authorization response (RFC 6749 §4.1.2, §4.1.2.1) on its way to the client. Every one names the issuer
/// (RFC 9207 §2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where it goes: as asked, and registered.
    pub redirect_uri: String,
    /// How it goes there.
    pub mode: ResponseMode,
    /// What it says.
    pub parameters: Vec<(&'static str, String)>,
}

impl Answer {
    /// The code for a request that was granted.
    #[must_use]
    pub fn code(request: &Request, code: &str, issuer: &Issuer) -> Self {
        let said = vec![("code", code.to_owned())];
        Self::new((&request.redirect_uri, request.response_mode), said, request.state.as_deref(), issuer)
    }

    /// An error, with words for the service's developer.
    #[must_use]
    pub fn error(to: (&str, ResponseMode), state: Option<&str>, said: Said, issuer: &Issuer) -> Self {
        let (code, description) = (said.code().as_str(), said.description());
        let said = vec![("error", code.to_owned()), ("error_description", description.to_owned())];
        Self::new(to, said, state, issuer)
    }

    /// An error in answer to a request that was checked.
    #[must_use]
    pub fn refusal(request: &Request, said: Said, issuer: &Issuer) -> Self {
        Self::error((&request.redirect_uri, request.response_mode), request.state.as_deref(), said, issuer)
    }

    fn new(
        (redirect_uri, mode): (&str, ResponseMode),
        mut parameters: Vec<(&'static str, String)>,
        state: Option<&str>,
        issuer: &Issuer,
    ) -> Self {
        parameters.extend(state.map(|state| ("state", state.to_owned())));
        parameters.push(("iss", issuer.as_str().to_owned()));
        Self { redirect_uri: redirect_uri.to_owned(), mode, parameters }
    }

    /// The address that says it in its query.
    #[must_use]
    pub fn address(&self) -> String {
        let parameters: Vec<(&str, &str)> =
            self.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        answer_at(&self.redirect_uri, &parameters)
    }
}

/// An answer's address: the parameters go into the query (OAuth 2.0 Multiple Response Types §2.1), beside whatever
/// query the registered address has.
#[must_use]
pub fn answer_at(redirect_uri: &str, parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    format!("{redirect_uri}{joint}{query}")
}

#[cfg(test)]
mod tests {
    use super::{Answer, ResponseMode, answer_at};
    use crate::domain::client::Issuer;
    use crate::domain::wire_errors::said;

    #[test]
    fn r12_every_answer_names_the_issuer() {
        let issuer = Issuer::parse("https://i.test").unwrap();
        for mode in ResponseMode::ALL {
            let answer = Answer::error(("https://a.test/cb", mode), Some("s"), said::RESPONSE_TYPE, &issuer);
            assert_eq!(answer.parameters.last(), Some(&("iss", "https://i.test".to_owned())));
            let begins =
                "https://a.test/cb?error=unsupported_response_type&error_description=response_type+is+code&state=s&";
            assert!(answer.address().starts_with(begins));
            assert_eq!(ResponseMode::parse(mode.as_str()), Some(mode));
        }
        assert_eq!(ResponseMode::parse("fragment"), None);
    }

    #[test]
    fn r15_whatever_stands_in_state_stays_one_parameter() {
        let at = answer_at("https://a.test/cb", &[("state", "a&code=b\r\nX: y\"\u{202E}"), ("iss", "https://i.test")]);
        assert_eq!(at, "https://a.test/cb?state=a%26code%3Db%0D%0AX%3A+y%22%E2%80%AE&iss=https%3A%2F%2Fi.test");
        assert_eq!(answer_at("https://a.test/cb?x=1", &[("code", "c")]), "https://a.test/cb?x=1&code=c");
    }
}
