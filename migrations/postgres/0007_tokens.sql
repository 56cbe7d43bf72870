-- The APIs an authorization is for (RFC 8707), with spaces between; none stands for the issuer alone.
ALTER TABLE grant_record ADD COLUMN resources TEXT NOT NULL DEFAULT '';

-- Whom an access token is for, likewise.
ALTER TABLE access_token ADD COLUMN audience TEXT NOT NULL DEFAULT '';

-- Tokens of services' own programs, in nobody's name (RFC 6749 §4.4), as their SHA-256.
CREATE TABLE machine_token (
    hash BYTEA NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX machine_token_expires ON machine_token (expires_at);

-- When a signing key came to its state; none before it was first moved.
ALTER TABLE signing_key ADD COLUMN moved_at TIMESTAMPTZ;
