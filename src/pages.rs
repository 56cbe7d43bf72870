//! Resident doors, one file per journey.
//!
//! ```text
//! service ──> /authorize ──flow──> /sign-in ──┬─ ( ─> /sign-in/code ) ───> /continue ──> back to the service
//!                                             └> /create-account ─> code ─> password ─┘
//! ```

pub mod account;
mod age;
pub mod copy;
pub mod create_account;
pub mod details;
pub mod docs;
pub mod download;
pub mod email;
pub mod forgotten;
pub mod home;
pub mod leaving;
pub mod log;
pub mod onward;
pub mod papers;
pub mod password;
pub mod receipts;
pub mod rights;
pub mod second_step;
pub mod seen;
pub mod sessions;
pub mod shared_address;
pub mod sharing;
pub mod sign_in;
pub mod sign_out;
pub mod stay;
