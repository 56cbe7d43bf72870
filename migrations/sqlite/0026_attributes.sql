-- What a resident gave once beside her name: date of birth, address, phone number. One row of a kind is present, former
-- ones are kept as history. The index is of the phone number or the postcode; nothing else of a value is readable.
CREATE TABLE attribute (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('birthdate', 'address', 'phone_number')),
    value BLOB NOT NULL,
    blind BLOB,
    uprn_blind BLOB,
    source TEXT NOT NULL CHECK (source IN ('self', 'officer', 'upstream')),
    verified_at INTEGER,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT;
CREATE UNIQUE INDEX attribute_present ON attribute (account_id, kind) WHERE replaced_at IS NULL;
CREATE INDEX attribute_account ON attribute (account_id);
CREATE INDEX attribute_blind ON attribute (blind) WHERE replaced_at IS NULL;
CREATE INDEX attribute_uprn ON attribute (uprn_blind) WHERE replaced_at IS NULL;
