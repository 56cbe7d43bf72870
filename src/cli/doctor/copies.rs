//! Copies of the house, as far as `portreeve backup` made them.

use super::super::backup::{old, sqlite};
use super::super::open::House;
use super::Round;
use crate::domain::time::When;
use crate::service::{backup, retention};
use crate::store::Location;
use std::path::PathBuf;
use std::time::Duration;

/// The longest from one copy to the next.
const LONGEST: Duration = Duration::from_hours(24);

/// Whether the last copies are of today or yesterday, and none lies beside them that is over.
pub(super) async fn look(house: &House, now: When, round: &mut Round) -> anyhow::Result<()> {
    if let Location::Sqlite(folder) = &house.location
        && let Some((_, files)) = sqlite::left_over(folder)?
    {
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        round.found(
            format!("a backup was cut off, and left in the clear {}", files.join(", ")),
            "start `serve` again, or run `portreeve backup`: either removes them",
        );
    }
    let Ok(app) = house.app().await else {
        // Why it does not start is found elsewhere.
        return Ok(());
    };
    let before = round.found.len();
    let Some(last) = backup::last(&app.db).await? else {
        round.left_out.push("copies: `portreeve backup` made none yet, and knows of no others".into());
        return Ok(());
    };
    let taken = When::from_micros(last.taken_us);
    if now.since(taken) > LONGEST {
        round.found(
            format!("the last copies are of {taken}"),
            "run `portreeve backup --out DIR --vault-out OTHER` every night; its timer's log says why it did not",
        );
    }
    // By a clock that jumped all of them are over: nobody is told to destroy them.
    let trusted = retention::clock_in_doubt(&app, now).await?.is_none();
    for folder in last.folders.into_iter().filter(|_| trusted) {
        // A place that is not always there, or another machine's.
        let Ok(over) = old::over(&app, std::slice::from_ref(&folder), now) else { continue };
        let files: Vec<PathBuf> = over.into_iter().flat_map(|(_, files)| files).collect();
        if let Some(first) = files.first() {
            round.found(
                format!("{} copies are over and still there; the first is {}", files.len(), first.display()),
                "`portreeve backup` into that folder destroys them; so may you",
            );
        }
    }
    round.fine_unless(before, "copies");
    Ok(())
}
