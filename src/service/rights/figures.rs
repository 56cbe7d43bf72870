//! How requests and complaints of a time were answered.

use super::cases::calendar;
use crate::app::App;
use crate::domain::rights::figures::{Counted, Figures, count};
use crate::domain::rights::kind::Kind;
use crate::domain::rights::step::Step;
use crate::domain::time::When;
use crate::service::Failure;
use crate::store::Error;
use crate::store::rights::{self, CountedRow, MOST_COUNTED};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// From its first day to its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Between {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

impl Between {
    /// The council's financial year as far as it has gone: councils report by it.
    #[must_use]
    pub fn this_year(app: &App, now: When) -> Self {
        let last = calendar(&app.snapshot().policy.controller).day(now);
        let begins = date(last.year(), 4, 1);
        let first = if last < begins { begins.saturating_sub(1.year()) } else { begins };
        Self { first, last }
    }
}

/// How those were answered that were received then; none if there are more than [`MOST_COUNTED`] steps of them.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn figures(app: &App, days: Between, now: When) -> Result<Option<Vec<Figures>>, Failure> {
    let snapshot = app.snapshot();
    let calendar = calendar(&snapshot.policy.controller);
    let (from, until) = (calendar.end(days.first.saturating_sub(1.day())), calendar.end(days.last));
    let rows = rights::received_in(&mut app.db.peek(), (from, until)).await?;
    if rows.len() > MOST_COUNTED {
        return Ok(None);
    }
    let cases = rows.chunk_by(|one, next| one.id == next.id).map(fold).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(count(&cases, &calendar, now)))
}

fn fold(rows: &[CountedRow]) -> Result<Counted, Error> {
    let odd = |column: &str| Error::Unreadable(column.to_owned());
    let first = rows.first().ok_or(Error::Missing)?;
    let kind = Kind::parse(&first.kind).ok_or_else(|| odd("rights_case.kind"))?;
    let step = |row: &CountedRow| Some((Step::parse(&row.step)?, row.at));
    let steps: Option<Vec<_>> = rows.iter().map(step).collect();
    Ok(Counted::fold(kind, first.received_at, &steps.ok_or_else(|| odd("rights_step.step"))?))
}
