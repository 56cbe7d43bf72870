//! A proof that one entry is in a log, as a text that stands by itself (C2SP tlog-proof). The leaf goes with it as extra
//! data.

use super::checkpoint::Checkpoint;
use super::tree::{Hash, included, leaf_hash};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

const FIRST: &str = "c2sp.org/tlog-proof@v1";

/// The proof.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// The entry's place.
    pub index: u64,
    /// The leaf, byte for byte.
    pub leaf: String,
    /// The hashes on the way up (RFC 9162 §2.1.3).
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, a note.
    pub note: String,
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}\nextra {}\nindex {}", STANDARD.encode(&self.leaf), self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

impl Proof {
    /// Reads one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST) {
            return None;
        }
        let leaf = STANDARD.decode(lines.next()?.strip_prefix("extra ")?).ok()?;
        let index = lines.next()?.strip_prefix("index ")?.parse().ok()?;
        let hashes = lines.map(|line| Hash::parse_hash(line).ok()).collect::<Option<_>>()?;
        Some(Self { index, leaf: String::from_utf8(leaf).ok()?, hashes, note: note.to_owned() })
    }

    /// Whether it holds for a tree: that of the note, once its signature is verified.
    #[must_use]
    pub fn holds(&self, checkpoint: &Checkpoint) -> bool {
        included(&self.hashes, (checkpoint.size, checkpoint.root), self.index, leaf_hash(&self.leaf))
    }
}

#[cfg(test)]
mod tests {
    use super::Proof;
    use crate::domain::audit::checkpoint::Checkpoint;
    use crate::domain::audit::tree::{Tiles, leaf_hash};
    use std::collections::BTreeSet;

    #[test]
    fn a_proof_is_read_as_it_was_written_and_holds_for_its_entry_alone() {
        let mut tiles = Tiles::default();
        for size in 0..7 {
            tiles.append(size, leaf_hash(&size.to_string()), &mut BTreeSet::new()).unwrap();
        }
        let head = Checkpoint { origin: "town.example/log/2026".into(), size: 7, root: tiles.root(7).unwrap() };
        let note = format!("{head}\n\u{2014} town.example/log/2026 AAAA\n");
        let proof = Proof { index: 4, leaf: "4".into(), hashes: tiles.inclusion(7, 4).unwrap(), note };
        let read = Proof::parse(&proof.to_string()).unwrap();
        assert_eq!(read, proof);
        assert!(read.holds(&head));
        assert!(!Proof { leaf: "5".into(), ..proof.clone() }.holds(&head));
        assert!(!Proof { index: 5, ..proof.clone() }.holds(&head));
        for (from, to) in
            [("@v1", "@v2"), ("extra ", ""), ("index 4", "index four"), ("\n\n", "\n"), ("extra NA", "extra N")]
        {
            assert_eq!(Proof::parse(&proof.to_string().replacen(from, to, 1)), None, "{from:?}");
        }
    }
}
