-- The authenticator app of an account: the seed is sealed, and every step is good once.
CREATE TABLE authenticator (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
    id UUID NOT NULL UNIQUE,
    seed BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    added_at TIMESTAMPTZ NOT NULL
);

-- Printed codes that stand in for the app, as keyed hashes; a spent one is deleted.
CREATE TABLE recovery_code (
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    hash BYTEA NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, hash)
);

-- The vector of trust that the answer names, if the request asked for one.
ALTER TABLE grant_record ADD COLUMN vot TEXT;
