-- The log of a whole year is destroyed: when, what event says so, and our word for it (a MAC), which outlives that event. Its row,
-- its checkpoints and what witnesses cosigned of it stay.
ALTER TABLE audit_log ADD COLUMN destroyed_at TIMESTAMPTZ;
ALTER TABLE audit_log ADD COLUMN destroyed_by UUID;
ALTER TABLE audit_log ADD COLUMN destroyed_mac BYTEA;

-- A log key is in force by the event that announced it, and stays so when that event's log is destroyed: the log's name.
ALTER TABLE log_key ADD COLUMN announced_in TEXT;

-- An event goes with its log alone.
CREATE FUNCTION refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.leaf_index IS NOT NULL
        AND EXISTS (SELECT 1 FROM audit_log l WHERE l.name = OLD.log AND l.destroyed_at IS NOT NULL) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'events are never deleted, but with a log that is destroyed';
END $$;
DROP TRIGGER event_stays ON event;
CREATE TRIGGER event_stays BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_removal();
