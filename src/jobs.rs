//! The runner and one file per duty.
