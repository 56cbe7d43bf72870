//! Which of the forms, by the word that commands and pages know it by.

use super::{cef, csv, csv_header, ocsf, syslog};
use crate::domain::audit::verify::Entry;

/// A form that other programs read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A table (RFC 4180), safe to open in a spreadsheet.
    Csv,
    /// Messages of RFC 5424, one a line.
    Syslog,
    /// Objects of the Open Cybersecurity Schema Framework 1.3.0, one a line.
    Ocsf,
    /// ArcSight's Common Event Format, one a line.
    Cef,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Syslog, Self::Ocsf, Self::Cef];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Syslog => "syslog",
            Self::Ocsf => "ocsf",
            Self::Cef => "cef",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == word)
    }

    /// The file of an export that has it.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Csv => "entries.csv",
            Self::Syslog => "entries.syslog",
            Self::Ocsf => "entries.ocsf.jsonl",
            Self::Cef => "entries.cef",
        }
    }

    /// What stands before the first entry.
    #[must_use]
    pub fn header(self) -> String {
        match self {
            Self::Csv => csv_header(),
            Self::Syslog | Self::Ocsf | Self::Cef => String::new(),
        }
    }

    /// The line of one entry, with its end.
    #[must_use]
    pub fn line(self, log: &str, entry: &Entry) -> String {
        match self {
            Self::Csv => csv(entry.index, &entry.leaf),
            Self::Syslog => format!("{}\n", syslog(log, entry.index, &entry.leaf)),
            Self::Ocsf => format!("{}\n", ocsf(log, entry.index, &entry.leaf)),
            Self::Cef => format!("{}\n", cef(log, entry.index, &entry.leaf)),
        }
    }
}
