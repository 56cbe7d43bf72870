-- The register of personal data breaches (UK GDPR Art 33(5)): what happened, its effects, what was done, who was told.
CREATE TABLE breach (
    id UUID NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    effects TEXT NOT NULL,
    remedies TEXT NOT NULL,
    aware_at TIMESTAMPTZ NOT NULL,
    window_from TIMESTAMPTZ,
    window_to TIMESTAMPTZ,
    client_id TEXT,
    subjects BIGINT NOT NULL,
    categories TEXT NOT NULL,
    recorded_by UUID NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    regulator TEXT,
    regulator_at TIMESTAMPTZ,
    regulator_ref TEXT,
    people TEXT,
    people_at TIMESTAMPTZ
);
CREATE INDEX breach_aware ON breach (aware_at);
