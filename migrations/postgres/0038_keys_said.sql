-- When it was put on record that a key of somebody who was erased is destroyed. The key may be in another file, and go a little later: what
-- was said is not said again.
ALTER TABLE erasure ADD COLUMN profile_said_at TIMESTAMPTZ;
ALTER TABLE erasure ADD COLUMN evidence_said_at TIMESTAMPTZ;
