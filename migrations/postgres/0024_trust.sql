-- Whom something that needs a second person is about: who approves it sees her record, masked. Forgotten at erasure.
ALTER TABLE approval ADD COLUMN about UUID;
