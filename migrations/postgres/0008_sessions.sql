-- At whose request the person of a session proved who she is: one row a service; an empty name is her own account.
CREATE TABLE session_proof (
    session_id UUID NOT NULL REFERENCES session(id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    proven_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (session_id, client_id)
);

-- What services answered when they were told that a session ended: one row a try. It names no person.
CREATE TABLE delivery (
    message UUID NOT NULL,
    attempt BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    took BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (message, attempt)
);
CREATE INDEX delivery_client ON delivery (client_id, at);
CREATE INDEX delivery_at ON delivery (at);
