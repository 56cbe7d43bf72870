-- The vault's tables are in ../vault.sql: what is committed to two files at once is not on both if the process dies.

-- One resident.
CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    name BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
) STRICT;

-- What one signs in with: unique, and apart from where one is written to.
CREATE TABLE identifier (
    kind TEXT NOT NULL,
    blind BLOB NOT NULL,
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (blind, kind)
) STRICT;
CREATE INDEX identifier_account ON identifier (account_id);

-- Where one is written to; two people may share one.
CREATE TABLE contact (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    blind BLOB NOT NULL,
    address BLOB NOT NULL,
    verified_at INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT;
CREATE INDEX contact_account ON contact (account_id);
CREATE INDEX contact_blind ON contact (blind);

-- The password, hashed; the version says whether a check still stands.
CREATE TABLE credential (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
    phc TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- An account being created; its keys are those the account will have.
CREATE TABLE registration (
    id BLOB NOT NULL PRIMARY KEY,
    journey BLOB NOT NULL UNIQUE,
    flow BLOB,
    email_blind BLOB NOT NULL,
    email BLOB NOT NULL,
    name BLOB NOT NULL,
    taken INTEGER NOT NULL CHECK (taken IN (0, 1)),
    share INTEGER NOT NULL CHECK (share IN (0, 1)),
    longer INTEGER NOT NULL CHECK (longer IN (0, 1)),
    sign_in_name BLOB,
    language TEXT NOT NULL,
    notice TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    proven_at INTEGER,
    browser BLOB,
    finished_at INTEGER,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX registration_expires ON registration (expires_at);

-- One-time codes sent. Each lives in its own window; misses are counted per journey in throttle.
CREATE TABLE challenge (
    id BLOB NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    journey BLOB NOT NULL,
    person BLOB NOT NULL,
    code BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER
) STRICT;
CREATE INDEX challenge_journey ON challenge (journey);
CREATE INDEX challenge_expires ON challenge (expires_at);

-- Links sent in messages: superseded by a newer one, spent by a POST.
CREATE TABLE link (
    hash BLOB NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    person BLOB NOT NULL,
    detail BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER
) STRICT;
CREATE INDEX link_person ON link (person, purpose);
CREATE INDEX link_expires ON link (expires_at);

-- A forgotten password or a change of address on its way; person is null when the address is unknown to us.
CREATE TABLE recovery (
    journey BLOB NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    person BLOB,
    flow BLOB,
    address BLOB,
    language TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    proven_at INTEGER,
    spent_at INTEGER,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX recovery_expires ON recovery (expires_at);
