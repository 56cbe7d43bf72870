//! A registration template: all that a service's file has beyond protocol, for clients that register themselves.

use super::{Metadata, Method, Refused};
use crate::domain::assurance::Level;
use crate::domain::claims::{Scope, ScopeSet};
use crate::domain::client::{
    Apis, AuthMethod, Client, OtherWays, Relaxation, Secret, SecurityProfile, SigningAlg, Words,
};
use crate::domain::ids::ClientId;
use crate::domain::sharing::Share;
use crate::domain::time::When;
use url::Url;

/// What clients registered under it have in common, as its file in `policies/registrations/` describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its name, which initial access tokens carry.
    pub name: String,
    /// What is demanded of its clients.
    pub security_profile: SecurityProfile,
    /// The most they may ask for.
    pub scopes: ScopeSet,
    /// What they may be told, and why.
    pub shares: Vec<Share>,
    /// The least we must be sure of a resident before she goes there.
    pub least_assurance: Level,
    /// Why an account is needed, as a sentence to the resident.
    pub account_needed_because: Words,
    /// How to be served without an account.
    pub other_ways: OtherWays,
    /// Services one may need to leave in a hurry.
    pub sensitive: bool,
}

impl Template {
    /// When its dated relaxations end, and with them every secret and whatever else rests on them.
    #[must_use]
    pub fn ends_at(&self) -> Option<When> {
        match &self.security_profile {
            SecurityProfile::Legacy(legacy) => Some(legacy.ends_at()),
            SecurityProfile::Standard | SecurityProfile::Fapi2 => None,
        }
    }

    /// Chooses what the client left open, and keeps of its scopes those that these clients may have. Where nothing is said, an ID token is signed with RS256 (OIDC Registration
    /// §2) if this profile allows it, else with ES256; the answer says so (RFC 7591 §3.2.1).
    ///
    /// # Errors
    /// [`Refused`] if it names scopes and none of them is one that these clients may have.
    pub fn complete(&self, metadata: &mut Metadata) -> Result<(), Refused> {
        metadata.scopes = metadata.scopes.take().map(|asked| asked.within(&self.scopes));
        if metadata.scopes.as_ref().is_some_and(ScopeSet::is_empty) {
            return Err(Refused::metadata(format!("scope: none of these is offered; choose among {}", self.scopes)));
        }
        let default = if self.relaxes(Relaxation::Rs256) { SigningAlg::Rs256 } else { SigningAlg::Es256 };
        metadata.id_token_alg.get_or_insert(default);
        metadata.refreshes &= self.scopes.contains(Scope::OfflineAccess);
        metadata.scopes = Some(metadata.scopes_or_all(&self.scopes));
        Ok(())
    }

    /// The client that this metadata describes. Secrets are those in force, newest first.
    ///
    /// # Errors
    /// [`Refused`] if this profile does not allow what the metadata asks for.
    pub fn admit(
        &self,
        id: ClientId,
        sector: String,
        metadata: &Metadata,
        secrets: Vec<Secret>,
    ) -> Result<Client, Refused> {
        self.allow(metadata)?;
        let (en, cy) = metadata.names(&id);
        let keys = metadata.keys.clone();
        let (auth, object_keys) = match (metadata.method, keys) {
            (Method::PrivateKeyJwt, Some(keys)) => (AuthMethod::PrivateKeyJwt { keys }, None),
            (Method::PrivateKeyJwt, None) => return Err(Refused::metadata("private_key_jwt needs jwks or jwks_uri")),
            (Method::ClientSecretBasic, keys) => (AuthMethod::ClientSecretBasic { secrets }, keys),
            (Method::ClientSecretPost, keys) => (AuthMethod::ClientSecretPost { secrets }, keys),
            (Method::None, keys) => (AuthMethod::None, keys),
        };
        Ok(Client {
            id,
            name: Words { en, cy },
            start_url: metadata.start_url()?,
            security_profile: self.security_profile.clone(),
            application: metadata.application,
            auth,
            object_keys,
            redirect_uris: metadata.redirect_uris.clone(),
            post_logout_redirect_uris: metadata.post_logout_redirect_uris.clone(),
            backchannel_logout_uri: metadata.backchannel_logout_uri.clone(),
            backchannel_logout_session_required: metadata.backchannel_logout_session_required,
            frontchannel_logout_uri: metadata.frontchannel_logout_uri.clone(),
            frontchannel_logout_session_required: metadata.frontchannel_logout_session_required,
            sector,
            least_assurance: self.least_assurance,
            account_needed_because: self.account_needed_because.clone(),
            other_ways: self.other_ways.clone(),
            id_token_alg: metadata.id_token_alg.unwrap_or_default(),
            userinfo_signed_response_alg: metadata.userinfo_alg,
            request_object_signing_alg: metadata.request_object_alg,
            token_endpoint_auth_signing_alg: metadata.auth_alg,
            request_uris: metadata.request_uris.clone(),
            require_pushed_authorization_requests: metadata.must_push,
            default_max_age: metadata.default_max_age,
            require_auth_time: metadata.require_auth_time,
            default_acr_values: metadata.default_acr_values.clone(),
            initiate_login_uri: metadata.initiate_login_uri.clone(),
            contacts: metadata.contacts.clone(),
            logo_uri: metadata.logo_uri.clone(),
            policy_uri: metadata.policy_uri.clone(),
            tos_uri: metadata.tos_uri.clone(),
            scopes: metadata.scopes_or_all(&self.scopes).within(&self.scopes),
            shares: self.shares.clone(),
            sensitive: self.sensitive,
            apis: Apis::default(),
            sso_shared_with: None,
            keeps_account: false,
            signals: None,
        })
    }

    fn allow(&self, metadata: &Metadata) -> Result<(), Refused> {
        if metadata.method.has_secret() && !self.relaxes(Relaxation::ClientSecret) {
            return Err(Refused::metadata(
                "token_endpoint_auth_method: a shared secret is not allowed; use private_key_jwt with jwks or jwks_uri",
            ));
        }
        if matches!(self.security_profile, SecurityProfile::Fapi2) && metadata.method != Method::PrivateKeyJwt {
            return Err(Refused::metadata("token_endpoint_auth_method: FAPI 2.0 asks for private_key_jwt"));
        }
        for (key, alg) in [
            ("id_token_signed_response_alg", metadata.id_token_alg),
            ("userinfo_signed_response_alg", metadata.userinfo_alg),
        ] {
            if alg == Some(SigningAlg::Rs256) && !self.relaxes(Relaxation::Rs256) {
                return Err(Refused::metadata(format!("{key}: RS256 is not allowed; use ES256")));
            }
        }
        Ok(())
    }

    fn relaxes(&self, relaxation: Relaxation) -> bool {
        matches!(&self.security_profile, SecurityProfile::Legacy(legacy) if legacy.relaxations.contains(&relaxation))
    }
}

impl Metadata {
    /// Where a resident starts without a request in hand: its home page, else where its first redirect URI is.
    fn start_url(&self) -> Result<Url, Refused> {
        if let Some(home) = &self.client_uri {
            return Ok(home.clone());
        }
        let redirect = self.redirect_uris.iter().find_map(|uri| {
            let url = Url::parse(uri.as_str()).ok().filter(|url| url.origin().is_tuple())?;
            url.join("/").ok()
        });
        redirect.ok_or_else(|| Refused::metadata("client_uri: an app without a web address names its home page here"))
    }
}
