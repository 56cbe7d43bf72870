-- The register of personal data breaches (UK GDPR Art 33(5)): what happened, its effects, what was done, who was told.
CREATE TABLE breach (
    id BLOB NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    effects TEXT NOT NULL,
    remedies TEXT NOT NULL,
    aware_at INTEGER NOT NULL,
    window_from INTEGER,
    window_to INTEGER,
    client_id TEXT,
    subjects INTEGER NOT NULL,
    categories TEXT NOT NULL,
    recorded_by BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    regulator TEXT,
    regulator_at INTEGER,
    regulator_ref TEXT,
    people TEXT,
    people_at INTEGER
) STRICT;
CREATE INDEX breach_aware ON breach (aware_at);
