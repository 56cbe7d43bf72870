-- The record. Rows are added; only the place in the log is filled in and the payload taken away.
CREATE TABLE event (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    outcome TEXT NOT NULL,
    subject TEXT,
    person BLOB,
    client_id TEXT,
    leaf TEXT NOT NULL,
    mac BLOB NOT NULL,
    sealed_under TEXT,
    salt BLOB,
    payload BLOB,
    log TEXT,
    leaf_index INTEGER
) STRICT;
CREATE INDEX event_subject ON event (subject, at);
CREATE INDEX event_person ON event (person, at);
CREATE INDEX event_client ON event (client_id, at);
CREATE INDEX event_unsealed ON event (at) WHERE leaf_index IS NULL;

CREATE UNIQUE INDEX event_place ON event (log, leaf_index) WHERE leaf_index IS NOT NULL;
CREATE TRIGGER event_kept BEFORE UPDATE OF id, at, type, outcome, subject, client_id, leaf, mac ON event
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;
CREATE TRIGGER sharing_record_kept BEFORE UPDATE ON sharing_record
BEGIN
    SELECT RAISE(ABORT, 'sharing records are never changed');
END;

-- Messages on their way: sealed under a row key that is destroyed on delivery or dead letter.
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    batch BLOB,
    client_id TEXT,
    person BLOB,
    row_key BLOB,
    recipient BLOB,
    body BLOB,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    leased_until INTEGER,
    finished_at INTEGER,
    last_error TEXT
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_batch ON outbox (batch);
