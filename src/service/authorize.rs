//! What stands between a service's request and its answer.
//!
//! ```text
//! request ──> can it be met? ──> who is it? ──> still she? ──> sure enough? ──> told and asked? ──> code
//!                refused          sign in        sign in       a second step    the inform page
//! ```

use super::values::{self, SealedPerson};
use super::{Failure, people, records, sso};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::seal::PersonKeys;
use crate::crypto::tokens::{self, Token};
use crate::domain::assurance::{Level, Verdict};
use crate::domain::audit::vocabulary::{Authorized, ReleaseDenied};
use crate::domain::audit::{ActorClass, Channel, Draft, Sealed};
use crate::domain::authorization::Request;
use crate::domain::claims::{Claim, ClaimSet, Requested};
use crate::domain::client::{Client, Target};
use crate::domain::ids::GrantId;
use crate::domain::session::SignedIn;
use crate::domain::sharing::Release;
use crate::domain::time::When;
use crate::domain::wire_errors::{Said, said};
use crate::store::grants::{GrantRow, Standing};
use crate::store::{Either, contacts, flows, grants, sessions, sharing};
use std::collections::BTreeMap;

/// What comes next for a request.
#[derive(Debug)]
pub enum Next {
    /// She must prove who she is.
    SignIn,
    /// She must, or may, prove it by a second factor too; one who has none sets one up.
    StepUp,
    /// She must be told or asked, or say that it is she on a shared device.
    Interact(Release),
    /// Nothing stands in the way: [`answer`] it.
    Clear(Box<Cleared>),
    /// It is refused.
    Refused(Said),
}

/// A request that may be answered: what goes out, and how she stands to the client.
#[derive(Debug)]
pub struct Cleared {
    release: Release,
    standing: Standing,
}

/// How far a request has come on our pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It just came in.
    Arrived,
    /// She has said "Continue".
    Confirmed,
}

/// Decides what comes next. Reads only.
pub async fn next(
    app: &App,
    request: &Request,
    client: &Client,
    who: Option<&SignedIn>,
    stage: Stage,
    now: When,
) -> Result<Next, Failure> {
    let level = request.wanted(client.least_assurance);
    let offered = offered(app);
    if level.judge(offered, offered) == Verdict::Unmet {
        // OpenID Connect Core Error Code unmet_authentication_requirements 1.0 §2. Whoever signs in, so it is said first.
        return Ok(Next::Refused(said::UNMET));
    }
    let mut who = who.filter(|who| request.accepts_proof_of(who.auth_time, now));
    if let Some(known) = who
        && sso::keeps_apart(app, known.session, client).await?
    {
        who = None;
    }
    let Some(who) = who else {
        return Ok(if request.prompt.none { Next::Refused(said::NOBODY) } else { Next::SignIn });
    };
    let requested = request.requested();
    let person = (who.account, who.session);
    let (standing, rows) = grants::standing(&mut app.db.peek(), person, &client.id, &client.sector).await?;
    if request.hinted_sub.is_some() || requested.sub.is_some() {
        // Whom the hint names, and whom the claims parameter does (OIDC Core §3.1.2.1, §5.5.1).
        let meant = |subject: &String| {
            request.hinted_sub.as_ref().is_none_or(|hinted| hinted == subject)
                && requested.sub.as_ref().is_none_or(|named| named.contains(subject))
        };
        if !standing.sub.as_ref().is_some_and(meant) {
            return Ok(Next::Refused(said::SOMEBODY_ELSE));
        }
    }
    match level.judge(who.acr, offered) {
        Verdict::StepUp { needed: true } if request.prompt.none => {
            return Ok(Next::Refused(said::SECOND_STEP));
        }
        Verdict::StepUp { .. } if !request.prompt.none => return Ok(Next::StepUp),
        Verdict::Met(_) | Verdict::StepUp { .. } | Verdict::Unmet => {}
    }
    let kept_only = standing.restricted_at.is_some();
    let mut release = records::decide_of(&app.snapshot(), &requested, client, (rows, kept_only), now)?;
    if !request.prompt.consent {
        // At the door only what nothing else gives is asked for; a service that wants to ask in its own context sends
        // prompt=consent.
        let mut given = release.set();
        given.extend(release.inform.iter().flat_map(|tell| tell.claims));
        release.ask.retain(|tell| !tell.claims.is_subset(given));
    }
    let asks_again = stage == Stage::Arrived && request.prompt.consent;
    let greets = stage == Stage::Arrived && !who.own_device && standing.sid.is_none();
    // Once, before the service wonders why it gets nothing; what may not be shown goes on without (UK GDPR Art 18).
    let says_why = stage == Stage::Arrived && release.is_restricted() && !request.prompt.none;
    if release.is_settled() && !asks_again && !greets && !says_why {
        return Ok(Next::Clear(Box::new(Cleared { release, standing })));
    }
    // OIDC Core §3.1.2.6. There is one account in a browser at a time, so none is ever to be selected.
    Ok(if !request.prompt.none {
        Next::Interact(release)
    } else if release.inform.is_empty() && !greets {
        Next::Refused(said::CONSENT)
    } else {
        Next::Refused(said::TELL_FIRST)
    })
}

/// The highest level that the policies in force offer.
fn offered(app: &App) -> Level {
    app.snapshot().policy.assurance.levels.offered
}

/// The claims of the ID token and at userinfo, without those asked for as a value that is not hers (OIDC Core §5.5.1).
async fn as_asked(
    app: &App,
    keys: &PersonKeys,
    who: &SignedIn,
    release: &Release,
    (requested, now): (&Requested, When),
) -> Result<(ClaimSet, ClaimSet), Failure> {
    let (mut in_id_token, mut at_userinfo) = (release.in_id_token(requested), release.at_userinfo(requested));
    if let Some(leave) = release.disclosure(who.account) {
        let contact = contacts::current(&mut app.db.peek(), who.account, "email").await?;
        let contact = contact.as_ref().map(|row| (row.id, row.address.as_slice()));
        let details = values::details_for(&mut app.db.peek(), who.account, release.set()).await?;
        let sealed = SealedPerson { name: &who.name, contact, details: &details };
        let held = values::open_values(app, keys, &sealed, &leave, release.set(), now)?;
        let fits = |claim: Claim, values: &BTreeMap<Claim, Vec<serde_json::Value>>| {
            values.get(&claim).is_none_or(|named| held.get(claim.as_str()).is_some_and(|value| named.contains(value)))
        };
        in_id_token = in_id_token.iter().filter(|claim| fits(*claim, &requested.id_token_values)).collect();
        at_userinfo = at_userinfo.iter().filter(|claim| fits(*claim, &requested.userinfo_values)).collect();
    }
    Ok((in_id_token, at_userinfo))
}

/// What an answer is recorded by. A release that is refused is recorded as one that is made.
fn answered_event(
    app: &App,
    request: &Request,
    (client, who, keys): (&Client, &SignedIn, &PersonKeys),
    grant: GrantId,
    release: &Release,
    now: When,
) -> Result<Answered, Failure> {
    let (scope, resources) = (request.scope.clone(), request.resources.clone());
    let payload = Authorized { grant, resources, scope };
    let draft = Draft::new(ActorClass::Resident, payload).about(who.account).at(&client.id).by(Channel::Api);
    let recorder = &app.snapshot().recorder;
    let event = recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    let denied = release.denied();
    if denied.is_empty() {
        return Ok(Either::This(event));
    }
    let claims = denied.iter().map(|claim| claim.as_str().to_owned()).collect();
    let draft = Draft::new(ActorClass::Client, ReleaseDenied { claims }).about(who.account).at(&client.id);
    let denied = recorder.seal(EventSeed::draw(now), &draft.by(Channel::Api).denied("no_share"), Some(keys))?;
    Ok(Either::That((event, denied)))
}

type Answered = Either<Sealed<Authorized>, (Sealed<Authorized>, Sealed<ReleaseDenied>)>;

/// Answers a cleared request: the grant and its code, in one write with its event; the flow it came by, if any, is
/// ended in the same write, so that it is answered once. `None` if it was answered before, or the session does not have
/// what is wanted.
pub async fn answer(
    app: &App,
    request: &Request,
    client: &Client,
    who: &SignedIn,
    cleared: Cleared,
    flow: Option<&[u8; 32]>,
    now: When,
) -> Result<Option<Token>, Failure> {
    let Cleared { release, standing } = cleared;
    let has = who.acr.min(offered(app));
    let Some(reached) = request.wanted(client.least_assurance).reached(has) else { return Ok(None) };
    let code = Token::at(&app.roots, now);
    let requested = request.requested();
    let mut grant = GrantRow {
        id: GrantId(tokens::uuid_at(now)),
        account_id: who.account,
        session_id: who.session,
        client_id: client.id.as_str().to_owned(),
        sub: String::new(),
        sid: String::new(),
        scope: request.scope.clone(),
        id_token_claims: records::join(release.in_id_token(&requested)),
        userinfo_claims: records::join(release.at_userinfo(&requested)),
        records: release.records().iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        nonce: request.nonce.clone(),
        auth_time: who.auth_time,
        amr: who.amr.clone(),
        acr: reached.acr.as_str().to_owned(),
        level: (reached.acr != has).then(|| has.as_str().to_owned()),
        vot: reached.vot.map(ToOwned::to_owned),
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        code_until: now + app.snapshot().policy.assurance.tokens.code,
        spent_at: None,
        ended_at: None,
        resources: request.resources.join(" "),
    };
    // An API of another sector is told about her by a name of its own, which is there before the first token.
    let target = Target::decide(&request.resources, client, &app.snapshot().policy.clients, &app.issuer);
    let abroad = target.and_then(|target| target.sector).map(|sector| (sector, Token::random()));
    let keys = people::opened(&app.roots, who.account, standing.keys)?;
    // What the service calls her and this visit, or may call them from now on.
    let names = standing.sub.zip(standing.sid).ok_or_else(|| (Token::random(), Token::random()));
    if requested.names_values() {
        let asked = Box::pin(as_asked(app, &keys, who, &release, (&requested, now)));
        let (in_id_token, at_userinfo) = asked.await?;
        (grant.id_token_claims, grant.userinfo_claims) = (records::join(in_id_token), records::join(at_userinfo));
    }
    let event = answered_event(app, request, (client, who, &keys), grant.id, &release, now)?;
    let hash = tokens::placed_at(code.as_str(), now).0;
    let answered = app
        .db
        .write(async |mut w| {
            if let Some(flow) = flow {
                flows::end(&mut w, flow, now)?;
            }
            let mut grant = grant.clone();
            match &names {
                Ok(known) => {
                    (grant.sub, grant.sid) = known.clone();
                    sessions::visit_again(&mut w, who.session, &client.id, now)?;
                }
                Err((sub, sid)) => {
                    let (sector, sid) = (&client.sector, sid.as_str());
                    grant.sub = sharing::claim_subject(&mut w, who.account, sector, sub.as_str(), now).await?;
                    grant.sid = sessions::visit(&mut w, who.session, &client.id, sid, &grant.sub, now).await?;
                }
            }
            if let Some((sector, fresh)) = &abroad {
                sharing::claim_subject(&mut w, who.account, sector, fresh.as_str(), now).await?;
            }
            grants::insert(&mut w, &hash, &grant, now)?;
            w.commit(event.clone(), ()).await
        })
        .await;
    match answered {
        Ok(_) => Ok(Some(code)),
        Err(crate::store::Error::GivenUp) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
