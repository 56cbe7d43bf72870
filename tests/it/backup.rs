//! Copies of the house: made while others write, put back on a bare place, and looked at before they serve anybody.

mod back;
mod killed;
mod old;
mod programs;
mod revoked;

use crate::app::House;

use crate::serve::{Running, portreeve};
use crate::temp::TempDir;
use crate::world::{Place, World};
use portreeve::app::App;
use portreeve::crypto::index::{BlindIndex, IndexKind};
use portreeve::crypto::parcel;
use portreeve::crypto::password::{Password, Phc};
use portreeve::crypto::record::StoredPayload;
use portreeve::crypto::roots::RootSecret;
use portreeve::domain::account::EmailAddress;
use portreeve::domain::audit::PersonKey;
use portreeve::domain::ids::AccountId;
use portreeve::service::erasure::{self, Cause};
use portreeve::service::{backup, people};
use portreeve::store::{Db, Error, Housekeeping, Location, Settings, accounts, dumps, events, folder, vault};
use serde_json::{Value, json};
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

pub const PASSWORD: &str = "turnip lantern cobble";

/// A house with its settings, and the folders for its copies.
pub struct Kept {
    pub house: House,
    pub folder: TempDir,
    pub settings: String,
}

/// The same house on a bare machine.
pub struct Bare {
    pub settings: String,
    pub location: Location,
}

impl Bare {
    pub async fn db(&self) -> Db {
        Db::open(&self.location, &Settings::default()).await.unwrap()
    }

    /// Nothing was put in place.
    pub async fn is_bare(&self) -> bool {
        match &self.location {
            Location::Sqlite(folder) => folder::whole(folder).is_ok() && folder::occupied(folder).is_none(),
            Location::Postgres(url) => dumps::occupied(url).await.unwrap() == 0,
        }
    }
}

pub fn command(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = portreeve(&[&["--json"][..], arguments].concat()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}")))
}

pub fn refused(arguments: &[&str], with: &str) {
    let (code, said) = command(arguments);
    let error = said["error"].as_str().unwrap_or_else(|| panic!("{said}"));
    assert!(code == Some(1) && error.contains(with), "{error}");
}

impl Kept {
    pub async fn new(world: World) -> Self {
        let (house, folder) = (House::by_the_wall(world).await, TempDir::new("kept"));
        let settings = house.settings(folder.path());
        Self { house, folder, settings }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Copies it; gives where the data went, and where the vault.
    pub fn back_up(&self, name: &str) -> (String, String) {
        back_up(self.folder.path(), &self.settings, name)
    }

    /// Settings of the same house on a bare machine.
    pub async fn elsewhere(&self, name: &str) -> Bare {
        let (key, line, location) = match &self.house.world().place {
            Place::Sqlite(_) => ("data", format!("data = \"{name}\""), Location::Sqlite(self.path(name))),
            Place::Postgres(_) => {
                let (url, file) = (crate::postgres::of_a_tenant().await, self.path(&format!("{name}.url")));
                std::fs::write(&file, &url).unwrap();
                std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
                let line = format!("postgres_url_file = \"{}\"", file.display());
                ("postgres_url_file", line, Location::Postgres(url))
            }
        };
        Bare { settings: self.other_settings((name, &self.settings), key, &line), location }
    }

    /// The settings with another line for this key.
    pub fn other_settings(&self, (name, of): (&str, &str), key: &str, line: &str) -> String {
        let text = std::fs::read_to_string(of).unwrap();
        let key = format!("{key} = ");
        let lines = text.lines().map(|old| if old.starts_with(&key) { line } else { old });
        let file = self.path(&format!("{name}.toml"));
        std::fs::write(&file, lines.collect::<Vec<_>>().join("\n")).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// A copy with another head, sealed as ours are: what it says of itself is changed by `change`.
    pub fn told(&self, file: &str, name: &str, change: impl FnOnce(&mut Value)) -> String {
        let (head, plain) = self.plain(file);
        let mut head: Value = serde_json::from_str(&head).unwrap();
        change(&mut head);
        let mut out = Vec::new();
        parcel::seal(&self.house.app.roots, &head.to_string(), &mut &plain[..], &mut out).unwrap();
        let to = self.path(name);
        std::fs::write(&to, out).unwrap();
        to.to_str().unwrap().to_owned()
    }

    /// The head of a copy, and what is in it.
    pub fn plain(&self, file: &str) -> (String, Vec<u8>) {
        let bytes = std::fs::read(file).unwrap();
        let (mut sealed, mut plain) = (&bytes[..], Vec::new());
        let head = parcel::head(&mut sealed).unwrap();
        parcel::open(&self.house.app.roots, &head, &mut sealed, &mut plain).unwrap();
        (head, plain)
    }

    /// Whether somebody could sign in there with this address.
    pub async fn signs_in(&self, db: &Db, email: &str) -> bool {
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

pub fn back_up(folder: &Path, settings: &str, name: &str) -> (String, String) {
    let (out, vault) = (folder.join(name), folder.join(format!("{name}-vault")));
    let (out, vault) = (out.to_str().unwrap(), vault.to_str().unwrap());
    let (code, said) =
        command(&["backup", "--config", settings, "--out", out, "--vault-out", vault, "--by", "Bea Lloyd"]);
    assert_eq!(code, Some(0), "{said}");
    let file = |at: usize| said["copies"][at]["file"].as_str().unwrap().to_owned();
    (file(0), file(1))
}

pub async fn is_there(db: &Db, account: AccountId) -> bool {
    match accounts::get(&mut db.peek(), account).await {
        Ok(_) => true,
        Err(Error::Missing) => false,
        Err(error) => panic!("{error}"),
    }
}

pub fn restore<'a>(settings: &'a str, (data, vault): (&'a str, &'a str), more: &[&'a str]) -> Vec<&'a str> {
    [&["restore", "--config", settings, "--from", data, "--vault", vault, "--by", "Cai Morgan"], more].concat()
}

/// What an event about nobody says.
pub fn said(app: &App, event: &events::Stored) -> Value {
    let stored = StoredPayload {
        id: event.id,
        person: event.person,
        sealed_under: event.sealed_under.as_deref().unwrap(),
        payload: event.payload.as_deref().unwrap(),
    };
    let whole: Value = serde_json::from_str(&app.snapshot().recorder.open_house_payload(stored).unwrap()).unwrap();
    whole["data"].clone()
}

/// The newest event of this kind, and what it says.
pub async fn newest(kept: &Kept, db: &Db, kind: &str) -> Value {
    let all = events::newest(&mut db.peek(), 50).await.unwrap();
    said(&kept.house.app, all.iter().find(|event| event.r#type == kind).unwrap_or_else(|| panic!("no {kind}")))
}

/// `serve` does not start, and says these words.
pub fn not_served(settings: &str, state: Option<&Path>, with: &str) {
    let mut serve = portreeve(&["serve", "--config", settings]);
    serve.envs(state.map(|state| ("STATE_DIRECTORY", state)));
    let mut running = Running(serve.stderr(Stdio::piped()).spawn().unwrap());
    let ended = (0..600).find_map(|_| {
        std::thread::sleep(Duration::from_millis(100));
        running.0.try_wait().unwrap()
    });
    let ended = ended.unwrap_or_else(|| panic!("it serves"));
    let mut error = String::new();
    running.0.stderr.take().unwrap().read_to_string(&mut error).unwrap();
    assert!(ended.code() == Some(1) && error.contains(with) && error.contains("`portreeve restore"), "{error}");
}

both! {
    async fn f24_a_copy_made_while_others_write_serves_on_a_bare_place(world: World) {
        let kept = Kept::new(world).await;
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
            for clear in ["SQLite format 3", "PGDMP"] {
                assert!(!bytes.windows(clear.len()).any(|part| part == clear.as_bytes()), "in the clear");
            }
            assert_eq!(std::fs::read_dir(Path::new(file).parent().unwrap()).unwrap().count(), 1, "nothing lies beside it");
        }
        if let Place::Sqlite(ours) = &kept.house.world().place {
            for left in ["data.copy", "vault.copy"] {
                assert!(!ours.path().join(left).exists(), "{left} is left in the clear");
            }
        }
        let made = newest(&kept, &kept.house.app.db, "house.backed_up").await;
        assert!(made["data"].as_str().unwrap().len() == 64 && made["vault"] != made["data"], "{made}");

        let bare = kept.elsewhere("bare").await;
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &["--dry-run"]));
        assert!(code == Some(0) && bare.is_bare().await, "{said}");
        assert_eq!((said["fine"].as_bool(), said["dry_run"].as_bool()), (Some(true), Some(true)), "{said}");
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
        assert_eq!((code, said["fine"].as_bool()), (Some(0), Some(true)), "{said}");
        let db = bare.db().await;
        assert!(kept.signs_in(&db, "ada@example.org").await);
        assert!(!kept.signs_in(&db, "nobody@example.org").await);
        assert_eq!(backup::open(&db).await.unwrap(), None);
        let newest = events::newest(&mut db.peek(), 1).await.unwrap();
        assert_eq!(newest[0].r#type, "house.restored");
        db.close().await;
        refused(&restore(&bare.settings, (&data, &vault), &[]), "already");
    }

    async fn f25_who_was_erased_since_is_erased_again_before_the_first_request(world: World) {
        let kept = Kept::new(world).await;
        let ada = kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
        kept.house.resident("Ben Okafor", "ben@example.org", PASSWORD).await;
        let (data, old_vault) = kept.back_up("before");
        let app = &kept.house.app;
        let erased = erasure::erase(app, ada, &Cause::Again { cause: "resident".to_owned(), by: None }, None, app.now()).await.unwrap();
        assert!(matches!(erased, erasure::Erased::Done { .. }));
        let (new_data, vault) = kept.back_up("after");

        let bare = kept.elsewhere("newest").await;
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
        assert_eq!(code, Some(0), "{said}");
        assert!(said.to_string().contains("brought back by the data and erased again: 1;"), "{said}");
        let db = bare.db().await;
        assert!(!is_there(&db, ada).await, "she is back");
        assert!(!kept.signs_in(&db, "ada@example.org").await);
        assert!(kept.signs_in(&db, "ben@example.org").await);

        // Without her tombstone she would be back, and that is said.
        let bare = kept.elsewhere("older").await;
        refused(&restore(&bare.settings, (&new_data, &old_vault), &[]), "--older-vault");
        assert!(bare.is_bare().await);
        let (code, said) = command(&restore(&bare.settings, (&new_data, &old_vault), &["--older-vault"]));
        assert!(code == Some(0) && said.to_string().contains("OLDER than the data"), "{said}");
    }

    async fn what_is_not_well_is_said_and_serve_does_not_start(world: World) {
        let kept = Kept::new(world).await;
        let ada = kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
        let keys = vault::keys(&mut kept.house.app.db.peek(), ada).await.unwrap();
        let app = &kept.house.app;
        app.db
            .write(async |mut w| {
                vault::forget(&mut w, ada, PersonKey::Profile).await?;
                vault::forget(&mut w, ada, PersonKey::Evidence).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        let (data, vault) = kept.back_up("keyless");
        let bare = kept.elsewhere("halt").await;
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
        assert_eq!((code, said["fine"].as_bool()), (Some(1), Some(false)), "{said}");
        let db = bare.db().await;
        assert!(backup::open(&db).await.unwrap().is_some());
        assert_eq!(newest(&kept, &db, "house.restored").await["wrong"], json!(["sign-in"]));
        not_served(&bare.settings, None, "was not all well");
        let (profile, evidence) = (keys.profile.unwrap(), keys.evidence.unwrap());
        db.write(async |mut w| {
            vault::insert(&mut w, ada, &profile, &evidence, app.now()).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await
        .unwrap();
        let (code, said) = command(&["restore", "--check", "--config", &bare.settings, "--by", "Cai Morgan"]);
        assert_eq!((code, said["fine"].as_bool()), (Some(0), Some(true)), "{said}");
        assert_eq!(backup::open(&db).await.unwrap(), None);
    }

    async fn what_was_changed_or_does_not_fit_is_refused_and_nothing_is_written(world: World) {
        let kept = Kept::new(world).await;
        kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
        let out = kept.path("one");
        let out = out.to_str().unwrap();
        let beside = ["backup", "--config", &kept.settings, "--out", out, "--vault-out", out, "--by", "Bea Lloyd"];
        refused(&beside, "must not lie beside");
        let (data, vault) = kept.back_up("sound");
        let bare = kept.elsewhere("bare").await;
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
            refused(&restore(&bare.settings, (other, &vault), &[]), with);
            assert!(bare.is_bare().await, "{with}");
        }
        refused(&restore(&bare.settings, (&vault, &data), &[]), "is a copy of the vault");
        let (code, said) = command(&["restore", "--config", &bare.settings, "--from", &data, "--by", "Cai Morgan"]);
        assert!(code == Some(2) && said["error"].as_str().unwrap().contains("--vault"), "the data alone: {said}");
        // What the head says is believed only as far as it goes.
        let newer = kept.told(&data, "newer.backup", |head| head["schema"] = json!(9_999));
        refused(&restore(&bare.settings, (&newer, &vault), &[]), "a newer version");
        let strange = kept.told(&data, "strange.backup", |head| head["database"] = json!("another"));
        refused(&restore(&bare.settings, (&strange, &vault), &[]), "was made on another");
        let fewer = kept.told(&data, "fewer.backup", |head| head["counts"]["account"] = json!(2));
        refused(&restore(&bare.settings, (&fewer, &vault), &[]), "rows of account");
        assert!(bare.is_bare().await);
        // Another root secret.
        let secret = kept.path("other.secret");
        RootSecret::generate_to_file(&secret).unwrap();
        let line = format!("root_secret_file = \"{}\"", secret.display());
        let wrong = kept.other_settings(("wrong", &bare.settings), "root_secret_file", &line);
        refused(&restore(&wrong, (&data, &vault), &[]), "put the right one in place");
        // A place where there is something.
        refused(&restore(&kept.settings, (&data, &vault), &[]), "already");
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
        assert_eq!(code, Some(0), "{said}");
    }
}
