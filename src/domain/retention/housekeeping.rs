//! What goes by itself once it has run out: codes, tokens, counters, sessions, what was typed and never finished. It opens
//! nothing any more, so that its rules hold from the moment a schedule is in force, even as a draft (decision 0014). So do those
//! of copies of the house, which newer ones have taken the place of: `backup` destroys them.

use super::{Action, Schedule, Trigger};
use crate::domain::time::When;
use jiff::tz::TimeZone;

/// The categories, each with what its clock may start at.
pub const HOUSEKEEPING: &[(&str, &[Trigger])] = &[
    ("registration", &[Trigger::Expired, Trigger::Created]),
    ("flow", &[Trigger::Expired, Trigger::Created]),
    ("otp_challenge", &[Trigger::Expired]),
    ("auth_code", &[Trigger::Expired]),
    ("access_token", &[Trigger::Expired]),
    ("refresh_token", &[Trigger::Expired]),
    ("client.assertion_jti", &[Trigger::Expired]),
    ("client.initial_token", &[Trigger::Expired]),
    ("throttle", &[Trigger::Expired]),
    ("lease", &[Trigger::Expired]),
    ("outbox_message", &[Trigger::Delivered]),
    ("delivery_log", &[Trigger::Event]),
    ("session", &[Trigger::Expired]),
    ("staff.session", &[Trigger::Expired]),
    ("backup", &[Trigger::Taken]),
    ("backup.vault", &[Trigger::Taken]),
];

/// What a row must have behind it to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cutoff {
    /// It was made then or earlier.
    pub made: When,
    /// It ran out, or was done with, then or earlier: what still works never goes.
    pub over: When,
}

impl Schedule {
    /// Whose rows go now. `None` where no rule says so that can be followed: nothing goes then.
    #[must_use]
    pub fn cutoff(&self, category: &str, zone: &TimeZone, now: When) -> Option<Cutoff> {
        let (_, triggers) = HOUSEKEEPING.iter().find(|(known, _)| *known == category)?;
        let rule = self.rule_for(category)?;
        let start = rule.period.filter(|_| rule.action == Action::Destroy && triggers.contains(&rule.trigger))?;
        let start = start.before(now, zone);
        Some(match rule.trigger {
            Trigger::Created => Cutoff { made: start, over: now },
            _ => Cutoff { made: now, over: start },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{rule, schedule};
    use super::super::{Action, Period, Rule, Trigger};
    use super::{Cutoff, When};
    use jiff::tz::TimeZone;

    const NOW: When = When::from_seconds(100_000);

    fn cutoff(category: &str, trigger: Trigger, action: Action) -> Option<Cutoff> {
        let period = Period::parse("PT10S").ok();
        let rule = Rule { trigger, period, action, ..rule("a", category) };
        schedule(vec![rule]).cutoff(category, &TimeZone::UTC, NOW)
    }

    #[test]
    fn the_clock_starts_where_the_rule_says() {
        let then = When::from_seconds(99_990);
        let made = cutoff("flow", Trigger::Created, Action::Destroy);
        assert_eq!(made, Some(Cutoff { made: then, over: NOW }));
        let over = cutoff("flow", Trigger::Expired, Action::Destroy);
        assert_eq!(over, Some(Cutoff { made: NOW, over: then }));
    }

    #[test]
    fn leave_to_register_and_leases_go_by_themselves_too() {
        for category in ["client.initial_token", "lease"] {
            assert!(cutoff(category, Trigger::Expired, Action::Destroy).is_some(), "{category}");
        }
    }

    #[test]
    fn nothing_goes_by_a_rule_that_cannot_be_followed() {
        assert_eq!(cutoff("session", Trigger::Created, Action::Destroy), None);
        assert_eq!(cutoff("session", Trigger::Expired, Action::Review), None);
        assert_eq!(cutoff("account_profile", Trigger::Expired, Action::Destroy), None);
        assert_eq!(schedule(vec![]).cutoff("session", &TimeZone::UTC, NOW), None);
        assert!(cutoff("session", Trigger::Expired, Action::Destroy).is_some());
    }
}
