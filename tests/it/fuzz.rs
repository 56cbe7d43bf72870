//! The saved corpus of `tests/fuzz`, through the doors that cargo-fuzz knocks at.

#[path = "../fuzz/doors.rs"]
mod doors;

use std::path::Path;

type Door = fn(&[u8]) -> bool;

const DOORS: [(&str, Door); 23] = [
    ("authorize", doors::authorize),
    ("token", doors::token),
    ("reference", doors::reference),
    ("assertion", doors::assertion),
    ("client_auth", doors::client_auth),
    ("request_object", doors::request_object),
    ("own_token", doors::own_token),
    ("upstream_token", doors::upstream_token),
    ("registration", doors::registration),
    ("cookies", doors::cookies),
    ("note", doors::note),
    ("checkpoint", doors::checkpoint),
    ("tile_path", doors::tile_path),
    ("entry", doors::entry),
    ("witness", doors::witness),
    ("poll", doors::poll),
    ("pushed", doors::pushed),
    ("service_keys", doors::service_keys),
    ("sector", doors::sector),
    ("proof", doors::proof),
    ("passkey", doors::passkey),
    ("logout_token", doors::logout_token),
    ("signal", doors::signal),
];

/// The names in a folder, in order, without what stands behind a dot.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| Path::new(&entry.unwrap().file_name()).file_stem().unwrap().to_str().unwrap().into())
        .collect();
    names.sort();
    names
}

#[test]
fn z06_the_saved_corpus_breaks_no_parser() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
    let mut known = DOORS.map(|(name, _)| name.to_owned()).to_vec();
    known.sort();
    assert_eq!(names(&fuzz.join("fuzz_targets")), known);
    assert_eq!(names(&fuzz.join("corpus")), known);
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    for (name, door) in DOORS {
        assert!(manifest.contains(&format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"")), "{name}");
        let (mut seeds, mut taken) = (0, 0);
        for entry in std::fs::read_dir(fuzz.join("corpus").join(name)).unwrap() {
            let seed = std::fs::read(entry.unwrap().path()).unwrap();
            taken += usize::from(door(&seed));
            // Cut off anywhere, and with any one bit of its first bytes turned.
            for end in 0..seed.len().min(512) {
                door(&seed[..end]);
            }
            for at in 0..seed.len().min(64) {
                let mut turned = seed.clone();
                turned[at] ^= 1 << (at % 8);
                door(&turned);
            }
            seeds += 1;
        }
        // Of each kind some: or the rules behind the first refusal are never reached.
        assert!(taken >= 1 && seeds > taken, "{name}: {taken} of {seeds} seeds are taken");
    }
}
