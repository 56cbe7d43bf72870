//! A case goes on, one step at a time: each is allowed by what happened before, recorded, and told to her in the same write.

use super::Hand;
use super::cases::{self, Tell, calendar, get, letter, words_field};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::domain::audit::vocabulary::{RightsClosed, RightsStepTaken};
use crate::domain::audit::{Kind, Sealed};
use crate::domain::ids::CaseId;
use crate::domain::rights::case::Facts;
use crate::domain::rights::clock::{self, Light};
use crate::domain::rights::step::{self, Step};
use crate::domain::time::When;
use crate::service::sharing::Judge;
use crate::service::{Failure, people};
use crate::store::outbox::NewMessage;
use crate::store::rights::{self, StepRow};
use crate::store::{Error, outbox};

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// It is taken.
    Done {
        /// Whether she is written to, if she has to know of it; else somebody tells her.
        written: Option<bool>,
    },
    /// As the case stands it cannot be taken, or somebody else took one meanwhile.
    NotNow,
    /// It needs words that she reads, and not more than a letter holds.
    NoWords,
    /// The reason keeps what is done from her for a while; her case is hers to know.
    Hidden,
    /// There is no such case.
    NoCase,
}

/// Takes a step in a case.
///
/// # Errors
/// [`Failure`] of the store; nothing has happened then.
pub async fn take(
    app: &App,
    id: CaseId,
    (step, typed): (Step, &str),
    (by, tell): (Judge<'_>, Tell<'_>),
    now: When,
) -> Result<Became, Failure> {
    let snapshot = app.snapshot();
    if by.hides(&snapshot) {
        return Ok(Became::Hidden);
    }
    let Some(words) = step::said(step, typed) else { return Ok(Became::NoWords) };
    let Some((row, case)) = get(app, id, now).await? else { return Ok(Became::NoCase) };
    let calendar = calendar(&snapshot.policy.controller);
    if !case.facts.possible(case.asker(), &calendar, now).contains(&step) {
        return Ok(Became::NotNow);
    }
    let keys = people::keys(&mut app.db.peek(), &app.roots, row.person).await?;
    let then: Vec<_> = case.summary.steps.iter().copied().chain([(step, now)]).collect();
    let due = clock::read(&Facts::fold(case.summary.kind, row.received_at, &then), &calendar, now).due;
    let place = row.version;
    let sealed = words.as_ref().map(|words| keys.seal(words_field(id, place), words)).transpose()?;
    let letter =
        if step.is_told() { letter(app, &keys, &row, (step, due, words.clone()), tell, None).await? } else { None };
    let written = step.is_told().then_some(letter.is_some());
    let taken = Taken { id, place, step, sealed, letter, now };
    let by = Hand::Council(by);
    let taken = if step.closes() {
        let in_time = case.summary.clock.light != Light::Red;
        let payload = RightsClosed { case: id, outcome: step.as_str().to_owned(), in_time };
        taken.write(app, seal(app, &keys, by, payload, now)?).await
    } else {
        let due = due.map(|due| due.to_string());
        let payload = RightsStepTaken { case: id, step: step.as_str().to_owned(), due };
        taken.write(app, seal(app, &keys, by, payload, now)?).await
    };
    match taken {
        Ok(()) => Ok(Became::Done { written }),
        Err(Error::GivenUp) => Ok(Became::NotNow),
        Err(error) => Err(error.into()),
    }
}

fn seal<K: Kind>(app: &App, keys: &PersonKeys, by: Hand<'_>, payload: K, now: When) -> Result<Sealed<K>, Failure> {
    let draft = by.draft(payload).about(keys.account());
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?)
}

/// A step, ready to be written.
struct Taken {
    id: CaseId,
    place: i64,
    step: Step,
    sealed: Option<Vec<u8>>,
    letter: Option<NewMessage>,
    now: When,
}

impl Taken {
    async fn write<K: Kind + Clone>(self, app: &App, event: Sealed<K>) -> Result<(), Error> {
        let row = StepRow {
            case_id: self.id,
            place: self.place,
            step: self.step.as_str().to_owned(),
            at: self.now,
            words: self.sealed,
            event: event.row.id,
        };
        let (closes, letter, now) = (self.step.closes(), self.letter, self.now);
        let written = app.db.write(async |mut w| {
            rights::take(&mut w, &row, closes)?;
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        });
        written.await.map(drop)
    }
}

/// What can happen next in a case, for whoever may take steps.
#[must_use]
pub fn possible(app: &App, case: &cases::Case, now: When) -> Vec<Step> {
    let snapshot = app.snapshot();
    case.facts.possible(case.asker(), &calendar(&snapshot.policy.controller), now)
}
