//! Refresh tokens: each tells this house which grant it came of, and that this house made it, so that no row is kept for one
//! that was used. To anybody else it is random.

use super::roots::Roots;
use super::tokens::{TokenHash, placed};
use super::{hmac, masked, random};
use crate::domain::ids::GrantId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zeroize::Zeroizing;

/// 48 bytes as 64 characters of base64url: a seed, a tag over it and the grant, and the grant, masked by both. The store
/// keeps its [`TokenHash`].
#[derive(Clone)]
pub struct RefreshToken {
    text: Zeroizing<String>,
    grant: GrantId,
}

impl RefreshToken {
    /// The first of a grant.
    #[must_use]
    pub fn first(roots: &Roots, grant: GrantId) -> Self {
        Self::of(roots, grant, &random())
    }

    /// What comes after `parent`: the same parent and grant give the same child, so that an honest retry gets the same
    /// answer again while only hashes are stored.
    #[must_use]
    pub fn after(roots: &Roots, grant: GrantId, parent: &str) -> Self {
        let seed = half(roots, [b"child", grant.0.as_bytes(), parent.as_bytes()]);
        Self::of(roots, grant, &seed)
    }

    /// Reads a presented value; anything that this house did not make is none. One that it made may have been used.
    #[must_use]
    pub fn read(roots: &Roots, text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 48]);
        if text.len() != 64 || URL_SAFE_NO_PAD.decode_slice(text, bytes.as_mut_slice()) != Ok(48) {
            return None;
        }
        let (seed, rest) = bytes.split_first_chunk::<16>()?;
        let (tag, grant) = rest.split_first_chunk::<16>()?;
        let grant = GrantId(Uuid::from_bytes(mask(roots, (seed, tag), *grant.first_chunk()?)));
        let ours: bool = tag_of(roots, grant, seed).ct_eq(tag).into();
        ours.then(|| Self { text: Zeroizing::new(text.to_owned()), grant })
    }

    /// The grant it came of.
    #[must_use]
    pub const fn grant(&self) -> GrantId {
        self.grant
    }

    /// The text that travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the store keeps.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.text)
    }

    fn of(roots: &Roots, grant: GrantId, seed: &[u8; 16]) -> Self {
        let tag = tag_of(roots, grant, seed);
        let bytes = Zeroizing::new([*seed, tag, mask(roots, (seed, &tag), grant.0.into_bytes())].concat());
        Self { text: Zeroizing::new(URL_SAFE_NO_PAD.encode(&*bytes)), grant }
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

/// By what the store finds a presented token of any kind, and the grant that it names if it is a refresh token.
#[must_use]
pub fn presented(roots: &Roots, text: &str) -> (TokenHash, Option<GrantId>) {
    (placed(roots, text), RefreshToken::read(roots, text).map(|token| token.grant))
}

fn tag_of(roots: &Roots, grant: GrantId, seed: &[u8; 16]) -> [u8; 16] {
    half(roots, [b"tag", grant.0.as_bytes(), seed])
}

fn mask(roots: &Roots, (seed, tag): (&[u8; 16], &[u8; 16]), grant: [u8; 16]) -> [u8; 16] {
    masked(roots.refresh(), &[b"mask", seed, tag], grant)
}

/// 128 bits of an HMAC: nobody tries as many, and the hash in the store holds the whole token.
fn half(roots: &Roots, parts: [&[u8]; 3]) -> [u8; 16] {
    let whole = hmac(roots.refresh(), &parts);
    std::array::from_fn(|place| whole.get(place).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::roots::RootSecret;
    use crate::crypto::tokens::uuid;

    fn roots(byte: u8) -> Roots {
        Roots::derive(&RootSecret::from([byte; 32])).unwrap()
    }

    #[test]
    fn a_token_names_its_grant_and_has_one_spelling() {
        let grant = GrantId(uuid());
        let token = RefreshToken::first(&roots(1), grant);
        let read = RefreshToken::read(&roots(1), token.as_str()).unwrap();
        assert_eq!((read.grant(), read.hash(), read.as_str()), (grant, token.hash(), token.as_str()));
        let other = RefreshToken::first(&roots(1), grant);
        for bytes in [0..21, 21..42, 43..64] {
            assert_ne!(other.as_str()[bytes.clone()], token.as_str()[bytes], "one grant does not show");
        }
        assert_eq!(format!("{token:?}"), "RefreshToken(…)");
        assert!(RefreshToken::read(&roots(2), token.as_str()).is_none(), "another house's");
    }

    #[test]
    fn whatever_is_changed_in_it_it_is_none() {
        let token = RefreshToken::first(&roots(1), GrantId(uuid()));
        let text = token.as_str();
        for place in 0..64 {
            let other = if text.as_bytes()[place] == b'A' { "B" } else { "A" };
            let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
            assert!(RefreshToken::read(&roots(1), &changed).is_none(), "{place}");
        }
        for bad in ["", "A", &text[1..], &format!("{text}A"), &format!("{text}="), &"é".repeat(32), &"A".repeat(43)] {
            assert!(RefreshToken::read(&roots(1), bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_retry_finds_the_same_child_and_nobody_else_does() {
        let grant = GrantId(uuid());
        let parent = RefreshToken::first(&roots(1), grant);
        let child = RefreshToken::after(&roots(1), grant, parent.as_str());
        assert_eq!(RefreshToken::after(&roots(1), grant, parent.as_str()).as_str(), child.as_str());
        assert_eq!(RefreshToken::read(&roots(1), child.as_str()).unwrap().grant(), grant);
        assert_ne!(child.as_str(), parent.as_str());
        assert_ne!(RefreshToken::after(&roots(2), grant, parent.as_str()).as_str(), child.as_str());
        assert_ne!(RefreshToken::after(&roots(1), GrantId(uuid()), parent.as_str()).as_str(), child.as_str());
        assert_ne!(RefreshToken::after(&roots(1), grant, child.as_str()).as_str(), child.as_str());
    }
}
