//! `portreeve audit witness`: a second party's part (C2SP tlog-witness), on a machine of its own. It holds no secret of the
//! council and reads no entry.
//!
//! ```text
//! <data>/lock              held while it runs: one folder, one process
//! <data>/witness.key       its private key, for its owner alone
//! <data>/<hash>.checkpoint what it cosigned last of a log, the log's own signature and its own under it
//! ```

use super::super::{Ending, Say};
use super::key;
use crate::app::Clock;
use crate::config::TlsFiles;
use crate::crypto::note::{KeyKind, Note, NoteKey, VerifierKey, is_name};
use crate::crypto::roots::keep_private;
use crate::crypto::{hex, sha256};
use crate::domain::audit::checkpoint::Checkpoint;
use crate::domain::audit::witness::{AddCheckpoint, Refusal, judge};
use crate::http::server::{Limits, Transport, serve};
use crate::http::shutdown::Shutdown;
use crate::http::tls::Tls;
use anyhow::Context as _;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::json;
use std::fs::{self, DirBuilder, File};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// Be a witness of a council's log, on a machine that the council does not run.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Give the key that it prints to the council, and to whoever verifies. Keep the folder: it is what makes \
    the witness a witness."
)]
pub(in crate::cli) struct Serve {
    /// The folder where it keeps its key and what it saw; made at the first start.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Its name: an address without the scheme, as `witness.neighbour.example`.
    #[arg(long)]
    name: String,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The public key of a log, which stands for the logs of all its years; may stand several times, and does while the
    /// council changes its key.
    #[arg(long, value_name = "KEY", required = true, value_parser = key)]
    log: Vec<VerifierKey>,
    /// The certificate's chain, in PEM; without it, plain http, for a proxy that has one.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

struct Witness {
    data: PathBuf,
    name: String,
    logs: Vec<VerifierKey>,
    key: NoteKey,
    /// One after another: between looking at the last checkpoint and keeping the next there may be nobody else.
    one_at_a_time: Mutex<()>,
}

impl Serve {
    pub(in crate::cli) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        anyhow::ensure!(is_name(&self.name), "--name holds white space or a plus");
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data)
            .with_context(|| format!("{} cannot be made", self.data.display()))?;
        // Two that cosign from one folder could each overlook what the other signed. It is let go with the process.
        let lock = File::create(self.data.join("lock"))?;
        lock.try_lock().with_context(|| format!("another process is the witness of {}", self.data.display()))?;
        let witness = Witness {
            key: own_key(&self.data.join("witness.key"))?,
            data: self.data,
            name: self.name,
            logs: self.log,
            one_at_a_time: Mutex::default(),
        };
        let vkey =
            witness.key.verifier(&witness.name, KeyKind::Witness).context("--name cannot be the name of a key")?;
        let transport = match self.tls_cert.zip(self.tls_key) {
            Some((cert, key)) => Transport::Tls(Tls::load(TlsFiles { cert, key })?),
            None => Transport::Plain,
        };
        let listener = TcpListener::bind(self.listen).await.with_context(|| format!("{} is taken", self.listen))?;
        let address = listener.local_addr()?;
        say.answer(
            &json!({ "key": vkey.to_string(), "address": address }),
            &format!("Key: {vkey}\nListening: {address}"),
        );
        let shutdown = Shutdown::new();
        shutdown.tell_on_signal()?;
        let routes = Router::new()
            .route("/add-checkpoint", post(add))
            .layer(DefaultBodyLimit::max(128 * 1024))
            .with_state(Arc::new(witness));
        serve(listener, "witness", transport, routes, Limits::default(), shutdown).await;
        Ok(Ending::Fine)
    }
}

fn own_key(path: &std::path::Path) -> anyhow::Result<NoteKey> {
    if path.exists() {
        return NoteKey::from_pkcs8(&fs::read(path)?).with_context(|| path.display().to_string());
    }
    let key = NoteKey::generate()?;
    keep_private(path, key.pkcs8()).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(key)
}

async fn add(State(witness): State<Arc<Witness>>, body: String) -> Response {
    let _alone = witness.one_at_a_time.lock().await;
    match witness.add(&body) {
        Ok(line) => format!("{line}\n").into_response(),
        Err(No::Because(status)) => status.into_response(),
        Err(No::Conflict(size)) => {
            (StatusCode::CONFLICT, [(CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n")).into_response()
        }
        Err(No::Fault(error)) => {
            tracing::error!(%error, "what was seen cannot be kept, and so is not signed");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Why there is no signature.
enum No {
    Because(StatusCode),
    Conflict(u64),
    Fault(std::io::Error),
}

impl Witness {
    fn add(&self, body: &str) -> Result<String, No> {
        let bad = || No::Because(StatusCode::BAD_REQUEST);
        let asked = AddCheckpoint::parse(body).ok_or_else(bad)?;
        let note = Note::parse(&asked.note).ok_or_else(bad)?;
        let new = Checkpoint::parse(note.text()).ok_or_else(bad)?;
        let keys = self.keys_of(&new.origin);
        if keys.is_empty() {
            return Err(No::Because(StatusCode::NOT_FOUND));
        }
        if keys.iter().all(|key| note.signed_by(key).is_none()) {
            return Err(No::Because(StatusCode::FORBIDDEN));
        }
        let file = self.data.join(format!("{}.checkpoint", hex(&sha256(&[new.origin.as_bytes()]))));
        let last = match fs::read_to_string(&file) {
            // One that cannot be read is no leave to begin anew.
            Ok(text) => Some(Note::parse(&text).and_then(|note| Checkpoint::parse(note.text())).ok_or_else(|| {
                No::Fault(std::io::Error::new(std::io::ErrorKind::InvalidData, format!("{}", file.display())))
            })?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(No::Fault(error)),
        };
        judge(last.as_ref(), &asked, &new).map_err(|refusal| match refusal {
            Refusal::Backwards => bad(),
            Refusal::Conflict(size) => No::Conflict(size),
            Refusal::Inconsistent => No::Because(StatusCode::UNPROCESSABLE_ENTITY),
        })?;
        let line = self.key.cosign(&self.name, note.text(), Clock::Wall.now()).ok_or_else(bad)?;
        // Lines of others are anybody's: kept, they could make a note that is too long to be read again.
        let mut kept = Note::new(note.text().to_owned()).ok_or_else(bad)?;
        for signature in keys.iter().flat_map(|key| note.lines_of(key)) {
            kept.add(signature.clone());
        }
        let said = line.to_string();
        kept.add(line);
        keep(&file, &kept.to_string()).map_err(No::Fault)?;
        Ok(said)
    }

    /// The keys of a log, which sign that of each year under its name: two while one follows the other.
    fn keys_of(&self, origin: &str) -> Vec<VerifierKey> {
        let family = |name: &str| name.rsplit_once('/').map(|(family, _)| family.to_owned());
        let year = origin.rsplit_once('/').map_or("", |(_, year)| year);
        let is_year = year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit());
        let of = |key: &&VerifierKey| key.name() == origin || (is_year && family(key.name()) == family(origin));
        self.logs.iter().filter(of).filter_map(|key| key.named(origin)).collect()
    }
}

/// Whole and durable before anything is answered, or not at all.
fn keep(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(path.parent().unwrap_or(std::path::Path::new(".")))?.sync_all()
}
