-- Authorization requests that clients pushed (RFC 9126), sealed; the reference is stored as its SHA-256.
CREATE TABLE pushed_request (
    hash BLOB NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL,
    request BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER
) STRICT;
CREATE INDEX pushed_request_expires ON pushed_request (expires_at);
