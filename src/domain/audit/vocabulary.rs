//! The events there are. Names are dotted and past tense; each payload key says its data category, which
//! `policies/retention.toml` must have a rule for.

mod house;
mod looking;
mod resident;
mod retention;
mod rights;
mod sharing;
mod signals;
mod staff;

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

// A version rises with `= "the.name" @ 2`, when a key is added, taken away or changed; tests say when.
macro_rules! events {
    ($($(#[doc = $doc:literal])* $name:ident = $wire:literal $(@ $version:literal)?, $key:ident { $(
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
            payload: $name::PAYLOAD,
            fields: &[$(Field {
                name: stringify!($field),
                meaning: concat!($($fdoc),*),
                category: $category,
                shape: <$ty as Shaped>::shape,
                may_be_null: <$ty as Shaped>::MAY_BE_NULL,
                may_be_absent: may_be_absent!($($($absent)+)?),
                words: &[$($($word),+)?],
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

use {events, may_be_absent, version};

/// Every kind of event: what residents do, what the house does, what staff do, and how they look.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    let residents = resident::KINDS.iter().chain(sharing::KINDS).chain(signals::KINDS).chain(rights::KINDS);
    let residents = residents.chain(retention::KINDS);
    residents.chain(house::KINDS).chain(staff::KINDS).chain(looking::KINDS)
}
