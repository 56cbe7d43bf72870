//! The files of an export (deploy/verify/FORMAT.md), written one after another to wherever they go: a folder, or a zip that is
//! sent while it is made. No more than a thousand entries are held at a time.

use super::{LogFault, Taken};
use crate::crypto::hex;
use crate::domain::audit::forms::Form;
use crate::domain::audit::tree::WIDTH;
use crate::domain::audit::verify::Entry;
use crate::service::Failure;
use crate::store::{Db, Error};
use aws_lc_rs::digest::{Context, SHA256};
use serde::Serialize;
use std::collections::BTreeMap;
use std::future::Future;
use std::io;

/// The form of a selection.
pub const SELECTION: &str = "portreeve-selection/1";

/// Where the files go.
pub trait Shelf {
    /// The next file begins; the one before is whole.
    ///
    /// # Errors
    /// What keeps it from being written.
    fn begin(&mut self, name: &str) -> io::Result<()>;

    /// More of it.
    ///
    /// # Errors
    /// The same.
    fn put(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// A moment at which what was put may go on its way.
    fn turn(&mut self) -> impl Future<Output = io::Result<()>> + Send;
}

/// Why an export is not whole.
#[derive(Debug, thiserror::Error)]
pub enum Torn {
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] io::Error),
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] Failure),
}

impl From<Error> for Torn {
    fn from(error: Error) -> Self {
        Self::Read(error.into())
    }
}

/// A file being written, and the digests of those that are whole.
struct Pack<'s, S> {
    shelf: &'s mut S,
    files: BTreeMap<String, String>,
}

impl<S: Shelf> Pack<'_, S> {
    /// A file by its lines.
    async fn lines(
        &mut self,
        (db, taken, name): (&Db, &Taken, &str),
        header: &str,
        of: &dyn Line,
        only: Option<&[u64]>,
    ) -> Result<u64, Torn> {
        self.shelf.begin(name)?;
        let mut digest = Context::new(&SHA256);
        let mut count = 0;
        let mut put = |shelf: &mut S, text: &str| {
            digest.update(text.as_bytes());
            shelf.put(text.as_bytes())
        };
        put(self.shelf, header)?;
        let mut next = Next { taken, from: taken.range.0, only };
        while let Some(page) = next.page(db).await? {
            for entry in &page {
                put(self.shelf, &of.line(&taken.log.name, entry))?;
                count += 1;
            }
            self.shelf.turn().await?;
        }
        self.files.insert(name.to_owned(), hex(digest.finish().as_ref()));
        Ok(count)
    }

    /// A file that is short.
    async fn text(&mut self, name: &str, text: &str) -> Result<(), Torn> {
        self.files.insert(name.to_owned(), hex(&crate::crypto::sha256(&[text.as_bytes()])));
        self.bare(name, text.as_bytes()).await
    }

    /// The same, of those that no manifest names.
    async fn bare(&mut self, name: &str, bytes: &[u8]) -> Result<(), Torn> {
        self.shelf.begin(name)?;
        self.shelf.put(bytes)?;
        Ok(self.shelf.turn().await?)
    }

    /// The entries, and the same in other forms; says how many there were.
    async fn entries(&mut self, db: &Db, taken: &Taken, forms: &[Form], only: Option<&[u64]>) -> Result<u64, Torn> {
        let count = self.lines((db, taken, "entries.jsonl"), "", &Native, only).await?;
        for form in forms {
            self.lines((db, taken, form.file()), &form.header(), form, only).await?;
        }
        Ok(count)
    }
}

/// How an entry is written.
trait Line: Sync {
    fn line(&self, log: &str, entry: &Entry) -> String;
}

/// As FORMAT.md §2 says.
struct Native;

impl Line for Native {
    fn line(&self, _: &str, entry: &Entry) -> String {
        // Text and numbers under text can always be written.
        serde_json::to_string(entry).map(|line| line + "\n").unwrap_or_default()
    }
}

impl Line for Form {
    fn line(&self, log: &str, entry: &Entry) -> String {
        (*self).line(log, entry)
    }
}

/// What comes next: all of a range, or those chosen.
struct Next<'n> {
    taken: &'n Taken,
    from: u64,
    only: Option<&'n [u64]>,
}

impl Next<'_> {
    async fn page(&mut self, db: &Db) -> Result<Option<Vec<Entry>>, Error> {
        let Some(only) = &mut self.only else {
            let page = self.taken.entries(db, self.from).await?;
            let Some(last) = page.last() else { return Ok(None) };
            self.from = last.index + 1;
            return Ok(Some(page));
        };
        let Some((first, _)) = only.split_first() else { return Ok(None) };
        // Those chosen that lie near each other are read at once.
        let (these, rest) = only.split_at(only.partition_point(|index| index - first < AT_ONCE));
        let last = these.last().unwrap_or(first);
        let all = self.taken.some(db, (*first, last + 1)).await?;
        let page = all.into_iter().filter(|entry| these.binary_search(&entry.index).is_ok()).collect();
        *only = rest;
        Ok(Some(page))
    }
}

/// So many entries are read at a time.
const AT_ONCE: u64 = 1_000;

/// A range of a log with all that proves it; says how many entries there were.
///
/// # Errors
/// [`Torn`]; what is there by then is no export.
pub async fn range<S: Shelf>(db: &Db, taken: &Taken, forms: &[Form], shelf: &mut S) -> Result<u64, Torn> {
    let mut pack = Pack { shelf, files: BTreeMap::new() };
    let count = pack.entries(db, taken, forms, None).await?;
    let mut earlier = String::new();
    for note in taken.earlier() {
        earlier.push_str(&serde_json::Value::from(note).to_string());
        earlier.push('\n');
    }
    pack.text("checkpoint", &taken.note.to_string()).await?;
    pack.text("checkpoints.jsonl", &earlier).await?;
    for (place, width) in taken.places() {
        if let Some(hashes) = taken.tile(db, place, width).await? {
            let path = if width == WIDTH { place.path() } else { format!("{}.p/{width}", place.path()) };
            pack.bare(&path, &hashes).await?;
        }
    }
    let (manifest, note) = taken.manifest(std::mem::take(&mut pack.files)).ok_or_else(|| unsigned(taken))?;
    pack.bare("manifest.json", manifest.as_bytes()).await?;
    pack.bare("manifest.note", note.as_bytes()).await?;
    Ok(count)
}

/// What a selection says of itself. It is signed.
#[derive(Serialize)]
struct Selection<'s> {
    format: &'static str,
    log: &'s str,
    from: u64,
    to: u64,
    exported_ms: i64,
    event: String,
    filters: &'s [String],
    entries: u64,
    files: BTreeMap<String, String>,
}

/// Chosen entries, in the order of their indexes, each with its proof; says how many there were.
///
/// # Errors
/// [`Torn`]; what is there by then is no export.
pub async fn chosen<S: Shelf>(
    db: &Db,
    taken: &Taken,
    forms: &[Form],
    (indexes, filters): (&[u64], &[String]),
    shelf: &mut S,
) -> Result<u64, Torn> {
    let mut pack = Pack { shelf, files: BTreeMap::new() };
    let count = pack.entries(db, taken, forms, Some(indexes)).await?;
    for index in indexes {
        let proof = taken.proof_of(db, *index).await?;
        pack.text(&format!("proofs/{index}.proof"), &proof.to_string()).await?;
    }
    let selection = Selection {
        format: SELECTION,
        log: &taken.log.name,
        from: taken.range.0,
        to: taken.range.1,
        exported_ms: taken.at.millis(),
        event: taken.event.to_string(),
        filters,
        entries: count,
        files: std::mem::take(&mut pack.files),
    };
    let text = serde_json_canonicalizer::to_string(&selection).ok();
    let (manifest, note) = text.and_then(|text| taken.signed(text)).ok_or_else(|| unsigned(taken))?;
    pack.bare("manifest.json", manifest.as_bytes()).await?;
    pack.bare("manifest.note", note.as_bytes()).await?;
    Ok(count)
}

fn unsigned(taken: &Taken) -> Torn {
    Torn::Read(LogFault::Unsigned(taken.log.name.clone()).into())
}
