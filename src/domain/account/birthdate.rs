//! A date of birth, and how old somebody is on a day.

use jiff::ToSpan as _;
use jiff::civil::Date;
use std::fmt;

/// Nobody is known to have lived longer than 122 years.
const OLDEST_YEARS: i16 = 122;

/// Why three fields are no date of birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BirthdateError {
    /// Nothing was typed.
    #[error("no date was given")]
    Empty,
    /// Day, month or year is missing.
    #[error("the date lacks its day, month or year")]
    Incomplete,
    /// No such day.
    #[error("there is no such day")]
    Unreal,
    /// In the future, or longer ago than anybody lives.
    #[error("nobody alive was born then")]
    Implausible,
}

/// A date of birth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Birthdate(Date);

impl Birthdate {
    /// Reads day, month and year as they are typed: a month as a number, or by its name in English or Welsh.
    ///
    /// # Errors
    /// [`BirthdateError`] says what to mend.
    pub fn parse((day, month, year): (&str, &str, &str), today: Date) -> Result<Self, BirthdateError> {
        let (day, month, year) = (day.trim(), month.trim(), year.trim());
        match [day, month, year].iter().filter(|part| part.is_empty()).count() {
            0 => {}
            3 => return Err(BirthdateError::Empty),
            _ => return Err(BirthdateError::Incomplete),
        }
        let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i16>().ok()).flatten();
        let date = || {
            let month = month_named(month).or_else(|| number(month).and_then(|n| i8::try_from(n).ok()))?;
            let day = i8::try_from(number(day)?).ok()?;
            Date::new(number(year).filter(|_| year.len() == 4)?, month, day).ok()
        };
        Self::plausible(date().ok_or(BirthdateError::Unreal)?, today)
    }

    /// A day on which somebody may have been born who lives today.
    ///
    /// # Errors
    /// [`BirthdateError::Implausible`] for the future and for times nobody remembers.
    pub fn plausible(date: Date, today: Date) -> Result<Self, BirthdateError> {
        if date > today || today.year() - date.year() > OLDEST_YEARS {
            return Err(BirthdateError::Implausible);
        }
        Ok(Self(date))
    }

    /// Reads what [`Birthdate::stored`] wrote.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// `1912-06-23`: how it is stored, and the claim `birthdate` (OIDC Core §5.1).
    #[must_use]
    pub fn stored(self) -> String {
        self.0.to_string()
    }

    /// The day.
    #[must_use]
    pub const fn date(self) -> Date {
        self.0
    }

    /// Her age in whole years on a day. A year is reached as its anniversary begins (Family Law Reform Act 1969 s9); who
    /// was born on 29 February reaches it on 1 March of a year that has none. Zero before she was born.
    #[must_use]
    pub fn age_on(self, day: Date) -> u8 {
        let had = (day.month(), day.day()) >= (self.0.month(), self.0.day());
        let years = day.year() - self.0.year() - i16::from(!had);
        u8::try_from(years.max(0)).unwrap_or(u8::MAX)
    }

    /// The first day on which she is `years` old.
    #[must_use]
    pub fn reaches(self, years: u8) -> Date {
        let year = self.0.year().saturating_add(i16::from(years));
        let anniversary = Date::new(year, self.0.month(), self.0.day());
        // Only 29 February is missing in some years.
        let march = || Date::new(year, 3, 1).ok().or_else(|| self.0.checked_add(i16::from(years).years()).ok());
        anniversary.ok().or_else(march).unwrap_or(Date::MAX)
    }
}

/// The months as each language names them; no two names begin with the same three letters.
const MONTHS: [[&str; 12]; 2] = [
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ],
    [
        "ionawr",
        "chwefror",
        "mawrth",
        "ebrill",
        "mai",
        "mehefin",
        "gorffennaf",
        "awst",
        "medi",
        "hydref",
        "tachwedd",
        "rhagfyr",
    ],
];

/// The month of a name in either language, whichever the page is in: in full, or its first three to five letters.
fn month_named(text: &str) -> Option<i8> {
    let typed = text.to_lowercase();
    let is = |name: &&str| **name == typed || ((3..=5).contains(&typed.len()) && name.starts_with(&typed));
    let place = MONTHS.iter().find_map(|names| names.iter().position(is))?;
    i8::try_from(place + 1).ok()
}

impl fmt::Debug for Birthdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Birthdate(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Birthdate, BirthdateError, MONTHS};
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 12, 1);

    #[test]
    fn a_date_is_read_as_people_write_it() {
        for (typed, stored) in [
            (("23", "6", "1912"), "1912-06-23"),
            ((" 03 ", "September", "1984"), "1984-09-03"),
            (("3", "sept", "1984"), "1984-09-03"),
            (("29", "feb", "2008"), "2008-02-29"),
            (("1", "12", "2026"), "2026-12-01"),
        ] {
            assert_eq!(Birthdate::parse(typed, TODAY).map(Birthdate::stored), Ok(stored.to_owned()));
        }
        for (typed, error) in [
            (("", " ", ""), BirthdateError::Empty),
            (("1", "", "1990"), BirthdateError::Incomplete),
            (("29", "2", "2009"), BirthdateError::Unreal),
            (("31", "4", "1990"), BirthdateError::Unreal),
            (("1", "13", "1990"), BirthdateError::Unreal),
            (("1", "ma", "1990"), BirthdateError::Unreal),
            (("1", "1", "90"), BirthdateError::Unreal),
            (("+1", "1", "1990"), BirthdateError::Unreal),
            (("2", "12", "2026"), BirthdateError::Implausible),
            (("1", "1", "1903"), BirthdateError::Implausible),
        ] {
            assert_eq!(Birthdate::parse(typed, TODAY).err(), Some(error), "{typed:?}");
        }
    }

    #[test]
    fn a_month_is_known_by_its_welsh_name() {
        for (names, month) in [
            (["Ionawr", "Ion", "ION"], 1),
            (["Chwefror", "Chwe", "chwef"], 2),
            (["Mawrth", "Maw", "mawr"], 3),
            (["Ebrill", "Ebr", "ebri"], 4),
            (["Mai", "mai", "MAI"], 5),
            (["Mehefin", "Meh", "mehe"], 6),
            (["Gorffennaf", "Gorff", "gor"], 7),
            (["Awst", "Aws", "awst"], 8),
            (["Medi", "Med", "MEDI"], 9),
            (["Hydref", "Hyd", "hydr"], 10),
            (["Tachwedd", "Tach", "tac"], 11),
            (["Rhagfyr", "Rhag", "rha"], 12),
        ] {
            for name in names {
                let read = Birthdate::parse(("7", name, "1984"), TODAY).map(Birthdate::stored);
                assert_eq!(read, Ok(format!("1984-{month:02}-07")), "{name}");
            }
        }
        for no in ["mawrthh", "io", "rhagf yr", "gorffen"] {
            assert_eq!(Birthdate::parse(("7", no, "1984"), TODAY).err(), Some(BirthdateError::Unreal), "{no}");
        }
    }

    #[test]
    fn three_letters_tell_every_month_of_both_languages_apart() {
        let mut beginnings: Vec<&str> = MONTHS.iter().flatten().map(|name| name.get(..3).unwrap()).collect();
        beginnings.sort_unstable();
        beginnings.dedup();
        assert_eq!(beginnings.len(), 24);
    }

    #[test]
    fn a_year_is_reached_as_its_day_begins() {
        let born = |y, m, d| Birthdate::from_stored(&date(y, m, d).to_string()).unwrap();
        assert_eq!(born(2008, 12, 1).age_on(date(2026, 11, 30)), 17);
        assert_eq!(born(2008, 12, 1).age_on(date(2026, 12, 1)), 18);
        // In a common year 29 February is over on 1 March, not on 28 February.
        assert_eq!(born(2008, 2, 29).age_on(date(2026, 2, 28)), 17);
        assert_eq!(born(2008, 2, 29).age_on(date(2026, 3, 1)), 18);
        assert_eq!(born(2008, 2, 29).age_on(date(2024, 2, 29)), 16);
        assert_eq!(born(2008, 2, 29).reaches(18), date(2026, 3, 1));
        assert_eq!(born(2030, 1, 1).age_on(TODAY), 0);
    }

    proptest! {
        #[test]
        fn an_age_is_reached_on_the_day_that_is_said(year in 1910_i16..2020, month in 1_i8..=12, day in 1_i8..=31, years in 0_u8..110) {
            prop_assume!(Date::new(year, month, day).is_ok());
            let born = Birthdate::from_stored(&date(year, month, day).to_string()).unwrap();
            let reached = born.reaches(years);
            prop_assert_eq!(born.age_on(reached), years);
            if years > 0 {
                prop_assert_eq!(born.age_on(reached.yesterday().unwrap()), years - 1);
            }
        }
    }
}
