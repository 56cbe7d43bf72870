-- Retention that is carried out: closed accounts, holds, runs with what each rule destroyed, reviews, warnings, erasures.
ALTER TABLE account ADD COLUMN closed_at TIMESTAMPTZ;
ALTER TABLE account ADD COLUMN died_at TIMESTAMPTZ;
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
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    said_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, client_id)
);

-- A warning before the end of an account nobody uses. It counts as long as she has not used the account since.
CREATE TABLE dormancy_notice (
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    before TEXT NOT NULL,
    way TEXT NOT NULL,
    message UUID,
    sent_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, before)
);

-- What may not be destroyed: whose, of which category, from when on and to when, each where it is named.
CREATE TABLE hold (
    number UUID NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    account_id UUID,
    category TEXT,
    since TIMESTAMPTZ,
    until TIMESTAMPTZ,
    owner TEXT NOT NULL,
    placed_by TEXT NOT NULL,
    placed_at TIMESTAMPTZ NOT NULL,
    review_by TIMESTAMPTZ NOT NULL,
    released_by TEXT,
    released_with TEXT,
    released_at TIMESTAMPTZ
);
CREATE INDEX hold_open ON hold (review_by) WHERE released_at IS NULL;

-- One carrying-out of the schedule. One at a time is open.
CREATE TABLE retention_run (
    id UUID NOT NULL PRIMARY KEY,
    schedule TEXT NOT NULL,
    policy TEXT NOT NULL,
    state TEXT NOT NULL,
    planned_by TEXT,
    log TEXT,
    log_size BIGINT,
    planned_at TIMESTAMPTZ NOT NULL,
    not_before TIMESTAMPTZ NOT NULL,
    approved_by TEXT,
    approved_with TEXT,
    approved_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX retention_run_open ON retention_run ((1)) WHERE finished_at IS NULL;
CREATE INDEX retention_run_planned ON retention_run (planned_at);

CREATE TABLE retention_part (
    run_id UUID NOT NULL REFERENCES retention_run(id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    category TEXT NOT NULL,
    cutoff TIMESTAMPTZ NOT NULL,
    due BIGINT NOT NULL,
    held BIGINT NOT NULL,
    reviewed BIGINT NOT NULL,
    done BIGINT NOT NULL,
    held_at_run BIGINT NOT NULL,
    oldest TIMESTAMPTZ,
    newest TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    PRIMARY KEY (run_id, rule)
);

-- What waits for a person to look before it goes, and what that person said.
CREATE TABLE retention_review (
    account_id UUID NOT NULL,
    rule TEXT NOT NULL,
    why TEXT NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    keep BOOLEAN,
    keep_until TIMESTAMPTZ,
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    PRIMARY KEY (account_id, rule)
);
CREATE INDEX retention_review_open ON retention_review (since) WHERE decided_at IS NULL;

-- What a run destroyed, as signed. It names nobody.
CREATE TABLE disposal_certificate (
    id UUID NOT NULL PRIMARY KEY,
    run_id UUID NOT NULL,
    issued_at TIMESTAMPTZ NOT NULL,
    body TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX disposal_certificate_run ON disposal_certificate (run_id);

-- An account that was erased, and how far that is.
CREATE TABLE erasure (
    account_id UUID NOT NULL PRIMARY KEY,
    cause TEXT NOT NULL,
    run_id UUID,
    txn UUID NOT NULL,
    erased_at TIMESTAMPTZ NOT NULL,
    payloads BIGINT NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX erasure_open ON erasure (erased_at) WHERE finished_at IS NULL;

-- Who was erased: laid down before anything goes, so that what was begun is finished, and a restored backup is put right.
CREATE TABLE vault.tombstone (
    person UUID NOT NULL PRIMARY KEY,
    cause TEXT NOT NULL,
    erased_at TIMESTAMPTZ NOT NULL
);
