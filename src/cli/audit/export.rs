//! `portreeve audit export`: a folder that proves itself (deploy/verify/FORMAT.md).

use super::super::open::Place;
use super::super::{Ending, Say};
use super::{Opened, Why};
use crate::crypto::record::Recorder;
use crate::domain::audit::forms::Form;
use crate::service::export::pack::{self, Shelf};
use crate::service::export::{Range, take};
use crate::service::log::destroyed::{Mark, mark};
use crate::store::log;
use anyhow::Context as _;
use serde_json::json;
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
    /// Write the entries in this form as well: csv, syslog, ocsf or cef; may stand several times.
    #[arg(long, value_name = "FORM", value_parser = form)]
    form: Vec<Form>,
    /// Say what would be written; nothing leaves the house.
    #[arg(long)]
    dry_run: bool,
}

fn form(text: &str) -> Result<Form, String> {
    Form::parse(text).ok_or_else(|| "csv, syslog, ocsf or cef".to_owned())
}

/// The folder of an export: each file is there once it is whole.
struct Folder<'f> {
    out: &'f Path,
    open: Option<BufWriter<fs::File>>,
}

impl Folder<'_> {
    fn finish(&mut self) -> std::io::Result<()> {
        match self.open.take() {
            Some(file) => file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Shelf for Folder<'_> {
    fn begin(&mut self, name: &str) -> std::io::Result<()> {
        self.finish()?;
        let path = self.out.join(name);
        fs::create_dir_all(path.parent().unwrap_or(self.out))?;
        self.open = Some(BufWriter::new(fs::File::create(path)?));
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.open.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }

    async fn turn(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Export {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let opened = Opened::find(&self.place).await?;
        anyhow::ensure!(!self.out.exists(), "{} is there already: name a folder to be made", self.out.display());
        let (leave, now) = (self.why.leave()?, opened.now);
        if let Some(year) = self.year
            && let Some((value, text)) = destroyed(&opened, year).await?
        {
            say.answer(&value, &text);
            return Ok(Ending::Found);
        }
        if self.dry_run {
            let all = log::all(&mut opened.db.peek()).await?;
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
        let mut forms = self.form;
        forms.dedup();
        let taken = match take(&opened.house(), self.year, range, (&leave, &forms), now).await {
            Ok(taken) => taken,
            Err(refused) => {
                let _ = fs::remove_dir(&self.out);
                return Err(refused.into());
            }
        };
        let mut folder = Folder { out: &self.out, open: None };
        let written = pack::range(&opened.db, &taken, &forms, &mut folder).await?;
        folder.finish()?;
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

/// What is said of a log that was destroyed, and its last checkpoint, which anybody may have.
async fn destroyed(opened: &Opened, year: i64) -> anyhow::Result<Option<(serde_json::Value, String)>> {
    let mut read = opened.db.read().await?;
    let all = log::all(&mut read).await?;
    let Some(one) = all.iter().find(|log| log.year == year) else { return Ok(None) };
    let recorder = Recorder::new(opened.roots.clone(), opened.policy.version());
    let Mark::Ours(end) = mark(&mut read, &recorder, one, &all).await? else { return Ok(None) };
    drop(read);
    let (_, key, note) = super::head_of(&opened.db, &one.name).await?;
    let (rule, schedule) = end.by.unzip();
    let by = rule.as_ref().map(|rule| format!(" by the rule {rule}")).unwrap_or_default();
    let text = format!(
        "{} with {} entries was destroyed{by} at {}; the event {} says so. Its last checkpoint:\n\nKey: {key}\n\n{note}",
        one.name, one.size, end.at, end.event
    );
    let value = json!({
        "log": one.name, "size": one.size, "key": key, "checkpoint": note,
        "destroyed": { "at": end.at, "event": end.event, "rule": rule, "schedule": schedule },
    });
    Ok(Some((value, text)))
}
