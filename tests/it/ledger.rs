//! Lines of the sharing ledger, as tests lay them down.

use portreeve::domain::ids::AccountId;
use portreeve::domain::sharing::Standing;
use portreeve::service::records;
use portreeve::store::sharing::{self, SharingRow};
use portreeve::store::{Error, Write};

/// Adds a line behind those that are there, and what it comes to then.
pub async fn keep(w: &mut Write, who: AccountId, row: SharingRow) -> Result<(), Error> {
    let before = records::standings(sharing::standings_at(w, who, &row.client_id).await?)?;
    let before = before.iter().find(|standing| standing.purpose == row.purpose);
    let was = before.map_or(0, |standing| standing.version);
    let mut line = records::record(row)?;
    line.how.place = Some(was + 1);
    let after = Standing::after(before, &line);
    sharing::append(w, who, &records::line_row(&line), &records::standing_row(&after), was)
}
