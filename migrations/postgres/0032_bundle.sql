-- What is noted in a case about the copy of everything that an officer makes, added to and never changed: its place makes each thing
-- happen once. The words are sealed under her evidence key.
CREATE TABLE rights_entry (
    case_id UUID NOT NULL REFERENCES rights_case(id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    noted TEXT NOT NULL,
    outcome TEXT NOT NULL,
    staff UUID,
    at TIMESTAMPTZ NOT NULL,
    words BYTEA,
    event UUID NOT NULL,
    PRIMARY KEY (case_id, place)
);

-- The copy itself, sealed under her profile key: what was gathered until each piece of it is decided, then the file. It has a rule of
-- its own, which is shorter than that of its case.
CREATE TABLE rights_bundle (
    case_id UUID NOT NULL PRIMARY KEY,
    id UUID NOT NULL,
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    ordered_at TIMESTAMPTZ NOT NULL,
    kept_since TIMESTAMPTZ NOT NULL,
    draft BYTEA,
    sha256 BYTEA,
    body BYTEA
);
CREATE INDEX rights_bundle_work ON rights_bundle (ordered_at) WHERE state IN ('ordered', 'reviewed');
CREATE INDEX rights_bundle_account ON rights_bundle (account_id);
CREATE INDEX rights_bundle_kept ON rights_bundle (kept_since, case_id);
