//! What a client says of itself when it registers (OIDC Dynamic Client Registration 1.0 §2, RFC 7591 §2), read once and
//! strictly, and what comes of it under the template that its initial access token names.

mod fields;
mod template;
#[cfg(test)]
mod tests;

pub use template::Template;

use super::account::EmailAddress;
use super::assurance::Level;
use super::claims::{Scope, ScopeSet};
use super::client::{ClientAlg, Issuer, Keys, SigningAlg};
use super::ids::ClientId;
use super::redirect::{Application, RedirectUri};
use super::wire_errors::Code;
use fields::Fields;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use url::{Host, Url};

/// Why a registration is refused (RFC 7591 §3.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The registered error code.
    pub code: Code,
    /// What is wrong and what to do, for the developer.
    pub description: String,
}

impl Refused {
    /// A redirect URI that cannot be registered.
    #[must_use]
    pub fn redirect(description: impl Into<String>) -> Self {
        Self { code: Code::InvalidRedirectUri, description: description.into() }
    }

    /// Any other member.
    #[must_use]
    pub fn metadata(description: impl Into<String>) -> Self {
        Self { code: Code::InvalidClientMetadata, description: description.into() }
    }
}

/// The registered name of a way to authenticate that we take (OIDC Core §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `private_key_jwt`.
    PrivateKeyJwt,
    /// `client_secret_basic`.
    ClientSecretBasic,
    /// `client_secret_post`.
    ClientSecretPost,
    /// `none`.
    None,
}

impl Method {
    const ALL: [Self; 4] = [Self::PrivateKeyJwt, Self::ClientSecretBasic, Self::ClientSecretPost, Self::None];

    /// The registered name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }

    /// Whether the client is given a secret.
    #[must_use]
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }
}

/// A client's metadata, every address parsed and sound. Members we do not know are passed over (RFC 7591 §2).
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a member under its registered name")]
pub struct Metadata {
    redirect_uris: Vec<RedirectUri>,
    application: Application,
    /// Whether `grant_types` holds `refresh_token`.
    refreshes: bool,
    name: Option<String>,
    name_cy: Option<String>,
    contacts: Vec<String>,
    client_uri: Option<Url>,
    logo_uri: Option<Url>,
    policy_uri: Option<Url>,
    tos_uri: Option<Url>,
    keys: Option<Keys>,
    sector_identifier_uri: Option<Url>,
    scopes: Option<ScopeSet>,
    /// As asked for, or once [`Template::complete`] has chosen.
    id_token_alg: Option<SigningAlg>,
    userinfo_alg: Option<SigningAlg>,
    request_object_alg: Option<ClientAlg>,
    method: Method,
    auth_alg: Option<ClientAlg>,
    default_max_age: Option<u64>,
    must_push: bool,
    require_auth_time: bool,
    default_acr_values: Vec<Level>,
    initiate_login_uri: Option<Url>,
    request_uris: Vec<Url>,
    post_logout_redirect_uris: Vec<RedirectUri>,
    backchannel_logout_uri: Option<Url>,
    backchannel_logout_session_required: bool,
    frontchannel_logout_uri: Option<Url>,
    frontchannel_logout_session_required: bool,
}

impl Metadata {
    /// Reads a client's metadata for an installation with this issuer.
    ///
    /// # Errors
    /// [`Refused`] names the first member that cannot be taken.
    pub fn parse(object: &Map<String, Value>, issuer: &Issuer) -> Result<Self, Refused> {
        let fields = Fields { object, issuer };
        fields.refuse_what_we_never_do()?;
        let application = fields.one_of("application_type", &["web", "native"])?.unwrap_or("web");
        let application = if application == "native" { Application::Native } else { Application::Web };
        let redirect_uris = fields.redirects("redirect_uris", application)?;
        if redirect_uris.is_empty() {
            return Err(Refused::redirect("redirect_uris: name at least one address that a resident comes back to"));
        }
        let refreshes = fields.grants()?;
        let mut contacts = Vec::new();
        for contact in fields.texts("contacts")? {
            let address = EmailAddress::parse(contact)
                .map_err(|_| Refused::metadata("contacts: each is an e-mail address; correct or leave out"))?;
            contacts.push(address.as_str().to_owned());
        }
        let known = |text: &str| SigningAlg::ALL.into_iter().find(|alg| alg.as_str() == text);
        let ours = SigningAlg::ALL.map(SigningAlg::as_str);
        let theirs = ClientAlg::ALL.map(ClientAlg::as_str);
        let signed = |key| Ok::<_, Refused>(fields.one_of(key, &ours)?.and_then(known));
        let signs = |key| Ok::<_, Refused>(fields.one_of(key, &theirs)?.and_then(ClientAlg::parse));
        let named = fields.one_of("token_endpoint_auth_method", &Method::ALL.map(Method::as_str))?;
        // OIDC Registration §2: left out, it is client_secret_basic.
        let method = Method::ALL.into_iter().find(|method| Some(method.as_str()) == named);
        let metadata = Self {
            application,
            refreshes,
            name: fields.name("client_name")?,
            name_cy: fields.name("client_name#cy")?,
            contacts,
            client_uri: fields.url("client_uri")?,
            logo_uri: fields.url("logo_uri")?,
            policy_uri: fields.url("policy_uri")?,
            tos_uri: fields.url("tos_uri")?,
            keys: fields.keys()?,
            sector_identifier_uri: fields.url("sector_identifier_uri")?,
            scopes: fields.scopes()?,
            id_token_alg: signed("id_token_signed_response_alg")?,
            userinfo_alg: signed("userinfo_signed_response_alg")?,
            request_object_alg: signs("request_object_signing_alg")?,
            method: method.unwrap_or(Method::ClientSecretBasic),
            auth_alg: signs("token_endpoint_auth_signing_alg")?,
            default_max_age: fields.seconds("default_max_age")?,
            must_push: fields.flag("require_pushed_authorization_requests")?,
            require_auth_time: fields.flag("require_auth_time")?,
            // Levels of others are no error, as in acr_values of a request (OIDC Core §3.1.2.1).
            default_acr_values: fields.texts("default_acr_values")?.into_iter().filter_map(Level::parse).collect(),
            initiate_login_uri: fields.url("initiate_login_uri")?,
            request_uris: fields.request_uris()?,
            post_logout_redirect_uris: fields.redirects("post_logout_redirect_uris", application)?,
            backchannel_logout_uri: fields.url("backchannel_logout_uri")?,
            backchannel_logout_session_required: fields.flag("backchannel_logout_session_required")?,
            frontchannel_logout_uri: fields.url("frontchannel_logout_uri")?,
            frontchannel_logout_session_required: fields.flag("frontchannel_logout_session_required")?,
            redirect_uris,
        };
        metadata.hang_together()?;
        Ok(metadata)
    }

    /// What its members say about each other.
    fn hang_together(&self) -> Result<(), Refused> {
        if (self.method == Method::None) != (self.application == Application::Native) {
            return Err(Refused::metadata(
                "token_endpoint_auth_method: a native app, and it alone, has none: it can keep no secret",
            ));
        }
        if self.method == Method::PrivateKeyJwt && self.keys.is_none() {
            return Err(Refused::metadata("token_endpoint_auth_method: private_key_jwt needs jwks or jwks_uri"));
        }
        if self.auth_alg.is_some() && self.method != Method::PrivateKeyJwt {
            return Err(Refused::metadata("token_endpoint_auth_signing_alg: goes with private_key_jwt; leave it out"));
        }
        // OIDC Front-Channel Logout §2.
        if let Some(uri) = &self.frontchannel_logout_uri
            && !self.redirect_uris.iter().any(|redirect| is_at(redirect, uri))
        {
            return Err(Refused::metadata(
                "frontchannel_logout_uri: must have scheme, host and port of one of redirect_uris",
            ));
        }
        Ok(())
    }

    /// Where a browser may be sent back to.
    #[must_use]
    pub fn redirect_uris(&self) -> &[RedirectUri] {
        &self.redirect_uris
    }

    /// Where the list of its sector's redirect URIs lies (OIDC Core §8.1).
    #[must_use]
    pub const fn sector_identifier_uri(&self) -> Option<&Url> {
        self.sector_identifier_uri.as_ref()
    }

    /// How it authenticates.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The sector by which it knows residents (OIDC Core §8.1): the host of `sector_identifier_uri`, else the one host
    /// of its redirect URIs. No service file can name a sector like these. A native app has no host of its own, so it
    /// is a sector by itself.
    ///
    /// # Errors
    /// [`Refused`] if the redirect URIs have several hosts.
    pub fn sector(&self, id: &ClientId) -> Result<String, Refused> {
        if let Some(host) = self.sector_identifier_uri.as_ref().and_then(Url::host) {
            return Ok(format!("host:{host}"));
        }
        if self.application == Application::Native {
            return Ok(format!("client:{id}"));
        }
        let hosts: BTreeSet<String> = self.redirect_uris.iter().filter_map(host).collect();
        match hosts.first() {
            Some(host) if hosts.len() == 1 => Ok(format!("host:{host}")),
            _ => Err(Refused::metadata(
                "redirect_uris: they have several hosts; give sector_identifier_uri, where they are all listed",
            )),
        }
    }

    /// Whether a fetched sector document (OIDC Registration §5) lists every redirect URI.
    ///
    /// # Errors
    /// [`Refused`] if it does not.
    pub fn is_listed_in(&self, document: &Value) -> Result<(), Refused> {
        let listed = document.as_array().ok_or_else(|| {
            Refused::metadata("sector_identifier_uri: what lies there must be a JSON array of redirect URIs")
        })?;
        let missing = self.redirect_uris.iter().find(|uri| !listed.iter().any(|one| one == uri.as_str()));
        match missing {
            None => Ok(()),
            Some(uri) => Err(Refused::metadata(format!(
                "sector_identifier_uri: the list there does not hold {}; add it",
                uri.as_str()
            ))),
        }
    }

    /// What is registered, under the registered names: the answer to the client, and what the store keeps.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        let grants: &[&str] =
            if self.refreshes { &["authorization_code", "refresh_token"] } else { &["authorization_code"] };
        let (jwks, jwks_uri) = match &self.keys {
            Some(Keys::Inline(jwks)) => (Some(jwks), None),
            Some(Keys::Uri(uri)) => (None, Some(uri.as_str())),
            None => (None, None),
        };
        let at = |uri: &Option<Url>| uri.as_ref().map(|uri| Value::from(uri.as_str()));
        let request_uris: Vec<&str> = self.request_uris.iter().map(Url::as_str).collect();
        let all = json!({
            "redirect_uris": self.redirect_uris,
            "response_types": ["code"],
            "grant_types": grants,
            "application_type": self.application,
            "client_name": self.name,
            "client_name#cy": self.name_cy,
            "contacts": self.contacts,
            "client_uri": at(&self.client_uri),
            "logo_uri": at(&self.logo_uri),
            "policy_uri": at(&self.policy_uri),
            "tos_uri": at(&self.tos_uri),
            "jwks": jwks,
            "jwks_uri": jwks_uri,
            "sector_identifier_uri": at(&self.sector_identifier_uri),
            "subject_type": "pairwise",
            "scope": self.scopes.as_ref().map(ToString::to_string),
            "id_token_signed_response_alg": self.id_token_alg,
            "userinfo_signed_response_alg": self.userinfo_alg,
            "request_object_signing_alg": self.request_object_alg,
            "token_endpoint_auth_method": self.method.as_str(),
            "token_endpoint_auth_signing_alg": self.auth_alg,
            "default_max_age": self.default_max_age,
            "require_pushed_authorization_requests": self.must_push,
            "require_auth_time": self.require_auth_time,
            "default_acr_values": self.default_acr_values,
            "initiate_login_uri": at(&self.initiate_login_uri),
            "request_uris": request_uris,
            "post_logout_redirect_uris": self.post_logout_redirect_uris,
            "backchannel_logout_uri": at(&self.backchannel_logout_uri),
            "backchannel_logout_session_required": self.backchannel_logout_session_required,
            "frontchannel_logout_uri": at(&self.frontchannel_logout_uri),
            "frontchannel_logout_session_required": self.frontchannel_logout_session_required,
        });
        let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        match all {
            Value::Object(all) => all.into_iter().filter(|(_, value)| !empty(value)).collect(),
            _ => Map::new(),
        }
    }

    /// The name residents see, in English and Welsh: as given, else the host it answers from.
    fn names(&self, id: &ClientId) -> (String, String) {
        let host = || self.redirect_uris.iter().find_map(host).unwrap_or_else(|| id.as_str().to_owned());
        let en = self.name.clone().or_else(|| self.name_cy.clone()).unwrap_or_else(host);
        let cy = self.name_cy.clone().unwrap_or_else(|| en.clone());
        (en, cy)
    }

    /// What it asks for: as it says, else all of `allowed`; refresh tokens only if it registered the grant.
    fn scopes_or_all(&self, allowed: &ScopeSet) -> ScopeSet {
        let asked: ScopeSet = self.scopes.as_ref().unwrap_or(allowed).iter().chain([Scope::OpenId]).collect();
        if self.refreshes { asked } else { asked.without(Scope::OfflineAccess) }
    }
}

fn host(redirect: &RedirectUri) -> Option<String> {
    Url::parse(redirect.as_str()).ok()?.host().map(|host: Host<&str>| host.to_string())
}

fn is_at(redirect: &RedirectUri, uri: &Url) -> bool {
    Url::parse(redirect.as_str())
        .is_ok_and(|redirect| redirect.origin().is_tuple() && redirect.origin() == uri.origin())
}
