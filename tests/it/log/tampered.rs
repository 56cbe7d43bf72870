//! What can be done to an export by somebody who has it and not the key.

use std::fs;
use std::path::{Path, PathBuf};

/// An export somebody had his hands on.
pub struct Tampered {
    pub name: &'static str,
    pub folder: PathBuf,
    /// The first bad index that must be named.
    pub index: Option<u64>,
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn lines(folder: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(folder.join("entries.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn write(folder: &Path, lines: &[serde_json::Value]) {
    let text = lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n");
    fs::write(folder.join("entries.jsonl"), text).unwrap();
}

fn renumbered(mut lines: Vec<serde_json::Value>) -> Vec<serde_json::Value> {
    (0_u64..).zip(&mut lines).for_each(|(index, line)| line["index"] = index.into());
    lines
}

fn edited(line: &mut serde_json::Value, from: &str, to: &str) {
    let leaf = line["leaf"].as_str().unwrap();
    assert!(leaf.contains(from), "{leaf}");
    line["leaf"] = leaf.replace(from, to).into();
}

/// The same export, hurt in every way there is, most of them at this entry in its midst.
pub fn all(export: &Path, to: &Path, at: u64) -> Vec<Tampered> {
    let place = usize::try_from(at).unwrap();
    // Few have none.
    let given = lines(export).iter().position(|line| line["kept"] == "given").unwrap();
    let given_at = u64::try_from(given).unwrap();
    let mut made = Vec::new();
    let mut hurt_one = |name: &'static str, index: Option<u64>, hurt: &dyn Fn(&Path, Vec<serde_json::Value>)| {
        let folder = to.join(name);
        copy(export, &folder);
        hurt(&folder, lines(&folder));
        made.push(Tampered { name, folder, index });
    };
    hurt_one("edited", Some(at), &|folder, mut lines| {
        edited(&mut lines[place], "\"ok\"", "\"denied\"");
        write(folder, &lines);
    });
    hurt_one("deleted", Some(at), &|folder, mut lines| {
        lines.remove(place);
        write(folder, &lines);
    });
    hurt_one("deleted_and_renumbered", Some(at), &|folder, mut lines| {
        lines.remove(place);
        write(folder, &renumbered(lines));
    });
    hurt_one("inserted", Some(at), &|folder, mut lines| {
        let mut more = lines[place].clone();
        edited(&mut more, "\"ok\"", "\"denied\"");
        lines.insert(place, more);
        write(folder, &renumbered(lines));
    });
    hurt_one("reordered", Some(at), &|folder, mut lines| {
        lines.swap(place, place + 1);
        write(folder, &lines);
    });
    hurt_one("reordered_and_renumbered", Some(at), &|folder, mut lines| {
        lines.swap(place, place + 1);
        write(folder, &renumbered(lines));
    });
    hurt_one("tail_cut", Some(at), &|folder, lines| write(folder, &lines[..place]));
    hurt_one("tail_cut_and_manifest_rewritten", Some(at), &|folder, lines| {
        write(folder, &lines[..place]);
        let text = fs::read_to_string(folder.join("manifest.json")).unwrap();
        let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        manifest["to"] = at.into();
        fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    });
    hurt_one("payload", Some(given_at), &|folder, mut lines| {
        let payload = lines[given]["payload"].as_str().unwrap().to_owned();
        lines[given]["payload"] = payload.replace("\"data\"", "\"date\"").into();
        write(folder, &lines);
    });
    hurt_one("payload_gone", Some(given_at), &|folder, mut lines| {
        let line = lines[given].as_object_mut().unwrap();
        line.remove("payload");
        line.remove("salt");
        line.insert("kept".to_owned(), "destroyed".into());
        write(folder, &lines);
    });
    hurt_one("no_json", Some(at), &|folder, lines| {
        write(folder, &lines);
        let text = fs::read_to_string(folder.join("entries.jsonl")).unwrap();
        let mut all: Vec<&str> = text.lines().collect();
        all[place] = "{";
        fs::write(folder.join("entries.jsonl"), format!("{}\n", all.join("\n"))).unwrap();
    });
    hurt_one("hashes", Some(0), &|folder, _| {
        // The one bit is of entry 7, but a tile proves all of its entries or none.
        let path = folder.join("tile/0/000");
        let mut hashes = fs::read(&path).unwrap();
        hashes[7 * 32] ^= 1;
        fs::write(path, hashes).unwrap();
    });
    hurt_one("checkpoint", Some(0), &|folder, _| {
        let path = folder.join("checkpoint");
        let note = fs::read_to_string(&path).unwrap();
        let size = note.lines().nth(1).unwrap().to_owned();
        fs::write(path, note.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size.parse::<u64>().unwrap() - 1), 1))
            .unwrap();
    });
    made
}
