-- The authenticator app of an account: the seed is sealed, and every step is good once.
CREATE TABLE authenticator (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
    id BLOB NOT NULL UNIQUE,
    seed BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

-- Printed codes that stand in for the app, as keyed hashes; a spent one is deleted.
CREATE TABLE recovery_code (
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, hash)
) STRICT;

-- The vector of trust that the answer names, if the request asked for one.
ALTER TABLE grant_record ADD COLUMN vot TEXT;
