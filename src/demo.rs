//! The sample services and the mail tray.
//!
//! A sample service stands alone on purpose: it knows Portreeve only by its issuer, as any other council system would,
//! and uses nothing of this house but the clock's type. What works here works for a relying party written elsewhere.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `service` | one sample service: its configuration, its routes, its start page |
//! | `samples` | the two services of Havenbrook Borough Council |
//! | `provider` | discovery, keys and requests to the OpenID provider |
//! | `sign_in` | authorization request and callback |
//! | `sign_out` | sign-out here and by back-channel |
//! | `signals` | what it is told of a change, and its answer |
//! | `logout_token` | what makes a logout token acceptable |
//! | `memory` | journeys and sessions of the service's own browsers |
//! | `key` | the service's signing key |
//! | `received` | claims as rows of a table |
//! | `page`, `words` | pages, in English and Welsh |
//! | `tray` | the mail tray |

pub mod key;
pub mod logout_token;
mod memory;
mod page;
mod provider;
mod received;
pub mod samples;
pub mod service;
mod sign_in;
mod sign_out;
pub mod signals;
#[cfg(test)]
mod stub;
pub mod tray;
mod words;
