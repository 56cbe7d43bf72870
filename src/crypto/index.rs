//! Keyed blind indexes: look a value up without being able to read it from the database.

use super::hmac;
use super::roots::Roots;

/// What is looked up. Values of different kinds never meet, even when their text is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndexKind {
    /// A contact e-mail address, folded.
    Email,
    /// A contact phone number in E.164.
    Phone,
    /// What a person signs in with, folded.
    SignInName,
    /// One folded part of a name.
    NamePart,
    /// A postcode without its space, upper case.
    Postcode,
    /// A unique property reference number.
    Uprn,
    /// A client address cut to its prefix, for throttling.
    AddressPrefix,
    /// A browser known to an account, for throttling.
    Browser,
    /// Somebody whom a member of staff declared to know.
    Conflict,
    /// A member of staff as an upstream provider knows them: issuer and subject.
    Upstream,
    /// The name of a member of staff, folded.
    StaffName,
    /// What an officer typed to name a resident, folded.
    Sought,
}

impl IndexKind {
    const fn label(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::SignInName => "sign-in name",
            Self::NamePart => "name part",
            Self::Postcode => "postcode",
            Self::Uprn => "uprn",
            Self::AddressPrefix => "address prefix",
            Self::Browser => "browser",
            Self::Conflict => "conflict",
            Self::Upstream => "upstream",
            Self::StaffName => "staff name",
            Self::Sought => "sought",
        }
    }
}

/// HMAC-SHA-256 over kind and folded value under the index key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlindIndex(pub [u8; 32]);

impl BlindIndex {
    /// The index of a value its domain type has folded (`EmailAddress::folded`): folding decides what counts as the
    /// same, and is not done again here.
    #[must_use]
    pub fn of(roots: &Roots, kind: IndexKind, folded: &str) -> Self {
        Self(hmac(roots.index(), &[kind.label().as_bytes(), &[0], folded.as_bytes()]))
    }
}

#[cfg(test)]
mod tests {
    use super::{BlindIndex, IndexKind};
    use crate::crypto::roots::{RootSecret, Roots};

    #[test]
    fn an_index_depends_on_key_kind_and_value() {
        let roots = Roots::derive(&RootSecret::from([1; 32])).unwrap();
        let others = Roots::derive(&RootSecret::from([2; 32])).unwrap();
        let ada = BlindIndex::of(&roots, IndexKind::Email, "ada@example.org");
        assert_eq!(ada, BlindIndex::of(&roots, IndexKind::Email, "ada@example.org"));
        assert_ne!(ada, BlindIndex::of(&roots, IndexKind::SignInName, "ada@example.org"));
        assert_ne!(ada, BlindIndex::of(&roots, IndexKind::Email, "bob@example.org"));
        assert_ne!(ada, BlindIndex::of(&others, IndexKind::Email, "ada@example.org"));
    }
}
