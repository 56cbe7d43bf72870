//! Claims and scopes: what a service may ask for, in OpenID Connect's words. A claim that no purpose of the register
//! needs is not representable here, so it cannot be held by accident; `sub` is apart, every client gets its own.
//!
//! Beside the standard claims there are derived ones, which say what a service needs to know and no more: `over_18`,
//! `in_borough`, `postcode_district`. Their values are made by [`derive`] when they leave, and never kept.

mod area;
mod derive;
mod set;

pub use area::{Area, AreaError, Prefix};
pub use derive::{Held, derive};
pub use set::{ClaimSet, Claims};

use super::account::Detail;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A claim that this installation can hold or derive: a standard one (OIDC Core §5.1), or one of our own.
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
    /// Whether that address is in the council's area.
    InBorough,
    /// The district of its postcode: `HV1`.
    PostcodeDistrict,
    /// Her date of birth.
    Birthdate,
    /// Whether she is 16 or older today.
    #[serde(rename = "over_16")]
    Over16,
    /// Whether she is 18 or older today.
    #[serde(rename = "over_18")]
    Over18,
    /// Whether she is 65 or older today.
    #[serde(rename = "over_65")]
    Over65,
}

impl Claim {
    /// Every claim, in the order pages list them.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::Email,
        Self::EmailVerified,
        Self::PhoneNumber,
        Self::PhoneNumberVerified,
        Self::Address,
        Self::InBorough,
        Self::PostcodeDistrict,
        Self::Birthdate,
        Self::Over16,
        Self::Over18,
        Self::Over65,
    ];

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
            Self::InBorough => "in_borough",
            Self::PostcodeDistrict => "postcode_district",
            Self::Birthdate => "birthdate",
            Self::Over16 => "over_16",
            Self::Over18 => "over_18",
            Self::Over65 => "over_65",
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
            _ => None,
        }
    }

    /// The detail of hers that its value is made from, if it is one of those she gives once.
    #[must_use]
    pub const fn detail(self) -> Option<Detail> {
        match self {
            Self::Name | Self::Email | Self::EmailVerified => None,
            Self::PhoneNumber | Self::PhoneNumberVerified => Some(Detail::PhoneNumber),
            Self::Address | Self::InBorough | Self::PostcodeDistrict => Some(Detail::Address),
            Self::Birthdate | Self::Over16 | Self::Over18 | Self::Over65 => Some(Detail::Birthdate),
        }
    }

    /// Whether it says less than the detail it is made from (UK GDPR Art 5(1)(c)).
    #[must_use]
    pub const fn is_derived(self) -> bool {
        matches!(self, Self::InBorough | Self::PostcodeDistrict | Self::Over16 | Self::Over18 | Self::Over65)
    }

    /// The details that these claims are made from.
    #[must_use]
    pub fn details(claims: ClaimSet) -> BTreeSet<Detail> {
        claims.iter().filter_map(Claim::detail).collect()
    }

    /// Adds to a set what goes with its members without being data of its own (see [`Claim::said_of`]).
    #[must_use]
    pub fn with_companions(claims: ClaimSet) -> ClaimSet {
        let goes_with = |claim: &Self| claim.said_of().is_some_and(|base| claims.contains(base));
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

    const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// The scope a value stands for; case matters (RFC 6749 §3.3).
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == value)
    }

    /// The claims a scope asks for (OIDC Core §5.4), as far as we can hold them. A date of birth goes to nobody who does not
    /// ask for it by its name in the `claims` parameter (§5.5), and so do the claims of our own (src/decisions/0044).
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
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct ScopeSet(u8);

impl ScopeSet {
    /// Reads a space-separated list. Values we do not know are passed over, as OIDC Core §3.1.2.1 asks.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        text.split(' ').filter_map(Scope::parse).collect()
    }

    /// Whether a scope is among them.
    #[must_use]
    pub const fn contains(&self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// The claims they ask for.
    #[must_use]
    pub fn claims(&self) -> ClaimSet {
        self.iter().flat_map(|scope| scope.claims().iter().copied()).collect()
    }

    /// Whether all of these are among `others`: a refresh may narrow, never widen (RFC 6749 §6).
    #[must_use]
    pub const fn is_subset(&self, others: &Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// Those of these that `allowed` has too: what a client may ask for of what it does ask for.
    #[must_use]
    pub const fn within(&self, allowed: &Self) -> Self {
        Self(self.0 & allowed.0)
    }

    /// These without `scope`.
    #[must_use]
    pub const fn without(self, scope: Scope) -> Self {
        Self(self.0 & !scope.bit())
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Each in turn.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        Scope::ALL.into_iter().filter(|scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | scope.bit()))
    }
}

impl fmt::Debug for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

/// What a request asks to be told about the person: its scopes, and its `claims` parameter (OIDC Core §5.5).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requested {
    /// At userinfo.
    pub userinfo: ClaimSet,
    /// In the ID token, because the `claims` parameter says so.
    pub id_token: ClaimSet,
    /// Asked for at userinfo as one of these values (OIDC Core §5.5.1); a claim not named here may have any.
    pub userinfo_values: BTreeMap<Claim, Vec<Value>>,
    /// Asked for in the ID token as one of these values.
    pub id_token_values: BTreeMap<Claim, Vec<Value>>,
    /// The subjects the answer may be about, if the request names any (OIDC Core §5.5.1).
    pub sub: Option<BTreeSet<String>>,
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

    /// Adds what a `claims` parameter asks for. Claims we cannot hold are passed over (OIDC Core §5.5.1), and so is what
    /// stands beside the members it describes (§5.5). Essential or not, a claim is given if a share covers it.
    ///
    /// # Errors
    /// [`ClaimsError`] if it is not an object of objects, or a member of one is of the wrong kind.
    pub fn and(mut self, parameter: &str) -> Result<Self, ClaimsError> {
        let asked: Value = serde_json::from_str(parameter).map_err(|_| ClaimsError)?;
        let places = asked.as_object().ok_or(ClaimsError)?;
        for (name, value) in members(places.get("userinfo"))? {
            let wish = Wish::of(value)?;
            match Claim::parse(name) {
                Some(claim) => {
                    self.userinfo.insert(claim);
                    wish.narrow(claim, &mut self.userinfo_values);
                }
                None if name == "sub" => self.only(&wish),
                None => {}
            }
        }
        for (name, value) in members(places.get("id_token"))? {
            let wish = Wish::of(value)?;
            match Claim::parse(name) {
                Some(claim) => {
                    self.id_token.insert(claim);
                    wish.narrow(claim, &mut self.id_token_values);
                }
                None if name == "sub" => self.only(&wish),
                None if name == "acr" => {
                    self.acr = wish.all_texts()?;
                    self.acr_essential = wish.essential;
                }
                None => {}
            }
        }
        Ok(self)
    }

    /// Narrows the subjects the answer may be about. A value that is no text is nobody's subject.
    fn only(&mut self, wish: &Wish) {
        if wish.values.is_some() {
            let named: BTreeSet<String> = wish.texts().map(ToOwned::to_owned).collect();
            self.sub = Some(match self.sub.take() {
                Some(before) => before.intersection(&named).cloned().collect(),
                None => named,
            });
        }
    }

    /// Whether any claim is asked for as a particular value.
    #[must_use]
    pub fn names_values(&self) -> bool {
        !self.userinfo_values.is_empty() || !self.id_token_values.is_empty()
    }

    /// Everything asked for, in either place.
    #[must_use]
    pub fn all(&self) -> ClaimSet {
        self.userinfo.union(self.id_token)
    }
}

/// What the request says of one claim (OIDC Core §5.5.1).
struct Wish {
    essential: bool,
    /// The values that will do, best first, if it names any.
    values: Option<Vec<Value>>,
}

impl Wish {
    fn of(asked: &Value) -> Result<Self, ClaimsError> {
        let asked = match asked {
            Value::Null => return Ok(Self { essential: false, values: None }),
            Value::Object(asked) => asked,
            _ => return Err(ClaimsError),
        };
        let essential = match asked.get("essential") {
            None => false,
            Some(essential) => essential.as_bool().ok_or(ClaimsError)?,
        };
        let values = match (asked.get("value"), asked.get("values")) {
            (Some(one), None) => Some(vec![one.clone()]),
            (None, Some(Value::Array(several))) => Some(several.clone()),
            (None, None) => None,
            _ => return Err(ClaimsError),
        };
        Ok(Self { essential, values })
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.iter().flatten().filter_map(Value::as_str)
    }

    /// The values, where only texts can be meant: a level that cannot be read must not count as none at all.
    fn all_texts(&self) -> Result<Vec<String>, ClaimsError> {
        self.values.iter().flatten().map(|value| value.as_str().map(ToOwned::to_owned).ok_or(ClaimsError)).collect()
    }

    fn narrow(self, claim: Claim, values: &mut BTreeMap<Claim, Vec<Value>>) {
        if let Some(named) = self.values {
            values.insert(claim, named);
        }
    }
}

/// The members of `userinfo` or `id_token`; none if it is not there.
fn members(place: Option<&Value>) -> Result<impl Iterator<Item = (&String, &Value)>, ClaimsError> {
    match place {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(claims)) => Ok(Some(claims).into_iter().flatten()),
        Some(_) => Err(ClaimsError),
    }
}

#[cfg(test)]
mod tests;
