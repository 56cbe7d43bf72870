//! Her data is kept and not used (UK GDPR Art 18): what stands, what can be done about it, and what she is written.

use crate::domain::client::Lang;
use crate::domain::time::When;
use std::time::Duration;

/// How long before the end of a restriction she is told of it (UK GDPR Art 18(3) says only "before").
pub const NOTICE: Duration = Duration::from_hours(7 * 24);

/// What stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restriction {
    /// Since when nothing is passed on.
    pub since: When,
    /// From when on it may be lifted; none until she has been told so.
    pub ends: Option<When>,
}

/// What is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It begins.
    Restrict,
    /// She is told that it will be lifted.
    Announce,
    /// It is lifted, as she was told.
    Lift,
    /// It is lifted, as she asks.
    LiftAsAsked,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Restrict, Self::Announce, Self::Lift, Self::LiftAsAsked];

    /// The word of forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Restrict => "restrict",
            Self::Announce => "announce",
            Self::Lift => "lift",
            Self::LiftAsAsked => "lift_as_asked",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// What can be done as it stands.
    #[must_use]
    pub fn possible(stands: Option<Restriction>, now: When) -> Vec<Self> {
        match stands {
            None => vec![Self::Restrict],
            Some(Restriction { ends: None, .. }) => vec![Self::Announce, Self::LiftAsAsked],
            Some(Restriction { ends: Some(ends), .. }) if ends <= now => vec![Self::Lift, Self::LiftAsAsked],
            Some(_) => vec![Self::LiftAsAsked],
        }
    }
}

/// What she is told of it, in her language, with where she may complain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Her language.
    pub lang: Lang,
    /// What was done.
    pub step: Step,
    /// Since when nothing is passed on, or from when on it may be again.
    pub at: When,
    /// Who at the council looks at complaints: its name, e-mail address and number.
    pub complaints: [String; 3],
    /// The regulator: its name, website and number.
    pub regulator: [String; 3],
}

#[cfg(test)]
mod tests {
    use super::{NOTICE, Restriction, Step};
    use crate::domain::time::When;

    #[test]
    fn she_is_told_before_it_ends_unless_she_asks() {
        let since = When::from_seconds(1_000);
        let ends = since + NOTICE;
        let just = When::from_micros(ends.micros() - 1);
        let told = Some(Restriction { since, ends: Some(ends) });
        assert_eq!(Step::possible(None, since), [Step::Restrict]);
        let untold = Some(Restriction { since, ends: None });
        assert_eq!(Step::possible(untold, ends), [Step::Announce, Step::LiftAsAsked]);
        assert_eq!(Step::possible(told, just), [Step::LiftAsAsked]);
        assert_eq!(Step::possible(told, ends), [Step::Lift, Step::LiftAsAsked]);
    }

    #[test]
    fn a_step_is_read_as_it_is_written() {
        for one in Step::ALL {
            assert_eq!(Step::parse(one.as_str()), Some(one));
        }
        assert_eq!(Step::parse("erase"), None);
    }
}
