//! Changing the password.
