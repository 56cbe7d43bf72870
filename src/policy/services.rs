//! `services/<id>.toml`: one service each, read into a [`Client`].

mod apis;
mod proof;
mod signals;
pub(super) mod written;

use super::finding::{Finding, Place};
use super::sources::Sources;
use crate::domain::assurance::Level;
use crate::domain::claims::{Claim, ClaimSet, Scope, ScopeSet};
use crate::domain::client::{Client, Issuer, Legacy, OtherWays, Relaxation, SecurityProfile, Words};
use crate::domain::redirect::{Application, RedirectError, RedirectUri, request_url, service_url};
use crate::domain::sharing::{Papers, Share, Special};
use url::Url;
use written::{Profile, Service, WrittenLegacy, WrittenShare};

/// A service with what only lint needs to know of it.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    /// Its file.
    pub(super) file: String,
    /// The client.
    pub(super) client: Client,
}

/// What a service file and a registration template both say: what lint looks at.
pub(super) struct Terms<'a> {
    pub(super) file: &'a str,
    pub(super) least_assurance: Level,
    pub(super) scopes: &'a ScopeSet,
    pub(super) shares: &'a [Share],
    /// What residents read, by its key.
    pub(super) words: Vec<(&'static str, &'a Words)>,
}

impl Loaded {
    pub(super) fn terms(&self) -> Terms<'_> {
        let client = &self.client;
        Terms {
            file: &self.file,
            least_assurance: client.least_assurance,
            scopes: &client.scopes,
            shares: &client.shares,
            words: vec![("name", &client.name), ("account_needed_because", &client.account_needed_because)],
        }
    }
}

pub(super) fn load(sources: &Sources, issuer: &Issuer, findings: &mut Vec<Finding>) -> Vec<Loaded> {
    let mut loaded = Vec::new();
    for (file, stem) in sources.under("services", ".toml") {
        let Some(service) = sources.parse::<Service>(file, findings) else { continue };
        let before = findings.len();
        let reader = Reader { sources, file, issuer };
        if service.client_id.as_str() != stem {
            let message = format!("The file is called {stem:?} and the client {:?}.", service.client_id.as_str());
            findings.push(Finding::error("client.id", reader.at("client_id"), message, "Give both the same name."));
        }
        let client = reader.client(service, findings);
        // A client with a fault is not built at all: nothing half-sound reaches a lint rule or a request.
        if let (Some(client), true) = (client, findings.len() == before) {
            loaded.push(client);
        }
    }
    loaded
}

/// Reads one file, knowing where each of its values stands.
pub(super) struct Reader<'a> {
    pub(super) sources: &'a Sources,
    pub(super) file: &'a str,
    pub(super) issuer: &'a Issuer,
}

impl Reader<'_> {
    pub(super) fn at(&self, path: &str) -> Place {
        self.sources.place(self.file, path)
    }

    fn client(&self, service: Service, findings: &mut Vec<Finding>) -> Option<Loaded> {
        let application = service.application_type;
        let security_profile = self.profile(service.security_profile, service.legacy.as_ref(), findings);
        let auth = self.auth(&service, &security_profile, findings);
        let start_url = self.url("start_url", &service.start_url, findings);
        let mut named = |key: &str, text: &Option<String>| self.url(key, text.as_deref()?, findings);
        let backchannel_logout_uri = named("backchannel_logout_uri", &service.backchannel_logout_uri);
        let frontchannel_logout_uri = named("frontchannel_logout_uri", &service.frontchannel_logout_uri);
        let initiate_login_uri = named("initiate_login_uri", &service.initiate_login_uri);
        let logo_uri = named("logo_uri", &service.logo_uri);
        let policy_uri = named("policy_uri", &service.policy_uri);
        let tos_uri = named("tos_uri", &service.tos_uri);
        let request_uris = self.request_uris(&service.request_uris, findings);
        let redirect_uris = self.redirects("redirect_uris", &service.redirect_uris, application, findings);
        if service.redirect_uris.is_empty() {
            let remedy = "Name where a resident comes back to after signing in.";
            let message = "There is no redirect URI.";
            findings.push(Finding::error("client.redirect", self.at("redirect_uris"), message, remedy));
        }
        let after = &service.post_logout_redirect_uris;
        let post_logout_redirect_uris = self.redirects("post_logout_redirect_uris", after, application, findings);
        let apis = self.apis(&service, findings);
        let signals = self.signals(&service, findings);
        let other_ways = self.other_ways(service.other_ways, findings);
        let shares = self.shares(service.share, findings);
        let scopes = self.scopes(service.scopes.as_deref(), &shares, findings);
        if !is_sector(&service.sector) {
            let remedy = "Use small letters, digits and hyphens.";
            let message = "The sector is no plain word.";
            findings.push(Finding::error("client.sector", self.at("sector"), message, remedy));
        }
        let (auth, object_keys) = auth?;
        let client = Client {
            id: service.client_id,
            name: service.name,
            start_url: start_url?,
            security_profile,
            application,
            auth,
            object_keys,
            redirect_uris,
            post_logout_redirect_uris,
            backchannel_logout_uri,
            backchannel_logout_session_required: service.backchannel_logout_session_required,
            frontchannel_logout_uri,
            frontchannel_logout_session_required: service.frontchannel_logout_session_required,
            sector: service.sector,
            least_assurance: service.least_assurance,
            account_needed_because: service.account_needed_because,
            other_ways: other_ways?,
            id_token_alg: service.id_token_signed_response_alg,
            userinfo_signed_response_alg: service.userinfo_signed_response_alg,
            request_object_signing_alg: service.request_object_signing_alg,
            token_endpoint_auth_signing_alg: service.token_endpoint_auth_signing_alg,
            request_uris,
            require_pushed_authorization_requests: service.require_pushed_authorization_requests,
            default_max_age: service.default_max_age,
            require_auth_time: service.require_auth_time,
            default_acr_values: service.default_acr_values,
            initiate_login_uri,
            contacts: service.contacts,
            logo_uri,
            policy_uri,
            tos_uri,
            scopes,
            shares,
            sensitive: service.sensitive,
            keeps_account: service.keeps_account,
            apis,
            sso_shared_with: service.sso_shared_with,
            signals,
        };
        Some(Loaded { file: self.file.to_owned(), client })
    }

    /// The scopes written, or else those that the shares cover.
    pub(super) fn scopes(&self, written: Option<&[String]>, shares: &[Share], findings: &mut Vec<Finding>) -> ScopeSet {
        let Some(written) = written else {
            let covered: ClaimSet = shares.iter().flat_map(|share| share.claims).collect();
            let asked = |scope: &Scope| scope.claims().iter().any(|claim| covered.contains(claim));
            return Scope::ALL.into_iter().filter(|scope| *scope == Scope::OpenId || asked(scope)).collect();
        };
        let mut scopes = vec![Scope::OpenId];
        for (place, value) in written.iter().enumerate() {
            if let Some(scope) = Scope::parse(value) {
                scopes.push(scope);
                continue;
            }
            let known: Vec<&str> = Scope::ALL.into_iter().map(Scope::as_str).collect();
            let at = self.at(&format!("scopes.{place}"));
            let message = format!("There is no scope {value:?}.");
            findings.push(Finding::error("client.scope", at, message, format!("Choose among {}.", known.join(", "))));
        }
        scopes.into_iter().collect()
    }

    pub(super) fn profile(
        &self,
        written: Profile,
        legacy: Option<&WrittenLegacy>,
        findings: &mut Vec<Finding>,
    ) -> SecurityProfile {
        match (written, legacy) {
            (Profile::Standard, None) => SecurityProfile::Standard,
            (Profile::Fapi2, None) => SecurityProfile::Fapi2,
            (Profile::Legacy, Some(legacy)) if !legacy.relaxations.is_empty() => {
                SecurityProfile::Legacy(Legacy { relaxations: legacy.relaxations.clone(), until: legacy.until })
            }
            (Profile::Legacy, _) => {
                let remedy = "Add legacy = { relaxations = [\"client_secret\"], until = 2027-03-31 } with a day of yours, or use standard.";
                let message = "A legacy client names what it is excused from, and until when.";
                findings.push(Finding::error("client.legacy", self.at("security_profile"), message, remedy));
                SecurityProfile::Standard
            }
            (Profile::Standard | Profile::Fapi2, Some(_)) => {
                let remedy = "Take [legacy] out, or write security_profile = \"legacy\".";
                let message = "Only a legacy client is excused from anything.";
                findings.push(Finding::error("client.legacy", self.at("legacy"), message, remedy));
                SecurityProfile::Standard
            }
        }
    }

    fn url(&self, key: &str, text: &str, findings: &mut Vec<Finding>) -> Option<Url> {
        service_url(text, self.issuer).map_err(|error| findings.push(self.bad_address(key, text, &error))).ok()
    }

    /// A fragment is allowed here: it holds the hash of what lies at the address (OIDC Core §6.2).
    fn request_uris(&self, texts: &[String], findings: &mut Vec<Finding>) -> Vec<Url> {
        let one = |(place, text): (usize, &String)| {
            let url = request_url(text, self.issuer);
            url.map_err(|e| findings.push(self.bad_address(&format!("request_uris.{place}"), text, &e))).ok()
        };
        texts.iter().enumerate().filter_map(one).collect()
    }

    fn redirects(
        &self,
        key: &str,
        texts: &[String],
        application: Application,
        findings: &mut Vec<Finding>,
    ) -> Vec<RedirectUri> {
        let register = |(place, text): (usize, &String)| {
            let registered = RedirectUri::register(text, application, self.issuer);
            registered.map_err(|e| findings.push(self.bad_address(&format!("{key}.{place}"), text, &e))).ok()
        };
        texts.iter().enumerate().filter_map(register).collect()
    }

    fn bad_address(&self, path: &str, text: &str, error: &RedirectError) -> Finding {
        let rule = match error {
            RedirectError::PlainHttp | RedirectError::LoopbackName => "client.plain_http",
            _ => "client.redirect",
        };
        Finding::error(rule, self.at(path), format!("{text:?} {error}."), "Write the whole https address.")
    }

    pub(super) fn other_ways(&self, written: Option<OtherWays>, findings: &mut Vec<Finding>) -> Option<OtherWays> {
        let named =
            written.filter(|ways| !ways.phone.trim().is_empty() && !ways.place.is_blank() && !ways.post.is_blank());
        if named.is_none() {
            let remedy = "Add [other_ways] with phone, place and post: nobody has to have an account.";
            let message = "The service does not name its other ways.";
            findings.push(Finding::error("client.other_ways", self.at("other_ways"), message, remedy));
        }
        named
    }

    /// The shares that are sound.
    pub(super) fn shares(&self, written: Vec<WrittenShare>, findings: &mut Vec<Finding>) -> Vec<Share> {
        let read = |(place, share)| self.share(place, share, findings);
        written.into_iter().enumerate().filter_map(read).collect()
    }

    fn share(&self, place: usize, share: WrittenShare, findings: &mut Vec<Finding>) -> Option<Share> {
        let at = |key: &str| self.at(&format!("share.{place}.{key}"));
        let before = findings.len();
        let basis = share.basis.lawful();
        if basis.is_none() {
            findings.push(Finding::legitimate_interests(at("basis")));
        }
        let mut claims = ClaimSet::new();
        for (nth, name) in share.claims.iter().enumerate() {
            if let Some(claim) = Claim::parse(name) {
                claims.insert(claim);
                continue;
            }
            let known: Vec<&str> = Claim::ALL.into_iter().map(Claim::as_str).collect();
            let message = format!("The claim {name:?} is not held here.");
            let remedy = format!("Choose among {}.", known.join(", "));
            findings.push(Finding::error("share.claim", at(&format!("claims.{nth}")), message, remedy));
        }
        if share.claims.is_empty() {
            let remedy = "Name what the service needs, or take the share out.";
            findings.push(Finding::error("share.claim", at("claims"), "The share names no claim.", remedy));
        }
        let basis = basis.filter(|_| findings.len() == before)?;
        let special = share.special_category.map(|kind| Special {
            kind,
            condition: share.article9_condition,
            schedule1: share.schedule1_condition.clone().filter(|text| !text.trim().is_empty()),
            policy_document: share.policy_document.clone(),
        });
        if special.is_none() {
            let conditions = [
                ("article9_condition", share.article9_condition.is_some()),
                ("schedule1_condition", share.schedule1_condition.is_some()),
                ("policy_document", share.policy_document.is_some()),
            ];
            for (key, _) in conditions.into_iter().filter(|(_, written)| *written) {
                let message = "A condition for special categories of data is named, and no special category.";
                let remedy = "Write special_category, or take the line out.";
                findings.push(Finding::error("share.special_category", at(key), message, remedy));
            }
        }
        let papers = Papers {
            party: share.party,
            dpia: share.dpia,
            agreement: share.agreement,
            raw_because: share.raw_because,
            special,
        };
        Some(Share {
            purpose: share.purpose,
            recipient_role: share.recipient_role,
            recipient_basis: share.recipient_basis,
            basis,
            power: share.power,
            claims: Claim::with_companions(claims),
            notice: share.notice,
            recipient_retention: share.recipient_retention,
            required: share.required.unwrap_or(basis != crate::domain::audit::Basis::Consent),
            expires: share.expires,
            asks_age: share.consent_age.is_some(),
            ask: share.ask,
            papers,
        })
    }
}

fn excused(profile: &SecurityProfile, relaxation: Relaxation) -> bool {
    matches!(profile, SecurityProfile::Legacy(legacy) if legacy.relaxations.contains(&relaxation))
}

pub(super) fn is_sector(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
