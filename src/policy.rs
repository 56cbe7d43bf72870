//! Loads `policies/` into domain types and refuses what it does not understand.
