//! `portreeve audit export`: a folder that proves itself (deploy/verify/FORMAT.md).

use super::super::open::Place;
use super::super::{Ending, Say};
use super::{Opened, Why};
use crate::crypto::{hex, sha256};
use crate::domain::audit::tree::WIDTH;
use crate::domain::time::When;
use crate::service::export::{Range, Taken, take};
use crate::store::Db;
use anyhow::Context as _;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// Write a log, or a part of it, into a folder, with all that proves it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Payloads about people stay sealed in the house; the export holds their commitments. That the export \
    was made is itself an event of the record."
)]
pub(in crate::cli) struct Export {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    why: Why,
    /// The folder to make.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The log of this financial year, by the year in which it begins; the newest if none is named.
    #[arg(long, value_name = "YEAR")]
    year: Option<i64>,
    /// From this index on.
    #[arg(long, value_name = "INDEX")]
    from: Option<u64>,
    /// Up to this index, which is not in it.
    #[arg(long, value_name = "INDEX")]
    to: Option<u64>,
    /// Say what would be written; nothing leaves the house.
    #[arg(long)]
    dry_run: bool,
}

impl Export {
    pub(super) async fn run(self, say: Say, now: When) -> anyhow::Result<Ending> {
        let opened = Opened::find(&self.place).await?;
        anyhow::ensure!(!self.out.exists(), "{} is there already: name a folder to be made", self.out.display());
        let leave = self.why.leave()?;
        if self.dry_run {
            let all = crate::store::log::all(&mut opened.db.peek()).await?;
            let log = all.iter().find(|log| self.year.is_none_or(|year| log.year == year));
            let log = log.context("there is no log of that year")?;
            let text = format!("{} with {} entries would be written.", log.name, log.size);
            say.answer(&json!({ "log": log.name, "size": log.size }), &text);
            return Ok(Ending::Fine);
        }
        DirBuilder::new()
            .mode(0o700)
            .create(&self.out)
            .with_context(|| format!("{} cannot be made", self.out.display()))?;
        let range = Range { from: self.from, to: self.to };
        let taken = match take(&opened.house(), self.year, range, &leave, now).await {
            Ok(taken) => taken,
            Err(refused) => {
                let _ = fs::remove_dir(&self.out);
                return Err(refused.into());
            }
        };
        let written = write(&opened.db, &taken, &self.out).await?;
        let vkey = taken.vkey().unwrap_or_default();
        let (from, to) = taken.range;
        let value = json!({
            "log": taken.log.name, "from": from, "to": to, "size": taken.checkpoint.size, "entries": written,
            "event": taken.event, "key": vkey,
        });
        let whole = to - from;
        let text = format!(
            "{written} of {whole} entries of {} are in {}.\nPublic key: {vkey}\nProve them: portreeve audit verify {} --key '{vkey}'",
            taken.log.name,
            self.out.display(),
            self.out.display(),
        );
        say.answer(&value, &text);
        Ok(if written == whole { Ending::Fine } else { Ending::Found })
    }
}

/// Writes the files; says how many entries there were.
async fn write(db: &Db, taken: &Taken, out: &Path) -> anyhow::Result<u64> {
    let mut files = BTreeMap::new();
    let (entries, digest) = entries(db, taken, &out.join("entries.jsonl")).await?;
    files.insert("entries.jsonl".to_owned(), digest);
    let mut earlier = String::new();
    for note in taken.earlier(db).await? {
        earlier.push_str(&serde_json::to_string(&note)?);
        earlier.push('\n');
    }
    for (name, text) in [("checkpoint", taken.note.to_string()), ("checkpoints.jsonl", earlier)] {
        files.insert(name.to_owned(), hex(&sha256(&[text.as_bytes()])));
        fs::write(out.join(name), text)?;
    }
    for (place, width) in taken.places() {
        if let Some(hashes) = taken.tile(db, place, width).await? {
            let path = if width == WIDTH { place.path() } else { format!("{}.p/{width}", place.path()) };
            let path = out.join(path);
            fs::create_dir_all(path.parent().unwrap_or(out))?;
            fs::write(path, hashes)?;
        }
    }
    let (manifest, note) = taken.manifest(files).context("the manifest cannot be signed")?;
    fs::write(out.join("manifest.json"), manifest)?;
    fs::write(out.join("manifest.note"), note)?;
    Ok(entries)
}

async fn entries(db: &Db, taken: &Taken, path: &Path) -> anyhow::Result<(u64, String)> {
    let mut file = std::io::BufWriter::new(fs::File::create(path)?);
    let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    let (mut count, mut from) = (0, taken.range.0);
    loop {
        let page = taken.entries(db, from).await?;
        let Some(last) = page.last() else { break };
        from = last.index + 1;
        for entry in &page {
            let line = format!("{}\n", serde_json::to_string(entry)?);
            digest.update(line.as_bytes());
            file.write_all(line.as_bytes())?;
            count += 1;
        }
    }
    file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    Ok((count, hex(digest.finish().as_ref())))
}
