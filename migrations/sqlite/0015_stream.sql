-- How far each collector has the record: what comes next, in which log.
CREATE TABLE log_stream (
    collector TEXT NOT NULL PRIMARY KEY,
    log TEXT NOT NULL REFERENCES audit_log(name),
    next INTEGER NOT NULL,
    moved_at INTEGER NOT NULL
) STRICT;
