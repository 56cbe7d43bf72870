//! Back to the service: continue, not me, consent.
