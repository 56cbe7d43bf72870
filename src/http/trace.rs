//! The log: one line an event, no personal data. Paths and queries are never written (they carry tokens); the route
//! that matched is.

use crate::config::{Log, LogFormat, LogLevel};
use http::HeaderValue;
use std::fmt;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use uuid::Uuid;
use uuid::fmt::Simple;

/// One request's name in the log and on error pages. Random, and never taken from the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(Uuid);

impl RequestId {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::new_v4())
    }

    /// As a header's value.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        let mut digits = [0; Simple::LENGTH];
        let digits = self.0.simple().encode_lower(&mut digits);
        // Digits are always a header's value.
        HeaderValue::from_str(digits).unwrap_or(HeaderValue::from_static(""))
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
    start(log, &[])
}

/// The same for a demo, whose output is read by people: what needs attention, and why requests were refused.
///
/// # Errors
/// Logging was started before.
pub fn start_demo_logging() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    start(Log { format: LogFormat::Text, level: LogLevel::Warn }, &["portreeve::oidc", "portreeve::http"])
}

fn start(log: Log, told_more: &[&str]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Crates of others speak in debug detail about bytes on the wire; theirs is kept to what needs attention.
    let level = match log.level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let filter = Targets::new().with_default(LevelFilter::WARN).with_target("portreeve", level);
    let filter = told_more.iter().fold(filter, |filter, room| filter.with_target(*room, LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_span_events(FmtSpan::NONE).with_ansi(false);
    let all = tracing_subscriber::registry().with(filter);
    match log.format {
        LogFormat::Json => all.with(lines.json().flatten_event(true).with_span_list(false)).try_init()?,
        LogFormat::Text => all.with(lines).try_init()?,
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
