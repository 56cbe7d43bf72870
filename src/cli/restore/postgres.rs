//! PostgreSQL's database, put back in one transaction.
//!
//! ```text
//! BEGIN, vault ──> pg_restore ──┐
//!        data  ──> pg_restore ──┴─> psql: as many rows as were copied? the mark, COMMIT
//! ```
//!
//! COMMIT is said last, once both copies were read to their ends: whoever is cut off before leaves the database as it was.

use super::{Bare, Parcel};
use crate::crypto::parcel::ParcelError;
use crate::crypto::roots::Roots;
use crate::store::dumps::{self, BEGIN, COMMIT, Programs};
use anyhow::Context as _;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

/// A database that is empty.
pub(super) async fn bare(url: &str, programs: Option<&Path>) -> anyhow::Result<Bare<'static>> {
    let there = dumps::occupied(url).await?;
    anyhow::ensure!(
        there == 0,
        "there are {there} tables and other things in this database already, and nothing was written: make an empty one \
         (`createdb`) and name it in the settings. If a copy was put back here before, `portreeve restore --check` looks at it"
    );
    Ok(Bare::Database(Programs::find(url, programs).await?))
}

/// Puts both in place, marked with this value of the house; all of it or nothing.
pub(super) fn put(
    programs: &Programs,
    roots: &Roots,
    (data, vault): (&Parcel<'_>, &Parcel<'_>),
    (name, value): (&str, &[u8]),
) -> anyhow::Result<()> {
    let mut session = programs.session()?;
    let mut script = BufWriter::new(session.input()?);
    let said = (|| {
        script.write_all(BEGIN.as_bytes())?;
        for parcel in [vault, data] {
            write(programs, roots, parcel, &mut script)?;
        }
        script.write_all(dumps::marked(name, value).as_bytes())?;
        script.write_all(COMMIT.as_bytes())?;
        Ok(script.flush()?)
    })();
    match said {
        Ok(()) => {
            drop(script);
            Ok(session.end()?)
        }
        // It stopped at a statement, and says at which.
        Err(error) if is_broken_pipe(&error) => {
            drop(script);
            session.end()?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

fn write(programs: &Programs, roots: &Roots, parcel: &Parcel<'_>, script: &mut impl Write) -> anyhow::Result<()> {
    let mut back = programs.statements()?;
    let (mut copy, mut statements) = (back.input()?, back.output()?);
    let (fed, written) = std::thread::scope(|scope| {
        let feeding = scope.spawn(move || parcel.unpack(roots, &mut copy));
        let written = io::copy(&mut statements, script);
        // Nobody reads it any more: it is to end.
        drop(statements);
        (feeding.join(), written)
    });
    let fed = fed.map_err(|_| anyhow::anyhow!("{} cannot be read", parcel.file.display()))?;
    written?;
    // If it does not read on it has something to say.
    match fed {
        Err(error) if !is_broken_pipe(&error) => return Err(error),
        _ => back.end().with_context(|| parcel.file.display().to_string())?,
    }
    script.write_all(dumps::as_many(parcel.which, &parcel.manifest.counts).as_bytes())?;
    Ok(())
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(broken)
            || matches!(cause.downcast_ref::<ParcelError>(), Some(ParcelError::Io(cause)) if broken(cause))
    })
}
