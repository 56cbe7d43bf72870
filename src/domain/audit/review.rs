//! What stands out among the looks of members of staff: what a second person goes through each month.

use crate::domain::time::When;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Europe/London by its rule since 1996.
static LONDON: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap_or(TimeZone::UTC));

/// One look of a member of staff at a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: When,
    /// The officer's pseudonym.
    pub officer: String,
    /// The person's pseudonym.
    pub subject: String,
    /// The reason given.
    pub reason: Option<String>,
}

/// What a look is judged by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measures {
    /// The reasons that go with a case, so that somebody else can tell whether the look belonged to one.
    pub with_case: BTreeSet<String>,
    /// Officer and person who know each other, as the officer declared, by their pseudonyms.
    pub conflicts: BTreeSet<(String, String)>,
}

/// What one officer did in a while.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// How many looks.
    pub looks: usize,
    /// The persons looked at, by their pseudonyms.
    pub persons: BTreeSet<String>,
    /// How many looks under each reason; those without one are under none.
    pub by_reason: BTreeMap<Option<String>, usize>,
    /// Under a reason that needs no case, or none.
    pub without_case: usize,
    /// Between 10 in the evening and 6 in the morning.
    pub at_night: usize,
    /// At persons they declared that they know.
    pub in_conflict: usize,
}

/// Why an officer's looks stand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// More than three times the median of all officers, and more than [`FEW`].
    Volume,
    /// Looks that belong to no case.
    WithoutCase,
    /// Looks at night.
    AtNight,
    /// Looks at persons they know.
    Conflict,
}

/// So many looks are never too many.
pub const FEW: usize = 20;

/// Whether it is between 10 in the evening and 6 in the morning in London.
#[must_use]
pub fn is_night(at: When) -> bool {
    let hour = at.timestamp().to_zoned(LONDON.clone()).hour();
    !(6..22).contains(&hour)
}

/// What each officer did, by pseudonym.
#[must_use]
pub fn activities(looks: &[Look], measures: &Measures) -> BTreeMap<String, Activity> {
    let mut all: BTreeMap<String, Activity> = BTreeMap::new();
    for look in looks {
        let one = all.entry(look.officer.clone()).or_default();
        one.looks += 1;
        one.persons.insert(look.subject.clone());
        *one.by_reason.entry(look.reason.clone()).or_default() += 1;
        let has_case = look.reason.as_ref().is_some_and(|reason| measures.with_case.contains(reason));
        one.without_case += usize::from(!has_case);
        one.at_night += usize::from(is_night(look.at));
        let pair = (look.officer.clone(), look.subject.clone());
        one.in_conflict += usize::from(measures.conflicts.contains(&pair));
    }
    all
}

/// Twice the median of the officers' looks: of an even number of officers it may lie between two.
#[must_use]
pub fn twice_the_median(activities: &BTreeMap<String, Activity>) -> usize {
    let mut looks: Vec<usize> = activities.values().map(|one| one.looks).collect();
    looks.sort_unstable();
    let (upper, lower) = (looks.len() / 2, looks.len().saturating_sub(1) / 2);
    looks.get(upper).zip(looks.get(lower)).map_or(0, |(upper, lower)| upper + lower)
}

impl Activity {
    /// Why it stands out beside the others of the same month; nothing if it does not.
    #[must_use]
    pub fn signs(&self, twice_the_median: usize) -> BTreeSet<Sign> {
        [
            (Sign::Volume, self.looks > FEW && 2 * self.looks > 3 * twice_the_median),
            (Sign::WithoutCase, self.without_case > 0),
            (Sign::AtNight, self.at_night > 0),
            (Sign::Conflict, self.in_conflict > 0),
        ]
        .into_iter()
        .filter_map(|(sign, shown)| shown.then_some(sign))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> When {
        When::from(text.parse::<jiff::Timestamp>().unwrap())
    }

    fn looks(officer: &str, number: usize, reason: &str) -> Vec<Look> {
        let look = |n: usize| Look {
            at: at("2026-12-01T12:00:00Z"),
            officer: officer.to_owned(),
            subject: format!("s{n}"),
            reason: Some(reason.to_owned()),
        };
        (0..number).map(look).collect()
    }

    fn measures() -> Measures {
        Measures { with_case: ["complaint".to_owned()].into(), conflicts: BTreeSet::new() }
    }

    #[test]
    fn night_is_night_in_london() {
        for (time, night) in [
            ("2026-12-01T21:59:59Z", false),
            ("2026-12-01T22:00:00Z", true),
            ("2026-12-01T05:59:59Z", true),
            ("2026-12-01T06:00:00Z", false),
            ("2026-07-01T21:00:00Z", true),
            ("2026-07-01T20:59:59Z", false),
            ("2026-07-01T05:00:00Z", false),
        ] {
            assert_eq!(is_night(at(time)), night, "{time}");
        }
    }

    #[test]
    fn volume_stands_out_beside_the_median_and_above_a_few() {
        for (others, own, sign) in [(7, 21, false), (7, 22, true), (6, 20, false), (1, 20, false), (1, 21, true)] {
            let mut all = looks("a", own, "complaint");
            for other in ["b", "c", "d"] {
                all.extend(looks(other, others, "complaint"));
            }
            let all = activities(&all, &measures());
            let median = twice_the_median(&all);
            assert_eq!(median, 2 * others);
            assert_eq!(all["a"].signs(median).contains(&Sign::Volume), sign, "{own} beside {others}");
            assert!(all["b"].signs(median).is_empty());
        }
        // Between two: 3 and 4 make 3.5, three times which is 10.5; nobody is above a few.
        let all = activities(&[looks("a", 4, "complaint"), looks("b", 3, "complaint")].concat(), &measures());
        assert_eq!(twice_the_median(&all), 7);
        assert_eq!(twice_the_median(&BTreeMap::new()), 0);
    }

    #[test]
    fn a_look_without_a_case_at_night_or_at_a_friend_stands_out() {
        let signs = |look: &Look, measures: &Measures| {
            let all = activities(std::slice::from_ref(look), measures);
            all["a"].signs(2).into_iter().collect::<Vec<_>>()
        };
        let [look] = looks("a", 1, "complaint").try_into().unwrap();
        assert_eq!(signs(&look, &measures()), []);
        assert_eq!(signs(&Look { reason: Some("audit".to_owned()), ..look.clone() }, &measures()), [Sign::WithoutCase]);
        assert_eq!(signs(&Look { reason: None, ..look.clone() }, &measures()), [Sign::WithoutCase]);
        assert_eq!(signs(&Look { at: at("2026-12-01T03:00:00Z"), ..look.clone() }, &measures()), [Sign::AtNight]);
        let conflicts = |subject: &str| [("a".to_owned(), subject.to_owned())].into();
        assert_eq!(signs(&look, &Measures { conflicts: conflicts("s0"), ..measures() }), [Sign::Conflict]);
        assert_eq!(signs(&look, &Measures { conflicts: conflicts("s1"), ..measures() }), []);
    }
}
