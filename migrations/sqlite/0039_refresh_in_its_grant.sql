-- A grant's refresh tokens are one family, of which two are ever asked for: the one that works, and the one that was used for it. They
-- stand in the grant's own row, where a rotation writes it once. Tokens given before have their rows until they are used or run out.
ALTER TABLE grant_record ADD COLUMN refresh BLOB;
ALTER TABLE grant_record ADD COLUMN refresh_used BLOB;
ALTER TABLE grant_record ADD COLUMN refresh_used_at INTEGER;
ALTER TABLE grant_record ADD COLUMN refresh_idle_until INTEGER;
ALTER TABLE grant_record ADD COLUMN refresh_until INTEGER;
CREATE INDEX grant_record_refresh_until ON grant_record (refresh_until) WHERE refresh_until IS NOT NULL;
