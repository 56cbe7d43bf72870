//! A real `portreeve serve` on a store of its own, with all that it writes: lines, figures, letters, rows.

use crate::app::store_setting;
use crate::events::record::Record;
use crate::relay::Relay;
use crate::serve::{Running, free_port, portreeve};
use crate::store::{location, patient};
use crate::temp::TempDir;
use crate::world::{Place, World};
use portreeve::crypto::roots::{RootSecret, Roots};
use portreeve::policy::sample;
use portreeve::store::{Db, Housekeeping, events, house};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub struct Town {
    pub home: String,
    pub relay: Relay,
    pub record: Record,
    pub folder: TempDir,
    internal: String,
    config: String,
    running: Option<Running>,
    world: World,
}

impl Town {
    pub async fn start(world: World) -> Self {
        let (folder, relay) = (TempDir::new("planted"), Relay::default());
        let path = folder.path();
        sample::write_to(&path.join("policies"), "http://localhost:8090", "http://localhost:8091").unwrap();
        let secret = RootSecret::generate_to_file(&path.join("root.secret")).unwrap();
        let (public, internal, mail) = (free_port(), free_port(), relay.open().await);
        let database = store_setting(&world, path);
        // As loud as it can be made.
        let text = format!(
            "issuer = \"http://localhost:{public}\"\n{database}\npolicies = \"policies\"\nroot_secret_file = \"root.secret\"\n\
             mail_from = \"no-reply@havenbrook.example\"\nlanguages = [\"en\"]\ntrusted_proxies = [\"127.0.0.1/32\"]\n\
             [listen]\npublic = \"127.0.0.1:{public}\"\ninternal = \"127.0.0.1:{internal}\"\n\
             [smtp]\nhost = \"localhost\"\nport = {mail}\ntls = \"none\"\n[log]\nlevel = \"debug\"\n"
        );
        let config = path.join("portreeve.toml");
        std::fs::write(&config, text).unwrap();
        let said = File::create(path.join("said")).unwrap();
        let config = config.to_str().unwrap().to_owned();
        let mut command = portreeve(&["serve", "--config", &config]);
        // What others are used to say more with.
        command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
        let child = command.stdout(said.try_clone().unwrap()).stderr(said).spawn().unwrap();
        let db = Db::open(&location(&world), &patient()).await.unwrap();
        let record = Record::of(&db, &Roots::derive(&secret).unwrap());
        let (home, internal) = (format!("http://localhost:{public}"), format!("http://127.0.0.1:{internal}"));
        let town = Self { home, relay, record, folder, internal, config, running: Some(Running(child)), world };
        assert_eq!(crate::serve::get(&format!("{}/ready", town.internal)).await.0, 200, "{}", town.said());
        town
    }

    /// All lines of the log so far.
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("said")).unwrap()
    }

    pub async fn figures(&self) -> String {
        crate::serve::get(&format!("{}/metrics", self.internal)).await.1
    }

    /// What a command says, on both outputs.
    pub fn command(&self, arguments: &[&str], typed: &str) -> String {
        let arguments = [arguments, &["--config", &self.config]].concat();
        let mut command = portreeve(&arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let output = child.wait_with_output().unwrap();
        let both = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(output.status.success(), "{arguments:?}: {both}");
        both
    }

    /// Until the record holds an event of a kind.
    pub async fn until(&mut self, kind: &str) {
        let began = Instant::now();
        loop {
            let all = events::newest(&mut self.record.db.peek(), 10_000).await.unwrap();
            if all.iter().any(|event| event.r#type == kind) {
                return;
            }
            assert!(began.elapsed() < Duration::from_mins(1), "no {kind} comes: {}", self.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Runs statements of the test's own, whichever the database understands.
    pub async fn meddle(&self, sqlite: &'static str, postgres: &'static str) {
        let sql = if self.record.db.name() == "sqlite" { sqlite } else { postgres };
        let began = Instant::now();
        loop {
            let meddled = self.record.db.write(async |mut w| {
                w.sql(sql).run().await?;
                w.commit_quietly(Housekeeping::Lease, ()).await
            });
            match meddled.await {
                // Its duties write too.
                Err(error) if error.is_unavailable() && began.elapsed() < Duration::from_secs(30) => {}
                meddled => {
                    meddled.unwrap();
                    break;
                }
            }
        }
    }

    /// Writes something into the store in clear.
    pub async fn keep(&self, value: &[u8]) {
        let kept = self.record.db.write(async |mut w| {
            house::set_once(&mut w, "planted", value).await?;
            w.commit_quietly(Housekeeping::Lease, ()).await
        });
        kept.await.unwrap();
    }

    /// Everything that the store keeps, as (place, bytes): the files, or every row of every table.
    pub async fn store(&self) -> Vec<(String, Vec<u8>)> {
        match &self.world.place {
            Place::Sqlite(folder) => std::fs::read_dir(folder.path())
                .unwrap()
                .map(|file| file.unwrap().path())
                .filter(|path| path.is_file())
                .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), read(&path)))
                .collect(),
            Place::Postgres(url) => rows(url).await,
        }
    }

    /// Stops it as an operator does.
    pub fn stop(&mut self) {
        assert_eq!(self.running.take().unwrap().stop(), Some(0), "{}", self.said());
    }
}

/// A file of the store, by another process: to close it in this one, which has the store open, would give up its locks there
/// (fcntl), and the next to close the store would take it for the last and unlink the log of writes.
fn read(path: &Path) -> Vec<u8> {
    Command::new("cat").arg(path).output().unwrap().stdout
}

/// The rows of every table but the library's own: when its migrations were made spells a code of six digits now and then.
async fn rows(url: &str) -> Vec<(String, Vec<u8>)> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let tables = "SELECT table_schema || '.' || table_name FROM information_schema.tables
         WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_name <> '_sqlx_migrations'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.unwrap();
    let mut all = Vec::new();
    for table in tables {
        let text = AssertSqlSafe(format!("SELECT CAST(t AS TEXT) FROM {table} t"));
        let rows = sqlx::query(text).fetch_all(&mut connection).await.unwrap();
        let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        all.push((table, lines.join("\n").into_bytes()));
    }
    all
}
