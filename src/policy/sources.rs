//! The policy files as texts: read from a folder or from an activated bundle, and looked up by place for findings.

use super::finding::{Finding, Place};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// The files every bundle has, beside services and notices.
pub(super) const SINGLE: [&str; 9] = [
    "controller.toml",
    "processing.toml",
    "register.toml",
    "retention.toml",
    "assurance.toml",
    "reasons.toml",
    super::access::FILE,
    super::access::SCHEMA,
    super::staff::FILE,
];

/// Those that bundles lack which were activated before there were members of staff: the sample's hold for them.
const LATER: [&str; 3] = [super::access::FILE, super::access::SCHEMA, super::staff::FILE];

/// The folders a bundle may have.
const FOLDERS: [&str; 4] = ["services", "registrations", "notices", "retention"];

/// The largest file read, in bytes; nobody writes a policy longer than this by hand.
const MOST_BYTES: u64 = 1 << 20;

/// Texts by path (`services/garden-waste.toml`), with line ends as on Unix, so that a checkout elsewhere has the same
/// digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sources {
    files: BTreeMap<String, String>,
    activated: bool,
}

impl Sources {
    pub(super) fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let plain = |text: String| text.strip_prefix('\u{FEFF}').unwrap_or(&text).replace("\r\n", "\n");
        Self { files: files.into_iter().map(|(path, text)| (path, plain(text))).collect(), activated: false }
    }

    /// What was activated once, perhaps by an earlier version: the files that it did not know are the sample's. They are
    /// none of its own, so its digest stays. A folder must have them, lest a new version change what a council decided.
    pub(super) const fn activated(mut self) -> Self {
        self.activated = true;
        self
    }

    pub(super) const fn is_activated(&self) -> bool {
        self.activated
    }

    /// Reads a folder; anything in it that is no policy file is a finding.
    pub(super) fn read(folder: &Path, findings: &mut Vec<Finding>) -> Self {
        let mut files = Vec::new();
        read_folder("", folder, &mut files, findings);
        for inner in FOLDERS {
            read_folder(&format!("{inner}/"), &folder.join(inner), &mut files, findings);
        }
        Self::new(files)
    }

    pub(super) fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    pub(super) fn text(&self, file: &str) -> Option<&str> {
        let later = || LATER.contains(&file).then(|| super::sample::file(file)).flatten();
        self.files.get(file).map(String::as_str).or_else(|| if self.activated { later() } else { None })
    }

    /// The text of a file that must be there; a finding, if it is not.
    pub(super) fn text_or_missing(&self, file: &str, findings: &mut Vec<Finding>) -> Option<&str> {
        let text = self.text(file);
        if text.is_none() {
            let at = Place { file: file.to_owned(), line: None };
            let remedy = format!("Every bundle has it: add it; `portreeve policy sample {file}` prints a pattern.");
            findings.push(Finding::error("file.missing", at, "The file is missing.", remedy));
        }
        text
    }

    /// The files of a folder with an ending, as (path, stem).
    pub(super) fn under<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files.keys().filter_map(move |path| {
            let stem = path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(ending)?;
            Some((path.as_str(), stem))
        })
    }

    /// Parses one file into its type; what is wrong with it is a finding.
    pub(super) fn parse<T: DeserializeOwned>(&self, file: &str, findings: &mut Vec<Finding>) -> Option<T> {
        let text = self.text_or_missing(file, findings)?;
        match toml::from_str(text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let line = error.span().map(|span| line_of(text, span.start));
                let at = Place { file: file.to_owned(), line };
                let message = format!("{}.", error.message().trim_end_matches('.'));
                findings.push(Finding::error("file.unreadable", at, message, "Correct the line."));
                None
            }
        }
    }

    /// The place of a value: `share.1.claims.0` in a TOML file. The nearest enclosing place if it is not there itself.
    pub(super) fn place(&self, file: &str, path: &str) -> Place {
        let line = self.text(file).and_then(|text| {
            let table = DeTable::parse(text).ok()?;
            let offset = find(table.get_ref(), path)?;
            Some(line_of(text, offset))
        });
        Place { file: file.to_owned(), line }
    }
}

fn read_folder(prefix: &str, folder: &Path, files: &mut Vec<(String, String)>, findings: &mut Vec<Finding>) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if prefix.is_empty() => {
            let at = Place { file: folder.display().to_string(), line: None };
            findings.push(Finding::error("folder.unreadable", at, format!("{error}."), "Name the folder of policies."));
            return;
        }
        // A council without services yet has no such folder.
        Err(_) => return,
    };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let is_folder = prefix.is_empty() && FOLDERS.contains(&name.as_str());
        if name.starts_with('.') || name == "README.md" || is_folder {
            continue;
        }
        let at = Place { file: path.clone(), line: None };
        if !is_known(&path) {
            let remedy = "Move it out of the folder; only policy files lie here.";
            findings.push(Finding::error("file.unknown", at, "This is no policy file.", remedy));
            continue;
        }
        match read_text(&entry.path()) {
            Ok(text) => files.push((path, text)),
            Err(error) => findings.push(Finding::error(
                "file.unreadable",
                at,
                format!("{error}."),
                "Make it readable, plain UTF-8 text of at most 1 MiB.",
            )),
        }
    }
}

fn read_text(path: &Path) -> std::io::Result<String> {
    let too_large = || std::io::Error::new(std::io::ErrorKind::FileTooLarge, "the file is too large");
    if std::fs::metadata(path)?.len() > MOST_BYTES { Err(too_large()) } else { std::fs::read_to_string(path) }
}

/// Whether a path is one that a bundle may have.
pub(super) fn is_known(path: &str) -> bool {
    let within = |folder: &str, ending: &str| {
        let stem = path.strip_prefix(folder).and_then(|name| name.strip_suffix(ending));
        stem.is_some_and(|stem| !stem.is_empty() && !stem.contains('/'))
    };
    SINGLE.contains(&path)
        || within("services/", ".toml")
        || within("registrations/", ".toml")
        || within("notices/", ".md")
        || within("retention/", ".toml")
}

/// The line, from 1, of a byte offset.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The offset of the value at a path, or of the innermost part of the path that is there.
fn find(table: &DeTable<'_>, path: &str) -> Option<usize> {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let (key, value) = table.iter().find(|(key, _)| key.get_ref().as_ref() == step)?;
    Some(find_in(value.get_ref(), rest).unwrap_or(key.span().start))
}

fn find_in(value: &DeValue<'_>, path: &str) -> Option<usize> {
    if path.is_empty() {
        return None;
    }
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    match value {
        DeValue::Table(table) => find(table, path),
        DeValue::Array(items) => {
            let item = items.get(step.parse::<usize>().ok()?)?;
            Some(find_in(item.get_ref(), rest).unwrap_or(item.span().start))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Sources;
    use crate::policy::finding::Finding;

    const TEXT: &str = "id = 1\n[[share]]\npurpose = \"a\"\n[[share]]\npurpose = \"b\"\nclaims = [\n  \"name\",\n  \"email\",\n]\n[a.b]\nc = { d = 1 }\n";

    #[test]
    fn a_value_has_a_line() {
        let sources = Sources::new([("x.toml".to_owned(), TEXT.to_owned())]);
        for (path, line) in [
            ("id", Some(1)),
            ("share.0.purpose", Some(3)),
            ("share.1.purpose", Some(5)),
            ("share.1.claims.1", Some(8)),
            ("share.1.power", Some(4)),
            ("a.b.c.d", Some(11)),
            ("nothing", None),
        ] {
            assert_eq!(sources.place("x.toml", path).line, line, "{path}");
        }
    }

    #[test]
    fn line_ends_and_marks_are_of_no_account() {
        let here = Sources::new([("x".to_owned(), "a\nb".to_owned())]);
        let there = Sources::new([("x".to_owned(), "\u{FEFF}a\r\nb".to_owned())]);
        assert_eq!(here, there);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct One {
            #[expect(dead_code, reason = "only the other key matters")]
            id: u8,
        }
        let sources = Sources::new([("x.toml".to_owned(), "id = 1\ncolour = \"red\"\n".to_owned())]);
        let mut findings: Vec<Finding> = Vec::new();
        assert!(sources.parse::<One>("x.toml", &mut findings).is_none());
        assert_eq!((findings[0].rule, findings[0].line), ("file.unreadable", Some(2)));
        assert!(findings[0].message.contains("colour"), "{}", findings[0].message);
    }

    #[test]
    fn a_file_that_is_no_text_or_too_long_is_named() {
        let folder = std::env::temp_dir().join(format!("portreeve-sources-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let most = usize::try_from(super::MOST_BYTES).unwrap();
        let found = |bytes: Vec<u8>| {
            std::fs::write(folder.join("register.toml"), bytes).unwrap();
            let mut findings = Vec::new();
            let sources = Sources::read(&folder, &mut findings);
            let said: Vec<_> = findings.into_iter().map(|finding| (finding.rule, finding.file, finding.line)).collect();
            (said, sources.text("register.toml").is_some())
        };
        let refused = (vec![("file.unreadable", "register.toml".to_owned(), None)], false);
        assert_eq!(found(b"schema = \"\xff\"".to_vec()), refused);
        assert_eq!(found(vec![b'#'; most + 1]), refused);
        assert_eq!(found(vec![b'#'; most]), (vec![], true));
        // What other programs put there is passed over; a folder is only where it belongs.
        for (path, known) in [(".git", true), ("README.md", true), ("services/.keep", true), ("readme.md", false)] {
            std::fs::create_dir_all(folder.join("services")).unwrap();
            std::fs::write(folder.join(path), "x").unwrap();
            let mut findings = Vec::new();
            Sources::read(&folder, &mut findings);
            let unknown: Vec<_> = findings.into_iter().map(|finding| (finding.rule, finding.file)).collect();
            let refused = vec![("file.unknown", path.to_owned())];
            assert_eq!(unknown, if known { vec![] } else { refused }, "{path}");
            std::fs::remove_file(folder.join(path)).unwrap();
        }
        std::fs::create_dir_all(folder.join("services/notices")).unwrap();
        let mut findings = Vec::new();
        Sources::read(&folder, &mut findings);
        assert_eq!(findings.iter().map(|finding| finding.file.as_str()).collect::<Vec<_>>(), ["services/notices"]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
