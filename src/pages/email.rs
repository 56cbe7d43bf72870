//! Changing the address of an account, and undoing it.
