-- What services are told of a change that concerns what they were given (UK GDPR Art 7(3), 19). What a signal says is sealed
-- under a key of the row, which is destroyed once it has arrived or is given up.
CREATE TABLE signal (
    jti UUID NOT NULL PRIMARY KEY,
    txn UUID NOT NULL,
    client_id TEXT NOT NULL,
    person UUID NOT NULL,
    kind TEXT NOT NULL,
    row_key BYTEA,
    body BYTEA,
    state TEXT NOT NULL,
    reason TEXT,
    tries BIGINT NOT NULL,
    queued_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,
    delivered_at TIMESTAMPTZ,
    answered_at TIMESTAMPTZ
);
CREATE INDEX signal_waiting ON signal (client_id, queued_at) WHERE state = 'waiting';
CREATE INDEX signal_open ON signal (queued_at) WHERE state <> 'done';
CREATE INDEX signal_person ON signal (person, queued_at);
CREATE INDEX signal_txn ON signal (txn);

-- What services answered when a signal was pushed to them: one row a try. It names no person.
CREATE TABLE signal_try (
    jti UUID NOT NULL,
    attempt BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    took BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (jti, attempt)
);
CREATE INDEX signal_try_at ON signal_try (at);
