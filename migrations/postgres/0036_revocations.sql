-- What was taken back or stopped, of a consent, an objection, a password, an account: an older copy of the data would bring it back.
-- The record is the line of the ledger that it stops, or the person. The vault may be newer than the data that this runs on.
CREATE TABLE IF NOT EXISTS vault.revocation (
    record UUID NOT NULL,
    what TEXT NOT NULL,
    person UUID NOT NULL,
    revoked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (record, what)
);
CREATE INDEX IF NOT EXISTS revocation_person ON vault.revocation (person);
