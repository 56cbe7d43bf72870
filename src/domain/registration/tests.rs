use super::{Metadata, Refused, Template};
use crate::domain::assurance::Level;
use crate::domain::claims::{Scope, ScopeSet};
use crate::domain::client::{
    AuthMethod, Issuer, Keys, Legacy, OtherWays, Relaxation, Secret, SecurityProfile, SigningAlg, Words,
};
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn council() -> Issuer {
    Issuer::parse("https://account.havenbrook.example").unwrap()
}

/// What a sound client sends, with some members other than usual.
fn sent(other: &Value) -> Value {
    let mut all = json!({"redirect_uris": ["https://a.test/cb"], "token_endpoint_auth_method": "client_secret_basic"});
    for (key, value) in other.as_object().unwrap() {
        all[key] = value.clone();
    }
    all
}

fn read(other: &Value) -> Result<Metadata, Refused> {
    Metadata::parse(sent(other).as_object().unwrap(), &council())
}

/// The error code, and that the description begins with the member at fault.
fn code(other: &Value) -> &'static str {
    let refused = read(other).expect_err(&other.to_string());
    let key = refused.description.split(':').next().unwrap();
    assert!(other.get(key).is_some() || key == "token_endpoint_auth_method", "{refused:?} for {other}");
    refused.code.as_str()
}

fn template(relaxations: &[Relaxation]) -> Template {
    let legacy = Legacy { relaxations: relaxations.iter().copied().collect(), until: jiff::civil::date(2027, 12, 31) };
    Template {
        name: "t".into(),
        security_profile: if relaxations.is_empty() {
            SecurityProfile::Standard
        } else {
            SecurityProfile::Legacy(legacy)
        },
        scopes: [Scope::OpenId, Scope::Email, Scope::OfflineAccess].into_iter().collect(),
        shares: vec![],
        least_assurance: Level::A0,
        account_needed_because: Words::same("You can."),
        other_ways: OtherWays { phone: "01632 960001".into(), place: Words::same("Hall"), post: Words::same("Hall") },
        sensitive: false,
    }
}

const ALL: [Relaxation; 3] = [Relaxation::NoPkce, Relaxation::ClientSecret, Relaxation::Rs256];

fn id() -> ClientId {
    ClientId::parse("c1").unwrap()
}

#[test]
fn g02_r04_redirect_uris_are_whole_sound_and_few() {
    let many: Vec<String> = (0..21).map(|n| format!("https://a.test/{n}")).collect();
    for bad in [
        json!([]),
        json!(null),
        json!("https://a.test/cb"),
        json!(["https://a.test/cb#x"]),
        json!(["https://*.a.test/cb"]),
        json!(["http://a.test/cb"]),
        json!(["javascript:alert(1)"]),
        json!(["data:text/html,x"]),
        json!(["vbscript:x"]),
        json!(["https://u:p@a.test/cb"]),
        json!(["/cb"]),
        json!([7]),
        json!(many),
        json!([format!("https://a.test/{}", "x".repeat(2_000))]),
    ] {
        assert_eq!(code(&json!({"redirect_uris": bad})), "invalid_redirect_uri", "{bad}");
    }
    assert_eq!(code(&json!({"post_logout_redirect_uris": ["javascript:alert(1)"]})), "invalid_redirect_uri");
    assert!(read(&json!({"redirect_uris": &many[..20]})).is_ok());
    assert!(read(&json!({})).is_ok());
}

#[test]
fn g02_what_is_never_done_is_refused_by_name() {
    let key = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]});
    let private = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "AA"}]});
    for bad in [
        json!({"response_types": ["code", "id_token"]}),
        json!({"response_types": ["token"]}),
        json!({"grant_types": ["implicit"]}),
        json!({"grant_types": ["authorization_code", "password"]}),
        json!({"grant_types": ["refresh_token"]}),
        json!({"jwks": key, "jwks_uri": "https://a.test/jwks"}),
        json!({"jwks": private}),
        json!({"jwks": {"keys": []}}),
        json!({"jwks": {"keys": [{"kty": "oct", "k": "AA"}]}}),
        json!({"subject_type": "public"}),
        json!({"id_token_signed_response_alg": "none"}),
        json!({"id_token_signed_response_alg": "HS256"}),
        json!({"userinfo_signed_response_alg": "none"}),
        json!({"request_object_signing_alg": "none"}),
        json!({"id_token_encrypted_response_alg": "RSA-OAEP"}),
        json!({"userinfo_encrypted_response_enc": "A256GCM"}),
        json!({"request_object_encryption_alg": "RSA-OAEP"}),
        json!({"token_endpoint_auth_method": "client_secret_jwt"}),
        json!({"token_endpoint_auth_method": "none"}),
        json!({"token_endpoint_auth_method": "private_key_jwt"}),
        json!({"application_type": "native", "redirect_uris": ["app.a.test:/cb"]}),
        json!({"token_endpoint_auth_signing_alg": "ES256"}),
        json!({"scope": "openid  email"}),
        json!({"scope": "openid \"email"}),
        json!({"scope": " openid"}),
        json!({"scope": ["openid"]}),
        json!({"default_max_age": -1}),
        json!({"require_auth_time": "yes"}),
        json!({"contacts": ["<img src=x onerror=alert(1)>"]}),
        json!({"frontchannel_logout_uri": "https://b.test/out"}),
        json!({"initiate_login_uri": "http://a.test/start"}),
        json!({"request_uris": ["http://a.test/request"]}),
        json!({"backchannel_logout_uri": "https://a.test/out#x"}),
    ] {
        assert_eq!(code(&bad), "invalid_client_metadata", "{bad}");
    }
    for good in [
        json!({"response_types": ["code"], "grant_types": ["authorization_code", "refresh_token"]}),
        json!({"jwks": key}),
        json!({"jwks": key, "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256"}),
        json!({"subject_type": "pairwise", "software_id": "x", "something": {"else": 1}}),
        json!({"application_type": "native", "redirect_uris": ["app.a.test:/cb"], "token_endpoint_auth_method": "none"}),
        json!({"frontchannel_logout_uri": "https://a.test/out", "request_uris": ["https://a.test/r#hash"]}),
        json!({"contacts": ["dev@a.test"], "default_max_age": 0, "logo_uri": null}),
    ] {
        assert!(read(&good).is_ok(), "{good}: {:?}", read(&good));
    }
}

#[test]
fn x01_names_are_one_line_and_addresses_https() {
    for key in ["logo_uri", "client_uri", "policy_uri", "tos_uri"] {
        for bad in ["javascript:alert(1)", "http://a.test/", "data:image/svg+xml,x", "\"><script>"] {
            assert_eq!(code(&json!({key: bad})), "invalid_client_metadata", "{key} {bad}");
        }
    }
    for bad in ["a\nb", "a\u{202E}b", " ", "x".repeat(81).as_str()] {
        assert_eq!(code(&json!({"client_name": bad})), "invalid_client_metadata", "{bad:?}");
        assert_eq!(code(&json!({"client_name#cy": bad})), "invalid_client_metadata", "{bad:?}");
    }
    // It is text: pages write it as such.
    assert!(read(&json!({"client_name": "<img src=x onerror=alert(1)>"})).is_ok());
}

#[test]
fn what_was_registered_is_read_back_the_same() {
    let mut metadata = read(&json!({
        "client_name": "Bins", "client_name#cy": "Biniau", "contacts": ["dev@a.test"], "default_max_age": 60,
        "grant_types": ["authorization_code", "refresh_token"], "default_acr_values": ["A1", "urn:other"],
        "jwks_uri": "https://a.test/jwks", "request_object_signing_alg": "PS256", "require_auth_time": true,
        "require_pushed_authorization_requests": true,
        "sector_identifier_uri": "https://s.test/list", "userinfo_signed_response_alg": "ES256",
        "request_uris": ["https://a.test/r#hash"], "post_logout_redirect_uris": ["https://a.test/out"],
        "backchannel_logout_uri": "https://a.test/b", "backchannel_logout_session_required": true,
        "frontchannel_logout_uri": "https://a.test/f", "frontchannel_logout_session_required": true,
        "initiate_login_uri": "https://a.test/start", "tos_uri": "https://a.test/tos",
    }))
    .unwrap();
    template(&ALL).complete(&mut metadata).unwrap();
    let written = metadata.to_json();
    assert_eq!(Metadata::parse(&written, &council()).unwrap(), metadata);
    assert_eq!(written["default_acr_values"], json!(["A1"]));
    assert_eq!(written["scope"], "openid email offline_access");
    assert!(!written.contains_key("logo_uri") && !written.contains_key("jwks"), "{written:?}");
}

#[test]
fn a_sector_is_one_host_or_a_list_elsewhere() {
    let sector = |other: &Value| read(other).unwrap().sector(&id());
    let two = json!(["https://a.test/cb", "https://b.test/cb"]);
    assert_eq!(sector(&json!({})), Ok("host:a.test".into()));
    assert_eq!(sector(&json!({"redirect_uris": two})).unwrap_err().code.as_str(), "invalid_client_metadata");
    let listed = read(&json!({"redirect_uris": two, "sector_identifier_uri": "https://s.test/list"})).unwrap();
    assert_eq!(listed.sector(&id()), Ok("host:s.test".into()));
    assert!(listed.is_listed_in(&json!(["https://b.test/cb", "https://a.test/cb", "https://c.test/"])).is_ok());
    for bad in [json!(["https://a.test/cb"]), json!({"a": 1}), json!([["https://a.test/cb", "https://b.test/cb"]])] {
        assert_eq!(listed.is_listed_in(&bad).unwrap_err().code.as_str(), "invalid_client_metadata", "{bad}");
    }
    let app = json!({"application_type": "native", "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none"});
    assert_eq!(sector(&app), Ok("client:c1".into()), "no two apps know a resident by one name");
}

#[test]
fn a_template_allows_what_its_profile_does() {
    let admit = |template: &Template, other: &Value| {
        let mut metadata = read(other)?;
        template.complete(&mut metadata)?;
        template.admit(id(), "host:a.test".into(), &metadata, vec![Secret { sha256: [7; 32], until: None }])
    };
    let keys = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://a.test/jwks"});
    let standard = template(&[]);
    assert!(admit(&standard, &json!({})).unwrap_err().description.contains("private_key_jwt"));
    let client = admit(&standard, &keys).unwrap();
    assert_eq!(client.id_token_alg, SigningAlg::Es256, "the default is what the profile allows");
    assert!(matches!(client.auth, AuthMethod::PrivateKeyJwt { keys: Keys::Uri(_) }));
    for key in ["id_token_signed_response_alg", "userinfo_signed_response_alg"] {
        let mut rs256 = keys.clone();
        rs256[key] = json!("RS256");
        assert!(admit(&standard, &rs256).unwrap_err().description.contains("RS256"));
        assert!(admit(&template(&[Relaxation::Rs256]), &rs256).is_ok());
    }
    let legacy = admit(&template(&ALL), &json!({})).unwrap();
    assert_eq!(legacy.id_token_alg, SigningAlg::Rs256, "OIDC Registration §2");
    assert_eq!(legacy.id_token_alg_at(When::from_seconds(0)), SigningAlg::Rs256);
    assert_eq!(legacy.id_token_alg_at(When::from_seconds(4_102_444_800)), SigningAlg::Es256, "the exception ended");
    assert!(matches!(legacy.auth, AuthMethod::ClientSecretBasic { ref secrets } if secrets.len() == 1));
    let strict = Template { security_profile: SecurityProfile::Fapi2, ..template(&[]) };
    let native = json!({"application_type": "native", "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none"});
    assert!(admit(&strict, &native).unwrap_err().description.contains("FAPI"));
    assert!(admit(&strict, &keys).is_ok());
}

#[test]
fn g02_no_scope_beyond_the_template_and_no_refresh_token_unasked() {
    let scopes = |other: &Value| {
        let mut metadata = read(other)?;
        let template = template(&ALL);
        template.complete(&mut metadata)?;
        Ok::<ScopeSet, Refused>(template.admit(id(), "s".into(), &metadata, vec![])?.scopes)
    };
    for (asked, registered) in [
        ("openid phone", "openid"),
        ("profile email admin:all openid offline_access", "openid email"),
        ("email", "openid email"),
    ] {
        assert_eq!(scopes(&json!({"scope": asked})).unwrap().to_string(), registered, "{asked}");
    }
    for nothing in ["phone", "admin", "profile phone"] {
        let refused = scopes(&json!({"scope": nothing})).unwrap_err();
        assert_eq!(refused.code.as_str(), "invalid_client_metadata");
        assert!(refused.description.contains("choose among openid"), "{}", refused.description);
    }
    assert_eq!(scopes(&json!({})).unwrap().to_string(), "openid email");
    let refreshes = json!({"grant_types": ["authorization_code", "refresh_token"]});
    assert_eq!(scopes(&refreshes).unwrap().to_string(), "openid email offline_access");
    let narrowed = Template { scopes: BTreeSet::from([Scope::OpenId]).into_iter().collect(), ..template(&ALL) };
    let mut wide = read(&json!({})).unwrap();
    template(&ALL).complete(&mut wide).unwrap();
    let client = narrowed.admit(id(), "s".into(), &wide, vec![]).unwrap();
    assert_eq!(client.scopes.to_string(), "openid", "a template that narrows later narrows its clients");
}
