//! The register of breaches: written down, and who was told.

use super::{Ask, Deed, Given, Refused, permit, seal, standing, without_case};
use crate::crypto::tokens;
use crate::domain::audit::Draft;
use crate::domain::audit::vocabulary::{BreachDecided, BreachRecorded};
use crate::domain::breach::{Breach, Decision, Told};
use crate::domain::ids::ClientId;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::store::{Error, breaches as rows};
use uuid::Uuid;

/// What an officer knows of a breach.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// What happened, in one line.
    pub title: &'a str,
    /// What it did to people.
    pub effects: &'a str,
    /// What was done about it.
    pub remedies: &'a str,
    /// When the council became aware of it.
    pub aware_at: Option<When>,
    /// From when to when data was open.
    pub window: Option<(When, When)>,
    /// The service.
    pub client: Option<ClientId>,
    /// How many people it concerns.
    pub subjects: i64,
    /// Which data.
    pub categories: &'a str,
}

/// What is wrong with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// No title, or one over [`LONGEST`] characters.
    Title,
    /// Effects over the most characters.
    Effects,
    /// Remedies over the most characters.
    Remedies,
    /// No time of becoming aware, or one to come.
    Aware,
    /// It ends before it begins.
    Window,
    /// Fewer than none.
    Subjects,
}

/// The most characters of a text of the register.
pub const LONGEST: usize = 2_000;

/// Whether facts can be written down.
#[must_use]
pub fn lacks(facts: &Facts<'_>, now: When) -> Option<Lacks> {
    let fits = |text: &str| text.chars().count() <= LONGEST;
    if facts.title.trim().is_empty() || !fits(facts.title) {
        Some(Lacks::Title)
    } else if !fits(facts.effects) {
        Some(Lacks::Effects)
    } else if !fits(facts.remedies) {
        Some(Lacks::Remedies)
    } else if facts.aware_at.is_none_or(|at| at > now) {
        Some(Lacks::Aware)
    } else if facts.window.is_some_and(|(from, to)| from > to) {
        Some(Lacks::Window)
    } else if facts.subjects < 0 {
        Some(Lacks::Subjects)
    } else {
        None
    }
}

/// Why it is written down, if the policies permit it for that; a reason without a case does not stand in for one.
async fn given(deed: Deed<'_>, ask: &Ask<'_>) -> Result<Given, Refused> {
    let given = match Given::read(deed.app, ask, false) {
        Err(Refused::NoCase) => return Err(without_case(deed, Action::RecordBreach, ask).await),
        given => given?,
    };
    if given.reason.delay.is_some() {
        return Err(Refused::NoReason);
    }
    permit(deed, Action::RecordBreach, given.circumstances(deed, false), None, None).await?;
    Ok(given)
}

/// Writes a breach into the register: the clock runs from when the council became aware of it.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record. [`Refused::Decided`] for facts of which [`lacks`] says something.
pub async fn record(deed: Deed<'_>, ask: &Ask<'_>, facts: &Facts<'_>) -> Result<Breach, Refused> {
    let given = given(deed, ask).await?;
    let (None, Some(aware_at)) = (lacks(facts, deed.now), facts.aware_at) else {
        return Err(Refused::Decided);
    };
    let breach = Breach {
        id: tokens::uuid(),
        title: facts.title.trim().to_owned(),
        effects: facts.effects.trim().to_owned(),
        remedies: facts.remedies.trim().to_owned(),
        aware_at,
        window: facts.window,
        client: facts.client.clone(),
        subjects: facts.subjects,
        categories: facts.categories.trim().to_owned(),
        recorded_by: deed.officer.id,
        recorded_at: deed.now,
        regulator: None,
        people: None,
    };
    let payload = BreachRecorded {
        breach: breach.id,
        aware_at: breach.aware_at.timestamp().to_string(),
        notify_by: breach.notify_by().timestamp().to_string(),
        subjects: breach.subjects,
    };
    let mut draft = Draft::of_officer(deed.officer, payload)
        .from(deed.context.clone())
        .purpose(&given.purpose, given.basis)
        .because(&given.reason.code, given.case.as_deref());
    draft.client.clone_from(&breach.client);
    let event = seal(deed, &draft, None)?;
    deed.app
        .db
        .write(async |mut w| {
            rows::insert(&mut w, &breach).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(breach)
}

/// Writes down that somebody was told, or need not be.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record. [`Refused::Decided`] if it was decided, or there is no such breach.
pub async fn decide(
    deed: Deed<'_>,
    id: Uuid,
    ask: &Ask<'_>,
    (told, decision): (Told, Decision),
    reference: &str,
) -> Result<(), Refused> {
    let given = given(deed, ask).await?;
    let reference = super::case(reference)?;
    let payload = BreachDecided {
        breach: id,
        told: told.as_str().to_owned(),
        decision: decision.as_str().to_owned(),
        reference: reference.clone(),
    };
    let draft = Draft::of_officer(deed.officer, payload)
        .from(deed.context.clone())
        .purpose(&given.purpose, given.basis)
        .because(&given.reason.code, given.case.as_deref());
    let event = seal(deed, &draft, None)?;
    let decided = deed
        .app
        .db
        .write(async |mut w| {
            if !rows::decide(&mut w, id, (told, decision), reference.as_deref(), deed.now).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match decided {
        Ok(_) => Ok(()),
        Err(Error::GivenUp) => Err(Refused::Decided),
        Err(error) => Err(error.into()),
    }
}

/// The register.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn all(deed: Deed<'_>) -> Result<Vec<Breach>, Refused> {
    permit(deed, Action::MeasureBreach, standing(deed, false), None, None).await?;
    Ok(rows::all(&mut deed.app.db.peek()).await?)
}

/// One entry of it.
///
/// # Errors
/// [`Refused`]; a refusal by the policies is on record.
pub async fn get(deed: Deed<'_>, id: Uuid) -> Result<Option<Breach>, Refused> {
    permit(deed, Action::MeasureBreach, standing(deed, false), None, None).await?;
    Ok(rows::get(&mut deed.app.db.peek(), id).await?)
}
