//! Witnesses: others who keep, on machines of their own, what a log was when they saw it (C2SP tlog-witness).
//!
//! ```text
//! our head ──what grew since it signed last──> witness ──cosignature──> kept, and served with the checkpoint
//!                                                   └──409: it has seen more than we have──> we are behind: an alarm
//! ```

use super::Failure;
use super::log::{self as logs, Head, LogFault};
use crate::app::App;
use crate::crypto::note::{Note, Signature, VerifierKey};
use crate::domain::audit::checkpoint::Checkpoint;
use crate::domain::audit::tree::between;
use crate::domain::audit::witness::AddCheckpoint;
use crate::domain::time::When;
use crate::store::log::{self, LogRow, WitnessRow};
use crate::store::{Error, Housekeeping, Read};
use http::StatusCode;
use std::time::Duration;

pub use crate::config::Witness;

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It cosigned a checkpoint of this size.
    Cosigned(u64),
    /// It has it already.
    Known(u64),
    /// It has seen a log of this name that ours is not: a larger one, or another of the same size.
    Behind {
        /// Its size there.
        seen: u64,
        /// Ours.
        ours: u64,
    },
    /// It says that our log does not begin with the one it saw.
    Inconsistent,
    /// It did not answer, or not as the protocol says.
    Away(String),
}

/// The heads that witnesses are shown: of the log that grows, and of the one before it, whose end they should see.
///
/// One that is not as it was signed keeps none of the others back.
///
/// # Errors
/// [`Failure`] for faults of the store.
pub async fn heads(app: &App) -> Result<Vec<(LogRow, Result<Head, LogFault>)>, Failure> {
    let mut read = app.db.read().await?;
    let keys = logs::public_keys(&mut read).await?;
    let mut heads = Vec::new();
    for log in log::all(&mut read).await?.into_iter().filter(|log| log.destroyed_at.is_none()).take(2) {
        let head = match logs::head(&mut read, &log, &keys).await {
            Ok(head) => Ok(head),
            Err(Failure::Log(fault)) => Err(fault),
            Err(error) => return Err(error),
        };
        heads.push((log, head));
    }
    Ok(heads)
}

/// The log of this name as it is now.
async fn again(app: &App, name: &str) -> Result<(LogRow, Head), Failure> {
    let unsigned = || LogFault::Unsigned(name.to_owned());
    let mut read = app.db.read().await?;
    let keys = logs::public_keys(&mut read).await?;
    let log = log::all(&mut read).await?.into_iter().find(|log| log.name == name).ok_or_else(unsigned)?;
    let head = logs::head(&mut read, &log, &keys).await?;
    Ok((log, head))
}

/// Shows the head of a log to a witness, and keeps its cosignature.
///
/// # Errors
/// [`Failure`] for faults of ours; what the witness says is an [`Answer`].
pub async fn submit(app: &App, witness: &Witness, (log, head): (&LogRow, &Head), now: When) -> Result<Answer, Failure> {
    let (kept, ours) = (log::witnessed(&mut app.db.peek(), &log.name).await?, head.checkpoint.size);
    let last = kept.iter().find(|row| row.witness == witness.key.name()).map(|row| row.size);
    let last = last.and_then(|last| u64::try_from(last).ok());
    if last == Some(ours) {
        return Ok(Answer::Known(ours));
    }
    let last = last.unwrap_or(0).min(ours);
    let mut said = ask(app, witness, log, head, last).await?;
    // It knows better what it signed last: asked once more, from there.
    if let Said::Conflict(size) = said
        && size <= ours
        && size != last
    {
        said = ask(app, witness, log, head, size).await?;
    }
    keep(app, witness, log, head, said, now).await
}

/// What a witness has seen of a log that we have not, asked before anything is served: then it is not the log it was.
///
/// # Errors
/// [`Failure`] for faults of ours.
pub async fn compare(app: &App, witness: &Witness, (log, head): (&LogRow, &Head)) -> Result<Answer, Failure> {
    let (mut log, mut head) = (log.clone(), head.clone());
    for _ in 0..COMPARED {
        let ours = head.checkpoint.size;
        // Asked as if it had seen exactly this, it says what it has seen.
        let mut said = ask(app, witness, &log, &head, ours).await?;
        let seen = if let Said::Conflict(seen) = said { Some(seen) } else { None };
        if let Some(seen) = seen.filter(|seen| *seen < ours) {
            // That it saw less says nothing: a store that was taken back and went on is as large, and another.
            said = ask(app, witness, &log, &head, seen).await?;
        }
        match said {
            Said::Conflict(_) => {}
            Said::Cosigned(_) => return Ok(Answer::Known(seen.unwrap_or(ours))),
            Said::Inconsistent => return Ok(Answer::Inconsistent),
            Said::Away(why) => return Ok(Answer::Away(why)),
        }
        // Another node may have sealed, and shown, more since this head was read.
        (log, head) = again(app, &log.name).await?;
        let (seen, now) = (seen.unwrap_or(ours), head.checkpoint.size);
        if seen > now || (seen == ours && now == ours) {
            return Ok(Answer::Behind { seen, ours: now });
        }
    }
    Ok(Answer::Away("it is shown other heads faster than they can be compared".to_owned()))
}

/// So often a head that others show meanwhile is read again.
const COMPARED: usize = 5;

enum Said {
    Cosigned(Vec<Signature>),
    Conflict(u64),
    Inconsistent,
    Away(String),
}

async fn ask(app: &App, witness: &Witness, log: &LogRow, head: &Head, old: u64) -> Result<Said, Failure> {
    let size = head.checkpoint.size;
    let tiles = log::tiles(&mut app.db.read().await?, &log.name, between(old, size)).await?;
    let proof = tiles.consistency(old, size).ok_or_else(|| logs::LogFault::NotAsSigned(log.name.clone()))?;
    let proof = if old == size { Vec::new() } else { proof };
    let body = AddCheckpoint { old, proof, note: head.note.to_string() }.to_string();
    let url = format!("{}/add-checkpoint", witness.url.trim_end_matches('/'));
    Ok(match app.outbound.post_text(&url, body).await {
        Ok((StatusCode::OK, text)) => {
            let lines: Option<Vec<Signature>> = text.lines().map(Signature::parse).collect();
            // Its own alone are kept: what else it sends is anybody's, and of any length.
            match lines.map(|lines| cosigned(&head.note, lines, &witness.key)).filter(|lines| !lines.is_empty()) {
                Some(lines) => Said::Cosigned(lines),
                None => Said::Away("its signature does not verify with the key that the settings name".to_owned()),
            }
        }
        Ok((StatusCode::CONFLICT, text)) => match text.trim_end().parse() {
            Ok(size) => Said::Conflict(size),
            Err(_) => Said::Away("it answers 409 without a size".to_owned()),
        },
        Ok((StatusCode::UNPROCESSABLE_ENTITY, _)) => Said::Inconsistent,
        Ok((status, _)) => Said::Away(format!("it answers {status}")),
        Err(error) => Said::Away(error.to_string()),
    })
}

/// Those lines that are signatures of this key under the note.
fn cosigned(note: &Note, lines: Vec<Signature>, key: &VerifierKey) -> Vec<Signature> {
    let Some(mut bare) = Note::new(note.text().to_owned()) else { return Vec::new() };
    for line in lines {
        bare.add(line);
    }
    bare.lines_of(key).into_iter().cloned().collect()
}

async fn keep(
    app: &App,
    witness: &Witness,
    log: &LogRow,
    head: &Head,
    said: Said,
    now: When,
) -> Result<Answer, Failure> {
    let ours = head.checkpoint.size;
    let lines = match said {
        Said::Cosigned(lines) => lines,
        Said::Conflict(seen) => return Ok(Answer::Behind { seen, ours }),
        Said::Inconsistent => return Ok(Answer::Inconsistent),
        Said::Away(why) => return Ok(Answer::Away(why)),
    };
    let mut note = head.note.clone();
    for line in lines {
        note.add(line);
    }
    let row = WitnessRow {
        witness: witness.key.name().to_owned(),
        size: i64::try_from(ours).unwrap_or(i64::MAX),
        note: note.to_string(),
        seen_at: now,
    };
    app.db
        .write(async |mut w| {
            log::put_witnessed(&mut w, &log.name, &row).await?;
            w.commit_quietly(Housekeeping::Seal, ()).await
        })
        .await?;
    Ok(Answer::Cosigned(ours))
}

/// How long a cosigned checkpoint is shown in place of a newer one that nobody cosigned: longer, and a witness that is gone
/// would hold the log back.
const SHOWN_FOR: Duration = Duration::from_hours(1);

/// The checkpoint to show of a log: the newest that witnesses cosigned, with all of their signatures, if they did lately;
/// else the newest.
///
/// # Errors
/// What the store says.
pub async fn published(r: &mut Read, log: &str, now: When) -> Result<Option<(Checkpoint, Note)>, Error> {
    let Some(newest) = log::checkpoint(r, log).await? else { return Ok(None) };
    let rows = log::witnessed(r, log).await?;
    // While nothing happens nobody is asked again: what covers everything stays.
    let lately = rows.iter().filter(|row| row.size == newest.size || now.since(row.seen_at) < SHOWN_FOR);
    Ok(largest(lately).or_else(|| read(&newest.note)))
}

/// The newest checkpoint that witnesses cosigned, however long ago, with all of their signatures.
///
/// # Errors
/// What the store says.
pub async fn newest_cosigned(r: &mut Read, log: &str) -> Result<Option<(Checkpoint, Note)>, Error> {
    Ok(largest(log::witnessed(r, log).await?.iter()))
}

/// The newest checkpoint, cosigned or not.
///
/// # Errors
/// What the store says.
pub async fn newest(r: &mut Read, log: &str) -> Result<Option<(Checkpoint, Note)>, Error> {
    Ok(log::checkpoint(r, log).await?.and_then(|row| read(&row.note)))
}

fn read(text: &str) -> Option<(Checkpoint, Note)> {
    let note = Note::parse(text)?;
    Some((Checkpoint::parse(note.text())?, note))
}

fn largest<'r>(rows: impl Iterator<Item = &'r WitnessRow>) -> Option<(Checkpoint, Note)> {
    let notes: Vec<(Checkpoint, Note)> = rows.filter_map(|row| read(&row.note)).collect();
    let (checkpoint, mut note) = notes.iter().max_by_key(|(checkpoint, _)| checkpoint.size).cloned()?;
    for (_, other) in notes.iter().filter(|(other, _)| *other == checkpoint) {
        for line in other.signatures() {
            note.add(line.clone());
        }
    }
    Some((checkpoint, note))
}

#[cfg(test)]
mod tests {
    use super::cosigned;
    use crate::crypto::note::{KeyKind, Note, NoteKey};
    use crate::domain::time::When;

    #[test]
    fn of_an_answer_the_lines_of_the_witness_alone_are_kept() {
        let (key, other) = (NoteKey::generate().unwrap(), NoteKey::generate().unwrap());
        let (text, now) = ("town.example/log/2026\n1\nroot\n", When::from_seconds(1_800_000_000));
        let line = key.cosign("witness.example", text, now).unwrap();
        let more = other.cosign("other.example", text, now).unwrap();
        let false_one = key.cosign("witness.example", "another\n", now).unwrap();
        let named = key.verifier("witness.example", KeyKind::Witness).unwrap();
        let note = Note::new(text.to_owned()).unwrap();
        assert_eq!(cosigned(&note, vec![more.clone(), line.clone(), line.clone(), false_one.clone()], &named), [line]);
        assert_eq!(cosigned(&note, vec![more, false_one], &named), []);
    }
}
