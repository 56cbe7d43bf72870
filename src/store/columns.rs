//! Promise 4: no row without a rule. Every column has one data category; `policies/retention.toml` has one rule for
//! each category. A test reads the schema of both databases and fails on a column that is not here.

/// What is kept outside of the store: copies of the data, and of the vault.
pub const ELSEWHERE: &[&str] = &["backup", "backup.vault"];

/// Columns of a table that belong to another category than the table: (column, category).
type Others = &'static [(&'static str, &'static str)];

/// (table, its category, columns with another category).
pub const TABLES: &[(&str, &str, Others)] = &[
    ("house", "system", &[]),
    ("generation", "system", &[]),
    ("lease", "lease", &[]),
    ("policy_bundle", "policy.version", &[]),
    ("policy_proposal", "policy.version", &[]),
    ("signing_key", "signing_key", &[]),
    ("throttle", "throttle", &[]),
    ("vault.person_key", "person_key", &[]),
    ("vault.tombstone", "erasure", &[]),
    ("vault.revocation", "erasure", &[]),
    ("vault.log_seen", "log.checkpoint", &[]),
    ("account", "account_profile", &[("closed_at", "account.closed"), ("died_at", "account.deceased")]),
    ("account_need", "account_profile", &[]),
    ("dormancy_notice", "account_profile", &[]),
    ("erasure", "erasure", &[]),
    ("hold", "retention.hold", &[]),
    ("retention_review", "retention.hold", &[]),
    ("retention_run", "retention.record", &[]),
    ("retention_part", "retention.record", &[]),
    ("retention_tally", "retention.record", &[]),
    ("disposal_certificate", "retention.record", &[]),
    ("identifier", "sign_in_identifier", &[]),
    ("contact", "contact", &[("replaced_at", "contact.history")]),
    ("attribute", "account_detail", &[("replaced_at", "contact.history")]),
    ("credential", "credential", &[]),
    ("authenticator", "credential", &[]),
    ("recovery_code", "credential", &[]),
    ("registration", "registration", &[]),
    ("challenge", "otp_challenge", &[]),
    ("link", "otp_challenge", &[]),
    ("recovery", "otp_challenge", &[]),
    ("session", "session", &[]),
    ("known_browser", "browser", &[]),
    ("flow", "flow", &[]),
    ("pushed_request", "flow", &[]),
    ("subject", "account_profile", &[]),
    ("sharing_record", "sharing.other_basis", &[]),
    ("sharing_standing", "sharing.other_basis", &[]),
    (
        "grant_record",
        "auth_code",
        &[
            ("refresh", "refresh_token"),
            ("refresh_used", "refresh_token"),
            ("refresh_used_at", "refresh_token"),
            ("refresh_idle_until", "refresh_token"),
            ("refresh_until", "refresh_token"),
        ],
    ),
    ("access_token", "access_token", &[]),
    ("refresh_token", "refresh_token", &[]),
    ("machine_token", "access_token", &[]),
    ("session_client", "session", &[]),
    ("session_proof", "session", &[]),
    ("assertion", "client.assertion_jti", &[]),
    ("initial_token", "client.initial_token", &[]),
    ("registered_client", "client.registration", &[]),
    ("event", "event.envelope", &[("payload", "event.signin"), ("salt", "event.signin"), ("person", "event.signin")]),
    ("event_search", "event.envelope", &[]),
    ("disposed_span", "event.envelope", &[]),
    ("log_key", "log.checkpoint", &[]),
    ("audit_log", "log.checkpoint", &[]),
    ("log_tile", "log.tree", &[]),
    ("log_checkpoint", "log.checkpoint", &[]),
    ("log_witness", "log.checkpoint", &[]),
    ("log_stream", "log.checkpoint", &[]),
    ("enquiry", "officer.access", &[]),
    ("enquiry_person", "officer.access", &[]),
    ("approval", "officer.access", &[]),
    ("glass", "officer.access", &[]),
    ("breach", "breach.register", &[]),
    ("conflict", "officer.conflict", &[]),
    ("staff_member", "staff.account", &[]),
    ("staff_passkey", "credential", &[]),
    ("staff_invitation", "otp_challenge", &[]),
    ("staff_ceremony", "otp_challenge", &[]),
    ("staff_session", "staff.session", &[]),
    ("access_question", "access.question", &[]),
    ("download", "flow", &[("row_key", "outbox_message"), ("body", "outbox_message")]),
    ("rights_case", "rights.case", &[]),
    ("rights_step", "rights.case", &[]),
    ("rights_entry", "rights.case", &[]),
    ("rights_bundle", "rights.bundle", &[]),
    ("notice_delay", "officer.access", &[]),
    ("outbox", "outbox_message", &[]),
    ("delivery", "delivery_log", &[]),
    ("signal", "signal", &[("row_key", "outbox_message"), ("body", "outbox_message")]),
    ("signal_try", "delivery_log", &[]),
];

/// The category of a column, if the table is known.
#[must_use]
pub fn category(table: &str, column: &str) -> Option<&'static str> {
    let (_, category, others) = TABLES.iter().find(|(name, ..)| *name == table)?;
    Some(others.iter().find(|(name, _)| *name == column).map_or(category, |(_, other)| other))
}
