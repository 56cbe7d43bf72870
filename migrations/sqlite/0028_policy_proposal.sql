-- Policies that wait for a second person: nothing of them is in force.
CREATE TABLE policy_proposal (
    approval_id BLOB NOT NULL PRIMARY KEY REFERENCES approval(id) ON DELETE CASCADE,
    digest BLOB NOT NULL,
    body BLOB NOT NULL,
    replaces BLOB NOT NULL
) STRICT;
