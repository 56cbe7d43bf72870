//! Deeds reachable from more than one door: one function, one transaction, its events.
