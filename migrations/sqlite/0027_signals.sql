-- What services are told of a change that concerns what they were given (UK GDPR Art 7(3), 19). What a signal says is sealed
-- under a key of the row, which is destroyed once it has arrived or is given up.
CREATE TABLE signal (
    jti BLOB NOT NULL PRIMARY KEY,
    txn BLOB NOT NULL,
    client_id TEXT NOT NULL,
    person BLOB NOT NULL,
    kind TEXT NOT NULL,
    row_key BLOB,
    body BLOB,
    state TEXT NOT NULL,
    reason TEXT,
    tries INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    leased_until INTEGER,
    delivered_at INTEGER,
    answered_at INTEGER
) STRICT;
CREATE INDEX signal_waiting ON signal (client_id, queued_at) WHERE state = 'waiting';
CREATE INDEX signal_open ON signal (queued_at) WHERE state <> 'done';
CREATE INDEX signal_person ON signal (person, queued_at);
CREATE INDEX signal_txn ON signal (txn);

-- What services answered when a signal was pushed to them: one row a try. It names no person.
CREATE TABLE signal_try (
    jti BLOB NOT NULL,
    attempt INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    took INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (jti, attempt)
) STRICT;
CREATE INDEX signal_try_at ON signal_try (at);
