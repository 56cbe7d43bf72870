//! Days as TOML writes them: bare, without quotes.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de::Error};
use std::collections::BTreeSet;

/// A day.
pub(super) fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let written = toml::value::Date::deserialize(deserializer)?;
    let parts = i16::try_from(written.year).ok().zip(i8::try_from(written.month).ok());
    parts
        .zip(i8::try_from(written.day).ok())
        .and_then(|((year, month), day)| Date::new(year, month, day).ok())
        .ok_or_else(|| D::Error::custom("there is no such day"))
}

/// Days, each counted once.
pub(super) fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<Date>, D::Error> {
    #[derive(Deserialize)]
    struct Day(#[serde(deserialize_with = "day")] Date);
    Ok(Vec::<Day>::deserialize(deserializer)?.into_iter().map(|Day(day)| day).collect())
}

/// A day that need not be there.
pub(super) fn perhaps<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    day(deserializer).map(Some)
}
