//! What only a process of its own can suffer: to be killed, and to run out of disk. It is this test binary again,
//! writing rows and saying which ones were acknowledged.

use super::{keep, kept, open_in, patient};
use crate::temp::TempDir;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where the child writes; without it this binary is no child.
const FOLDER: &str = "PORTREEVE_TEST_FOLDER";
/// What the child's names begin with.
const RUN: &str = "PORTREEVE_TEST_RUN";
/// Writers at once in the child.
const WRITERS: usize = 8;

/// Says a line that cannot be torn: one write, straight to the pipe.
fn say(line: &str) {
    std::io::stdout().lock().write_all(format!("\n{line}\n").as_bytes()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the tests beside it, as a child"]
async fn child() {
    let (Ok(folder), Ok(run)) = (std::env::var(FOLDER), std::env::var(RUN)) else { return };
    let db = open_in(Path::new(&folder), &patient()).await;
    say("open");
    let tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (db, run) = (db.clone(), run.clone());
            tokio::spawn(async move {
                for n in 0..100_000 {
                    let name = format!("{run}-{writer}-{n}");
                    match keep(&db, &name).await {
                        Ok(()) => say(&format!("kept {name}")),
                        Err(error) if error.is_unavailable() => {
                            say(&format!("refused {name}"));
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                        Err(error) => say(&format!("broke {name}: {error}")),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// Starts the child through `sh -c script`, which ends in `exec "$@"`.
fn start(folder: &Path, run: &str, script: &str) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "store::faults::child", "--ignored", "--nocapture", "--test-threads", "1"])
        .env(FOLDER, folder)
        .env(RUN, run)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    (child, said)
}

/// The names that lines of this kind hold. A line that the end of the process tore has no line end and does not count.
fn named<'l>(lines: &'l [String], kind: &str) -> Vec<&'l str> {
    lines.iter().filter_map(|line| line.strip_suffix('\n')?.strip_prefix(kind)?.strip_prefix(' ')).collect()
}

fn next_line(said: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    (said.read_line(&mut line).unwrap() > 0).then_some(line)
}

/// Every acknowledged row is there, the file is whole, and it takes writes.
async fn nothing_acknowledged_is_lost(folder: &Path, lines: &[String], run: &str) {
    let db = open_in(folder, &patient()).await;
    for name in named(lines, "kept") {
        assert!(kept(&db, name).await, "{name} was acknowledged and is gone");
    }
    for sql in ["PRAGMA main.integrity_check", "PRAGMA vault.integrity_check"] {
        let whole: String = db.peek().sql(sql).scalar().await.unwrap();
        assert_eq!(whole, "ok", "{sql} after run {run}");
    }
    keep(&db, &format!("after {run}")).await.unwrap();
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_point_it_has_lost_nothing_acknowledged() {
    const KILLS: u32 = 40;
    let folder = TempDir::new("killed");
    let mut all = Vec::new();
    for kill in 0..KILLS {
        let run = kill.to_string();
        let (mut child, mut said) = start(folder.path(), &run, r#"exec "$@""#);
        let mut lines = Vec::new();
        // Some die while opening, some at the first rows, most amidst their writing: after so many lines and a bit.
        let wanted = (kill % 8) * 7;
        while u32::try_from(lines.len()).unwrap() < wanted {
            lines.push(next_line(&mut said).expect("the child writes until it is killed"));
        }
        let bit = uuid::Uuid::new_v4().as_u128() % 40_000;
        std::thread::sleep(Duration::from_micros(u64::try_from(bit).unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
        lines.extend(std::iter::from_fn(|| next_line(&mut said)));
        assert!(named(&lines, "broke").is_empty(), "{:?}", named(&lines, "broke"));
        all.extend(lines);
        nothing_acknowledged_is_lost(folder.path(), &all, &run).await;
    }
    assert!(named(&all, "kept").len() > 100, "the children wrote too little to show anything");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn out_of_disk_nothing_acknowledged_is_lost_and_with_room_it_goes_on() {
    let folder = TempDir::new("full");
    open_in(folder.path(), &patient()).await.close().await;
    // No file may grow over 1 MiB (dash counts blocks of 512 bytes, bash of 1024); the signal is ignored, so that the
    // write fails instead. The log of changes gets there first.
    let (mut child, mut said) = start(folder.path(), "full", r#"trap '' XFSZ; ulimit -S -f 2048; exec "$@""#);
    let mut lines = Vec::new();
    while named(&lines, "refused").len() < 3 * WRITERS {
        lines.push(next_line(&mut said).expect("the child goes on when the disk is full"));
        assert!(lines.len() < 100_000, "the disk never got full");
    }
    assert!(!named(&lines, "kept").is_empty());
    let lifted =
        Command::new("prlimit").args(["--fsize=unlimited", "--pid", &child.id().to_string()]).status().unwrap();
    assert!(lifted.success());
    // Whatever the pipe still holds of before, in the end it writes again.
    let before = lines.len();
    let served = |lines: &[String]| {
        let rest = &lines[before..];
        let refused = rest.iter().rposition(|line| line.starts_with("refused")).map_or(0, |at| at + 1);
        named(&rest[refused..], "kept").len()
    };
    while served(&lines) < 2 * WRITERS {
        lines.push(next_line(&mut said).expect("the child goes on"));
        assert!(lines.len() < before + 20_000, "it never wrote again");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    lines.extend(std::iter::from_fn(|| next_line(&mut said)));
    assert!(named(&lines, "broke").is_empty(), "{:?}", named(&lines, "broke"));
    nothing_acknowledged_is_lost(folder.path(), &lines, "full").await;
}
