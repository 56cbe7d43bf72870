//! What residents do, and what is done with what is theirs.

use super::{Entry, events, may_be_absent, version};
use crate::domain::account::FullName;
use crate::domain::audit::schema::{Field, Shaped};
use crate::domain::audit::{Kind, PersonKey};
use crate::domain::ids::{EventId, GrantId, QuestionId, RecordId, SessionId};
use serde::Serialize;

events! {
    /// A resident proved an address and chose a password: the account exists.
    AccountCreated = "account.created", Evidence {
        /// The notice she was shown first, as id@version and language.
        notice: String => "sharing.other_basis",
    }
    /// Someone began to create an account.
    RegistrationStarted = "account.registration_started", Profile as "event.signin" {}
    /// The address of a started registration was proven, by code or by link.
    AddressProven = "account.address_proven", Profile as "event.signin" {}
    /// A sign-in with all the proof it needed.
    SigninSucceeded = "auth.signin_succeeded", Profile {
        /// How (RFC 8176 amr values).
        amr: Vec<String> => "event.signin",
        /// On a device said to be her own.
        own_device: bool => "event.signin",
    }
    /// The right password, for an account that asks for a second step: nobody is signed in by it yet.
    PasswordAccepted = "auth.password_accepted", Profile as "event.signin" {}
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
    SessionsEnded = "auth.sessions_ended" @ 2, Profile {
        /// Why.
        why: String => "event.security" in ["not_me", "another_signed_in", "ran_out", "ended_by_resident", "ended_others", "signed_out_everywhere", "ended_from_letter", "restored"],
        /// How many.
        count: i64 => "event.security",
    }
    /// A signed-in person named something that is not hers, and got nothing.
    AccessDenied = "access.denied" @ 2, Profile {
        /// What kind of thing.
        what: String => "event.security" in ["session", "access"],
    }
    /// She asked the council about a look at her record, or about what a service got.
    AccessQuestioned = "access.questioned", Evidence {
        /// The question.
        question: QuestionId => "access.question",
        /// The event that it is about.
        event: EventId => "access.question",
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
    /// A copy of the house brought back what had been stopped, and it was stopped again; a password that had been replaced opens nothing.
    RevokedAgain = "account.revoked_again", Profile {
        /// What.
        what: String => "event.security" in ["password", "restricted", "suspended", "closed", "died"],
        /// When it was done first (RFC 3339).
        of: String => "event.security",
    }
    /// An authenticator app was set up, with recovery codes.
    AuthenticatorSet = "credential.authenticator_set", Profile {
        /// Whether it is the first.
        how: String => "event.security" in ["added", "replaced"],
    }
    /// The authenticator app and the recovery codes were taken away.
    AuthenticatorRemoved = "credential.authenticator_removed", Profile as "event.security" {}
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
    /// She gave a detail, corrected it (UK GDPR Art 16) or took it away. What it says stands nowhere in the record.
    DetailChanged = "account.detail_changed", Evidence as "sharing.other_basis" {
        /// Which detail.
        detail: String => "contact.history" in ["birthdate", "address", "phone_number"],
        /// What she did.
        how: String => "contact.history" in ["given", "corrected", "taken_away"],
        /// The claims that say something else now to those who were given them.
        claims: Vec<String> => "sharing.other_basis",
        /// The services that were given them, which are told (UK GDPR Art 19).
        services: Vec<String> => "sharing.other_basis",
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
    // These two stand in the order of their keys: nothing is recorded more often, and so they are written in one go
    // (`crypto::canonical`).
    /// A code was given to a service for her session.
    Authorized = "authorization.granted", Evidence {
        /// The grant.
        grant: GrantId => "sharing.other_basis",
        /// The APIs that its tokens may be for; none is ourselves alone.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        resources: Vec<String> => "sharing.other_basis",
        /// The scopes granted.
        scope: String => "sharing.other_basis",
    }
    /// Claims left the house: the tokens that carry them were issued.
    Released = "claims.released", Evidence {
        /// What they were asked for with.
        by: String => "sharing.other_basis" in ["code", "refresh"],
        /// The claims, in the ID token or at userinfo.
        claims: Vec<String> => "sharing.other_basis",
        /// The grant.
        grant: GrantId => "sharing.other_basis",
        /// The records they go out under.
        records: Vec<RecordId> => "sharing.other_basis",
        /// Until when the tokens work (RFC 3339).
        until: String => "sharing.other_basis",
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
    AccountSuspended = "account.suspended", Evidence as "officer.access" {
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
}
