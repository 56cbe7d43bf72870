//! Sets of claims. Every request that is about a person makes some, so each is a few bits.

use super::Claim;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Borrow;
use std::fmt;

/// Claims, each once, in the order of [`Claim::ALL`].
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct ClaimSet(u16);

const fn bit(claim: Claim) -> u16 {
    1 << claim as u16
}

impl ClaimSet {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self(0)
    }

    /// Whether a claim is among them.
    #[must_use]
    pub fn contains(self, claim: impl Borrow<Claim>) -> bool {
        self.0 & bit(*claim.borrow()) != 0
    }

    /// Adds one.
    pub const fn insert(&mut self, claim: Claim) {
        self.0 |= bit(claim);
    }

    /// Those that are in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in the other.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of them are in the other.
    #[must_use]
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Each in turn.
    #[must_use]
    pub const fn iter(self) -> Claims {
        Claims(self)
    }
}

/// The claims of a set, each in turn.
#[derive(Debug, Clone)]
pub struct Claims(ClaimSet);

impl Iterator for Claims {
    type Item = Claim;

    fn next(&mut self) -> Option<Claim> {
        let next = Claim::ALL.get(usize::try_from(self.0.0.trailing_zeros()).ok()?).copied()?;
        self.0 = self.0.difference(next.into());
        Some(next)
    }
}

impl From<Claim> for ClaimSet {
    fn from(claim: Claim) -> Self {
        Self(bit(claim))
    }
}

impl<const N: usize> From<[Claim; N]> for ClaimSet {
    fn from(claims: [Claim; N]) -> Self {
        claims.into_iter().collect()
    }
}

impl Extend<Claim> for ClaimSet {
    fn extend<I: IntoIterator<Item = Claim>>(&mut self, claims: I) {
        claims.into_iter().for_each(|claim| self.insert(claim));
    }
}

impl FromIterator<Claim> for ClaimSet {
    fn from_iter<I: IntoIterator<Item = Claim>>(claims: I) -> Self {
        let mut all = Self::new();
        all.extend(claims);
        all
    }
}

impl IntoIterator for ClaimSet {
    type Item = Claim;
    type IntoIter = Claims;

    fn into_iter(self) -> Claims {
        self.iter()
    }
}

impl fmt::Debug for ClaimSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for ClaimSet {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for ClaimSet {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Vec::<Claim>::deserialize(from)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Claim, ClaimSet};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn some() -> impl Strategy<Value = Vec<Claim>> {
        proptest::collection::vec(proptest::sample::select(&Claim::ALL[..]), 0..20)
    }

    proptest! {
        #[test]
        fn it_is_the_set_that_the_library_would_make(one in some(), other in some()) {
            let (tree, trees): (BTreeSet<Claim>, BTreeSet<Claim>) =
                (one.iter().copied().collect(), other.iter().copied().collect());
            let (set, sets): (ClaimSet, ClaimSet) = (one.into_iter().collect(), other.into_iter().collect());
            let is = |set: ClaimSet, tree: Vec<Claim>| set.iter().collect::<Vec<_>>() == tree;
            prop_assert!(is(set, tree.iter().copied().collect()));
            prop_assert!(is(set.union(sets), tree.union(&trees).copied().collect()));
            prop_assert!(is(set.intersection(sets), tree.intersection(&trees).copied().collect()));
            prop_assert!(is(set.difference(sets), tree.difference(&trees).copied().collect()));
            prop_assert_eq!(
                (set.is_subset(sets), set.is_empty(), set.len(), set == sets),
                (tree.is_subset(&trees), tree.is_empty(), tree.len(), tree == trees)
            );
            for claim in Claim::ALL {
                prop_assert_eq!(set.contains(claim), tree.contains(&claim));
            }
            let text = serde_json::to_string(&set).unwrap();
            prop_assert_eq!(&text, &serde_json::to_string(&tree).unwrap());
            prop_assert_eq!(serde_json::from_str::<ClaimSet>(&text).unwrap(), set);
        }
    }
}
