//! `portreeve notice show | list`: every notice that ever was in force, in the very words.

use super::open::Place;
use super::policy::source::{page, write};
use super::{Ending, Say};
use crate::crypto::hex;
use crate::domain::client::Lang;
use crate::domain::sharing::NoticeRef;
use crate::domain::time::When;
use crate::policy::{Bundle, Notice as Words, Notices};
use crate::store::{Db, house};
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

const PAGE: &str = include_str!("notice.html");

/// What residents are told, now and in the past.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Notice {
    /// Show a notice as it was in force, word for word.
    #[command(
        after_help = "A sharing record names the notice, its language and the hash of its words: this shows them."
    )]
    Show(Show),
    /// List every notice that ever was in force, with the hash of its words.
    List {
        #[command(flatten)]
        place: Place,
    },
}

/// Which one.
#[derive(Debug, clap::Args)]
pub(super) struct Show {
    /// The notice and its edition, like parking-permit@1.
    #[arg(value_name = "ID@VERSION", value_parser = reference)]
    notice: NoticeRef,
    /// The language: en or cy.
    #[arg(long, default_value = "en", value_parser = lang)]
    lang: Lang,
    /// Write a page to print as well.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Say only the hash of its words.
    #[arg(long)]
    sha256: bool,
    #[command(flatten)]
    place: Place,
}

fn reference(text: &str) -> Result<NoticeRef, String> {
    NoticeRef::parse(text).ok_or_else(|| "a notice is named like parking-permit@1".to_owned())
}

fn lang(text: &str) -> Result<Lang, String> {
    Lang::ALL.into_iter().find(|lang| lang.as_str() == text).ok_or_else(|| "the languages are en and cy".to_owned())
}

/// A notice of the archive, with the latest policies it was in.
#[derive(Debug, Serialize)]
struct Kept {
    notice: String,
    lang: &'static str,
    title: String,
    sha256: String,
    policies: String,
    in_force: bool,
    #[serde(serialize_with = "at")]
    activated_at: When,
    #[serde(skip)]
    words: Words,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn at<S: serde::Serializer>(when: &When, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(when)
}

/// Every notice that is or was in force, by name and language. An edition in force is never edited, so that the latest
/// policies that have it stand for all.
async fn archive(db: &Db) -> anyhow::Result<BTreeMap<(NoticeRef, Lang), Kept>> {
    let mut kept = BTreeMap::new();
    for (digest, activated_at, in_force) in house::policies(&mut db.peek()).await? {
        let Some(body) = house::policy_body(&mut db.peek(), &digest).await? else { continue };
        for words in Notices::of_archive(&body).unwrap_or_default().iter() {
            kept.entry((words.reference.clone(), words.lang)).or_insert_with(|| Kept {
                notice: words.reference.to_string(),
                lang: words.lang.as_str(),
                title: words.title.clone(),
                sha256: words.sha256.clone(),
                policies: Bundle::version_of(&digest),
                in_force,
                activated_at,
                words: words.clone(),
            });
        }
        tracing::debug!(bundle = hex(&digest), "read for its notices");
    }
    Ok(kept)
}

impl Notice {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Show(show) => show.run(say).await,
            Self::List { place } => {
                let kept = archive(&place.find()?.db_there().await?).await?;
                let line = |one: &Kept| {
                    let state = if one.in_force { "in force" } else { "archived" };
                    format!("{}  {}  {}  {}  {}", one.notice, one.lang, one.sha256, state, one.title)
                };
                let text = kept.values().map(line).collect::<Vec<_>>().join("\n");
                say.answer(&json!({ "notices": kept.values().collect::<Vec<_>>() }), &text);
                Ok(Ending::Fine)
            }
        }
    }
}

impl Show {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let mut kept = archive(&self.place.find()?.db_there().await?).await?;
        let Some(found) = kept.remove(&(self.notice.clone(), self.lang)) else {
            anyhow::bail!(
                "{} was never in force here in {}: `portreeve notice list` names them all",
                self.notice,
                self.lang.name()
            );
        };
        write(self.html.as_deref(), || {
            let (title, blocks) = (found.title.as_str(), Serde(&found.words.blocks));
            let (reference, sha256) = (found.notice.as_str(), found.sha256.as_str());
            page(PAGE, context! { lang => found.lang, title, blocks, reference, sha256 })
        })?;
        let text = if self.sha256 {
            found.sha256.clone()
        } else {
            let Kept { notice, lang, sha256, policies, .. } = &found;
            format!("{}\n\n{notice}, {lang}, of the policies {policies}. SHA-256 {sha256}", found.words.text.trim_end())
        };
        let mut answer = json!(found);
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("text".to_owned(), json!(found.words.text));
        }
        say.answer(&answer, &text);
        Ok(Ending::Fine)
    }
}
