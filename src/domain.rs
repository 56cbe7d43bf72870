//! Pure decisions and the words of the trade. No async, no input or output, no clock, no randomness: everything a
//! function here needs is an argument.

pub mod account;
pub mod assurance;
pub mod audit;
pub mod authorization;
pub mod breach;
pub mod claims;
pub mod client;
pub mod colour;
pub mod disclosure;
pub mod grant;
pub mod ids;
pub mod pkce;
pub mod redirect;
pub mod registration;
pub mod retention;
pub mod rights;
pub mod rotation;
pub mod session;
pub mod sharing;
pub mod sign_in;
pub mod signal;
pub mod sso;
pub mod staff;
pub mod time;
pub mod wire_errors;
mod word_list;
