//! What is decided on an objection, and what she is written about it.

use crate::domain::client::Lang;
use crate::domain::time::When;

/// The longest compelling grounds in words, in characters: they go into a letter.
pub const LONGEST_ANSWER: usize = 1_000;

/// What is decided on an objection (UK GDPR Art 21(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// She is right: the purpose is stopped until she asks for it herself.
    Upheld,
    /// There are compelling legitimate grounds: what stood stands again.
    Rejected,
}

impl Decision {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Upheld, Self::Rejected];

    /// The word of events and forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Rejected => "rejected",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// The compelling grounds as they were typed, or why they are none: `None` if there are none where a rejection needs them, or
/// more of them than a letter holds. An objection that is upheld needs none, and keeps none.
#[must_use]
pub fn grounds(decision: Decision, typed: &str) -> Option<Option<String>> {
    if decision == Decision::Upheld {
        return Some(None);
    }
    // A browser sends each end of a line as two characters (HTML, form submission).
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    (!text.is_empty() && text.chars().count() <= LONGEST_ANSWER).then_some(Some(text))
}

/// What she is told of a decision, in her language, with where she may complain (UK GDPR Art 12(4)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The language she objected in.
    pub lang: Lang,
    /// The service's name.
    pub service: String,
    /// What it used her details for: the register's words, behind "to".
    pub purpose: String,
    /// When she objected.
    pub objected_at: When,
    /// What was decided.
    pub decision: Decision,
    /// The compelling grounds, of a rejection.
    pub grounds: Option<String>,
    /// Who at the council looks at complaints: its name, e-mail address and number.
    pub complaints: [String; 3],
    /// The regulator: its name, website and number.
    pub regulator: [String; 3],
}

#[cfg(test)]
mod tests {
    use super::{Decision, LONGEST_ANSWER, grounds};

    #[test]
    fn a_rejection_has_grounds_that_fit_a_letter() {
        let rejected = |typed: &str| grounds(Decision::Rejected, typed);
        assert_eq!(rejected(" Fraud\r\nin your street. "), Some(Some("Fraud\nin your street.".to_owned())));
        assert_eq!((rejected(""), rejected(" \r\n ")), (None, None));
        assert!(rejected(&"é".repeat(LONGEST_ANSWER)).is_some());
        assert_eq!(rejected(&"é".repeat(LONGEST_ANSWER + 1)), None);
        assert_eq!(grounds(Decision::Upheld, "not needed"), Some(None));
    }

    #[test]
    fn a_decision_is_read_as_it_is_written() {
        for one in Decision::ALL {
            assert_eq!(Decision::parse(one.as_str()), Some(one));
        }
        assert_eq!(Decision::parse("postponed"), None);
    }
}
