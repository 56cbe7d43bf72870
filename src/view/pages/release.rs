//! Before anything leaves for a service: inform and continue, or ask for consent.

use crate::view::{Both, Page, Wrong};
use serde::Serialize;

/// One thing a service would get, as its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimLine {
    /// The claim's name (OIDC Core §5.1); its label is the catalogue's `claim-…`.
    pub claim: String,
    /// The value the service would see.
    pub value: String,
    /// What kind of value it is.
    pub kind: ClaimKind,
}

/// How a claim's value is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// As it is, its lines below one another.
    #[default]
    Text,
    /// A day of the calendar.
    Day,
    /// Yes.
    Yes,
    /// No.
    No,
    /// She has not given it; it would go out once she does.
    NotGiven,
}

impl ClaimLine {
    /// The line without what is hers.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self { claim: self.claim.clone(), value: String::new(), kind: ClaimKind::Text }
    }
}

/// A page of a service's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServicePage {
    /// Its address: https, or http on loopback.
    pub url: String,
    /// The host it is at, which her browser would go to.
    pub host: String,
}

/// What a service shows of itself where a resident meets it first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ServicePages {
    /// Where its logo is shown from: an address of ours.
    pub logo: Option<String>,
    /// Its privacy policy.
    pub policy: Option<ServicePage>,
    /// Its terms.
    pub terms: Option<ServicePage>,
}

/// `/continue`: at most 60 words of copy. Form with `flow` and submit `id=continue` posts to `/continue`; the second
/// button posts `flow` to `/not-me`. The service's name comes from the chrome.
#[derive(Debug, Clone, Serialize)]
pub struct Inform {
    /// The journey this belongs to.
    pub flow: String,
    /// "Ada W."
    pub short_name: String,
    /// "Ada".
    pub first_name: String,
    /// What the service would get; may be empty.
    pub claims: Vec<ClaimLine>,
    /// The purpose, in the register's words.
    pub purpose: Both,
    /// The lawful basis as policies name it (`public_task`); its words are the catalogue's `basis-…`.
    pub basis: String,
    /// The privacy notice that holds.
    pub notice_url: String,
    /// What the service shows of itself.
    pub service: ServicePages,
    /// Her data is kept only (UK GDPR Art 18): nothing goes out.
    pub restricted: bool,
    /// The digest of what this page says: the form carries it, so that what is recorded is what was shown.
    pub seen: String,
}

impl Inform {
    /// What the page says to anybody.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self {
            flow: String::new(),
            short_name: String::new(),
            first_name: String::new(),
            claims: self.claims.iter().map(ClaimLine::bare).collect(),
            purpose: self.purpose.clone(),
            basis: self.basis.clone(),
            notice_url: self.notice_url.clone(),
            // A logo comes and goes with the service's own server.
            service: ServicePages { logo: None, ..self.service.clone() },
            restricted: self.restricted,
            seen: String::new(),
        }
    }
}

/// `/consent`: radios `consent` = `allow` | `deny` (ids `consent-allow`, `consent-deny`), neither chosen beforehand;
/// `flow`; submit `id=continue`. The service's name comes from the chrome.
#[derive(Debug, Clone, Serialize)]
pub struct Consent {
    /// The journey this belongs to.
    pub flow: String,
    /// What the service asks for.
    pub claims: Vec<ClaimLine>,
    /// The purpose, in the register's words.
    pub purpose: Both,
    /// The privacy notice that holds.
    pub notice_url: String,
    /// What the service shows of itself.
    pub service: ServicePages,
    /// She is asked how old she is: radios `age_band`.
    pub asks_age: bool,
    /// The digest of what this page says: the form carries it, so that what is recorded is what was shown.
    pub seen: String,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

impl Consent {
    /// What the page says to anybody.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self {
            flow: String::new(),
            claims: self.claims.iter().map(ClaimLine::bare).collect(),
            purpose: self.purpose.clone(),
            notice_url: self.notice_url.clone(),
            service: ServicePages { logo: None, ..self.service.clone() },
            asks_age: self.asks_age,
            seen: String::new(),
            errors: Vec::new(),
        }
    }
}

/// The page that carries an authorization response to the service by POST (OAuth 2.0 Form Post Response Mode §2). The
/// served script submits it; there is a button for those who have no script, or one too old for it.
#[derive(Debug, Clone, Serialize)]
pub struct FormPost {
    /// The redirect URI.
    pub action: String,
    /// Names and values of the response.
    pub fields: Vec<(String, String)>,
}

impl Page for Inform {
    const TEMPLATE: &'static str = "inform.html";
}

impl Page for Consent {
    const TEMPLATE: &'static str = "consent.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for FormPost {
    const TEMPLATE: &'static str = "form_post.html";
}
