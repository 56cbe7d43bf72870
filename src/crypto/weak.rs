//! Which passwords are refused when they are chosen.
