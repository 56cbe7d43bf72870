-- Members of staff. The name is sealed under a key of its row; roles are words with spaces between. No address is held.
CREATE TABLE staff_member (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name BLOB NOT NULL,
    name_key BLOB NOT NULL,
    upstream BLOB UNIQUE,
    roles TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE INDEX staff_member_removed ON staff_member (removed_at);

-- Links with which a member adds their first passkey; the token is stored as its SHA-256.
CREATE TABLE staff_invitation (
    hash BLOB NOT NULL PRIMARY KEY,
    staff_id BLOB NOT NULL REFERENCES staff_member(id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER
) STRICT;
CREATE INDEX staff_invitation_member ON staff_invitation (staff_id);
CREATE INDEX staff_invitation_expires ON staff_invitation (expires_at);

-- Passkeys: the public key with what is known of its authenticator, and how often it has signed.
CREATE TABLE staff_passkey (
    id BLOB NOT NULL PRIMARY KEY,
    staff_id BLOB NOT NULL REFERENCES staff_member(id) ON DELETE CASCADE,
    passkey TEXT NOT NULL,
    label TEXT NOT NULL,
    signatures INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;
CREATE INDEX staff_passkey_member ON staff_passkey (staff_id);

-- A passkey asked for and not yet shown: the sealed challenge, good once, in one browser.
CREATE TABLE staff_ceremony (
    hash BLOB NOT NULL PRIMARY KEY,
    browser BLOB NOT NULL,
    purpose TEXT NOT NULL,
    staff_id BLOB REFERENCES staff_member(id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER
) STRICT;
CREATE INDEX staff_ceremony_member ON staff_ceremony (staff_id);
CREATE INDEX staff_ceremony_expires ON staff_ceremony (expires_at);

-- Signed-in members; the token is stored as its SHA-256.
CREATE TABLE staff_session (
    id BLOB NOT NULL PRIMARY KEY,
    token BLOB NOT NULL UNIQUE,
    staff_id BLOB NOT NULL REFERENCES staff_member(id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    proof TEXT NOT NULL,
    proved_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    absolute_until INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX staff_session_member ON staff_session (staff_id);
CREATE INDEX staff_session_until ON staff_session (absolute_until);
