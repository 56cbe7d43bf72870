-- Since when a resident's data is kept and not used (UK GDPR Art 18), and from when on that may end: she is told of it before.
ALTER TABLE account ADD COLUMN restricted_at TIMESTAMPTZ;
ALTER TABLE account ADD COLUMN restriction_ends_at TIMESTAMPTZ;
