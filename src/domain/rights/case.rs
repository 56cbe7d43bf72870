//! A case folds to what the clock needs, and says what can happen next.

use super::calendar::Calendar;
use super::clock;
use super::kind::Kind;
use super::step::Step;
use crate::domain::time::When;

/// What is known of who asks before anything was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// They asked in their own account: they have shown who they are.
    Account,
    /// An officer was called, met or written to, and has judged whether there is doubt.
    Heard,
    /// Anybody can have filled in the form, and nobody has judged anything.
    Unknown,
}

/// What a case comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What is asked for.
    pub kind: Kind,
    /// When it was received.
    pub received: When,
    /// When she was asked to show who she is.
    pub identity_asked: Option<When>,
    /// When she had.
    pub identity_proven: Option<When>,
    /// When she was asked what she means, and when she said it, in order.
    pub pauses: Vec<(When, Option<When>)>,
    /// When she was told that it takes longer.
    pub extended: Option<When>,
    /// When a complaint was acknowledged.
    pub acknowledged: Option<When>,
    /// When she was last told how it gets on.
    pub told: Option<When>,
    /// When it was closed.
    pub closed: Option<When>,
}

impl Facts {
    /// Of a case that came in, with nothing done yet.
    #[must_use]
    pub const fn of(kind: Kind, received: When) -> Self {
        Self {
            kind,
            received,
            identity_asked: None,
            identity_proven: None,
            pauses: Vec::new(),
            extended: None,
            acknowledged: None,
            told: None,
            closed: None,
        }
    }

    /// What its steps come to, in the order they were taken.
    #[must_use]
    pub fn fold(kind: Kind, received: When, steps: &[(Step, When)]) -> Self {
        let mut facts = Self::of(kind, received);
        for (step, at) in steps {
            facts.take(*step, *at);
        }
        facts
    }

    fn take(&mut self, step: Step, at: When) {
        match step {
            Step::Received => {}
            Step::IdentityAsked => self.identity_asked = Some(at),
            Step::IdentityProven => self.identity_proven = Some(at),
            Step::ClarificationAsked => self.pauses.push((at, None)),
            Step::Clarified => {
                if let Some((_, answered @ None)) = self.pauses.last_mut() {
                    *answered = Some(at);
                }
            }
            Step::Extended => self.extended = Some(at),
            Step::Acknowledged => {
                self.acknowledged = Some(at);
                self.told = Some(at);
            }
            Step::Progress => self.told = Some(at),
            Step::Done | Step::Refused => self.closed = Some(at),
        }
    }

    /// Whether she was asked what she means and has not answered.
    #[must_use]
    pub fn awaits_clarification(&self) -> bool {
        self.pauses.last().is_some_and(|(_, answered)| answered.is_none())
    }

    /// Whether she was asked to show who she is and has not.
    #[must_use]
    pub const fn awaits_identity(&self) -> bool {
        self.identity_asked.is_some() && self.identity_proven.is_none()
    }

    /// Whether a request came from nobody knows whom, and it is not on record that it became known.
    #[must_use]
    pub fn is_unknown(&self, asker: Asker) -> bool {
        self.kind.is_request() && asker == Asker::Unknown && self.identity_proven.is_none()
    }

    /// What can happen next. Of who asks in their own account nobody asks for more proof than the account has itself.
    #[must_use]
    pub fn possible(&self, asker: Asker, calendar: &Calendar<'_>, now: When) -> Vec<Step> {
        if self.closed.is_some() {
            return Vec::new();
        }
        let request = self.kind.is_request();
        let can = |step: &Step| match step {
            Step::Received => false,
            Step::IdentityAsked => {
                request && asker != Asker::Account && self.identity_asked.is_none() && self.identity_proven.is_none()
            }
            // Without being asked, too: proof is asked for only where there is reasonable doubt (Art 12(6)).
            Step::IdentityProven => self.awaits_identity() || self.is_unknown(asker),
            Step::ClarificationAsked => !self.awaits_clarification(),
            Step::Clarified => self.awaits_clarification(),
            Step::Extended => request && self.extended.is_none() && clock::may_extend(self, calendar, now),
            Step::Acknowledged => !request && self.acknowledged.is_none(),
            Step::Progress => !request && self.acknowledged.is_some(),
            // Nothing is handed out, changed or erased for somebody of whom it is not known who it is.
            Step::Done if request => !self.awaits_identity() && !self.is_unknown(asker),
            Step::Done => self.acknowledged.is_some(),
            Step::Refused => request || self.acknowledged.is_some(),
        };
        Step::ALL.iter().copied().filter(can).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Asker, Facts};
    use crate::domain::rights::calendar::Calendar;
    use crate::domain::rights::calendar::tests::{holidays, london};
    use crate::domain::rights::kind::Kind;
    use crate::domain::rights::step::Step;
    use crate::domain::time::When;

    fn at(text: &str) -> When {
        When::from(text.parse::<jiff::Timestamp>().unwrap())
    }

    #[test]
    fn what_can_happen_next_follows_from_what_happened() {
        use Step::{
            Acknowledged, ClarificationAsked, Clarified, Done, Extended, IdentityAsked, IdentityProven, Progress,
            Received, Refused,
        };
        let (zone, holidays) = (london(), holidays());
        let calendar = Calendar { zone: &zone, holidays: &holidays };
        let (first, now) = (at("2026-12-01T12:00:00Z"), at("2026-12-10T12:00:00Z"));
        let next = |kind, steps: &[Step], asker| {
            let steps: Vec<_> = steps.iter().map(|step| (*step, first)).collect();
            Facts::fold(kind, first, &steps).possible(asker, &calendar, now)
        };
        assert_eq!(
            next(Kind::Access, &[Received], Asker::Heard),
            [IdentityAsked, ClarificationAsked, Extended, Done, Refused],
        );
        assert_eq!(
            next(Kind::Access, &[Received], Asker::Account),
            [ClarificationAsked, Extended, Done, Refused],
            "signed in is proof"
        );
        assert_eq!(
            next(Kind::Access, &[Received, IdentityAsked], Asker::Heard),
            [IdentityProven, ClarificationAsked, Refused]
        );
        assert_eq!(
            next(Kind::Erasure, &[Received, IdentityAsked, IdentityProven, ClarificationAsked], Asker::Heard),
            [Clarified, Extended, Done, Refused],
        );
        assert_eq!(next(Kind::Access, &[Received, Extended], Asker::Account), [ClarificationAsked, Done, Refused]);
        assert_eq!(next(Kind::Complaint, &[Received], Asker::Heard), [ClarificationAsked, Acknowledged]);
        assert_eq!(
            next(Kind::Complaint, &[Received, Acknowledged], Asker::Heard),
            [ClarificationAsked, Progress, Done, Refused]
        );
        for closing in [Done, Refused] {
            assert_eq!(next(Kind::Access, &[Received, closing], Asker::Account), []);
        }
    }

    #[test]
    fn nothing_is_done_for_nobody_knows_whom() {
        let (zone, holidays) = (london(), holidays());
        let calendar = Calendar { zone: &zone, holidays: &holidays };
        let now = at("2026-12-10T12:00:00Z");
        for kind in Kind::ALL.iter().filter(|kind| kind.is_request()) {
            let next = |steps: &[Step]| {
                let steps: Vec<_> = steps.iter().map(|step| (*step, at("2026-12-01T12:00:00Z"))).collect();
                Facts::fold(*kind, at("2026-12-01T12:00:00Z"), &steps).possible(Asker::Unknown, &calendar, now)
            };
            let new = next(&[Step::Received]);
            assert!(new.contains(&Step::IdentityAsked) && new.contains(&Step::IdentityProven), "{new:?}");
            assert!(new.contains(&Step::Refused) && !new.contains(&Step::Done), "{new:?}");
            assert!(!next(&[Step::Received, Step::IdentityAsked]).contains(&Step::Done));
            for known in [
                &[Step::Received, Step::IdentityProven][..],
                &[Step::Received, Step::IdentityAsked, Step::IdentityProven],
            ] {
                let then = next(known);
                assert!(then.contains(&Step::Done), "{then:?}");
                assert!(!then.contains(&Step::IdentityAsked) && !then.contains(&Step::IdentityProven), "{then:?}");
            }
        }
        let complaint = Facts::fold(Kind::Complaint, now, &[(Step::Received, now), (Step::Acknowledged, now)]);
        assert!(complaint.possible(Asker::Unknown, &calendar, now).contains(&Step::Done), "anybody may complain");
        assert!(!complaint.possible(Asker::Unknown, &calendar, now).contains(&Step::IdentityProven));
    }
}
