//! `portreeve audit verify`: what an export or a proof proves, from its files and public keys alone.

use super::super::{Ending, Say};
use super::chain::{self, Chain};
use super::{key, report};
use crate::crypto::note::{KeyKind, Note, VerifierKey};
use crate::domain::audit::checkpoint::Checkpoint;
use crate::domain::audit::disposal::is_earlier;
use crate::domain::audit::proof::Proof;
use crate::domain::audit::tree::{Place, WIDTH};
use crate::domain::audit::verify::{Before, Elsewhere, FORMAT, FORMAT_1, Manifest, Verdict, Verifier};
use crate::domain::time::When;
use crate::service::export::sealed_text;
use anyhow::Context as _;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What nobody can prove of a log without a second party.
const REWRITTEN: &str = "rewriting by whoever holds the key cannot be excluded";

/// The file of the entries.
const ENTRIES: &str = "entries.jsonl";

/// Prove an export, or a proof, from its files alone.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Needs no server and no secret. Exit code 1 if anything is wrong, and also if no witness cosigned, for \
    then rewriting by whoever holds the key cannot be excluded. It cannot be proved that an event was never recorded at \
    all."
)]
pub(in crate::cli) struct Verify {
    /// The folder of an export, or the file of a proof.
    what: PathBuf,
    /// The log's public key, or a file with it; twice if the log changed its key and does not announce it here.
    #[arg(long, value_name = "KEY", required = true, value_parser = key)]
    key: Vec<VerifierKey>,
    /// The public key of a witness, or a file with it; may stand several times.
    #[arg(long, value_name = "KEY", value_parser = key)]
    witness: Vec<VerifierKey>,
    /// How many of the witnesses must have cosigned; all, unless said otherwise.
    #[arg(long, value_name = "N", requires = "witness", value_parser = clap::value_parser!(u32).range(1..))]
    quorum: Option<u32>,
    /// Do without a witness, and accept what cannot be excluded then.
    #[arg(long, conflicts_with = "witness")]
    without_witness: bool,
    /// A checkpoint of this log that was kept from before; may stand several times.
    #[arg(long, value_name = "FILE")]
    seen: Vec<PathBuf>,
    /// Another export, of the same log from a later entry on or of a later year's: there it may say why payloads are gone here;
    /// may stand several times.
    #[arg(long, value_name = "DIR")]
    beside: Vec<PathBuf>,
    /// Write a page for a lay reader, about an export.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// What a verification came to, with all that a reader wants to know of it.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) log: String,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) size: u64,
    pub(super) root: String,
    pub(super) exported_at: String,
    pub(super) key: String,
    /// Keys that were not named and count, because the log announces them under one that was.
    pub(super) announced: Vec<String>,
    pub(super) witnesses: Vec<Witnessed>,
    pub(super) without_witness: bool,
    /// What stays open although nothing is wrong.
    pub(super) caveat: Option<String>,
    /// What has to be given beside, if anything that is gone is explained there and not here.
    pub(super) missing: Option<String>,
    #[serde(flatten)]
    pub(super) verdict: Verdict,
}

/// A witness that was asked for.
#[derive(Debug, Serialize)]
pub(super) struct Witnessed {
    pub(super) name: String,
    /// When it cosigned; none if it did not.
    pub(super) at: Option<String>,
}

impl Verify {
    pub(super) fn run(mut self, say: Say) -> anyhow::Result<Ending> {
        anyhow::ensure!(self.key.iter().all(|key| key.kind() == KeyKind::Log), "--key is the key of a witness");
        let of_others = self.key.iter().any(|key| key.name() != self.log());
        anyhow::ensure!(!of_others || !self.beside.is_empty(), "--key names keys of several logs");
        for witness in &self.witness {
            anyhow::ensure!(witness.kind() == KeyKind::Witness, "--witness {} is the key of a log", witness.name());
        }
        // One key under two names is one witness.
        let mut known = BTreeSet::new();
        self.witness.retain(|witness| known.insert(*witness.public()));
        anyhow::ensure!(
            self.quorum() <= self.witness.len(),
            "--quorum asks for {} witnesses, and {} with keys of their own are named",
            self.quorum(),
            self.witness.len()
        );
        if self.what.is_file() {
            anyhow::ensure!(self.seen.is_empty(), "--seen is for exports: a proof holds no other checkpoint's hashes");
            anyhow::ensure!(self.report.is_none(), "--report is for exports: of one entry all is said here");
            anyhow::ensure!(self.beside.is_empty(), "--beside is for exports: of one entry all is said here");
            return self.proof(say);
        }
        let outcome = self.export()?;
        if let Some(file) = &self.report {
            fs::write(file, report::page(&outcome)?)
                .with_context(|| format!("{} cannot be written", file.display()))?;
        }
        say.answer(&outcome, &in_words(&outcome));
        Ok(if outcome.fine() { Ending::Fine } else { Ending::Found })
    }

    /// The log that the keys are of.
    fn log(&self) -> &str {
        self.key.first().map_or("", VerifierKey::name)
    }

    fn proof(&self, say: Say) -> anyhow::Result<Ending> {
        let text = read(&self.what)?;
        let proof = Proof::parse(&text).context("the file is no proof")?;
        let note = Note::parse(&proof.note).context("the checkpoint in the proof cannot be read")?;
        let checkpoint = Checkpoint::parse(note.text()).context("the checkpoint in the proof cannot be read")?;
        let signed = checkpoint.origin == self.log() && chain::signed(&note, &self.key);
        let (witnesses, cosigned) = self.witnessed(&note);
        let wrong = match (signed, proof.holds(&checkpoint), cosigned) {
            (false, ..) => Some("the checkpoint is not signed by this key"),
            (_, false, _) => Some("the entry is not in the tree of the checkpoint"),
            (.., false) => Some("too few of the witnesses cosigned the checkpoint"),
            _ => None,
        };
        let caveat = (self.witness.is_empty() && !self.without_witness).then_some(REWRITTEN);
        let value = json!({
            "log": checkpoint.origin, "size": checkpoint.size, "index": proof.index, "leaf": proof.leaf,
            "witnesses": witnesses, "wrong": wrong, "caveat": caveat,
        });
        let said = match (wrong, caveat) {
            (Some(wrong), _) => format!("WRONG  {wrong}"),
            (None, Some(caveat)) => format!("Entry {} is in the log, but {caveat}.", proof.index),
            (None, None) => format!("Entry {} is in the log.", proof.index),
        };
        say.answer(&value, &format!("{}\n{said}\n{}", checkpoint.origin, proof.leaf));
        Ok(if wrong.is_none() && caveat.is_none() { Ending::Fine } else { Ending::Found })
    }

    /// How many witnesses must have cosigned.
    fn quorum(&self) -> usize {
        self.quorum.and_then(|quorum| usize::try_from(quorum).ok()).unwrap_or(self.witness.len())
    }

    /// Which witnesses cosigned a checkpoint, and whether they are enough.
    fn witnessed(&self, note: &Note) -> (Vec<Witnessed>, bool) {
        let of = |witness: &VerifierKey| {
            let at = note.signed_by(witness).and_then(|signed| signed.at).map(|at| at.to_string());
            Witnessed { name: witness.name().to_owned(), at }
        };
        let witnesses: Vec<Witnessed> = self.witness.iter().map(of).collect();
        let cosigned = witnesses.iter().filter(|witness| witness.at.is_some()).count();
        (witnesses, cosigned >= self.quorum())
    }

    fn export(&self) -> anyhow::Result<Outcome> {
        let (mut first, mut elsewhere) = (Verdict::default(), Vec::new());
        for folder in &self.beside {
            let one = self.of_beside(folder)?;
            let (outcome, said) = one.proved(Some(self.log()), &[])?;
            // Why payloads are gone there is for others to say.
            if outcome.verdict.failed.keys().all(|proof| *proof == 6) {
                elsewhere.extend(said);
            } else {
                let what =
                    format!("The export in {} is not proved itself: what it says is not taken.", folder.display());
                first.find(1, None, what);
            }
        }
        let keys = self.key.iter().filter(|key| key.name() == self.log()).cloned().collect();
        let main = Self { key: keys, ..self.clone() };
        let (mut outcome, _) = main.proved(None, &elsewhere)?;
        outcome.verdict = first.joined(outcome.verdict);
        Ok(outcome)
    }

    /// The same for an export beside: under the keys named for its log, or else under those of this one's.
    fn of_beside(&self, folder: &Path) -> anyhow::Result<Self> {
        let manifest: Manifest = serde_json::from_str(&read(&folder.join("manifest.json"))?)
            .with_context(|| format!("manifest.json in {} cannot be read", folder.display()))?;
        let log = &manifest.log;
        anyhow::ensure!(
            log == self.log() || is_earlier(self.log(), log),
            "the export in {} is of {log}, which is neither this log nor one of a later year",
            folder.display()
        );
        let mut key: Vec<VerifierKey> = self.key.iter().filter(|key| key.name() == log).cloned().collect();
        if key.is_empty() {
            let same = |key: &VerifierKey| VerifierKey::new(log, KeyKind::Log, *key.public());
            key = self.key.iter().filter(|key| key.name() == self.log()).filter_map(same).collect();
        }
        Ok(Self { what: folder.to_owned(), key, seen: Vec::new(), beside: Vec::new(), report: None, ..self.clone() })
    }

    /// What this export proves by itself and by what entries elsewhere say; with what its own say of a log.
    fn proved(&self, keeping: Option<&str>, elsewhere: &[Elsewhere]) -> anyhow::Result<(Outcome, Vec<Elsewhere>)> {
        let folder = &self.what;
        let text = read(&folder.join("manifest.json"))?;
        let manifest: Manifest = serde_json::from_str(&text).context("manifest.json cannot be read")?;
        anyhow::ensure!(
            [FORMAT, FORMAT_1].contains(&&*manifest.format),
            "the export is {:?}; these are read: {FORMAT:?}, {FORMAT_1:?}",
            manifest.format
        );
        anyhow::ensure!(
            manifest.log == self.log(),
            "the export is of {}, and the key is that of {}",
            manifest.log,
            self.log()
        );
        let mut first = Verdict::default();
        let note = read(&folder.join("checkpoint"))?;
        let note = Note::parse(&note).context("the checkpoint cannot be read")?;
        let checkpoint = Checkpoint::parse(note.text()).context("the checkpoint cannot be read")?;
        let seal = read(&folder.join("manifest.note"))?;
        let keys = self.chain(&note, &seal)?;
        if checkpoint.origin != manifest.log || !chain::signed(&note, &keys.now) {
            let what = "The checkpoint is not signed by the key of the log: nothing that follows is proved.";
            first.find(1, Some(manifest.from), format!("{what}{}", keys.strangers(&note)));
        }
        if !self.is_sealed(&text, &seal, &keys) {
            first.find(1, None, "The manifest is not as the house signed it.");
            if manifest.to < checkpoint.size {
                let what = "From here on the log is not in the export, and the manifest that says so is not signed.";
                first.find(3, Some(manifest.to), what);
            }
        }
        let (witnesses, enough) = self.witnessed(&note);
        if !enough {
            first.find(1, None, "Too few of the witnesses cosigned the checkpoint.");
        }
        let earlier = self.earlier(&keys, &mut first)?;
        let (digest, (entries, said)) =
            self.entries(manifest.clone(), (&checkpoint, &earlier), (keeping, elsewhere))?;
        self.digests(&manifest, &digest, &mut first)?;
        let verdict = first.joined(entries);
        let missing = (verdict.unexplained > 0).then(|| missing(&manifest, checkpoint.size));
        let outcome = Outcome {
            missing,
            log: manifest.log,
            from: manifest.from,
            to: manifest.to,
            size: checkpoint.size,
            root: checkpoint.root.to_string(),
            exported_at: When::from_millis(manifest.exported_ms).to_string(),
            key: self.key.first().map(ToString::to_string).unwrap_or_default(),
            announced: keys.announced(),
            caveat: (self.witness.is_empty() && !self.without_witness).then(|| REWRITTEN.to_owned()),
            without_witness: self.witness.is_empty(),
            witnesses,
            verdict,
        };
        Ok((outcome, said))
    }

    /// The keys whose signatures count: those named, and those that the log announces under one of them.
    fn chain(&self, note: &Note, seal: &str) -> anyhow::Result<Chain> {
        let mut notes = vec![note.clone()];
        for line in read(&self.what.join("checkpoints.jsonl"))?.lines() {
            notes.extend(serde_json::from_str::<String>(line).ok().and_then(|note| Note::parse(&note)));
        }
        let kept = self.seen.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
        let others = kept.iter().map(String::as_str).chain([seal]).filter_map(Note::parse);
        if notes.iter().cloned().chain(others).all(|note| chain::signed(&note, &self.key)) {
            return Ok(Chain::of(&self.key));
        }
        let file = fs::File::open(self.what.join(ENTRIES)).context("entries.jsonl cannot be read")?;
        Ok(Chain::read(&self.key, &notes, std::io::BufReader::new(file))?)
    }

    fn is_sealed(&self, manifest: &str, note: &str, keys: &Chain) -> bool {
        let wanted = sealed_text(self.log(), manifest);
        Note::parse(note).is_some_and(|note| note.text() == wanted && chain::signed(&note, &keys.now))
    }

    /// The earlier checkpoints that the key signed: those of the export, and those kept.
    fn earlier(&self, keys: &Chain, first: &mut Verdict) -> anyhow::Result<Vec<Before>> {
        let mut all = Vec::new();
        let signed = |text: &str| {
            let note = Note::parse(text)?;
            let checkpoint = Checkpoint::parse(note.text())?;
            (checkpoint.origin == self.log() && chain::signed(&note, &keys.ever)).then_some(checkpoint)
        };
        for line in read(&self.what.join("checkpoints.jsonl"))?.lines() {
            match serde_json::from_str::<String>(line).ok().and_then(|note| signed(&note)) {
                Some(checkpoint) => all.push(Before { checkpoint, kept: false }),
                None => first.find(1, None, "One of the earlier checkpoints is not signed by the key of the log."),
            }
        }
        for file in &self.seen {
            let checkpoint = signed(&read(file)?)
                .with_context(|| format!("{} is no checkpoint signed by this key", file.display()))?;
            all.push(Before { checkpoint, kept: true });
        }
        Ok(all)
    }

    /// Whether the files are those of the manifest. The largest was read already, and `entries` is its digest.
    fn digests(&self, manifest: &Manifest, entries: &str, first: &mut Verdict) -> anyhow::Result<()> {
        for name in ["checkpoint", "checkpoints.jsonl", ENTRIES] {
            if !manifest.files.contains_key(name) {
                first.find(1, None, format!("The manifest does not name the file {name}."));
            }
        }
        for (name, named) in &manifest.files {
            // A manifest that nobody signed must not lead out of the folder.
            let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.') && !name.starts_with('.');
            let fits = match &**name {
                ENTRIES => entries == named,
                _ => plain && digest(&self.what.join(name))?.as_ref() == Some(named),
            };
            if !fits {
                first.find(1, None, format!("The file {name} is not the one that the manifest names."));
            }
        }
        Ok(())
    }

    /// The digest of the entries' file, and what they prove; with what they say of the log that is kept.
    fn entries(
        &self,
        manifest: Manifest,
        (checkpoint, earlier): (&Checkpoint, &[Before]),
        (keeping, elsewhere): (Option<&str>, &[Elsewhere]),
    ) -> anyhow::Result<(String, (Verdict, Vec<Elsewhere>))> {
        let source = |place: Place, width: usize| {
            let path = if width == WIDTH { place.path() } else { format!("{}.p/{width}", place.path()) };
            fs::read(self.what.join(path)).ok()
        };
        let log = manifest.log.clone();
        let mut verifier = Verifier::new(manifest, checkpoint, earlier, &source).keeping(keeping);
        verifier.elsewhere(elsewhere);
        let file = fs::File::open(self.what.join(ENTRIES)).context("entries.jsonl cannot be read")?;
        let digest = super::lines::read(file, &log, |batch| verifier.take(batch))?;
        Ok((digest, verifier.finish_with()))
    }
}

/// Where to look for what says why payloads are gone.
fn missing(manifest: &Manifest, size: u64) -> String {
    let rest = (manifest.to < size).then(|| format!("{} from entry {} on, and ", manifest.log, manifest.to));
    let of_the_log = rest.unwrap_or_default();
    format!(
        "{of_the_log}the logs of later years: what says why may stand there (export them, and name them with --beside)"
    )
}

/// SHA-256 of a file, in hex; none if it is not there.
fn digest(path: &Path) -> anyhow::Result<Option<String>> {
    let mut file = match fs::File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened.with_context(|| format!("{} cannot be read", path.display()))?,
    };
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(Some(crate::crypto::hex(context.finish().as_ref())));
        }
        context.update(buffer.get(..read).unwrap_or_default());
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

impl Outcome {
    /// Whether all is proved that was asked for.
    pub(super) fn fine(&self) -> bool {
        self.verdict.findings.is_empty() && self.verdict.not_compared.is_empty() && self.caveat.is_none()
    }
}

fn in_words(outcome: &Outcome) -> String {
    let verdict = &outcome.verdict;
    let mut lines = vec![
        format!("{}, {} entries from {} on, of {}", outcome.log, outcome.to - outcome.from, outcome.from, outcome.size),
        format!(
            "{} read; {} payloads checked, {} not in the export, {} destroyed as entries say",
            verdict.entries, verdict.payloads, verdict.withheld, verdict.destroyed
        ),
    ];
    for key in &outcome.announced {
        lines.push(format!("The log announces another key, under the one named: {key}"));
    }
    for witness in &outcome.witnesses {
        lines.push(match &witness.at {
            Some(at) => format!("{} cosigned at {at}", witness.name),
            None => format!("{} did not cosign", witness.name),
        });
    }
    for finding in &verdict.findings {
        let place = match (finding.index, finding.last) {
            (Some(index), Some(last)) if last > index => format!("entries {index} to {last}: "),
            (Some(index), _) => format!("entry {index}: "),
            (None, _) => String::new(),
        };
        lines.push(format!("WRONG  ({}) {place}{}", finding.proof, finding.what));
    }
    if verdict.more > 0 {
        lines.push(format!("WRONG  and {} more", verdict.more));
    }
    lines.extend(outcome.missing.as_ref().map(|missing| format!("Not looked at: {missing}")));
    for size in &verdict.not_compared {
        lines.push(format!(
            "The checkpoint over {size} entries cannot be compared: this export has not the hashes for it."
        ));
    }
    match (verdict.first_bad_index, &outcome.caveat) {
        (Some(index), _) => lines.push(format!("First bad index: {index}")),
        (None, Some(caveat)) => {
            lines.push(format!("Nothing was found to be wrong, but {caveat}: no witness was named."));
        }
        (None, None) if verdict.findings.is_empty() => lines.push("Nothing was found to be wrong.".to_owned()),
        (None, None) => {}
    }
    lines.join("\n")
}
