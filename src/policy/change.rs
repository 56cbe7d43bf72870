//! What a new bundle changes, in words: for the second person who approves it.

use super::Bundle;
use super::finding::Finding;
use crate::domain::ids::ClientId;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use toml::Value;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The file.
    pub file: String,
    /// What changes.
    pub words: String,
    /// Whether a second named person has to approve it: who gets what, on which basis, how long, how safely.
    pub high_impact: bool,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.high_impact { "! " } else { "  " };
        write!(f, "{mark}{}: {}", self.file, self.words)
    }
}

/// Keys whose values only tell residents something.
const WORDING: &[&str] = &[
    "name",
    "account_name",
    "account_needed_because",
    "other_ways",
    "start_url",
    "brand",
    "phone",
    "title",
    "address",
];

/// What identifies an entry of a list, best first.
const NAMES: &[&str] = &["id", "purpose", "code", "value"];

/// Everything that `new` does otherwise than `old`. Comments and the order of entries change nothing.
#[must_use]
pub fn diff(old: &Bundle, new: &Bundle) -> Vec<Change> {
    let (before, after) = (old.sources.files(), new.sources.files());
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut changes = Vec::new();
    for path in paths {
        let whole = |words: &str| Change { file: path.clone(), words: words.to_owned(), high_impact: true };
        match (before.get(path), after.get(path)) {
            (None, Some(_)) => changes.push(whole("is new")),
            (Some(_), None) => changes.push(whole("is gone")),
            (Some(a), Some(b)) if a == b => {}
            (Some(_), Some(_)) if path == super::access::FILE => {
                let of_file = |(words, high_impact)| Change { file: path.clone(), words, high_impact };
                changes.extend(new.access.changes_from(&old.access).into_iter().map(of_file));
            }
            (Some(a), Some(b)) if path == super::access::SCHEMA => {
                if !super::access::says_the_same(a, b) {
                    changes.push(whole("says something else"));
                }
            }
            (Some(a), Some(b)) if !path.starts_with("notices/") => {
                let (a, b) = (leaves(a), leaves(b));
                changes.extend(between(&a, &b).into_iter().map(|(key, words)| Change {
                    file: path.clone(),
                    words,
                    high_impact: !WORDING.contains(&key.split('.').next().unwrap_or_default()),
                }));
            }
            _ => changes.push(whole("has other words under the same version")),
        }
    }
    changes
}

/// A service that would get another sector than it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectorLeft {
    /// The service.
    pub client: ClientId,
    /// The sector it had.
    pub sector: String,
    /// How many residents are known there, to it and to those that share it, where that can be asked.
    pub residents: Option<i64>,
}

/// The services that would get another sector than they had.
#[must_use]
pub fn sectors_left(old: &Bundle, new: &Bundle) -> Vec<SectorLeft> {
    let left = |service: &super::services::Loaded| {
        let before = old.client(service.client.id.as_str())?;
        (before.sector != service.client.sector).then(|| SectorLeft {
            client: before.id.clone(),
            sector: before.sector.clone(),
            residents: None,
        })
    };
    new.services.iter().filter_map(left).collect()
}

/// What no new bundle may do to one that was in force. A sector where nobody is known yet may still be left.
#[must_use]
pub fn forbidden(old: &Bundle, new: &Bundle, left: &[SectorLeft]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for notice in new.notices.iter() {
        let before = old.notices.get(&notice.reference, notice.lang);
        if before.is_some_and(|before| before.text != notice.text) {
            let at = new.sources.place(&super::notices::path(&notice.reference, notice.lang), "");
            let message = "A notice that was in force is edited: people were shown other words under this version.";
            let remedy = "Put the old words back, and write the new ones as the next version.";
            findings.push(Finding::error("notice.edited", at, message, remedy));
        }
    }
    for (nth, edition) in new.register.editions.iter().enumerate() {
        let before = old.register.edition(&edition.reference());
        if before.is_some_and(|before| before.change != edition.change) {
            let at = new.sources.place(super::register::FILE, &format!("notice.{nth}.change"));
            let message =
                "An edition that was in force is called otherwise: people were asked or told again by what it was.";
            let remedy = "Put the old word back, and write a new edition if residents are to be told something else.";
            findings.push(Finding::error("notice.change_edited", at, message, remedy));
        }
    }
    let same = old.retention.version == new.retention.version;
    let changed = old.retention.rules != new.retention.rules || old.engine != new.engine;
    if !old.retention.is_draft() && same && changed {
        let message = format!("The schedule {} was approved with other rules.", old.retention.version);
        let remedy = "Write another version, and have it approved: what was destroyed names the version it went by.";
        let at = new.sources.place(super::schedule::FILE, "version");
        findings.push(Finding::error("retention.edited", at, message, remedy));
    }
    for service in &new.services {
        let of = |left: &&SectorLeft| left.client == service.client.id && left.residents != Some(0);
        for SectorLeft { sector, residents, .. } in left.iter().filter(of) {
            let at = new.sources.place(&service.file, "sector");
            let known = residents.map_or("residents are".to_owned(), |known| match known {
                1 => "1 resident is".to_owned(),
                many => format!("{many} residents are"),
            });
            let message = format!(
                "The sector was {sector}, where {known} known: in another the service would lose those it knows."
            );
            let remedy = "Put the old sector back, or register the service under another client_id.";
            findings.push(Finding::error("client.sector_changed", at, message, remedy));
        }
    }
    findings
}

/// Every value of a file by its path, with the entries of lists under their names.
fn leaves(text: &str) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    if let Ok(table) = text.parse::<toml::Table>() {
        gather("", &Value::Table(table), &mut leaves);
    }
    leaves
}

fn gather(path: &str, value: &Value, leaves: &mut BTreeMap<String, String>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                gather(&below(key), value, leaves);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (nth, item) in items.iter().enumerate() {
                let name = NAMES.iter().find_map(|name| item.get(*name)?.as_str());
                let entry = name.map_or_else(|| format!("{path}[{nth}]"), |name| format!("{path}[{name}]"));
                gather(&entry, item, leaves);
            }
        }
        Value::Array(items) => {
            for item in items {
                leaves.insert(format!("{path} ∋ {}", plain(item)), String::new());
            }
        }
        leaf => {
            leaves.insert(path.to_owned(), plain(leaf));
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// The differences, as (the key it begins with, words).
fn between(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let said = |key: &String| {
        let words = match (before.get(key), after.get(key), key.split_once(" ∋ ")) {
            (None, Some(_), Some((list, item))) => format!("{list} gains {item}"),
            (Some(_), None, Some((list, item))) => format!("{list} loses {item}"),
            (None, Some(value), None) => format!("{key} is now {value}; it was not there"),
            (Some(value), None, None) => format!("{key} is gone; it was {value}"),
            (Some(a), Some(b), _) if a != b => format!("{key} is now {b}; it was {a}"),
            _ => return None,
        };
        Some((key.clone(), words))
    };
    keys.into_iter().filter_map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::{SectorLeft, diff, forbidden, sectors_left};
    use crate::policy::sample::tests::with;

    const PERMITS: &str = "services/parking-permits.toml";

    #[test]
    fn a_change_is_told_in_words() {
        let old = with(&[]).unwrap();
        let new = with(&[
            (PERMITS, "basis = \"consent\"", "basis = \"contract\""),
            (PERMITS, "sensitive = false", "sensitive = true"),
            (PERMITS, "claims = [\"name\", \"email\"]", "claims = [\"name\", \"address\"]"),
            ("services/garden-waste.toml", "en = \"Garden waste\"", "en = \"Garden bins\""),
            ("reasons.toml", "schema", "# a comment\nschema"),
        ])
        .unwrap();
        let told: Vec<String> = diff(&old, &new).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "  services/garden-waste.toml: name.en is now Garden bins; it was Garden waste",
                "! services/parking-permits.toml: sensitive is now true; it was false",
                "! services/parking-permits.toml: share[issue-resident-permit].claims gains address",
                "! services/parking-permits.toml: share[issue-resident-permit].claims loses email",
                "! services/parking-permits.toml: share[permit-newsletter].basis is now contract; it was consent",
            ]
        );
        assert_eq!(diff(&old, &old), []);
    }

    #[test]
    fn whole_files_come_and_go() {
        let old = with(&[]).unwrap();
        let new = with(&[("notices/account@2.en.md", "", "# Your account\n\nNew words.\n")]).unwrap();
        assert_eq!(diff(&old, &new).iter().map(|c| c.words.as_str()).collect::<Vec<_>>(), ["is new"]);
        assert_eq!(diff(&new, &old).iter().map(|c| c.words.as_str()).collect::<Vec<_>>(), ["is gone"]);
    }

    #[test]
    fn an_approved_schedule_is_not_changed_under_its_version() {
        let approved = ("retention.toml", "approved_by = []", "approved_by = [\"Meg Hale\", \"Tom Reed\"]");
        let longer = ("retention.toml", "period = \"P24M\"", "period = \"P25M\"");
        let (draft, old) = (with(&[]).unwrap(), with(&[approved]).unwrap());
        let rules = |old: &super::Bundle, edits: &[(&str, &str, &str)]| {
            forbidden(old, &with(edits).unwrap(), &[]).iter().map(|f| f.rule).collect::<Vec<_>>()
        };
        assert_eq!(rules(&old, &[approved, longer]), ["retention.edited"]);
        let bolder = ("retention.toml", "dry_run_first = true", "dry_run_first = false");
        assert_eq!(rules(&old, &[approved, bolder]), ["retention.edited"]);
        let next = ("retention.toml", "version = \"2026-11-22.1\"", "version = \"2026-11-22.2\"");
        assert_eq!(rules(&old, &[approved, longer, next]), Vec::<&str>::new());
        assert_eq!(rules(&old, &[]), Vec::<&str>::new(), "approval may be taken back: then nothing is destroyed");
        assert_eq!(rules(&draft, &[longer]), Vec::<&str>::new(), "a draft is written on");
    }

    #[test]
    fn a_notice_in_force_is_never_edited_and_a_sector_never_moved() {
        let old = with(&[]).unwrap();
        let rules = |new: &crate::policy::Bundle| {
            forbidden(&old, new, &sectors_left(&old, new)).iter().map(|f| f.rule).collect::<Vec<_>>()
        };
        let edited = with(&[("notices/account@1.en.md", "# ", "# Hello: ")]).unwrap();
        assert_eq!(rules(&edited), ["notice.edited"]);
        let next = with(&[("notices/account@2.en.md", "", "# Your account\n\nNew words.\n")]).unwrap();
        assert_eq!(rules(&next), Vec::<&str>::new());
        let moved = with(&[(PERMITS, "sector = \"parking-permits\"", "sector = \"parking\"")]).unwrap();
        assert_eq!(rules(&moved), ["client.sector_changed"]);
        let [left] = &sectors_left(&old, &moved)[..] else { panic!("one") };
        assert_eq!(
            (left.client.as_str(), left.sector.as_str(), left.residents),
            ("parking-permits", "parking-permits", None)
        );
        let of = |known| forbidden(&old, &moved, &[SectorLeft { residents: Some(known), ..left.clone() }]);
        assert_eq!(of(0), [], "nobody is known there");
        let told = |known| of(known)[0].message.clone();
        assert!(told(1).contains("where 1 resident is known"), "{}", told(1));
        assert!(told(1204).contains("where 1204 residents are known"), "{}", told(1204));
    }
}
