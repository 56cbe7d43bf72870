//! Privacy, cookies, accessibility, complaints, limits.
