//! Claims as a resident reads them: one row each, in words.

use super::words::Words;
use serde::Serialize;
use serde_json::{Map, Value};

/// The order in which a resident expects them; what is not named here follows as the provider sent it.
const ORDER: [&str; 18] = [
    "name",
    "given_name",
    "family_name",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "birthdate",
    "over_16",
    "over_18",
    "over_65",
    "address",
    "in_borough",
    "postcode_district",
    "preferred_username",
    "locale",
    "updated_at",
    "sub",
];

/// The parts of an address (OpenID Connect Core §5.1.1), top to bottom.
const ADDRESS: [&str; 5] = ["street_address", "locality", "region", "postal_code", "country"];

/// One claim, as received.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    claim: String,
    value: Value,
}

/// One claim in words.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Shown {
    claim: String,
    label: String,
    lines: Vec<String>,
}

/// The rows of a userinfo answer.
pub(super) fn rows(mut claims: Map<String, Value>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(claims.len());
    for claim in ORDER {
        if let Some(value) = claims.remove(claim) {
            rows.push(Row { claim: claim.to_owned(), value });
        }
    }
    rows.extend(claims.into_iter().map(|(claim, value)| Row { claim, value }));
    rows.retain(|row| !row.value.is_null());
    rows
}

impl Row {
    /// In the words of one language; a claim without a label of its own is called by its name.
    pub fn shown(&self, words: &Words) -> Shown {
        let label = words.get(&format!("claim_{}", self.claim)).unwrap_or(&self.claim);
        Shown { claim: self.claim.clone(), label: label.to_owned(), lines: self.lines(words) }
    }

    fn lines(&self, words: &Words) -> Vec<String> {
        match (&self.value, self.claim.as_str()) {
            (Value::Number(seconds), "updated_at") => seconds
                .as_i64()
                .map(|s| super::page::spoken(crate::domain::time::When::from_seconds(s), words))
                .into_iter()
                .collect(),
            (Value::Object(address), "address") => {
                let formatted = address.get("formatted").and_then(Value::as_str).map(lines_of);
                formatted.unwrap_or_else(|| {
                    ADDRESS.iter().filter_map(|part| address.get(*part)?.as_str()).flat_map(lines_of).collect()
                })
            }
            (value, _) => plain(value, words),
        }
    }
}

fn plain(value: &Value, words: &Words) -> Vec<String> {
    match value {
        Value::String(text) => lines_of(text),
        Value::Bool(yes) => vec![words.say(if *yes { "yes" } else { "no" }).to_owned()],
        Value::Array(values) => values.iter().flat_map(|v| plain(v, words)).collect(),
        other => vec![other.to_string()],
    }
}

fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::rows;
    use crate::demo::words::{Language, Words};
    use serde_json::json;

    #[test]
    fn claims_are_rows_in_a_residents_order_and_words() {
        let claims = json!({
            "sub": "s", "zz_points": 3, "email_verified": true, "name": "Ada Wójcik", "phone_number": null,
            "address": {"street_address": "1 Quay Street\nFlat 2", "postal_code": "HB1 1AA"},
        });
        let words = Words::of(Language::English);
        let shown: Vec<_> = rows(claims.as_object().unwrap().clone()).iter().map(|r| r.shown(&words)).collect();
        let names: Vec<_> = shown.iter().map(|s| s.claim.as_str()).collect();
        assert_eq!(names, ["name", "email_verified", "address", "sub", "zz_points"]);
        assert_eq!(shown[0].label, "Full name");
        assert_eq!(shown[1].lines, ["Yes"]);
        assert_eq!(shown[2].lines, ["1 Quay Street", "Flat 2", "HB1 1AA"]);
        assert_eq!((shown[4].label.as_str(), shown[4].lines[0].as_str()), ("zz_points", "3"));
    }

    #[test]
    fn a_formatted_address_wins_over_its_parts() {
        let claims = json!({"address": {"formatted": "Town Hall\nHavenbrook", "locality": "Elsewhere"}});
        let shown = rows(claims.as_object().unwrap().clone())[0].shown(&Words::of(Language::Welsh));
        assert_eq!(shown.lines, ["Town Hall", "Havenbrook"]);
        assert_eq!(shown.label, "Cyfeiriad");
    }
}
