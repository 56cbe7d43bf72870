-- Tokens are what is written most, so each index of theirs counts. An access token outlives its grant by minutes at
-- most and opens nothing without it: it needs no way back from the grant. A refresh token's child is found by its own
-- hash, which is made from its parent (whose column stays for programs of the version before). Rows are kept in the
-- order of their key instead of beside it.
CREATE TABLE access_token_by_hash (
    hash BLOB NOT NULL PRIMARY KEY,
    grant_id BLOB NOT NULL,
    scope TEXT NOT NULL,
    claims TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    audience TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
INSERT INTO access_token_by_hash (hash, grant_id, scope, claims, issued_at, expires_at, audience)
    SELECT hash, grant_id, scope, claims, issued_at, expires_at, audience FROM access_token;
DROP TABLE access_token;
ALTER TABLE access_token_by_hash RENAME TO access_token;
CREATE INDEX access_token_expires ON access_token (expires_at);

CREATE TABLE refresh_token_by_hash (
    hash BLOB NOT NULL PRIMARY KEY,
    grant_id BLOB NOT NULL REFERENCES grant_record(id) ON DELETE CASCADE,
    parent BLOB,
    issued_at INTEGER NOT NULL,
    idle_until INTEGER NOT NULL,
    absolute_until INTEGER NOT NULL,
    spent_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO refresh_token_by_hash (hash, grant_id, parent, issued_at, idle_until, absolute_until, spent_at)
    SELECT hash, grant_id, parent, issued_at, idle_until, absolute_until, spent_at FROM refresh_token;
DROP TABLE refresh_token;
ALTER TABLE refresh_token_by_hash RENAME TO refresh_token;
CREATE INDEX refresh_token_grant ON refresh_token (grant_id);

CREATE TABLE machine_token_by_hash (
    hash BLOB NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    audience TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO machine_token_by_hash (hash, client_id, scope, audience, issued_at, expires_at)
    SELECT hash, client_id, scope, audience, issued_at, expires_at FROM machine_token;
DROP TABLE machine_token;
ALTER TABLE machine_token_by_hash RENAME TO machine_token;
CREATE INDEX machine_token_expires ON machine_token (expires_at);

-- Nothing looks events up by whose key sealed them.
DROP INDEX event_person;
