//! What the engine does at the end of each category's records. A rule that says anything else is followed by nobody, so that
//! it is refused: what two people sign is what happens.

use super::{Action, CARRIED_OUT, HOUSEKEEPING, Trigger};
use std::fmt;

/// The facts that can be known of an account when its time is over.
pub(super) const FACTS: &[&str] = &["open_case"];

/// What goes with what it belongs to, in the same write: no time lies between the two.
const AT_ONCE: &[&str] = &["account_detail", "client.registration", "contact", "credential", "sign_in_identifier"];

/// Which of it goes with an account: the holds of the rule of accounts keep it.
const WITH_THE_ACCOUNT: &[&str] = &["account_detail", "contact", "credential", "sign_in_identifier"];

/// Whether a hold keeps the records of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// The kinds that its own rule names do.
    ByItsRule,
    /// It stays as long as the account does: the kinds that the rule of accounts names do.
    WithTheAccount,
    /// None does: it has run out, went with what it belonged to, or stays anyway.
    Never,
}

/// What the engine does for one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Does {
    /// Whatever it can do at their end.
    pub actions: &'static [Action],
    /// Whether anybody is warned before.
    pub warns: bool,
    /// The facts that it asks for before.
    pub facts: &'static [&'static str],
    /// Whose holds keep it.
    pub holds: Keeps,
    /// The one beginning and the one period that it goes by, where no rule can say another.
    pub only: Option<Only>,
}

/// A clock that is not the schedule's to set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Only {
    /// What starts it.
    pub trigger: Trigger,
    /// The same, as a schedule writes it.
    pub word: &'static str,
    /// How long it runs.
    pub period: &'static str,
}

/// Nobody is warned, and nothing is asked before.
const fn only(actions: &'static [Action], holds: Keeps) -> Does {
    Does { actions, warns: false, facts: &[], holds, only: None }
}

impl Does {
    /// What is done for a category; none for one that this version does not know, which a later one may.
    #[must_use]
    pub fn of(category: &str) -> Option<Self> {
        let account = Self { facts: FACTS, ..only(&[Action::Destroy, Action::Review], Keeps::ByItsRule) };
        let clock = |trigger, word, period, holds| {
            Some(Self { only: Some(Only { trigger, word, period }), ..only(&[Action::Destroy], holds) })
        };
        match category {
            "account_profile" => Some(Self { warns: true, ..account }),
            "account.closed" | "account.deceased" => Some(account),
            // The entry stays with its year; its details go before.
            "event.security" | "event.signin" => Some(only(&[Action::StripPayload], Keeps::ByItsRule)),
            "log.checkpoint" | "policy.version" | "system" => Some(only(&[Action::Permanent], Keeps::Never)),
            "signing_key" => clock(Trigger::Superseded, "superseded", "P90D", Keeps::Never),
            at_once if AT_ONCE.contains(&at_once) => {
                let with = if WITH_THE_ACCOUNT.contains(&at_once) { Keeps::WithTheAccount } else { Keeps::Never };
                clock(Trigger::Removed, "removed", "P0D", with)
            }
            other => {
                let known = |(known, _): &(&str, _)| *known == other;
                let by_run = CARRIED_OUT.iter().any(known).then_some(only(&[Action::Destroy], Keeps::ByItsRule));
                let by_itself = || HOUSEKEEPING.iter().any(|(known, _)| *known == other);
                by_run.or_else(|| by_itself().then_some(only(&[Action::Destroy], Keeps::Never)))
            }
        }
    }
}

impl fmt::Display for Does {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let actions: Vec<String> = self.actions.iter().map(|action| format!("{:?}", action.as_str())).collect();
        write!(f, "action is {}, ", actions.join(" or "))?;
        f.write_str(if self.warns { "notify warns residents, " } else { "nobody is warned (notify), " })?;
        if self.facts.is_empty() {
            f.write_str("no fact asks for a person's look (review_if), ")?;
        } else {
            write!(f, "review_if may name {}, ", self.facts.join(", "))?;
        }
        f.write_str(match self.holds {
            Keeps::ByItsRule => "holds keep it",
            Keeps::WithTheAccount => {
                "the holds of the rule of account_profile keep it with the account (none of its own)"
            }
            Keeps::Never => "no hold keeps it (holds)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Does};
    use crate::domain::retention::Period;
    use crate::domain::rotation::KEPT_AFTER;
    use crate::domain::time::When;
    use jiff::tz::TimeZone;

    #[test]
    fn a_signing_key_goes_when_rotation_says() {
        let only = Does::of("signing_key").and_then(|does| does.only).unwrap();
        let from = When::from_seconds(1_000_000);
        assert_eq!(Period::parse(only.period).unwrap().after(from, &TimeZone::UTC), from + KEPT_AFTER);
    }

    #[test]
    fn what_is_done_is_said() {
        let said = |category: &str| Does::of(category).map(|does| does.to_string());
        let account = "action is \"destroy\" or \"review\", notify warns residents, review_if may name open_case, \
                       holds keep it";
        assert_eq!(said("account_profile").as_deref(), Some(account));
        let details = "action is \"strip_payload\", nobody is warned (notify), \
                       no fact asks for a person's look (review_if), holds keep it";
        assert_eq!(said("event.signin").as_deref(), Some(details));
        assert!(said("session").unwrap().ends_with(", no hold keeps it (holds)"));
        let detail = said("account_detail").unwrap();
        assert!(
            detail.ends_with(", the holds of the rule of account_profile keep it with the account (none of its own)")
        );
        // A schedule may have the rules of a later version before it is there.
        assert_eq!(said("telepathy"), None);
    }

    #[test]
    fn an_action_is_called_as_a_schedule_writes_it() {
        let all = [
            Action::Destroy,
            Action::StripPayload,
            Action::Anonymise,
            Action::Aggregate,
            Action::Review,
            Action::Transfer,
            Action::Permanent,
        ];
        for action in all {
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
        }
    }
}
