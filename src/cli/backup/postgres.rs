//! PostgreSQL's database, as `pg_dump` gives it: data and vault of one moment, sealed as they come.

use super::super::open::House;
use super::{Copied, Manifest};
use crate::app::App;
use crate::store::copies::Which;
use crate::store::dumps::{Moment, Programs};
use std::path::{Path, PathBuf};

/// Copies and seals what is asked for. Nothing of it lies anywhere in the clear.
pub(super) async fn copy(
    app: &App,
    house: &House,
    (url, programs): (&str, Option<&Path>),
    targets: &[(Which, PathBuf)],
) -> anyhow::Result<Vec<Copied>> {
    let programs = Programs::find(url, programs).await?;
    let now = Manifest::now(Which::Data, app, house).await?;
    let mut moment = Moment::hold(url).await?;
    let mut copied = Vec::new();
    for (which, to) in targets {
        let counts = moment.counts(*which).await?;
        let manifest = Manifest {
            counts: counts.into_iter().map(|(table, rows)| (table.to_owned(), rows)).collect(),
            // They are of one moment, and say so.
            taken: now.taken.clone(),
            taken_us: now.taken_us,
            ..Manifest::now(*which, app, house).await?
        };
        let mut dump = programs.dump(*which, &moment)?;
        let sealed = Copied::seal(app, *which, manifest, dump.output()?, to);
        // A copy that was cut off has an end all the same: its word counts.
        dump.end()?;
        copied.push(sealed?);
    }
    moment.end().await?;
    Ok(copied)
}
