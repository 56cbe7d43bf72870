-- Leave to register clients under one template, as the SHA-256 of an initial access token (RFC 7591 §1.2).
CREATE TABLE initial_token (
    hash BYTEA NOT NULL PRIMARY KEY,
    template TEXT NOT NULL,
    most BIGINT,
    uses BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX initial_token_expires ON initial_token (expires_at);

-- Clients that registered themselves (RFC 7591, RFC 7592): what they said, and hashes of what they were given.
CREATE TABLE registered_client (
    id TEXT NOT NULL PRIMARY KEY,
    template TEXT NOT NULL,
    sector TEXT NOT NULL,
    metadata TEXT NOT NULL,
    access_token BYTEA NOT NULL UNIQUE,
    secret BYTEA,
    previous_secret BYTEA,
    previous_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

-- What a client was given, to end it when the client is removed; and whom a sector's subjects belong to.
CREATE INDEX grant_record_client ON grant_record (client_id) WHERE ended_at IS NULL;
CREATE INDEX subject_sector ON subject (sector);
