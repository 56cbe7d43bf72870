-- The random pairwise subject of each sector.
CREATE TABLE subject (
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    sector TEXT NOT NULL,
    sub TEXT NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, sector)
);

-- Why a service may have which claims: appended to, never changed.
CREATE TABLE sharing_record (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL,
    client_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    state TEXT NOT NULL,
    notice TEXT NOT NULL,
    notice_sha256 BYTEA NOT NULL,
    language TEXT NOT NULL,
    claims TEXT NOT NULL,
    policy TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sharing_record_account ON sharing_record (account_id, client_id, at);

-- What a session gave one client: the code, and all that comes of it.
CREATE TABLE grant_record (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    session_id UUID NOT NULL REFERENCES session(id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    sub TEXT NOT NULL,
    sid TEXT NOT NULL,
    scope TEXT NOT NULL,
    id_token_claims TEXT NOT NULL,
    userinfo_claims TEXT NOT NULL,
    records TEXT NOT NULL,
    nonce TEXT,
    auth_time TIMESTAMPTZ NOT NULL,
    amr TEXT NOT NULL,
    acr TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge TEXT,
    code BYTEA NOT NULL UNIQUE,
    code_until TIMESTAMPTZ NOT NULL,
    spent_at TIMESTAMPTZ,
    released_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX grant_record_account ON grant_record (account_id, client_id);
CREATE INDEX grant_record_session ON grant_record (session_id);

-- Bearer tokens, as their SHA-256.
CREATE TABLE access_token (
    hash BYTEA NOT NULL PRIMARY KEY,
    grant_id UUID NOT NULL REFERENCES grant_record(id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    claims TEXT NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX access_token_grant ON access_token (grant_id);
CREATE INDEX access_token_expires ON access_token (expires_at);

-- Refresh tokens, as their SHA-256; each grant's form one chain.
CREATE TABLE refresh_token (
    hash BYTEA NOT NULL PRIMARY KEY,
    grant_id UUID NOT NULL REFERENCES grant_record(id) ON DELETE CASCADE,
    parent BYTEA,
    issued_at TIMESTAMPTZ NOT NULL,
    idle_until TIMESTAMPTZ NOT NULL,
    absolute_until TIMESTAMPTZ NOT NULL,
    spent_at TIMESTAMPTZ
);
CREATE INDEX refresh_token_grant ON refresh_token (grant_id);
CREATE INDEX refresh_token_parent ON refresh_token (parent);

-- Whom to tell when a session ends.
CREATE TABLE session_client (
    session_id UUID NOT NULL REFERENCES session(id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    sid TEXT NOT NULL UNIQUE,
    sub TEXT NOT NULL,
    first_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (session_id, client_id)
);

-- Client assertions already seen (RFC 7523 §3).
CREATE TABLE assertion (
    client_id TEXT NOT NULL,
    jti BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (client_id, jti)
);
CREATE INDEX assertion_expires ON assertion (expires_at);
