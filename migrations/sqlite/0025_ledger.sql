-- What a line of the sharing ledger says beside the archived policies: how it was captured, who decided, on what
-- authority, until when, what it followed. Columns are added, lines are not touched.
ALTER TABLE sharing_record ADD COLUMN place INTEGER;
ALTER TABLE sharing_record ADD COLUMN channel TEXT;
ALTER TABLE sharing_record ADD COLUMN method TEXT;
ALTER TABLE sharing_record ADD COLUMN steps INTEGER;
ALTER TABLE sharing_record ADD COLUMN page_sha256 BLOB;
ALTER TABLE sharing_record ADD COLUMN actor TEXT;
ALTER TABLE sharing_record ADD COLUMN actor_ref TEXT;
ALTER TABLE sharing_record ADD COLUMN authority_ref TEXT;
ALTER TABLE sharing_record ADD COLUMN expires_at INTEGER;
ALTER TABLE sharing_record ADD COLUMN reason TEXT;
ALTER TABLE sharing_record ADD COLUMN previous BLOB;
ALTER TABLE sharing_record ADD COLUMN age_band TEXT;
ALTER TABLE sharing_record ADD COLUMN age_rule TEXT;
ALTER TABLE sharing_record ADD COLUMN event_id BLOB;
-- Nobody writes the same place twice: two who saw the same standing cannot both follow it.
CREATE UNIQUE INDEX sharing_record_place ON sharing_record (account_id, client_id, purpose, place);

-- What the ledger comes to, for each person, service and purpose: changed in the write that adds a line.
CREATE TABLE sharing_standing (
    account_id BLOB NOT NULL,
    client_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    basis TEXT NOT NULL,
    record_id BLOB,
    claims TEXT NOT NULL,
    notice TEXT NOT NULL,
    since INTEGER,
    last_id BLOB NOT NULL,
    last_at INTEGER NOT NULL,
    expires_at INTEGER,
    paused_at INTEGER,
    paused_by BLOB,
    version INTEGER NOT NULL,
    reminded_at INTEGER,
    PRIMARY KEY (account_id, client_id, purpose)
) STRICT;
CREATE INDEX sharing_standing_expires ON sharing_standing (expires_at) WHERE record_id IS NOT NULL;
CREATE INDEX sharing_standing_paused ON sharing_standing (paused_at) WHERE paused_at IS NOT NULL;
CREATE INDEX sharing_standing_client ON sharing_standing (client_id, basis);

-- Lines written before there were standings, as the fold reads them: the last one on whether and why (a "no" of the same
-- instant comes last), and nothing but told and given, each on its own basis, gives leave.
INSERT INTO sharing_standing (account_id, client_id, purpose, state, basis, record_id, claims, notice, since, last_id,
    last_at, version)
SELECT account_id, client_id, purpose, state, basis,
    CASE WHEN state IN ('shown', 'given') THEN id END,
    CASE WHEN state IN ('shown', 'given') THEN claims ELSE '' END,
    notice,
    CASE WHEN state IN ('shown', 'given') THEN at END,
    id, at, 0
FROM (
    SELECT account_id, client_id, purpose, state, basis, id, claims, notice, at,
        row_number() OVER (
            PARTITION BY account_id, client_id, purpose
            ORDER BY at DESC, CASE WHEN state IN ('shown', 'given') THEN 1 ELSE 0 END, id DESC
        ) AS turn
    FROM sharing_record
    WHERE state IN ('refused', 'withdrawn')
        OR (state = 'shown' AND basis <> 'consent') OR (state = 'given' AND basis = 'consent')
) lines
WHERE turn = 1;
