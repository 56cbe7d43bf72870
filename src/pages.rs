//! Resident doors, one file per journey.
//!
//! ```text
//! service ──> /authorize ──flow──> /sign-in ──┬──────────────────────────> /continue ──> back to the service
//!                                             └> /create-account ─> code ─> password ─┘
//! ```

pub mod visit;
