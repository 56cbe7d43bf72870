//! What an account can see of itself, in parts that a page, a program and a spreadsheet can read (UK GDPR Art 15, 20).

use crate::domain::retention::Period;
use crate::domain::time::When;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::fmt;

/// The form of the JSON file.
pub const SCHEMA: &str = "portreeve.download/1";

/// The form of the same file in a copy of everything that is held.
pub const WHOLE: &str = "portreeve.bundle/1";

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Words as they stand.
    Text(String),
    /// A point in time.
    At(When),
    /// Words that others wrote, or that name others: somebody decides on them before they leave ([`super::bundle`]).
    Others(String),
    /// Words of ours that programs read. The page says them in the language of whoever reads it.
    Codes(Terms, Vec<String>),
    /// For how long; for good if there is no end.
    Lasts(Option<Period>),
    /// What has a name of its own, a service or a purpose: the key that programs know it by, and the name, which the page says.
    Named {
        /// For programs.
        key: String,
        /// For people.
        name: String,
    },
}

/// What a word of ours is about. The page has a sentence or a label for every word of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terms {
    /// What an account shows of itself.
    Own,
    /// How an account stands.
    Account,
    /// Yes and no.
    Answer,
    /// Details of a person: claims, and fields that the staff look at.
    Details,
    /// A lawful basis (UK GDPR Art 6).
    Basis,
    /// How a sharing stands now.
    Sharing,
    /// What a person was told or chose.
    Choice,
    /// Who decided it.
    Decider,
    /// The way in which she was told it.
    Way,
    /// What somebody did with her data.
    Look,
    /// What somebody tried, and was refused.
    RefusedLook,
    /// What was asked for as a right.
    Right,
    /// What happened in a case.
    Step,
    /// A kind of event.
    Event,
    /// How an act ended.
    Outcome,
    /// Who acted.
    Actor,
    /// What proves who she is.
    Proof,
    /// A kind of message.
    Message,
    /// How far a message has come.
    Delivery,
    /// What a service was told.
    Signal,
    /// What became of it there.
    Answered,
    /// What was noted of a copy.
    Noted,
    /// How it is known who asked for it.
    Identity,
    /// How it reached her.
    Handed,
    /// What keeps data for longer.
    Hold,
    /// From when on something is kept.
    Trigger,
    /// Why the details of an event are not there.
    Lost,
    /// A language.
    Language,
}

impl Cell {
    /// One word of ours; nothing if there is none.
    pub fn code<'a>(terms: Terms, code: impl Into<Option<&'a str>>) -> Self {
        Self::codes(terms, code.into())
    }

    /// Words of ours.
    pub fn codes<'a>(terms: Terms, codes: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Codes(terms, codes.into_iter().map(ToOwned::to_owned).collect())
    }

    /// What has a name of its own, if it is known still.
    #[must_use]
    pub fn named(key: &str, name: Option<&str>) -> Self {
        Self::Named { key: key.to_owned(), name: name.unwrap_or(key).to_owned() }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Others(text) => f.write_str(text),
            Self::At(at) => at.fmt(f),
            Self::Codes(_, codes) => f.write_str(&codes.join(" ")),
            Self::Lasts(period) => period.map_or(Ok(()), |period| period.fmt(f)),
            Self::Named { key, .. } => f.write_str(key),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<When> for Cell {
    fn from(at: When) -> Self {
        Self::At(at)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(|| Self::Text(String::new()), Into::into)
    }
}

/// One part: its name, the names of its columns, and its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// A word: the name of its CSV file, of its list in the JSON, and of its heading (`download-part-…`).
    pub name: String,
    /// A word for each column (`download-col-…`).
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Section {
    /// A part with these columns and rows.
    #[must_use]
    pub fn new(name: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Self {
        Self { name: name.to_owned(), columns: columns.iter().map(|column| (*column).to_owned()).collect(), rows }
    }
}

/// The file for spreadsheets (RFC 4180).
#[must_use]
pub fn csv(section: &Section) -> String {
    let mut out = line(section.columns.iter().cloned());
    for row in &section.rows {
        out.push_str(&line(row.iter().map(Cell::to_string)));
    }
    out
}

fn line(values: impl Iterator<Item = String>) -> String {
    let quoted = values.map(|value| format!("\"{}\"", harmless(value).replace('"', "\"\"")));
    format!("{}\r\n", quoted.collect::<Vec<_>>().join(","))
}

/// What begins like a formula is text: somebody else may have written it, and a spreadsheet would reckon with it.
fn harmless(value: String) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}") } else { value }
}

/// The file for programs, in this form: a list of objects for each part.
#[must_use]
pub fn json(schema: &str, sections: &[Section], made_at: When) -> Value {
    let object = |section: &Section, row: &Vec<Cell>| {
        let pairs = section.columns.iter().zip(row);
        Value::Object(pairs.map(|(column, cell)| (column.clone(), json!(cell.to_string()))).collect())
    };
    let mut all = Map::new();
    all.insert("schema".to_owned(), json!(schema));
    all.insert("made_at".to_owned(), json!(made_at));
    for section in sections {
        let rows = section.rows.iter().map(|row| object(section, row)).collect();
        all.insert(section.name.clone(), Value::Array(rows));
    }
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use super::{Cell, SCHEMA, Section, Terms, csv, json};
    use crate::domain::time::When;

    fn section() -> Section {
        let rows = vec![
            vec!["Ada \"the\" Wójcik,\nof Mill Lane".into(), When::from_seconds(0).into()],
            vec!["=1+1".into(), None::<When>.into()],
        ];
        Section::new("account", &["what", "when"], rows)
    }

    #[test]
    fn a_spreadsheet_reads_values_and_reckons_with_none() {
        let text = csv(&section());
        let wanted = "\"what\",\"when\"\r\n\"Ada \"\"the\"\" Wójcik,\nof Mill Lane\",\"1970-01-01T00:00:00Z\"\r\n\"'=1+1\",\"\"\r\n";
        assert_eq!(text, wanted);
    }

    #[test]
    fn a_program_reads_each_part_by_its_name() {
        let value = json(SCHEMA, &[section()], When::from_seconds(1));
        assert_eq!(value["schema"], "portreeve.download/1");
        assert_eq!(value["made_at"], "1970-01-01T00:00:01Z");
        assert_eq!(value["account"][1]["what"], "=1+1");
        assert_eq!(value["account"][0]["when"], "1970-01-01T00:00:00Z");
    }
    #[test]
    fn programs_read_words_and_keys_where_people_read_what_they_stand_for() {
        let cells = vec![
            Cell::codes(Terms::Details, ["name", "email"]),
            Cell::named("garden-waste", Some("Garden waste")),
            Cell::named("gone", None),
            Cell::code(Terms::Way, None),
        ];
        let section = Section::new("sharing", &["details", "service", "purpose", "way"], vec![cells]);
        let wanted = "\"details\",\"service\",\"purpose\",\"way\"\r\n\"name email\",\"garden-waste\",\"gone\",\"\"\r\n";
        assert_eq!(csv(&section), wanted);
        assert_eq!(json(SCHEMA, &[section], When::from_seconds(1))["sharing"][0]["service"], "garden-waste");
    }
}
