CREATE SCHEMA vault;

-- Each person's two keys, held apart and backed up apart.
CREATE TABLE vault.person_key (
    person UUID NOT NULL,
    kind TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person, kind)
);

-- One resident.
CREATE TABLE account (
    id UUID NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    name BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL
);

-- What one signs in with: unique, and apart from where one is written to.
CREATE TABLE identifier (
    kind TEXT NOT NULL,
    blind BYTEA NOT NULL,
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (blind, kind)
);
CREATE INDEX identifier_account ON identifier (account_id);

-- Where one is written to; two people may share one.
CREATE TABLE contact (
    id UUID NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    blind BYTEA NOT NULL,
    address BYTEA NOT NULL,
    verified_at TIMESTAMPTZ NOT NULL,
    replaced_at TIMESTAMPTZ
);
CREATE INDEX contact_account ON contact (account_id);
CREATE INDEX contact_blind ON contact (blind);

-- The password, hashed; the version says whether a check still stands.
CREATE TABLE credential (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
    phc TEXT NOT NULL,
    version BIGINT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

-- An account being created; its keys are those the account will have.
CREATE TABLE registration (
    id UUID NOT NULL PRIMARY KEY,
    journey BYTEA NOT NULL UNIQUE,
    flow BYTEA,
    email_blind BYTEA NOT NULL,
    email BYTEA NOT NULL,
    name BYTEA NOT NULL,
    taken BOOLEAN NOT NULL,
    share BOOLEAN NOT NULL,
    longer BOOLEAN NOT NULL,
    sign_in_name BYTEA,
    language TEXT NOT NULL,
    notice TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    proven_at TIMESTAMPTZ,
    browser BYTEA,
    finished_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX registration_expires ON registration (expires_at);

-- One-time codes sent. Each lives in its own window; misses are counted per journey in throttle.
CREATE TABLE challenge (
    id UUID NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    journey BYTEA NOT NULL,
    person UUID NOT NULL,
    code BYTEA NOT NULL,
    sent_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    spent_at TIMESTAMPTZ
);
CREATE INDEX challenge_journey ON challenge (journey);
CREATE INDEX challenge_expires ON challenge (expires_at);

-- Links sent in messages: superseded by a newer one, spent by a POST.
CREATE TABLE link (
    hash BYTEA NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    person UUID NOT NULL,
    detail BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    spent_at TIMESTAMPTZ
);
CREATE INDEX link_person ON link (person, purpose);
CREATE INDEX link_expires ON link (expires_at);

-- A forgotten password or a change of address on its way; person is null when the address is unknown to us.
CREATE TABLE recovery (
    journey BYTEA NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    person UUID,
    flow BYTEA,
    address BYTEA,
    language TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    proven_at TIMESTAMPTZ,
    spent_at TIMESTAMPTZ,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX recovery_expires ON recovery (expires_at);
