-- One value a name: the root secret's check value.
CREATE TABLE house (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

-- Bumped by every change of client, policy, key or role; nodes poll it.
CREATE TABLE generation (
    id INTEGER NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;

INSERT INTO generation (id, number) VALUES (1, 1);

-- Who does a duty now, and until when.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder BLOB NOT NULL,
    until INTEGER NOT NULL
) STRICT;

-- Activated policies, content-addressed; exactly one is in force.
CREATE TABLE policy_bundle (
    digest BLOB NOT NULL PRIMARY KEY,
    body BLOB NOT NULL,
    activated_at INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX policy_bundle_in_force ON policy_bundle (active) WHERE active = 1;

-- Signing keys, enveloped under the key-encryption key.
CREATE TABLE signing_key (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    public_jwk TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Counters against guessing, by blind index: the same for accounts that do not exist.
CREATE TABLE throttle (
    kind TEXT NOT NULL,
    key BLOB NOT NULL,
    window_start INTEGER NOT NULL,
    count INTEGER NOT NULL,
    closed_until INTEGER,
    PRIMARY KEY (kind, key)
) STRICT;
