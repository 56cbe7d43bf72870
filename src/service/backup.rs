//! Copies of the house: what is on record of them, and what is looked at before one that was put back serves anybody.
//!
//! ```text
//! restore ──> the copy, marked [`OPEN`] ──> look: log, tombstones, revocations, sign-in ──> house.restored; all fine: no mark
//!                     └── while it is marked, or its logs are not what was seen of them ([`head`]), `serve` does not start
//! ```

pub mod head;
mod revoked;

use super::{Failure, erasure, log as logs, people, retention};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::password::Phc;
use crate::crypto::record::EventSeed;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{BackedUp, CopiesDestroyed, Restored};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind, Sealed};
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use crate::policy::Bundle;
use crate::store::copies::Which;
use crate::store::{Db, Error, Housekeeping, accounts, erasures, house, log, staff};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The value of the house that says where the last copies went.
const LAST: &str = "backup.last";

/// The value of the house that stands while a copy that was put back has not been looked at.
pub const OPEN: &str = "restore.open";

/// How many people are looked at.
const SAMPLE: i64 = 200;

/// What [`OPEN`] holds: when the two copies were made (RFC 3339).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The data.
    pub data_of: Option<String>,
    /// The vault.
    pub vault_of: Option<String>,
}

/// The copy that was put back here and has not been looked at, if there is one.
///
/// # Errors
/// What the store says.
pub async fn open(db: &Db) -> Result<Option<Open>, Error> {
    let value = house::value(&mut db.peek(), OPEN).await?;
    // One that cannot be read stands all the same.
    Ok(value.map(|value| serde_json::from_slice(&value).unwrap_or_default()))
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What.
    pub what: &'static str,
    /// What came out.
    pub said: String,
    /// What to do, if it is not well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<&'static str>,
}

impl Check {
    /// It is well.
    #[must_use]
    pub const fn fine(what: &'static str, said: String) -> Self {
        Self { what, said, remedy: None }
    }

    /// It is not, and this is to be done.
    #[must_use]
    pub const fn bad(what: &'static str, said: String, remedy: &'static str) -> Self {
        Self { what, said, remedy: Some(remedy) }
    }
}

/// The last copies that were made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// When, in microseconds since 1970.
    pub taken_us: i64,
    /// The folders that they went to.
    pub folders: Vec<PathBuf>,
}

/// The last copies that were made, if any ever were.
///
/// # Errors
/// What the store says.
pub async fn last(db: &Db) -> Result<Option<Last>, Error> {
    let value = house::value(&mut db.peek(), LAST).await?;
    Ok(value.and_then(|value| serde_json::from_slice(&value).ok()))
}

/// Puts on record that a copy is made. It is not shown to anybody before, and may still come to nothing.
///
/// # Errors
/// [`Failure`]; nothing is on record then.
pub async fn record(app: &App, payload: BackedUp, now: When) -> Result<(), Failure> {
    let event = event(app, payload, now)?;
    app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    Ok(())
}

/// Keeps when copies were made last and where they went, once all of them lie there.
///
/// # Errors
/// What the store says.
pub async fn made(app: &App, folders: Vec<PathBuf>, taken: When) -> Result<(), Failure> {
    let last = serde_json::to_vec(&Last { taken_us: taken.micros(), folders }).unwrap_or_default();
    app.db
        .write(async |mut w| {
            house::set(&mut w, LAST, &last).await?;
            w.commit_quietly(Housekeeping::Lease, ()).await
        })
        .await?;
    Ok(())
}

/// The category by whose rule copies are kept.
#[must_use]
pub const fn category(which: Which) -> &'static str {
    match which {
        Which::Data => "backup",
        Which::Vault => "backup.vault",
    }
}

/// Copies that were made then or earlier are over, by the schedule in force; none where it has no rule that can be followed.
#[must_use]
pub fn over(policy: &Bundle, which: Which, now: When) -> Option<When> {
    policy.retention.cutoff(category(which), &policy.controller.time_zone, now).map(|cutoff| cutoff.over)
}

/// Puts on record that so many old copies are destroyed, which they are right after.
///
/// # Errors
/// [`Failure`]; none may be destroyed then.
pub async fn destroying(app: &App, which: Which, copies: i64, by: &FullName, now: When) -> Result<(), Failure> {
    let schedule = app.snapshot().policy.retention.version.clone();
    let payload = CopiesDestroyed { what: which.as_str().to_owned(), copies, schedule, by: by.clone() };
    let event = event(app, payload, now)?;
    app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    Ok(())
}

/// What whoever puts a copy back knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'k> {
    /// The vault lacks whoever came last.
    pub older_vault: bool,
    /// The folder that this node keeps its state in.
    pub folder: Option<&'k Path>,
    /// A checkpoint of the log from elsewhere.
    pub checkpoint: Option<&'k str>,
}

/// What came out of looking.
#[derive(Debug, Clone)]
pub struct Looked {
    /// All that was looked at.
    pub checks: Vec<Check>,
    /// How many were erased again.
    pub erased_again: i64,
    /// How many entries of the log are known to be lost.
    pub lost: Option<i64>,
    /// The store went back: nobody may be signed in as they were.
    pub back: bool,
}

/// Looks at what was put back, erases again whoever had been erased, and stops again what had been stopped.
///
/// # Errors
/// [`Failure`]; come again then.
pub async fn look(app: &App, known: Known<'_>, now: When) -> Result<Looked, Failure> {
    let mut checks = vec![
        // It would not have come so far.
        Check::fine("policies", format!("{} are in force", app.snapshot().policy.version())),
        Check::fine("signing keys", "they open under the root secret".to_owned()),
        logs_as_signed(app).await?,
    ];
    // Where nothing went back nothing is done again, and nobody is signed out.
    let back = open(&app.db).await?.is_some() || head::went_back(&app.db, known.folder).await?.is_some();
    let (heads, lost) = head::checks(&app.db, known.folder, known.checkpoint).await?;
    checks.extend(heads);
    let (tombstones, erased_again) = erase_again(app, now).await?;
    checks.push(tombstones);
    let back = back || lost.is_some_and(|lost| lost > 0);
    if back {
        checks.extend(revoked::again(app, now).await?);
    }
    checks.push(sign_in(app, known.older_vault).await?);
    Ok(Looked { checks, erased_again, lost, back })
}

/// Puts on record what came out, and ends the sessions of staff if the store went `back`. If all is well the mark goes with
/// it, and what was seen of the log before counts no more; else the mark is there, whoever put the copy back.
///
/// # Errors
/// [`Failure`]; the mark stands then.
pub async fn finish(app: &App, payload: Restored, back: bool, now: When) -> Result<(), Failure> {
    let (fine, place) = (payload.wrong.is_empty(), app.db.place().await?);
    let event = event(app, payload, now)?;
    app.db
        .write(async |mut w| {
            if back {
                staff::sessions::end_everybodys(&mut w, now).await?;
            }
            if fine {
                house::unset(&mut w, OPEN).await?;
                house::set(&mut w, head::LOOKED, now.micros().to_string().as_bytes()).await?;
                if let Some(place) = &place {
                    house::set(&mut w, head::PLACE, place.as_bytes()).await?;
                }
            } else {
                house::set_once(&mut w, OPEN, b"{}").await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(())
}

async fn logs_as_signed(app: &App) -> Result<Check, Failure> {
    const WHAT: &str = "log";
    let mut read = app.db.read().await?;
    let keys = logs::public_keys(&mut read).await?;
    let mut said = Vec::new();
    let (all, recorder) = (log::all(&mut read).await?, app.snapshot().recorder.clone());
    for one in &all {
        if logs::destroyed::mark(&mut read, &recorder, one, &all).await?.is_ours() {
            said.push(format!("{} was destroyed by its rule", one.name));
            continue;
        }
        match logs::head(&mut read, one, &keys).await {
            Ok(head) => said.push(format!("{} has {} entries, as signed", one.name, head.checkpoint.size)),
            Err(Failure::Log(fault)) => {
                let remedy = "take another copy; keep this one for whoever finds out what happened";
                return Ok(Check::bad(WHAT, fault.to_string(), remedy));
            }
            Err(error) => return Err(error),
        }
    }
    if said.is_empty() {
        said.push("none was opened yet".to_owned());
    }
    Ok(Check::fine(WHAT, said.join("; ")))
}

async fn erase_again(app: &App, now: When) -> Result<(Check, i64), Failure> {
    const WHAT: &str = "erasures";
    let mut again = 0;
    loop {
        let erased = erasure::resume(app, now, SAMPLE).await?;
        if erased == 0 {
            break;
        }
        again += erased;
    }
    // Where nothing went back nothing is done: what was cut off before, `serve` finishes.
    while again > 0 && retention::finish_begun(app, &retention::Pace::FULL, now).await? > 0 {}
    let here = erasures::count_unfinished(&mut app.db.peek()).await?;
    if here == 0 {
        let said = format!("brought back by the data and erased again: {again}; nobody is left");
        return Ok((Check::fine(WHAT, said), again));
    }
    let said = format!("erased before and here again, held or not to be read: {here}");
    let remedy = "two people release the hold (`portreeve retention hold release`), or the program's log says what \
                  cannot be read; then `portreeve restore --check`";
    Ok((Check::bad(WHAT, said, remedy), again))
}

/// Whether the index of what somebody signs in with leads to their own password.
async fn found(app: &App, account: AccountId) -> Result<bool, Failure> {
    let names = accounts::identifiers(&mut app.db.peek(), account).await?;
    for (_, blind) in &names {
        let row = accounts::credential_by_identifier(&mut app.db.peek(), blind).await?;
        if row.is_none_or(|row| row.account_id != account) {
            return Ok(false);
        }
    }
    Ok(!names.is_empty())
}

/// Whether those who can sign in could: they are found, the hash can be read, and their keys open what is sealed under them.
async fn sign_in(app: &App, older_vault: bool) -> Result<Check, Failure> {
    const WHAT: &str = "sign-in";
    let sample = accounts::newest_credentials(&mut app.db.peek(), SAMPLE).await?;
    let (mut without, mut damaged, mut unfound) = (0, 0, 0);
    for (account, phc) in &sample {
        if !found(app, *account).await? {
            unfound += 1;
        }
        if !Phc::from_stored(phc.clone()).is_readable() {
            damaged += 1;
        }
        match people::keys(&mut app.db.peek(), &app.roots, *account).await {
            Ok(keys) if keys.has_profile() => {}
            Ok(_) | Err(Failure::Store(Error::Missing) | Failure::Seal(SealError::NoKey | SealError::Refused)) => {
                without += 1;
            }
            Err(failure) => return Err(failure),
        }
    }
    if without + damaged + unfound == 0 {
        let said = format!(
            "looked at: {}; each is found by what they sign in with, each password's hash can be read, and each one's keys open",
            sample.len()
        );
        return Ok(Check::fine(WHAT, said));
    }
    let said = format!(
        "looked at: {}; without a key that opens: {without}; without a hash that can be read: {damaged}; not found by what they \
         sign in with: {unfound}",
        sample.len()
    );
    if older_vault && damaged + unfound == 0 {
        return Ok(Check::fine(
            WHAT,
            format!("{said}, as you know: they cannot sign in, and nothing of theirs can be read"),
        ));
    }
    Ok(Check::bad(WHAT, said, "put back a copy of the vault that is no older than that of the data"))
}

fn event<K: Kind>(app: &App, payload: K, now: When) -> Result<Sealed<K>, Failure> {
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, None)?)
}
