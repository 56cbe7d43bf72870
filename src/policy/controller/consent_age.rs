//! `[[consent_age]]`: from when on somebody of which age may consent for herself.

use crate::domain::sharing::age::{ConsentAge, ConsentAges};
use jiff::civil::Date;
use serde::Deserialize;

/// What regulations may set (UK GDPR Art 8(2A)).
const MAY_BE: std::ops::RangeInclusive<u8> = 13..=16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// The first day.
    #[serde(deserialize_with = "crate::policy::dates::day")]
    from: Date,
    /// In years.
    age: u8,
}

/// The rules. `error` takes rule, path, message and remedy.
pub(super) fn read(written: &[Written], error: &mut impl FnMut(&'static str, &str, &str, &str)) -> ConsentAges {
    for (nth, rule) in written.iter().enumerate() {
        if !MAY_BE.contains(&rule.age) {
            let message = format!("The law does not let {} be the age of consent online.", rule.age);
            error("consent_age.age", &format!("consent_age.{nth}.age"), &message, "Write an age from 13 to 16.");
        }
        if written.iter().take(nth).any(|other| other.from == rule.from) {
            let message = format!("Two ages hold from {}.", rule.from);
            error("consent_age.twice", &format!("consent_age.{nth}.from"), &message, "Keep one of the two.");
        }
    }
    ConsentAges::new(written.iter().map(|rule| ConsentAge { from: rule.from, age: rule.age }).collect())
}
