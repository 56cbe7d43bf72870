//! Claims and scopes: what a service may ask for, in OpenID Connect's words. A claim that no purpose of the register
//! needs is not representable here, so it cannot be held by accident; `sub` is apart, every client gets its own.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A standard claim (OIDC Core §5.1) that this installation can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The whole name, as its owner writes it.
    Name,
    /// The e-mail address she is written to.
    Email,
    /// Whether that address was proven to be hers.
    EmailVerified,
    /// Her phone number (E.164).
    PhoneNumber,
    /// Whether that number was proven to be hers.
    PhoneNumberVerified,
    /// Her postal address (OIDC Core §5.1.1).
    Address,
}

impl Claim {
    /// Every claim, in the order pages list them.
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Email, Self::EmailVerified, Self::PhoneNumber, Self::PhoneNumberVerified, Self::Address];

    /// The claim's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::EmailVerified => "email_verified",
            Self::PhoneNumber => "phone_number",
            Self::PhoneNumberVerified => "phone_number_verified",
            Self::Address => "address",
        }
    }

    /// The claim a wire name stands for, if it is one we can hold.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.as_str() == name)
    }

    /// The claim this one merely says something about: whoever may have an address may know whether it was proven.
    #[must_use]
    pub const fn said_of(self) -> Option<Self> {
        match self {
            Self::EmailVerified => Some(Self::Email),
            Self::PhoneNumberVerified => Some(Self::PhoneNumber),
            Self::Name | Self::Email | Self::PhoneNumber | Self::Address => None,
        }
    }

    /// Adds to a set what goes with its members without being data of its own (see [`Claim::said_of`]).
    #[must_use]
    pub fn with_companions(claims: &BTreeSet<Self>) -> BTreeSet<Self> {
        let goes_with = |claim: &Self| claim.said_of().is_some_and(|base| claims.contains(&base));
        Self::ALL.into_iter().filter(|claim| claims.contains(claim) || goes_with(claim)).collect()
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A scope value (RFC 6749 §3.3) we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Makes a request OpenID Connect (OIDC Core §3.1.2.1).
    OpenId,
    /// The profile claims.
    Profile,
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// The postal address.
    Address,
    /// A refresh token (OIDC Core §11).
    OfflineAccess,
}

impl Scope {
    /// Every scope, in the order they are written.
    pub const ALL: [Self; 6] =
        [Self::OpenId, Self::Profile, Self::Email, Self::Phone, Self::Address, Self::OfflineAccess];

    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// The scope a value stands for; case matters (RFC 6749 §3.3).
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == value)
    }

    /// The claims a scope asks for (OIDC Core §5.4), as far as we can hold them.
    #[must_use]
    pub const fn claims(self) -> &'static [Claim] {
        match self {
            Self::OpenId | Self::OfflineAccess => &[],
            Self::Profile => &[Claim::Name],
            Self::Email => &[Claim::Email, Claim::EmailVerified],
            Self::Phone => &[Claim::PhoneNumber, Claim::PhoneNumberVerified],
            Self::Address => &[Claim::Address],
        }
    }
}

/// The scopes of a request or a grant. Written in one stable order, whatever order they came in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ScopeSet(BTreeSet<Scope>);

impl ScopeSet {
    /// Reads a space-separated list. Values we do not know are passed over, as OIDC Core §3.1.2.1 asks.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.split(' ').filter_map(Scope::parse).collect())
    }

    /// Whether a scope is among them.
    #[must_use]
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The claims they ask for.
    #[must_use]
    pub fn claims(&self) -> BTreeSet<Claim> {
        self.0.iter().flat_map(|scope| scope.claims().iter().copied()).collect()
    }

    /// Whether all of these are among `others`: a refresh may narrow, never widen (RFC 6749 §6).
    #[must_use]
    pub fn is_subset(&self, others: &Self) -> bool {
        self.0.is_subset(&others.0)
    }

    /// Those of these that `allowed` has too: what a client may ask for of what it does ask for.
    #[must_use]
    pub fn within(&self, allowed: &Self) -> Self {
        Self(self.0.intersection(&allowed.0).copied().collect())
    }

    /// These without `scope`.
    #[must_use]
    pub fn without(mut self, scope: Scope) -> Self {
        self.0.remove(&scope);
        self
    }

    /// Each in turn.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.0.iter().enumerate() {
            write!(f, "{}{}", if place == 0 { "" } else { " " }, scope.as_str())?;
        }
        Ok(())
    }
}

/// What a request asks to be told about the person: its scopes, and its `claims` parameter (OIDC Core §5.5).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requested {
    /// At userinfo.
    pub userinfo: BTreeSet<Claim>,
    /// In the ID token, because the `claims` parameter says so.
    pub id_token: BTreeSet<Claim>,
    /// The one subject the answer must be about, if the request names one (OIDC Core §5.5.1).
    pub sub: Option<String>,
    /// The `acr` values asked for, best first.
    pub acr: Vec<String>,
    /// Whether `acr` was asked for as essential: then another level is a failure, not a shortfall.
    pub acr_essential: bool,
}

/// The `claims` parameter is not the JSON that OIDC Core §5.5 describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the claims parameter is not a JSON object as OpenID Connect Core 5.5 describes")]
pub struct ClaimsError;

impl Requested {
    /// What the scopes ask for: all of it at userinfo.
    #[must_use]
    pub fn of(scopes: &ScopeSet) -> Self {
        Self { userinfo: scopes.claims(), ..Self::default() }
    }

    /// Adds what a `claims` parameter asks for. Claims we cannot hold are passed over (OIDC Core §5.5.1).
    ///
    /// # Errors
    /// [`ClaimsError`] if it is not an object of objects.
    pub fn and(mut self, parameter: &str) -> Result<Self, ClaimsError> {
        let asked: serde_json::Value = serde_json::from_str(parameter).map_err(|_| ClaimsError)?;
        let places = asked.as_object().ok_or(ClaimsError)?;
        if let Some(claims) = members(places.get("userinfo"))? {
            self.userinfo.extend(claims.keys().filter_map(|name| Claim::parse(name)));
            self.sub = claims.get("sub").and_then(single_value).or(self.sub);
        }
        if let Some(claims) = members(places.get("id_token"))? {
            self.id_token.extend(claims.keys().filter_map(|name| Claim::parse(name)));
            self.sub = claims.get("sub").and_then(single_value).or(self.sub);
            if let Some(acr) = claims.get("acr") {
                // A level that cannot be read must not count as none at all.
                let texts = |values: &serde_json::Value| {
                    values.as_array().is_some_and(|list| list.iter().all(serde_json::Value::is_string))
                };
                if !acr.get("value").is_none_or(serde_json::Value::is_string) || !acr.get("values").is_none_or(texts) {
                    return Err(ClaimsError);
                }
                self.acr = single_value(acr).map_or_else(|| values(acr), |one| vec![one]);
                self.acr_essential = acr.get("essential").and_then(serde_json::Value::as_bool).unwrap_or(false);
            }
        }
        Ok(self)
    }

    /// Everything asked for, in either place.
    #[must_use]
    pub fn all(&self) -> BTreeSet<Claim> {
        self.userinfo.union(&self.id_token).copied().collect()
    }
}

type Members = serde_json::Map<String, serde_json::Value>;

/// The members of `userinfo` or `id_token`: each is null or an object.
fn members(place: Option<&serde_json::Value>) -> Result<Option<&Members>, ClaimsError> {
    match place {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::Object(claims)) if claims.values().all(|v| v.is_null() || v.is_object()) => {
            Ok(Some(claims))
        }
        Some(_) => Err(ClaimsError),
    }
}

fn single_value(asked: &serde_json::Value) -> Option<String> {
    asked.get("value").and_then(serde_json::Value::as_str).map(ToOwned::to_owned)
}

fn values(asked: &serde_json::Value) -> Vec<String> {
    let list = asked.get("values").and_then(serde_json::Value::as_array);
    list.into_iter().flatten().filter_map(|v| v.as_str().map(ToOwned::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Claim, ClaimsError, Requested, Scope, ScopeSet};
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
            BTreeSet::from([Claim::Name, Claim::Email, Claim::EmailVerified])
        );
        assert_eq!(ScopeSet::parse("openid offline_access").claims(), BTreeSet::new());
    }

    #[test]
    fn the_claims_parameter_adds_and_never_invents() -> Result<(), ClaimsError> {
        let asked = Requested::of(&ScopeSet::parse("openid email")).and(
            r#"{"userinfo":{"address":{"essential":true},"picture":null},
                "id_token":{"name":null,"sub":{"value":"s1"},"acr":{"essential":true,"values":["A1","A0"]}}}"#,
        )?;
        assert_eq!(asked.userinfo, BTreeSet::from([Claim::Email, Claim::EmailVerified, Claim::Address]));
        assert_eq!(asked.id_token, BTreeSet::from([Claim::Name]));
        assert_eq!(asked.sub.as_deref(), Some("s1"));
        assert_eq!((asked.acr.as_slice(), asked.acr_essential), (["A1".to_owned(), "A0".to_owned()].as_slice(), true));
        for bad in ["", "[]", "1", r#"{"userinfo":[]}"#, r#"{"id_token":{"name":true}}"#] {
            assert_eq!(Requested::default().and(bad), Err(ClaimsError), "{bad}");
        }
        assert_eq!(Requested::default().and("{}")?, Requested::default());
        Ok(())
    }

    #[test]
    fn whether_it_is_proven_goes_with_the_address() {
        let companions = Claim::with_companions(&BTreeSet::from([Claim::Email, Claim::Name]));
        assert_eq!(companions, BTreeSet::from([Claim::Name, Claim::Email, Claim::EmailVerified]));
    }

    proptest! {
        #[test]
        fn scopes_survive_being_written(text in "[a-z_ ]{0,60}") {
            let scopes = ScopeSet::parse(&text);
            prop_assert_eq!(ScopeSet::parse(&scopes.to_string()), scopes);
        }
    }
}
