-- Whose time is over is found in the order in which it is looked through, without sorting all of them for each batch.
DROP INDEX account_used;
DROP INDEX account_closed;
DROP INDEX account_died;
CREATE INDEX account_used ON account (last_used_at, id);
CREATE INDEX account_closed ON account (closed_at, id) WHERE closed_at IS NOT NULL;
CREATE INDEX account_died ON account (died_at, id) WHERE died_at IS NOT NULL;

-- What a run erased is counted at its end, and what is left of those who went long ago is looked for in order, beside what all runs
-- before it erased.
CREATE INDEX erasure_run ON erasure (run_id, cause) WHERE run_id IS NOT NULL;
CREATE INDEX erasure_at ON erasure (erased_at, account_id);
