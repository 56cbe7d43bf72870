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

impl Finding {
    /// A basis that no public authority has for its tasks.
    pub(super) fn legitimate_interests(at: Place) -> Self {
        let remedy = "A council's own task rests on public_task with its power; ask the data protection officer.";
        let message = "Legitimate interests are no basis for a task of a public authority (UK GDPR Art 6(1)).";
        Self::error("share.legitimate_interests", at, message, remedy)
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

/// Refuses a basis that no public authority has for its tasks, where a list of a file or a table names one. Before the file is
/// read: its types know of none.
pub(super) fn refuse_legitimate_interests(
    sources: &super::sources::Sources,
    file: &str,
    places: &[&str],
    findings: &mut Vec<Finding>,
) {
    let Some(table) = sources.text(file).and_then(|text| text.parse::<toml::Table>().ok()) else { return };
    let unlawful = |value: &toml::Value| {
        let basis = value.get("basis").and_then(toml::Value::as_str);
        basis.is_some_and(|basis| matches!(basis, "legitimate_interests" | "recognised_legitimate_interest"))
    };
    for place in places {
        let entries: Vec<(String, &toml::Value)> = match table.get(*place) {
            Some(toml::Value::Array(items)) => {
                items.iter().enumerate().map(|(nth, item)| (format!("{place}.{nth}.basis"), item)).collect()
            }
            Some(one) => vec![(format!("{place}.basis"), one)],
            None => Vec::new(),
        };
        for (path, _) in entries.into_iter().filter(|(_, item)| unlawful(item)) {
            findings.push(Finding::legitimate_interests(sources.place(file, &path)));
        }
    }
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
