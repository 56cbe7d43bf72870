//! The OpenID Connect endpoints, one file each, each in the order of its specification.
//!
//! ```text
//! service                     resident's browser                  Portreeve
//!    │── redirect ──────────────────>│── GET /authorize ──────────────>│  authorize: whose request, may it?
//!    │                               │<── pages, if anything is asked ─│
//!    │<── code ──────────────────────│<── 303 redirect_uri?code&iss ───│
//!    │── POST /token (client_auth) ──────────────────────────────────>│  token: spend the code, sign, record
//!    │── GET /userinfo ──────────────────────────────────────────────>│  userinfo: one read
//! ```

pub mod authorize;
pub mod client_auth;
pub mod discovery;
pub mod error;
pub mod logout;
mod origin;
pub mod parameters;
pub mod registration;
pub mod token;
pub mod userinfo;
