//! A store that went back: who was erased does not return, what is lost is said, and nobody is served before somebody looked.

use super::{Bare, Kept, PASSWORD, command, is_there, newest, not_served, refused, restore};
use crate::log::{happen, seal};
use crate::serve::portreeve;
use crate::world::Place;
use portreeve::app::App;
use portreeve::crypto::note::{Note, NoteKey};
use portreeve::crypto::roots::RootSecret;
use portreeve::domain::audit::checkpoint::Checkpoint;
use portreeve::domain::audit::tree::Tiles;
use portreeve::domain::ids::AccountId;
use portreeve::domain::time::When;
use portreeve::jobs::remember_head::RememberHead;
use portreeve::jobs::runner::Duty as _;
use portreeve::service::backup::{self, head};
use portreeve::service::erasure::{self, Cause, Erased};
use portreeve::service::log::opened;
use portreeve::store::copies::{self, Which};
use portreeve::store::{Db, Housekeeping, Location, Settings, heads, house, log};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The head of the log that grows: how many entries, and the note.
async fn head_of(db: &Db) -> (i64, String) {
    let open = log::open(&mut db.peek()).await.unwrap().unwrap();
    let newest = log::checkpoint(&mut db.peek(), &open.name).await.unwrap().unwrap();
    assert_eq!(newest.size, open.size);
    (open.size, newest.note)
}

async fn erased(app: &App, who: AccountId) {
    let done = erasure::erase(app, who, &Cause::Again { cause: "resident".to_owned(), by: None }, None, app.now())
        .await
        .unwrap();
    assert!(matches!(done, Erased::Done { .. }));
}

/// Puts one part of a store elsewhere, as somebody does who does not ask us.
async fn by_hand(from: &Location, to: &Location, which: Which) {
    match (from, to) {
        (Location::Sqlite(from), Location::Sqlite(to)) => {
            std::fs::create_dir_all(to).unwrap();
            copies::copy(from, which, &to.join(which.file())).await.unwrap();
        }
        (Location::Postgres(from), Location::Postgres(to)) => {
            let part = if which == Which::Data { "--exclude-schema=vault" } else { "--schema=vault" };
            let piped = "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -1); pg_dump --no-owner $3 $1 | psql -q -v ON_ERROR_STOP=1 $2";
            let done = Command::new("sh").args(["-c", piped, "sh", from, to, part]).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
        _ => panic!("two kinds"),
    }
}

impl Kept {
    fn location(&self) -> Location {
        match &self.house.world().place {
            Place::Sqlite(folder) => Location::Sqlite(folder.path().to_owned()),
            Place::Postgres(url) => Location::Postgres(url.clone()),
        }
    }
}

/// The data of `old`, with the vault of `vault`.
async fn put(kept: &Kept, name: &str, (old, vault): (&Location, &Location)) -> Bare {
    let bare = kept.elsewhere(name).await;
    by_hand(vault, &bare.location, Which::Vault).await;
    by_hand(old, &bare.location, Which::Data).await;
    bare
}

async fn why(bare: &Bare, folder: Option<&Path>) -> Option<String> {
    let db = bare.db().await;
    let why = head::went_back(&db, folder).await.unwrap();
    db.close().await;
    why
}

both! {
    async fn q28_restore_last_weeks_backup_do_erased_people_return(world: World) {
        let kept = Kept::new(world).await;
        let app = &kept.house.app;
        let ada = kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
        let ben = kept.house.resident("Ben Okafor", "ben@example.org", PASSWORD).await;
        let cara = kept.house.resident("Cara Evans", "cara@example.org", PASSWORD).await;
        seal(app).await;
        let (then, _) = head_of(&app.db).await;
        let (data, _) = kept.back_up("then");
        // It is a week ago.
        let mut week_ago = String::new();
        let data = kept.told(&data, "last-week.backup", |head| {
            let taken = When::from_micros(head["taken_us"].as_i64().unwrap()) - Duration::from_hours(24 * 7);
            week_ago = taken.to_string();
            (head["taken_us"], head["taken"]) = (json!(taken.micros()), json!(week_ago));
        });
        erased(app, ada).await;
        erased(app, ben).await;
        seal(app).await;
        RememberHead::into(None).round(app, app.now()).await.unwrap();
        let (now, _) = head_of(&app.db).await;
        let (_, vault) = kept.back_up("today");
        let vault_of: serde_json::Value = serde_json::from_str(&kept.plain(&vault).0).unwrap();

        let bare = kept.elsewhere("restored").await;
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
        assert_eq!((code, said["fine"].as_bool()), (Some(0), Some(true)), "{said}");
        let db = bare.db().await;
        for (who, email, there) in
            [(ada, "ada@example.org", false), (ben, "ben@example.org", false), (cara, "cara@example.org", true)]
        {
            assert_eq!((is_there(&db, who).await, kept.signs_in(&db, email).await), (there, there), "{email}");
        }
        let lost = now - then;
        assert!(lost > 2 && said.to_string().contains(&format!("{lost} events were recorded after the copy and are lost")), "{said}");
        let checked = ["data", "vault", "counts", "policies", "signing keys", "log", "log's head", "erasures", "sessions", "sharing", "accounts", "sign-in"];
        assert_eq!(
            newest(&kept, &db, "house.restored").await,
            json!({
                "data_of": week_ago, "vault_of": vault_of["taken"], "checked": checked, "wrong": [], "lost": lost,
                "erased_again": 2, "by": "Cai Morgan",
            })
        );
    }

    async fn a_checkpoint_from_elsewhere_says_what_is_lost_and_a_forged_one_is_refused(world: World) {
        let kept = Kept::new(world).await;
        let app = &kept.house.app;
        happen(app, 3).await;
        seal(app).await;
        let (then, early) = head_of(&app.db).await;
        let (data, vault) = kept.back_up("copy");
        happen(app, 5).await;
        seal(app).await;
        let (now, late) = head_of(&app.db).await;
        let bare = kept.elsewhere("bare").await;
        let (code, said) = command(&restore(&bare.settings, (&data, &vault), &[]));
        assert_eq!(code, Some(0), "{said}");
        let file = kept.path("checkpoint");
        let look = |note: &str| {
            std::fs::write(&file, note).unwrap();
            let file = file.to_str().unwrap();
            command(&["restore", "--check", "--config", &bare.settings, "--by", "Cai Morgan", "--checkpoint", file])
        };
        let (code, said) = look(early.trim_end());
        assert!(code == Some(0) && said.to_string().contains(&format!("with {then} entries; they are here")), "{said}");
        let (code, said) = look(&late);
        assert!(code == Some(0) && said.to_string().contains(&format!("{} events were recorded after", now - then)), "{said}");
        let db = bare.db().await;
        assert_eq!(newest(&kept, &db, "house.restored").await["lost"], json!(now - then));
        // Signed by somebody else; changed under our signature; and by us, of a log that went another way.
        let text = Note::parse(&early).unwrap().text().to_owned();
        let log = Checkpoint::parse(&text).unwrap().origin;
        let mut forged = Note::new(text.replace(&format!("\n{then}\n"), "\n1000\n")).unwrap();
        forged.add(NoteKey::generate().unwrap().sign(&log, forged.text()).unwrap());
        let (code, said) = look(&forged.to_string());
        assert!(code == Some(1) && said.to_string().contains("signed by no key that this log has"), "{said}");
        let changed = early.replacen(&format!("\n{then}\n"), "\n2\n", 1);
        assert_eq!(look(&changed).0, Some(1), "another size under our signature");
        let (row, empty) = (log::keys(&mut app.db.peek()).await.unwrap().remove(0), Tiles::default().root(0).unwrap());
        let other = Checkpoint { origin: log.clone(), size: u64::try_from(then).unwrap(), root: empty }.to_string();
        let mut note = Note::new(other).unwrap();
        note.add(opened(&app.roots, &row).unwrap().sign(&log, note.text()).unwrap());
        let (code, said) = look(&note.to_string());
        assert!(code == Some(1) && said.to_string().contains("knows another"), "{said}");
        assert_eq!(newest(&kept, &db, "house.restored").await["wrong"], json!(["log's head"]));
        not_served(&bare.settings, None, "was not all well");
        assert_eq!(look(&early).0, Some(0));
        assert_eq!(backup::open(&db).await.unwrap(), None);
        std::fs::remove_file(&file).unwrap();
        refused(&["restore", "--check", "--config", &bare.settings, "--by", "Cai Morgan", "--checkpoint", file.to_str().unwrap()], "cannot be read");
    }

    async fn a_store_that_was_taken_back_by_hand_serves_nobody_until_it_was_looked_at(world: World) {
        let kept = Kept::new(world).await;
        let (app, here) = (&kept.house.app, kept.location());
        let ada = kept.house.resident("Ada Wójcik", "ada@example.org", PASSWORD).await;
        let state = kept.path("state");
        std::fs::create_dir(&state).unwrap();
        seal(app).await;
        let mut duty = RememberHead::into(Some(state.clone()));
        duty.round(app, app.now()).await.unwrap();
        assert_eq!(head::went_back(&app.db, Some(&state)).await.unwrap(), None, "it is where it was");
        let old = put(&kept, "old", (&here, &here)).await;
        erased(app, ada).await;
        seal(app).await;
        duty.round(app, app.now()).await.unwrap();
        assert_eq!(head::went_back(&app.db, Some(&state)).await.unwrap(), None, "it is where it was");

        // The data alone is older: the vault knows.
        let bare = put(&kept, "newer-vault", (&old.location, &here)).await;
        not_served(&bare.settings, None, "the vault saw");
        let check = ["restore", "--check", "--config", &bare.settings, "--by", "Cai Morgan"];
        let (code, said) = command(&check);
        assert!(code == Some(0) && said.to_string().contains("brought back by the data and erased again: 1;"), "{said}");
        assert_eq!(why(&bare, None).await, None, "somebody looked");
        assert!(!is_there(&bare.db().await, ada).await);

        // Both are: this node knows, by the folder that it keeps its state in.
        let bare = put(&kept, "older-vault", (&old.location, &old.location)).await;
        let folder = if let Location::Sqlite(folder) = &bare.location { folder.clone() } else { state.clone() };
        if folder != state {
            std::fs::copy(state.join(heads::FILE), folder.join(heads::FILE)).unwrap();
        }
        not_served(&bare.settings, Some(&folder), "this node saw");
        let (code, said) = command(&["restore", "--check", "--config", &bare.settings, "--by", "Cai Morgan"]);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(why(&bare, Some(&folder)).await, None, "somebody looked");
        assert!(is_there(&bare.db().await, ada).await, "nobody knows any more that she was erased");

        // However new, statements bring it to another database, which PostgreSQL tells.
        let bare = put(&kept, "moved", (&here, &here)).await;
        if matches!(here, Location::Postgres(_)) {
            not_served(&bare.settings, None, "was copied from another one");
            assert_eq!(command(&["restore", "--check", "--config", &bare.settings, "--by", "Cai Morgan"]).0, Some(0));
        }
        assert_eq!(why(&bare, None).await, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_is_held_back_too() {
    let folder = crate::temp::TempDir::new("held-back");
    RootSecret::generate_to_file(&folder.path().join("root.secret")).unwrap();
    let db = Db::open(&Location::Sqlite(folder.path().to_owned()), &Settings::default()).await.unwrap();
    db.write(async |mut w| {
        house::set(&mut w, backup::OPEN, b"{}").await?;
        w.commit_quietly(Housekeeping::Seal, ()).await
    })
    .await
    .unwrap();
    db.close().await;
    let mut demo = portreeve(&["demo", "--data", folder.path().to_str().unwrap(), "--port", "0", "--staff-port", "0"]);
    let output = demo.args(["--service-ports", "0,0", "--mail-port", "0"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("restore --check"), "{said}");
}
