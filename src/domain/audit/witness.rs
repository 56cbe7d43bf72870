//! A witness' part (C2SP tlog-witness): of each log it knows the last checkpoint it signed, and signs another only if that
//! is the same log, grown.

use super::checkpoint::Checkpoint;
use super::tree::{Hash, consistent};
use std::fmt;

/// The most hashes of a consistency proof: one for each level of the largest tree.
const LONGEST: usize = 63;

/// What a log asks a witness: POST `add-checkpoint`.
#[derive(Debug, Clone, PartialEq)]
pub struct AddCheckpoint {
    /// The size of the checkpoint that the witness signed last, as the log believes; 0 if none.
    pub old: u64,
    /// The proof that the new tree begins with that one.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, a note.
    pub note: String,
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

impl AddCheckpoint {
    /// Reads a request's body.
    #[must_use]
    pub fn parse(body: &str) -> Option<Self> {
        let (head, note) = body.split_once("\n\n")?;
        let mut lines = head.split('\n');
        let size = lines.next()?.strip_prefix("old ")?;
        let old: u64 = size.parse().ok().filter(|old: &u64| old.to_string() == size)?;
        let proof: Vec<Hash> = lines.map(|line| Hash::parse_hash(line).ok()).collect::<Option<_>>()?;
        (proof.len() <= LONGEST).then(|| Self { old, proof, note: note.to_owned() })
    }
}

/// Why a witness does not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 400: the checkpoint is smaller than what the log itself calls the old one.
    Backwards,
    /// 409: the last one signed has another size, this one, or the same size and another root.
    Conflict(u64),
    /// 422: the new tree does not begin with the old one.
    Inconsistent,
}

/// Whether a witness signs `new`, having signed `last`.
///
/// # Errors
/// [`Refusal`] says which status is the answer.
pub fn judge(last: Option<&Checkpoint>, asked: &AddCheckpoint, new: &Checkpoint) -> Result<(), Refusal> {
    if asked.old > new.size {
        return Err(Refusal::Backwards);
    }
    let known = last.map_or(0, |last| last.size);
    if asked.old != known {
        return Err(Refusal::Conflict(known));
    }
    let Some(last) = last.filter(|last| last.size > 0) else {
        return if asked.proof.is_empty() { Ok(()) } else { Err(Refusal::Inconsistent) };
    };
    if last.size == new.size && last.root != new.root {
        return Err(Refusal::Conflict(known));
    }
    if consistent(&asked.proof, (last.size, last.root), (new.size, new.root)) {
        Ok(())
    } else {
        Err(Refusal::Inconsistent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::tree::{Tiles, leaf_hash};
    use std::collections::BTreeSet;

    fn tiles(word: &str) -> Tiles {
        let mut tiles = Tiles::default();
        for size in 0..10 {
            tiles.append(size, leaf_hash(&format!("{word}{size}")), &mut BTreeSet::new()).unwrap();
        }
        tiles
    }

    fn at(tiles: &Tiles, size: u64) -> Checkpoint {
        Checkpoint { origin: "log".into(), size, root: tiles.root(size).unwrap() }
    }

    fn ask(tiles: &Tiles, old: u64, new: u64) -> AddCheckpoint {
        AddCheckpoint {
            old,
            proof: tiles.consistency(old, new).unwrap(),
            note: "note\n\n\u{2014} log AAAAAAA=\n".into(),
        }
    }

    #[test]
    fn a_request_is_read_as_it_was_written() {
        for asked in [ask(&tiles("a"), 3, 10), ask(&tiles("a"), 0, 10)] {
            assert_eq!(AddCheckpoint::parse(&asked.to_string()), Some(asked));
        }
        let text = ask(&tiles("a"), 3, 10).to_string();
        for (from, to) in [("old 3", "old 03"), ("old 3", "3"), ("\n\n", "\n"), ("=\n", "\n")] {
            let text = text.replace(from, to);
            assert_eq!(AddCheckpoint::parse(&text), None, "{text}");
        }
        let long = AddCheckpoint { proof: vec![leaf_hash(""); 64], ..ask(&tiles("a"), 3, 10) };
        assert_eq!(AddCheckpoint::parse(&long.to_string()), None);
    }

    #[test]
    fn the_same_log_grown_is_signed_and_no_other() {
        let (log, other) = (tiles("a"), tiles("b"));
        let last = at(&log, 4);
        assert_eq!(judge(None, &ask(&log, 0, 4), &last), Ok(()));
        assert_eq!(judge(Some(&last), &ask(&log, 4, 10), &at(&log, 10)), Ok(()));
        assert_eq!(judge(Some(&last), &ask(&log, 4, 4), &last), Ok(()), "the same again");
        assert_eq!(judge(Some(&last), &ask(&other, 4, 10), &at(&other, 10)), Err(Refusal::Inconsistent));
        assert_eq!(judge(Some(&last), &ask(&log, 4, 9), &at(&log, 10)), Err(Refusal::Inconsistent));
        assert_eq!(judge(Some(&last), &ask(&other, 4, 4), &at(&other, 4)), Err(Refusal::Conflict(4)));
        assert_eq!(judge(Some(&last), &ask(&log, 0, 10), &at(&log, 10)), Err(Refusal::Conflict(4)));
        assert_eq!(judge(Some(&last), &ask(&log, 5, 10), &at(&log, 10)), Err(Refusal::Conflict(4)));
        assert_eq!(judge(Some(&last), &ask(&log, 3, 3), &at(&log, 3)), Err(Refusal::Conflict(4)), "taken back");
        let backwards = AddCheckpoint { old: 4, ..ask(&log, 3, 3) };
        assert_eq!(judge(Some(&last), &backwards, &at(&log, 3)), Err(Refusal::Backwards));
        let padded = AddCheckpoint { proof: vec![leaf_hash("")], ..ask(&log, 0, 4) };
        assert_eq!(judge(None, &padded, &last), Err(Refusal::Inconsistent));
        assert_eq!(judge(Some(&at(&log, 0)), &ask(&log, 0, 4), &last), Ok(()), "an empty log holds nobody to anything");
    }
}
