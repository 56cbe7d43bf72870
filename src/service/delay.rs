//! A look is kept from the person looked at for a while: only under a reason whose policy names a legal ground, only with a
//! second person, and only until a day of review (decision 0033). Until then nothing she is shown differs from what a
//! person is shown who was never looked at.

use super::Failure;
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::{NoticeDelayed, NoticeReleased, NoticeRenewed};
use crate::domain::audit::{ActorClass, Channel, Context, Draft, Kind, Sealed};
use crate::domain::ids::{EventId, StaffId};
use crate::domain::staff::Officer;
use crate::domain::time::When;
use crate::policy::Delay;
use crate::service::{people, post};
use crate::store::delays::{self, DelayRow, NewDelay};
use crate::store::events::Stored;
use crate::store::outbox::{self, NewMessage};
use crate::store::{Error, Write, approvals, sessions};
use std::time::Duration;
use uuid::Uuid;

/// One letter is for all that is shown within an hour: the looks of one enquiry are let go one after another.
const TOGETHER: Duration = Duration::from_hours(1);

/// Makes the letter that tells a person of a look which is shown to her now, in her language ("en", "cy").
pub type Compose<'a> = &'a (dyn Fn(&str) -> post::Text + Sync);

/// Who has a hand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hand {
    /// An operator, by name.
    Operator(FullName),
    /// A member of staff.
    Staff(StaffId),
}

impl Hand {
    /// Whether the two may be the same person; of a name and a number nobody can tell.
    fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Operator(one), Self::Operator(other)) => one.is_same_as(other),
            (Self::Staff(one), Self::Staff(other)) => one == other,
            _ => true,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Operator(name) => name.as_str().to_owned(),
            Self::Staff(id) => id.to_string(),
        }
    }
}

/// Why a look may not be kept back, and so not be made under that reason.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The reason keeps looks from the resident, which takes two.
    #[error("a look for this reason is kept from the resident for a while, which a second person has to approve")]
    OnePerson,
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<SealError> for Refused {
    fn from(error: SealError) -> Self {
        Self::Failure(error.into())
    }
}

/// What keeps a look back: [`Held::keep`] in the write that records the look, and its event in the same commit.
#[derive(Debug, Clone)]
pub struct Held {
    row: NewDelay,
    /// That it is kept back, for [`crate::store::AndPerhaps`].
    pub event: Sealed<NoticeDelayed>,
}

impl Held {
    /// Stores that the look is kept back.
    ///
    /// # Errors
    /// What the store says; the look is not recorded then either.
    pub async fn keep(&self, w: &mut Write) -> Result<(), Error> {
        delays::insert(w, &self.row).await
    }
}

fn delay_of(app: &App, code: &str) -> Option<Delay> {
    app.snapshot().policy.reasons.iter().find(|reason| reason.code == code)?.delay.clone()
}

fn until(app: &App, delay: &Delay, now: When) -> When {
    delay.most.after(now, &app.snapshot().policy.controller.time_zone)
}

/// Makes ready what keeps a look back if its reason says so; `None` if it does not. `look` is the look in clear, `event` what
/// it will be called, `keys` are those of the person looked at. A look that is refused is kept back like one that is not.
///
/// # Errors
/// [`Refused::OnePerson`] if the reason keeps looks back and nobody else approved it: nothing may be shown then.
pub fn hold_back<L: Kind>(
    app: &App,
    keys: &PersonKeys,
    (look, event): (&Draft<L>, EventId),
    code: &str,
    (by, second): (&Hand, Option<&Hand>),
    now: When,
) -> Result<Option<Held>, Refused> {
    let Some(delay) = delay_of(app, code) else { return Ok(None) };
    let second = second.filter(|second| !second.may_be(by)).ok_or(Refused::OnePerson)?;
    let review_by = until(app, &delay, now);
    let row = row(app, (event, code), (by.text(), second.text()), (now, review_by));
    Ok(Some(held(app, keys, look, row, now)?))
}

/// Makes ready what keeps back that `opened` was looked at, if that is itself kept from her, or tells of what is: under the same
/// reason, until the same day. She would learn of the one by the other.
///
/// # Errors
/// [`Failure`]; nothing may be shown then.
pub async fn hold_back_too<L: Kind>(
    app: &App,
    keys: &PersonKeys,
    (look, event): (&Draft<L>, EventId),
    opened: &Stored,
    now: When,
) -> Result<Option<Held>, Failure> {
    let tells_of = opened.person.filter(|_| opened.r#type.starts_with(NOTICES));
    let Some(row) = delays::standing(&mut app.db.peek(), (opened.id, tells_of), now).await? else { return Ok(None) };
    let DelayRow { reason, set_by, approved_by, review_by, .. } = row;
    let row = self::row(app, (event, &reason), (set_by, approved_by), (now, review_by));
    Ok(Some(held(app, keys, look, row, now)?))
}

/// The kinds of events that tell of what is kept back.
const NOTICES: &str = "officer.notice_";

fn held<L: Kind>(app: &App, keys: &PersonKeys, look: &Draft<L>, row: NewDelay, now: When) -> Result<Held, SealError> {
    let payload = NoticeDelayed {
        look: row.event,
        until: row.review_by.to_string(),
        by: row.set_by.clone().into(),
        approved_by: row.approved_by.clone().into(),
    };
    let mut draft = Draft::new(look.actor, payload).about(keys.account()).by(look.channel).from(look.context.clone());
    draft.role.clone_from(&look.role);
    draft.officer.clone_from(&look.officer);
    draft.reason = Some(row.reason.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    Ok(Held { row, event })
}

/// The row that keeps a look back, with the MAC over it.
fn row(
    app: &App,
    (event, reason): (EventId, &str),
    (set_by, approved_by): (String, String),
    (set_at, review_by): (When, When),
) -> NewDelay {
    let mac = app.snapshot().recorder.delay_mac(event, [reason, &set_by, &approved_by], (set_at, review_by)).to_vec();
    NewDelay { event, reason: reason.to_owned(), set_by, approved_by, review_by, set_at, mac }
}

/// The keys of whoever was looked at; none once they are destroyed.
async fn keys_of(app: &App, row: &DelayRow) -> Result<Option<PersonKeys>, Failure> {
    let Some(person) = row.person else { return Ok(None) };
    match people::keys(&mut app.db.peek(), &app.roots, person).await {
        Err(Failure::Seal(SealError::NoKey) | Failure::Store(Error::Missing)) => Ok(None),
        found => Ok(Some(found?)),
    }
}

/// Seals an event about whoever was looked at; about nobody once her keys are destroyed.
fn about<K: Kind>(app: &App, keys: Option<&PersonKeys>, draft: Draft<K>, now: When) -> Result<Sealed<K>, Failure> {
    let draft = match keys {
        Some(keys) => draft.about(keys.account()),
        None => draft,
    };
    Ok(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, keys)?)
}

/// The letter to whoever was looked at; none if the house has nowhere to write to her.
async fn letter(app: &App, keys: Option<&PersonKeys>, compose: Compose<'_>) -> Result<Option<NewMessage>, Failure> {
    let Some(keys) = keys else { return Ok(None) };
    let mut read = app.db.read().await?;
    let to = match people::written_to(&mut read, keys).await {
        Err(Failure::Seal(SealError::NoKey)) => None,
        found => found?,
    };
    let language = sessions::language(&mut read, keys.account()).await?.unwrap_or_else(|| "en".to_owned());
    to.map(|to| post::letter(&app.roots, Some(keys.account()), &to, &compose(&language))).transpose()
}

/// In the write that shows her the look: the letter, unless one went just now.
async fn tell(w: &mut Write, look: EventId, letter: Option<&NewMessage>, now: When) -> Result<(), Error> {
    match letter {
        Some(letter) if delays::tell(w, look, (now - TOGETHER, now)).await? => outbox::queue(w, letter, now).await,
        _ => Ok(()),
    }
}

/// Lets the person see a look that was kept from her, for the case the delay was made for; one person may. She is written to,
/// wherever the house may write to her. `false` if she sees it already.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn release(
    app: &App,
    (officer, context): (&Officer, &Context),
    (look, case): (EventId, Option<&str>),
    compose: Compose<'_>,
    now: When,
) -> Result<bool, Failure> {
    let Some(row) = delays::get(&mut app.db.peek(), look).await? else { return Ok(false) };
    let keys = keys_of(app, &row).await?;
    let letter = letter(app, keys.as_ref(), compose).await?;
    let payload = NoticeReleased { look, how: "released".to_owned() };
    let draft = Draft::of_officer(officer, payload).from(context.clone()).because(&row.reason, case);
    let event = about(app, keys.as_ref(), draft, now)?;
    crate::service::done(
        app.db
            .write(async |mut w| {
                if !delays::release(&mut w, look, now).await? {
                    return Err(Error::Missing);
                }
                tell(&mut w, look, letter.as_ref(), now).await?;
                w.commit(event.clone(), ()).await
            })
            .await,
    )
}

/// Puts the day of review off, from now and by no more than the policies in force allow: two people looked at it again.
/// `false` if it has passed, the look was released, or its reason keeps nothing back any more. The second person's word, an
/// approval of that kind, is spent with it.
///
/// # Errors
/// [`Refused::OnePerson`] if the second person is the first.
pub async fn renew(
    app: &App,
    (officer, context, second): (&Officer, &Context, StaffId),
    look: EventId,
    (case, word): (Option<&str>, Option<(Uuid, &str)>),
    now: When,
) -> Result<bool, Refused> {
    if officer.id == second {
        return Err(Refused::OnePerson);
    }
    let found = delays::get(&mut app.db.peek(), look).await.map_err(Failure::from)?;
    let Some((row, delay)) = found.and_then(|row| delay_of(app, &row.reason).map(|delay| (row, delay))) else {
        return Ok(false);
    };
    let (set_by, approved_by, review_by) = (officer.id.to_string(), second.to_string(), until(app, &delay, now));
    let payload = NoticeRenewed {
        look,
        until: review_by.to_string(),
        by: set_by.clone().into(),
        approved_by: approved_by.clone().into(),
    };
    let draft = Draft::of_officer(officer, payload).from(context.clone()).because(&row.reason, case);
    let event = about(app, keys_of(app, &row).await?.as_ref(), draft, now)?;
    let row = self::row(app, (look, &row.reason), (set_by, approved_by), (now, review_by));
    let renewed = app
        .db
        .write(async |mut w| {
            if let Some((approval, kind)) = word
                && !approvals::spend(&mut w, approval, kind, officer.id, now).await?
            {
                return Err(Error::Missing);
            }
            if !delays::renew(&mut w, &row).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    Ok(crate::service::done(renewed)?)
}

/// What is to be reviewed by then, the first first; at most so many.
///
/// # Errors
/// What the store says.
pub async fn due_for_review(app: &App, by: When, limit: i64) -> Result<Vec<DelayRow>, Error> {
    delays::due(&mut app.db.peek(), by, limit).await
}

/// Records of looks whose day of review has passed that the people see them now, and writes to them; says of how many. They
/// do so from that day on, even if nobody comes to record it.
///
/// # Errors
/// [`Failure`]; what was recorded until then stays so.
pub async fn run_out(app: &App, compose: Compose<'_>, now: When, limit: i64) -> Result<usize, Failure> {
    let mut over = 0;
    for row in delays::due(&mut app.db.peek(), now, limit).await? {
        match run_out_one(app, &row, compose, now).await {
            Ok(noted) => over += usize::from(noted),
            Err(failure) if failure.is_shortage() => return Err(failure),
            // One that cannot be recorded does not keep the others waiting.
            Err(failure) => tracing::error!(error = %failure, "a look shown from now on could not be recorded as such"),
        }
    }
    Ok(over)
}

async fn run_out_one(app: &App, row: &DelayRow, compose: Compose<'_>, now: When) -> Result<bool, Failure> {
    let keys = keys_of(app, row).await?;
    let letter = letter(app, keys.as_ref(), compose).await?;
    let payload = NoticeReleased { look: row.event, how: "ran_out".to_owned() };
    let draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
    let event = about(app, keys.as_ref(), draft, now)?;
    let noted = app.db.write(async |mut w| {
        if !delays::run_out(&mut w, row.event, now).await? {
            return Err(Error::Missing);
        }
        tell(&mut w, row.event, letter.as_ref(), now).await?;
        w.commit(event.clone(), ()).await
    });
    crate::service::done(noted.await)
}
