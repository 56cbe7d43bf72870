//! A resident asks the council about a look at her record, and is answered within a month.

use super::guesses::{self, Reserved};
use super::looking::{self, Deed, Refused, conflicts};
use super::staff::members;
use super::standing::{WhyError, given};
use super::{Failure, people, post, seen};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens;
use crate::domain::account::EmailAddress;
use crate::domain::audit::leaf;
use crate::domain::audit::vocabulary::{AccessQuestioned, QuestionAnswered};
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::ids::{EventId, QuestionId};
use crate::domain::retention::Period;
use crate::domain::session::SignedIn;
use crate::domain::sign_in::{Gate, Limit};
use crate::domain::staff::{Action, Circumstances, Officer};
use crate::domain::time::When;
use crate::store::questions::QuestionRow;
use crate::store::{Error, events, outbox, questions, sessions};
use std::time::Duration;

/// The questions of one person in a day: more would be no questions.
const LIMIT: Limit = Limit { misses: 5, window: Duration::from_hours(24), closed: Duration::from_hours(24) };

/// What counts them.
const COUNTER: &str = "question";

/// The longest answer, in characters.
pub const LONGEST: usize = 4_000;

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The council has it.
    Done,
    /// It has one about this already, and has not answered yet.
    Open,
    /// There is nothing of the kind that she may see.
    NotHers,
    /// Too many in a day.
    TooMany,
}

/// By when a question is answered: a month (UK GDPR Art 12(3)).
fn due(app: &App, now: When) -> When {
    let month = Period::months(1).unwrap_or_else(|_| Period::zero());
    month.after(now, &app.snapshot().policy.controller.time_zone)
}

/// Stores a question about one of hers, and writes to whom the policies name for complaints. `compose` makes that letter from
/// the question's number and the day of the answer; it holds nothing of hers.
pub async fn ask(
    app: &App,
    who: &SignedIn,
    event: EventId,
    compose: &(dyn Fn(QuestionId, When) -> post::Text + Sync),
    context: Context,
    now: When,
) -> Result<Ask, Failure> {
    let Some(row) = seen::hers(app, who, event, context.clone(), now).await? else { return Ok(Ask::NotHers) };
    if row.asked_at.is_some() && row.answered_at.is_none() {
        return Ok(Ask::Open);
    }
    let Reserved { gate, .. } = guesses::reserve(app, COUNTER, who.account.0.as_bytes(), LIMIT, now).await?;
    if matches!(gate, Gate::Closed { .. }) {
        return Ok(Ask::TooMany);
    }
    let (id, due_at) = (QuestionId(tokens::uuid()), due(app, now));
    let row =
        QuestionRow { id, account_id: who.account, event, asked_at: now, due_at, answered_at: None, answer: None };
    let contact = EmailAddress::parse(&app.snapshot().policy.controller.complaints.email).ok();
    let letter = contact.map(|to| post::letter(&app.roots, None, &to, &compose(id, due_at))).transpose()?;
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    let payload = AccessQuestioned { question: id, event };
    let draft = Draft::new(ActorClass::Resident, payload).about(who.account).from(context);
    let questioned = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let asked = app
        .db
        .write(async |mut w| {
            if !questions::insert(&mut w, &row).await? {
                // Another click was faster.
                return Err(Error::Missing);
            }
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(questioned.clone(), ()).await
        })
        .await;
    match asked {
        Ok(_) => Ok(Ask::Done),
        Err(Error::Missing) => Ok(Ask::Open),
        Err(error) => Err(error.into()),
    }
}

/// A question that waits for its answer, as the staff see it: nothing of hers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The question.
    pub id: QuestionId,
    /// The event that it is about.
    pub event: EventId,
    /// When it was asked.
    pub asked_at: When,
    /// By when it is answered.
    pub due_at: When,
}

/// The questions that wait, the first to be answered first; at most so many.
///
/// # Errors
/// What the store says.
pub async fn questions(app: &App, limit: i64) -> Result<Vec<Waiting>, Failure> {
    let rows = questions::open(&mut app.db.peek(), limit).await?;
    let waiting =
        |row: QuestionRow| Waiting { id: row.id, event: row.event, asked_at: row.asked_at, due_at: row.due_at };
    Ok(rows.into_iter().map(waiting).collect())
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is in her account, and she is written to that it is.
    Done,
    /// There is no such question, or it was answered.
    NoQuestion,
    /// It is about a look of the officer's own: somebody else answers for it.
    OwnLook,
    /// There is no text, or too much of it.
    NoText,
    /// The reason is none.
    NoReason(WhyError),
}

/// Whether the look that is asked about is this officer's, in any year and under any account of theirs.
async fn is_own(app: &App, officer: &Officer, event: EventId, now: When) -> Result<bool, Failure> {
    let Some(found) = events::get(&mut app.db.peek(), event).await? else { return Ok(false) };
    let Some(by) = leaf::Read::parse(&found.event.leaf).and_then(|leaf| leaf.actor.reference) else { return Ok(false) };
    if *by == *officer.pseudonym {
        return Ok(true);
    }
    for (staff, _, pseudonyms) in members::pseudonyms(app, now).await? {
        if pseudonyms.iter().any(|one| *one == *by) {
            return members::same_person(app, staff, officer.id).await;
        }
    }
    Ok(false)
}

/// Answers a question, for a reason of the closed list (code and case). The answer is sealed and stands in her account;
/// `compose` makes, in her language ("en", "cy"), the letter that says so and nothing of what it says.
///
/// # Errors
/// [`Refused::NotPermitted`] for an officer who declared to know her, which is on record; else [`Failure`], and nothing has
/// happened then.
pub async fn answer(
    deed: Deed<'_>,
    question: QuestionId,
    (code, case): (&str, Option<&str>),
    text: &str,
    compose: &(dyn Fn(&str) -> post::Text + Sync),
) -> Result<Answer, Refused> {
    let Deed { app, officer, context, now } = deed;
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Ok(Answer::NoText);
    }
    let (reason, case) = match given(app, code, case) {
        // An answer cannot be kept from the person who gets it.
        Ok((reason, _)) if reason.delay.is_some() => return Ok(Answer::NoReason(WhyError::OnePerson)),
        Ok(given) => given,
        Err(error) => return Ok(Answer::NoReason(error)),
    };
    let found = questions::get(&mut app.db.peek(), question).await?;
    let Some(row) = found.filter(|row| row.answered_at.is_none()) else { return Ok(Answer::NoQuestion) };
    if is_own(app, officer, row.event, now).await? {
        return Ok(Answer::OwnLook);
    }
    let mut read = app.db.read().await?;
    let keys = people::keys(&mut read, &app.roots, row.account_id).await?;
    // What follows takes connections of its own: those who hold one while they wait for another could wait for each other.
    drop(read);
    if conflicts::has(app, officer.id, row.account_id, now).await? {
        let circumstances =
            Circumstances { conflict: true, reason: true, case: case.is_some(), ..Circumstances::default() };
        looking::permit(deed, Action::AnswerQuestion, circumstances, Some(&keys), None).await?;
    }
    let mut read = app.db.read().await?;
    let to = people::written_to(&mut read, &keys).await?;
    let language = sessions::language(&mut read, row.account_id).await?.unwrap_or_else(|| "en".to_owned());
    drop(read);
    let letter = to.map(|to| post::letter(&app.roots, Some(row.account_id), &to, &compose(&language))).transpose()?;
    let sealed = keys.seal(seen::answer_field(question), text)?;
    let payload = QuestionAnswered { question, event: row.event };
    let draft = Draft::of_officer(officer, payload).from(context.clone());
    let draft = draft.because(&reason.code, case.as_deref()).about(row.account_id);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let answered = app
        .db
        .write(async |mut w| {
            if !questions::answer(&mut w, question, &sealed, now).await? {
                return Err(Error::Missing);
            }
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match answered {
        Ok(_) => Ok(Answer::Done),
        Err(Error::Missing) => Ok(Answer::NoQuestion),
        Err(error) => Err(error.into()),
    }
}
