//! A second party: what it cosigns, what it refuses, and what only it can show.

use super::export::{answer, export, name, recompute, rooted, verdict};
use super::python::python_verdict;
use super::{happen, seal, tamper, unguard};
use crate::app::House;
use crate::serve::{Running, portreeve};
use crate::temp::TempDir;
use crate::world::Place;
use portreeve::app::App;
use portreeve::crypto::note::{KeyKind, Note, NoteKey};
use portreeve::domain::audit::checkpoint::Checkpoint;
use portreeve::domain::audit::tree::edge;
use portreeve::domain::audit::witness::AddCheckpoint;
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::show_witnesses::ShowWitnesses;
use portreeve::service::log::{Head, opened, public_key};
use portreeve::service::witness::{Answer, Witness, compare, heads, submit};
use portreeve::store::log::{self, CheckpointRow, LogRow};
use portreeve::store::{Db, Housekeeping};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// A witness on a machine of its own, as far as a process is one.
pub struct Neighbour {
    pub running: Option<Running>,
    pub data: PathBuf,
    name: String,
    log: String,
    pub witness: Witness,
}

impl Neighbour {
    pub fn new(folder: &Path, name: &str, log: &str) -> Self {
        let data = folder.join(name);
        let (running, witness) = Self::start(&data, name, log);
        Self { running: Some(running), data, name: name.to_owned(), log: log.to_owned(), witness }
    }

    fn start(data: &Path, name: &str, log: &str) -> (Running, Witness) {
        let arguments =
            ["--json", "audit", "witness", "--listen", "127.0.0.1:0", "--name", name, "--log", log, "--data"];
        let mut command = portreeve(&arguments);
        let mut child = command.arg(data).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let url = format!("http://{}", said["address"].as_str().unwrap());
        (Running(child), Witness { url, key: said["key"].as_str().unwrap().parse().unwrap() })
    }

    /// Killed, and started again on its folder.
    pub fn again(&mut self) {
        drop(self.running.take());
        let (running, witness) = Self::start(&self.data, &self.name, &self.log);
        assert_eq!(witness.key, self.witness.key, "its key is in its folder");
        (self.running, self.witness) = (Some(running), witness);
    }

    pub fn key(&self) -> String {
        self.witness.key.to_string()
    }

    /// What it keeps of the one log it has seen.
    fn seen(&self) -> PathBuf {
        let mut files = std::fs::read_dir(&self.data).unwrap().map(|entry| entry.unwrap().path());
        files.find(|path| path.extension().is_some_and(|end| end == "checkpoint")).unwrap()
    }
}

pub async fn vkey(app: &App) -> String {
    let key = public_key(&app.db).await.unwrap().unwrap();
    portreeve::crypto::note::VerifierKey::new(&name(app).await, KeyKind::Log, key).unwrap().to_string()
}

pub async fn show(app: &App, neighbour: &Neighbour) -> Answer {
    let (log, head) = newest(app).await;
    submit(app, &neighbour.witness, (&log, &head), app.now()).await.unwrap()
}

/// The log that grows, and its head.
pub async fn newest(app: &App) -> (LogRow, Head) {
    let (log, head) = heads(app).await.unwrap().remove(0);
    (log, head.unwrap())
}

async fn compared(app: &App, neighbour: &Neighbour) -> Answer {
    let (log, head) = newest(app).await;
    compare(app, &neighbour.witness, (&log, &head)).await.unwrap()
}

pub async fn size(app: &App) -> u64 {
    u64::try_from(log::open(&mut app.db.peek()).await.unwrap().unwrap().size).unwrap()
}

/// What only the holder of the key can do: another history, signed.
pub async fn rewrite(app: &App, statements: &[&'static str]) {
    tamper(app, statements).await;
    recompute(app, &name(app).await).await;
    let (name, key) = (name(app).await, log::keys(&mut app.db.peek()).await.unwrap().pop().unwrap());
    let key: NoteKey = opened(&app.roots, &key).unwrap();
    for row in log::checkpoints(&mut app.db.peek(), &name).await.unwrap() {
        let size = u64::try_from(row.size).unwrap();
        // Smaller trees stand in the same tiles.
        let root = log::tiles(&mut app.db.peek(), &name, edge(size)).await.unwrap().root(size).unwrap();
        let text = Checkpoint { origin: name.clone(), size, root }.to_string();
        let mut note = Note::new(text.clone()).unwrap();
        note.add(key.sign(&name, &text).unwrap());
        replace(&app.db, &name, &CheckpointRow { size: row.size, note: note.to_string() }).await;
    }
    tamper(app, &["DELETE FROM log_witness"]).await;
}

async fn replace(db: &Db, name: &str, row: &CheckpointRow) {
    db.write(async |mut w| {
        w.sql("UPDATE log_checkpoint SET note = $3 WHERE log = $1 AND size = $2")
            .bind(name)
            .bind(row.size)
            .bind(row.note.as_str())
            .run()
            .await?;
        w.commit_quietly(Housekeeping::Seal, ()).await
    })
    .await
    .unwrap();
}

both! {
    async fn a_witness_cosigns_what_grows_and_the_verifiers_count_it(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("witness"));
        let app = &house.app;
        happen(app, 5).await;
        seal(app).await;
        let mut neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &vkey(app).await);
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(size(app).await));
        assert_eq!(show(app, &neighbour).await, Answer::Known(size(app).await));
        neighbour.again();
        happen(app, 300).await;
        seal(app).await;
        // The duty does the same by itself.
        let mut duty = ShowWitnesses::to(vec![neighbour.witness.clone()]);
        duty.round(app, app.now()).await.unwrap();
        assert_eq!(show(app, &neighbour).await, Answer::Known(size(app).await));
        assert_eq!(compared(app, &neighbour).await, Answer::Known(size(app).await));
        // Forgotten here, it is learnt anew there.
        tamper(app, &["DELETE FROM log_witness"]).await;
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(size(app).await));
        happen(app, 1).await;
        seal(app).await;
        let served = reqwest::get(house.at("/log/2026/checkpoint")).await.unwrap().text().await.unwrap();
        let served = Note::parse(&served).unwrap();
        assert!(served.signed_by(&vkey(app).await.parse().unwrap()).is_some());
        let signed = served.signed_by(&neighbour.witness.key).unwrap();
        assert!(signed.at.is_some());
        assert_eq!(Checkpoint::parse(served.text()).unwrap().size + 1, size(app).await, "the one that was cosigned");
        // An hour on without it, the newest is shown.
        house.later(Duration::from_hours(1));
        let served = reqwest::get(house.at("/log/2026/checkpoint")).await.unwrap().text().await.unwrap();
        assert_eq!(Checkpoint::parse(Note::parse(&served).unwrap().text()).unwrap().size, size(app).await);
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(size(app).await));
        // A night in which nothing happens takes no signature away.
        house.later(Duration::from_hours(8));
        let served = reqwest::get(house.at("/log/2026/checkpoint")).await.unwrap().text().await.unwrap();
        assert!(Note::parse(&served).unwrap().signed_by(&neighbour.witness.key).is_some());
        let (out, other) = (folder.path().join("out"), NoteKey::generate().unwrap());
        let key = export(&house.settings(folder.path()), &out);
        let other = other.verifier("other.example", KeyKind::Witness).unwrap().to_string();
        let named = neighbour.key();
        for (more, code) in [
            (vec!["--witness", &named], 0),
            (vec!["--witness", &named, "--witness", &other], 1),
            (vec!["--witness", &named, "--witness", &other, "--quorum", "1"], 0),
            (vec!["--witness", &other], 1),
        ] {
            let (ours, said) = verdict(&out, &key, &more);
            assert_eq!(ours, Some(code), "{more:?}: {said}");
            let (theirs, said) = python_verdict(&out, &key, &more);
            assert_eq!(theirs, Some(code), "{more:?}: {said}");
        }
    }

    async fn a_log_rewritten_with_the_key_is_found_by_who_saw_it(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("witness"));
        let (app, settings) = (&house.app, house.settings(folder.path()));
        happen(app, 20).await;
        seal(app).await;
        let neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &vkey(app).await);
        let other = Neighbour::new(folder.path(), "audit.town.example", &vkey(app).await);
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(size(app).await));
        let seen = size(app).await;
        house.later(Duration::from_mins(2));
        happen(app, 20).await;
        seal(app).await;
        unguard(app).await;
        rewrite(app, &["UPDATE event SET leaf = REPLACE(leaf, '\"ok\"', '\"error\"') WHERE leaf_index = 10"]).await;
        // By itself it is without a flaw.
        let out = folder.path().join("rewritten");
        let key = export(&settings, &out);
        assert_eq!(verdict(&out, &key, &["--without-witness"]).0, Some(0));
        // The witness does not sign it, and nothing that it signed fits it.
        assert_eq!(show(app, &neighbour).await, Answer::Inconsistent);
        let named = neighbour.key();
        let shown = neighbour.seen();
        for more in [vec!["--witness", &named], vec!["--without-witness", "--seen", shown.to_str().unwrap()]] {
            assert_eq!(verdict(&out, &key, &more).0, Some(1), "{more:?}");
            assert_eq!(python_verdict(&out, &key, &more).0, Some(1), "{more:?}");
        }
        // One whom the rewritten one was shown first signs it: the two contradict each other.
        assert_eq!(show(app, &other).await, Answer::Cosigned(size(app).await));
        let (split, also) = (folder.path().join("split"), other.key());
        let key = export(&settings, &split);
        assert_eq!(verdict(&split, &key, &["--witness", &also]).0, Some(0));
        assert_eq!(verdict(&split, &key, &["--witness", &also, "--witness", &named]).0, Some(1));
        let more = ["--witness", &also, "--seen", shown.to_str().unwrap()];
        for (code, said) in [verdict(&split, &key, &more), python_verdict(&split, &key, &more)] {
            assert_eq!(code, Some(1), "{said}");
            let index = said["first_bad_index"].as_u64().unwrap();
            assert!(index <= 10 && 10 < seen, "{said}");
        }
    }

    async fn f25_a_store_taken_back_does_not_start(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("witness"));
        let app = &house.app;
        rooted(app).await;
        happen(app, 20).await;
        seal(app).await;
        let yesterday = size(app).await;
        let neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &vkey(app).await);
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(yesterday));
        house.later(Duration::from_mins(2));
        happen(app, 20).await;
        seal(app).await;
        let today = size(app).await;
        let settings = house.settings(folder.path());
        let text = std::fs::read_to_string(&settings).unwrap();
        let port = neighbour.witness.url.rsplit(':').next().unwrap();
        let more = format!("\n[[witness]]\nurl = {:?}\nkey = \"{}\"\n", neighbour.witness.url, neighbour.key());
        let allow = format!("outbound_allow = [\"127.0.0.1:{port}\"]\n{text}{more}");
        std::fs::write(&settings, allow).unwrap();
        // Before it has seen today, nothing is amiss.
        assert_eq!(compared(app, &neighbour).await, Answer::Known(yesterday));
        let mut command = portreeve(&["serve", "--config", &settings]);
        let mut started = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // Its log; it ends with the process.
        let mut lines = BufReader::new(started.stdout.take().unwrap()).lines().map(Result::unwrap);
        let running = Running(started);
        assert!(lines.any(|line| line.contains("not behind what a witness has seen")));
        assert!(lines.any(|line| line.contains("serving")));
        assert_eq!(running.stop(), Some(0));
        // serve has shown it by itself, or it is shown now.
        let shown = show(app, &neighbour).await;
        assert!(matches!(shown, Answer::Cosigned(size) | Answer::Known(size) if size >= today), "{shown:?}");
        unguard(app).await;
        tamper(app, &["DELETE FROM event WHERE leaf_index IS NULL OR leaf_index >= (SELECT MIN(size) FROM log_checkpoint WHERE size > 0)",
            "DELETE FROM log_checkpoint WHERE size > (SELECT MIN(size) FROM log_checkpoint WHERE size > 0)",
            "DELETE FROM log_witness",
            "DELETE FROM vault.log_seen",
            "UPDATE audit_log SET size = (SELECT MAX(size) FROM log_checkpoint)"]).await;
        // The vault and this node went back with it: nobody else knows.
        if let Place::Sqlite(data) = &house.world().place {
            match std::fs::remove_file(data.path().join("log.seen")) {
                // Stopped so soon, serve had not come to remember it.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed.unwrap(),
            }
        }
        recompute(app, &name(app).await).await;
        assert_eq!(size(app).await, yesterday);
        match compared(app, &neighbour).await {
            Answer::Behind { seen, ours } => assert!(seen >= today && ours == yesterday, "{seen} {ours}"),
            other => panic!("{other:?}"),
        }
        let (code, out, said) = answer(&["serve", "--config", &settings]);
        assert_eq!(code, Some(1), "{out}{said}");
        assert!(said.contains("the store is behind"), "{said}");
        // Once it went on unasked, the witness is asked all the same.
        happen(app, 100).await;
        seal(app).await;
        assert_eq!(show(app, &neighbour).await, Answer::Inconsistent);
        // Larger than what the witness saw, and not the same: that is asked before anything is served.
        assert_eq!(compared(app, &neighbour).await, Answer::Inconsistent);
        let (code, out, said) = answer(&["serve", "--config", &settings]);
        assert_eq!(code, Some(1), "{out}{said}");
        assert!(said.contains("has seen another"), "{said}");
    }

    async fn a_witness_answers_as_the_protocol_says(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("witness"));
        let app = &house.app;
        happen(app, 20).await;
        seal(app).await;
        let mut neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &vkey(app).await);
        let (log_row, head) = newest(app).await;
        let (size, note) = (head.checkpoint.size, head.note.to_string());
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let ask = async |url: &str, body: String| {
            let answer = client.post(format!("{url}/add-checkpoint")).body(body).send().await.unwrap();
            let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
            (answer.status().as_u16(), answer.text().await.unwrap(), kind.unwrap_or_default())
        };
        let url = neighbour.witness.url.clone();
        let first = AddCheckpoint { old: 0, proof: Vec::new(), note: note.clone() };
        assert_eq!(ask(&url, "nothing".into()).await.0, 400);
        assert_eq!(ask(&url, AddCheckpoint { old: size + 1, ..first.clone() }.to_string()).await.0, 400);
        assert_eq!(ask(&url, AddCheckpoint { old: 3, ..first.clone() }.to_string()).await, (409, "0\n".into(), "text/x.tlog.size".into()));
        let padded = AddCheckpoint { proof: vec![head.checkpoint.root], ..first.clone() };
        assert_eq!(ask(&url, padded.to_string()).await.0, 422);
        // Another's log, a log of ours that another signed, and next year's.
        let key = opened(&app.roots, &log::keys(&mut app.db.peek()).await.unwrap().pop().unwrap()).unwrap();
        let signed = |origin: &str, key: &NoteKey| {
            let text = Checkpoint { origin: origin.to_owned(), ..head.checkpoint.clone() }.to_string();
            let mut note = Note::new(text.clone()).unwrap();
            note.add(key.sign(origin, &text).unwrap());
            AddCheckpoint { note: note.to_string(), ..first.clone() }.to_string()
        };
        assert_eq!(ask(&url, signed("other.example/log/2026", &key)).await.0, 404);
        assert_eq!(ask(&url, signed(&log_row.name.replace("2026", "new"), &key)).await.0, 404);
        assert_eq!(ask(&url, signed(&log_row.name, &NoteKey::generate().unwrap())).await.0, 403);
        assert_eq!(ask(&url, signed(&log_row.name.replace("2026", "2027"), &key)).await.0, 200);
        // The one it knows, and that it does not forget.
        let (status, line, _) = ask(&url, first.to_string()).await;
        assert_eq!(status, 200);
        assert!(line.starts_with("\u{2014} witness.neighbour.example "), "{line}");
        neighbour.again();
        let url = neighbour.witness.url.clone();
        assert_eq!(ask(&url, first.to_string()).await, (409, format!("{size}\n"), "text/x.tlog.size".into()));
        let same = AddCheckpoint { old: size, ..first.clone() };
        assert_eq!(ask(&url, same.to_string()).await.0, 200);
        // Anybody may put lines under a public note: they are not kept, or it could never be read again.
        let lines = (0..(64 * 1_024 - 40 - note.len()) / "\u{2014} nobody.example 00000000\n".len())
            .map(|number| format!("\u{2014} nobody.example {number:08}\n"))
            .collect::<Vec<_>>();
        let padded = AddCheckpoint { note: format!("{note}{}", lines.concat()), ..same.clone() };
        assert_eq!(ask(&url, padded.to_string()).await.0, 200);
        assert_eq!(ask(&url, same.to_string()).await.0, 200, "it goes on");
        // What it keeps being unreadable is no leave to begin anew.
        for entry in std::fs::read_dir(&neighbour.data).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "checkpoint") {
                std::fs::write(path, "torn").unwrap();
            }
        }
        assert_eq!(ask(&url, first.to_string()).await.0, 503);
        // Gone, or with another key: no answer, and no harm.
        drop(neighbour.running.take());
        assert!(matches!(show(app, &neighbour).await, Answer::Away(_)));
        assert!(matches!(compared(app, &neighbour).await, Answer::Away(_)));
        let liar = Neighbour::new(folder.path(), "liar.example", &vkey(app).await);
        let posed = Witness { url: liar.witness.url.clone(), key: neighbour.witness.key.clone() };
        let (log_row, head) = newest(app).await;
        let answer = submit(app, &posed, (&log_row, &head), app.now()).await.unwrap();
        assert!(matches!(&answer, Answer::Away(why) if why.contains("does not verify")), "{answer:?}");
    }
}
