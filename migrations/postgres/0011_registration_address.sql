-- A registration is gone on with on another device by its address and a code.
CREATE INDEX registration_email ON registration (email_blind);
