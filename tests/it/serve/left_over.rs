//! What a backup that was killed left in the clear in SQLite's folder.

use super::{Running, answer, get, portreeve, settings};
use crate::temp::TempDir;
use std::fs::File;
use std::process::Stdio;

#[tokio::test]
async fn what_a_killed_backup_left_in_the_clear_is_named_and_removed() {
    let folder = TempDir::new("left-over");
    let (config, internal) = settings(folder.path(), r#"["en"]"#);
    let starts = async || {
        let running = Running(portreeve(&["serve", "--config", &config]).stdout(Stdio::null()).spawn().unwrap());
        assert_eq!(get(&format!("{internal}/ready")).await.0, 200);
        assert_eq!(running.stop(), Some(0));
    };
    starts().await;
    let data = folder.path().join("data");
    let files = ["data.copy", "vault.copy", "vault.copy-journal"].map(|name| data.join(name));
    for file in &files {
        std::fs::write(file, "in the clear").unwrap();
    }
    // What a backup is making is its own.
    let lock = File::create(data.join("backup.lock")).unwrap();
    lock.lock().unwrap();
    let (code, said, _) = answer(&["doctor", "--config", &config]);
    assert_eq!(code, Some(0), "{said}");
    starts().await;
    assert!(files.iter().all(|file| file.exists()));
    // It was killed.
    drop(lock);
    let (code, said, _) = answer(&["doctor", "--config", &config]);
    assert_eq!(code, Some(1), "{said}");
    assert!(files.iter().all(|file| file.exists() && said.contains(file.to_str().unwrap())), "{said}");
    starts().await;
    assert!(files.iter().all(|file| !file.exists()));
    assert_eq!(answer(&["doctor", "--config", &config]).0, Some(0));
}
