//! Signing in: one attempt reserved, hashed outside any transaction, recorded if it still stands.
