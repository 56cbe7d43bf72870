-- What a rule destroys of an event: payload and salt, with the word for the key, together and for good, once the event has its
-- place in a log. Whom it is about may go with them. Nothing else of these columns is ever changed.
CREATE FUNCTION refuse_refill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.payload IS NOT DISTINCT FROM OLD.payload AND NEW.salt IS NOT DISTINCT FROM OLD.salt
        AND NEW.sealed_under IS NOT DISTINCT FROM OLD.sealed_under AND NEW.person IS NOT DISTINCT FROM OLD.person THEN
        RETURN NEW;
    END IF;
    IF NEW.payload IS NULL AND NEW.salt IS NULL AND NEW.sealed_under IS NULL AND OLD.leaf_index IS NOT NULL
        AND (NEW.person IS NULL OR NEW.person IS NOT DISTINCT FROM OLD.person) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'payloads of events are only ever destroyed, whole and once sealed';
END $$;
CREATE TRIGGER event_emptied BEFORE UPDATE OF payload, salt, sealed_under, person ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_refill();

-- Payloads that a rule may destroy, the oldest of each kind first. It holds sealed events alone: no write of a deed pays for it.
CREATE INDEX event_payload ON event (type, at, id) WHERE payload IS NOT NULL AND leaf_index IS NOT NULL;

-- Where it is said that a payload was destroyed: a way to the event that says so, which alone proves it.
CREATE TABLE disposed_span (
    log TEXT NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    event UUID NOT NULL,
    PRIMARY KEY (log, first)
);
