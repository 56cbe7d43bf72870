//! An objection is decided: by an officer at the console or an operator at the command line, and she is written to of it in the
//! same write.

use super::choices::the;
use super::objections::{Waiting, waiting};
use super::{Capture, Change, Said, Wanted, add};
use crate::app::{App, Snapshot};
use crate::crypto::SealError;
use crate::crypto::record::StoredPayload;
use crate::crypto::seal::PersonKeys;
use crate::domain::account::FullName;
use crate::domain::audit::vocabulary::ObjectionDecided;
use crate::domain::audit::{ActorClass, Channel, Context, Draft, Kind};
use crate::domain::client::{Lang, Words};
use crate::domain::disclosure::Disclosure;
use crate::domain::ids::{AccountId, ClientId, RecordId};
use crate::domain::session::SignedIn;
use crate::domain::sharing::objection::{self, Answered, Decision};
use crate::domain::sharing::{Decider, Method, Record, RecordState, Way};
use crate::domain::staff::Officer;
use crate::domain::time::When;
use crate::service::standing::Why;
use crate::service::{Failure, people, post};
use crate::store::{events, sharing};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who decides, for a reason of the closed list.
#[derive(Clone, Copy)]
pub enum Judge<'a> {
    /// An operator, at the command line.
    Operator(&'a Why),
    /// An officer, at the console.
    Officer {
        /// Who.
        officer: &'a Officer,
        /// From where.
        context: &'a Context,
        /// The reason's code.
        reason: &'a str,
        /// The case.
        case: Option<&'a str>,
    },
}

impl Judge<'_> {
    pub(in crate::service) fn reason(&self) -> &str {
        match self {
            Self::Operator(why) => why.code(),
            Self::Officer { reason, .. } => reason,
        }
    }

    fn case(&self) -> Option<&str> {
        match self {
            Self::Operator(why) => why.case(),
            Self::Officer { case, .. } => *case,
        }
    }

    /// Whether what is done for the reason is kept from her for a while.
    pub(in crate::service) fn hides(&self, snapshot: &Snapshot) -> bool {
        let code = self.reason();
        snapshot.policy.reasons.iter().any(|reason| reason.code == code && reason.delay.is_some())
    }

    /// An operator's name; an officer stands in the event by pseudonym.
    pub(in crate::service) fn by(&self) -> Option<FullName> {
        match self {
            Self::Operator(why) => Some(why.by().clone()),
            Self::Officer { .. } => None,
        }
    }

    /// What they do, in clear.
    pub(in crate::service) fn draft<K: Kind>(&self, payload: K) -> Draft<K> {
        match self {
            Self::Operator(why) => {
                let context = Context { case: why.case().map(ToOwned::to_owned), ..Context::default() };
                let mut draft = Draft::new(ActorClass::System, payload).by(Channel::Batch).from(context);
                draft.reason = Some(why.code().to_owned());
                draft
            }
            Self::Officer { officer, context, reason, case } => {
                Draft::of_officer(officer, payload).from((*context).clone()).because(reason, *case)
            }
        }
    }
}

/// A decision, with its grounds and by whom.
#[derive(Clone, Copy)]
pub struct Ruling<'a> {
    /// What is decided.
    pub decision: Decision,
    /// The compelling legitimate grounds, as they were typed; not asked for where the objection is upheld.
    pub grounds: &'a str,
    /// Who decides.
    pub by: Judge<'a>,
    /// The objection that was read before: no other one is decided. Whichever waits, if none is named.
    pub objection: Option<RecordId>,
}

/// What became of a decision.
#[derive(Debug)]
pub enum Decided {
    /// It is written, and bites.
    Done {
        /// What it changed.
        changes: Vec<Change>,
        /// Whether she is written to: without an e-mail address somebody has to tell her by post.
        written: bool,
    },
    /// No objection waits there, or not the one that was read.
    NoneWaits,
    /// The reason keeps things from her for a while; a decision on her objection is hers to know.
    Hidden,
    /// A rejection without grounds, or with more than a letter holds.
    NoGrounds,
}

/// Makes the letter that tells her of the decision.
pub type Told<'a> = &'a (dyn Fn(&Answered) -> post::Text + Sync);

/// Decides an objection, for a reason of the closed list and a case; the letter that tells her so (UK GDPR Art 12(4)) is queued in
/// the write that decides.
///
/// # Errors
/// [`Failure`] of the store; nothing has happened then.
pub async fn decide_objection(
    app: &App,
    (account, client, purpose): (AccountId, &ClientId, &str),
    ruling: Ruling<'_>,
    tell: Told<'_>,
    now: When,
) -> Result<Decided, Failure> {
    let Ruling { decision, by, .. } = ruling;
    let snapshot = app.snapshot();
    if by.hides(&snapshot) {
        return Ok(Decided::Hidden);
    }
    let Some(grounds) = objection::grounds(decision, ruling.grounds) else { return Ok(Decided::NoGrounds) };
    let waiting = waiting(app, account, client, purpose).await?;
    let Some(Waiting { basis, objection, since }) =
        waiting.filter(|found| ruling.objection.is_none_or(|read| read == found.objection))
    else {
        return Ok(Decided::NoneWaits);
    };
    let state = match decision {
        Decision::Upheld => RecordState::ObjectionUpheld,
        Decision::Rejected => RecordState::ObjectionRejected,
    };
    let wanted = Wanted {
        client,
        purpose,
        basis,
        state,
        notice: None,
        claims: None,
        expires_at: None,
        reason: Some(by.reason()),
        ends: Some(objection),
    };
    let actor_ref = match by {
        Judge::Operator(_) => None,
        Judge::Officer { officer, .. } => Some(officer.pseudonym.clone()),
    };
    let channel = if actor_ref.is_some() { Way::Web } else { Way::Import };
    let authority = by.case().map(ToOwned::to_owned);
    let capture = Capture {
        channel,
        method: Method::Page,
        actor: Decider::Officer,
        actor_ref,
        authority,
        ..Capture::by_system()
    };
    let mut read = app.db.read().await?;
    let keys = people::keys(&mut read, &app.roots, account).await?;
    let to = people::written_to(&mut read, &keys).await?;
    let lang = sharing::language(&mut read, objection).await?.as_deref().and_then(Lang::parse).unwrap_or_default();
    drop(read);
    let answered = answered(&snapshot, (client, purpose, lang), (since, decision, grounds.clone()));
    let letter = to.map(|to| post::letter(&app.roots, Some(account), &to, &tell(&answered))).transpose()?;
    let said = Said { capture: &capture, herself: false, letter: letter.as_ref() };
    let added = add(app, account, &[wanted], said, now, |snapshot, seed, lines| {
        let line = the(lines)?;
        let decision = decision.as_str().to_owned();
        let payload = ObjectionDecided { record: line.id, objection, decision, grounds: grounds.clone(), by: by.by() };
        let draft = by.draft(payload).about(account).at(&line.client).purpose(&line.purpose, line.basis);
        Ok(snapshot.recorder.seal(seed, &draft, Some(&keys))?)
    })
    .await?;
    let written = letter.is_some();
    Ok(added.map_or(Decided::NoneWaits, |changes| Decided::Done { changes, written }))
}

fn answered(
    snapshot: &Snapshot,
    (client, purpose, lang): (&ClientId, &str, Lang),
    (objected_at, decision, grounds): (When, Decision, Option<String>),
) -> Answered {
    let policy = &snapshot.policy;
    let say = |words: &Words| words.get(lang).to_owned();
    let service = snapshot.client(client).map(Arc::as_ref);
    let (council, regulator) = (&policy.controller.complaints, &policy.controller.regulator);
    Answered {
        lang,
        service: service.map_or_else(|| client.to_string(), |client| say(&client.name)),
        purpose: policy.purpose(purpose).map_or_else(|| purpose.to_owned(), say),
        objected_at,
        decision,
        grounds,
        complaints: [say(&council.name), council.email.clone(), council.phone.clone()],
        regulator: [say(&regulator.name), regulator.website.to_string(), regulator.phone.clone()],
    }
}

/// What the council said against her objections, by the line that says so: for herself.
///
/// # Errors
/// As [`grounds`].
pub async fn council_grounds(
    app: &App,
    who: &SignedIn,
    lines: &[Record],
) -> Result<BTreeMap<RecordId, String>, Failure> {
    let mut found = BTreeMap::new();
    let rejected = lines.iter().filter(|line| line.state == RecordState::ObjectionRejected).map(|line| line.id);
    let rejected: Vec<RecordId> = rejected.collect();
    if rejected.is_empty() {
        return Ok(found);
    }
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    for line in rejected {
        let said = grounds(app, &keys, line, &who.disclosure()).await?;
        found.extend(said.map(|said| (line, said)));
    }
    Ok(found)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    data: Data,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    grounds: Option<String>,
}

/// The grounds that a line was written with: what she said when she objected, or what the council said against it. None if there
/// are none, or they are kept no longer. Whoever asks has a leave to look at her.
///
/// # Errors
/// [`Failure`] of the store, or if they were changed from outside.
pub async fn grounds(
    app: &App,
    keys: &PersonKeys,
    record: RecordId,
    leave: &Disclosure,
) -> Result<Option<String>, Failure> {
    let mut read = app.db.read().await?;
    let Some(event) = sharing::event(&mut read, record).await? else { return Ok(None) };
    let Some(found) = events::get(&mut read, event).await? else { return Ok(None) };
    let event = found.event;
    let (Some(sealed_under), Some(payload)) = (&event.sealed_under, &event.payload) else { return Ok(None) };
    let stored = StoredPayload { id: event.id, person: event.person, sealed_under, payload };
    match app.snapshot().recorder.open_payload(stored, keys, leave) {
        Ok(text) => Ok(serde_json::from_str::<Payload>(&text).unwrap_or_default().data.grounds),
        Err(SealError::NoKey) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
