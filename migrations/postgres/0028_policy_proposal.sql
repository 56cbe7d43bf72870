-- Policies that wait for a second person: nothing of them is in force.
CREATE TABLE policy_proposal (
    approval_id uuid NOT NULL PRIMARY KEY REFERENCES approval(id) ON DELETE CASCADE,
    digest bytea NOT NULL,
    body bytea NOT NULL,
    replaces bytea NOT NULL
);
