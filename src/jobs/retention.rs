//! Carries the schedule out: plans a run a day, brings the open one on, finishes erasures, and warns before the end of accounts
//! that nobody uses. A schedule that is a draft plans nothing and warns nobody.

use super::runner::{Duty, Fault};
use crate::app::App;
use crate::domain::time::When;
use crate::http::shutdown::Shutdown;
use crate::service::post::Text;
use crate::service::retention::{self as deeds, Pace, Planned, Step};
use crate::view::Lang;
use std::time::Duration;

/// How many steps of a run one round takes at most, of a batch each.
const STEPS: usize = 20;

/// How long a round destroys, so that the clock is looked at and people are warned meanwhile.
const LASTS: Duration = Duration::from_secs(30);

/// How often a run is planned.
const PLANNED_EVERY: Duration = Duration::from_hours(24);

/// How often is looked for whom to warn.
const WARNED_EVERY: Duration = Duration::from_hours(1);

/// How often what was destroyed is taken out of the database's files where nobody asked for it just then.
const SETTLED_EVERY: Duration = Duration::from_hours(1);

/// Carries the schedule out.
#[derive(Debug, Default)]
pub struct Retention {
    /// Until when it goes beside those who use the service; none if it is alone.
    beside: Option<Shutdown>,
    planned: Option<When>,
    warned: Option<When>,
    settled: Option<When>,
    doubted: bool,
}

/// Whether so much time has gone by since.
fn is_time(last: Option<When>, every: Duration, now: When) -> bool {
    last.is_none_or(|last| now.since(last) >= every)
}

impl Retention {
    /// In a server that answers requests, until this is told.
    #[must_use]
    pub fn beside_others(shutdown: &Shutdown) -> Self {
        Self { beside: Some(shutdown.clone()), ..Self::default() }
    }
}

/// Finishes erasures and brings the open run on.
async fn carry_out(app: &App, pace: &Pace, now: When) -> Result<(), Fault> {
    for _ in 0..STEPS {
        deeds::finish_erasures_at(app, pace, now).await?;
        match deeds::step_at(app, pace, now).await? {
            Step::Went(_) => {}
            Step::Done(certificate) => {
                tracing::info!(run = %certificate.run, certificate = %certificate.id, "a run of the schedule is over");
            }
            Step::Nothing | Step::InDoubt(_) => break,
        }
        if !pace.goes_on().await {
            break;
        }
    }
    Ok(())
}

impl Duty for Retention {
    const NAME: &'static str = "retention";
    const EVERY: Duration = Duration::from_secs(10);
    const LEASED: bool = true;

    async fn round(&mut self, app: &App, now: When) -> Result<(), Fault> {
        deeds::look_at_the_clock(app, now).await?;
        let doubt = deeds::clock_in_doubt(app, now).await?;
        if let (Some(doubt), false) = (&doubt, self.doubted) {
            tracing::error!(
                doubt,
                "nothing is destroyed until somebody confirms the clock: portreeve retention confirm-clock"
            );
        }
        self.doubted = doubt.is_some();
        match &self.beside {
            None => carry_out(app, &Pace::FULL, now).await?,
            Some(shutdown) => {
                let pace = Pace::aside(LASTS);
                tokio::select! {
                    // It rests more than it works, and whatever is cut off is found again.
                    () = shutdown.begun() => return Ok(()),
                    done = carry_out(app, &pace, now) => done?,
                }
            }
        }
        if is_time(self.settled, SETTLED_EVERY, now) || !app.db.is_settled() {
            match app.db.settle().await {
                Ok(true) => self.settled = Some(now),
                Ok(false) => tracing::info!("a reader was in the way of settling: it is tried again"),
                Err(error) => tracing::warn!(%error, "the files could not be settled: it is tried again"),
            }
        }
        if is_time(self.warned, WARNED_EVERY, now) {
            let sign_in = format!("{}/sign-in", app.issuer.as_str());
            let compose = |language: &str, day: jiff::civil::Date| {
                let letter = app.view().letters(Lang::parse(language).unwrap_or_default()).dormant(&sign_in, day);
                Text { subject: letter.subject, body: letter.body }
            };
            deeds::warn(app, &compose, now).await?;
            self.warned = Some(now);
        }
        if is_time(self.planned, PLANNED_EVERY, now) {
            if let Planned::Run(run, _) = deeds::plan_if_due(app, PLANNED_EVERY, now).await? {
                tracing::info!(run = %run.id, state = run.state, not_before = %run.not_before, "a run of the schedule was planned");
            }
            self.planned = Some(now);
        }
        Ok(())
    }
}
