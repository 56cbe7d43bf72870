//! `registrations/<name>.toml`: what clients that register themselves have beyond protocol, one template each.

use super::finding::Finding;
use super::services::written::{Profile, WrittenLegacy, WrittenShare};
use super::services::{Reader, Terms};
use super::sources::Sources;
use crate::domain::assurance::Level;
use crate::domain::client::{Issuer, OtherWays, Words};
use crate::domain::registration::Template;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    security_profile: Profile,
    legacy: Option<WrittenLegacy>,
    scopes: Option<Vec<String>>,
    least_assurance: Level,
    #[serde(default)]
    sensitive: bool,
    account_needed_because: Words,
    other_ways: Option<OtherWays>,
    #[serde(default)]
    share: Vec<WrittenShare>,
}

/// A template with what only lint needs to know of it.
#[derive(Debug, Clone)]
pub(super) struct LoadedTemplate {
    pub(super) file: String,
    pub(super) template: Template,
}

impl LoadedTemplate {
    pub(super) fn terms(&self) -> Terms<'_> {
        let template = &self.template;
        Terms {
            file: &self.file,
            least_assurance: template.least_assurance,
            scopes: &template.scopes,
            shares: &template.shares,
            words: vec![("account_needed_because", &template.account_needed_because)],
        }
    }
}

pub(super) fn load(sources: &Sources, issuer: &Issuer, findings: &mut Vec<Finding>) -> Vec<LoadedTemplate> {
    let mut loaded = Vec::new();
    for (file, stem) in sources.under("registrations", ".toml") {
        let Some(written) = sources.parse::<Written>(file, findings) else { continue };
        let before = findings.len();
        let reader = Reader { sources, file, issuer };
        if !super::services::is_sector(stem) {
            let remedy = "Use small letters, digits and hyphens.";
            findings.push(Finding::error("registration.name", reader.at(""), "The name is no plain word.", remedy));
        }
        let security_profile = reader.profile(written.security_profile, written.legacy.as_ref(), findings);
        let other_ways = reader.other_ways(written.other_ways, findings);
        let shares = reader.shares(written.share, findings);
        let scopes = reader.scopes(written.scopes.as_deref(), &shares, findings);
        let Some(other_ways) = other_ways.filter(|_| findings.len() == before) else { continue };
        let template = Template {
            name: stem.to_owned(),
            security_profile,
            scopes,
            shares,
            least_assurance: written.least_assurance,
            account_needed_because: written.account_needed_because,
            other_ways,
            sensitive: written.sensitive,
        };
        loaded.push(LoadedTemplate { file: file.to_owned(), template });
    }
    loaded
}
