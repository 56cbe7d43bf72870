//! Resident doors, one file per journey.
