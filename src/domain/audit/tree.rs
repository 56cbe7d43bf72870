//! The hash tree of a log (RFC 9162 §2.1), kept as tiles of 256 hashes (C2SP tlog-tiles).
//!
//! ```text
//! level 1   tile 0: one hash for each full tile below
//! level 0   tile 0: leaf hashes 0..255    tile 1: 256..511    tile 2: the last, perhaps not full
//! ```

use std::collections::{BTreeMap, BTreeSet};
use tlog_tiles::{Error, HashReader, check_record, check_tree, node_hash, prove_record, prove_tree};
use tlog_tiles::{split_stored_hash_index, tree_hash};

pub use tlog_tiles::Hash;

/// Hashes in a full tile.
pub const WIDTH: usize = 256;

/// More entries than any log may have: far above what a year brings, far below where arithmetic would end.
pub const MOST: u64 = 1 << 48;

/// The hash of an entry (RFC 9162 §2.1.1): SHA-256(0x00 ‖ leaf).
#[must_use]
pub fn leaf_hash(leaf: &str) -> Hash {
    tlog_tiles::record_hash(leaf.as_bytes())
}

/// Which tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// 0 is that of the leaves; each hash of a level stands for a full tile of the level below.
    pub level: u8,
    /// From the left.
    pub number: u64,
}

impl Place {
    /// The entries under it: from, and the first after.
    #[must_use]
    pub fn entries(self) -> (u64, u64) {
        let bits = 8 * (u32::from(self.level) + 1);
        let at = |number: u64| number.checked_shl(bits).unwrap_or(u64::MAX);
        (at(self.number), at(self.number.saturating_add(1)))
    }

    /// The path of a full tile under its log (C2SP tlog-tiles): `tile/0/x001/234`.
    #[must_use]
    pub fn path(self) -> String {
        let mut text = format!("{:03}", self.number % 1_000);
        let mut rest = self.number / 1_000;
        while rest > 0 {
            text = format!("x{:03}/{text}", rest % 1_000);
            rest /= 1_000;
        }
        format!("tile/{}/{text}", self.level)
    }
}

/// A tile asked for by its path after `tile/`: the place, and how many of its hashes.
#[must_use]
pub fn parse_path(path: &str) -> Option<(Place, usize)> {
    let (level, number) = path.split_once('/')?;
    let (number, width) = match number.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok().filter(|width| (1..WIDTH).contains(width))?),
        None => (number, WIDTH),
    };
    let (folders, last) = number.rsplit_once('/').map_or((None, number), |(folders, last)| (Some(folders), last));
    let mut at = 0_u64;
    for part in
        folders.iter().flat_map(|folders| folders.split('/')).map(|part| part.strip_prefix('x')).chain([Some(last)])
    {
        let digits = part.filter(|part| part.len() == 3 && part.bytes().all(|digit| digit.is_ascii_digit()))?;
        at = at.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
    }
    let place = Place { level: level.parse().ok().filter(|level| *level < 8)?, number: at };
    // One spelling each, or caches would hold one tile under many names.
    let spelled = if width == WIDTH { place.path() } else { format!("{}.p/{width}", place.path()) };
    (spelled == format!("tile/{path}")).then_some((place, width))
}

/// The tiles on the way from an entry to the root of a tree that has it.
#[must_use]
pub fn way_up(index: u64) -> Vec<Place> {
    let mut places = Vec::new();
    let (mut level, mut number) = (0, index);
    loop {
        number /= WIDTH as u64;
        places.push(Place { level, number });
        if number == 0 {
            return places;
        }
        level += 1;
    }
}

/// The tiles on the right edge of a tree: with them it can grow, and its root be computed.
#[must_use]
pub fn edge(size: u64) -> Vec<Place> {
    let (mut places, mut level, mut nodes) = (Vec::new(), 0, size);
    while nodes > 0 {
        places.push(Place { level, number: (nodes - 1) / WIDTH as u64 });
        nodes /= WIDTH as u64;
        level += 1;
    }
    places
}

/// The tiles for a proof that the tree of `new` begins with that of `old`.
#[must_use]
pub fn between(old: u64, new: u64) -> BTreeSet<Place> {
    [way_up(old), way_up(old.saturating_sub(1)), edge(old), edge(new)].into_iter().flatten().collect()
}

/// Tiles held in memory, as many of a tree as the question at hand needs.
#[derive(Debug, Clone, Default)]
pub struct Tiles {
    held: BTreeMap<Place, Vec<Hash>>,
}

impl Tiles {
    /// Takes a tile as stored or read; `false` if these bytes are none.
    pub fn put(&mut self, place: Place, bytes: &[u8]) -> bool {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let well = rest.is_empty() && (1..=WIDTH).contains(&hashes.len());
        if well {
            self.held.insert(place, hashes.iter().map(|hash| Hash(*hash)).collect());
        }
        well
    }

    /// The hashes of a tile, those that there are.
    #[must_use]
    pub fn hashes(&self, place: Place) -> &[Hash] {
        self.held.get(&place).map_or(&[], Vec::as_slice)
    }

    /// A tile as it is stored and sent.
    #[must_use]
    pub fn bytes(&self, place: Place) -> Vec<u8> {
        self.hashes(place).iter().flat_map(|hash| hash.0).collect()
    }

    /// Lets tiles go that are needed no longer.
    pub fn keep(&mut self, needed: impl Fn(Place) -> bool) {
        self.held.retain(|place, _| needed(*place));
    }

    /// Every tile held.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.held.keys().copied()
    }

    /// Adds an entry behind a tree of `size`; says which tiles changed. Needs the [`edge`].
    ///
    /// # Errors
    /// The tiles held are not those of such a tree.
    pub fn append(&mut self, size: u64, leaf: Hash, changed: &mut BTreeSet<Place>) -> Result<(), Broken> {
        let (mut level, mut number, mut hash) = (0, size, leaf);
        loop {
            let place = Place { level, number: number / WIDTH as u64 };
            let tile = self.held.entry(place).or_default();
            if u64::try_from(tile.len()) != Ok(number % WIDTH as u64) {
                return Err(Broken(place));
            }
            tile.push(hash);
            changed.insert(place);
            if tile.len() < WIDTH {
                return Ok(());
            }
            hash = subtree(tile);
            number /= WIDTH as u64;
            level += 1;
        }
    }

    /// The root of the tree of the first `size` entries. Needs its [`edge`].
    #[must_use]
    pub fn root(&self, size: u64) -> Option<Hash> {
        if size > MOST {
            return None;
        }
        tree_hash(size, self).ok()
    }

    /// The proof that entry `index` is in the tree of `size` (RFC 9162 §2.1.3). Needs the [`way_up`] and the [`edge`].
    #[must_use]
    pub fn inclusion(&self, size: u64, index: u64) -> Option<Vec<Hash>> {
        if size > MOST {
            return None;
        }
        prove_record(size, index, self).ok()
    }

    /// The proof that the tree of `new` begins with that of `old` (RFC 9162 §2.1.4). Needs the tiles [`between`].
    #[must_use]
    pub fn consistency(&self, old: u64, new: u64) -> Option<Vec<Hash>> {
        match old {
            _ if new > MOST || old > new => None,
            // RFC 9162 leaves it out; C2SP tlog-witness sends none.
            0 => Some(Vec::new()),
            _ => prove_tree(new, old, self).ok(),
        }
    }
}

/// The tiles are not of the tree they should be of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tile at level {}, number {} is not that of this tree", .0.level, .0.number)]
pub struct Broken(pub Place);

impl HashReader for Tiles {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        indexes.iter().map(|index| self.node(*index).ok_or(Error::IndexesNotInTree)).collect()
    }
}

impl Tiles {
    /// The hash of a full subtree, by the number that the crate gives it.
    fn node(&self, stored: u64) -> Option<Hash> {
        let (level, number) = split_stored_hash_index(stored);
        let (tile, within) = (level / 8, u32::from(level % 8));
        let first = number << within;
        let place = Place { level: tile, number: first / WIDTH as u64 };
        let from = usize::try_from(first % WIDTH as u64).ok()?;
        let hashes = self.held.get(&place)?.get(from..from + (1_usize << within))?;
        Some(subtree(hashes))
    }
}

/// The root over hashes whose number is a power of two.
#[must_use]
pub fn subtree(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        let (pairs, rest) = row.as_chunks::<2>();
        row = pairs.iter().map(|[left, right]| node_hash(*left, *right)).chain(rest.iter().copied()).collect();
    }
    row.first().copied().unwrap_or(tlog_tiles::EMPTY_HASH)
}

/// Whether `proof` shows that `leaf` is entry `index` of the tree with this size and root.
#[must_use]
pub fn included(proof: &[Hash], (size, root): (u64, Hash), index: u64, leaf: Hash) -> bool {
    size <= MOST && check_record(&proof.to_vec(), size, root, index, leaf).is_ok()
}

/// Whether `proof` shows that the new tree begins with the old one.
#[must_use]
pub fn consistent(proof: &[Hash], (old, old_root): (u64, Hash), (new, new_root): (u64, Hash)) -> bool {
    match old {
        _ if new > MOST || old > new => false,
        0 => proof.is_empty() && old_root == tlog_tiles::EMPTY_HASH,
        _ => check_tree(&proof.to_vec(), new, new_root, old, old_root).is_ok(),
    }
}

#[cfg(test)]
mod tests;
