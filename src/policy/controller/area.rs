//! `[area]`: which postcodes lie in the council's area.

use crate::domain::claims::{Area, Prefix};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// Districts and sectors that lie in it.
    #[serde(default)]
    postcodes: Vec<String>,
    /// Those that the boundary runs through: nothing is said of them.
    #[serde(default)]
    partly: Vec<String>,
}

impl Written {
    /// The area. `error` takes rule, path, message and remedy.
    pub(super) fn read(&self, error: &mut impl FnMut(&'static str, &str, &str, &str)) -> Area {
        let mut all = |key: &str, texts: &[String]| {
            let mut read = BTreeSet::new();
            for (nth, text) in texts.iter().enumerate() {
                match Prefix::parse(text) {
                    Ok(prefix) => _ = read.insert(prefix),
                    Err(why) => {
                        let remedy = "Write a district, like \"HV1\", or one of its sectors, like \"HV2 3\".";
                        error("area.postcode", &format!("area.{key}.{nth}"), &format!("{text:?}: {why}."), remedy);
                    }
                }
            }
            read
        };
        let area = Area::new(all("postcodes", &self.postcodes), all("partly", &self.partly));
        for prefix in area.contradictions() {
            let message = format!("{prefix} is in the area, and only partly.");
            error("area.twice", "area.partly", &message, "Keep it under partly if the boundary runs through it.");
        }
        area
    }
}
