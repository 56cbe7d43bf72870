//! A choice that she does not make on our pages but says or signs, and an officer writes down (UK GDPR Art 7(1)): how it came,
//! who decides, and how it is known that it is she (src/decisions/0051).

use super::{Decider, Method, Way};
use crate::domain::client::Lang;
use crate::domain::time::When;
use crate::domain::word_list::words;

/// The longest reference to an authority or to evidence, in characters.
pub const LONGEST: usize = 200;

words! {
    /// What is written down. What may be chosen depends on how she stands.
    Choice {
        /// She agrees, or agrees anew.
        Yes = "yes";
        /// She does not agree.
        No = "no";
        /// She takes her consent back (UK GDPR Art 7(3)).
        Stop = "stop";
        /// She objects (UK GDPR Art 21(1)).
        Object = "object";
        /// She takes her objection back before it is decided.
        TakeBack = "take_back";
        /// She lets begin again what her objection had ended.
        Allow = "allow";
    }
}

words! {
    /// How it came to the officer.
    Heard {
        /// On the phone, in words.
        Phone = "phone";
        /// At a desk, in words.
        Desk = "desk";
        /// At a desk, on a form that she signed.
        Form = "form";
        /// In a letter that she signed.
        Post = "post";
    }
}

words! {
    /// How the officer knows that it is she, or who may decide for her.
    Check {
        /// It is taken on their word: enough for what only stops sharing (UK GDPR Art 7(3): as easy as giving).
        Word = "word";
        /// Called back, on a number that the council holds.
        CallBack = "call_back";
        /// They knew what nobody else knows of the account.
        Facts = "facts";
        /// Showed a document with a photograph.
        Document = "document";
        /// The signature and the address are those that the council holds.
        Signature = "signature";
    }
}

impl Choice {
    /// Whether a service gets something by it: what only stops sharing is made as easy as can be.
    #[must_use]
    pub const fn gives(self) -> bool {
        matches!(self, Self::Yes | Self::TakeBack | Self::Allow)
    }
}

impl Heard {
    /// The way the ledger names.
    #[must_use]
    pub const fn way(self) -> Way {
        match self {
            Self::Phone => Way::Phone,
            Self::Desk | Self::Form => Way::Desk,
            Self::Post => Way::Post,
        }
    }

    /// What she did to say so.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Phone | Self::Desk => Method::Verbal,
            Self::Form | Self::Post => Method::Signed,
        }
    }

    /// Whether a check can be made where it came from: a document is shown across a desk, a signature stands on paper.
    #[must_use]
    pub const fn allows(self, check: Check) -> bool {
        match check {
            Check::Word => true,
            Check::CallBack => matches!(self, Self::Phone | Self::Post),
            Check::Facts => !matches!(self, Self::Post),
            Check::Document => matches!(self, Self::Desk | Self::Form),
            Check::Signature => matches!(self.method(), Method::Signed),
        }
    }
}

/// What an officer typed about it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'a> {
    /// What was chosen.
    pub choice: &'a str,
    /// How it came.
    pub heard: &'a str,
    /// Who decides.
    pub decider: &'a str,
    /// What gives somebody else the authority.
    pub authority: &'a str,
    /// How it is known who it is.
    pub check: &'a str,
    /// Where the paper lies, if there is one.
    pub evidence: &'a str,
}

/// What has to be mended of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unclear {
    /// It is not said what was chosen.
    Choice,
    /// It is not said how it came.
    Heard,
    /// It is not said who decides.
    Decider,
    /// Somebody decides for her, and nothing says that they may; or it is too long.
    Authority,
    /// It is not said how it is known who it is.
    Check,
    /// That cannot be known in this way.
    CheckThere,
    /// Their word is not enough for what gives a service something.
    CheckMore,
    /// There is a paper, and it is not said where it lies; or that is too long.
    Evidence,
}

/// A choice as it was said or signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// What was chosen.
    pub choice: Choice,
    /// How it came.
    pub heard: Heard,
    /// Who decided: she, somebody with authority to act for her, or a holder of parental responsibility.
    pub decider: Decider,
    /// What gives somebody else the authority.
    pub authority: Option<String>,
    /// How it is known who it was.
    pub check: Check,
    /// Where the paper lies.
    pub evidence: Option<String>,
}

impl Spoken {
    /// Who may decide.
    pub const DECIDERS: [Decider; 3] = [Decider::Resident, Decider::Delegate, Decider::Parent];

    /// Reads what was typed.
    ///
    /// # Errors
    /// All that has to be mended.
    pub fn read(typed: &Typed<'_>) -> Result<Self, Vec<Unclear>> {
        let mut unclear = Vec::new();
        let choice = Choice::parse(typed.choice);
        let heard = Heard::parse(typed.heard);
        let decider = Decider::parse(typed.decider).filter(|one| Self::DECIDERS.contains(one));
        let check = Check::parse(typed.check);
        let (authority, evidence) = (reference(typed.authority), reference(typed.evidence));
        let for_her = decider.is_some_and(|one| one != Decider::Resident);
        let on_paper = heard.is_some_and(|heard| heard.method() == Method::Signed);
        unclear.extend(choice.is_none().then_some(Unclear::Choice));
        unclear.extend(heard.is_none().then_some(Unclear::Heard));
        unclear.extend(decider.is_none().then_some(Unclear::Decider));
        let named = authority.as_ref().is_ok_and(|it| it.is_some() || !for_her);
        unclear.extend((!named).then_some(Unclear::Authority));
        unclear.extend(check.is_none().then_some(Unclear::Check));
        let there = heard.zip(check).is_none_or(|(heard, check)| heard.allows(check));
        unclear.extend((!there).then_some(Unclear::CheckThere));
        let by_word = check == Some(Check::Word) && choice.is_some_and(Choice::gives);
        unclear.extend(by_word.then_some(Unclear::CheckMore));
        let lies = evidence.as_ref().is_ok_and(|it| it.is_some() || !on_paper);
        unclear.extend((!lies).then_some(Unclear::Evidence));
        match (choice, heard, decider, authority, check, evidence) {
            (Some(choice), Some(heard), Some(decider), Ok(authority), Some(check), Ok(evidence))
                if unclear.is_empty() =>
            {
                Ok(Self { choice, heard, decider, authority: authority.filter(|_| for_her), check, evidence })
            }
            _ => Err(unclear),
        }
    }
}

/// A reference as it was typed, none if there is none; an error if it is no reference.
fn reference(typed: &str) -> Result<Option<String>, ()> {
    let text = typed.trim();
    let fits = text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    if fits { Ok((!text.is_empty()).then(|| text.to_owned())) } else { Err(()) }
}

/// What she is written of a choice that an officer wrote down, in the language it was said in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The language.
    pub lang: Lang,
    /// The service's name.
    pub service: String,
    /// What it uses her details for: the register's words, behind "to".
    pub purpose: String,
    /// What was written down.
    pub choice: Choice,
    /// How it came.
    pub way: Way,
    /// Who decided.
    pub decider: Decider,
    /// When.
    pub at: When,
}

#[cfg(test)]
mod tests {
    use super::{Check, Heard, LONGEST, Spoken, Typed, Unclear};
    use crate::domain::sharing::{Decider, Method, Way};

    const CALL: Typed<'_> =
        Typed { choice: "yes", heard: "phone", decider: "self", authority: "", check: "call_back", evidence: "" };

    #[test]
    fn how_it_came_says_the_way_and_what_she_did() {
        let said = Heard::ALL.iter().map(|one| (one.way(), one.method())).collect::<Vec<_>>();
        let verbal = [(Way::Phone, Method::Verbal), (Way::Desk, Method::Verbal)];
        assert_eq!(said, [&verbal[..], &[(Way::Desk, Method::Signed), (Way::Post, Method::Signed)]].concat());
    }

    #[test]
    fn a_call_is_read() {
        let read = Spoken::read(&CALL).unwrap();
        assert_eq!((read.heard, read.decider, read.check), (Heard::Phone, Decider::Resident, Check::CallBack));
        assert_eq!((read.authority, read.evidence), (None, None));
    }

    #[test]
    fn all_that_is_missing_is_said_at_once() {
        let nothing = Spoken::read(&Typed::default()).unwrap_err();
        assert_eq!(nothing, [Unclear::Choice, Unclear::Heard, Unclear::Decider, Unclear::Check]);
        // Who decides on an objection, and what the clock does, is nothing that is said on the phone.
        for decider in ["officer", "system", "nonsense"] {
            assert_eq!(Spoken::read(&Typed { decider, ..CALL }), Err(vec![Unclear::Decider]), "{decider}");
        }
    }

    #[test]
    fn who_decides_for_her_says_on_what_authority() {
        for decider in ["delegate", "parent"] {
            assert_eq!(Spoken::read(&Typed { decider, ..CALL }), Err(vec![Unclear::Authority]));
            let typed = Typed { decider, authority: " LPA 7000-1234 ", ..CALL };
            assert_eq!(Spoken::read(&typed).unwrap().authority.as_deref(), Some("LPA 7000-1234"));
        }
        // She needs none, and none is kept.
        assert_eq!(Spoken::read(&Typed { authority: "LPA", ..CALL }).unwrap().authority, None);
    }

    #[test]
    fn a_paper_lies_somewhere() {
        for (heard, check) in [("form", "document"), ("post", "signature")] {
            let typed = Typed { heard, check, ..CALL };
            assert_eq!(Spoken::read(&typed), Err(vec![Unclear::Evidence]));
            let read = Spoken::read(&Typed { evidence: "Scan 2026/114", ..typed }).unwrap();
            assert_eq!(read.evidence.as_deref(), Some("Scan 2026/114"));
        }
    }

    #[test]
    fn a_check_is_made_where_it_can_be() {
        let made = |heard: &Heard| -> Vec<&str> {
            Check::ALL.iter().filter(|check| heard.allows(**check)).map(|check| check.as_str()).collect()
        };
        assert_eq!(made(&Heard::Phone), ["word", "call_back", "facts"]);
        assert_eq!(made(&Heard::Desk), ["word", "facts", "document"]);
        assert_eq!(made(&Heard::Form), ["word", "facts", "document", "signature"]);
        assert_eq!(made(&Heard::Post), ["word", "call_back", "signature"]);
        assert_eq!(Spoken::read(&Typed { check: "document", ..CALL }), Err(vec![Unclear::CheckThere]));
    }

    #[test]
    fn what_only_stops_sharing_needs_no_more_than_their_word() {
        for (choice, enough) in
            [("no", true), ("stop", true), ("object", true), ("yes", false), ("take_back", false), ("allow", false)]
        {
            let read = Spoken::read(&Typed { choice, check: "word", ..CALL });
            assert_eq!(read.map(|_| ()), if enough { Ok(()) } else { Err(vec![Unclear::CheckMore]) }, "{choice}");
        }
    }

    #[test]
    fn a_reference_is_short_and_one_line() {
        let long = "x".repeat(LONGEST + 1);
        for evidence in [long.as_str(), "a\nb"] {
            assert_eq!(Spoken::read(&Typed { evidence, ..CALL }), Err(vec![Unclear::Evidence]));
            assert_eq!(Spoken::read(&Typed { authority: evidence, ..CALL }), Err(vec![Unclear::Authority]));
        }
        assert!(Spoken::read(&Typed { evidence: &long[1..], ..CALL }).is_ok());
    }
}
