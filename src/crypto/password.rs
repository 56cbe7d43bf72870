//! Passwords: read once, hashed with Argon2id (RFC 9106) on as many threads as there are cores, and no more.
