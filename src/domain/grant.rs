//! Authorization codes, refresh tokens and what a redemption means.
