-- Authorization requests that clients pushed (RFC 9126), sealed; the reference is stored as its SHA-256.
CREATE TABLE pushed_request (
    hash BYTEA NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL,
    request BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    spent_at TIMESTAMPTZ
);
CREATE INDEX pushed_request_expires ON pushed_request (expires_at);
