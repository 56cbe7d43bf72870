//! `portreeve doctor`: what is wrong with an installation, each finding with its remedy.

mod copies;

use super::open::{House, Place, may_be_served};
use super::{Ending, Say};
use crate::app::Clock;
use crate::config::Collector;
use crate::crypto::record::Recorder;
use crate::domain::time::When;
use crate::jobs::runner::Duty as _;
use crate::jobs::seal_log::SealLog;
use crate::jobs::stream_log::{self, StreamLog};
use crate::jobs::watch_log::LONGEST;
use crate::policy::{Bundle, Severity, lint, running_out};
use crate::service::log::Rounds;
use crate::service::log::destroyed::{Mark, mark};
use crate::service::retention;
use crate::service::setup::{self, SetupError};
use crate::service::staff::members;
use crate::service::stream::behind;
use crate::service::{Failure, log as logs};
use crate::store::{Db, Location, events, folder, holds, house, lapses, log, outbox, retention as runs};
use serde::Serialize;
use serde_json::json;
use std::borrow::Cow;
use std::time::Duration;

/// Look for what is wrong with an installation, with a remedy for each finding.
#[derive(Debug, clap::Args)]
#[command(after_help = "It changes nothing. Exit code 1 if it found anything.")]
pub(super) struct Doctor {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Serialize)]
struct Finding {
    what: String,
    remedy: String,
}

/// What was looked at, and what was found.
#[derive(Debug, Default)]
struct Round {
    fine: Vec<&'static str>,
    found: Vec<Finding>,
    /// What was left out, and why.
    left_out: Vec<Cow<'static, str>>,
}

impl Round {
    fn found(&mut self, what: impl Into<String>, remedy: impl Into<String>) {
        self.found.push(Finding { what: what.into(), remedy: remedy.into() });
    }

    fn fine_unless(&mut self, before: usize, what: &'static str) {
        if self.found.len() == before {
            self.fine.push(what);
        }
    }
}

impl Doctor {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let mut round = Round::default();
        match self.place.find() {
            Ok(house) => {
                round.fine.push("settings");
                look(&house, &mut round).await?;
            }
            Err(error) => {
                round.found(format!("{error:#}"), "mend the settings; `portreeve config check` reads them again");
            }
        }
        let mut lines: Vec<String> = round.fine.iter().map(|what| format!("fine     {what}")).collect();
        lines.extend(round.left_out.iter().map(|what| format!("left out {what}")));
        lines.extend(round.found.iter().map(|one| format!("PROBLEM  {}\n         {}", one.what, one.remedy)));
        say.answer(&json!({ "fine": round.fine, "left_out": round.left_out, "found": round.found }), &lines.join("\n"));
        Ok(if round.found.is_empty() { Ending::Fine } else { Ending::Found })
    }
}

/// Whatever needs a second person needs two who can be asked.
async fn staff(house: &House, round: &mut Round) -> anyhow::Result<()> {
    let Ok(app) = house.app().await else {
        // Why it does not start is found elsewhere.
        return Ok(());
    };
    let before = round.found.len();
    for same in members::namesakes(&app).await? {
        let ids: Vec<String> = same.iter().map(|member| member.id.to_string()).collect();
        round.found(
            format!("members of one name count as one person: {}", ids.join(", ")),
            "if it is one person, `portreeve staff revoke ID` the account they need less; if not, have one renamed",
        );
    }
    match members::approvers(&app).await? {
        0 | 1 => round.found(
            "fewer than two people on the staff can sign in who may approve what needs a second person",
            "invite another, who then adds a passkey: `portreeve staff invite --name NAME --role deputy --by NAME \
             --approved-by NAME`, or `--role information_governance`",
        ),
        _ => round.fine_unless(before, "staff"),
    }
    Ok(())
}

async fn look(house: &House, round: &mut Round) -> anyhow::Result<()> {
    let now = Clock::Wall.now();
    let lying = policies(house, round);
    if let Location::Sqlite(folder) = &house.location
        && let Err(error) = folder::whole(folder)
    {
        round.found(error.to_string(), "put both copies back again; `serve` does not start before");
        return Ok(());
    }
    let db = match Db::pending(&house.location).await {
        Ok(pending) if pending.is_empty() => house.db().await?,
        Ok(pending) => {
            round.found(format!("the schema lacks {}", pending.join(", ")), "run `portreeve migrate`");
            return Ok(());
        }
        Err(error) => {
            round.found(
                format!("the database cannot be reached: {error}"),
                "start it, or correct `data` or `postgres_url_file`",
            );
            return Ok(());
        }
    };
    round.fine.push("database and schema");
    match setup::was_started(&db, &house.roots()?).await {
        Ok(true) => round.fine.push("root secret"),
        Ok(false) => {
            round.found("nothing was ever started on this database", "run `portreeve policy activate`, or start serve");
            return Ok(());
        }
        Err(SetupError::WrongRoot) => {
            round.found("the root secret is not the one this data was sealed with", "put the right file in place");
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    }
    if let Err(why) = may_be_served(&db, house.state_folder().as_deref()).await {
        round.found(
            format!("{why:#}"),
            "`serve` does not start before `portreeve restore --check` finds that all is well",
        );
    }
    in_force(house, &db, lying.as_ref(), now, round).await?;
    keys(house, &db, round).await?;
    clock(&db, now, round).await?;
    record(house, &db, now, round).await?;
    rows(house, &db, round).await?;
    leaving(&db, now, round).await?;
    // A demo's settings, and so its languages, are nobody's.
    if house.staff_origin.is_none() {
        round.left_out.push("staff: there is no staff listener".into());
    } else if house.languages.is_none() {
        round.left_out.push("staff: a demo's are made up; elsewhere two have to be there who may approve".into());
    } else {
        staff(house, round).await?;
    }
    copies::look(house, now, round).await?;
    if let Some(collector) = &house.collector {
        stream(collector, &db, now, round).await?;
    }
    let (_, dead) = outbox::counts(&mut db.peek()).await?;
    if dead == 0 {
        round.fine.push("outbox");
    } else {
        round.found(
            format!("{dead} messages of the last days were given up"),
            "look for `a message is given up` in the log; mend the relay or the service named there",
        );
    }
    Ok(())
}

/// The files, which are a proposal.
fn policies(house: &House, round: &mut Round) -> Option<Bundle> {
    let before = round.found.len();
    let (bundle, findings) = match Bundle::load(&house.policies, &house.issuer) {
        Ok(bundle) => {
            let findings = lint(&bundle, &setup::held(), bundle.controller.today(Clock::Wall.now()));
            (Some(bundle), findings)
        }
        Err(refused) => (None, refused.findings),
    };
    // A late review stops nothing, and is somebody's to do all the same (decision 0048).
    let late = ["register.review", "retention.review"];
    let told = findings.iter().filter(|it| it.severity == Severity::Error || late.contains(&it.rule));
    for finding in told {
        let line = finding.line.map_or_else(String::new, |line| format!(":{line}"));
        round.found(format!("{}{line}: {}", finding.file, finding.message), finding.remedy.clone());
    }
    for lang in bundle.iter().flat_map(|bundle| house.unreviewed(bundle)) {
        round.found(
            format!("nobody has reviewed the notices in {lang}: serve does not start"),
            "name who did in controller.toml, or take the language out of `languages`",
        );
    }
    round.fine_unless(before, "policy files");
    bundle
}

async fn in_force(house: &House, db: &Db, lying: Option<&Bundle>, now: When, round: &mut Round) -> anyhow::Result<()> {
    let before = round.found.len();
    match house.in_force(db).await {
        Ok(Some(active)) => {
            if lying.is_some_and(|lying| lying.digest() != active.digest()) {
                round.found(
                    "the policy files differ from what is in force",
                    "run `portreeve policy activate`, or put them back",
                );
            }
            // What ended is an error of the files; what ends soon stops a service that runs.
            let ending = running_out(&active, active.controller.today(now));
            for finding in ending.into_iter().filter(|finding| finding.rule == "client.legacy_ends") {
                round.found(format!("{}: {}", finding.file, finding.message), finding.remedy);
            }
        }
        Ok(None) => round.found("no policies are in force", "run `portreeve policy activate`"),
        Err(error) => round.found(format!("{error:#}"), "run `portreeve policy activate` with files that fit"),
    }
    round.fine_unless(before, "policies in force");
    Ok(())
}

async fn keys(house: &House, db: &Db, round: &mut Round) -> anyhow::Result<()> {
    use crate::crypto::keys::{KeyRing, KeyState, SigningAlg, StoredKey};
    use crate::crypto::seal::WrappedKey;
    let before = round.found.len();
    let stored: Vec<StoredKey> = house::keys(&mut db.peek())
        .await?
        .into_iter()
        .filter_map(|row| {
            Some(StoredKey {
                alg: SigningAlg::parse(&row.algorithm)?,
                state: KeyState::parse(&row.state)?,
                kid: row.kid,
                wrapped: WrappedKey(row.wrapped),
                public_jwk: row.public_jwk,
                created_at: row.created_at,
            })
        })
        .collect();
    match KeyRing::open(&house.roots()?, stored) {
        Ok(ring) => {
            for alg in SigningAlg::ALL.into_iter().filter(|alg| ring.active_kid(*alg).is_none()) {
                let remedy = format!("run `portreeve keys rotate --at-once --alg {}`", alg.as_str());
                round.found(format!("no key signs with {}", alg.as_str()), remedy);
            }
        }
        Err(error) => round.found(error.to_string(), "restore the row `signing_key` from a backup, or rotate the keys"),
    }
    round.fine_unless(before, "signing keys");
    Ok(())
}

/// What waits for somebody before data leaves.
async fn leaving(db: &Db, now: When, round: &mut Round) -> anyhow::Result<()> {
    let before = round.found.len();
    // A log whose year is in doubt is told of already.
    let of_log = logs::doubt(&mut db.read().await?, now).await?.is_some();
    if let Some(doubt) = retention::stored_clock_in_doubt(db, now).await?.filter(|_| !of_log) {
        let remedy = "look at the clock, then run `portreeve retention confirm-clock --by NAME`";
        round.found(format!("nothing is destroyed: {doubt}"), remedy);
    }
    if let Some(run) = runs::open(&mut db.peek()).await?.filter(|run| run.state == "waiting") {
        round.found(
            format!("the run {} would destroy more than one run may, and waits for two people", run.id),
            "read `portreeve retention show`, then `retention approve` or `retention cancel`",
        );
    }
    for hold in
        holds::all(&mut db.peek()).await?.iter().filter(|hold| hold.released_at.is_none() && hold.review_by <= now)
    {
        round.found(
            format!("the hold {} was to be looked at by {}", hold.id, hold.review_by),
            format!("{} decides: `portreeve retention hold keep` or `hold release`", hold.owner),
        );
    }
    let waiting = lapses::reviews(&mut db.peek(), 1_000).await?.len();
    if waiting > 0 {
        let remedy = "`portreeve retention review list` says why, `review decide` what becomes of each";
        let accounts = if waiting == 1 { "1 account waits".to_owned() } else { format!("{waiting} accounts wait") };
        round.found(format!("{accounts} for a person before going"), remedy);
    }
    round.fine_unless(before, "retention");
    Ok(())
}

/// A clock that went back would give events an order that never was.
async fn clock(db: &Db, now: When, round: &mut Round) -> anyhow::Result<()> {
    let newest = events::newest(&mut db.peek(), 1).await?;
    match newest.first() {
        Some(event) if event.at > now + Duration::from_secs(5) => round.found(
            format!("the newest event is from {}, and this clock says {now}", event.at),
            "set the clock by a time server (timedatectl set-ntp true)",
        ),
        _ => round.fine.push("clock"),
    }
    Ok(())
}

/// Whether events get their places in the log, and the log is as it was signed.
async fn record(house: &House, db: &Db, now: When, round: &mut Round) -> anyhow::Result<()> {
    let before = round.found.len();
    let lag = log::lag(&mut db.peek(), now).await?.unwrap_or_default();
    let (led, running) = log::is_led(&mut db.peek(), SealLog::NAME, now).await?;
    // With nothing running, events wait for the next start, and that is well.
    if running && lag >= LONGEST {
        let waiting = events::unsealed(&mut db.peek()).await?;
        round.found(
            format!("{waiting} events wait for their place in the log, the oldest for {} s", lag.as_secs()),
            if led {
                "look for `seal_log` in the log of the node that holds its lease"
            } else {
                "no node does the duty `seal_log`: start serve again"
            },
        );
    }
    if let Some(doubt) = logs::doubt(&mut db.read().await?, now).await?.filter(|_| running) {
        round.found(
            doubt.to_string(),
            "set the clock by a time server; if it is right, `portreeve audit open-year YEAR --by NAME` opens the log",
        );
    }
    let keys = logs::public_keys(&mut db.peek()).await?;
    if !keys.is_empty() {
        let (mut read, recorder) = (db.read().await?, Recorder::new(house.roots()?, ""));
        let all = log::all(&mut read).await?;
        for one in &all {
            if let Mark::Ours(end) = mark(&mut read, &recorder, one, &all).await? {
                let said = format!("{}: destroyed by its rule at {}; its checkpoints are kept", one.name, end.at);
                round.left_out.push(said.into());
                continue;
            }
            match logs::head(&mut read, one, &keys).await {
                Ok(_) => {}
                // It was not us, which is told with the rows.
                Err(Failure::Log(_)) if one.destroyed_at.is_some() => {}
                Err(Failure::Log(fault)) => round.found(
                    fault.to_string(),
                    "keep a copy of the database as it is; export the log and run `portreeve audit verify` on it",
                ),
                Err(error) => return Err(error.into()),
            }
        }
    }
    round.fine_unless(before, "log");
    Ok(())
}

/// How many rows are held against their leaves, the newest first; the duty `watch_log` looks at all of them.
const ROWS: usize = 100_000;

/// So many at a time.
const AT_ONCE: i64 = 500;

/// Whether rows of events are what their leaves say, and what is kept from residents is kept by us.
async fn rows(house: &House, db: &Db, round: &mut Round) -> anyhow::Result<()> {
    let before = round.found.len();
    let recorder = Recorder::new(house.roots()?, "");
    let (mut rounds, mut looked_at) = (Rounds::default(), 0);
    let mut odd = logs::delays(&mut db.read().await?, &recorder).await?;
    while looked_at < ROWS {
        let (more, count) = rounds.step(&mut db.read().await?, &recorder, AT_ONCE).await?;
        odd.extend(more);
        looked_at += count;
        if count == 0 {
            break;
        }
    }
    if let Some(first) = odd.first() {
        round.found(
            format!(
                "{} rows of the record are not as they were committed; the first is of event {} ({})",
                odd.len(),
                first.event,
                first.what
            ),
            "keep a copy of the database as it is, and find out who could write to it; the leaves in the log still say what \
             happened (`portreeve audit export`, `portreeve audit verify`)",
        );
    }
    round.fine_unless(before, "rows of the record");
    Ok(())
}

/// Whether the collector gets what is sealed.
async fn stream(collector: &Collector, db: &Db, now: When, round: &mut Round) -> anyhow::Result<()> {
    let before = round.found.len();
    let behind = behind(db, collector).await?;
    let (led, running) = log::is_led(&mut db.peek(), StreamLog::NAME, now).await?;
    if running && behind.since.is_some_and(|since| now.since(since) >= stream_log::LONGEST) {
        round.found(
            format!(
                "the collector {} has not got {} events, the oldest from {}",
                collector.name,
                behind.entries,
                behind.since.unwrap_or(now)
            ),
            if led {
                "look for `the collector does not take the record` in the log of the node that does the duty `stream_log`; \
                 nothing is lost, it is sent once the collector takes it"
            } else {
                "no node does the duty `stream_log`: start serve again, with the same settings"
            },
        );
    }
    round.fine_unless(before, "collector");
    Ok(())
}
