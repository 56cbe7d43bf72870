-- What a resident asked about a look at her record; the answer is sealed under her evidence key.
CREATE TABLE access_question (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL,
    event BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    answered_at INTEGER,
    answer BLOB
) STRICT;
CREATE UNIQUE INDEX access_question_open ON access_question (event) WHERE answered_at IS NULL;
CREATE INDEX access_question_event ON access_question (event, asked_at);
CREATE INDEX access_question_due ON access_question (due_at) WHERE answered_at IS NULL;

-- Looks that are kept from the person looked at, on a legal ground, until a day of review.
CREATE TABLE notice_delay (
    event BLOB NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    set_by TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    review_by INTEGER NOT NULL,
    released_at INTEGER
) STRICT;
CREATE INDEX notice_delay_due ON notice_delay (review_by) WHERE released_at IS NULL;
