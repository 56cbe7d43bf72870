//! Guessing limits: wrong passwords and wrong codes.
