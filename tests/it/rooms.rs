//! The walls of the house: who may call whom, how large a file may be, what a commit may hold.
//!
//! Every rule is a function over one file, so that its test can feed it a file that breaks it.

mod files;
mod walls;
mod wire_errors;
mod words;

use std::path::Path;
use std::process::Command;

/// One file of the repository.
pub struct File {
    /// From the top of the repository, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    fn ends_in(&self, extensions: &[&str]) -> bool {
        Path::new(&self.path).extension().is_some_and(|e| extensions.iter().any(|&wanted| e == wanted))
    }
}

/// What is wrong, one line each.
pub type Breaches = Vec<String>;

/// Every file that a commit could hold: what git tracks, or would if asked. Files that are not text have no text.
fn repository() -> Vec<File> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git")
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(top)
        .output()
        .expect("git is needed to list the files of the repository");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let files: Vec<_> = String::from_utf8(listed.stdout)
        .expect("paths in UTF-8")
        .split_terminator('\0')
        .filter_map(|path| {
            let bytes = std::fs::read(top.join(path)).ok()?;
            Some(File { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default() })
        })
        .collect();
    assert!(files.iter().any(|file| file.path == "src/lib.rs"), "the list of files is not of this repository");
    files
}

fn check(rules: &[fn(&File) -> Breaches]) {
    let breaches: Vec<_> = repository().iter().flat_map(|file| rules.iter().flat_map(move |rule| rule(file))).collect();
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn walls_stand() {
    check(&[
        walls::rooms_call_only_whom_they_may,
        walls::domain_is_pure,
        walls::sql_stays_in_the_store,
        walls::the_ledger_is_only_added_to,
        walls::proofs_are_made_where_they_are_earned,
        walls::residents_sessions_begin_with_the_resident,
        walls::endpoints_cite_their_clauses,
        wire_errors::errors_come_from_the_catalogue,
    ]);
}

#[test]
fn raw_sql_is_allowed_in_one_place() {
    let breaches = walls::one_raw_sql(&repository());
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn y05_no_private_key_is_the_rsa_crates() {
    check(&[walls::no_private_key_is_the_rsa_crates]);
}

#[test]
fn files_keep_the_house_rules() {
    check(&[
        files::no_file_is_too_long,
        files::names_say_what_a_room_is_for,
        files::the_top_level_is_the_plan,
        files::nothing_names_a_machine_or_a_registry,
        files::locks_name_no_host,
    ]);
}

/// Where a resident's session is begun by somebody else.
pub fn sessions_begun_elsewhere() -> Breaches {
    repository().iter().flat_map(walls::residents_sessions_begin_with_the_resident).collect()
}

/// The breaches of `rule` in a made-up file; for the tests of the rules.
#[cfg(test)]
fn of(rule: fn(&File) -> Breaches, path: &str, text: &str) -> Breaches {
    rule(&File { path: path.to_owned(), text: text.to_owned() })
}
