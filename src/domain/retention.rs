//! The retention schedule.
