//! Witnesses: others who keep, on machines of their own, what a log was when they saw it (C2SP tlog-witness).
//!
//! ```text
//! our head ──what grew since it signed last──> witness ──cosignature──> kept, and served with the checkpoint
//!                                                   └──409: it has seen more than we have──> we are behind: an alarm
//! ```

use super::Failure;
use super::log::{self as logs, Head};
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
/// # Errors
/// [`logs::LogFault`] if one is not as it was signed.
pub async fn heads(app: &App) -> Result<Vec<(LogRow, Head)>, Failure> {
    let Some(key) = logs::public_key(&app.db).await? else { return Ok(Vec::new()) };
    let mut read = app.db.read().await?;
    let mut heads = Vec::new();
    for log in log::all(&mut read).await?.into_iter().take(2) {
        let head = logs::head(&mut read, &log, &key).await?;
        heads.push((log, head));
    }
    Ok(heads)
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
    let size = head.checkpoint.size;
    // Asked as if it had seen exactly this, it says what it has seen.
    Ok(match ask(app, witness, log, head, size).await? {
        Said::Conflict(seen) if seen >= size => Answer::Behind { seen, ours: size },
        Said::Conflict(seen) => Answer::Known(seen),
        Said::Cosigned(_) => Answer::Known(size),
        Said::Inconsistent => Answer::Inconsistent,
        Said::Away(why) => Answer::Away(why),
    })
}

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
            match lines.filter(|lines| cosigned(&head.note, lines, &witness.key)) {
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

fn cosigned(note: &Note, lines: &[Signature], key: &VerifierKey) -> bool {
    let mut note = note.clone();
    for line in lines {
        note.add(line.clone());
    }
    note.signed_by(key).is_some()
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
    let read = |text: &str| {
        let note = Note::parse(text)?;
        Some((Checkpoint::parse(note.text())?, note))
    };
    let Some(newest) = log::checkpoint(r, log).await? else { return Ok(None) };
    let rows = log::witnessed(r, log).await?;
    // While nothing happens nobody is asked again: what covers everything stays.
    let lately = rows.iter().filter(|row| row.size == newest.size || now.since(row.seen_at) < SHOWN_FOR);
    let notes: Vec<(Checkpoint, Note)> = lately.filter_map(|row| read(&row.note)).collect();
    let Some((checkpoint, mut note)) = notes.iter().max_by_key(|(checkpoint, _)| checkpoint.size).cloned() else {
        return Ok(read(&newest.note));
    };
    for (_, other) in notes.iter().filter(|(other, _)| *other == checkpoint) {
        for line in other.signatures() {
            note.add(line.clone());
        }
    }
    Ok(Some((checkpoint, note)))
}
