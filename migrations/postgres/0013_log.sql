-- The Ed25519 key that signs checkpoints, enveloped under the key-encryption key.
CREATE TABLE log_key (
    public_key BYTEA NOT NULL PRIMARY KEY,
    wrapped BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- One log for each financial year; the one that is not closed grows.
CREATE TABLE audit_log (
    name TEXT NOT NULL PRIMARY KEY,
    year BIGINT NOT NULL UNIQUE,
    size BIGINT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ
);

-- The hash tree of each log, as tiles of up to 256 hashes.
CREATE TABLE log_tile (
    log TEXT NOT NULL REFERENCES audit_log(name),
    level BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (log, level, number)
);

-- Signed checkpoints: the last one of each minute.
CREATE TABLE log_checkpoint (
    log TEXT NOT NULL REFERENCES audit_log(name),
    minute BIGINT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (log, minute)
);
CREATE INDEX log_checkpoint_size ON log_checkpoint (log, size);

-- A place once given is never taken back.
CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.leaf_index IS NOT NULL THEN
        RAISE EXCEPTION 'an event keeps its place in the log';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER event_placed BEFORE UPDATE OF log, leaf_index ON event FOR EACH ROW EXECUTE FUNCTION refuse_move();
