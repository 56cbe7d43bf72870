-- The record. Rows are added; only the place in the log is filled in and the payload taken away.
CREATE TABLE event (
    id UUID NOT NULL PRIMARY KEY,
    at TIMESTAMPTZ NOT NULL,
    type TEXT NOT NULL,
    outcome TEXT NOT NULL,
    subject TEXT,
    person UUID,
    client_id TEXT,
    leaf TEXT NOT NULL,
    mac BYTEA NOT NULL,
    sealed_under TEXT,
    salt BYTEA,
    payload BYTEA,
    log TEXT,
    leaf_index BIGINT
);
CREATE INDEX event_subject ON event (subject, at);
CREATE INDEX event_person ON event (person, at);
CREATE INDEX event_client ON event (client_id, at);
CREATE INDEX event_unsealed ON event (at) WHERE leaf_index IS NULL;

CREATE UNIQUE INDEX event_place ON event (log, leaf_index) WHERE leaf_index IS NOT NULL;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME;
END $$;
CREATE TRIGGER event_kept BEFORE UPDATE OF id, at, type, outcome, subject, client_id, leaf, mac ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_stays BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sharing_record_kept BEFORE UPDATE ON sharing_record FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Messages on their way: sealed under a row key that is destroyed on delivery or dead letter.
CREATE TABLE outbox (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    batch UUID,
    client_id TEXT,
    person UUID,
    row_key BYTEA,
    recipient BYTEA,
    body BYTEA,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    leased_until TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    last_error TEXT
);
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_batch ON outbox (batch);
