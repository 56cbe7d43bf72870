//! What may not be destroyed although its time is over: for a court, a request, an inquiry.

use super::{Category, Rule, Schedule};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use crate::domain::word_list::words;
use std::time::Duration;

/// How far ahead the day may lie on which a hold is looked at again: six months.
pub const LOOKED_AT_WITHIN: Duration = Duration::from_hours(24 * 184);

words! {
    /// Why something is held. A rule says which of them stop it.
    HoldKind {
        /// A claim or a court case.
        Legal = "legal";
        /// A request under the Freedom of Information Act or the Environmental Information Regulations.
        Foi = "foi";
        /// A subject access request or a complaint.
        Sar = "sar";
        /// An audit.
        Audit = "audit";
        /// Suspected fraud, or the police.
        Fraud = "fraud";
        /// A public inquiry.
        Inquiry = "inquiry";
    }
}

/// What a hold is about. What is not named is not asked for: without anything it is about all there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Whose.
    pub account: Option<AccountId>,
    /// Of which category.
    pub category: Option<Category>,
    /// What began its clock then or later.
    pub since: Option<When>,
    /// What began its clock then or earlier.
    pub until: Option<When>,
}

/// A hold that is not released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its reference, as whoever placed it calls it (`FOI-2026-0417`).
    pub id: String,
    /// Why.
    pub kind: HoldKind,
    /// What it is about.
    pub scope: Scope,
}

/// What a rule is about to be applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Whose it is, if it is anybody's.
    pub account: Option<AccountId>,
    /// When its clock began.
    pub since: When,
}

impl Hold {
    /// Whether it keeps this item from going by this rule. What goes along with it (`along`) is held with it.
    #[must_use]
    pub fn stops(&self, rule: &Rule, along: &[&str], item: &Item) -> bool {
        let scope = &self.scope;
        let category = |held: &Category| *held == rule.category || along.contains(&held.as_str());
        rule.holds.iter().any(|kind| kind == self.kind.as_str())
            && scope.account.is_none_or(|whose| item.account == Some(whose))
            && scope.category.as_ref().is_none_or(category)
            && scope.since.is_none_or(|since| item.since >= since)
            && scope.until.is_none_or(|until| item.since <= until)
    }

    /// Whether it keeps what is a person's from going as a whole: by the rule of `category`, whose holds count for all that goes
    /// along, or by a rule that something of `along` has of its own. It is of many times, so that a hold on a time holds all of it.
    #[must_use]
    pub fn stops_all_of(&self, schedule: &Schedule, category: &str, along: &[&str], whose: AccountId) -> bool {
        let scope = Scope { since: None, until: None, ..self.scope.clone() };
        let (hold, item) =
            (Self { scope, ..self.clone() }, Item { account: Some(whose), since: When::from_seconds(0) });
        let stops =
            |category: &str, along| schedule.rule_for(category).is_some_and(|rule| hold.stops(rule, along, &item));
        stops(category, along) || along.iter().any(|own| stops(own, &[]))
    }

    /// Whether it keeps a whole of many records from going by this rule, made between these times and of many people: nothing can be
    /// taken out of it, so that what holds a part holds all.
    #[must_use]
    pub fn stops_whole(&self, rule: &Rule, (first, last): (When, When)) -> bool {
        let (since, until) = (self.scope.since, self.scope.until);
        let part = Scope { account: None, since: None, until: None, ..self.scope.clone() };
        Self { scope: part, ..self.clone() }.stops(rule, &[], &Item { account: None, since: last })
            && since.is_none_or(|since| since <= last)
            && until.is_none_or(|until| until >= first)
    }
}

#[cfg(test)]
mod tests {
    use super::{Hold, HoldKind, Scope};
    use crate::domain::ids::AccountId;
    use crate::domain::retention::tests::rule;
    use crate::domain::retention::{Category, Rule};
    use crate::domain::time::When;
    use uuid::Uuid;

    #[test]
    fn what_holds_a_part_holds_the_whole() {
        let rule = Rule { holds: vec!["legal".into(), "foi".into()], ..rule("log", "event.envelope") };
        let (at, made) = (When::from_seconds, (When::from_seconds(100), When::from_seconds(200)));
        let stops = |kind, scope| Hold { id: "1".into(), kind, scope }.stops_whole(&rule, made);
        let whose = Some(AccountId(Uuid::nil()));
        let of = |category| Scope { category: Some(Category::new(category)), ..Scope::default() };
        assert!(stops(HoldKind::Legal, Scope::default()));
        assert!(stops(HoldKind::Foi, Scope { account: whose, ..of("event.envelope") }));
        assert!(!stops(HoldKind::Sar, Scope::default()), "a kind that the rule does not stop for");
        assert!(!stops(HoldKind::Legal, of("session")));
        for (since, until, held) in [
            (Some(150), None, true),
            (Some(200), None, true),
            (Some(201), None, false),
            (None, Some(99), false),
            (None, Some(100), true),
            (Some(120), Some(130), true),
            (Some(50), Some(300), true),
        ] {
            let scope = Scope { since: since.map(at), until: until.map(at), ..Scope::default() };
            assert_eq!(stops(HoldKind::Legal, scope), held, "{since:?} {until:?}");
        }
    }
}
