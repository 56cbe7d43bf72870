//! Server, headers, cookies, CSRF, client address, request traces, the guarded outbound client, metrics.
//!
//! | question | file |
//! | --- | --- |
//! | how connections are taken, limited and drained | `server`, `tls`, `shutdown`, `redirect` |
//! | what every request goes through, in order | `door` |
//! | what every answer carries | `headers` |
//! | files that may be kept for ever | `asset` |
//! | who is calling, from where, under which host | `address`, `browser`, `host` |
//! | is this POST the resident's own doing | `csrf`, `cookies` |
//! | what happened | `trace`, `metrics` |
//! | calls we make | `outbound` |

pub mod address;
pub mod asset;
pub mod browser;
pub mod cookies;
pub mod csrf;
pub mod door;
pub mod headers;
pub mod host;
pub mod metrics;
pub mod outbound;
pub mod redirect;
pub mod refusal;
pub mod server;
pub mod shutdown;
pub mod tls;
pub mod trace;
