//! Codes in letters, and the journeys they belong to.

use super::letters::{Letters, Reader, forgetful, mailbox, may_write, posting};
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::record::EventSeed;
use crate::crypto::roots::Roots;
use crate::crypto::seal::Field;
use crate::crypto::tokens::{self, Code, CodeHash, Reference, Token};
use crate::domain::audit::vocabulary::CodeFailed;
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::ids::{AccountId, ChallengeId};
use crate::domain::sign_in::Gate;
use crate::domain::time::When;
use crate::service::guesses::{self, Reserved};
use crate::service::refusal::{self, Refusal};
use crate::service::{Failure, people};
use crate::store::challenges::{RecoveryRow, Spent};
use crate::store::{Error, Housekeeping, challenges, throttle};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// What an address is proven for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A forgotten password.
    Reset,
    /// A new address.
    ChangeEmail,
}

impl Purpose {
    /// The word the store and events hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::ChangeEmail => "change_email",
        }
    }
}

/// A journey as pages carry it: a bearer value, and where its letters go, masked. The mask travels with the page because
/// an address that is nobody's has no keys to store it under.
#[derive(Debug, Clone)]
pub struct Journey {
    token: Token,
    masked: String,
}

#[derive(Serialize, Deserialize)]
struct Carried {
    journey: String,
    masked: String,
}

impl Journey {
    pub(super) fn begin(masked: String) -> Self {
        Self { token: Token::random(), masked }
    }

    /// Where its letters go, masked.
    #[must_use]
    pub fn masked(&self) -> &str {
        &self.masked
    }

    /// The text in page addresses and hidden fields.
    pub fn reference(&self, roots: &Roots) -> Result<String, Failure> {
        let carried = Carried { journey: self.token.as_str().to_owned(), masked: self.masked.clone() };
        let plain = serde_json::to_vec(&carried).map_err(|_| SealError::Malformed)?;
        Ok(tokens::seal_reference(roots, Reference::Page, &plain)?)
    }

    fn open(roots: &Roots, reference: &str) -> Option<Self> {
        let plain = tokens::open_reference(roots, Reference::Page, reference).ok()?;
        let carried: Carried = serde_json::from_slice(&plain).ok()?;
        Some(Self { token: Token::parse(&carried.journey)?, masked: carried.masked })
    }

    pub(super) fn hash(&self) -> [u8; 32] {
        self.token.hash().0
    }
}

/// The identifier that codes and sealed fields of a journey are bound to.
fn journey_id(hash: &[u8; 32]) -> Uuid {
    let mut id = [0; 16];
    id.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    Uuid::from_bytes(id)
}

/// Where the new address of a journey is sealed. It is bound to the journey as it began.
pub(super) fn address_field(hash: &[u8; 32]) -> Field {
    Field::profile("recovery", "address", journey_id(hash))
}

pub(super) fn code_hash(roots: &Roots, hash: &[u8; 32], code: &Code) -> CodeHash {
    tokens::code_hash(roots, ChallengeId(journey_id(hash)), code)
}

/// A journey that can still go on.
#[derive(Debug)]
pub struct Standing {
    /// Its reference.
    pub journey: Journey,
    /// Somebody needed more time: codes last longer.
    pub longer: bool,
    /// How long its codes work.
    pub lifetime: Duration,
    pub(super) row: RecoveryRow,
    purpose: Purpose,
}

impl Standing {
    /// Whose it is; nobody's if the address is unknown to us.
    #[must_use]
    pub const fn person(&self) -> Option<AccountId> {
        self.row.person
    }

    /// Its code was right.
    #[must_use]
    pub const fn is_proven(&self) -> bool {
        self.row.proven_at.is_some()
    }
}

/// The journey of a reference, if it can still go on.
pub async fn find(app: &App, purpose: Purpose, reference: &str, now: When) -> Result<Option<Standing>, Failure> {
    let Some(journey) = Journey::open(&app.roots, reference) else {
        return Ok(None);
    };
    let hash = journey.hash();
    let mut read = app.db.peek();
    let Some(row) = challenges::recovery(&mut read, &hash).await? else {
        return Ok(None);
    };
    if row.purpose != purpose.as_str() || row.spent_at.is_some() || row.expires_at <= now {
        return Ok(None);
    }
    let longer = throttle::look(&mut read, "longer", &hash).await?.is_some();
    let codes = &app.snapshot().policy.assurance.codes;
    let lifetime = if longer { codes.otherwise * codes.longer } else { codes.otherwise };
    Ok(Some(Standing { journey, longer, lifetime, row, purpose }))
}

/// Sends another code; earlier ones stay good in their own window. Past the limit of letters nothing is sent, and the
/// page says the same.
pub async fn resend(
    app: &App,
    standing: &Standing,
    letters: &Letters<'_>,
    context: &Context,
    now: When,
) -> Result<(), Failure> {
    let hash = standing.journey.hash();
    let reader = letterbox(app, standing, now).await?;
    // Where there is nobody to write to, the counter of the journey stands in.
    let may_write = may_write(app, reader.as_ref().map_or(&hash, |reader| &reader.mailbox.blind), now).await?;
    if !may_write {
        return Ok(());
    }
    let Some(reader) = reader else {
        return match standing.purpose {
            Purpose::Reset => refuse(app, "unknown_identifier", context, now).await,
            Purpose::ChangeEmail => Ok(()),
        };
    };
    let posting = posting(app, reader, &hash, standing.purpose, (now, standing.lifetime), letters, context)?;
    app.db
        .write(async |mut w| {
            posting.queue(&mut w, now).await?;
            w.commit(posting.event.clone(), ()).await
        })
        .await?;
    Ok(())
}

/// Where the letters of a journey go now; `None` if they may go nowhere.
async fn letterbox(app: &App, standing: &Standing, now: When) -> Result<Option<Reader>, Failure> {
    let Some(person) = standing.person() else {
        return Ok(None);
    };
    match standing.purpose {
        Purpose::Reset => forgetful(app, person, now).await,
        Purpose::ChangeEmail => match mailbox(app, person).await? {
            Some(mailbox) => Ok(super::email::new_mailbox(app, standing, mailbox).await?.map(Reader::of_code)),
            None => Ok(None),
        },
    }
}

/// Gives codes of a journey the longer time, once, and sends a new one.
pub async fn longer(
    app: &App,
    standing: &mut Standing,
    letters: &Letters<'_>,
    context: &Context,
    now: When,
) -> Result<(), Failure> {
    if standing.longer {
        return Ok(());
    }
    let codes = &app.snapshot().policy.assurance.codes;
    standing.longer = true;
    standing.lifetime = codes.otherwise * codes.longer;
    let (hash, until) = (standing.journey.hash(), now + standing.lifetime);
    app.db
        .write(async |mut w| {
            let asked = throttle::raise(&mut w, "longer", &hash, When::from_micros(0), now).await?;
            if asked.count == 1 {
                challenges::prolong(&mut w, &hash, until, now).await?;
            }
            w.commit_quietly(Housekeeping::Throttle, ()).await
        })
        .await?;
    resend(app, standing, letters, context, now).await
}

/// What a typed code turned out to be.
#[derive(Debug)]
pub enum Checked {
    /// Right: the journey goes on under this one.
    Right(Box<Standing>),
    /// Wrong, or used before.
    Wrong,
    /// It was right, but its time is over.
    Expired,
    /// Too many were wrong.
    Wait {
        /// When one can be tried again.
        until: When,
    },
    /// The journey cannot go on.
    Over,
}

/// Looks at a typed code. The counter of misses belongs to the journey, so that another letter does not refill it.
pub async fn check(
    app: &App,
    standing: &Standing,
    code: &Code,
    context: &Context,
    now: When,
) -> Result<Checked, Failure> {
    let hash = standing.journey.hash();
    let limit = app.snapshot().policy.assurance.codes.limit;
    let Reserved { gate, count } = guesses::reserve(app, "code", &hash, limit, now).await?;
    if let Gate::Closed { until } = gate {
        return Ok(Checked::Wait { until });
    }
    let next = Journey::begin(standing.journey.masked.clone());
    let (code, next_hash) = (code_hash(&app.roots, &hash, code), next.hash());
    let until = now + app.snapshot().policy.assurance.link;
    // Sealed to the place where it lies: it moves with the journey.
    let moved = super::email::moved_address(app, standing, &hash, &next_hash).await?;
    let spent = app
        .db
        .write(async |mut w| {
            let spent = challenges::spend(&mut w, &hash, &code.0, now).await?;
            if spent == Spent::Fresh {
                if !challenges::prove_recovery(&mut w, &hash, &next_hash, moved.as_deref(), (now, until)).await? {
                    return Err(Error::Missing);
                }
                throttle::clear(&mut w, "code", &hash).await?;
            }
            w.commit_quietly(Housekeeping::Flow, spent).await
        })
        .await;
    let spent = match spent {
        Ok(committed) => committed.value,
        Err(Error::Missing) => return Ok(Checked::Over),
        Err(error) => return Err(error.into()),
    };
    if spent == Spent::Fresh {
        let row = RecoveryRow { proven_at: Some(now), expires_at: until, address: moved, ..standing.row.clone() };
        let (longer, lifetime, purpose) = (standing.longer, standing.lifetime, standing.purpose);
        return Ok(Checked::Right(Box::new(Standing { journey: next, longer, lifetime, row, purpose })));
    }
    missed(app, standing, count, context, now).await?;
    Ok(match (gate, spent) {
        (Gate::Last, _) => Checked::Wait { until: now + limit.closed },
        (_, Spent::Expired) => Checked::Expired,
        _ => Checked::Wrong,
    })
}

/// Records what came of a journey that leads to nobody: a write as well, so that there are as many as for somebody.
async fn refuse(app: &App, reason: &'static str, context: &Context, now: When) -> Result<(), Failure> {
    refusal::note(app, &Refusal { endpoint: "/forgotten-password/code", reason, client: None, context }, now).await
}

/// Records a miss.
async fn missed(app: &App, standing: &Standing, misses: i64, context: &Context, now: When) -> Result<(), Failure> {
    let Some(person) = standing.person() else {
        return refuse(app, "wrong_code", context, now).await;
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, person).await?;
    let payload = CodeFailed { purpose: standing.purpose.as_str().to_owned(), misses };
    let draft = Draft::new(ActorClass::Visitor, payload).about(person).denied("wrong_code").from(context.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Journey, Reference, tokens};
    use crate::crypto::roots::{RootSecret, Roots};

    #[test]
    fn a_journey_is_carried_unchanged_or_not_at_all() {
        let roots = Roots::derive(&RootSecret::from([1; 32])).unwrap();
        let journey = Journey::begin("a•••@example.org".into());
        let reference = journey.reference(&roots).unwrap();
        let opened = Journey::open(&roots, &reference).unwrap();
        assert_eq!((opened.hash(), opened.masked()), (journey.hash(), journey.masked()));
        assert!(!reference.contains(journey.token.as_str()));
        let other = tokens::seal_reference(&roots, Reference::Page, b"{\"batch\":null}").unwrap();
        for bad in [other.as_str(), journey.token.as_str(), "", &reference[1..]] {
            assert!(Journey::open(&roots, bad).is_none());
        }
    }
}
