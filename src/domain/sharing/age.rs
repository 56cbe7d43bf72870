//! Age and consent (UK GDPR Art 8; Children's Wellbeing and Schools Act 2026 s72): who may agree for themselves, by the
//! rule in force that day. Asked only where consent is the basis and the share says so; only the band is kept.

use crate::domain::account::Birthdate;
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How old somebody is, as coarsely as the law asks. Its order is that of age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AgeBand {
    /// Under 13.
    #[serde(rename = "under_13")]
    Under13,
    /// 13, 14 or 15.
    #[serde(rename = "13_15")]
    From13To15,
    /// 16 or 17.
    #[serde(rename = "16_17")]
    From16To17,
    /// 18 or older.
    #[serde(rename = "adult")]
    Adult,
}

impl AgeBand {
    /// Every band, youngest first.
    pub const ALL: [Self; 4] = [Self::Under13, Self::From13To15, Self::From16To17, Self::Adult];

    /// The word that records, forms and the store hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Under13 => "under_13",
            Self::From13To15 => "13_15",
            Self::From16To17 => "16_17",
            Self::Adult => "adult",
        }
    }

    /// The band a word names: an answer on the page, or a kept one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.as_str() == word)
    }

    /// The band of an age in whole years.
    #[must_use]
    pub const fn of_age(years: u8) -> Self {
        match years {
            0..=12 => Self::Under13,
            13..=15 => Self::From13To15,
            16 | 17 => Self::From16To17,
            _ => Self::Adult,
        }
    }

    /// The band of somebody whose date of birth is held, on a day of the council's calendar.
    #[must_use]
    pub fn of(birthdate: Birthdate, today: Date) -> Self {
        Self::of_age(birthdate.age_on(today))
    }

    /// The youngest that somebody in it can be.
    #[must_use]
    pub const fn least(self) -> u8 {
        match self {
            Self::Under13 => 0,
            Self::From13To15 => 13,
            Self::From16To17 => 16,
            Self::Adult => 18,
        }
    }

    /// The youngest that somebody can be `later` who was in this band `then`: whole years between are added.
    #[must_use]
    pub fn least_on(self, then: Date, later: Date) -> u8 {
        let had = (later.month(), later.day()) >= (then.month(), then.day());
        let years = later.year() - then.year() - i16::from(!had);
        self.least().saturating_add(u8::try_from(years.max(0)).unwrap_or(u8::MAX))
    }
}

/// From a day on, the age at which somebody may agree for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConsentAge {
    /// The first day it holds.
    pub from: Date,
    /// The age, in years.
    pub age: u8,
}

impl ConsentAge {
    /// How a record names it: `13 from 2018-05-25`.
    #[must_use]
    pub fn named(&self) -> String {
        format!("{} from {}", self.age, self.from)
    }
}

/// The rules there are, each in force until the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentAges(Vec<ConsentAge>);

impl Default for ConsentAges {
    /// 13 since 25 May 2018 (Data Protection Act 2018 s9).
    fn default() -> Self {
        Self(vec![ConsentAge { from: jiff::civil::date(2018, 5, 25), age: 13 }])
    }
}

impl ConsentAges {
    /// Of rules in any order; those of the house where there are none.
    #[must_use]
    pub fn new(mut rules: Vec<ConsentAge>) -> Self {
        rules.sort();
        if rules.is_empty() { Self::default() } else { Self(rules) }
    }

    /// The rule in force on a day; none before the first, and then nobody's own word will do.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<&ConsentAge> {
        self.0.iter().rev().find(|rule| rule.from <= day)
    }

    /// Each, the earliest first.
    pub fn iter(&self) -> impl Iterator<Item = &ConsentAge> {
        self.0.iter()
    }
}

/// Whether somebody of a band may agree for herself under a rule. In a band that the age falls into, some may not, and
/// the band does not say who: so none may.
#[must_use]
pub const fn may_consent(band: AgeBand, rule: Option<&ConsentAge>) -> bool {
    match rule {
        Some(rule) => band.least() >= rule.age,
        None => false,
    }
}

/// The band as a record keeps it, with the rule of the day under which somebody of that age may agree for herself. None if
/// she may not.
#[must_use]
pub fn agrees(rules: &ConsentAges, band: AgeBand, today: Date) -> Option<(AgeBand, String)> {
    rules.on(today).filter(|rule| may_consent(band, Some(rule))).map(|rule| (band, rule.named()))
}

/// The same where a holder of parental responsibility agrees for a child who may not do so herself (UK GDPR Art 8(1)).
#[must_use]
pub fn agreed_for(rules: &ConsentAges, band: AgeBand, today: Date) -> Option<(AgeBand, String)> {
    let rule = rules.on(today)?;
    (band != AgeBand::Adult && !may_consent(band, Some(rule))).then(|| (band, rule.named()))
}

/// A consent that stands, with what is known of the age of whoever gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingConsent {
    /// The service.
    pub client: ClientId,
    /// The purpose.
    pub purpose: String,
    /// The band then; none where age was not asked.
    pub band: Option<AgeBand>,
    /// When it was given.
    pub at: When,
}

/// What a new rule would do to the consents that stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Those looked at.
    pub standing: i64,
    /// Those that would no longer stand on her own word, by service and purpose.
    pub affected: BTreeMap<(ClientId, String), i64>,
    /// Those of which no age is known: age was not asked.
    pub unknown: i64,
}

impl Forecast {
    /// How many would no longer stand.
    #[must_use]
    pub fn affected(&self) -> i64 {
        self.affected.values().sum()
    }
}

/// Counts the consents that a rule affects on the day it begins. Who has certainly grown into it by then is not counted.
#[must_use]
pub fn forecast<'a>(
    standing: impl IntoIterator<Item = &'a StandingConsent>,
    rule: &ConsentAge,
    zone: &TimeZone,
) -> Forecast {
    let mut out = Forecast::default();
    for consent in standing {
        out.standing += 1;
        let Some(band) = consent.band else {
            out.unknown += 1;
            continue;
        };
        if band.least_on(consent.at.day(zone), rule.from) < rule.age {
            *out.affected.entry((consent.client.clone(), consent.purpose.clone())).or_default() += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{AgeBand, ConsentAge, ConsentAges, StandingConsent, agreed_for, agrees, forecast, may_consent};
    use crate::domain::account::Birthdate;
    use crate::domain::ids::ClientId;
    use crate::domain::time::When;
    use jiff::civil::{Date, date};
    use jiff::tz::TimeZone;

    const NOW: ConsentAge = ConsentAge { from: date(2018, 5, 25), age: 13 };
    const SOON: ConsentAge = ConsentAge { from: date(2027, 4, 1), age: 16 };

    #[test]
    fn a_parent_agrees_for_a_child_who_may_not_and_nobody_else() {
        let rules = ConsentAges::new(vec![NOW, SOON]);
        let said = |day, agree: fn(&ConsentAges, AgeBand, Date) -> Option<(AgeBand, String)>| -> Vec<AgeBand> {
            AgeBand::ALL.into_iter().filter(|band| agree(&rules, *band, day).is_some()).collect()
        };
        let (before, after) = (date(2027, 3, 31), date(2027, 4, 1));
        let [child, teen, older, adult] = AgeBand::ALL;
        assert_eq!((said(before, agrees), said(before, agreed_for)), (vec![teen, older, adult], vec![child]));
        assert_eq!((said(after, agrees), said(after, agreed_for)), (vec![older, adult], vec![child, teen]));
        assert_eq!(agreed_for(&rules, child, after), Some((child, "16 from 2027-04-01".to_owned())));
        let never = date(2018, 5, 24);
        assert!(said(never, agrees).is_empty() && said(never, agreed_for).is_empty());
    }

    #[test]
    fn a_band_is_a_word_and_an_age() {
        for band in AgeBand::ALL {
            assert_eq!(AgeBand::parse(band.as_str()), Some(band));
            assert_eq!(AgeBand::of_age(band.least()), band);
            assert_eq!(serde_json::to_value(band).unwrap(), band.as_str());
        }
        assert_eq!(AgeBand::parse("13"), None);
        assert_eq!([12, 15, 17, 90].map(AgeBand::of_age), AgeBand::ALL);
        let years = |later| AgeBand::From13To15.least_on(date(2026, 12, 1), later);
        let later = [date(2026, 12, 1), date(2027, 11, 30), date(2027, 12, 1), date(2026, 11, 30)];
        assert_eq!(later.map(years), [13, 13, 14, 13]);
        let born = Birthdate::from_stored("2013-12-02").unwrap();
        assert_eq!(AgeBand::of(born, date(2026, 12, 1)), AgeBand::Under13);
        assert_eq!(AgeBand::of(born, date(2026, 12, 2)), AgeBand::From13To15);
    }

    #[test]
    fn q07_a_twelve_year_old_cannot_agree_and_a_thirteen_year_old_can() {
        let rules = ConsentAges::default();
        let rule = rules.on(date(2026, 12, 1));
        assert_eq!(AgeBand::ALL.map(|band| may_consent(band, rule)), [false, true, true, true]);
    }

    #[test]
    fn q08_the_rule_changes_on_its_day() {
        let rules = ConsentAges::new(vec![SOON, NOW]);
        assert_eq!(rules.on(date(2027, 3, 31)), Some(&NOW));
        assert_eq!(NOW.named(), "13 from 2018-05-25");
        assert_eq!(rules.on(date(2027, 4, 1)), Some(&SOON));
        let may = |day| AgeBand::ALL.map(|band| may_consent(band, rules.on(day)));
        assert_eq!(may(date(2027, 4, 1)), [false, false, true, true]);
        // Nobody's own word will do where there is no rule, and an age inside a band excludes all of it.
        assert_eq!(may(date(2018, 5, 24)), [false; 4]);
        let fourteen = ConsentAge { from: date(2027, 4, 1), age: 14 };
        assert!(!may_consent(AgeBand::From13To15, Some(&fourteen)));
        assert_eq!(ConsentAges::new(vec![]), ConsentAges::default());
    }

    #[test]
    fn q08_a_forecast_counts_whom_a_new_rule_affects() {
        let client = |id: &str| ClientId::parse(id).unwrap();
        let at = |text: &str| When::from(text.parse::<jiff::Timestamp>().unwrap());
        let given =
            |id: &str, band, when| StandingConsent { client: client(id), purpose: "news".into(), band, at: at(when) };
        let standing = [
            given("permits", Some(AgeBand::From13To15), "2026-12-01T12:00:00Z"),
            // The second of April in London.
            given("permits", Some(AgeBand::From13To15), "2024-04-01T23:30:00Z"),
            // The first: three years will have passed by the day, so that she is 16 at least.
            given("permits", Some(AgeBand::From13To15), "2024-03-31T23:30:00Z"),
            given("garden", Some(AgeBand::From13To15), "2026-12-01T12:00:00Z"),
            given("garden", Some(AgeBand::Adult), "2026-12-01T12:00:00Z"),
            given("garden", None, "2026-12-01T12:00:00Z"),
        ];
        let london = TimeZone::get("Europe/London").unwrap();
        let seen = forecast(&standing, &SOON, &london);
        assert_eq!((seen.standing, seen.affected(), seen.unknown), (6, 3, 1));
        assert_eq!(seen.affected[&(client("permits"), "news".into())], 2);
        assert_eq!(forecast(&standing, &NOW, &london).affected(), 0);
    }
}
