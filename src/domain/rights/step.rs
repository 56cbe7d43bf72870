//! What happens in a case, one step after another.

use crate::domain::word_list::words;

words! {
    /// A step.
    Step {
        /// It came in.
        Received = "received";
        /// She was asked to show who she is.
        IdentityAsked = "identity_asked";
        /// She has shown it.
        IdentityProven = "identity_proven";
        /// She was asked what she means.
        ClarificationAsked = "clarification_asked";
        /// She has said it.
        Clarified = "clarified";
        /// She was told, with reasons, that it takes two months more.
        Extended = "extended";
        /// She was told that her complaint is here (DPA 2018 s164A).
        Acknowledged = "acknowledged";
        /// She was told how her complaint gets on.
        Progress = "progress";
        /// What she asked for is done.
        Done = "done";
        /// It is not, or not all of it, and she was told why.
        Refused = "refused";
    }
}

impl Step {
    /// Whether it ends the case.
    #[must_use]
    pub const fn closes(self) -> bool {
        matches!(self, Self::Done | Self::Refused)
    }

    /// Whether she is written to of it.
    #[must_use]
    pub const fn is_told(self) -> bool {
        !matches!(self, Self::IdentityProven | Self::Clarified)
    }

    /// Whether it needs words that she reads: what is asked for, why it takes longer, how it gets on, what was decided.
    #[must_use]
    pub const fn needs_words(self) -> bool {
        matches!(
            self,
            Self::IdentityAsked
                | Self::ClarificationAsked
                | Self::Extended
                | Self::Progress
                | Self::Done
                | Self::Refused
        )
    }
}

/// The longest words of a step, in characters: they go into a letter.
pub const LONGEST: usize = 2_000;

/// The words of a step as they were typed; `None` if there are none where it needs them, or more than a letter holds.
#[must_use]
pub fn said(step: Step, typed: &str) -> Option<Option<String>> {
    if !step.needs_words() {
        return Some(None);
    }
    // A browser sends each end of a line as two characters (HTML, form submission).
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    (!text.is_empty() && text.chars().count() <= LONGEST).then_some(Some(text))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Step, said};

    #[test]
    fn what_she_reads_has_words_that_fit_a_letter() {
        assert_eq!(said(Step::Refused, " It is\r\nnot ours. "), Some(Some("It is\nnot ours.".to_owned())));
        assert_eq!(said(Step::Refused, " "), None);
        assert_eq!(said(Step::Extended, &"é".repeat(LONGEST + 1)), None);
        assert!(said(Step::Extended, &"é".repeat(LONGEST)).is_some());
        assert_eq!(said(Step::Clarified, "by phone"), Some(None), "what needs none keeps none");
    }

    #[test]
    fn a_step_is_read_as_it_is_written() {
        for one in Step::ALL {
            assert_eq!(Step::parse(one.as_str()), Some(*one));
        }
        assert_eq!(Step::ALL.iter().filter(|step| step.closes()).count(), 2);
    }
}
