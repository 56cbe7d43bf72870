-- Why an officer looks at residents' records: a purpose, a reason and a case, for a quarter of an hour.
CREATE TABLE enquiry (
    id UUID NOT NULL PRIMARY KEY,
    staff_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT NOT NULL,
    reason TEXT NOT NULL,
    case_ref TEXT,
    glass_id UUID,
    approval_id UUID,
    only_for TEXT,
    opened_at TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL
);
CREATE INDEX enquiry_staff ON enquiry (staff_id, opened_at);

-- What an enquiry shows: the people found in it, and the fields revealed of them.
CREATE TABLE enquiry_person (
    enquiry_id UUID NOT NULL REFERENCES enquiry(id) ON DELETE CASCADE,
    account_id UUID NOT NULL,
    revealed TEXT NOT NULL,
    found_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (enquiry_id, account_id)
);

-- What needs a second person, and what that person said.
CREATE TABLE approval (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    asked_by UUID NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL,
    case_ref TEXT,
    asked_at TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    decided_by UUID,
    decided_at TIMESTAMPTZ,
    approved BOOLEAN,
    used_at TIMESTAMPTZ
);
CREATE INDEX approval_open ON approval (until) WHERE decided_at IS NULL;
CREATE INDEX approval_asked ON approval (asked_by, asked_at);

-- Glass that was broken, and the review that has to follow.
CREATE TABLE glass (
    id UUID NOT NULL PRIMARY KEY,
    staff_id UUID NOT NULL,
    reason TEXT NOT NULL,
    case_ref TEXT,
    opened_at TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    review_by TIMESTAMPTZ NOT NULL,
    reviewed_by UUID,
    reviewed_at TIMESTAMPTZ,
    justified BOOLEAN,
    suspended_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX glass_open ON glass (staff_id) WHERE closed_at IS NULL;
CREATE INDEX glass_staff ON glass (staff_id, opened_at);
CREATE INDEX glass_unreviewed ON glass (review_by) WHERE reviewed_at IS NULL;

-- Residents an officer knows, as keyed hashes: whose record they do not open.
CREATE TABLE conflict (
    staff_id UUID NOT NULL,
    hash BYTEA NOT NULL,
    account_hash BYTEA,
    declared_at TIMESTAMPTZ NOT NULL,
    withdrawn_at TIMESTAMPTZ,
    PRIMARY KEY (staff_id, hash)
);
