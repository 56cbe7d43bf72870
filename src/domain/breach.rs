//! A personal data breach and its clock (UK GDPR Art 33, 34).

use super::ids::{ClientId, StaffId};
use super::time::When;
use std::time::Duration;
use uuid::Uuid;

/// How long after becoming aware of it the regulator is told, where there is a risk to people (Art 33(1)).
pub const NOTIFY_WITHIN: Duration = Duration::from_hours(72);

/// Who is told of a breach, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The regulator (Art 33).
    Regulator,
    /// The people whose data it is (Art 34).
    People,
}

impl Told {
    /// The word in forms and events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regulator => "regulator",
            Self::People => "people",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Regulator, Self::People].into_iter().find(|told| told.as_str() == word)
    }
}

/// What was decided: they were told, or need not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// They were told.
    Notified,
    /// There is no risk, or no high one, to people.
    NotNeeded,
}

impl Decision {
    /// The word in forms, events and the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Notified => "notified",
            Self::NotNeeded => "not_needed",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Notified, Self::NotNeeded].into_iter().find(|decision| decision.as_str() == word)
    }
}

/// One entry of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Which.
    pub id: Uuid,
    /// What happened, in one line.
    pub title: String,
    /// What it did to people.
    pub effects: String,
    /// What was done about it.
    pub remedies: String,
    /// When the council became aware of it.
    pub aware_at: When,
    /// From when to when data was open, if it is known.
    pub window: Option<(When, When)>,
    /// The service it happened at, if at one.
    pub client: Option<ClientId>,
    /// How many people it concerns.
    pub subjects: i64,
    /// Which data, in words.
    pub categories: String,
    /// Who wrote it down.
    pub recorded_by: StaffId,
    /// When.
    pub recorded_at: When,
    /// Whether the regulator was told, when, and under which reference.
    pub regulator: Option<(Decision, When, Option<String>)>,
    /// Whether the people were told, and when.
    pub people: Option<(Decision, When)>,
}

impl Breach {
    /// By when the regulator is told. The clock does not stop at night or over a weekend.
    #[must_use]
    pub fn notify_by(&self) -> When {
        self.aware_at + NOTIFY_WITHIN
    }

    /// How much time is left until then; none once it was decided.
    #[must_use]
    pub fn left(&self, now: When) -> Option<Duration> {
        self.regulator.is_none().then(|| self.notify_by().since(now))
    }

    /// Whether the regulator was told too late, or still was not when it was too late: the reasons for the delay go with it
    /// (Art 33(1)).
    #[must_use]
    pub fn is_late(&self, now: When) -> bool {
        match &self.regulator {
            Some((Decision::NotNeeded, ..)) => false,
            Some((Decision::Notified, at, _)) => *at > self.notify_by(),
            None => now > self.notify_by(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Breach, Decision, StaffId, When};
    use std::time::Duration;
    use uuid::Uuid;

    #[test]
    fn the_clock_runs_for_seventy_two_hours_from_becoming_aware() {
        let aware_at = When::from_seconds(0);
        let breach = Breach {
            id: Uuid::nil(),
            title: String::new(),
            effects: String::new(),
            remedies: String::new(),
            aware_at,
            window: None,
            client: None,
            subjects: 1,
            categories: String::new(),
            recorded_by: StaffId(Uuid::nil()),
            recorded_at: aware_at + Duration::from_hours(5),
            regulator: None,
            people: None,
        };
        let hour = |hours| aware_at + Duration::from_hours(hours);
        assert_eq!(breach.notify_by(), hour(72));
        assert_eq!(breach.left(hour(70)), Some(Duration::from_hours(2)));
        assert_eq!((breach.left(hour(80)), breach.is_late(hour(80))), (Some(Duration::ZERO), true));
        assert!(!breach.is_late(hour(72)));
        let told = |at| Breach { regulator: Some((Decision::Notified, at, None)), ..breach.clone() };
        assert!(!told(hour(71)).is_late(hour(90)) && told(hour(73)).is_late(hour(90)));
        assert_eq!(told(hour(71)).left(hour(71)), None);
        let none = Breach { regulator: Some((Decision::NotNeeded, hour(90), None)), ..breach };
        assert!(!none.is_late(hour(100)));
    }
}
