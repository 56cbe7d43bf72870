//! Temporary folders that go away with their value.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own under the system's temporary folder, removed on drop.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes one; `label` is there for whoever finds it after a crash.
    pub fn new(label: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        loop {
            let n = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = std::env::temp_dir().join(format!("portreeve-{label}-{}-{n}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Self(path),
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => panic!("cannot make {}: {e}", path.display()),
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // A folder that a test took away itself is as gone as we want it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_folder_goes_with_its_value() {
    let (one, two) = (TempDir::new("temp"), TempDir::new("temp"));
    assert_ne!(one.path(), two.path());
    fs::write(one.path().join("file"), "x").unwrap();
    let path = one.path().to_owned();
    drop(one);
    assert!(!path.exists());
    assert!(two.path().is_dir());
}
