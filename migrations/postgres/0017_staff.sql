-- Members of staff. The name is sealed under a key of its row; roles are words with spaces between. No address is held.
CREATE TABLE staff_member (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name BYTEA NOT NULL,
    name_key BYTEA NOT NULL,
    upstream BYTEA UNIQUE,
    roles TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ
);
CREATE INDEX staff_member_removed ON staff_member (removed_at);

-- Links with which a member adds their first passkey; the token is stored as its SHA-256.
CREATE TABLE staff_invitation (
    hash BYTEA NOT NULL PRIMARY KEY,
    staff_id UUID NOT NULL REFERENCES staff_member(id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    spent_at TIMESTAMPTZ
);
CREATE INDEX staff_invitation_member ON staff_invitation (staff_id);
CREATE INDEX staff_invitation_expires ON staff_invitation (expires_at);

-- Passkeys: the public key with what is known of its authenticator, and how often it has signed.
CREATE TABLE staff_passkey (
    id BYTEA NOT NULL PRIMARY KEY,
    staff_id UUID NOT NULL REFERENCES staff_member(id) ON DELETE CASCADE,
    passkey TEXT NOT NULL,
    label TEXT NOT NULL,
    signatures BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ
);
CREATE INDEX staff_passkey_member ON staff_passkey (staff_id);

-- A passkey asked for and not yet shown: the sealed challenge, good once, in one browser.
CREATE TABLE staff_ceremony (
    hash BYTEA NOT NULL PRIMARY KEY,
    browser BYTEA NOT NULL,
    purpose TEXT NOT NULL,
    staff_id UUID REFERENCES staff_member(id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    spent_at TIMESTAMPTZ
);
CREATE INDEX staff_ceremony_member ON staff_ceremony (staff_id);
CREATE INDEX staff_ceremony_expires ON staff_ceremony (expires_at);

-- Signed-in members; the token is stored as its SHA-256.
CREATE TABLE staff_session (
    id UUID NOT NULL PRIMARY KEY,
    token BYTEA NOT NULL UNIQUE,
    staff_id UUID NOT NULL REFERENCES staff_member(id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    proof TEXT NOT NULL,
    proved_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    absolute_until TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX staff_session_member ON staff_session (staff_id);
CREATE INDEX staff_session_until ON staff_session (absolute_until);
