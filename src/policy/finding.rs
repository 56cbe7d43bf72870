//! What is wrong with a policy file, and how to put it right.

use serde::Serialize;
use std::fmt;

/// Whether a finding stops the bundle from being activated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The bundle is refused.
    Error,
    /// The bundle works, and somebody has something left to do.
    Warning,
}

/// One finding of the loader or of a lint rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's id (`share.power`); it never changes its meaning.
    pub rule: &'static str,
    /// Whether it stops activation.
    pub severity: Severity,
    /// The file, from the folder of policies.
    pub file: String,
    /// The line, from 1, where there is one to point at.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Finding {
    /// An error at a place in a file.
    pub(super) fn error(rule: &'static str, at: Place, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let Place { file, line } = at;
        Self { rule, severity: Severity::Error, file, line, message: message.into(), remedy: remedy.into() }
    }

    /// A warning at a place in a file.
    pub(super) fn warning(
        rule: &'static str,
        at: Place,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(rule, at, message, remedy) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, ": {severity} [{}] {} {}", self.rule, self.message, self.remedy)
    }
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: Option<usize>,
}

/// A bundle that was refused, with every reason at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The reasons, by file and line.
    pub findings: Vec<Finding>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policies are refused")?;
        for finding in &self.findings {
            write!(f, "\n{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}
