//! A restore that is killed, wherever it is: nobody is served what is half put back, and the next one comes to a clean end.

use super::{Bare, Kept, PASSWORD, command, not_served, refused, restore};
use crate::serve::{Running, portreeve};
use portreeve::service::backup::{self, head};
use portreeve::store::copies::Which;
use portreeve::store::{Location, dumps, events, folder};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Kills, from right after it was started to where it should have ended.
const KILLS: u32 = 12;

/// What whoever is killed at it leaves in SQLite's folder.
const LOCK: &str = "restore.lock";

impl Bare {
    fn check(&self) -> Vec<&str> {
        vec!["restore", "--check", "--config", &self.settings, "--by", "Cai Morgan"]
    }

    /// Whether there is anything that could be served; if so, it is not.
    async fn is_not_served(&self) {
        match &self.location {
            Location::Sqlite(folder) if folder.join(LOCK).exists() => {
                not_served(&self.settings, None, "nothing there is whole");
            }
            Location::Sqlite(folder) if folder::occupied(folder).is_none() => {}
            Location::Postgres(url) if dumps::occupied(url).await.unwrap() == 0 => {}
            _ => not_served(&self.settings, None, "was not all well"),
        }
    }

    /// Whether the one that was killed had looked at all of it, and was about to end.
    async fn was_looked_at(&self) -> bool {
        match &self.location {
            Location::Sqlite(folder) if folder.join(LOCK).exists() || folder::occupied(folder).is_none() => {
                return false;
            }
            Location::Postgres(url) if dumps::occupied(url).await.unwrap() == 0 => return false,
            _ => {}
        }
        let db = self.db().await;
        let looked_at = backup::open(&db).await.unwrap().is_none();
        let said = events::newest(&mut db.peek(), 20).await.unwrap();
        assert_eq!(said.iter().any(|event| event.r#type == "house.restored"), looked_at, "it says so");
        db.close().await;
        looked_at
    }

    /// Puts it back again: from the beginning, or from where both copies are in their places.
    async fn ends_well(&self, kept: &Kept, copies: (&str, &str)) {
        let (mut code, mut said) = command(&restore(&self.settings, copies, &[]));
        if code != Some(0) && said["error"].as_str().is_some_and(|error| error.contains("restore --check")) {
            (code, said) = command(&self.check());
        }
        assert_eq!((code, said["fine"].as_bool()), (Some(0), Some(true)), "{said}");
        let db = self.db().await;
        assert!(kept.signs_in(&db, "ada@example.org").await);
        assert_eq!((backup::open(&db).await.unwrap(), head::went_back(&db, None).await.unwrap()), (None, None));
        db.close().await;
        if let Location::Sqlite(folder) = &self.location {
            let left = names(folder).into_iter().filter(|name| name.contains("restor")).collect::<Vec<_>>();
            assert_eq!(left, Vec::<String>::new());
        }
    }
}

fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

async fn kept(world: crate::world::World) -> (Kept, String, String) {
    let kept = Kept::new(world).await;
    kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
    let (data, vault) = kept.back_up("copy");
    (kept, data, vault)
}

fn begins(bare: &Bare, copies: (&str, &str)) -> Running {
    let mut restore = portreeve(&restore(&bare.settings, copies, &[]));
    Running(restore.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

both! {
    async fn a_restore_that_is_killed_anywhere_is_not_served_and_ends_well_at_last(world: World) {
        let (kept, data, vault) = kept(world).await;
        let copies = (&*data, &*vault);
        let whole = kept.elsewhere("whole").await;
        let began = Instant::now();
        whole.ends_well(&kept, copies).await;
        let whole = began.elapsed();
        for nth in 1..=KILLS {
            let bare = kept.elsewhere(&format!("killed-{nth}")).await;
            let mut running = begins(&bare, copies);
            tokio::time::sleep(whole * nth / KILLS).await;
            running.0.kill().unwrap();
            let ended = running.0.wait().unwrap();
            if ended.success() || bare.was_looked_at().await {
                refused(&restore(&bare.settings, copies, &[]), "already");
            } else {
                bare.is_not_served().await;
                bare.ends_well(&kept, copies).await;
            }
        }
    }
}

/// A copy in the clear, or as much of it as was written.
fn put(kept: &Kept, copy: &str, at: &Path, half: bool) {
    let (_, plain) = kept.plain(copy);
    let end = if half { plain.len() / 2 } else { plain.len() };
    std::fs::write(at, &plain[..end]).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_of_a_restore_into_a_folder_can_be_the_last() {
    let (kept, data, vault) = kept(crate::world::World::sqlite().await).await;
    let copies = (&*data, &*vault);
    let (data_at, vault_at) = (Which::Data.file(), Which::Vault.file());
    let (data_by, vault_by) = (folder::restoring(data_at), folder::restoring(vault_at));
    let journal = format!("{data_by}-journal");
    // What lies there, and whether it is only the first half of it.
    let steps: [&[(&str, &str, bool)]; 6] = [
        &[],
        &[(&data, &data_by, true)],
        &[(&data, &data_by, false), (&vault, &vault_by, true)],
        &[(&data, &data_by, false), (&data, &journal, true), (&vault, &vault_by, false)],
        &[(&data, &data_by, false), (&vault, vault_at, false)],
        &[(&data, data_at, false), (&vault, vault_at, false)],
    ];
    for (nth, step) in steps.into_iter().enumerate() {
        let bare = kept.elsewhere(&format!("step-{nth}")).await;
        let Location::Sqlite(folder) = &bare.location else { panic!() };
        std::fs::create_dir(folder).unwrap();
        std::fs::write(folder.join(LOCK), "").unwrap();
        for (copy, name, half) in step {
            put(&kept, copy, &folder.join(name), *half);
        }
        // Nobody opens it, whatever for.
        not_served(&bare.settings, None, "nothing there is whole");
        for words in [&["doctor"][..], &["migrate"], &["restore", "--check", "--by", "Cai Morgan"], &["staff", "list"]]
        {
            let (code, said) = command(&[words, &["--config", &bare.settings]].concat());
            assert!(code == Some(1) && said.to_string().contains("nothing there is whole"), "{words:?}: {said}");
        }
        let (code, said) = command(&restore(&bare.settings, copies, &["--dry-run"]));
        assert_eq!(code, Some(0), "{said}");
        assert!(step.iter().all(|(_, name, _)| folder.join(name).exists()) && folder.join(LOCK).exists());
        bare.ends_well(&kept, copies).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_goes_beside_nothing_of_another_database_and_beside_no_other_restore() {
    let (kept, data, vault) = kept(crate::world::World::sqlite().await).await;
    let copies = (&*data, &*vault);
    let bare = kept.elsewhere("bare").await;
    let Location::Sqlite(folder) = &bare.location else { panic!() };
    std::fs::create_dir(folder).unwrap();
    // What SQLite would take up together with the copy.
    for left in ["portreeve.db-wal", "vault.db-journal"] {
        std::fs::write(folder.join(left), "of another database").unwrap();
        refused(&restore(&bare.settings, copies, &[]), left);
        std::fs::remove_file(folder.join(left)).unwrap();
    }
    let lock = folder::Restoring::begin(folder).unwrap();
    std::fs::write(folder.join(folder::restoring("portreeve.db")), "the other one's").unwrap();
    refused(&restore(&bare.settings, copies, &[]), "somebody else is putting copies back");
    assert!(folder.join(folder::restoring("portreeve.db")).exists());
    // It is killed.
    drop(lock);
    bare.ends_well(&kept, copies).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_is_killed_as_it_writes_leaves_a_folder_that_nobody_opens() {
    let (kept, data, vault) = kept(crate::world::World::sqlite().await).await;
    let copies = (&*data, &*vault);
    for name in [LOCK.to_owned(), folder::restoring("portreeve.db"), folder::restoring("vault.db")] {
        let mut amidst = false;
        for nth in 0..10 {
            let bare = kept.elsewhere(&format!("{name}-{nth}")).await;
            let Location::Sqlite(folder) = &bare.location else { panic!() };
            let mut running = begins(&bare, copies);
            let (began, path) = (Instant::now(), folder.join(&name));
            while !path.exists() && began.elapsed() < Duration::from_mins(1) {
                std::hint::spin_loop();
            }
            running.0.kill().unwrap();
            running.0.wait().unwrap();
            bare.is_not_served().await;
            amidst = folder.join(LOCK).exists();
            bare.ends_well(&kept, copies).await;
            if amidst {
                break;
            }
        }
        assert!(amidst, "{name}: it had ended before it was killed");
    }
}
