//! A service file as it is written.

use crate::domain::assurance::Level;
use crate::domain::audit::Basis;
use crate::domain::client::{ClientAlg, OtherWays, Relaxation, SigningAlg, Words};
use crate::domain::ids::ClientId;
use crate::domain::redirect::Application;
use crate::domain::retention::Period;
use crate::domain::sharing::{Article9, Asked, NoticeRef, RecipientRole, SpecialKind};
use crate::domain::signal::Kind;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
pub(in crate::policy) struct Service {
    pub(in crate::policy) client_id: ClientId,
    pub(in crate::policy) name: Words,
    pub(in crate::policy) start_url: String,
    pub(in crate::policy) security_profile: Profile,
    pub(in crate::policy) legacy: Option<WrittenLegacy>,
    #[serde(default = "web")]
    pub(in crate::policy) application_type: Application,
    pub(in crate::policy) token_endpoint_auth_method: Method,
    pub(in crate::policy) jwks: Option<serde_json::Value>,
    pub(in crate::policy) jwks_uri: Option<String>,
    pub(in crate::policy) client_secret_sha256: Option<String>,
    pub(in crate::policy) previous_client_secret: Option<WrittenSecret>,
    pub(in crate::policy) redirect_uris: Vec<String>,
    #[serde(default)]
    pub(in crate::policy) post_logout_redirect_uris: Vec<String>,
    pub(in crate::policy) backchannel_logout_uri: Option<String>,
    #[serde(default)]
    pub(in crate::policy) backchannel_logout_session_required: bool,
    pub(in crate::policy) frontchannel_logout_uri: Option<String>,
    #[serde(default)]
    pub(in crate::policy) frontchannel_logout_session_required: bool,
    pub(in crate::policy) sector: String,
    pub(in crate::policy) least_assurance: Level,
    pub(in crate::policy) account_needed_because: Words,
    pub(in crate::policy) other_ways: Option<OtherWays>,
    #[serde(default)]
    pub(in crate::policy) id_token_signed_response_alg: SigningAlg,
    pub(in crate::policy) userinfo_signed_response_alg: Option<SigningAlg>,
    pub(in crate::policy) request_object_signing_alg: Option<ClientAlg>,
    pub(in crate::policy) token_endpoint_auth_signing_alg: Option<ClientAlg>,
    #[serde(default)]
    pub(in crate::policy) request_uris: Vec<String>,
    #[serde(default)]
    pub(in crate::policy) require_pushed_authorization_requests: bool,
    pub(in crate::policy) default_max_age: Option<u64>,
    #[serde(default)]
    pub(in crate::policy) require_auth_time: bool,
    #[serde(default)]
    pub(in crate::policy) default_acr_values: Vec<Level>,
    pub(in crate::policy) initiate_login_uri: Option<String>,
    #[serde(default)]
    pub(in crate::policy) contacts: Vec<String>,
    pub(in crate::policy) logo_uri: Option<String>,
    pub(in crate::policy) policy_uri: Option<String>,
    pub(in crate::policy) tos_uri: Option<String>,
    pub(in crate::policy) scopes: Option<Vec<String>>,
    #[serde(default)]
    pub(in crate::policy) sensitive: bool,
    #[serde(default)]
    pub(in crate::policy) keeps_account: bool,
    pub(in crate::policy) sso_shared_with: Option<BTreeSet<ClientId>>,
    pub(in crate::policy) signals: Option<WrittenSignals>,
    #[serde(default)]
    pub(in crate::policy) serves: Vec<String>,
    #[serde(default)]
    pub(in crate::policy) calls: Vec<String>,
    #[serde(default)]
    pub(in crate::policy) machine_scopes: Vec<String>,
    #[serde(default)]
    pub(in crate::policy) share: Vec<WrittenShare>,
}

const fn web() -> Application {
    Application::Web
}

/// `[signals]`: how the service takes signals.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::policy) struct WrittenSignals {
    pub(in crate::policy) delivery: WrittenDelivery,
    pub(in crate::policy) endpoint: Option<String>,
    pub(in crate::policy) events: Option<Vec<Kind>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::policy) enum WrittenDelivery {
    Push,
    Poll,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::policy) enum Profile {
    Standard,
    Fapi2,
    Legacy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::policy) struct WrittenLegacy {
    pub(in crate::policy) relaxations: BTreeSet<Relaxation>,
    #[serde(deserialize_with = "crate::policy::dates::day")]
    pub(in crate::policy) until: Date,
}

/// A secret that is being replaced.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::policy) struct WrittenSecret {
    pub(in crate::policy) sha256: String,
    /// The last day (UTC) it works.
    #[serde(deserialize_with = "crate::policy::dates::day")]
    pub(in crate::policy) until: Date,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::policy) enum Method {
    PrivateKeyJwt,
    ClientSecretBasic,
    ClientSecretPost,
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::policy) struct WrittenShare {
    pub(in crate::policy) purpose: String,
    pub(in crate::policy) recipient_role: RecipientRole,
    pub(in crate::policy) recipient_basis: Option<String>,
    pub(in crate::policy) basis: WrittenBasis,
    pub(in crate::policy) power: Option<String>,
    pub(in crate::policy) claims: Vec<String>,
    pub(in crate::policy) notice: NoticeRef,
    pub(in crate::policy) recipient_retention: Words,
    pub(in crate::policy) required: Option<bool>,
    pub(in crate::policy) expires: Option<Period>,
    pub(in crate::policy) consent_age: Option<AskAge>,
    pub(in crate::policy) raw_because: Option<String>,
    pub(in crate::policy) dpia: Option<String>,
    pub(in crate::policy) agreement: Option<String>,
    pub(in crate::policy) party: Option<String>,
    #[serde(default)]
    pub(in crate::policy) ask: Asked,
    pub(in crate::policy) special_category: Option<SpecialKind>,
    pub(in crate::policy) article9_condition: Option<Article9>,
    pub(in crate::policy) schedule1_condition: Option<String>,
    pub(in crate::policy) policy_document: Option<String>,
}

/// Whether her age is asked before her consent.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::policy) enum AskAge {
    Ask,
}

/// Every basis people write, so that those no authority has are refused by name.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::policy) enum WrittenBasis {
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
    pub(in crate::policy) const fn lawful(self) -> Option<Basis> {
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

#[cfg(test)]
mod tests {
    use super::{Service, WrittenShare, WrittenSignals};
    use serde::de::DeserializeOwned;
    use std::collections::BTreeSet;

    const SHOWN: &str = include_str!("../../../deploy/samples/service-keys.toml");

    /// The keys that the loader knows, as it names them when it meets another.
    fn known<T: DeserializeOwned>() -> BTreeSet<String> {
        let said = toml::from_str::<T>("no_such_key = 1").err().unwrap().message().to_owned();
        let (_, list) = said.split_once("expected one of").unwrap();
        list.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
    }

    /// The lines of a part, those that may be added among them.
    fn lines(part: &str) -> Vec<(String, String)> {
        let key = |text: &str| {
            text.len() > 1 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let plain = part.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
        let split = plain.filter_map(|line| line.split_once(" = ").map(|(name, _)| (name.to_owned(), line.to_owned())));
        split.filter(|(name, _)| key(name)).collect()
    }

    /// The part with this line in place of the one that is there, or added.
    fn with(part: &str, name: &str, line: &str) -> String {
        let kept = part.lines().filter(|other| !other.starts_with(&format!("{name} = ")));
        std::iter::once(line).chain(kept).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_list_of_keys_that_teams_look_things_up_in_is_the_loaders() {
        let (service, rest) = SHOWN.split_once("[other_ways]").unwrap();
        let (other_ways, share) = rest.split_once("[[share]]").unwrap();
        let (_, signals) = other_ways.split_once("[signals]").unwrap();
        let names = |part| lines(part).into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>();
        let mut shown = names(service);
        shown.extend(["other_ways", "signals", "share"].map(ToOwned::to_owned));
        assert_eq!(shown, known::<Service>());
        assert_eq!(names(share), known::<WrittenShare>());
        assert_eq!(names(signals), known::<WrittenSignals>());
        for (name, line) in lines(signals) {
            assert!(toml::from_str::<WrittenSignals>(&with(signals, &name, &line)).is_ok(), "{line}");
        }
        for (name, line) in lines(service) {
            let text = format!("{}\n[other_ways]{other_ways}[[share]]{share}", with(service, &name, &line));
            assert!(toml::from_str::<Service>(&text).is_ok(), "{line}: {:?}", toml::from_str::<Service>(&text).err());
        }
        for (name, line) in lines(share) {
            let text = with(share, &name, &line);
            assert!(
                toml::from_str::<WrittenShare>(&text).is_ok(),
                "{line}: {:?}",
                toml::from_str::<WrittenShare>(&text).err()
            );
        }
    }
}
