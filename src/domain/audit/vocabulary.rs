//! The events there are. Names are dotted and past tense; each payload key says its data category, which
//! `policies/retention.toml` must have a rule for.

use super::super::account::FullName;
use super::super::ids::{EventId, GrantId, RecordId, SessionId};
use super::schema::{Field, Shaped};
use super::{Kind, Look, PersonKey};
use serde::Serialize;

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

        /// Every kind of event, in the order of this file.
        pub const ALL: &[Entry] = &[$(Entry {
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

events! {
    /// A resident proved an address and chose a password: the account exists.
    AccountCreated = "account.created", Evidence {
        /// The notice she was shown first, as id@version and language.
        notice: String => "sharing.other_basis",
    }
    /// Someone began to create an account.
    RegistrationStarted = "account.registration_started", Profile {}
    /// The address of a started registration was proven, by code or by link.
    AddressProven = "account.address_proven", Profile {}
    /// A sign-in with all the proof it needed.
    SigninSucceeded = "auth.signin_succeeded", Profile {
        /// How (RFC 8176 amr values).
        amr: Vec<String> => "event.signin",
        /// On a device said to be her own.
        own_device: bool => "event.signin",
    }
    /// The right password, for an account that asks for a second step: nobody is signed in by it yet.
    PasswordAccepted = "auth.password_accepted", Profile {}
    /// A signed-in person took a further step.
    SteppedUp = "auth.stepped_up", Profile {
        /// All she has proved in this session (RFC 8176 amr values).
        amr: Vec<String> => "event.signin",
    }
    /// A wrong password for an account that exists.
    SigninFailed = "auth.signin_failed", Profile {
        /// The count in the window, this one included.
        attempts: i64 => "event.signin",
    }
    /// Too many wrong passwords: closed for a while to unknown browsers.
    Locked = "auth.locked", Profile {
        /// Until when (RFC 3339).
        until: String => "event.security",
    }
    /// A session was ended by its owner.
    SignedOut = "auth.signed_out", Profile {
        /// The session.
        session: SessionId => "event.signin",
        /// How many services are being told.
        services: usize => "event.signin",
    }
    /// Sessions ended for a reason other than signing out.
    SessionsEnded = "auth.sessions_ended", Profile {
        /// Why.
        why: String => "event.security" in ["not_me", "another_signed_in", "ran_out", "ended_by_resident", "ended_others", "signed_out_everywhere", "ended_from_letter"],
        /// How many.
        count: i64 => "event.security",
    }
    /// A signed-in person named something that is not hers, and got nothing.
    AccessDenied = "access.denied", Profile {
        /// What kind of thing.
        what: String => "event.security" in ["session"],
    }
    /// A one-time code or link was sent.
    CodeSent = "credential.code_sent", Profile {
        /// What it opens.
        purpose: String => "event.security" in ["sign_up", "reset", "change_email"],
    }
    /// A wrong, used or expired code.
    CodeFailed = "credential.code_failed", Profile {
        /// What it was to open.
        purpose: String => "event.security" in ["sign_up", "reset", "change_email", "second_step"],
        /// The misses so far.
        misses: i64 => "event.security",
    }
    /// A password was set anew by its owner.
    PasswordChanged = "credential.password_changed", Profile {
        /// changed (old one known) or reset (address proven).
        how: String => "event.security" in ["changed", "reset"],
    }
    /// An authenticator app was set up, with recovery codes.
    AuthenticatorSet = "credential.authenticator_set", Profile {
        /// Whether it is the first.
        how: String => "event.security" in ["added", "replaced"],
    }
    /// The authenticator app and the recovery codes were taken away.
    AuthenticatorRemoved = "credential.authenticator_removed", Profile {}
    /// New recovery codes were made; the earlier ones are dead.
    RecoveryCodesMade = "credential.recovery_codes_made", Profile {
        /// How many.
        count: usize => "event.security",
    }
    /// A recovery code was used in place of the app.
    RecoveryCodeUsed = "credential.recovery_code_used", Profile {
        /// How many are left.
        left: i64 => "event.security",
    }
    /// A new address was proven and is now the one she signs in with.
    ContactChanged = "contact.change_confirmed", Profile {
        /// What kind of address.
        channel: String => "contact.history" in ["email"],
    }
    /// A change was undone from the old address.
    ContactRestored = "contact.change_cancelled", Profile {
        /// What kind of address.
        channel: String => "contact.history" in ["email"],
    }
    /// The inform page was shown, and she continued (public task, contract, legal obligation).
    NoticeShown = "sharing.notice_shown", Evidence {
        /// The records written, one a purpose.
        records: Vec<RecordId> => "sharing.other_basis",
        /// id@version of each notice.
        notices: Vec<String> => "sharing.other_basis",
        /// The language shown.
        language: String => "sharing.other_basis",
        /// SHA-256 of what was shown, in hex.
        sha256: Vec<String> => "sharing.other_basis",
    }
    /// She said yes where only consent gives a basis.
    ConsentGiven = "sharing.consent_given", Evidence {
        /// The record.
        record: RecordId => "sharing.consent",
        /// id@version.
        notice: String => "sharing.consent",
        /// The language shown.
        language: String => "sharing.consent",
        /// SHA-256 of what was shown, in hex.
        sha256: String => "sharing.consent",
    }
    /// She said no.
    ConsentRefused = "sharing.consent_refused", Evidence {
        /// The record.
        record: RecordId => "sharing.consent",
        /// id@version.
        notice: String => "sharing.consent",
    }
    /// A code was given to a service for her session.
    Authorized = "authorization.granted", Evidence {
        /// The grant.
        grant: GrantId => "sharing.other_basis",
        /// The scopes granted.
        scope: String => "sharing.other_basis",
        /// The APIs that its tokens may be for; none is ourselves alone.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        resources: Vec<String> => "sharing.other_basis",
    }
    /// Claims left the house: the tokens that carry them were issued.
    Released = "claims.released", Evidence {
        /// The grant.
        grant: GrantId => "sharing.other_basis",
        /// The claims, in the ID token or at userinfo.
        claims: Vec<String> => "sharing.other_basis",
        /// The records they go out under.
        records: Vec<RecordId> => "sharing.other_basis",
        /// Until when the tokens work (RFC 3339).
        until: String => "sharing.other_basis",
        /// What they were asked for with.
        by: String => "sharing.other_basis" in ["code", "refresh"],
    }
    /// A service asked for what it may not have.
    ReleaseDenied = "claims.denied", Evidence {
        /// The claims refused.
        claims: Vec<String> => "sharing.other_basis",
    }
    /// A spent code or refresh token was shown again: everything it gave is dead.
    ReuseDetected = "token.reuse_detected", Evidence {
        /// The grant that was ended.
        grant: GrantId => "event.security",
        /// What was shown again.
        what: String => "event.security" in ["code", "refresh_token"],
    }
    /// A service gave a token back before its end.
    TokenRevoked = "token.revoked", Evidence {
        /// The grant it came of; none for a token of the service's own.
        grant: Option<GrantId> => "event.security",
        /// access, refresh (then the grant ended with it) or machine.
        what: String => "event.security" in ["access", "refresh", "machine"],
    }
    /// A service's own program got a token, in nobody's name.
    MachineTokenIssued = "token.issued_to_machine", Evidence {
        /// The scopes.
        scope: String => "event.security",
        /// The APIs it is for; none is ourselves alone.
        audience: String => "event.security",
        /// Until when it works (RFC 3339).
        until: String => "event.security",
    }
    /// A request was refused before anybody was known; at most one a minute for a type, client and address prefix.
    RequestRefused = "request.refused", Evidence {
        /// The endpoint.
        endpoint: String => "event.security",
        /// How many since the last such event, this one included.
        count: i64 => "event.security",
    }
    /// A service was told that a session ended, and said it understood.
    LogoutConfirmed = "auth.logout_confirmed", Profile {
        /// The tries it took.
        attempts: i64 => "event.signin",
    }
    /// A service could not be told that a session ended.
    LogoutUndelivered = "auth.logout_undelivered", Profile {
        /// The tries made.
        attempts: i64 => "event.signin",
    }
    /// A service left: what she gave it is dead.
    ServiceLeft = "authorization.service_left", Evidence {
        /// In how many sessions it was told so.
        told: usize => "event.security",
    }
    /// The account was suspended: nobody signs in to it.
    AccountSuspended = "account.suspended", Evidence {
        /// How many sessions ended with it.
        sessions: usize => "event.security",
        /// Who did it.
        by: FullName => "officer.access",
    }
    /// A suspended account was given back to its owner.
    AccountRestored = "account.restored", Evidence {
        /// Who did it.
        by: FullName => "officer.access",
    }
    /// A policy bundle became the one in force.
    PolicyActivated = "config.policy_activated", Evidence {
        /// Its SHA-256, in hex.
        bundle: String => "policy.version",
        /// Who did it.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
        /// The second person, who approved it.
        #[serde(skip_serializing_if = "Option::is_none")]
        approved_by: Option<FullName> => "officer.access",
    }
    /// A signing key was made.
    KeyCreated = "config.key_created", Evidence {
        /// The key's id.
        kid: String => "signing_key",
        /// Its algorithm.
        algorithm: String => "signing_key",
    }
    /// Another key of an algorithm began to sign.
    KeyRotated = "config.key_rotated", Evidence {
        /// The key that signs from now on.
        kid: String => "signing_key",
        /// Its algorithm.
        algorithm: String => "signing_key",
        /// The keys that sign no longer; they stay published for what they signed.
        retired: Vec<String> => "signing_key",
    }
    /// Retired keys were destroyed: nothing that they signed is looked at any more.
    KeysDestroyed = "config.keys_destroyed", Evidence {
        /// The keys' ids.
        kids: Vec<String> => "signing_key",
    }
    /// Leave to register clients was given, as a token.
    ClientTokenMade = "config.client_token_made", Evidence {
        /// The template of the clients it may register.
        template: String => "client.registration",
        /// Until when (RFC 3339).
        until: String => "client.registration",
    }
    /// A client registered itself.
    ClientRegistered = "config.client_registered", Evidence {
        /// Its template.
        template: String => "client.registration",
        /// SHA-256 of its metadata, in hex.
        metadata: String => "client.registration",
    }
    /// A client changed its registration.
    ClientChanged = "config.client_changed", Evidence {
        /// Its template.
        template: String => "client.registration",
        /// SHA-256 of its metadata, in hex.
        metadata: String => "client.registration",
    }
    /// A client took its registration back, or an operator took it away: all it had been given is dead.
    ClientRemoved = "config.client_removed", Evidence {
        /// Its template.
        template: String => "client.registration",
        /// The operator, if it was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
    /// A client's secret was replaced.
    ClientSecretRotated = "config.client_secret_rotated", Evidence {
        /// Until when the former one works (RFC 3339).
        until: String => "client.registration",
    }
    /// A log was opened, the first or that of a new year; the one before is closed at this size and root.
    LogOpened = "log.opened", Evidence {
        /// Its name.
        log: String => "log.checkpoint",
        /// The public key that its checkpoints are signed with, as a vkey of C2SP signed-note.
        key: String => "log.checkpoint",
        /// SHA-256 of the policies in force, in hex.
        bundle: String => "policy.version",
        /// The log before it, if there was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        previous: Option<String> => "log.checkpoint",
        /// The final size of that one.
        #[serde(skip_serializing_if = "Option::is_none")]
        previous_size: Option<i64> => "log.checkpoint",
        /// The root of that one's tree, in base64.
        #[serde(skip_serializing_if = "Option::is_none")]
        previous_root: Option<String> => "log.checkpoint",
    }
    /// The record begins to leave the house as it happens.
    CollectorAdded = "config.collector_added", Evidence {
        /// The collector's address.
        collector: String => "log.checkpoint",
        /// The log it begins with, at the first entry.
        log: String => "log.checkpoint",
    }
    /// An event was not as it was committed when it got its place in the log.
    TamperingFound = "log.tampering_found", Evidence {
        /// The event.
        event: EventId => "event.security",
        /// Its log.
        log: String => "log.checkpoint",
        /// Its place there.
        index: i64 => "log.checkpoint",
    }
    /// Entries of a log left the house in an export or a proof.
    LogExported = "officer.exported", Evidence {
        /// The log.
        log: String => "log.checkpoint",
        /// The first index.
        from: i64 => "log.checkpoint",
        /// The first index after the last.
        to: i64 => "log.checkpoint",
        /// Who did it.
        by: FullName => "officer.access",
        /// The second person, who approved it; one entry alone needs none.
        #[serde(skip_serializing_if = "Option::is_none")]
        approved_by: Option<FullName> => "officer.access",
    }
    /// An officer or operator looked at a person's record.
    RecordViewed = "officer.viewed", Evidence {
        /// The fields opened.
        fields: Vec<String> => "officer.access",
        /// Who looked, if it was an operator, whom the leaf cannot name.
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<FullName> => "officer.access",
    }
}

impl Look for RecordViewed {}
