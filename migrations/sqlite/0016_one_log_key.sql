-- One key signs every log: a second one would make two histories of one name.
CREATE UNIQUE INDEX log_key_alone ON log_key ((1));
