//! A service file as it is written.

use crate::domain::assurance::Level;
use crate::domain::audit::Basis;
use crate::domain::client::{ClientAlg, OtherWays, Relaxation, SigningAlg, Words};
use crate::domain::ids::ClientId;
use crate::domain::redirect::Application;
use crate::domain::retention::Period;
use crate::domain::sharing::{NoticeRef, RecipientRole};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
pub(super) struct Service {
    pub(super) client_id: ClientId,
    pub(super) name: Words,
    pub(super) start_url: String,
    pub(super) security_profile: Profile,
    pub(super) legacy: Option<WrittenLegacy>,
    #[serde(default = "web")]
    pub(super) application_type: Application,
    pub(super) token_endpoint_auth_method: Method,
    pub(super) jwks: Option<serde_json::Value>,
    pub(super) jwks_uri: Option<String>,
    pub(super) client_secret_sha256: Option<String>,
    pub(super) redirect_uris: Vec<String>,
    #[serde(default)]
    pub(super) post_logout_redirect_uris: Vec<String>,
    pub(super) backchannel_logout_uri: Option<String>,
    #[serde(default)]
    pub(super) backchannel_logout_session_required: bool,
    pub(super) frontchannel_logout_uri: Option<String>,
    #[serde(default)]
    pub(super) frontchannel_logout_session_required: bool,
    pub(super) sector: String,
    pub(super) least_assurance: Level,
    pub(super) account_needed_because: Words,
    pub(super) other_ways: Option<OtherWays>,
    #[serde(default)]
    pub(super) id_token_signed_response_alg: SigningAlg,
    pub(super) userinfo_signed_response_alg: Option<SigningAlg>,
    pub(super) request_object_signing_alg: Option<ClientAlg>,
    pub(super) token_endpoint_auth_signing_alg: Option<ClientAlg>,
    #[serde(default)]
    pub(super) request_uris: Vec<String>,
    pub(super) default_max_age: Option<u64>,
    #[serde(default)]
    pub(super) require_auth_time: bool,
    #[serde(default)]
    pub(super) default_acr_values: Vec<Level>,
    pub(super) initiate_login_uri: Option<String>,
    #[serde(default)]
    pub(super) contacts: Vec<String>,
    pub(super) logo_uri: Option<String>,
    pub(super) policy_uri: Option<String>,
    pub(super) tos_uri: Option<String>,
    pub(super) scopes: Option<Vec<String>>,
    #[serde(default)]
    pub(super) sensitive: bool,
    #[serde(default)]
    pub(super) share: Vec<WrittenShare>,
}

const fn web() -> Application {
    Application::Web
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Profile {
    Standard,
    Fapi2,
    Legacy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenLegacy {
    pub(super) relaxations: BTreeSet<Relaxation>,
    #[serde(deserialize_with = "crate::policy::dates::day")]
    pub(super) until: Date,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Method {
    PrivateKeyJwt,
    ClientSecretBasic,
    ClientSecretPost,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenShare {
    pub(super) purpose: String,
    pub(super) recipient_role: RecipientRole,
    pub(super) recipient_basis: Option<String>,
    pub(super) basis: WrittenBasis,
    pub(super) power: Option<String>,
    pub(super) claims: Vec<String>,
    pub(super) notice: NoticeRef,
    pub(super) recipient_retention: Words,
    pub(super) required: Option<bool>,
    pub(super) expires: Option<Period>,
    pub(super) dpia: Option<String>,
    pub(super) agreement: Option<String>,
}

/// Every basis people write, so that those no authority has are refused by name.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WrittenBasis {
    Consent,
    Contract,
    LegalObligation,
    VitalInterests,
    PublicTask,
    LegitimateInterests,
    RecognisedLegitimateInterest,
}

impl WrittenBasis {
    /// The basis, if a public authority can have it for its tasks.
    pub(super) const fn lawful(self) -> Option<Basis> {
        match self {
            Self::Consent => Some(Basis::Consent),
            Self::Contract => Some(Basis::Contract),
            Self::LegalObligation => Some(Basis::LegalObligation),
            Self::VitalInterests => Some(Basis::VitalInterests),
            Self::PublicTask => Some(Basis::PublicTask),
            Self::LegitimateInterests | Self::RecognisedLegitimateInterest => None,
        }
    }
}
