-- What a member of staff declared ends when they leave; of those who had left it is said now. It goes seven years later, by its rule.
UPDATE conflict SET withdrawn_at = (SELECT m.removed_at FROM staff_member m WHERE m.id = conflict.staff_id)
WHERE withdrawn_at IS NULL AND EXISTS (SELECT 1 FROM staff_member m WHERE m.id = conflict.staff_id AND m.removed_at IS NOT NULL);
