//! Looking needs a reason. An officer opens an enquiry (purpose, reason, case), finds a resident in it, sees her record
//! masked, and reveals a field if it is needed. Each step is an event first; only then is anything shown.
//!
//! ```text
//! open ──> Enquiry ──sought──> Masked ──view──> Person ──reveal──> Person with one field in clear
//!   └─ a reason that hides looks needs a second person first: approvals
//!   └─ behind broken glass: glass
//! ```
//!
//! There is no way from here to a resident's session: an officer never signs in as her.

pub mod approvals;
pub mod approver;
pub mod breaches;
mod budget;
pub mod bundle;
pub mod choices;
pub mod conflicts;
pub mod erasing;
pub mod exports;
pub mod glass;
pub mod hidden;
pub mod log_state;
pub mod objections;
pub mod person;
pub mod restriction;
pub mod rights;

use super::delay::{self, Hand, Held};
use super::{Failure, search_audit};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::{SealError, tokens};
use crate::domain::audit::vocabulary::{EnquiryClosed, EnquiryOpened, NotPermitted, NoticeDelayed, RecordViewed};
use crate::domain::audit::{Basis, Context, Draft, Kind, Sealed};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::EnquiryId;
use crate::domain::staff::{Action, Approval, Circumstances, Enquiry, Glass, Officer};
use crate::domain::time::When;
use crate::policy::Reason;
use crate::store::{AndPerhaps, Error, Write, approvals as rows, enquiries};
use uuid::Uuid;

/// Who does it, from where, and when: the same through a whole request.
#[derive(Clone, Copy)]
pub struct Deed<'a> {
    /// The application.
    pub app: &'a App,
    /// The officer.
    pub officer: &'a Officer,
    /// Where they are.
    pub context: &'a Context,
    /// *Now*.
    pub now: When,
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The policies do not permit it; that is on record. Which of them forbid it, if any does.
    #[error("the policies do not permit this{}", if .0.is_empty() { String::new() } else { format!(": {}", .0.join(", ")) })]
    NotPermitted(Vec<String>),
    /// It would be permitted, if the officer had not declared that they know her; that it was asked is on record.
    #[error("you have declared that you know this person: somebody else has to look")]
    Known,
    /// No such purpose.
    #[error("say what it is for: an activity of processing.toml")]
    NoPurpose,
    /// No such reason.
    #[error("the policies in force have no such reason")]
    NoReason,
    /// The reason goes with a case.
    #[error("this reason needs the number of a case")]
    NoCase,
    /// The case is too long, or holds what no number does.
    #[error("a case number has at most {} letters, digits and signs", Enquiry::MOST_CASE)]
    BadCase,
    /// Looks that are hidden are about one resident, and nobody was named.
    #[error("looks under this reason are kept from the resident: say whom they are about")]
    NoPerson,
    /// This reason hides looks from the resident: a second person has to approve it first.
    #[error("looks under this reason are kept from the resident for a while: a second person has to approve it first")]
    NeedsApproval,
    /// There is no such enquiry of this officer, or it is closed.
    #[error("this enquiry is closed: open another one")]
    Closed,
    /// The enquiry did not find this person.
    #[error("this enquiry did not find that person")]
    NotFound,
    /// Somebody was looked for as often as one enquiry allows; that it was tried again is on record.
    #[error("in one enquiry somebody is looked for at most 30 times")]
    TooMany,
    /// Nothing is there to be taken out, or more than leaves the house at once.
    #[error("there are no such entries, or too many of them")]
    NoRange,
    /// The officer waits for as many approvals as one may wait for.
    #[error("wait until somebody has decided what you asked for")]
    AskedTooOften,
    /// The officer declared to know as many people as one may in a day; that it was tried again is on record.
    #[error("in a day at most 60 people are declared to be known")]
    DeclaredTooOften,
    /// Somebody else decided, or it is too late, or it was one's own.
    #[error("this was decided, has run out, or is your own")]
    Decided,
    /// A fault or a shortage.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failure(error.into())
    }
}

impl From<SealError> for Refused {
    fn from(error: SealError) -> Self {
        Self::Failure(error.into())
    }
}

/// What an officer says before anything is looked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    /// An activity of `processing.toml`.
    pub purpose: &'a str,
    /// A code of `reasons.toml`.
    pub reason: &'a str,
    /// The case it belongs to.
    pub case: &'a str,
    /// The second person's word, if it needed one.
    pub approval: Option<Uuid>,
    /// Whom it is about, as she signs in: said beforehand only where looks are hidden.
    pub who: &'a str,
}

/// A reason that was given, read at the door.
struct Given {
    purpose: String,
    basis: Basis,
    reason: Reason,
    case: Option<String>,
}

impl Given {
    fn read(app: &App, ask: &Ask<'_>, glass_broken: bool) -> Result<Self, Refused> {
        let snapshot = app.snapshot();
        let activities = &snapshot.policy.processing.activities;
        let activity = activities.iter().find(|one| one.id == ask.purpose).ok_or(Refused::NoPurpose)?;
        let reason = reason(app, ask.reason)?;
        let case = case(ask.case)?;
        if reason.needs_case && case.is_none() && !glass_broken {
            return Err(Refused::NoCase);
        }
        Ok(Self { purpose: activity.id.clone(), basis: activity.basis, reason, case })
    }

    /// The same for the reason and the case of broken glass.
    fn behind(self, app: &App, glass: &Glass) -> Result<Self, Refused> {
        Ok(Self { reason: reason(app, &glass.reason)?, case: glass.case.clone(), ..self })
    }

    fn circumstances(&self, deed: Deed<'_>, glass_broken: bool) -> Circumstances {
        Circumstances { reason: true, case: self.case.is_some(), ..standing(deed, glass_broken) }
    }
}

/// Puts on record that somebody was to be looked at without a case: who looks up a celebrity leaves a trace.
async fn without_case(deed: Deed<'_>, action: Action, ask: &Ask<'_>) -> Refused {
    let payload =
        NotPermitted { action: action.as_str().to_owned(), because: vec![ask.reason.to_owned()], enquiry: None };
    let refused = Draft::of_officer(deed.officer, payload).from(deed.context.clone()).denied("no_case");
    let written = async {
        let event = seal(deed, &refused, None)?;
        deed.app.db.write(async |w| w.commit(event.clone(), ()).await).await?;
        Ok::<_, Refused>(())
    };
    match written.await {
        Ok(()) => Refused::NoCase,
        Err(refused) => refused,
    }
}

/// What was said of a look at the record of events by this action, held against the policies in force.
///
/// # Errors
/// [`Refused`] says what to mend; that a case is missing is on record.
pub async fn given(deed: Deed<'_>, action: Action, ask: &Ask<'_>) -> Result<search_audit::Ask, Refused> {
    let given = match Given::read(deed.app, ask, false) {
        Err(Refused::NoCase) => return Err(without_case(deed, action, ask).await),
        given => given?,
    };
    // Looks that are kept from a resident belong to an enquiry, which a second person approved.
    if given.reason.delay.is_some() {
        return Err(Refused::NoReason);
    }
    Ok(search_audit::Ask { purpose: given.purpose, reason: given.reason.code, case: given.case })
}

fn reason(app: &App, code: &str) -> Result<Reason, Refused> {
    app.snapshot().policy.reasons.iter().find(|reason| reason.code == code).cloned().ok_or(Refused::NoReason)
}

fn case(typed: &str) -> Result<Option<String>, Refused> {
    let case = typed.trim();
    if case.chars().count() > Enquiry::MOST_CASE || case.chars().any(char::is_control) {
        return Err(Refused::BadCase);
    }
    Ok((!case.is_empty()).then(|| case.to_owned()))
}

/// Opens an enquiry. A reason that hides looks is spent with the second person's word, once.
///
/// # Errors
/// [`Refused`] says what to mend; nothing was recorded but a refusal by the policies.
pub async fn open(deed: Deed<'_>, ask: &Ask<'_>) -> Result<Enquiry, Refused> {
    let Deed { app, officer, now, .. } = deed;
    let (broken, _) = glass::bearing(app, officer.id, now).await?;
    let glass = broken.as_ref().map(|glass| glass.id);
    let given = match Given::read(app, ask, glass.is_some()) {
        Err(Refused::NoCase) => return Err(without_case(deed, Action::SearchPeople, ask).await),
        given => given?,
    };
    // Without a case of its own it goes on under the glass, for whose reason alone none is needed.
    let given = match broken {
        Some(broken) if given.case.is_none() => given.behind(app, &broken)?,
        _ => given,
    };
    if lacks_a_case(deed, &given, glass.is_some()) {
        return Err(without_case(deed, Action::SearchPeople, ask).await);
    }
    permit(deed, Action::SearchPeople, given.circumstances(deed, glass.is_some()), None, None).await?;
    let hides = given.reason.delay.is_some();
    if hides {
        permit_to_hide(deed, &given, ask).await?;
        if ask.approval.is_none() {
            return Err(Refused::NeedsApproval);
        }
    }
    let only_for = hides.then(|| search_audit::sought(app, ask.who));
    let enquiry = Enquiry {
        id: EnquiryId(tokens::uuid()),
        staff: officer.id,
        purpose: given.purpose,
        basis: given.basis,
        reason: given.reason.code,
        case: given.case,
        glass,
        approval: ask.approval.filter(|_| hides),
        only_for,
        opened_at: now,
        until: now + Enquiry::LASTS,
    };
    let payload = EnquiryOpened { enquiry: enquiry.id, glass, approval: enquiry.approval };
    let event = seal(deed, &draft(deed, &enquiry, payload), None)?;
    let opened = app
        .db
        .write(async |mut w| {
            if let Some(approval) = enquiry.approval {
                let kind = Approval::HiddenEnquiry.as_str();
                let asked = rows::get(&mut w, approval).await?.filter(|row| is_for(row, &enquiry));
                if asked.is_none() || !rows::spend(&mut w, approval, kind, officer.id, now).await? {
                    return Err(Error::GivenUp);
                }
            }
            enquiries::insert(&mut w, &enquiry).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    match opened {
        Ok(_) => Ok(enquiry),
        Err(Error::GivenUp) => Err(Refused::NeedsApproval),
        Err(error) => Err(error.into()),
    }
}

/// Whether a case is all that the policies miss, also for a reason that does not ask for one by itself.
fn lacks_a_case(deed: Deed<'_>, given: &Given, glass_broken: bool) -> bool {
    let snapshot = deed.app.snapshot();
    let allows = |circumstances: Circumstances| {
        snapshot.policy.access.decide(&deed.officer.roles, Action::SearchPeople, circumstances).allowed
    };
    let now = given.circumstances(deed, glass_broken);
    !now.case && !allows(now) && allows(Circumstances { case: true, ..now })
}

/// Whether the policies let this officer hide looks, once a second person has approved it.
async fn permit_to_hide(deed: Deed<'_>, given: &Given, ask: &Ask<'_>) -> Result<(), Refused> {
    let circumstances = Circumstances { approved: true, ..given.circumstances(deed, false) };
    permit(deed, Action::DelayNotice, circumstances, None, None).await?;
    if ask.who.trim().is_empty() { Err(Refused::NoPerson) } else { Ok(()) }
}

/// What a second person is asked for: looks for this purpose at this resident and no other.
fn word_for(purpose: &str, only_for: &str) -> String {
    format!("{purpose} {only_for}")
}

/// Whether a second person's word was for an enquiry of this purpose, reason and case.
fn is_for(row: &rows::ApprovalRow, enquiry: &Enquiry) -> bool {
    row.what == word_for(&enquiry.purpose, enquiry.only_for.as_deref().unwrap_or_default())
        && row.reason == enquiry.reason
        && row.case_ref == enquiry.case
}

/// An enquiry of this officer that stands.
///
/// # Errors
/// [`Refused::Closed`] if there is none.
pub async fn find(deed: Deed<'_>, id: EnquiryId) -> Result<Enquiry, Refused> {
    let found = enquiries::get(&mut deed.app.db.peek(), id).await?;
    found.filter(|enquiry| enquiry.stands(deed.officer.id, deed.now)).ok_or(Refused::Closed)
}

/// Closes an enquiry of this officer before its time.
///
/// # Errors
/// [`Refused::Closed`] if it is.
pub async fn close(deed: Deed<'_>, id: EnquiryId) -> Result<(), Refused> {
    let enquiry = find(deed, id).await?;
    let event = seal(deed, &draft(deed, &enquiry, EnquiryClosed { enquiry: id }), None)?;
    let closed = deed
        .app
        .db
        .write(async |mut w| {
            if !enquiries::close(&mut w, id, deed.officer.id, deed.now).await? {
                return Err(Error::GivenUp);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match closed {
        Ok(_) => Ok(()),
        Err(Error::GivenUp) => Err(Refused::Closed),
        Err(error) => Err(error.into()),
    }
}

/// What speaks for an officer apart from the reason.
fn standing(deed: Deed<'_>, glass_broken: bool) -> Circumstances {
    Circumstances { fresh: deed.officer.is_fresh(deed.now), glass_broken, ..Circumstances::default() }
}

/// What speaks for a look under an enquiry. The glass it was opened behind has to be broken still.
async fn under(deed: Deed<'_>, enquiry: &Enquiry) -> Result<Circumstances, Failure> {
    let broken = match enquiry.glass {
        Some(glass) => glass::open_of(deed.app, deed.officer.id, deed.now).await? == Some(glass),
        None => false,
    };
    Ok(Circumstances {
        reason: true,
        case: enquiry.case.is_some(),
        approved: enquiry.approval.is_some(),
        ..standing(deed, broken)
    })
}

/// Asks the policies. What they do not permit is on record before anybody is told so: about the person, if it is about one.
///
/// # Errors
/// [`Refused::NotPermitted`].
pub async fn permit(
    deed: Deed<'_>,
    action: Action,
    circumstances: Circumstances,
    about: Option<&PersonKeys>,
    enquiry: Option<&Enquiry>,
) -> Result<(), Refused> {
    let snapshot = deed.app.snapshot();
    let decide = |circumstances| snapshot.policy.access.decide(&deed.officer.roles, action, circumstances);
    let decision = decide(circumstances);
    if decision.allowed {
        return Ok(());
    }
    let known = circumstances.conflict && decide(Circumstances { conflict: false, ..circumstances }).allowed;
    let payload = NotPermitted {
        action: action.as_str().to_owned(),
        because: decision.because.clone(),
        enquiry: enquiry.map(|enquiry| enquiry.id),
    };
    let mut refused = Draft::of_officer(deed.officer, payload).from(deed.context.clone()).denied("not_permitted");
    if let Some(enquiry) = enquiry {
        refused = refused.purpose(&enquiry.purpose, enquiry.basis).because(&enquiry.reason, enquiry.case.as_deref());
    }
    let look = match (enquiry, about) {
        (Some(enquiry), Some(keys)) => Look::of(deed, enquiry, refused, keys).await?,
        _ => Look { event: seal(deed, &refused, None)?, held: None },
    };
    deed.app
        .db
        .write(async |mut w| {
            look.keep(&mut w).await?;
            w.commit(look.events(), ()).await
        })
        .await?;
    Err(if known { Refused::Known } else { Refused::NotPermitted(decision.because) })
}

/// Asks the policies about a page of the consoles, or a look at the record under what was said of it.
///
/// # Errors
/// [`Refused::NotPermitted`].
pub async fn permit_given(deed: Deed<'_>, action: Action, ask: Option<&search_audit::Ask>) -> Result<(), Refused> {
    let glass = glass::open_of(deed.app, deed.officer.id, deed.now).await?.is_some();
    let case = ask.is_some_and(|ask| ask.case.is_some());
    let circumstances = Circumstances { reason: ask.is_some(), case, ..standing(deed, glass) };
    permit(deed, action, circumstances, None, None).await
}

/// A deed under an enquiry: its purpose, reason and case go with it.
fn draft<K: Kind>(deed: Deed<'_>, enquiry: &Enquiry, payload: K) -> Draft<K> {
    Draft::of_officer(deed.officer, payload)
        .from(deed.context.clone())
        .purpose(&enquiry.purpose, enquiry.basis)
        .because(&enquiry.reason, enquiry.case.as_deref())
}

/// A deed about a person, with what keeps it from her if its reason says so (`service::delay`).
struct Look<K> {
    event: Sealed<K>,
    held: Option<Held>,
}

impl<K: Kind + Clone> Look<K> {
    /// Seals a deed about the person of these keys.
    async fn of(deed: Deed<'_>, enquiry: &Enquiry, draft: Draft<K>, keys: &PersonKeys) -> Result<Self, Refused> {
        let draft = draft.about(keys.account());
        let event = seal(deed, &draft, Some(keys))?;
        let second = match enquiry.approval {
            Some(approval) => rows::get(&mut deed.app.db.peek(), approval).await?.and_then(|row| row.decided_by),
            None => None,
        };
        let (by, second) = (Hand::Staff(deed.officer.id), second.map(Hand::Staff));
        let look = (&draft, event.row.id);
        let held = delay::hold_back(deed.app, keys, look, &enquiry.reason, (&by, second.as_ref()), deed.now);
        let held = held.map_err(|refused| match refused {
            delay::Refused::OnePerson => Refused::NeedsApproval,
            delay::Refused::Failure(failure) => failure.into(),
        })?;
        Ok(Self { event, held })
    }

    /// In the write that records the deed.
    async fn keep(&self, w: &mut Write) -> Result<(), Error> {
        match &self.held {
            Some(held) => held.keep(w).await,
            None => Ok(()),
        }
    }

    fn events(&self) -> AndPerhaps<Sealed<K>, Sealed<NoticeDelayed>> {
        AndPerhaps(self.event.clone(), self.held.as_ref().map(|held| held.event.clone()))
    }
}

impl Look<RecordViewed> {
    /// Puts the look on record, and gives the leave to show what it names.
    async fn take(&self, deed: Deed<'_>) -> Result<Disclosure, Refused> {
        let committed = deed
            .app
            .db
            .write(async |mut w| {
                self.keep(&mut w).await?;
                w.commit(self.events(), ()).await
            })
            .await?;
        Ok(Disclosure::by_look(&committed.receipt()?).ok_or(Error::Missing)?)
    }
}

fn seal<K: Kind>(deed: Deed<'_>, draft: &Draft<K>, keys: Option<&PersonKeys>) -> Result<Sealed<K>, SealError> {
    deed.app.snapshot().recorder.seal(EventSeed::draw(deed.now), draft, keys)
}
