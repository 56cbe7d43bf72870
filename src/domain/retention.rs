//! How long each kind of record is kept, and what happens then. A schedule is a draft, which forecasts only, until two
//! named people have approved it.

mod about;
mod does;
mod faults;
mod hold;
mod housekeeping;
mod period;
mod plan;

pub use about::About;
pub use does::{Does, Keeps, Only};
pub use faults::{CARRIED_OUT, ENTRIES, Fault, TREE};
pub use hold::{Hold, HoldKind, Item, LOOKED_AT_WITHIN, Scope};
pub use housekeeping::{Cutoff, HOUSEKEEPING};
pub use period::{Period, PeriodError};
pub use plan::{By, Decision, Facts, Verdict};

use super::account::FullName;
use super::word_list::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A kind of data (`session`, `sharing.consent`): what every table, column and payload key belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Category(String);

impl Category {
    /// The category of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Categories that hold nothing personal, so that they alone may be kept for good.
pub const MAY_BE_PERMANENT: &[&str] = &["client.registration", "policy.version", "log.checkpoint", "system"];

/// Categories that hold nothing about any person: no part of the record of processing (UK GDPR Art 30).
pub const NOT_PERSONAL: &[&str] = &[
    "client.initial_token",
    "client.registration",
    "delivery_log",
    "lease",
    "log.checkpoint",
    "log.tree",
    "policy.version",
    "retention.record",
    "signing_key",
    "system",
];

words! {
    /// What starts the clock.
    Trigger {
        /// The record was made.
        Created = "created";
        /// It was proven.
        Verified = "verified";
        /// Its owner last did something.
        LastActivity = "last_activity";
        /// It ran out.
        Expired = "expired";
        /// It was taken away or ended.
        Removed = "removed";
        /// The account was closed.
        Closed = "closed";
        /// The owner's death was notified.
        DeathNotified = "death_notified";
        /// A newer one took its place.
        Superseded = "superseded";
        /// It happened.
        Event = "event";
        /// A message arrived or was given up.
        Delivered = "delivered";
        /// The case it belongs to was closed.
        CaseClosed = "case_closed";
        /// The consent ended.
        ConsentEnded = "consent_ended";
        /// The sharing ended.
        SharingEnded = "sharing_ended";
        /// Its last dependent record was destroyed.
        LastEvidenceLapsed = "last_evidence_lapsed";
        /// The log year was closed.
        ShardClosed = "shard_closed";
        /// The backup was taken.
        Taken = "taken";
    }
}

/// What happens at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Gone.
    Destroy,
    /// The payload and its salt go, the leaf stays: the log still verifies.
    StripPayload,
    /// What tells whose it is goes.
    Anonymise,
    /// Only counts stay.
    Aggregate,
    /// A person looks.
    Review,
    /// To the archivist.
    Transfer,
    /// Kept for good; only [`MAY_BE_PERMANENT`].
    Permanent,
}

impl Action {
    /// As a schedule writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Destroy => "destroy",
            Self::StripPayload => "strip_payload",
            Self::Anonymise => "anonymise",
            Self::Aggregate => "aggregate",
            Self::Review => "review",
            Self::Transfer => "transfer",
            Self::Permanent => "permanent",
        }
    }

    /// Whether the engine destroys something by it of its own accord.
    #[must_use]
    pub const fn destroys(self) -> bool {
        matches!(self, Self::Destroy | Self::StripPayload)
    }
}

/// A warning before the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// How long before.
    pub before: Period,
    /// By which ways: email, letter.
    pub by: Vec<String>,
}

/// One row of the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// What the records are, in plain words.
    pub title: String,
    /// The category it is about; each has one rule.
    pub category: Category,
    /// What starts the clock.
    pub trigger: Trigger,
    /// How long from there; none for [`Action::Permanent`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// What happens then.
    pub action: Action,
    /// By which means (`delete`, `delete+key_shred`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The law that asks for it, or allows it.
    pub legal_basis: String,
    /// Why so long.
    pub rationale: String,
    /// Who answers for it.
    pub owner: String,
    /// Warnings before the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notify: Vec<Notify>,
    /// Facts that turn the action into a review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub review_if: Vec<String>,
    /// Kinds of hold that stop it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<String>,
}

/// The schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// Its version; a changed schedule has another.
    pub version: String,
    /// The people who approved it.
    pub approved_by: Vec<String>,
    /// The minute or paper that says so.
    pub approved_ref: Option<String>,
    /// From when.
    pub effective_from: Option<Date>,
    /// When it is to be looked at again.
    pub review_by: Option<Date>,
    /// The rows.
    pub rules: Vec<Rule>,
}

impl Schedule {
    /// Whether it may only forecast: fewer than two different people stand behind it.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        let names = self.approved_by.iter().filter_map(|name| FullName::parse(name).ok());
        names.map(|name| name.folded()).collect::<BTreeSet<String>>().len() < 2
    }

    /// The rule for a category.
    #[must_use]
    pub fn rule_for(&self, category: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.category.as_str() == category)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Action, Category, Fault, Period, Rule, Schedule, Trigger};

    pub fn rule(id: &str, category: &str) -> Rule {
        Rule {
            id: id.into(),
            title: "Sessions".into(),
            category: Category::new(category),
            trigger: Trigger::Expired,
            period: Some(Period::zero()),
            action: Action::Destroy,
            method: None,
            legal_basis: "UK GDPR Art 5(1)(e)".into(),
            rationale: "Not needed after".into(),
            owner: "Head of Digital".into(),
            notify: vec![],
            review_if: vec![],
            holds: vec![],
        }
    }

    pub fn schedule(rules: Vec<Rule>) -> Schedule {
        Schedule {
            version: "1".into(),
            approved_by: vec![],
            approved_ref: None,
            effective_from: None,
            review_by: None,
            rules,
        }
    }

    #[test]
    fn every_category_has_one_rule() {
        let sound = schedule(vec![rule("a", "session"), rule("b", "lease")]);
        assert_eq!(sound.faults(&["session", "lease"]), vec![]);
        assert_eq!(sound.rule_for("lease").map(|r| r.id.as_str()), Some("b"));
        assert_eq!(sound.faults(&["flow"]), vec![Fault::NoRule { category: Category::new("flow") }]);
        let twice = schedule(vec![rule("a", "session"), rule("b", "session")]);
        let two = Fault::TwoRules { category: Category::new("session"), rules: ["a".into(), "b".into()] };
        assert_eq!(twice.faults(&["session"]), vec![two]);
        let same = schedule(vec![rule("a", "session"), rule("a", "lease")]);
        assert_eq!(same.faults(&[]), vec![Fault::SameId { rule: "a".into() }]);
    }

    #[test]
    fn only_what_is_not_personal_is_kept_for_good() {
        let permanent = |category, period| Rule { action: Action::Permanent, period, ..rule("a", category) };
        assert_eq!(schedule(vec![permanent("policy.version", None)]).faults(&[]), vec![]);
        assert!(matches!(
            schedule(vec![permanent("session", None)]).faults(&[]).as_slice(),
            [Fault::PermanentPersonal { .. }]
        ));
        assert!(matches!(
            schedule(vec![permanent("policy.version", Some(Period::zero()))]).faults(&[]).as_slice(),
            [Fault::PermanentWithPeriod { .. }]
        ));
        let endless = Rule { period: None, ..rule("a", "session") };
        assert!(matches!(schedule(vec![endless]).faults(&[]).as_slice(), [Fault::NoPeriod { .. }]));
    }

    #[test]
    fn hashes_are_kept_as_long_as_the_entries_they_prove() {
        let of = |category: &str, period| Rule {
            trigger: Trigger::ShardClosed,
            period: Some(Period::parse(period).unwrap()),
            ..rule(category, category)
        };
        let faults = |entries, tree| schedule(vec![of("event.envelope", entries), of("log.tree", tree)]).faults(&[]);
        for well in [("P7Y", "P7Y"), ("P84M", "P7Y"), ("P7Y", "P8Y")] {
            assert_eq!(faults(well.0, well.1), vec![], "{well:?}");
        }
        let period = Period::parse("P7Y").unwrap();
        assert_eq!(faults("P7Y", "P83M"), vec![Fault::TreeBeforeEntries { rule: "log.tree".into(), period }]);
        let other = Rule { trigger: Trigger::Event, ..of("event.envelope", "P7Y") };
        assert!(matches!(schedule(vec![other]).faults(&[]).as_slice(), [Fault::OtherTrigger { .. }]));
    }

    #[test]
    fn a_schedule_is_a_draft_until_two_people_approve_it() {
        let by = |names: &[&str]| Schedule {
            approved_by: names.iter().map(|n| (*n).to_owned()).collect(),
            ..schedule(vec![])
        };
        let spelt = ["meg hale ", "Meg  Hale", "Meg\u{a0}Hale", "\u{ff2d}eg Hale"].map(|other| ["Meg Hale", other]);
        let spelt = spelt.iter().map(|pair| &pair[..]);
        for draft in [&[][..], &["Meg Hale"], &["Meg Hale", " "]].into_iter().chain(spelt) {
            assert!(by(draft).is_draft(), "{draft:?}");
        }
        assert!(!by(&["Meg Hale", "Tom Reed"]).is_draft());
    }
}
