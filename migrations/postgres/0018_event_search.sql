-- What the record is searched by: one row for each event that has its place in a log, written with the place.
CREATE TABLE event_search (
    at TIMESTAMPTZ NOT NULL,
    id UUID NOT NULL,
    log TEXT NOT NULL,
    leaf_index BIGINT NOT NULL,
    type TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor TEXT NOT NULL,
    officer TEXT,
    subject TEXT,
    client_id TEXT,
    purpose TEXT,
    reason TEXT,
    PRIMARY KEY (at, id)
);
CREATE INDEX event_search_subject ON event_search (subject, at, id) WHERE subject IS NOT NULL;
CREATE INDEX event_search_officer ON event_search (officer, at, id) WHERE officer IS NOT NULL;
CREATE INDEX event_search_staff ON event_search (actor, at, id) WHERE officer IS NOT NULL;
CREATE INDEX event_search_client ON event_search (client_id, at, id) WHERE client_id IS NOT NULL;
CREATE INDEX event_search_purpose ON event_search (purpose, at, id) WHERE purpose IS NOT NULL;
CREATE INDEX event_search_reason ON event_search (reason, at, id) WHERE reason IS NOT NULL;
CREATE INDEX event_search_type ON event_search (type, at, id);
CREATE INDEX event_search_outcome ON event_search (outcome, at, id) WHERE outcome <> 'ok';

-- How many entries of each log, from its first, are there. What was sealed before this table was follows in batches.
ALTER TABLE audit_log ADD COLUMN searchable BIGINT NOT NULL DEFAULT 0;

-- No statement of this version or the one before reads by them: each write is lighter without.
DROP INDEX event_subject;
DROP INDEX event_client;
