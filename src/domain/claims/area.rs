//! The council's area, as a list of postcodes can tell it.

use crate::domain::account::{Postcode, is_outward};
use std::collections::BTreeSet;
use std::fmt;

/// Why a text names no part of the country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is neither a postcode district, like HV1, nor a sector, like HV2 3")]
pub struct AreaError;

/// A district (`HV1`) or one of its sectors (`HV2 3`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix(String);

impl Prefix {
    /// Reads one, whatever its case.
    ///
    /// # Errors
    /// [`AreaError`] if it is neither.
    pub fn parse(text: &str) -> Result<Self, AreaError> {
        let text = text.trim().to_ascii_uppercase();
        let (outward, digit) =
            text.split_once(' ').map_or((text.as_str(), None), |(outward, rest)| (outward, Some(rest)));
        let sector = digit.is_none_or(|digit| digit.len() == 1 && digit.bytes().all(|b| b.is_ascii_digit()));
        if is_outward(outward) && sector { Ok(Self(text)) } else { Err(AreaError) }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which postcodes lie in the council's area.
///
/// A postcode is a round of a postman, not a line on a map: some lie on both sides of a boundary. Those are listed as
/// lying there partly, and nothing is said of them. A service that must be certain of an address asks for it and looks it
/// up in the land and property gazetteer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Area {
    within: BTreeSet<Prefix>,
    partly: BTreeSet<Prefix>,
}

impl Area {
    /// From what the policy file lists.
    #[must_use]
    pub const fn new(within: BTreeSet<Prefix>, partly: BTreeSet<Prefix>) -> Self {
        Self { within, partly }
    }

    /// Whether nothing is listed: then nothing is known of any postcode.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.within.is_empty()
    }

    /// Whether a postcode lies in the area; none if the list cannot tell. A sector counts before its district.
    #[must_use]
    pub fn has(&self, postcode: &Postcode) -> Option<bool> {
        if self.is_unknown() {
            return None;
        }
        for prefix in [postcode.sector(), postcode.district()] {
            let prefix = Prefix(prefix.to_owned());
            if self.partly.contains(&prefix) {
                return None;
            }
            if self.within.contains(&prefix) {
                return Some(true);
            }
        }
        // Parts of a district that are listed by sector leave its other sectors outside.
        Some(false)
    }

    /// What is listed twice, as lying there and as lying there partly.
    #[must_use]
    pub fn contradictions(&self) -> Vec<&Prefix> {
        self.within.intersection(&self.partly).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, AreaError, Prefix};
    use crate::domain::account::Postcode;

    fn area(within: &[&str], partly: &[&str]) -> Area {
        let all = |list: &[&str]| list.iter().map(|text| Prefix::parse(text).unwrap()).collect();
        Area::new(all(within), all(partly))
    }

    #[test]
    fn a_prefix_is_a_district_or_a_sector() {
        assert_eq!(Prefix::parse(" hv2 3 ").map(|prefix| prefix.to_string()), Ok("HV2 3".to_owned()));
        for bad in ["", "HV", "HV2 33", "HV2 A", "HV2 3AB", "HV2  3", "2HV"] {
            assert_eq!(Prefix::parse(bad), Err(AreaError), "{bad}");
        }
    }

    #[test]
    fn a_list_tells_what_it_can_and_guesses_nothing() {
        let area = area(&["HV1", "HV2 3"], &["HV1 9", "HV3"]);
        for (postcode, is) in [
            ("HV1 1AA", Some(true)),
            ("HV2 3AA", Some(true)),
            ("HV2 4AA", Some(false)),
            // HV11 is another district than HV1.
            ("HV11 1AA", Some(false)),
            ("HV1 9AA", None),
            ("HV3 1AA", None),
            ("EC1A 1BB", Some(false)),
        ] {
            assert_eq!(area.has(&Postcode::parse(postcode).unwrap()), is, "{postcode}");
        }
        assert_eq!(Area::default().has(&Postcode::parse("HV1 1AA").unwrap()), None);
        assert!(area.contradictions().is_empty());
        assert_eq!(self::area(&["HV1"], &["HV1"]).contradictions().len(), 1);
    }
}
