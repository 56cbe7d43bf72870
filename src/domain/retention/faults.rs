//! What is wrong with a schedule: found before it is put in force, for what cannot be followed is followed by nothing.

use super::does::{Does, FACTS, Keeps, Only};
use super::{Action, Category, HOUSEKEEPING, HoldKind, MAY_BE_PERMANENT, Period, Rule, Schedule, Trigger};
use crate::domain::time::When;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// The category of a log's entries, which go with their year.
pub const ENTRIES: &str = "event.envelope";

/// The category of the hashes over them, which go with them.
pub const TREE: &str = "log.tree";

/// The categories whose records the engine destroys, each with what starts their clock.
pub const CARRIED_OUT: &[(&str, Trigger)] = &[
    ("account_profile", Trigger::LastActivity),
    ("account.closed", Trigger::Closed),
    ("account.deceased", Trigger::DeathNotified),
    ("access.question", Trigger::CaseClosed),
    ("breach.register", Trigger::Event),
    ("browser", Trigger::LastActivity),
    ("contact.history", Trigger::Superseded),
    ("erasure", Trigger::Event),
    (ENTRIES, Trigger::ShardClosed),
    ("event.security", Trigger::Event),
    ("event.signin", Trigger::Event),
    (TREE, Trigger::ShardClosed),
    ("officer.access", Trigger::Event),
    ("officer.conflict", Trigger::Removed),
    ("person_key", Trigger::LastEvidenceLapsed),
    ("retention.hold", Trigger::CaseClosed),
    ("retention.record", Trigger::Created),
    ("rights.bundle", Trigger::Delivered),
    ("rights.case", Trigger::CaseClosed),
    ("sharing.consent", Trigger::ConsentEnded),
    ("sharing.other_basis", Trigger::SharingEnded),
    ("signal", Trigger::Event),
    ("staff.account", Trigger::Removed),
];

/// The ways in which residents are warned.
const WAYS: &[&str] = &["email", "letter"];

impl Schedule {
    /// What is wrong with the schedule for an installation that holds these categories.
    #[must_use]
    pub fn faults(&self, held: &[&str]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut by_category: BTreeMap<&str, &Rule> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        for rule in &self.rules {
            if let Some(first) = by_category.insert(rule.category.as_str(), rule) {
                faults.push(Fault::TwoRules {
                    category: rule.category.clone(),
                    rules: [first.id.clone(), rule.id.clone()],
                });
            }
            if !ids.insert(rule.id.as_str()) {
                faults.push(Fault::SameId { rule: rule.id.clone() });
            }
            match (rule.action, rule.period) {
                (Action::Permanent, _) if !MAY_BE_PERMANENT.contains(&rule.category.as_str()) => {
                    faults.push(Fault::PermanentPersonal { rule: rule.id.clone(), category: rule.category.clone() });
                }
                (Action::Permanent, Some(_)) => faults.push(Fault::PermanentWithPeriod { rule: rule.id.clone() }),
                (action, None) if action != Action::Permanent => {
                    faults.push(Fault::NoPeriod { rule: rule.id.clone() });
                }
                _ => {}
            }
            faults.extend(self::unclear(rule));
            faults.extend(self::not_carried_out(rule));
            if let Some((_, trigger)) = CARRIED_OUT.iter().find(|(known, _)| *known == rule.category.as_str())
                && rule.action != Action::Permanent
                && rule.trigger != *trigger
            {
                faults.push(Fault::OtherTrigger { rule: rule.id.clone(), trigger: *trigger });
            }
            let housekeeping = HOUSEKEEPING.iter().find(|(known, _)| *known == rule.category.as_str());
            let followed = |on: &[Trigger]| rule.action == Action::Destroy && on.contains(&rule.trigger);
            if rule.action != Action::Permanent && housekeeping.is_some_and(|(_, on)| !followed(on)) {
                faults.push(Fault::Housekeeping { rule: rule.id.clone() });
            }
        }
        let ends = |category| by_category.get(category).and_then(|rule: &&Rule| Some((*rule, rule.period?)));
        if let (Some((_, entries)), Some((tree, period))) = (ends(ENTRIES), ends(TREE))
            && is_shorter(period, entries)
        {
            faults.push(Fault::TreeBeforeEntries { rule: tree.id.clone(), period: entries });
        }
        for category in held {
            if !by_category.contains_key(category) {
                faults.push(Fault::NoRule { category: Category::new(category) });
            }
        }
        faults
    }
}

/// Any day does: a year's months differ by less than a warning's days.
const SOME_DAY: When = When::from_seconds(1_800_000_000);

fn is_shorter(one: Period, than: Period) -> bool {
    one.after(SOME_DAY, &TimeZone::UTC) < than.after(SOME_DAY, &TimeZone::UTC)
}

/// Words of a rule that say nothing, or nothing that is known.
fn unclear(rule: &Rule) -> Vec<Fault> {
    let mut faults = Vec::new();
    let id = || rule.id.clone();
    for (what, said) in [("owner", &rule.owner), ("rationale", &rule.rationale), ("legal_basis", &rule.legal_basis)] {
        if said.trim().is_empty() {
            faults.push(Fault::Empty { rule: id(), what });
        }
    }
    for kind in rule.holds.iter().filter(|kind| HoldKind::parse(kind).is_none()) {
        faults.push(Fault::NoSuchHold { rule: id(), kind: kind.clone() });
    }
    for way in rule.notify.iter().flat_map(|step| &step.by).filter(|way| !WAYS.contains(&way.as_str())) {
        faults.push(Fault::NoSuchWay { rule: id(), way: way.clone() });
    }
    for fact in rule.review_if.iter().filter(|fact| !FACTS.contains(&fact.as_str())) {
        faults.push(Fault::NoSuchFact { rule: id(), fact: fact.clone() });
    }
    let (from, utc) = (SOME_DAY, TimeZone::UTC);
    let longest = rule.notify.iter().map(|step| step.before).max_by_key(|before| before.after(from, &utc));
    if let (Some(period), Some(before)) = (rule.period, longest)
        && before.after(from, &utc) >= period.after(from, &utc)
    {
        faults.push(Fault::ShorterThanWarnings { rule: id(), before });
    }
    faults
}

/// What a rule asks for that the engine does not do for its category, or does at a time of its own.
fn not_carried_out(rule: &Rule) -> Vec<Fault> {
    let category = rule.category.as_str();
    let Some(does) = Does::of(category) else { return Vec::new() };
    let mut asked = Vec::new();
    // Faults of their own say so of what goes by itself, and of what may not be kept for good.
    let by_itself = HOUSEKEEPING.iter().any(|(known, _)| *known == category);
    let for_good = rule.action == Action::Permanent && !MAY_BE_PERMANENT.contains(&category);
    if !by_itself && !for_good && !does.actions.contains(&rule.action) {
        asked.push(format!("action = {:?}", rule.action.as_str()));
    }
    if !does.warns && !rule.notify.is_empty() {
        asked.push("notify".to_owned());
    }
    if does.facts.is_empty() && !rule.review_if.is_empty() {
        asked.push("review_if".to_owned());
    }
    if does.holds != Keeps::ByItsRule && !rule.holds.is_empty() {
        asked.push("holds".to_owned());
    }
    let not_done = |asked| Fault::NotCarriedOut { rule: rule.id.clone(), asked, category: rule.category.clone(), does };
    let mut faults: Vec<Fault> = asked.into_iter().map(not_done).collect();
    if let (Some(only), Some(period)) = (does.only, rule.period)
        && (rule.trigger != only.trigger || Period::parse(only.period) != Ok(period))
    {
        faults.push(Fault::NotItsOwn { rule: rule.id.clone(), only });
    }
    faults
}

/// A fault of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Data without a rule.
    #[error("the category {category} is held and has no rule")]
    NoRule {
        /// The category.
        category: Category,
    },
    /// Data with two rules.
    #[error("the category {category} has two rules, {} and {}", rules[0], rules[1])]
    TwoRules {
        /// The category.
        category: Category,
        /// The ids.
        rules: [String; 2],
    },
    /// Two rules of one id.
    #[error("two rules are called {rule}")]
    SameId {
        /// The id.
        rule: String,
    },
    /// A rule that never ends, of data that may be personal.
    #[error("the rule {rule} keeps {category} for good, which may hold personal data")]
    PermanentPersonal {
        /// The rule.
        rule: String,
        /// The category.
        category: Category,
    },
    /// A period on what is kept for good.
    #[error("the rule {rule} is permanent and has a period as well")]
    PermanentWithPeriod {
        /// The rule.
        rule: String,
    },
    /// What goes by itself is to go otherwise.
    #[error("the rule {rule} cannot be followed: such records are destroyed, from the moment they ran out")]
    Housekeeping {
        /// The rule.
        rule: String,
    },
    /// The engine knows another beginning of the clock.
    #[error("the rule {rule} cannot be followed: the clock of such records starts at {trigger:?}")]
    OtherTrigger {
        /// The rule.
        rule: String,
        /// Where it starts.
        trigger: Trigger,
    },
    /// Nobody does what it says.
    #[error("the rule {rule} has {asked}, which nobody carries out. For {category}, {does}")]
    NotCarriedOut {
        /// The rule.
        rule: String,
        /// What is not done.
        asked: String,
        /// The category it is about.
        category: Category,
        /// What is done.
        does: Does,
    },
    /// It sets a clock that no schedule sets.
    #[error(
        "the rule {rule} cannot be followed: such records go by trigger = {:?} and period = {:?}, whatever it says",
        only.word, only.period
    )]
    NotItsOwn {
        /// The rule.
        rule: String,
        /// What they go by.
        only: Only,
    },
    /// Its first warning would stand before its clock begins.
    #[error("the rule {rule} is shorter than its own warnings: the first comes {before} before the end")]
    ShorterThanWarnings {
        /// The rule.
        rule: String,
        /// The first warning.
        before: Period,
    },
    /// The hashes over the log would go before the entries that they prove.
    #[error("the rule {rule} is shorter than that of the entries which the hashes prove ({period})")]
    TreeBeforeEntries {
        /// The rule.
        rule: String,
        /// How long the entries are kept.
        period: Period,
    },
    /// Nobody answers for it, or nobody says why.
    #[error("the rule {rule} has no {what}")]
    Empty {
        /// The rule.
        rule: String,
        /// What is not there.
        what: &'static str,
    },
    /// A word that no hold is called.
    #[error("the rule {rule} stops for holds of the kind {kind}, which there is not")]
    NoSuchHold {
        /// The rule.
        rule: String,
        /// The word.
        kind: String,
    },
    /// A way in which nobody is warned.
    #[error("the rule {rule} warns by {way}, which there is not")]
    NoSuchWay {
        /// The rule.
        rule: String,
        /// The word.
        way: String,
    },
    /// A fact that nobody knows.
    #[error("the rule {rule} asks for a person's look if {fact}, which is no fact that is known")]
    NoSuchFact {
        /// The rule.
        rule: String,
        /// The word.
        fact: String,
    },
    /// No period on what ends.
    #[error("the rule {rule} has no period")]
    NoPeriod {
        /// The rule.
        rule: String,
    },
}

impl Fault {
    /// The rule it is about, if it is about one.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        match self {
            Self::NoRule { .. } => None,
            Self::TwoRules { rules: [_, second], .. } => Some(second),
            Self::SameId { rule }
            | Self::PermanentPersonal { rule, .. }
            | Self::PermanentWithPeriod { rule }
            | Self::Housekeeping { rule }
            | Self::OtherTrigger { rule, .. }
            | Self::NotCarriedOut { rule, .. }
            | Self::NotItsOwn { rule, .. }
            | Self::ShorterThanWarnings { rule, .. }
            | Self::TreeBeforeEntries { rule, .. }
            | Self::Empty { rule, .. }
            | Self::NoSuchHold { rule, .. }
            | Self::NoSuchWay { rule, .. }
            | Self::NoSuchFact { rule, .. }
            | Self::NoPeriod { rule } => Some(rule),
        }
    }
}
