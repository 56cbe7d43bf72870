-- Why an officer looks at residents' records: a purpose, a reason and a case, for a quarter of an hour.
CREATE TABLE enquiry (
    id BLOB NOT NULL PRIMARY KEY,
    staff_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    reason TEXT NOT NULL,
    case_ref TEXT,
    glass_id BLOB,
    approval_id BLOB,
    only_for TEXT,
    opened_at INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX enquiry_staff ON enquiry (staff_id, opened_at);

-- What an enquiry shows: the people found in it, and the fields revealed of them.
CREATE TABLE enquiry_person (
    enquiry_id BLOB NOT NULL REFERENCES enquiry(id) ON DELETE CASCADE,
    account_id BLOB NOT NULL,
    revealed TEXT NOT NULL,
    found_at INTEGER NOT NULL,
    PRIMARY KEY (enquiry_id, account_id)
) STRICT;

-- What needs a second person, and what that person said.
CREATE TABLE approval (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    asked_by BLOB NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL,
    case_ref TEXT,
    asked_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    decided_by BLOB,
    decided_at INTEGER,
    approved INTEGER,
    used_at INTEGER
) STRICT;
CREATE INDEX approval_open ON approval (until) WHERE decided_at IS NULL;
CREATE INDEX approval_asked ON approval (asked_by, asked_at);

-- Glass that was broken, and the review that has to follow.
CREATE TABLE glass (
    id BLOB NOT NULL PRIMARY KEY,
    staff_id BLOB NOT NULL,
    reason TEXT NOT NULL,
    case_ref TEXT,
    opened_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    closed_at INTEGER,
    review_by INTEGER NOT NULL,
    reviewed_by BLOB,
    reviewed_at INTEGER,
    justified INTEGER,
    suspended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX glass_open ON glass (staff_id) WHERE closed_at IS NULL;
CREATE INDEX glass_staff ON glass (staff_id, opened_at);
CREATE INDEX glass_unreviewed ON glass (review_by) WHERE reviewed_at IS NULL;

-- Residents an officer knows, as keyed hashes: whose record they do not open.
CREATE TABLE conflict (
    staff_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    account_hash BLOB,
    declared_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    PRIMARY KEY (staff_id, hash)
) STRICT;
