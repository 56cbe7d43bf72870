-- The log as it was signed, and as witnesses had cosigned it, when a run was planned: its certificate shows both.
ALTER TABLE retention_run ADD COLUMN log_note TEXT;
ALTER TABLE retention_run ADD COLUMN log_cosigned TEXT;

-- What a run left alone and why, by whose decision it destroyed, what failed and was tried again: each with how many.
CREATE TABLE retention_tally (
    run_id BLOB NOT NULL REFERENCES retention_run(id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    about TEXT NOT NULL,
    what TEXT NOT NULL,
    items INTEGER NOT NULL,
    PRIMARY KEY (run_id, rule, about, what)
) STRICT;

-- When the clock began of an account that a run erased: forgotten once the run has ended.
ALTER TABLE erasure ADD COLUMN began INTEGER;
CREATE INDEX erasure_began ON erasure (run_id) WHERE began IS NOT NULL;

-- The run that takes the evidence key: laid down before the key goes, which may be in another file, so that it is counted by looking.
ALTER TABLE erasure ADD COLUMN key_run BLOB;
CREATE INDEX erasure_key_run ON erasure (key_run) WHERE key_run IS NOT NULL;
