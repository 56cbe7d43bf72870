-- What she had proved, where the service asked to be named a lower level. It says whether that is enough still once the service asks for
-- more. Of grants of before the named level is taken.
ALTER TABLE grant_record ADD COLUMN level TEXT;
