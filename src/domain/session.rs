//! A signed-in browser, and how long it stays so.
