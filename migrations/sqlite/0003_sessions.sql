-- Signed-in browsers; the token is stored as its SHA-256.
CREATE TABLE session (
    id BLOB NOT NULL PRIMARY KEY,
    token BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    browser BLOB NOT NULL,
    agent TEXT NOT NULL,
    language TEXT NOT NULL,
    auth_time INTEGER NOT NULL,
    amr TEXT NOT NULL,
    acr TEXT NOT NULL,
    own_device INTEGER NOT NULL CHECK (own_device IN (0, 1)),
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    absolute_until INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_until ON session (absolute_until);

-- Browsers that have signed in before: they pass a lock-out.
CREATE TABLE known_browser (
    account_id BLOB NOT NULL REFERENCES account(id) ON DELETE CASCADE,
    browser BLOB NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, browser)
) STRICT;

-- A service's request waiting for its resident, sealed, bound to one browser.
CREATE TABLE flow (
    hash BLOB NOT NULL PRIMARY KEY,
    browser BLOB NOT NULL,
    client_id TEXT NOT NULL,
    request BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX flow_expires ON flow (expires_at);
