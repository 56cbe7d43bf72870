//! What stands between a service's request and its answer.
