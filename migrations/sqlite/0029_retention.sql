-- Retention that is carried out: closed accounts, holds, runs with what each rule destroyed, reviews, warnings, erasures.
ALTER TABLE account ADD COLUMN closed_at INTEGER;
ALTER TABLE account ADD COLUMN died_at INTEGER;
CREATE INDEX account_used ON account (last_used_at);
CREATE INDEX account_closed ON account (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX account_died ON account (died_at) WHERE died_at IS NOT NULL;
CREATE INDEX contact_replaced ON contact (replaced_at) WHERE replaced_at IS NOT NULL;
CREATE INDEX attribute_replaced ON attribute (replaced_at) WHERE replaced_at IS NOT NULL;
CREATE INDEX known_browser_last ON known_browser (last_at);
CREATE INDEX sharing_standing_last ON sharing_standing (last_at);
CREATE INDEX access_question_answered ON access_question (answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX enquiry_until ON enquiry (until);
CREATE INDEX enquiry_person_account ON enquiry_person (account_id);
CREATE INDEX access_question_account ON access_question (account_id);
CREATE INDEX approval_about ON approval (about) WHERE about IS NOT NULL;
CREATE INDEX outbox_person ON outbox (person) WHERE person IS NOT NULL;

-- A service that may say so needs the account until then: it is not dormant.
CREATE TABLE account_need (
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    until INTEGER NOT NULL,
    said_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, client_id)
) STRICT;

-- A warning before the end of an account nobody uses. It counts as long as she has not used the account since.
CREATE TABLE dormancy_notice (
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    before TEXT NOT NULL,
    way TEXT NOT NULL,
    message BLOB,
    sent_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, before)
) STRICT;

-- What may not be destroyed: whose, of which category, from when on and to when, each where it is named.
CREATE TABLE hold (
    number BLOB NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    account_id BLOB,
    category TEXT,
    since INTEGER,
    until INTEGER,
    owner TEXT NOT NULL,
    placed_by TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    review_by INTEGER NOT NULL,
    released_by TEXT,
    released_with TEXT,
    released_at INTEGER
) STRICT;
CREATE INDEX hold_open ON hold (review_by) WHERE released_at IS NULL;

-- One carrying-out of the schedule. One at a time is open.
CREATE TABLE retention_run (
    id BLOB NOT NULL PRIMARY KEY,
    schedule TEXT NOT NULL,
    policy TEXT NOT NULL,
    state TEXT NOT NULL,
    planned_by TEXT,
    log TEXT,
    log_size INTEGER,
    planned_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    approved_by TEXT,
    approved_with TEXT,
    approved_at INTEGER,
    started_at INTEGER,
    finished_at INTEGER
) STRICT;
CREATE UNIQUE INDEX retention_run_open ON retention_run ((1)) WHERE finished_at IS NULL;
CREATE INDEX retention_run_planned ON retention_run (planned_at);

CREATE TABLE retention_part (
    run_id BLOB NOT NULL REFERENCES retention_run(id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    category TEXT NOT NULL,
    cutoff INTEGER NOT NULL,
    due INTEGER NOT NULL,
    held INTEGER NOT NULL,
    reviewed INTEGER NOT NULL,
    done INTEGER NOT NULL,
    held_at_run INTEGER NOT NULL,
    oldest INTEGER,
    newest INTEGER,
    finished_at INTEGER,
    PRIMARY KEY (run_id, rule)
) STRICT;

-- What waits for a person to look before it goes, and what that person said.
CREATE TABLE retention_review (
    account_id BLOB NOT NULL,
    rule TEXT NOT NULL,
    why TEXT NOT NULL,
    since INTEGER NOT NULL,
    keep INTEGER CHECK (keep IN (0, 1)),
    keep_until INTEGER,
    decided_by TEXT,
    decided_at INTEGER,
    PRIMARY KEY (account_id, rule)
) STRICT;
CREATE INDEX retention_review_open ON retention_review (since) WHERE decided_at IS NULL;

-- What a run destroyed, as signed. It names nobody.
CREATE TABLE disposal_certificate (
    id BLOB NOT NULL PRIMARY KEY,
    run_id BLOB NOT NULL,
    issued_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX disposal_certificate_run ON disposal_certificate (run_id);

-- An account that was erased, and how far that is.
CREATE TABLE erasure (
    account_id BLOB NOT NULL PRIMARY KEY,
    cause TEXT NOT NULL,
    run_id BLOB,
    txn BLOB NOT NULL,
    erased_at INTEGER NOT NULL,
    payloads INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX erasure_open ON erasure (erased_at) WHERE finished_at IS NULL;
