//! What the types refuse. Each program in `compile/` goes through rustc against the library as just built.
//!
//! `bad_x.rs` names in its first line the one error it must have (`// E0451: part of the message`); `good_x.rs` is its
//! nearest lawful twin and must compile, so that the bad one fails for its reason and not for a slip.

use crate::temp::TempDir;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// The folder of built libraries, where this test itself lies.
fn built() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// The library this test was linked with: the newest, since cargo builds it before its tests. Libraries that `cargo
/// check` leaves have no rlib.
fn library() -> PathBuf {
    std::fs::read_dir(built())
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("libportreeve-") && path.extension().is_some_and(|e| e == "rlib")
        })
        .max_by_key(|path| path.metadata().and_then(|file| file.modified()).unwrap_or(SystemTime::UNIX_EPOCH))
        .expect("libportreeve-*.rlib beside this test")
}

/// What rustc says to `program`: nothing if it compiles.
fn rustc(program: &Path) -> Result<(), String> {
    let out = TempDir::new("compile");
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition", "2024", "--crate-type", "lib", "--crate-name", "program", "--emit", "metadata"])
        .args(["--cap-lints", "allow", "--color", "never", "--out-dir"])
        .arg(out.path())
        .arg("--extern")
        .arg(format!("portreeve={}", library().display()))
        .arg("-L")
        .arg(format!("dependency={}", built().display()))
        .arg(program)
        .output()
        .expect("rustc");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Whether `said` is the refusal that the first line of `program` asks for, and no other.
fn refused_as_asked(program: &str, said: &str) -> Result<(), String> {
    let asked = program.lines().next().unwrap_or_default();
    let Some((code, message)) = asked.strip_prefix("// ").and_then(|asked| asked.split_once(": ")) else {
        return Err(format!("its first line is not `// E0000: message`: {asked}"));
    };
    let error = format!("error[{code}]:");
    let errors: Vec<_> = said.lines().filter(|line| line.starts_with("error")).collect();
    // rustc closes with a line "error: aborting due to …".
    let other = errors.iter().find(|line| !line.starts_with(&error) && !line.starts_with("error: aborting"));
    if let Some(other) = other {
        return Err(format!("it fails for another reason: {other}"));
    }
    if errors.iter().any(|line| line.starts_with(&error) && line.contains(message)) {
        return Ok(());
    }
    Err(format!("it fails without {code} and `{message}`:\n{said}"))
}

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/compile");
    let mut programs: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    programs.sort();
    programs
}

fn stem(program: &Path) -> &str {
    program.file_stem().and_then(|stem| stem.to_str()).unwrap()
}

#[test]
fn bad_programs_are_refused_and_their_twins_compile() {
    let mut wrong = Vec::new();
    for program in programs() {
        let (name, said) = (stem(&program), rustc(&program));
        let verdict = match (name.starts_with("bad_"), said) {
            (true, Ok(())) => Err("it compiles".to_owned()),
            (true, Err(said)) => refused_as_asked(&std::fs::read_to_string(&program).unwrap(), &said),
            (false, said) => said,
        };
        wrong.extend(verdict.err().map(|why| format!("{name}: {why}")));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn each_bad_program_has_a_good_twin() {
    let programs = programs();
    let of = |kind: &str| -> BTreeSet<String> {
        programs.iter().filter_map(|program| Some(stem(program).strip_prefix(kind)?.to_owned())).collect()
    };
    assert!(!of("bad_").is_empty());
    assert_eq!(of("bad_"), of("good_"));
    assert_eq!(programs.len(), of("bad_").len() * 2, "a program is named bad_… or good_…");
}

#[test]
fn only_the_asked_error_counts() {
    let program = "// E0451: field `subject`\nfn f() {}";
    let asked = "error[E0451]: field `subject` of struct `D` is private\nerror: aborting due to 1 previous error";
    assert_eq!(refused_as_asked(program, asked), Ok(()));
    let slip = format!("error[E0432]: unresolved import\n{asked}");
    assert!(refused_as_asked(program, &slip).unwrap_err().contains("another reason"));
    assert!(refused_as_asked(program, "error[E0451]: field `other`").is_err());
    assert!(refused_as_asked("fn f() {}", asked).is_err());
}
