//! `notices/<id>@<version>.<lang>.md`: what residents are told. An edition in use is never edited; a change is a new
//! version, so that a record can always show the very words.

use super::finding::{Finding, Place};
use super::sources::Sources;
use crate::domain::client::Lang;
use crate::domain::sharing::NoticeRef;
use aws_lc_rs::digest;
use serde::Serialize;
use std::collections::BTreeMap;

/// One notice in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Which notice and edition.
    pub reference: NoticeRef,
    /// In which language.
    pub lang: Lang,
    /// Its heading.
    pub title: String,
    /// The text below the heading, ready to be laid out.
    pub blocks: Vec<Block>,
    /// The whole file as activated.
    pub text: String,
    /// SHA-256 of that text, in hex, as records hold it.
    pub sha256: String,
}

/// A piece of a notice. There is no other markup: what a resident has read is what the file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "text")]
pub enum Block {
    /// `## …`
    Heading(String),
    /// Lines up to an empty one.
    Paragraph(String),
    /// Lines that begin with `- `.
    List(Vec<String>),
}

/// Every notice, by edition and language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notices(BTreeMap<(NoticeRef, Lang), Notice>);

impl Notices {
    /// A notice in a language.
    #[must_use]
    pub fn get(&self, reference: &NoticeRef, lang: Lang) -> Option<&Notice> {
        self.0.get(&(reference.clone(), lang))
    }

    /// Each in turn, by id, version and language.
    pub fn iter(&self) -> impl Iterator<Item = &Notice> {
        self.0.values()
    }
}

impl Notices {
    /// The notices of an activated bundle, whatever else is in it and whoever could read that: a record must be able to
    /// show the very words for as long as it is kept.
    #[must_use]
    pub fn of_archive(canonical: &[u8]) -> Option<Self> {
        let files = super::bundle::files(canonical)?;
        Some(load(&Sources::new(files), &mut Vec::new()))
    }
}

pub(super) fn path(reference: &NoticeRef, lang: Lang) -> String {
    format!("notices/{reference}.{lang}.md")
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Notices {
    let mut notices = BTreeMap::new();
    for (file, stem) in sources.under("notices", ".md") {
        let at = |line| Place { file: file.to_owned(), line };
        let named = stem.rsplit_once('.').and_then(|(reference, lang)| {
            let lang = Lang::ALL.into_iter().find(|known| known.as_str() == lang)?;
            Some((NoticeRef::parse(reference)?, lang))
        });
        let Some((reference, lang)) = named else {
            let remedy = "Name it like parking-permit@1.en.md.";
            findings.push(Finding::error("notice.name", at(None), "The file name is no notice's.", remedy));
            continue;
        };
        let text = sources.text(file).unwrap_or_default();
        match read(text) {
            Ok((title, blocks)) => {
                let sha256 = super::bundle::hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
                let notice =
                    Notice { reference: reference.clone(), lang, title, blocks, text: text.to_owned(), sha256 };
                notices.insert((reference, lang), notice);
            }
            Err((line, message)) => {
                let remedy = "A notice has one # heading, then ## headings, plain paragraphs and lists with a hyphen.";
                findings.push(Finding::error("notice.markup", at(Some(line)), message, remedy));
            }
        }
    }
    Notices(notices)
}

/// Reads the heading and the blocks, or says in which line something else stands.
fn read(text: &str) -> Result<(String, Vec<Block>), (usize, &'static str)> {
    let mut lines = text.lines().zip(1_usize..).filter(|(line, _)| !line.trim().is_empty());
    let title = lines.next().and_then(|(line, _)| line.strip_prefix("# ")).map(|title| title.trim().to_owned());
    let title = title.filter(|title| !title.is_empty()).ok_or((1, "The notice does not begin with a heading."))?;
    let mut blocks = Vec::new();
    let mut before = 1;
    for (line, number) in lines {
        let adjoins = number == before + 1;
        before = number;
        let line = line.trim_end();
        if let Some(heading) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(heading.trim().to_owned()));
        } else if let Some(item) = line.strip_prefix("- ") {
            match blocks.last_mut() {
                Some(Block::List(items)) if adjoins => items.push(item.trim().to_owned()),
                _ => blocks.push(Block::List(vec![item.trim().to_owned()])),
            }
        } else if line.starts_with(['#', '>', '*', '|', '`', '<', ' ', '\t']) {
            return Err((number, "This markup is not shown as it stands here."));
        } else {
            match blocks.last_mut() {
                Some(Block::Paragraph(text)) if adjoins => {
                    text.push(' ');
                    text.push_str(line);
                }
                _ => blocks.push(Block::Paragraph(line.to_owned())),
            }
        }
    }
    if blocks.is_empty() { Err((1, "The notice says nothing below its heading.")) } else { Ok((title, blocks)) }
}

#[cfg(test)]
mod tests {
    use super::{Block, load, read};
    use crate::policy::sources::Sources;

    #[test]
    fn a_notice_is_plain() {
        let text = "# Parking permits\n\nWe use\nyour name.\n\n## Why\n- one\n- two\n\n- three\n";
        let (title, blocks) = read(text).unwrap();
        assert_eq!(title, "Parking permits");
        assert_eq!(
            blocks,
            [
                Block::Paragraph("We use your name.".into()),
                Block::Heading("Why".into()),
                Block::List(vec!["one".into(), "two".into()]),
                Block::List(vec!["three".into()]),
            ]
        );
        for mark in ["# x", "### x", "> x", "* x", "| x |", "```", "<b>", "  x", "\tx"] {
            let text = format!("# A\n\nSo far.\n{mark}\n");
            assert_eq!(read(&text).map_err(|(line, _)| line), Err(4), "{mark:?}");
        }
        for (bad, line) in [("No heading", 1), ("# ", 1), ("# A\n", 1), ("# A\n\n> x", 3), ("# A\nb\n<b>", 3)] {
            assert_eq!(read(bad).map_err(|(line, _)| line), Err(line), "{bad:?}");
        }
    }

    #[test]
    fn a_notice_is_named_by_edition_and_language() {
        for (path, rules) in [
            ("notices/account@1.en.md", vec![]),
            ("notices/account.en.md", vec!["notice.name"]),
            ("notices/account@01.en.md", vec!["notice.name"]),
            ("notices/account@1.fr.md", vec!["notice.name"]),
            ("notices/account@1.md", vec!["notice.name"]),
        ] {
            let mut findings = vec![];
            load(&Sources::new([(path.to_owned(), "# A\n\nB".to_owned())]), &mut findings);
            assert_eq!(findings.iter().map(|f| f.rule).collect::<Vec<_>>(), rules, "{path}");
        }
    }
}
