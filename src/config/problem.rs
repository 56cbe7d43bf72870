//! What is wrong with the settings, said so that it can be mended without reading code.

use std::fmt;

/// One thing wrong: where it is written, which key, what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: String,
    key: String,
    what: String,
    remedy: String,
}

impl Problem {
    /// A problem at a place.
    pub fn new(
        place: impl Into<String>,
        key: impl Into<String>,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { place: place.into(), key: key.into(), what: what.into(), remedy: remedy.into() }
    }

    /// The file (with its line where known), variable or credential at fault.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The key at fault, as `table.key`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is wrong with it.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}`: {}. To mend it: {}.", self.place, self.key, self.what, self.remedy)
    }
}

/// Everything that was found wrong, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Problem>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
