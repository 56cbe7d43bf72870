-- Leave to register clients under one template, as the SHA-256 of an initial access token (RFC 7591 §1.2).
CREATE TABLE initial_token (
    hash BLOB NOT NULL PRIMARY KEY,
    template TEXT NOT NULL,
    most INTEGER,
    uses INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX initial_token_expires ON initial_token (expires_at);

-- Clients that registered themselves (RFC 7591, RFC 7592): what they said, and hashes of what they were given.
CREATE TABLE registered_client (
    id TEXT NOT NULL PRIMARY KEY,
    template TEXT NOT NULL,
    sector TEXT NOT NULL,
    metadata TEXT NOT NULL,
    access_token BLOB NOT NULL UNIQUE,
    secret BLOB,
    previous_secret BLOB,
    previous_until INTEGER,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- What a client was given, to end it when the client is removed; and whom a sector's subjects belong to.
CREATE INDEX grant_record_client ON grant_record (client_id) WHERE ended_at IS NULL;
CREATE INDEX subject_sector ON subject (sector);
