//! The log before and after a run, with what witnesses cosigned of it: whoever knows the keys of the log and of the witnesses needs
//! nothing else to hold the one against the other.

use super::Shown;
use crate::crypto::note::{Note, Signature};
use crate::domain::audit::checkpoint::Checkpoint;
use crate::domain::audit::tree::between;
use crate::service::Failure;
use crate::service::log::head;
use crate::service::witness::newest_cosigned;
use crate::store::retention::RunRow;
use crate::store::{Error, Read, log};
use std::collections::BTreeSet;

fn read(text: &str) -> Option<(Checkpoint, Note)> {
    let note = Note::parse(text)?;
    Some((Checkpoint::parse(note.text())?, note))
}

/// The proof that a log of `new` entries begins with its first `old` ones; empty where its tiles are gone, or there is nothing to prove.
async fn proof(r: &mut Read, log: &str, (old, new): (u64, u64)) -> Result<Vec<String>, Error> {
    if old == new {
        return Ok(Vec::new());
    }
    let tiles = log::tiles(r, log, between(old, new)).await?;
    Ok(tiles.consistency(old, new).unwrap_or_default().iter().map(ToString::to_string).collect())
}

/// A log as it is signed, with what witnesses cosigned of it by then.
async fn shown(r: &mut Read, log: &str, note: &str, cosigned: Option<(Checkpoint, Note)>) -> Result<Shown, Error> {
    let mut shown = Shown {
        log: log.to_owned(),
        checkpoint: note.to_owned(),
        cosigned: None,
        witnesses: Vec::new(),
        proof: Vec::new(),
    };
    let Some((seen, cosigned)) = cosigned else { return Ok(shown) };
    let others = cosigned.signatures().iter().map(Signature::name).filter(|name| *name != log);
    // One that signs by two keys is one.
    shown.witnesses = others.map(ToOwned::to_owned).collect::<BTreeSet<_>>().into_iter().collect();
    shown.cosigned = Some(cosigned.to_string());
    if let Some((checkpoint, _)) = self::read(note) {
        shown.proof = proof(r, log, (seen.size, checkpoint.size)).await?;
    }
    Ok(shown)
}

/// The log as it was when the run was planned; none where it had no checkpoint then.
pub(super) async fn before(r: &mut Read, run: &RunRow) -> Result<Option<Shown>, Error> {
    let (Some(log), Some(note)) = (&run.log, &run.log_note) else { return Ok(None) };
    let cosigned = run.log_cosigned.as_deref().and_then(read);
    Ok(Some(shown(r, log, note, cosigned).await?))
}

/// The log that is open at the end; none where there is none.
pub(super) async fn after(r: &mut Read, keys: &[[u8; 32]]) -> Result<Option<Shown>, Failure> {
    let Some(log) = log::open(r).await? else { return Ok(None) };
    let note = head(r, &log, keys).await?.note.to_string();
    let cosigned = newest_cosigned(r, &log.name).await?;
    Ok(Some(shown(r, &log.name, &note, cosigned).await?))
}

/// The proof that the log at the end begins with the log when the run was planned, if both are one.
pub(super) async fn grown(r: &mut Read, before: Option<&Shown>, after: Option<&Shown>) -> Result<Vec<String>, Error> {
    let (Some(before), Some(after)) = (before, after) else { return Ok(Vec::new()) };
    match (read(&before.checkpoint), read(&after.checkpoint)) {
        (Some((old, _)), Some((new, _))) if before.log == after.log => proof(r, &after.log, (old.size, new.size)).await,
        _ => Ok(Vec::new()),
    }
}
