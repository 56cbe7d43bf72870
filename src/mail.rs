//! E-mail out: over SMTP, or kept to be read in the demo and tests. Texts are written elsewhere; this room only
//! carries them.

mod kept;
mod relay;
#[cfg(test)]
mod tests;

pub use kept::{Kept, KeptLetter};
pub use relay::{Relay, RelaySettings, RelayTls, SetupError};

use crate::domain::account::EmailAddress;
use crate::domain::ids::MessageId;
use crate::domain::time::When;

/// A letter to one person.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Whom to.
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(…)")
    }
}

/// Why a letter was not taken. Never quotes the relay, whose replies name the recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Worth another try later.
    #[error("not taken now: {why} {}", reply(*.code))]
    Transient {
        /// What happened.
        why: &'static str,
        /// The relay's reply code (RFC 5321 §4.2), if it gave one.
        code: Option<u16>,
    },
    /// Another try would end the same.
    #[error("refused for good: {why} {}", reply(*.code))]
    Permanent {
        /// What happened.
        why: &'static str,
        /// The relay's reply code (RFC 5321 §4.2), if it gave one.
        code: Option<u16>,
    },
}

fn reply(code: Option<u16>) -> String {
    code.map_or_else(String::new, |code| format!("(reply {code})"))
}

/// How letters leave. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Mail {
    /// Through a relay.
    Smtp(Relay),
    /// Kept in memory.
    Kept(Kept),
}

impl Mail {
    /// Sends a letter once. The same `id` gives the same Message-ID (RFC 5322 §3.6.4) at every try, so that a mailbox
    /// can tell a repeat.
    ///
    /// # Errors
    /// [`MailError`] says whether to try again.
    pub async fn send(&self, letter: &Letter, id: MessageId, now: When) -> Result<(), MailError> {
        // A line break in a subject would begin a header of its own.
        if letter.subject.chars().any(char::is_control) {
            return Err(MailError::Permanent { why: "the subject holds control characters", code: None });
        }
        match self {
            Self::Smtp(relay) => relay.send(letter, id, now).await,
            Self::Kept(kept) => {
                kept.keep(letter, now);
                Ok(())
            }
        }
    }
}
