-- Tokens are what is written most, so each index of theirs counts. An access token outlives its grant by minutes at
-- most and opens nothing without it: it needs no way back from the grant. A refresh token's child is found by its own
-- hash, which is made from its parent (whose column stays for programs of the version before).
-- In the order in which those programs, still running, lock them.
LOCK TABLE grant_record, access_token IN ACCESS EXCLUSIVE MODE;
ALTER TABLE access_token DROP CONSTRAINT access_token_grant_id_fkey;
DROP INDEX access_token_grant;
DROP INDEX refresh_token_parent;

-- Nothing looks events up by whose key sealed them.
DROP INDEX event_person;
