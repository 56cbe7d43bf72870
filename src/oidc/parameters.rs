//! Request parameters, parsed once. A parameter twice is refused (RFC 6749 §3.1, §3.2), never first-wins or last-wins;
//! the one that may stand more than once is `resource` (RFC 8707 §2).

use std::collections::BTreeMap;

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
        let (mut single, mut resources) = (BTreeMap::new(), Vec::new());
        for (name, value) in url::form_urlencoded::parse(encoded) {
            if single.len() + resources.len() >= MOST {
                return Err(ParameterError::TooMany);
            }
            if name == "resource" {
                resources.push(value.into_owned());
            } else if single.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(ParameterError::Twice(name.into_owned()));
            }
        }
        single.retain(|_, value| !value.is_empty());
        resources.retain(|value| !value.is_empty());
        Ok(Self { single, resources })
    }

    /// A parameter's value, if it has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.single.get(name).map(String::as_str)
    }

    /// The resources that the token is wanted for (RFC 8707 §2), as they came.
    #[must_use]
    pub fn resources(&self) -> &[String] {
        &self.resources
    }

    /// Whether a parameter was sent with a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.single.contains_key(name)
    }
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
    fn a_resource_may_stand_more_than_once() {
        let all =
            Parameters::parse(b"resource=https%3A%2F%2Fa.test&a=1&resource=&resource=https%3A%2F%2Fb.test").unwrap();
        assert_eq!(all.resources(), ["https://a.test", "https://b.test"]);
        let many = vec!["resource=x"; 65].join("&");
        assert_eq!(Parameters::parse(many.as_bytes()), Err(ParameterError::TooMany));
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
