-- The random pairwise subject of each sector.
CREATE TABLE subject (
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    sector TEXT NOT NULL,
    sub TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, sector)
) STRICT;

-- Why a service may have which claims: appended to, never changed.
CREATE TABLE sharing_record (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    client_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    state TEXT NOT NULL,
    notice TEXT NOT NULL,
    notice_sha256 BLOB NOT NULL,
    language TEXT NOT NULL,
    claims TEXT NOT NULL,
    policy TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX sharing_record_account ON sharing_record (account_id, client_id, at);

-- What a session gave one client: the code, and all that comes of it.
CREATE TABLE grant_record (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    session_id BLOB NOT NULL REFERENCES session(id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    sid TEXT NOT NULL,
    scope TEXT NOT NULL,
    id_token_claims TEXT NOT NULL,
    userinfo_claims TEXT NOT NULL,
    records TEXT NOT NULL,
    nonce TEXT,
    auth_time INTEGER NOT NULL,
    amr TEXT NOT NULL,
    acr TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT,
    code BLOB NOT NULL UNIQUE,
    code_until INTEGER NOT NULL,
    spent_at INTEGER,
    released_at INTEGER,
    created_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX grant_record_account ON grant_record (account_id, client_id);
CREATE INDEX grant_record_session ON grant_record (session_id);

-- Bearer tokens, as their SHA-256.
CREATE TABLE access_token (
    hash BLOB NOT NULL PRIMARY KEY,
    grant_id BLOB NOT NULL REFERENCES grant_record(id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    claims TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX access_token_grant ON access_token (grant_id);
CREATE INDEX access_token_expires ON access_token (expires_at);

-- Refresh tokens, as their SHA-256; each grant's form one chain.
CREATE TABLE refresh_token (
    hash BLOB NOT NULL PRIMARY KEY,
    grant_id BLOB NOT NULL REFERENCES grant_record(id) ON DELETE CASCADE,
    parent BLOB,
    issued_at INTEGER NOT NULL,
    idle_until INTEGER NOT NULL,
    absolute_until INTEGER NOT NULL,
    spent_at INTEGER
) STRICT;
CREATE INDEX refresh_token_grant ON refresh_token (grant_id);
CREATE INDEX refresh_token_parent ON refresh_token (parent);

-- Whom to tell when a session ends.
CREATE TABLE session_client (
    session_id BLOB NOT NULL REFERENCES session(id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    sid TEXT NOT NULL UNIQUE,
    sub TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (session_id, client_id)
) STRICT;

-- Client assertions already seen (RFC 7523 §3).
CREATE TABLE assertion (
    client_id TEXT NOT NULL,
    jti BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (client_id, jti)
) STRICT;
CREATE INDEX assertion_expires ON assertion (expires_at);
