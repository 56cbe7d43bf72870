-- The last checkpoint of each log that each witness cosigned, with its signature.
CREATE TABLE log_witness (
    log TEXT NOT NULL REFERENCES audit_log(name),
    witness TEXT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (log, witness)
);
