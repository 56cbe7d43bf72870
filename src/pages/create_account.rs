//! Creating an account: three pages.
