-- Signed-in browsers; the token is stored as its SHA-256.
CREATE TABLE session (
    id UUID NOT NULL PRIMARY KEY,
    token BYTEA NOT NULL UNIQUE,
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    browser BYTEA NOT NULL,
    agent TEXT NOT NULL,
    language TEXT NOT NULL,
    auth_time TIMESTAMPTZ NOT NULL,
    amr TEXT NOT NULL,
    acr TEXT NOT NULL,
    own_device BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    absolute_until TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_until ON session (absolute_until);

-- Browsers that have signed in before: they pass a lock-out.
CREATE TABLE known_browser (
    account_id UUID NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    browser BYTEA NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (account_id, browser)
);

-- A service's request waiting for its resident, sealed, bound to one browser.
CREATE TABLE flow (
    hash BYTEA NOT NULL PRIMARY KEY,
    browser BYTEA NOT NULL,
    client_id TEXT NOT NULL,
    request BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX flow_expires ON flow (expires_at);
