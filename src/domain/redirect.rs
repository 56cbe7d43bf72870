//! Redirect URIs: exact match only (RFC 9700 §2.1).
