-- One value a name: the root secret's check value.
CREATE TABLE house (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

-- Bumped by every change of client, policy, key or role; nodes poll it.
CREATE TABLE generation (
    id BIGINT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);

INSERT INTO generation (id, number) VALUES (1, 1);

-- Who does a duty now, and until when.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder UUID NOT NULL,
    until TIMESTAMPTZ NOT NULL
);

-- Activated policies, content-addressed; exactly one is in force.
CREATE TABLE policy_bundle (
    digest BYTEA NOT NULL PRIMARY KEY,
    body BYTEA NOT NULL,
    activated_at TIMESTAMPTZ NOT NULL,
    active BOOLEAN NOT NULL
);

CREATE UNIQUE INDEX policy_bundle_in_force ON policy_bundle (active) WHERE active;

-- Signing keys, enveloped under the key-encryption key.
CREATE TABLE signing_key (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    public_jwk TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Counters against guessing, by blind index: the same for accounts that do not exist.
CREATE TABLE throttle (
    kind TEXT NOT NULL,
    key BYTEA NOT NULL,
    window_start TIMESTAMPTZ NOT NULL,
    count BIGINT NOT NULL,
    closed_until TIMESTAMPTZ,
    PRIMARY KEY (kind, key)
);
