//! A forgotten password, and an address that changes.
