-- Whom something that needs a second person is about: who approves it sees her record, masked. Forgotten at erasure.
ALTER TABLE approval ADD COLUMN about BLOB;

-- The log key may change: a new one is announced by an event under the one before it, and counts from that event's place on.
-- Until `alone_from` the one before it signs beside it. (decision 0040)
ALTER TABLE log_key ADD COLUMN number INTEGER NOT NULL DEFAULT 1;
ALTER TABLE log_key ADD COLUMN announced BLOB;
ALTER TABLE log_key ADD COLUMN alone_from INTEGER;
CREATE UNIQUE INDEX log_key_number ON log_key (number);
DROP INDEX log_key_alone;

-- When a letter told the person that a look which was kept from her is shown now.
ALTER TABLE notice_delay ADD COLUMN told_at INTEGER;
