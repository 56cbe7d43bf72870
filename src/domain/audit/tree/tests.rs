use super::*;

/// The leaves of the reference tree that the implementations of RFC 6962 share (certificate-transparency
/// `merkle_tree_test`), and its roots at each size.
const LEAVES: [&[u8]; 8] = [
    b"",
    &[0x00],
    &[0x10],
    &[0x20, 0x21],
    &[0x30, 0x31],
    &[0x40, 0x41, 0x42, 0x43],
    &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
    &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hex(hash: Hash) -> String {
    hash.0.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn grown(leaves: impl IntoIterator<Item = Hash>) -> Tiles {
    let (mut tiles, mut changed) = (Tiles::default(), BTreeSet::new());
    for (size, leaf) in (0..).zip(leaves) {
        tiles.append(size, leaf, &mut changed).unwrap();
    }
    tiles
}

fn many(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_string())).collect()
}

#[test]
fn the_roots_of_the_reference_tree_come_out() {
    let tiles = grown(LEAVES.map(tlog_tiles::record_hash));
    for (size, root) in (0..).zip(ROOTS) {
        assert_eq!(tiles.root(size).map(hex).as_deref(), Some(root), "{size}");
    }
    assert_eq!(tiles.root(9), None);
}

/// The tree as RFC 9162 §2.1.1 writes it down: slow, and with nothing in common with the tiles.
fn by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => tlog_tiles::EMPTY_HASH,
        [one] => *one,
        more => {
            let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
            node_hash(by_definition(left), by_definition(right))
        }
    }
}

#[test]
fn tiles_give_the_roots_of_the_definition() {
    let leaves = many(70_000);
    let tiles = grown(leaves.iter().copied());
    for size in [1, 2, 3, 255, 256, 257, 511, 512, 513, 1_000, 65_535, 65_536, 65_537, 65_793, 70_000_u64] {
        let wanted = by_definition(&leaves[..usize::try_from(size).unwrap()]);
        assert_eq!(tiles.root(size), Some(wanted), "{size}");
        let mut few = Tiles::default();
        for place in edge(size) {
            assert!(few.put(place, &tiles.bytes(place)));
        }
        assert_eq!(few.root(size), Some(wanted), "the edge is enough for {size}");
    }
}

#[test]
fn a_tree_grows_from_its_edge_alone() {
    let leaves = many(1_300);
    let whole = grown(leaves.iter().copied());
    for size in [0, 1, 255, 256, 300, 512_u64] {
        let before = grown(leaves[..usize::try_from(size).unwrap()].iter().copied());
        let (mut tiles, mut changed) = (Tiles::default(), BTreeSet::new());
        for place in edge(size) {
            assert!(tiles.put(place, &before.bytes(place)));
        }
        for (at, leaf) in (size..).zip(&leaves[usize::try_from(size).unwrap()..]) {
            tiles.append(at, *leaf, &mut changed).unwrap();
        }
        assert_eq!(tiles.root(1_300), whole.root(1_300));
        for place in changed {
            assert_eq!(tiles.bytes(place), whole.bytes(place));
        }
    }
    let mut torn = Tiles::default();
    assert_eq!(torn.append(3, leaves[3], &mut BTreeSet::new()), Err(Broken(Place { level: 0, number: 0 })));
}

#[test]
fn an_entry_is_proved_and_no_other() {
    let leaves = many(700);
    let tiles = grown(leaves.iter().copied());
    for size in [1, 2, 7, 256, 257, 513, 700] {
        let root = (size, tiles.root(size).unwrap());
        for index in [0, 1, size / 2, size - 1].into_iter().filter(|index| *index < size) {
            let mut few = Tiles::default();
            for place in way_up(index).into_iter().chain(edge(size)) {
                few.put(place, &tiles.bytes(place));
            }
            let proof = few.inclusion(size, index).unwrap();
            let leaf = leaves[usize::try_from(index).unwrap()];
            assert!(included(&proof, root, index, leaf), "{index} of {size}");
            assert!(!included(&proof, root, index, leaf_hash("another")));
            assert!(size == 1 || !included(&proof, root, (index + 1) % size, leaf));
            assert!(!included(&[&proof[..], &[leaf]].concat(), root, index, leaf));
        }
        assert_eq!(tiles.inclusion(size, size), None);
    }
}

#[test]
fn a_tree_that_begins_otherwise_is_not_consistent() {
    let leaves = many(700);
    let tiles = grown(leaves.iter().copied());
    let other = grown(leaves.iter().rev().copied());
    for (old, new) in [(1, 1), (1, 2), (3, 7), (255, 256), (256, 700), (257, 513), (512, 700), (700, 700)] {
        let mut few = Tiles::default();
        for place in between(old, new) {
            few.put(place, &tiles.bytes(place));
        }
        let proof = few.consistency(old, new).unwrap();
        let (before, after) = ((old, tiles.root(old).unwrap()), (new, tiles.root(new).unwrap()));
        assert!(consistent(&proof, before, after), "{old} in {new}");
        assert!(!consistent(&proof, (old, other.root(old).unwrap()), after));
        assert!(!consistent(&proof, before, (new, leaf_hash("another"))));
        assert!(!consistent(&[&proof[..], &[leaves[0]]].concat(), before, after));
        assert!(old == new || !consistent(&proof, after, before));
    }
    assert_eq!(tiles.consistency(0, 700), Some(Vec::new()));
    assert!(consistent(&[], (0, tlog_tiles::EMPTY_HASH), (7, tiles.root(7).unwrap())));
    assert!(!consistent(&[], (0, leaves[0]), (7, tiles.root(7).unwrap())));
    assert_eq!(tiles.consistency(7, 3), None);
}

#[test]
fn a_tile_has_one_path() {
    for (level, number, path) in [
        (0, 0, "0/000"),
        (1, 67, "1/067"),
        (0, 1_234_067, "0/x001/x234/067"),
        (3, 999, "3/999"),
        (0, 1_000, "0/x001/000"),
    ] {
        let place = Place { level, number };
        assert_eq!(place.path(), format!("tile/{path}"));
        assert_eq!(parse_path(path), Some((place, WIDTH)));
        assert_eq!(parse_path(&format!("{path}.p/7")), Some((place, 7)));
    }
    for bad in [
        "",
        "0",
        "0/",
        "0/0",
        "0/0000",
        "00/000",
        "0/x000/001",
        "0/001/001",
        "0/x001",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/07",
        "8/000",
        "-1/000",
        "entries/000",
        "0/000/",
        "+0/000",
        "0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(parse_path(bad), None, "{bad}");
    }
}

#[test]
fn a_tile_is_one_to_256_hashes() {
    let (mut tiles, place) = (Tiles::default(), Place { level: 0, number: 0 });
    for (bytes, well) in [(0, false), (31, false), (32, true), (8_192, true), (8_224, false)] {
        assert_eq!(tiles.put(place, &vec![1; bytes]), well, "{bytes}");
    }
    assert_eq!(Place { level: 1, number: 2 }.entries(), (131_072, 196_608));
}
