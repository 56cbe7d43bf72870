//! Services made of libraries that others wrote and that keep the key set by themselves, in a process of their own:
//! `tests/conformance/keeps_keys.mjs`.

use super::super::party::{MUSEUM_API, OLD_BASIC, OLD_POST, Party, SECRET};
use super::super::{Stage, text};
use crate::app::House;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The clients that `openid-client` is, with the algorithm of their ID tokens and the way of their secret.
const CLIENTS: [(Party, &str, &str); 2] =
    [(OLD_BASIC, "RS256", "ClientSecretBasic"), (OLD_POST, "ES256", "ClientSecretPost")];
/// Each library, with how many of it there are and how long it keeps a copy of the key set.
const KEPT: [(&str, u32, Duration); 3] = [
    ("jose", 4, Duration::from_mins(10)),
    ("oauth4webapi", 2, Duration::from_mins(5)),
    ("openid-client", 4, Duration::from_mins(5)),
];
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(3);
/// How many grants each client has: a refresh token is used once, and many refresh at once.
const GRANTS: usize = 10;

/// An ID token that `openid-client` took.
#[derive(Deserialize)]
pub struct Taken {
    /// Whose it is.
    pub id: String,
    pub alg: String,
    pub token: String,
}

/// What they have to say.
#[derive(Deserialize)]
pub struct Said {
    /// Of each token that was not verified, why.
    pub failed: Vec<String>,
    pub ids: Vec<Taken>,
    /// How often one was short of a connection or the like.
    pub again: usize,
    /// How many tokens each library verified, since the beginning.
    pub verified: BTreeMap<String, u32>,
    /// How often each fetched the key set.
    pub fetched: BTreeMap<String, u32>,
}

/// The process.
pub struct Stock {
    child: Child,
    answers: mpsc::Receiver<String>,
}

impl Drop for Stock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Stock {
    /// None open yet, with what the resident lets them have.
    pub async fn new(stage: &mut Stage) -> Self {
        let mut clients = Vec::new();
        for (party, alg, method) in CLIENTS {
            let mut refresh = Vec::new();
            for _ in 0..GRANTS {
                let tokens = stage.tokens(&party, &[("scope", "openid offline_access")]).await;
                refresh.push(text(&tokens, "refresh_token").to_owned());
            }
            clients.push(json!({ "id": party.id, "secret": SECRET, "method": method, "alg": alg, "refresh": refresh }));
        }
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let needed = "Node.js with the packages of tests/browser is needed: `tests/run rust` installs them";
        assert!(tests.join("browser/node_modules/openid-client").is_dir(), "{needed}");
        let mut command = Command::new("node");
        command.arg(tests.join("conformance/keeps_keys.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect(needed);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (says, answers) = mpsc::channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| says.send(line)));
        let stock = Self { child, answers };
        stock.write(&json!({ "issuer": stage.house.app.issuer.as_str(), "api": MUSEUM_API, "clients": clients }));
        stock
    }

    /// One more of each, so that their copies are of every age.
    pub fn opens(&self, house: &House) {
        self.hears(house, json!({ "opens": true }));
    }

    /// They are shown an access token for the museum's API.
    pub fn sees(&self, house: &House, access: &str) {
        self.hears(house, json!({ "access": access }));
    }

    /// One of them refreshes.
    pub fn refreshes(&self, house: &House, number: u32) {
        self.hears(house, json!({ "refresh": number }));
    }

    /// What came of all that, and of showing again at a new time what was shown before.
    pub fn tells(&self, house: &House) -> Said {
        self.hears(house, json!({ "tell": true }));
        // The thread of a test is none of those that serve the house.
        let line = self.answers.recv_timeout(PATIENCE).expect("the process said above why it ended, or hangs");
        serde_json::from_str(&line).unwrap()
    }

    fn hears(&self, house: &House, mut what: Value) {
        what["now"] = json!(house.app.now().micros() / 1000);
        self.write(&what);
    }

    fn write(&self, what: &Value) {
        self.child.stdin.as_ref().unwrap().write_all(format!("{what}\n").as_bytes()).unwrap();
    }
}

impl Said {
    /// That each library, in the order of [`KEPT`], has verified so many.
    pub fn verified_by_each(&self, least: [u32; 3]) {
        for ((name, ..), least) in KEPT.into_iter().zip(least) {
            assert!(self.verified[name] >= least, "{name}, which was shown {least}: {}", self.counted());
        }
    }

    /// That after so long every library has fetched the key set because its copy was of age, and never for want of a key.
    pub fn is_of_caches(&self, elapsed: Duration) {
        for (name, number, kept) in KEPT {
            let fetched = self.fetched[name];
            let most = number * (1 + u32::try_from(elapsed.as_secs() / kept.as_secs()).unwrap());
            assert!(fetched > number && fetched <= most, "{name}, of which {most} fetches are due: {}", self.counted());
        }
    }

    /// What was counted, for whoever reads a failure.
    fn counted(&self) -> String {
        format!("verified {:?}, key set fetched {:?}", self.verified, self.fetched)
    }
}
