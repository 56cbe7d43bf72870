-- Since when a resident's data is kept and not used (UK GDPR Art 18), and from when on that may end: she is told of it before.
ALTER TABLE account ADD COLUMN restricted_at INTEGER;
ALTER TABLE account ADD COLUMN restriction_ends_at INTEGER;

-- What somebody asks for by right, or complains of: with an account or without one. What she wrote is sealed under her keys; whoever
-- has no account has keys of her own. What happens is in rights_step, and the version says how much of it there is.
CREATE TABLE rights_case (
    id BLOB NOT NULL PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    language TEXT NOT NULL,
    person BLOB NOT NULL,
    account_id BLOB,
    said BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE INDEX rights_case_open ON rights_case (received_at) WHERE closed_at IS NULL;
CREATE INDEX rights_case_account ON rights_case (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX rights_case_closed ON rights_case (closed_at) WHERE closed_at IS NOT NULL;

-- Its steps in their order; what she was told with one is sealed as above.
CREATE TABLE rights_step (
    case_id BLOB NOT NULL REFERENCES rights_case(id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    step TEXT NOT NULL,
    at INTEGER NOT NULL,
    words BLOB,
    event BLOB NOT NULL,
    PRIMARY KEY (case_id, place)
) STRICT;

-- What an account can see of itself, made when it is asked for: one at a time, sealed under a key of its own while it lies, fetched
-- once, for a day.
CREATE TABLE download (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    language TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    made_at INTEGER,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    sha256 BLOB,
    row_key BLOB,
    body BLOB
) STRICT;
CREATE INDEX download_expires ON download (expires_at);
