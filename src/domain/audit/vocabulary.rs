//! The events there are. Names are dotted and past tense; each payload key says its data category, which
//! `policies/retention.toml` must have a rule for.

mod disposal;
mod house;
mod looking;
mod resident;
mod retention;
mod rights;
mod sharing;
mod signals;
mod staff;
#[cfg(test)]
mod tests;

pub use disposal::*;
pub use house::*;
pub use looking::*;
pub use resident::*;
pub use retention::*;
pub use rights::*;
pub use sharing::*;
pub use signals::*;
pub use staff::*;

use super::PersonKey;
use super::schema::Field;

/// One line of the vocabulary, for documents, for the published schemas and for the test that every payload key has a rule.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The event's name.
    pub name: &'static str,
    /// The version of its payload ([`Kind::VERSION`]).
    pub version: u32,
    /// What happened.
    pub meaning: &'static str,
    /// The key that seals its payload.
    pub key: PersonKey,
    /// The data category by whose rule its payload goes. One commitment is over all of it, so that it goes as a whole.
    pub kept: &'static str,
    /// Its payload keys, each with its data category.
    pub payload: &'static [(&'static str, &'static str)],
    /// The same keys, with all that there is to say of them.
    pub fields: &'static [Field],
}

macro_rules! version {
    () => {
        1
    };
    ($version:literal) => {
        $version
    };
}

macro_rules! may_be_absent {
    () => {
        false
    };
    (skip_serializing_if = $when:literal) => {
        true
    };
}

/// Whether all of these are this category.
const fn is_of(kept: &str, mut all: &[&str]) -> bool {
    while let Some((one, rest)) = all.split_first() {
        let (mut this, mut other) = (kept.as_bytes(), one.as_bytes());
        while let (Some((a, after)), Some((b, behind))) = (this.split_first(), other.split_first()) {
            if *a != *b {
                return false;
            }
            (this, other) = (after, behind);
        }
        if this.len() != other.len() {
            return false;
        }
        all = rest;
    }
    true
}

// The category by whose rule a payload goes: the one of all its keys, or the one that is said. One that has no keys, or keys
// of several categories, has to say it: `Evidence as "officer.access"`.
macro_rules! kept {
    ($said:literal; $($category:literal)*) => { $said };
    (; $first:literal $($more:literal)*) => {{
        assert!($crate::domain::audit::vocabulary::is_of($first, &[$($more),*]), "keys of several categories: say whose rule the payload goes by");
        $first
    }};
}

// A version rises with `= "the.name" @ 2`, when a key is added, taken away or changed; tests say when.
macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:ident = $wire:literal $(@ $version:literal)?, $key:ident $(as $kept:literal)? { $(
        $(#[doc = $fdoc:literal])* $(#[serde($($absent:tt)+)])?
        $field:ident : $ty:ty => $category:literal $(in [$($word:literal),+])?
    ),* $(,)? })+) => {
        $(
            $(#[doc = $doc])*
            #[derive(Debug, Clone, Serialize)]
            pub struct $name { $($(#[doc = $fdoc])* $(#[serde($($absent)+)])? pub $field: $ty),* }

            impl Kind for $name {
                const TYPE: &'static str = $wire;
                const VERSION: u32 = version!($($version)?);
                const KEY: PersonKey = PersonKey::$key;
                const PAYLOAD: &'static [(&'static str, &'static str)] = &[$((stringify!($field), $category)),*];
            }
        )+

        /// The kinds of this file, in its order.
        pub(super) const KINDS: &[Entry] = &[$(Entry {
            name: $wire,
            version: $name::VERSION,
            meaning: concat!($($doc),*),
            key: PersonKey::$key,
            kept: $crate::domain::audit::vocabulary::kept!($($kept)?; $($category)*),
            payload: $name::PAYLOAD,
            fields: &[$(Field {
                name: stringify!($field),
                meaning: concat!($($fdoc),*),
                category: $category,
                shape: <$ty as Shaped>::shape,
                may_be_null: <$ty as Shaped>::MAY_BE_NULL,
                may_be_absent: may_be_absent!($($($absent)+)?),
                words: &[$($($word),+)?],
                by_others: <$ty as Shaped>::BY_OTHERS,
            }),*],
        }),+];
    };
}

/// The payload keys every event may have beside its own (see [`super::Context`]), each with its data category.
pub const CONTEXT: &[(&str, &str)] = &[
    ("address", "event.signin"),
    ("browser", "event.signin"),
    ("session", "event.signin"),
    ("journey", "event.signin"),
    ("case", "officer.access"),
];

use {events, kept, may_be_absent, version};

impl Entry {
    /// Whether what a payload of this kind has under `key` names somebody, or is what somebody else than the person concerned
    /// wrote. A key that this kind does not have, of a payload that another build wrote, is taken for it.
    #[must_use]
    pub fn by_others(&self, key: &str) -> bool {
        self.fields.iter().find(|field| field.name == key).is_none_or(|field| field.by_others)
    }
}

/// Every kind of event: what residents do, what the house does, what staff do, how they look, and what is destroyed.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    let residents = resident::KINDS.iter().chain(sharing::KINDS).chain(signals::KINDS).chain(rights::KINDS);
    let residents = residents.chain(retention::KINDS);
    residents.chain(house::KINDS).chain(staff::KINDS).chain(looking::KINDS).chain(disposal::KINDS)
}

/// The kind with this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.name == name)
}
