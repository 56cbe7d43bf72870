//! `portreeve audit export`: a folder that proves itself (deploy/verify/FORMAT.md).

use super::super::open::Place;
use super::super::{Ending, Say};
use super::{Opened, Why};
use crate::crypto::{hex, sha256};
use crate::domain::audit::forms;
use crate::domain::audit::tree::WIDTH;
use crate::domain::audit::verify::Entry;
use crate::domain::time::When;
use crate::service::export::{Range, Taken, take};
use crate::store::Db;
use anyhow::Context as _;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// Write a log, or a part of it, into a folder, with all that proves it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Payloads about residents stay sealed in the house, and so do those with the address or the browser of a \
    caller; the export holds their commitments. What the council and its operators did is given, with their names. That \
    the export was made is itself an event of the record."
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
    /// Only what witnesses cosigned, however long ago; what came after is left out.
    #[arg(long)]
    cosigned: bool,
    /// Write the entries in this form as well; may stand several times.
    #[arg(long, value_name = "FORM", value_enum)]
    form: Vec<Form>,
    /// Say what would be written; nothing leaves the house.
    #[arg(long)]
    dry_run: bool,
}

/// A form that other programs read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
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
    const fn file(self) -> &'static str {
        match self {
            Self::Csv => "entries.csv",
            Self::Syslog => "entries.syslog",
            Self::Ocsf => "entries.ocsf.jsonl",
            Self::Cef => "entries.cef",
        }
    }

    fn header(self) -> String {
        match self {
            Self::Csv => forms::csv_header(),
            Self::Syslog | Self::Ocsf | Self::Cef => String::new(),
        }
    }

    fn line(self, log: &str, entry: &Entry) -> String {
        match self {
            Self::Csv => forms::csv(entry.index, &entry.leaf),
            Self::Syslog => format!("{}\n", forms::syslog(log, entry.index, &entry.leaf)),
            Self::Ocsf => format!("{}\n", forms::ocsf(log, entry.index, &entry.leaf)),
            Self::Cef => format!("{}\n", forms::cef(log, entry.index, &entry.leaf)),
        }
    }
}

/// A file being written, and its digest.
struct Hashed {
    file: BufWriter<fs::File>,
    digest: aws_lc_rs::digest::Context,
}

impl Hashed {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        Ok(Self { file: BufWriter::new(fs::File::create(path)?), digest })
    }

    fn write(&mut self, text: &str) -> std::io::Result<()> {
        self.digest.update(text.as_bytes());
        self.file.write_all(text.as_bytes())
    }

    fn finish(self) -> std::io::Result<String> {
        self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        Ok(hex(self.digest.finish().as_ref()))
    }
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
        let range = Range { from: self.from, to: self.to, cosigned: self.cosigned };
        let taken = match take(&opened.house(), self.year, range, &leave, now).await {
            Ok(taken) => taken,
            Err(refused) => {
                let _ = fs::remove_dir(&self.out);
                return Err(refused.into());
            }
        };
        let mut forms = self.form;
        forms.dedup();
        let written = write(&opened.db, &taken, &self.out, &forms).await?;
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
async fn write(db: &Db, taken: &Taken, out: &Path, forms: &[Form]) -> anyhow::Result<u64> {
    let mut files = BTreeMap::new();
    let entries = entries(db, taken, out, forms, &mut files).await?;
    let mut earlier = String::new();
    for note in taken.earlier() {
        earlier.push_str(&serde_json::to_string(note)?);
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

async fn entries(
    db: &Db,
    taken: &Taken,
    out: &Path,
    forms: &[Form],
    files: &mut BTreeMap<String, String>,
) -> anyhow::Result<u64> {
    let mut lines = Hashed::create(&out.join("entries.jsonl"))?;
    let mut others = Vec::new();
    for form in forms {
        let mut other = Hashed::create(&out.join(form.file()))?;
        other.write(&form.header())?;
        others.push((*form, other));
    }
    let (mut count, mut from) = (0, taken.range.0);
    loop {
        let page = taken.entries(db, from).await?;
        let Some(last) = page.last() else { break };
        from = last.index + 1;
        for entry in &page {
            lines.write(&format!("{}\n", serde_json::to_string(entry)?))?;
            for (form, other) in &mut others {
                other.write(&form.line(&taken.log.name, entry))?;
            }
            count += 1;
        }
    }
    files.insert("entries.jsonl".to_owned(), lines.finish()?);
    for (form, other) in others {
        files.insert(form.file().to_owned(), other.finish()?);
    }
    Ok(count)
}
