//! Proof key for code exchange (RFC 7636), S256 only.
