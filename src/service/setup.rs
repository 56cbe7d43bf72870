//! First start: the root check, signing keys, the policies that lie there.
