-- The Ed25519 key that signs checkpoints, enveloped under the key-encryption key.
CREATE TABLE log_key (
    public_key BLOB NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- One log for each financial year; the one that is not closed grows.
CREATE TABLE audit_log (
    name TEXT NOT NULL PRIMARY KEY,
    year INTEGER NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;

-- The hash tree of each log, as tiles of up to 256 hashes.
CREATE TABLE log_tile (
    log TEXT NOT NULL REFERENCES audit_log(name),
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (log, level, number)
) STRICT;

-- Signed checkpoints: the last one of each minute.
CREATE TABLE log_checkpoint (
    log TEXT NOT NULL REFERENCES audit_log(name),
    minute INTEGER NOT NULL,
    size INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (log, minute)
) STRICT;
CREATE INDEX log_checkpoint_size ON log_checkpoint (log, size);

-- A place once given is never taken back.
CREATE TRIGGER event_placed BEFORE UPDATE OF log, leaf_index ON event WHEN OLD.leaf_index IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'an event keeps its place in the log');
END;
