//! Passkeys of members of staff: added by invitation, used to sign in, and to prove once more who one is.
//!
//! A ceremony is spent before its answer is looked at: whatever comes of it, it is good once, in the browser that began it.

pub mod own;

use super::sessions::{draw, within};
use super::{ACTIVE, evidence, members, network, roles_of};
use crate::app::App;
use crate::crypto::passkey::{Asked, PasskeyError, Passkeys, Stored};
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::tokens::{Reference, Token, open_reference, seal_reference};
use crate::domain::audit::leaf::log_year;
use crate::domain::audit::vocabulary::{StaffEnrolled, StaffProvedAgain, StaffSignedIn, StaffSigninFailed};
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::ids::{AccountId, StaffId, StaffSessionId};
use crate::domain::staff::{Officer, Proof};
use crate::domain::time::When;
use crate::service::refusal::{self, Refusal};
use crate::service::sessions::Browser;
use crate::service::{Failure, people};
use crate::store::staff::sessions::{self, NewCeremony};
use crate::store::{Error, Housekeeping, staff as store};
use serde_json::Value;
use std::time::Duration;

/// How long a passkey may take to be shown: somebody may have to find it first.
const PATIENCE: Duration = Duration::from_mins(5);

/// What a passkey is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Enrol,
    Add,
    SignIn,
    Prove,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Add => "add",
            Self::SignIn => "sign_in",
            Self::Prove => "prove",
        }
    }
}

/// What the script is given.
#[derive(Debug, Clone)]
pub struct Question {
    /// Comes back with the answer.
    pub ceremony: Token,
    /// `{"publicKey": …}`.
    pub challenge: Value,
}

/// What comes back from a browser, and from which.
pub struct Answer<'a> {
    /// The ceremony's reference.
    pub ceremony: &'a str,
    /// What the authenticator said, as JSON.
    pub answer: &'a str,
    /// The browser.
    pub browser: &'a Browser,
    /// For events.
    pub context: &'a Context,
}

/// Why an answer was refused: whoever sent it is told the same for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The invitation was used, has run out, or never was.
    Invitation,
    /// The ceremony was spent, has run out, was begun in another browser or for something else.
    Ceremony,
    /// No member has this passkey.
    Unknown,
    /// Its owner is on the staff no more, or is somebody else than was asked.
    NotTheirs,
    /// Who they are was not proved in the last minutes.
    Stale,
    /// They have as many as anybody has, or sign in with the council's provider.
    NoMore,
    /// The passkey's answer does not hold.
    Passkey(PasskeyError),
}

impl Refused {
    /// The reason in events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation_spent",
            Self::Ceremony => "ceremony_spent",
            Self::Unknown => "unknown_passkey",
            Self::NotTheirs => "not_theirs",
            Self::Stale => "not_proved_again",
            Self::NoMore => "no_more_passkeys",
            Self::Passkey(why) => why.as_str(),
        }
    }
}

/// How it ended.
pub type Outcome<T> = Result<Result<T, Refused>, Failure>;

fn passkeys(app: &App) -> Result<Passkeys, Failure> {
    Ok(app.snapshot().passkeys.clone().ok_or(PasskeyError::Site)?)
}

/// Asks for the first passkey of whoever has this invitation.
pub async fn ask_enrolment(app: &App, invitation: &Token, browser: &Browser, now: When) -> Outcome<Question> {
    let Some(member) = members::invited(app, invitation, now).await? else {
        return Ok(Err(Refused::Invitation));
    };
    let asked = passkeys(app)?.begin_enrolment(member.id.0, member.name.as_str(), Vec::new())?;
    Ok(Ok(ask(app, asked, (Purpose::Enrol, Some(member.id)), browser, now).await?))
}

/// Asks a member who is signed in, and proved just now who they are, for one passkey more, of an authenticator that has none of
/// theirs.
pub async fn ask_another(app: &App, officer: &Officer, browser: &Browser, now: When) -> Outcome<Question> {
    let (name, has) = match own::may_add(app, officer, now).await? {
        Ok(found) => found,
        Err(refused) => return Ok(Err(refused)),
    };
    let asked = passkeys(app)?.begin_enrolment(officer.id.0, name.as_str(), has)?;
    Ok(Ok(ask(app, asked, (Purpose::Add, Some(officer.id)), browser, now).await?))
}

/// What counts those who ask to sign in.
const COUNTER: &str = "staff_challenge";

/// Asks for any passkey, to sign in; or says until when nobody is asked on this network. That is on record, once a minute.
pub async fn ask_sign_in(
    app: &App,
    browser: &Browser,
    context: &Context,
    now: When,
) -> Result<Result<Question, When>, Failure> {
    if let Some(until) = network::spend(app, COUNTER, context, now).await? {
        let refused = Refusal { endpoint: "/sign-in/challenge", reason: network::CROWDED, client: None, context };
        refusal::note(app, &refused, now).await?;
        return Ok(Err(until));
    }
    let asked = passkeys(app)?.begin_proof()?;
    Ok(Ok(ask(app, asked, (Purpose::SignIn, None), browser, now).await?))
}

/// Until when nobody is asked for a passkey on this network, if that is so: the page says so to whoever comes without one.
pub async fn crowded(app: &App, context: &Context, now: When) -> Result<Option<When>, Failure> {
    network::closed(app, COUNTER, context, now).await
}

/// Asks a member who is signed in for their passkey once more.
pub async fn ask_again(app: &App, officer: &Officer, browser: &Browser, now: When) -> Result<Question, Failure> {
    let asked = passkeys(app)?.begin_proof()?;
    ask(app, asked, (Purpose::Prove, Some(officer.id)), browser, now).await
}

async fn ask(
    app: &App,
    asked: Asked,
    (purpose, staff): (Purpose, Option<StaffId>),
    browser: &Browser,
    now: When,
) -> Result<Question, Failure> {
    let ceremony = Token::random();
    let new = NewCeremony {
        hash: ceremony.hash().0.to_vec(),
        browser: browser.token.hash().0.to_vec(),
        purpose: purpose.as_str(),
        staff,
        state: seal_reference(&app.roots, Reference::Ceremony, asked.state.as_bytes())?,
        expires_at: now + PATIENCE,
    };
    app.db
        .write(async |mut w| {
            sessions::begin(&mut w, &new).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await?;
    Ok(Question { ceremony, challenge: asked.challenge })
}

/// Spends the ceremony an answer belongs to: whose it is and what to check against.
async fn spend(app: &App, purpose: Purpose, answer: &Answer<'_>, now: When) -> Outcome<(Option<StaffId>, String)> {
    let Some(ceremony) = Token::parse(answer.ceremony) else {
        return Ok(Err(Refused::Ceremony));
    };
    let (hash, browser) = (ceremony.hash().0, answer.browser.token.hash().0);
    let spent = app
        .db
        .write(async |mut w| {
            let spent = sessions::spend(&mut w, (&hash, &browser), purpose.as_str(), now).await?;
            w.commit_quietly(Housekeeping::Flow, spent).await
        })
        .await?
        .value;
    let Some((staff, sealed)) = spent else {
        return Ok(Err(Refused::Ceremony));
    };
    let state = open_reference(&app.roots, Reference::Ceremony, &sealed)?;
    let state = String::from_utf8(state.to_vec()).map_err(|_| PasskeyError::Fault)?;
    Ok(Ok((staff, state)))
}

/// Adds the first passkey of whoever has this invitation, which is spent with it.
pub async fn enrol(app: &App, invitation: &Token, answer: &Answer<'_>, now: When) -> Outcome<()> {
    let owner = members::invited(app, invitation, now).await?.map(|member| member.id);
    let checked = async {
        let Some(id) = owner else { return Ok(Err(Refused::Invitation)) };
        let state = match spend(app, Purpose::Enrol, answer, now).await? {
            Ok((staff, state)) if staff == Some(id) => state,
            Ok(_) => return Ok(Err(Refused::Ceremony)),
            Err(refused) => return Ok(Err(refused)),
        };
        let stored = passkeys(app)?.finish_enrolment(&state, answer.answer);
        Ok::<_, Failure>(stored.map(|stored| (id, stored)).map_err(Refused::Passkey))
    };
    let (id, new) = match checked.await? {
        Ok(found) => found,
        Err(refused) => return fail(app, refused, None, answer.context, now).await,
    };
    let keys = people::keys(&mut app.db.peek(), &app.roots, AccountId(id.0)).await?;
    let mut draft = Draft::new(ActorClass::Officer, StaffEnrolled { proof: Proof::Passkey.as_str().to_owned() })
        .about_staff(id)
        .from(answer.context.clone());
    draft.officer = Some(keys.pseudonym(log_year(now)));
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let (hash, label) = (invitation.hash().0, &answer.browser.agent);
    let enrolled = app
        .db
        .write(async |mut w| {
            let passkey = (new.passkey.as_str(), label.as_str(), new.signatures);
            let spent = store::spend_invitation(&mut w, &hash, id, now).await?;
            if !spent || !store::add_passkey(&mut w, &new.id, id, passkey, now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match enrolled {
        Ok(_) => Ok(Ok(())),
        Err(Error::Missing) => fail(app, Refused::Invitation, None, answer.context, now).await,
        Err(error) => Err(error.into()),
    }
}

/// A passkey that held, with its owner.
struct Held {
    staff: StaffId,
    keys: PersonKeys,
    before: i64,
    now: Stored,
}

/// Signs in whoever has the passkey; gives the session's cookie. The session `before` that the browser had ends with it.
pub async fn sign_in(app: &App, answer: &Answer<'_>, before: Option<StaffSessionId>, now: When) -> Outcome<Token> {
    let held = match check(app, Purpose::SignIn, None, answer, now).await? {
        Ok(held) => held,
        Err((refused, whose)) => return fail(app, refused, whose.as_ref(), answer.context, now).await,
    };
    let (token, session) = draw(app, held.staff, Proof::Passkey, &answer.browser.agent, now);
    let payload = StaffSignedIn { proof: Proof::Passkey.as_str().to_owned() };
    let officer = officer(app, &held, session.id, now).await?;
    let draft = Draft::of_officer(&officer, payload).about_staff(held.staff).from(within(answer.context, session.id));
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&held.keys))?;
    let signed_in = app
        .db
        .write(async |mut w| {
            let counts = (held.now.passkey.as_str(), held.before, held.now.signatures);
            if !store::used(&mut w, &held.now.id, counts, now).await?
                || !sessions::insert(&mut w, &session, now).await?
            {
                return Err(Error::Missing);
            }
            if let Some(before) = before {
                sessions::end(&mut w, before, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match signed_in {
        Ok(_) => Ok(Ok(token)),
        Err(Error::Missing) => {
            let whose = Some((held.staff, held.keys));
            fail(app, Refused::NotTheirs, whose.as_ref(), answer.context, now).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Proves once more who a member is who is signed in; the session goes on under another cookie.
pub async fn prove(app: &App, officer: &Officer, answer: &Answer<'_>, now: When) -> Outcome<Token> {
    let held = match check(app, Purpose::Prove, Some(officer.id), answer, now).await? {
        Ok(held) => held,
        Err((refused, whose)) => return fail(app, refused, whose.as_ref(), answer.context, now).await,
    };
    let token = Token::random();
    let payload = StaffProvedAgain { proof: Proof::Passkey.as_str().to_owned() };
    let draft =
        Draft::of_officer(officer, payload).about_staff(officer.id).from(within(answer.context, officer.session));
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&held.keys))?;
    let (hash, session) = (token.hash().0, officer.session);
    let proved = app
        .db
        .write(async |mut w| {
            let counts = (held.now.passkey.as_str(), held.before, held.now.signatures);
            let used = store::used(&mut w, &held.now.id, counts, now).await?;
            if !used || !sessions::prove(&mut w, session, &hash, Proof::Passkey.as_str(), now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match proved {
        Ok(_) => Ok(Ok(token)),
        Err(Error::Missing) => {
            let whose = Some((held.staff, held.keys));
            fail(app, Refused::NotTheirs, whose.as_ref(), answer.context, now).await
        }
        Err(error) => Err(error.into()),
    }
}

type Whose = Option<(StaffId, PersonKeys)>;

/// Checks an answer, of anybody or of this member; a refusal says whose passkey it was, if that is known.
async fn check(
    app: &App,
    purpose: Purpose,
    of: Option<StaffId>,
    answer: &Answer<'_>,
    now: When,
) -> Result<Result<Held, (Refused, Whose)>, Failure> {
    let state = match spend(app, purpose, answer, now).await? {
        Ok((staff, state)) if staff == of => state,
        Ok(_) => return Ok(Err((Refused::Ceremony, None))),
        Err(refused) => return Ok(Err((refused, None))),
    };
    let passkeys = passkeys(app)?;
    let claimed = match passkeys.claimed(answer.answer) {
        Ok(claimed) => claimed,
        Err(why) => return Ok(Err((Refused::Passkey(why), None))),
    };
    let Some(row) = store::passkey(&mut app.db.peek(), &claimed.id).await? else {
        return Ok(Err((Refused::Unknown, None)));
    };
    let keys = evidence(&app.roots, row.staff_id, row.evidence_key)?;
    let theirs = row.state == ACTIVE && claimed.owner == row.staff_id.0 && of.is_none_or(|of| of == row.staff_id);
    if !theirs {
        return Ok(Err((Refused::NotTheirs, Some((row.staff_id, keys)))));
    }
    Ok(match passkeys.finish_proof(&state, answer.answer, &row.passkey) {
        Ok(stored) => Ok(Held { staff: row.staff_id, keys, before: row.signatures, now: stored }),
        Err(why) => Err((Refused::Passkey(why), Some((row.staff_id, keys)))),
    })
}

async fn officer(app: &App, held: &Held, session: StaffSessionId, now: When) -> Result<Officer, Failure> {
    let row = store::get(&mut app.db.peek(), held.staff).await?.ok_or(Error::Missing)?;
    Ok(Officer {
        id: held.staff,
        session,
        roles: roles_of(&row.roles),
        pseudonym: held.keys.pseudonym(log_year(now)),
        proof: Proof::Passkey,
        proved_at: now,
    })
}

/// Records a failure: at most one a minute for a reason and an address prefix.
async fn fail<T>(
    app: &App,
    refused: Refused,
    whose: Option<&(StaffId, PersonKeys)>,
    context: &Context,
    now: When,
) -> Outcome<T> {
    let prefix = context.address.as_deref().unwrap_or("");
    let place = format!("staff sign-in\n{}\n{prefix}", refused.as_str());
    refusal::bounded(app, &place, now, |count| {
        let mut draft =
            Draft::new(ActorClass::Visitor, StaffSigninFailed { count }).denied(refused.as_str()).from(context.clone());
        draft.subject = whose.map(|(staff, _)| AccountId(staff.0));
        app.snapshot().recorder.seal(EventSeed::draw(now), &draft, whose.map(|(_, keys)| keys))
    })
    .await?;
    Ok(Err(refused))
}
