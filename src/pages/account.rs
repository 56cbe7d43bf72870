//! Your account.
