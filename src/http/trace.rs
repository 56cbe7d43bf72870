//! The log: one line an event, no personal data. Paths and queries are never written (they carry tokens); the route
//! that matched is.

use crate::config::{Log, LogFormat};
use std::fmt;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt;
use uuid::Uuid;

/// One request's name in the log and on error pages. Random, and never taken from the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(Uuid);

impl RequestId {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::new_v4())
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RequestId {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// Starts writing the log to standard output, and panics into it by their place alone: a panic's message may quote
/// data.
///
/// # Errors
/// If a log was started already.
pub fn start_logging(log: Log) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Crates of others speak in debug detail about bytes on the wire; theirs is kept to what needs attention.
    let filter = EnvFilter::try_new(format!("warn,portreeve={}", log.level.as_str()))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_span_events(FmtSpan::NONE).with_ansi(false);
    match log.format {
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).finish().try_init()?,
        LogFormat::Text => lines.finish().try_init()?,
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::RequestId;

    #[test]
    fn a_request_id_is_random_hex() {
        let (one, two) = (RequestId::new().to_string(), RequestId::new().to_string());
        assert_ne!(one, two);
        assert!(one.len() == 32 && one.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
