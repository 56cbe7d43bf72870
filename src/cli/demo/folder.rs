//! The demo's data directory: closed to others, and made by us or empty before.

use crate::crypto::roots::{RootSecret, unfinished};
use crate::jobs::holder::{self, Holder};
use crate::policy::sample;
use anyhow::{Context as _, bail};
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// What a directory holds that a demo made.
const ROOT_SECRET: &str = "root.secret";

/// The data directory.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Opens or makes it. A directory that holds something, but not a demo's data, is never touched.
    pub(super) fn open(path: &Path, fresh: bool) -> anyhow::Result<Self> {
        let folder = Self(path.to_owned());
        let secret = path.join(ROOT_SECRET);
        let ours = secret.exists();
        // All that a demo leaves which was killed before it had its secret.
        let begun = unfinished(&secret);
        let own = [begun.clone(), path.join(holder::FILE)];
        let foreign = |entry: io::Result<fs::DirEntry>| !entry.is_ok_and(|entry| own.contains(&entry.path()));
        if !ours && fs::read_dir(path).is_ok_and(|mut inside| inside.any(foreign)) {
            if path.join("portreeve.db").exists() {
                bail!(
                    "the root secret of {} is gone, so nothing in it can be read: delete the directory",
                    path.display()
                );
            }
            bail!("{} holds something else than a demo's data: name another directory with --data", path.display());
        }
        if ours && fresh {
            // Not under a demo that is running.
            let _alone = Holder::alone(path)?;
            fs::remove_dir_all(path).with_context(|| format!("{} cannot be deleted", path.display()))?;
        }
        if !path.exists() {
            let mut maker = fs::DirBuilder::new();
            maker.recursive(true).mode(0o700);
            maker.create(path).with_context(|| format!("{} cannot be made", path.display()))?;
        }
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
            .with_context(|| format!("{} cannot be closed to others", path.display()))?;
        // Killed right after, it leaves its secret under both names.
        if ours && begun.exists() {
            fs::remove_file(&begun).with_context(|| format!("{} cannot be deleted", begun.display()))?;
        }
        Ok(folder)
    }

    /// The directory is this process' until it ends. Marked as a demo's first, so that the next one knows it again.
    pub(super) fn taken(&self) -> anyhow::Result<Holder> {
        self.root_secret()?;
        Ok(Holder::alone(&self.0)?)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// What to do when its contents do not fit this program.
    pub(super) fn start_over(&self) -> String {
        format!("the policies in {} do not fit: mend them, or start over with --fresh", self.0.display())
    }

    /// The root secret: made at the first start, before all else as it marks the directory as a demo's, and never again.
    pub(super) fn root_secret(&self) -> anyhow::Result<RootSecret> {
        let file = self.0.join(ROOT_SECRET);
        Ok(if file.exists() { RootSecret::from_file(&file)? } else { RootSecret::generate_to_file(&file)? })
    }

    /// The folder of policies: the sample's, written anew whenever the services have moved. Else what lies there
    /// stays as somebody may have edited it.
    pub(super) fn policies(&self, garden: &str, permits: &str) -> anyhow::Result<PathBuf> {
        let folder = self.0.join("policies");
        let there = |service: &str, origin: &str| {
            fs::read_to_string(folder.join(format!("services/{service}.toml")))
                .is_ok_and(|text| text.contains(&format!("{origin}/callback\"")))
        };
        if !there("garden-waste", garden) || !there("parking-permits", permits) {
            sample::write_to(&folder, garden, permits)
                .with_context(|| format!("{} cannot be written", folder.display()))?;
        }
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::Folder;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    fn place(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("portreeve-folder-{name}-{}", uuid::Uuid::new_v4()))
    }

    #[test]
    fn what_a_demo_did_not_make_is_left_alone() {
        let path = place("foreign");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(path.join("letter.txt"), "dear").unwrap();
        for fresh in [false, true] {
            assert!(Folder::open(&path, fresh).is_err());
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o755);
            assert!(path.join("letter.txt").exists());
        }
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn the_root_secret_is_made_once_and_never_in_place_of_a_lost_one() {
        let path = place("root");
        let folder = Folder::open(&path, true).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        folder.root_secret().unwrap();
        let made = fs::read(path.join("root.secret")).unwrap();
        Folder::open(&path, false).unwrap().root_secret().unwrap();
        assert_eq!(fs::read(path.join("root.secret")).unwrap(), made);
        fs::write(path.join("portreeve.db"), "").unwrap();
        fs::remove_file(path.join("root.secret")).unwrap();
        assert!(Folder::open(&path, false).is_err());
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn fresh_starts_over() {
        let path = place("fresh");
        let made = |fresh| {
            Folder::open(&path, fresh).unwrap().root_secret().unwrap();
            fs::read(path.join("root.secret")).unwrap()
        };
        let first = made(false);
        fs::create_dir(path.join("policies")).unwrap();
        for left in ["portreeve.db", "policies/edited.toml"] {
            fs::write(path.join(left), "of the first").unwrap();
        }
        assert_eq!(made(false), first);
        assert!(path.join("portreeve.db").exists() && path.join("policies/edited.toml").exists());
        assert_ne!(made(true), first);
        assert!(!path.join("portreeve.db").exists() && !path.join("policies").exists());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn a_start_that_was_killed_is_gone_on_with() {
        let path = place("killed");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("root.secret.new"), "01").unwrap();
        let made = |folder: &Folder| {
            folder.root_secret().unwrap();
            fs::read(path.join("root.secret")).unwrap()
        };
        let secret = made(&Folder::open(&path, false).unwrap());
        fs::hard_link(path.join("root.secret"), path.join("root.secret.new")).unwrap();
        assert_eq!(made(&Folder::open(&path, false).unwrap()), secret);
        assert!(!path.join("root.secret.new").exists());
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn a_directory_in_use_is_told_with_its_process_and_not_started_over() {
        let path = place("taken");
        let folder = Folder::open(&path, false).unwrap();
        let held = folder.taken().unwrap();
        let said = Folder::open(&path, false).unwrap().taken().unwrap_err().to_string();
        assert!(said.contains(&format!("in use by process {}", std::process::id())), "{said}");
        assert!(Folder::open(&path, true).is_err());
        assert!(path.join("root.secret").exists());
        drop(held);
        Folder::open(&path, true).unwrap().taken().unwrap();
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn policies_follow_the_ports_and_keep_edits_otherwise() {
        let path = place("policies");
        let folder = Folder::open(&path, false).unwrap();
        let policies = folder.policies("http://localhost:1", "http://localhost:2").unwrap();
        let file = policies.join("services/garden-waste.toml");
        let edited = fs::read_to_string(&file).unwrap() + "# edited\n";
        fs::write(&file, &edited).unwrap();
        folder.policies("http://localhost:1", "http://localhost:2").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), edited);
        folder.policies("http://localhost:3", "http://localhost:2").unwrap();
        assert!(fs::read_to_string(&file).unwrap().contains("http://localhost:3/callback"));
        fs::remove_dir_all(path).unwrap();
    }
}
