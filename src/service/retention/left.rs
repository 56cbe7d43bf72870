//! What a run leaves alone, and what failed and is tried again: counted for its certificate.

use super::Job;
use crate::app::App;
use crate::domain::retention::{About, Hold, Verdict};
use crate::service::Failure;
use crate::store::tallies;
use crate::store::{Error, Housekeeping, Write};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a run found over under a rule, and left alone: each thing once, by the first hold or reason that stands against its going.
/// It counts if nothing was left to destroy in the same look.
#[derive(Debug, Default)]
pub(super) struct Left(BTreeMap<(About, String), i64>);

impl Left {
    pub(super) fn add(&mut self, about: About, what: &str, items: i64) {
        *self.0.entry((about, what.to_owned())).or_default() += items;
    }

    pub(super) fn hold(&mut self, hold: &Hold) {
        self.add(About::Hold, &hold.id, 1);
    }

    /// One thing of which nothing else is known than what the rule says of it.
    pub(super) fn judged(&mut self, verdict: &Verdict<'_>) {
        match verdict {
            Verdict::Held(hold) => self.hold(hold),
            Verdict::Review(why) => self.add(About::Review, why, 1),
            Verdict::Due | Verdict::NotYet | Verdict::Warn(_) => {}
        }
    }

    pub(super) fn and(&mut self, other: Self) {
        for ((about, what), items) in other.0 {
            self.add(about, &what, items);
        }
    }

    /// How much a hold keeps, or a log that is not as it was signed.
    pub(super) fn held(&self) -> i64 {
        self.0.iter().filter(|((about, _), _)| matches!(about, About::Hold | About::Log)).map(|(_, items)| items).sum()
    }

    pub(super) async fn keep(&self, w: &mut Write, part: (Uuid, &str)) -> Result<(), Error> {
        for ((about, what), items) in &self.0 {
            tallies::add(w, part, (*about, what), *items).await?;
        }
        Ok(())
    }
}

impl Job<'_> {
    /// Counts what could not be destroyed for a fault, and is tried again by the next step.
    pub(super) async fn failed(&self, run: Uuid, items: i64, failure: Failure) -> Failure {
        failed(self.app, (run, &self.rule.id), items, failure).await
    }

    /// The same of one thing; none if it cannot be read, so that the run goes on behind it: it is due still at the end.
    pub(super) async fn stops_at(&self, run: Uuid, failure: Failure) -> Option<Failure> {
        let failure = self.failed(run, 1, failure).await;
        if failure.is_damage() {
            tracing::error!(%run, rule = self.rule.id, error = %failure, "what is due cannot be read, and stays");
            return None;
        }
        Some(failure)
    }
}

/// Counts that something of a run failed; a store that is away cannot be told, and the log of the program alone says so then.
pub(super) async fn failed(app: &App, part: (Uuid, &str), items: i64, failure: Failure) -> Failure {
    let why = word(&failure);
    let counted = app
        .db
        .write(async |mut w| {
            tallies::add(&mut w, part, (About::Failed, why), items).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        })
        .await;
    if let Err(error) = counted {
        tracing::warn!(run = %part.0, rule = part.1, items, %error, "what failed could not be counted");
    }
    failure
}

/// What kind of fault it was. Its words may quote a row, and stay out of what is signed.
fn word(failure: &Failure) -> &'static str {
    match failure {
        Failure::Store(error) if error.is_unavailable() => "store_away",
        Failure::Store(_) => "store",
        Failure::Seal(_) | Failure::Key(_) => "key",
        Failure::Log(_) => "log",
        Failure::Hash(_) | Failure::Passkey(_) => "other",
    }
}
