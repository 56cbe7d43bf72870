//! Copies of the house: made while others write, put back on a bare place, and looked at before they serve anybody.

use crate::app::House;
use crate::serve::portreeve;
use crate::temp::TempDir;
use crate::world::{Place, World};
use portreeve::crypto::index::{BlindIndex, IndexKind};
use portreeve::crypto::password::{Password, Phc};
use portreeve::domain::account::EmailAddress;
use portreeve::domain::ids::AccountId;
use portreeve::service::erasure::{self, Cause};
use portreeve::service::{backup, people};
use portreeve::store::{Db, Error, Location, Settings, accounts, events, vault};
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

const PASSWORD: &str = "turnip lantern cobble";

/// A house with its settings, and the folders for its copies.
struct Kept {
    house: House,
    folder: TempDir,
    settings: String,
}

fn command(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = portreeve(&[&["--json"][..], arguments].concat()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}")))
}

fn refused(arguments: &[&str], with: &str) {
    let (code, said) = command(arguments);
    let error = said["error"].as_str().unwrap_or_else(|| panic!("{said}"));
    assert!(code == Some(1) && error.contains(with), "{error}");
}

impl Kept {
    async fn new(world: World) -> Self {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("kept"));
        let settings = house.settings(folder.path());
        Self { house, folder, settings }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Copies it; gives where the data went, and where the vault.
    fn back_up(&self, name: &str) -> (String, String) {
        back_up(self.folder.path(), &self.settings, name)
    }

    /// Settings of the same house on a bare machine, and its data folder.
    fn elsewhere(&self, name: &str) -> (String, PathBuf) {
        let text = std::fs::read_to_string(&self.settings).unwrap();
        let lines = text
            .lines()
            .map(|line| if line.starts_with("data = ") { format!("data = \"{name}\"") } else { line.to_owned() });
        let file = self.path(&format!("{name}.toml"));
        std::fs::write(&file, lines.collect::<Vec<_>>().join("\n")).unwrap();
        (file.to_str().unwrap().to_owned(), self.path(name))
    }

    /// Whether somebody could sign in there with this address.
    async fn signs_in(&self, db: &Db, email: &str) -> bool {
        let app = &self.house.app;
        let blind = BlindIndex::of(&app.roots, IndexKind::SignInName, &EmailAddress::parse(email).unwrap().folded());
        let Some(row) = accounts::credential_by_identifier(&mut db.peek(), &blind.0).await.unwrap() else {
            return false;
        };
        let password = Password::parse(PASSWORD).unwrap();
        let verdict = app.hasher.verify(password, &Phc::from_stored(row.phc)).await.unwrap();
        verdict.matches && people::keys(&mut db.peek(), &app.roots, row.account_id).await.unwrap().has_profile()
    }
}

fn back_up(folder: &Path, settings: &str, name: &str) -> (String, String) {
    let (out, vault) = (folder.join(name), folder.join(format!("{name}-vault")));
    let (out, vault) = (out.to_str().unwrap(), vault.to_str().unwrap());
    let (code, said) =
        command(&["backup", "--config", settings, "--out", out, "--vault-out", vault, "--by", "Bea Lloyd"]);
    assert_eq!(code, Some(0), "{said}");
    let file = |at: usize| said["copies"][at]["file"].as_str().unwrap().to_owned();
    (file(0), file(1))
}

async fn there(data: &Path) -> Db {
    Db::open(&Location::Sqlite(data.to_owned()), &Settings::default()).await.unwrap()
}

async fn is_there(db: &Db, account: AccountId) -> bool {
    match accounts::get(&mut db.peek(), account).await {
        Ok(_) => true,
        Err(Error::Missing) => false,
        Err(error) => panic!("{error}"),
    }
}

fn restore<'a>(settings: &'a str, (data, vault): (&'a str, &'a str), more: &[&'a str]) -> Vec<&'a str> {
    [&["restore", "--config", settings, "--from", data, "--vault", vault, "--by", "Cai Morgan"], more].concat()
}

both! {
    async fn f24_a_copy_made_while_others_write_serves_on_a_bare_place(world: World) {
        let kept = Kept::new(world).await;
        if !matches!(kept.house.world().place, Place::Sqlite(_)) {
            let out = kept.path("out");
            let out = out.to_str().unwrap();
            refused(&["backup", "--config", &kept.settings, "--out", out, "--by", "Bea Lloyd"], "pg_dump");
            refused(&restore(&kept.settings, ("a", "b"), &[]), "pg_restore");
            kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
            let (code, said) = command(&["restore", "--check", "--config", &kept.settings, "--by", "Cai Morgan"]);
            assert_eq!((code, said["fine"].as_bool()), (Some(0), Some(true)), "{said}");
            return;
        }
        kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
        let writing = async {
            for number in 0..20 {
                kept.house.resident("Ben Okafor", &format!("ben{number}@example.org"), PASSWORD).await;
            }
        };
        let (folder, settings) = (kept.folder.path().to_owned(), kept.settings.clone());
        let copying = tokio::task::spawn_blocking(move || back_up(&folder, &settings, "out"));
        let ((), copied) = tokio::join!(writing, copying);
        let (data, vault) = copied.unwrap();
        for file in [&data, &vault] {
            assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
            let bytes = std::fs::read(file).unwrap();
            assert!(!bytes.windows(15).any(|part| part == b"SQLite format 3"), "in the clear");
        }
        let Place::Sqlite(ours) = &kept.house.world().place else { panic!("SQLite") };
        for left in ["data.copy", "vault.copy"] {
            assert!(!ours.path().join(left).exists(), "{left} is left in the clear");
        }
        let kinds = events::newest(&mut kept.house.app.db.peek(), 50).await.unwrap();
        assert!(kinds.iter().any(|event| event.r#type == "house.backed_up"));

        let (settings, place) = kept.elsewhere("bare");
        let (code, said) = command(&restore(&settings, (&data, &vault), &["--dry-run"]));
        assert!(code == Some(0) && !place.exists(), "{said}");
        let (code, said) = command(&restore(&settings, (&data, &vault), &[]));
        assert_eq!((code, said["fine"].as_bool()), (Some(0), Some(true)), "{said}");
        let db = there(&place).await;
        assert!(kept.signs_in(&db, "ada@example.org").await);
        assert!(!kept.signs_in(&db, "nobody@example.org").await);
        assert_eq!(backup::open(&db).await.unwrap(), None);
        let newest = events::newest(&mut db.peek(), 1).await.unwrap();
        assert_eq!(newest[0].r#type, "house.restored");
        db.close().await;
        refused(&restore(&settings, (&data, &vault), &[]), "already");
    }

    async fn f25_who_was_erased_since_is_erased_again_before_the_first_request(world: World) {
        let kept = Kept::new(world).await;
        if !matches!(kept.house.world().place, Place::Sqlite(_)) {
            return;
        }
        let ada = kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
        kept.house.resident("Ben Okafor", "ben@example.org", PASSWORD).await;
        let (data, old_vault) = kept.back_up("before");
        let app = &kept.house.app;
        let erased = erasure::erase(app, ada, &Cause::Again("resident".to_owned()), None, app.now()).await.unwrap();
        assert!(matches!(erased, erasure::Erased::Done { .. }));
        let (new_data, vault) = kept.back_up("after");

        let (settings, place) = kept.elsewhere("newest");
        let (code, said) = command(&restore(&settings, (&data, &vault), &[]));
        assert_eq!(code, Some(0), "{said}");
        assert!(said.to_string().contains("1 people whom the data brought back were erased again"), "{said}");
        let db = there(&place).await;
        assert!(!is_there(&db, ada).await, "she is back");
        assert!(!kept.signs_in(&db, "ada@example.org").await);
        assert!(kept.signs_in(&db, "ben@example.org").await);

        // Without her tombstone she would be back, and that is said.
        let (settings, place) = kept.elsewhere("older");
        refused(&restore(&settings, (&new_data, &old_vault), &[]), "--older-vault");
        assert!(!place.exists());
        let (code, said) = command(&restore(&settings, (&new_data, &old_vault), &["--older-vault"]));
        assert!(code == Some(0) && said.to_string().contains("OLDER than the data"), "{said}");
    }

    async fn what_is_not_well_is_said_and_serve_does_not_start(world: World) {
        let kept = Kept::new(world).await;
        if !matches!(kept.house.world().place, Place::Sqlite(_)) {
            return;
        }
        let ada = kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
        let keys = vault::keys(&mut kept.house.app.db.peek(), ada).await.unwrap();
        let app = &kept.house.app;
        app.db
            .write(async |mut w| {
                vault::forget(&mut w, ada, portreeve::domain::audit::PersonKey::Profile).await?;
                vault::forget(&mut w, ada, portreeve::domain::audit::PersonKey::Evidence).await?;
                w.commit_quietly(portreeve::store::Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        let (data, vault) = kept.back_up("keyless");
        let (settings, place) = kept.elsewhere("halt");
        let (code, said) = command(&restore(&settings, (&data, &vault), &[]));
        assert_eq!((code, said["fine"].as_bool()), (Some(1), Some(false)), "{said}");
        let db = there(&place).await;
        assert!(backup::open(&db).await.unwrap().is_some());
        let output = portreeve(&["serve", "--config", &settings]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && error.contains("restore --check"), "{error}");
        let (profile, evidence) = (keys.profile.unwrap(), keys.evidence.unwrap());
        db.write(async |mut w| {
            portreeve::store::vault::insert(&mut w, ada, &profile, &evidence, app.now()).await?;
            w.commit_quietly(portreeve::store::Housekeeping::Flow, ()).await
        })
        .await
        .unwrap();
        let (code, said) = command(&["restore", "--check", "--config", &settings, "--by", "Cai Morgan"]);
        assert_eq!((code, said["fine"].as_bool()), (Some(0), Some(true)), "{said}");
        assert_eq!(backup::open(&db).await.unwrap(), None);
    }

    async fn what_was_changed_or_does_not_fit_is_refused_and_nothing_is_written(world: World) {
        let kept = Kept::new(world).await;
        if !matches!(kept.house.world().place, Place::Sqlite(_)) {
            return;
        }
        kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
        let out = kept.path("one");
        let out = out.to_str().unwrap();
        let beside = ["backup", "--config", &kept.settings, "--out", out, "--vault-out", out, "--by", "Bea Lloyd"];
        refused(&beside, "must not lie beside");
        let (data, vault) = kept.back_up("sound");
        let (settings, place) = kept.elsewhere("bare");
        let whole = std::fs::read(&data).unwrap();
        let odd = kept.path("odd.backup");
        let other = odd.to_str().unwrap();
        let mut flipped = whole.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        for (bytes, with) in [
            (&flipped[..], "does not open"),
            (&whole[..whole.len() - 9], "cut off"),
            (&b"no backup"[..], "does not begin"),
        ] {
            std::fs::write(&odd, bytes).unwrap();
            refused(&restore(&settings, (other, &vault), &[]), with);
            assert!(!place.exists(), "{with}");
        }
        refused(&restore(&settings, (&vault, &data), &[]), "is a copy of the vault");
        // Another root secret.
        let secret = kept.path("other.secret");
        portreeve::crypto::roots::RootSecret::generate_to_file(&secret).unwrap();
        let text = std::fs::read_to_string(&settings).unwrap();
        let lines = text.lines().map(|line| {
            let other = format!("root_secret_file = \"{}\"", secret.display());
            if line.starts_with("root_secret_file") { other } else { line.to_owned() }
        });
        let wrong = kept.path("wrong.toml");
        std::fs::write(&wrong, lines.collect::<Vec<_>>().join("\n")).unwrap();
        refused(&restore(wrong.to_str().unwrap(), (&data, &vault), &[]), "put the right one in place");
        assert!(!place.exists());
        let (code, said) = command(&restore(&settings, (&data, &vault), &[]));
        assert_eq!(code, Some(0), "{said}");
    }
}
