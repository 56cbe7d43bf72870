-- The head of the log as it was seen last, in the vault: data that is older than the vault is told by it. The vault may be newer than the
-- data that this runs on.
CREATE TABLE IF NOT EXISTS vault.log_seen (
    log TEXT NOT NULL PRIMARY KEY,
    note TEXT NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL
);
