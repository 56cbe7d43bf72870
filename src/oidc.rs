//! The OpenID Connect endpoints, one file each, each in the order of its specification.
//!
//! ```text
//! service                     resident's browser                  Portreeve
//!    │── POST /par (client_auth) ────────────────────────────────────>│  par: may it be asked? keep it sealed
//!    │── redirect ──────────────────>│── GET /authorize ──────────────>│  authorize: whose request, may it?
//!    │                               │<── pages, if anything is asked ─│
//!    │<── code ──────────────────────│<── 303 redirect_uri?code&iss ───│
//!    │── POST /token (client_auth) ──────────────────────────────────>│  token: spend the code, sign, record
//!    │── GET /userinfo ──────────────────────────────────────────────>│  userinfo: one read
//!    │── POST /introspect, /revoke ──────────────────────────────────>│  introspect: one read · revoke: one write
//!    │── POST /in-use ───────────────────────────────────────────────>│  in_use: it needs an account that nobody signs in to
//!    │── POST /signals/poll, /signals/done ──────────────────────────>│  signals: what it was told, and what it did
//! ```

pub mod authorize;
pub mod client_auth;
pub mod discovery;
pub mod error;
pub mod form;
pub mod in_use;
pub mod introspect;
pub mod logout;
pub mod origin;
pub mod par;
pub mod parameters;
pub mod registration;
pub mod revoke;
pub mod signals;
pub mod token;
pub mod userinfo;
