//! For those who build services: the errors there are, and how a service is set up, step by step. In English; what
//! stands around is in both languages.

use crate::domain::wire_errors::{Code, Said};
use crate::view::Page;
use serde::Serialize;

/// One code of the reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorLine {
    /// On the wire.
    pub code: &'static str,
    /// The clause that defines it.
    pub defined: &'static str,
    /// The endpoints that answer with it.
    pub at: String,
    /// The words sent with it.
    pub says: Vec<&'static str>,
    /// What it comes from.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// `/docs/errors`: the catalogue of the wire.
#[derive(Debug, Clone, Serialize)]
pub struct Errors {
    /// Each code.
    pub lines: Vec<ErrorLine>,
}

impl Errors {
    /// Every code there is.
    #[must_use]
    pub fn all() -> Self {
        let line = |code: &Code| {
            let entry = code.entry();
            ErrorLine {
                code: code.as_str(),
                defined: entry.defined,
                at: entry.at.join(", "),
                says: entry.says.iter().copied().map(Said::description).collect(),
                cause: entry.cause,
                remedy: entry.remedy,
            }
        };
        Self { lines: Code::ALL.iter().map(line).collect() }
    }
}

/// What a service team does, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// How sure the service must be.
    Level,
    /// What it gets, on which basis.
    Claims,
    /// Who knows residents by the same name.
    Sector,
    /// How it proves itself.
    Keys,
    /// How it asks.
    Request,
    /// How it takes the answer.
    Token,
    /// Where it reads about the resident.
    Userinfo,
    /// How a sign-in ends.
    Sessions,
    /// How it hears of a change.
    Signals,
    /// What to look at before residents come.
    GoLive,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 10] = [
        Self::Level,
        Self::Claims,
        Self::Sector,
        Self::Keys,
        Self::Request,
        Self::Token,
        Self::Userinfo,
        Self::Sessions,
        Self::Signals,
        Self::GoLive,
    ];

    /// Its name in addresses, and in the marks of the samples.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Claims => "claims",
            Self::Sector => "sector",
            Self::Keys => "keys",
            Self::Request => "request",
            Self::Token => "token",
            Self::Userinfo => "userinfo",
            Self::Sessions => "sessions",
            Self::Signals => "signals",
            Self::GoLive => "go-live",
        }
    }

    /// The step of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }

    fn next(self) -> Option<Self> {
        Self::ALL.into_iter().skip_while(|step| *step != self).nth(1)
    }
}

/// A sample file as it lies in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Its name.
    pub name: &'static str,
    text: &'static str,
}

macro_rules! samples {
    ($($name:literal)+) => {
        &[$(Sample { name: $name, text: include_str!(concat!("../../../deploy/samples/", $name)) }),+]
    };
}

impl Sample {
    /// Every sample.
    pub const ALL: &'static [Self] = samples!("service.toml" "service-keys.toml" "check.sh" "keys.sh" "relying-party.mjs" "relying_party.py"
            "signals.mjs");

    /// Where an installation stands in the files.
    const ISSUER: &'static str = "http://localhost:8080";
    /// What stands in the comment before the part of a step.
    const MARK: &'static str = "Step: ";

    /// The file for an installation.
    #[must_use]
    pub fn for_issuer(self, issuer: &str) -> String {
        self.text.replace(Self::ISSUER, issuer)
    }

    /// Its parts: the name of the step in the mark, and what follows.
    fn parts(self, issuer: &str) -> Vec<(String, String)> {
        let text = self.for_issuer(issuer);
        let mut parts: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            if let Some((_, step)) = line.split_once(Self::MARK) {
                parts.push((step.trim().to_owned(), String::new()));
            } else if let Some((_, part)) = parts.last_mut() {
                part.push_str(line);
                part.push('\n');
            }
        }
        parts
    }
}

/// What anybody proves a receipt or an export with, without this program: as it lies in the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checker {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub text: &'static str,
}

macro_rules! checkers {
    ($($name:literal)+) => {
        &[$(Checker { name: $name, text: include_str!(concat!("../../../deploy/verify/", $name)) }),+]
    };
}

impl Checker {
    /// The program in Python, what it needs beside it, and the page it was written from.
    pub const ALL: &'static [Self] = checkers!("verify.py" "tlog.py" "FORMAT.md");
}

/// A part of a sample, for a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SamplePart {
    /// The file it is of.
    pub file: &'static str,
    /// What it says.
    pub text: String,
}

/// `/docs/set-up`: the steps.
#[derive(Debug, Clone, Serialize)]
pub struct SetUp {
    /// Who we are on the wire.
    pub issuer: String,
    steps: [Step; 10],
    samples: Vec<&'static str>,
}

impl SetUp {
    /// For an installation.
    #[must_use]
    pub fn at(issuer: &str) -> Self {
        let samples = Sample::ALL.iter().map(|sample| sample.name).collect();
        Self { issuer: issuer.to_owned(), steps: Step::ALL, samples }
    }
}

/// `/docs/set-up/{step}`.
#[derive(Debug, Clone, Serialize)]
pub struct SetUpStep {
    /// Which.
    pub step: Step,
    /// Who we are on the wire.
    pub issuer: String,
    /// What it looks like, in each sample that has to do with it.
    pub parts: Vec<SamplePart>,
    next: Option<Step>,
}

impl SetUpStep {
    /// For an installation.
    #[must_use]
    pub fn at(issuer: &str, step: Step) -> Self {
        let of = |sample: &Sample| {
            let file = sample.name;
            let own = sample.parts(issuer).into_iter().filter(|(name, _)| name == step.as_str());
            own.map(|(_, text)| SamplePart { file, text: text.trim().to_owned() }).collect::<Vec<_>>()
        };
        let parts = Sample::ALL.iter().flat_map(of).collect();
        Self { step, issuer: issuer.to_owned(), parts, next: step.next() }
    }
}

impl Page for Errors {
    const TEMPLATE: &'static str = "errors.html";
}

impl Page for SetUp {
    const TEMPLATE: &'static str = "set_up.html";
}

impl Page for SetUpStep {
    const TEMPLATE: &'static str = "set_up_step.html";
}
