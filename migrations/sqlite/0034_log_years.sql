-- The log of a whole year is destroyed: when, what event says so, and our word for it (a MAC), which outlives that event. Its row,
-- its checkpoints and what witnesses cosigned of it stay.
ALTER TABLE audit_log ADD COLUMN destroyed_at INTEGER;
ALTER TABLE audit_log ADD COLUMN destroyed_by BLOB;
ALTER TABLE audit_log ADD COLUMN destroyed_mac BLOB;

-- A log key is in force by the event that announced it, and stays so when that event's log is destroyed: the log's name.
ALTER TABLE log_key ADD COLUMN announced_in TEXT;

-- An event goes with its log alone.
DROP TRIGGER event_stays;
CREATE TRIGGER event_stays BEFORE DELETE ON event
WHEN OLD.leaf_index IS NULL
    OR NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.name = OLD.log AND l.destroyed_at IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted, but with a log that is destroyed');
END;
