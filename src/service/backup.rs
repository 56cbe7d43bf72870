//! Copies of the house: what is on record of them, and what is looked at before one that was put back serves anybody.
//!
//! ```text
//! restore ──> the copy, marked [`OPEN`] ──> look: log, people, tombstones, sign-in ──> all fine: house.restored, no mark
//!                     └── while it is marked, `serve` does not start
//! ```

use super::{Failure, log as logs, people, retention};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::password::Phc;
use crate::crypto::record::EventSeed;
use crate::domain::audit::vocabulary::{BackedUp, Restored};
use crate::domain::audit::{ActorClass, Channel, Draft, Kind, Sealed};
use crate::domain::time::When;
use crate::store::{Db, Error, accounts, erasures, house, log};
use serde::{Deserialize, Serialize};

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

/// Puts on record that a copy is made. The copy is not shown to anybody before.
///
/// # Errors
/// [`Failure`]; nothing is on record then.
pub async fn record(app: &App, payload: BackedUp, now: When) -> Result<(), Failure> {
    let event = event(app, payload, now)?;
    app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    Ok(())
}

/// Looks at what was put back, and erases again whoever had been erased. Gives how many those were, too. `older_vault`: it is
/// known that the vault lacks whoever came last.
///
/// # Errors
/// [`Failure`]; come again then.
pub async fn look(app: &App, older_vault: bool, now: When) -> Result<(Vec<Check>, i64), Failure> {
    let mut checks = vec![
        // It would not have come so far.
        Check::fine("policies", format!("{} are in force", app.snapshot().policy.version())),
        Check::fine("signing keys", "they open under the root secret".to_owned()),
        logs_as_signed(app).await?,
    ];
    let (tombstones, again) = erase_again(app, now).await?;
    checks.push(tombstones);
    checks.push(sign_in(app, older_vault).await?);
    Ok((checks, again))
}

/// All is well: takes the mark away, with the event that says so.
///
/// # Errors
/// [`Failure`]; the mark stands then.
pub async fn finish(app: &App, payload: Restored, now: When) -> Result<(), Failure> {
    let event = event(app, payload, now)?;
    app.db
        .write(async |mut w| {
            house::unset(&mut w, OPEN).await?;
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
    let waiting = async || erasures::unfinished(&mut app.db.peek(), SAMPLE).await;
    let mut again = 0;
    loop {
        let before = waiting().await?;
        if before.is_empty() {
            let said = format!("{again} people whom the data brought back were erased again; nobody is left");
            return Ok((Check::fine(WHAT, said), again));
        }
        retention::finish_erasures(app, now).await?;
        let after = waiting().await?;
        let gone = before.iter().filter(|(person, ..)| after.iter().all(|(other, ..)| other != person)).count();
        again += i64::try_from(gone).unwrap_or(i64::MAX);
        if gone == 0 {
            let said = format!("{} people who were erased are here again, and a hold stands against it", after.len());
            let remedy =
                "two people release the hold (`portreeve retention hold release`); then `portreeve restore --check`";
            return Ok((Check::bad(WHAT, said, remedy), again));
        }
    }
}

/// Whether those who can sign in could: the hash can be read, and their keys open what is sealed under them.
async fn sign_in(app: &App, older_vault: bool) -> Result<Check, Failure> {
    const WHAT: &str = "sign-in";
    let sample = accounts::newest_credentials(&mut app.db.peek(), SAMPLE).await?;
    let (mut without, mut damaged) = (0, 0);
    for (account, phc) in &sample {
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
    if without + damaged == 0 {
        let said = format!("of {} people looked at, the password's hash can be read and the keys open", sample.len());
        return Ok(Check::fine(WHAT, said));
    }
    let said = format!(
        "of {} people looked at, {without} have no key that opens and {damaged} no hash that can be read",
        sample.len()
    );
    if older_vault && damaged == 0 {
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
