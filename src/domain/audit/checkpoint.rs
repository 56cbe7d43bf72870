//! What a log was at one time, in three lines (C2SP tlog-checkpoint): its name, how many entries, the root over them.

use super::tree::{Hash, MOST};
use std::fmt;

/// A checkpoint; signed, it is the text of a note.
#[derive(Debug, Clone, PartialEq)]
pub struct Checkpoint {
    /// The log's name: its address without the scheme.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root)
    }
}

impl Checkpoint {
    /// Reads the text of a note. Further lines, which others may add, are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let count: u64 = size.parse().ok().filter(|count| *count <= MOST)?;
        let hash = Hash::parse_hash(root).ok()?;
        let well = !origin.is_empty()
            && count.to_string() == size
            && hash.to_string() == root
            && lines.all(|line| !line.is_empty());
        well.then(|| Self { origin: origin.to_owned(), size: count, root: hash })
    }
}

#[cfg(test)]
mod tests {
    use super::{Checkpoint, MOST};

    const TEXT: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let read = Checkpoint::parse(TEXT).unwrap();
        assert_eq!((read.origin.as_str(), read.size), ("example.com/behind-the-sofa", 20_852_163));
        assert_eq!(read.to_string(), TEXT);
        assert_eq!(Checkpoint::parse(&format!("{TEXT}an extension\n")), Some(read));
    }

    #[test]
    fn there_is_one_way_to_write_it() {
        for (from, to) in [
            ("20852163", "020852163"),
            ("20852163", "+20852163"),
            ("20852163", "-1"),
            ("20852163\n", ""),
            ("q2I=", "q2I"),
            ("q2I=", "q2J="),
            ("q2I=", "AAAA"),
            ("example.com/behind-the-sofa", ""),
            ("q2I=\n", "q2I="),
            ("q2I=\n", "q2I=\n\n"),
            ("20852163", &(MOST + 1).to_string()),
        ] {
            assert!(TEXT.contains(from));
            assert_eq!(Checkpoint::parse(&TEXT.replace(from, to)), None, "{from} {to}");
        }
    }
}
