//! Request parameters, parsed once. A parameter twice is refused (RFC 6749 §3.1, §3.2), never first-wins or last-wins;
//! the one that may stand more than once is `resource` (RFC 8707 §2).

use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// The most parameters taken: more than any request of ours has.
const MOST: usize = 64;

/// Why parameters cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// RFC 6749 §3.1: parameters must not be included more than once.
    #[error("the parameter {0} stands more than once")]
    Twice(String),
    /// More than 64.
    #[error("there are too many parameters")]
    TooMany,
}

/// What a request may say more than once (RFC 8707 §2).
const RESOURCE: &str = "resource";

/// The parameters of one request. Those without a value are as if left out (RFC 6749 §3.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    single: BTreeMap<String, String>,
    resources: Vec<String>,
}

impl Parameters {
    /// Parses a query or a form body.
    ///
    /// # Errors
    /// [`ParameterError`] names the parameter.
    pub fn parse(encoded: &[u8]) -> Result<Self, ParameterError> {
        let mut all = Self::default();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            all.add(name.into_owned(), value.into_owned())?;
        }
        Ok(all.without_empty())
    }

    /// The parameters of a request object (RFC 9101 §4): strings as they are, everything else as its JSON text, such
    /// as the number of `max_age` and the object of `claims`. `null` is no value.
    ///
    /// # Errors
    /// [`ParameterError::TooMany`].
    pub fn of_claims(claims: &serde_json::Map<String, Value>) -> Result<Self, ParameterError> {
        let mut all = Self::default();
        for (name, value) in claims {
            match value {
                Value::Null => {}
                Value::Array(values) if name == RESOURCE => {
                    for value in values {
                        all.add(name.clone(), text(value))?;
                    }
                }
                value => all.add(name.clone(), text(value))?,
            }
        }
        Ok(all.without_empty())
    }

    fn add(&mut self, name: String, value: String) -> Result<(), ParameterError> {
        if self.single.len() + self.resources.len() >= MOST {
            return Err(ParameterError::TooMany);
        }
        if name == RESOURCE {
            self.resources.push(value);
            return Ok(());
        }
        match self.single.entry(name) {
            Entry::Vacant(place) => {
                place.insert(value);
                Ok(())
            }
            Entry::Occupied(place) => Err(ParameterError::Twice(place.key().clone())),
        }
    }

    fn without_empty(mut self) -> Self {
        self.single.retain(|_, value| !value.is_empty());
        self.resources.retain(|value| !value.is_empty());
        self
    }

    /// As a form body that [`Parameters::parse`] reads.
    #[must_use]
    pub fn encode(&self) -> String {
        let resources = self.resources.iter().map(|value| (RESOURCE, value.as_str()));
        let single = self.single.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(single.chain(resources)).finish()
    }

    /// A parameter's value, if it has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.single.get(name).map(String::as_str)
    }

    /// Whether a parameter was sent with a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.single.contains_key(name)
    }

    /// The values of `resource`, which alone may stand more than once (RFC 8707 §2).
    #[must_use]
    pub fn resources(&self) -> &[String] {
        &self.resources
    }

    /// Puts a value in place of what stood there.
    pub fn set(&mut self, name: &str, value: &str) {
        self.single.insert(name.to_owned(), value.to_owned());
    }

    /// Takes a parameter out.
    pub fn remove(&mut self, name: &str) {
        self.single.remove(name);
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{ParameterError, Parameters};

    #[test]
    fn r06_a_parameter_twice_is_refused() {
        assert_eq!(Parameters::parse(b"a=1&b=2&a=1"), Err(ParameterError::Twice("a".into())));
        assert_eq!(Parameters::parse(b"a=&a=1"), Err(ParameterError::Twice("a".into())));
    }

    #[test]
    fn resource_alone_may_stand_twice() {
        let all = Parameters::parse(b"resource=https://a.test/&a=1&resource=https://b.test/&resource=").unwrap();
        assert_eq!(all.resources(), ["https://a.test/", "https://b.test/"]);
        assert_eq!(Parameters::parse(all.encode().as_bytes()), Ok(all));
        let endless = "resource=x&".repeat(65);
        assert_eq!(Parameters::parse(endless.as_bytes()), Err(ParameterError::TooMany));
    }

    #[test]
    fn a_request_object_is_read_as_parameters() {
        let claims = serde_json::json!({
            "scope": "openid", "max_age": 10, "claims": {"userinfo": {"name": null}}, "state": null, "nonce": "",
            "resource": ["https://a.test/", "https://b.test/"], "redirect_uri": ["https://evil.test/"],
        });
        let all = Parameters::of_claims(claims.as_object().unwrap()).unwrap();
        assert_eq!((all.get("scope"), all.get("max_age")), (Some("openid"), Some("10")));
        assert_eq!(all.get("claims"), Some(r#"{"userinfo":{"name":null}}"#));
        assert_eq!(all.get("redirect_uri"), Some(r#"["https://evil.test/"]"#));
        assert!(!all.has("state") && !all.has("nonce"));
        assert_eq!(all.resources().len(), 2);
        assert_eq!(Parameters::parse(all.encode().as_bytes()), Ok(all));
    }

    #[test]
    fn values_are_decoded_once_and_empty_ones_left_out() {
        let all = Parameters::parse(b"a=%2541+x&b=&c").unwrap();
        assert_eq!(all.get("a"), Some("%41 x"));
        assert!(!all.has("b") && !all.has("c"));
    }

    #[test]
    fn z01_ten_thousand_parameters_are_refused() {
        let many = (0..10_000).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
        assert_eq!(Parameters::parse(many.as_bytes()), Err(ParameterError::TooMany));
    }
}
