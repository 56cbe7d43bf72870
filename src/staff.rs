//! Staff doors, on their own listener.
