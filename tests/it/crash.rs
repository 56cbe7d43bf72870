//! The program is killed while residents create accounts, and started again on what it left behind.

use crate::serve::{Running, portreeve};
use crate::temp::TempDir;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, redirect};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Residents who create an account.
const PEOPLE: usize = 200;
/// How many of them at a time.
const AT_ONCE: usize = 4;
/// Kills amidst their sign-ups.
const KILLS: usize = 10;
/// How long a start may take on a machine that is busy with other things.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// How long all of it may take there.
const DONE_WITHIN: Duration = Duration::from_mins(5);
/// Names the run to repeat; its number is printed by every run.
const SEED: &str = "PORTREEVE_TEST_SEED";

/// Numbers that one seed decides (SplitMix64).
struct Dice(u64);

impl Dice {
    /// From the environment, or new; the seed is printed, which a test shows when it fails.
    fn new() -> Self {
        let given = std::env::var(SEED).ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().1);
        println!("repeat with {SEED}={seed}");
        Self(seed)
    }

    /// Below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }

    /// Shorter than so many milliseconds.
    fn moment(&mut self, milliseconds: usize) -> Duration {
        Duration::from_micros(u64::try_from(self.below(milliseconds * 1_000)).unwrap())
    }
}

/// A demo on its data and its ports, whatever process it is at the time.
struct Town {
    folder: TempDir,
    ports: Vec<u16>,
    client: Client,
    process: Mutex<Option<Running>>,
    /// Kills so far.
    kills: AtomicUsize,
    /// People who began, and those who were told that their account is there.
    begun: AtomicUsize,
    told: AtomicUsize,
}

impl Town {
    fn new(dice: &mut Dice) -> Self {
        // A port must still be free at the next start: these are none that the system hands out by itself.
        let mut held = Vec::new();
        while held.len() < 5 {
            let port = u16::try_from(10_000 + dice.below(20_000)).unwrap();
            held.extend(TcpListener::bind(("127.0.0.1", port)));
        }
        Self {
            folder: TempDir::new("crash"),
            ports: held.iter().map(|listener| listener.local_addr().unwrap().port()).collect(),
            // A connection of its own for each request: none is left over from the process before.
            client: Client::builder().redirect(redirect::Policy::none()).pool_max_idle_per_host(0).build().unwrap(),
            process: Mutex::default(),
            kills: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            told: AtomicUsize::new(0),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What all processes so far complained of.
    fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("said")).unwrap_or_default()
    }

    fn start(&self) {
        let said = self.folder.path().join("said");
        let said = std::fs::OpenOptions::new().create(true).append(true).open(said).unwrap();
        let [site, staff, garden, permits, mail] = &self.ports[..] else { panic!("five ports") };
        let mut command = portreeve(&["demo", "--data", self.data().to_str().unwrap()]);
        command.args(["--port", &site.to_string(), "--staff-port", &staff.to_string()]);
        command.args(["--service-ports", &format!("{garden},{permits}"), "--mail-port", &mail.to_string()]);
        let child = command.stdout(Stdio::null()).stderr(said).spawn().unwrap();
        assert!(self.process.lock().unwrap().replace(Running(child)).is_none(), "one at a time");
    }

    /// SIGKILL; returns when the process is gone.
    fn kill(&self) {
        self.kills.fetch_add(1, Ordering::SeqCst);
        let mut running = self.process.lock().unwrap().take().unwrap();
        assert!(running.0.try_wait().unwrap().is_none(), "it ended by itself: {}", self.said());
        running.0.kill().unwrap();
        running.0.wait().unwrap();
    }

    /// Waits until it answers.
    async fn ready(&self) {
        let (began, page) = (Instant::now(), format!("http://localhost:{}/sign-in", self.ports[0]));
        loop {
            let answer = self.client.get(&page).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            let ended = self.process.lock().unwrap().as_mut().unwrap().0.try_wait().unwrap();
            assert!(ended.is_none(), "it does not start again ({}): {}", ended.unwrap(), self.said());
            assert!(began.elapsed() < READY_WITHIN, "it does not get ready: {}", self.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn connect(&self, file: &str) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(self.data().join(file));
        options.busy_timeout(READY_WITHIN).connect().await.unwrap()
    }

    /// The codes in the mail tray for this address, newest first.
    async fn codes(&self, email: &str) -> Vec<String> {
        let page = self.client.get(format!("http://localhost:{}/mail", self.ports[4])).send().await;
        let Ok(Ok(page)) = (match page {
            Ok(page) => Ok::<_, ()>(page.text().await),
            Err(_) => return Vec::new(),
        }) else {
            return Vec::new();
        };
        let to = format!("<dd>{email}</dd>");
        let letters = page.split("<article").filter(|letter| letter.contains(&to));
        letters
            .map(|letter| {
                let subject = letter.split("</a></h2>").next().unwrap().rsplit('>').next().unwrap();
                subject.split(' ').next().unwrap().to_owned()
            })
            .collect()
    }
}

/// What came back for a form or an address.
struct Answer {
    status: u16,
    to: String,
    /// Whether it began a session.
    session: bool,
    body: String,
}

/// A browser that keeps its cookies.
struct Browser<'t> {
    town: &'t Town,
    cookies: BTreeMap<String, String>,
}

impl<'t> Browser<'t> {
    const fn new(town: &'t Town) -> Self {
        Self { town, cookies: BTreeMap::new() }
    }

    fn at(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.town.ports[0])
    }

    /// `None` if no whole answer came, or one that asks to try again later.
    async fn get(&mut self, path: &str) -> Option<Answer> {
        self.send(self.town.client.get(self.at(path))).await
    }

    /// The same for a form.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let request = self.town.client.post(self.at(path)).header("sec-fetch-site", "same-origin");
        self.send(request.form(fields)).await
    }

    async fn send(&mut self, request: RequestBuilder) -> Option<Answer> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) };
        let Ok(response) = request.send().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            return None;
        };
        let status = response.status().as_u16();
        let to = response.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        let mut set = BTreeMap::new();
        for line in response.headers().get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            set.insert(name.to_owned(), value.to_owned());
        }
        let session = set.contains_key("portreeve");
        self.cookies.extend(set);
        let body = response.text().await;
        if status == 503 || body.is_err() && status != 303 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            return None;
        }
        Some(Answer { status, to, session, body: body.unwrap_or_default() })
    }
}

/// Somebody who wants an account, and goes on where she can when the site was away.
struct Person {
    name: String,
    email: String,
    password: String,
}

impl Person {
    fn new(n: usize) -> Self {
        let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
        Self {
            name: format!("Ada Z{}{}", letter(n / 26), letter(n)),
            email: format!("person{n:03}@example.org"),
            password: format!("turnip lantern cobble {n:03}"),
        }
    }

    /// Creates the account. `false` if the site had made it and was killed before it could say so.
    async fn sign_up(&self, town: &Town) -> bool {
        let mut browser = Browser::new(town);
        let mut kills;
        let journey = loop {
            kills = town.kills.load(Ordering::SeqCst);
            let fields = [("full_name", self.name.as_str()), ("email", &self.email)];
            if let Some(answer) = browser.post("/create-account", &fields).await {
                let journey = answer.to.split_once("journey=").map(|(_, journey)| journey.to_owned());
                break journey.unwrap_or_else(|| panic!("{}: {}", answer.status, answer.body));
            }
        };
        self.prove(&mut browser, &journey, kills).await;
        let mut cut = false;
        loop {
            let fields = [("journey", journey.as_str()), ("password", &self.password)];
            match browser.post("/create-account/password", &fields).await {
                Some(answer) if answer.status == 303 && answer.session => return true,
                Some(answer) if answer.status == 410 && cut => return false,
                Some(answer) => panic!("{} to {:?}: {}", answer.status, answer.to, answer.body),
                None => cut = true,
            }
        }
    }

    /// Types the code of a letter; a letter that went down with a process is asked for again.
    async fn prove(&self, browser: &mut Browser<'_>, journey: &str, mut kills: usize) {
        let password_page = format!("/create-account/password?journey={journey}");
        let mut tried = Vec::new();
        loop {
            let codes = browser.town.codes(&self.email).await;
            // A letter of a journey whose beginning was cut off has a code of its own, which does not work here.
            let Some(code) = codes.into_iter().find(|code| !tried.contains(code)) else {
                let killed = browser.town.kills.load(Ordering::SeqCst);
                let again = [("journey", journey), ("act", "resend")];
                if killed != kills && browser.post("/create-account/code", &again).await.is_some() {
                    kills = killed;
                }
                tokio::time::sleep(Duration::from_millis(60)).await;
                continue;
            };
            let typed = browser.post("/create-account/code", &[("journey", journey), ("code", &code)]).await;
            if typed.is_some_and(|answer| answer.to == password_page) {
                return;
            }
            // No answer came, or the code was spent by the try before, whose answer did not come.
            match browser.get(&password_page).await {
                Some(answer) if answer.status == 200 => return,
                Some(_) => tried.push(code),
                None => {}
            }
        }
    }

    /// Signs in, and sees her own account.
    async fn sign_in(&self, town: &Town) {
        let fields = [("email", self.email.as_str()), ("password", &self.password)];
        let mut browser = Browser::new(town);
        let answer = loop {
            if let Some(answer) = browser.post("/sign-in", &fields).await {
                break answer;
            }
        };
        assert!(answer.status == 303 && answer.session, "{}'s account is lost: {}", self.email, answer.body);
        let page = loop {
            if let Some(answer) = browser.get("/account").await {
                break answer.body;
            }
        };
        assert!(page.contains(&self.name), "{} is not {}: {page}", self.email, self.name);
    }
}

/// Does `deed` for everybody, a few at a time.
async fn everybody<F>(town: &Arc<Town>, deed: impl Fn(Arc<Town>, usize) -> F + Copy + Send + 'static)
where
    F: Future<Output = ()> + Send,
{
    let next = Arc::new(AtomicUsize::new(0));
    let mut lanes = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (town, next) = (Arc::clone(town), Arc::clone(&next));
        lanes.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::SeqCst);
                if n >= PEOPLE {
                    return;
                }
                deed(Arc::clone(&town), n).await;
            }
        });
    }
    while let Some(lane) = lanes.join_next().await {
        lane.unwrap();
    }
}

/// Kills at random points of the sign-ups; now and then also amidst the start that follows.
async fn kill_amidst(town: &Town, dice: &mut Dice) {
    let share = PEOPLE / KILLS;
    for kill in 0..KILLS {
        let point = kill * share + dice.below(share / 2) + AT_ONCE;
        while town.begun.load(Ordering::SeqCst) < point {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(dice.moment(400)).await;
        town.kill();
        if dice.below(3) == 0 {
            town.start();
            tokio::time::sleep(dice.moment(300)).await;
            town.kill();
        }
        town.start();
        town.ready().await;
    }
}

/// Everybody has one account with all that belongs to it, and the files are whole.
async fn nothing_is_torn(town: &Town) {
    let mut house = town.connect("portreeve.db").await;
    let mut vault = town.connect("vault.db").await;
    for connection in [&mut house, &mut vault] {
        let whole: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *connection).await.unwrap();
        assert_eq!(whole, ["ok"]);
        assert!(sqlx::query("PRAGMA foreign_key_check").fetch_optional(connection).await.unwrap().is_none());
    }
    let attach =
        sqlx::query("ATTACH DATABASE $1 AS vault").bind(town.data().join("vault.db").to_str().unwrap().to_owned());
    attach.execute(&mut house).await.unwrap();
    // The demo's own resident is one more.
    let all = i64::try_from(PEOPLE + 1).unwrap();
    for sql in [
        "SELECT count(*) FROM account",
        "SELECT count(*) FROM identifier",
        "SELECT count(DISTINCT account_id) FROM identifier",
        "SELECT count(*) FROM credential",
        "SELECT count(*) FROM contact",
        "SELECT count(DISTINCT blind) FROM contact",
        "SELECT count(*) FROM event WHERE type = 'account.created'",
        "SELECT count(*) / 2 FROM vault.person_key WHERE person IN (SELECT id FROM account)",
    ] {
        assert_eq!(sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut house).await.unwrap(), all, "{sql}");
    }
    // Whether the tree is that of these events, `doctor` says.
    for sql in [
        "SELECT count(*) FROM event WHERE leaf_index IS NULL",
        "SELECT count(*) - max(leaf_index) - 1 FROM event",
        "SELECT count(*) - count(DISTINCT leaf_index) FROM event",
        "SELECT count(*) - (SELECT size FROM audit_log) FROM event",
    ] {
        assert_eq!(sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut house).await.unwrap(), 0, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f01_killed_amidst_sign_ups_no_account_that_was_told_of_is_lost() {
    let start = Instant::now();
    let mut dice = Dice::new();
    let town = Arc::new(Town::new(&mut dice));
    town.start();
    town.ready().await;
    let all = async {
        let sign_ups = everybody(&town, async |town, n| {
            town.begun.fetch_add(1, Ordering::SeqCst);
            if Person::new(n).sign_up(&town).await {
                town.told.fetch_add(1, Ordering::SeqCst);
            }
        });
        tokio::join!(sign_ups, kill_amidst(&town, &mut dice));
        // The last word: what is in the store now, not in a process.
        town.kill();
        town.start();
        town.ready().await;
        // Also those that were not told: theirs is there once the site says that it is done.
        everybody(&town, async |town, n| Person::new(n).sign_in(&town).await).await;
    };
    let in_time = tokio::time::timeout(DONE_WITHIN, all).await;
    let count = |number: &AtomicUsize| number.load(Ordering::SeqCst);
    let (begun, told, kills) = (count(&town.begun), count(&town.told), count(&town.kills));
    println!("{begun} began, {told} were told, {kills} kills, {:?}", start.elapsed());
    assert!(in_time.is_ok(), "not done within {DONE_WITHIN:?}: {}", town.said());
    assert!(told > PEOPLE / 2 && kills > KILLS);
    let running = town.process.lock().unwrap().take().unwrap();
    assert_eq!(running.stop(), Some(0), "{}", town.said());
    assert!(!town.said().contains("panicked"), "{}", town.said());
    nothing_is_torn(&town).await;
    let doctor = portreeve(&["doctor", "--data", town.data().to_str().unwrap()]).output().unwrap();
    assert!(doctor.status.success(), "{doctor:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f01_killed_amidst_its_first_start_it_starts_again() {
    let mut dice = Dice::new();
    for _ in 0..8 {
        let town = Town::new(&mut dice);
        for _ in 0..2 {
            town.start();
            tokio::time::sleep(dice.moment(250)).await;
            town.kill();
        }
        town.start();
        town.ready().await;
        let running = town.process.lock().unwrap().take().unwrap();
        assert_eq!(running.stop(), Some(0), "{}", town.said());
    }
}
