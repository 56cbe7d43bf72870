//! Creating an account: name and address, a code, a password.
