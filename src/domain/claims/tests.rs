use super::{Claim, ClaimSet, ClaimsError, Requested, Scope, ScopeSet};
use crate::domain::account::Detail;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[test]
fn scopes_are_written_in_one_order_and_unknown_ones_passed_over() {
    let scopes = ScopeSet::parse("email  custom openid email OPENID");
    assert_eq!(scopes.to_string(), "openid email");
    assert!(!scopes.contains(Scope::Profile));
    assert_eq!(ScopeSet::parse("").to_string(), "");
    assert_eq!(scopes.within(&ScopeSet::parse("openid phone")).to_string(), "openid");
    assert_eq!(ScopeSet::parse("openid offline_access").without(Scope::OfflineAccess).to_string(), "openid");
}

#[test]
fn a_scope_stands_for_its_claims() {
    assert_eq!(
        ScopeSet::parse("openid profile email").claims(),
        ClaimSet::from([Claim::Name, Claim::Email, Claim::EmailVerified])
    );
    assert_eq!(ScopeSet::parse("openid offline_access").claims(), ClaimSet::new());
}

#[test]
fn the_claims_parameter_adds_and_never_invents() -> Result<(), ClaimsError> {
    let asked = Requested::of(&ScopeSet::parse("openid email")).and(
        r#"{"userinfo":{"address":{"essential":true},"picture":null},
            "id_token":{"name":null,"sub":{"value":"s1"},"acr":{"essential":true,"values":["A1","A0"]}}}"#,
    )?;
    assert_eq!(asked.userinfo, ClaimSet::from([Claim::Email, Claim::EmailVerified, Claim::Address]));
    assert_eq!(asked.id_token, ClaimSet::from([Claim::Name]));
    assert_eq!(asked.sub, Some(BTreeSet::from(["s1".to_owned()])));
    assert_eq!((asked.acr.as_slice(), asked.acr_essential), (["A1".to_owned(), "A0".to_owned()].as_slice(), true));
    for bad in [
        "",
        "[]",
        "1",
        r#"{"userinfo":[]}"#,
        r#"{"id_token":{"name":true}}"#,
        r#"{"id_token":{"picture":[]}}"#,
        r#"{"userinfo":{"name":{"essential":"yes"}}}"#,
        r#"{"userinfo":{"name":{"values":"Ada"}}}"#,
        r#"{"userinfo":{"name":{"value":"Ada","values":["Ada"]}}}"#,
    ] {
        assert_eq!(Requested::default().and(bad), Err(ClaimsError), "{bad}");
    }
    assert_eq!(Requested::default().and("{}")?, Requested::default());
    assert_eq!(Requested::default().and(r#"{"userinfo":null,"elsewhere":1}"#)?, Requested::default());
    Ok(())
}

#[test]
fn values_narrow_what_will_do() -> Result<(), ClaimsError> {
    let asked = Requested::default().and(
        r#"{"userinfo":{"email":{"values":["a@b.test","c@d.test"],"other":1},"sub":{"values":["s1","s2"]}},
            "id_token":{"email_verified":{"value":true},"sub":{"value":"s2"}}}"#,
    )?;
    assert!(asked.names_values());
    assert_eq!(asked.userinfo_values[&Claim::Email], ["a@b.test", "c@d.test"]);
    assert_eq!(asked.id_token_values[&Claim::EmailVerified], [true]);
    // In both places: she must be meant by both.
    assert_eq!(asked.sub, Some(BTreeSet::from(["s2".to_owned()])));
    let nobody = Requested::default().and(r#"{"id_token":{"sub":{"value":7}}}"#)?;
    assert_eq!(nobody.sub, Some(BTreeSet::new()));
    let anybody = Requested::default().and(r#"{"id_token":{"sub":null}}"#)?;
    assert_eq!(anybody.sub, None);
    Ok(())
}

#[test]
fn whether_it_is_proven_goes_with_the_address() {
    let companions = Claim::with_companions(ClaimSet::from([Claim::Email, Claim::Name]));
    assert_eq!(companions, ClaimSet::from([Claim::Name, Claim::Email, Claim::EmailVerified]));
}

proptest! {
    #[test]
    fn scopes_survive_being_written(text in "[a-z_ ]{0,60}") {
        let scopes = ScopeSet::parse(&text);
        prop_assert_eq!(ScopeSet::parse(&scopes.to_string()), scopes);
    }
}

#[test]
fn each_claim_says_what_it_is_made_from() {
    let (born, home, phone) = (Some(Detail::Birthdate), Some(Detail::Address), Some(Detail::PhoneNumber));
    for (claim, said_of, detail, derived) in [
        (Claim::Name, None, None, false),
        (Claim::Email, None, None, false),
        (Claim::EmailVerified, Some(Claim::Email), None, false),
        (Claim::PhoneNumber, None, phone, false),
        (Claim::PhoneNumberVerified, Some(Claim::PhoneNumber), phone, false),
        (Claim::Address, None, home, false),
        (Claim::InBorough, None, home, true),
        (Claim::PostcodeDistrict, None, home, true),
        (Claim::Birthdate, None, born, false),
        (Claim::Over16, None, born, true),
        (Claim::Over18, None, born, true),
        (Claim::Over65, None, born, true),
    ] {
        assert_eq!((claim.said_of(), claim.detail(), claim.is_derived()), (said_of, detail, derived), "{claim}");
    }
    // None of our own goes out for a scope.
    let by_scope: Vec<Claim> = Scope::ALL.into_iter().flat_map(|scope| scope.claims().iter().copied()).collect();
    let plain = Claim::ALL.into_iter().filter(|claim| !claim.is_derived() && *claim != Claim::Birthdate);
    assert_eq!(by_scope.len(), plain.clone().count());
    assert!(plain.into_iter().all(|claim| by_scope.contains(&claim)), "{by_scope:?}");
}
