-- SQLite's vault, a file of its own: each person's two keys, held apart and backed up apart.
CREATE TABLE IF NOT EXISTS vault.person_key (
    person BLOB NOT NULL,
    kind TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (person, kind)
) STRICT;

-- Who was erased: laid down before anything goes, so that what was begun is finished, and a restored backup is put right.
CREATE TABLE IF NOT EXISTS vault.tombstone (
    person BLOB NOT NULL PRIMARY KEY,
    cause TEXT NOT NULL,
    erased_at INTEGER NOT NULL
) STRICT;

-- The head of the log as it was seen last: data that is older than the vault is told by it.
CREATE TABLE IF NOT EXISTS vault.log_seen (
    log TEXT NOT NULL PRIMARY KEY,
    note TEXT NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;

-- What was taken back or stopped, of a consent, an objection, a password, an account: an older copy of the data would bring it back.
-- The record is the line of the ledger that it stops, or the person.
CREATE TABLE IF NOT EXISTS vault.revocation (
    record BLOB NOT NULL,
    what TEXT NOT NULL,
    person BLOB NOT NULL,
    revoked_at INTEGER NOT NULL,
    PRIMARY KEY (record, what)
) STRICT;
CREATE INDEX IF NOT EXISTS vault.revocation_person ON revocation (person);
