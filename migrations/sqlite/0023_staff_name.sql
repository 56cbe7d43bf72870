-- A keyed blind index of a member's folded name, so that no two local members who are on the staff have one name. The next
-- member who is added fills it in for those who were there before.
ALTER TABLE staff_member ADD COLUMN name_index BLOB;
CREATE UNIQUE INDEX staff_member_name ON staff_member (name_index) WHERE kind = 'local' AND state = 'active';

-- A keyed MAC over what keeps a look back, for as long as it does. Without one nothing was kept back by us.
ALTER TABLE notice_delay ADD COLUMN mac BLOB;
