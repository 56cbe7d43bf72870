-- The head of each log as it was seen last, in the vault: data that is older than the vault is told by it.
CREATE TABLE vault.log_seen (
    log TEXT NOT NULL PRIMARY KEY,
    note TEXT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
);
