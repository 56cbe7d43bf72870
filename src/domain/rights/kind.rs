//! What is asked for, and how it came in.

use crate::domain::word_list::words;

words! {
    /// What is asked for.
    Kind {
        /// A copy of what is held (UK GDPR Art 15).
        Access = "access";
        /// Something is to be put right (Art 16).
        Rectification = "rectification";
        /// What is held is to be kept and not used (Art 18).
        Restriction = "restriction";
        /// It is to be erased (Art 17).
        Erasure = "erasure";
        /// It is to be handed over for use elsewhere (Art 20).
        Portability = "portability";
        /// It is not to be used for a task of the council (Art 21).
        Objection = "objection";
        /// A complaint about how data is handled (DPA 2018 s164A).
        Complaint = "complaint";
    }
}

impl Kind {
    /// Whether days on which we wait for her to say what she means do not count: of a request for a copy alone (Art 12A).
    #[must_use]
    pub const fn is_paused_by_questions(self) -> bool {
        matches!(self, Self::Access)
    }

    /// Whether it is a request, which the month of Article 12A is about.
    #[must_use]
    pub const fn is_request(self) -> bool {
        !matches!(self, Self::Complaint)
    }

    /// Whether it says by itself what is asked for.
    #[must_use]
    pub const fn says_enough(self) -> bool {
        matches!(self, Self::Access | Self::Portability)
    }
}

words! {
    /// How it came in.
    Channel {
        /// On our pages.
        Web = "web";
        /// By phone.
        Phone = "phone";
        /// At a desk.
        Desk = "desk";
        /// By post.
        Post = "post";
    }
}

impl Channel {
    /// Those that an officer writes down.
    pub const TOLD: [Self; 3] = [Self::Phone, Self::Desk, Self::Post];
}

#[cfg(test)]
mod tests {
    use super::{Channel, Kind};

    #[test]
    fn words_are_read_as_they_are_written() {
        for one in Kind::ALL {
            assert_eq!(Kind::parse(one.as_str()), Some(*one));
        }
        for one in Channel::ALL {
            assert_eq!(Channel::parse(one.as_str()), Some(*one));
        }
        assert_eq!((Kind::parse("refund"), Channel::parse("fax")), (None, None));
    }

    #[test]
    fn only_a_request_for_a_copy_waits_for_questions() {
        let pausing: Vec<_> = Kind::ALL.iter().filter(|kind| kind.is_paused_by_questions()).collect();
        assert_eq!(pausing, [&Kind::Access]);
        assert!(!Kind::Complaint.is_request() && Kind::Objection.is_request());
    }
}
