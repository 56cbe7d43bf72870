//! Lengths of calendar time: 24 months end on the same day of the month, not after so many seconds.

use crate::domain::time::When;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A span of calendar time as ISO 8601 writes it (`P24M`, `P13M`, `PT15M`); zero or more, never negative.
#[derive(Clone, Copy)]
pub struct Period(Span);

/// Not such a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period is written like P24M (24 months), P7D (7 days) or PT15M (15 minutes)")]
pub struct PeriodError;

impl Period {
    /// No time at all.
    #[must_use]
    pub fn zero() -> Self {
        Self(Span::new())
    }

    /// Reads ISO 8601, and nothing looser.
    ///
    /// # Errors
    /// [`PeriodError`] if it is not a span, or goes backwards.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        // jiff also reads "24 months", which would leave one schedule with two ways of writing.
        if !text.starts_with('P') {
            return Err(PeriodError);
        }
        let span: Span = text.parse().map_err(|_| PeriodError)?;
        if span.is_negative() { Err(PeriodError) } else { Ok(Self(span)) }
    }

    /// So many whole months.
    ///
    /// # Errors
    /// [`PeriodError`] beyond what a calendar holds.
    pub fn months(months: u16) -> Result<Self, PeriodError> {
        Span::new().try_months(months).map(Self).map_err(|_| PeriodError)
    }

    /// When it is over if it begins at `start`, by the calendar of `zone`; month ends clamp.
    #[must_use]
    pub fn after(self, start: When, zone: &TimeZone) -> When {
        let end = start.timestamp().to_zoned(zone.clone()).checked_add(self.0);
        end.map_or_else(|_| When::from(Timestamp::MAX), |end| When::from(end.timestamp()))
    }

    /// What began then or earlier is over at `now`, by the calendar of `zone`: never too early; where a month is shorter
    /// than the one before, some days late.
    #[must_use]
    pub fn before(self, now: When, zone: &TimeZone) -> When {
        let start = now.timestamp().to_zoned(zone.clone()).checked_sub(self.0);
        start.map_or_else(|_| When::from(Timestamp::MIN), |start| When::from(start.timestamp()))
    }

    /// How many of which unit (`year`, `month`, `week`, `day`, `hour`, `minute`, `second`), where it is of one alone.
    #[must_use]
    pub fn of_one_unit(self) -> Option<(i64, &'static str)> {
        let span = self.0;
        let parts = [
            (i64::from(span.get_years()), "year"),
            (i64::from(span.get_months()), "month"),
            (i64::from(span.get_weeks()), "week"),
            (i64::from(span.get_days()), "day"),
            (i64::from(span.get_hours()), "hour"),
            (span.get_minutes(), "minute"),
            (span.get_seconds(), "second"),
            (span.get_milliseconds() | span.get_microseconds() | span.get_nanoseconds(), ""),
        ];
        let mut some = parts.into_iter().filter(|(count, _)| *count != 0);
        let one = some.next().filter(|(_, unit)| !unit.is_empty())?;
        some.next().is_none().then_some(one)
    }

    /// Whether it takes no time.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

impl PartialEq for Period {
    fn eq(&self, other: &Self) -> bool {
        self.0.fieldwise() == other.0.fieldwise()
    }
}

impl Eq for Period {}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Period;
    use crate::domain::time::When;
    use jiff::tz::TimeZone;

    fn at(text: &str) -> When {
        When::from(text.parse::<jiff::Timestamp>().unwrap())
    }

    #[test]
    fn months_are_of_the_calendar() {
        let london = TimeZone::get("Europe/London").unwrap();
        let after = |period: &str, start| Period::parse(period).unwrap().after(at(start), &london);
        assert_eq!(after("P1M", "2027-01-31T12:00:00Z"), at("2027-02-28T12:00:00Z"), "month ends clamp");
        assert_eq!(after("P6M", "2027-01-15T12:00:00Z"), at("2027-07-15T11:00:00Z"), "noon stays noon in summer");
        assert_eq!(after("PT60S", "2027-01-15T12:00:00Z"), at("2027-01-15T12:01:00Z"));
    }

    #[test]
    fn looking_back_is_never_early() {
        let london = TimeZone::get("Europe/London").unwrap();
        let noon =
            |day: i64| at("2027-01-01T12:00:00Z") + std::time::Duration::from_hours(24) * u32::try_from(day).unwrap();
        for period in ["P1M", "P24M", "P30D", "P0D", "PT2H"] {
            let period = Period::parse(period).unwrap();
            for day in 0..800 {
                let start = period.before(noon(day), &london);
                assert!(period.after(start, &london) <= noon(day), "{period} on day {day}");
            }
        }
        assert_eq!(Period::parse("P1D").unwrap().before(noon(1), &london), noon(0));
    }

    #[test]
    fn one_unit_alone_can_be_counted() {
        let of = |text: &str| Period::parse(text).unwrap().of_one_unit();
        for (text, is) in [
            ("P24M", Some((24, "month"))),
            ("P2W", Some((2, "week"))),
            ("PT90S", Some((90, "second"))),
            ("P1Y6M", None),
            ("PT0.5S", None),
            ("P0D", None),
        ] {
            assert_eq!(of(text), is, "{text}");
        }
    }

    #[test]
    fn a_period_is_iso_and_forward() {
        for bad in ["24 months", "-P1D", "P", "", "P1X", "1 day"] {
            assert!(Period::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Period::parse("P24M").map(|p| p.to_string()), Ok("P24M".to_owned()));
        assert_ne!(Period::parse("P12M"), Period::parse("P1Y"), "as written is as approved");
        assert!(Period::parse("P0D").is_ok_and(Period::is_zero));
    }
}
