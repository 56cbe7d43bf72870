//! A file of lines read once, from its beginning to its end: its digest is taken on the way, and several threads find out what
//! the lines say. Never more of it is in memory than a few pieces for each of them.
//!
//! ```text
//! file ──pieces of whole lines, in turn──> thread 1, 2, 3 … ──what they say, in the same turn──> the verifier
//!   └──> SHA-256
//! ```

use crate::crypto::hex;
use crate::domain::audit::verify::Batch;
use anyhow::Context as _;
use aws_lc_rs::digest::{Context, SHA256};
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::sync::mpsc::sync_channel;
use std::thread;

/// How much is read at once; a piece is larger by what is left of a line.
const PIECE: u64 = 256 * 1024;

/// Takes what the lines of the export of a log say, in their order; gives the SHA-256 of the file, in hex.
pub(super) fn read(file: impl Read + Send, log: &str, mut take: impl FnMut(&Batch)) -> anyhow::Result<String> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    thread::scope(|scope| {
        let (mut to, mut from) = (Vec::new(), Vec::new());
        for _ in 0..threads {
            let (give, pieces) = sync_channel::<Vec<u8>>(1);
            let (said, batches) = sync_channel(1);
            scope.spawn(move || {
                for piece in pieces {
                    if said.send(Batch::read(&piece, log)).is_err() {
                        return;
                    }
                }
            });
            to.push(give);
            from.push(batches);
        }
        let reader = scope.spawn(move || {
            let (mut digest, mut turns) = (Context::new(&SHA256), to.iter().cycle());
            pieces(file, |piece| {
                digest.update(&piece);
                // One whose thread is gone is missed below.
                let _ = turns.next().map(|to| to.send(piece));
            })?;
            io::Result::Ok(hex(digest.finish().as_ref()))
        });
        // The threads end with the pieces, each in its turn: the first turn that brings nothing is behind the last piece.
        for batch in from.iter().cycle().map_while(|batches| batches.recv().ok()) {
            take(&batch);
        }
        let digest = reader.join().ok().context("reading entries.jsonl was broken off")?;
        digest.context("entries.jsonl cannot be read")
    })
}

/// Pieces of whole lines; the last line may lack its end.
fn pieces(mut file: impl Read, mut give: impl FnMut(Vec<u8>)) -> io::Result<()> {
    let mut piece = Vec::new();
    loop {
        let before = piece.len();
        if file.by_ref().take(PIECE).read_to_end(&mut piece)? == 0 {
            if !piece.is_empty() {
                give(piece);
            }
            return Ok(());
        }
        let end = piece.iter().skip(before).rposition(|byte| *byte == b'\n');
        if let Some(end) = end {
            let rest = piece.split_off(before + end + 1);
            give(std::mem::replace(&mut piece, rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PIECE, pieces, read};
    use crate::crypto::{hex, sha256};
    use crate::domain::audit::verify::Batch;
    use std::io::Read;

    /// Gives a byte or some at a time, and then fails, if asked to.
    struct Slow<'s>(&'s [u8], Option<std::io::ErrorKind>);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = buffer.len().min(self.0.len()).min(70_000);
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            match self.1 {
                Some(kind) if count == 0 => Err(kind.into()),
                _ => Ok(count),
            }
        }
    }

    fn text(lines: usize) -> Vec<u8> {
        (0..lines).flat_map(|nth| format!("{nth}{}\n", "x".repeat(nth * 37 % 400)).into_bytes()).collect()
    }

    #[test]
    fn pieces_are_whole_lines_and_nothing_is_lost() {
        let long = [b"a\n".to_vec(), vec![b'y'; 3 * usize::try_from(PIECE).unwrap()], b"\nb\n".to_vec()].concat();
        let unended = [text(5_000), b"the last".to_vec()].concat();
        for text in [Vec::new(), b"\n".to_vec(), text(1), text(9_000), long, unended] {
            let mut all = Vec::new();
            pieces(Slow(&text, None), |piece| {
                assert!(!piece.is_empty() && (piece.ends_with(b"\n") || piece.ends_with(b"the last")));
                all.extend(piece);
            })
            .unwrap();
            assert!(all == text, "{} of {}", all.len(), text.len());
        }
    }

    #[test]
    fn lines_come_in_their_order_and_with_the_digest_of_the_file() {
        // The lines are none; that each is there, once and in its order, is seen from how many came before each piece.
        let text = text(20_000);
        let (mut counts, mut whole) = (Vec::new(), Vec::new());
        pieces(&*text, |piece| whole.push(Batch::read(&piece, "log"))).unwrap();
        let digest = read(&*text, "log", |batch| counts.push(format!("{batch:?}").len())).unwrap();
        assert_eq!(digest, hex(&sha256(&[&text])));
        assert!(whole.len() > 4);
        assert_eq!(counts, whole.iter().map(|batch| format!("{batch:?}").len()).collect::<Vec<_>>());
        assert!(
            read(Slow(&text, Some(std::io::ErrorKind::Other)), "log", |_| ()).is_err(),
            "it was not read to its end"
        );
    }
}
