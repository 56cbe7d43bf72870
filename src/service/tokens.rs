//! What a grant gives: ID token, access token, refresh token. Claims leave the house here, under their records, in one
//! write with the event that says so.

use super::targets::{Aim, aim, aud, is_for_us};
use super::values::{SealedPerson, details_for, open_values};
use super::{Failure, people, records, refresh};
use crate::app::{App, Snapshot};
use crate::crypto::keys::{SigningAlg, TokenType, half_hash};
use crate::crypto::record::EventSeed;
use crate::crypto::refresh::RefreshToken;
use crate::crypto::seal::{PersonKeys, WrappedKey};
use crate::crypto::tokens::{Token, placed, placed_at};
use crate::domain::assurance::Level;
use crate::domain::audit::vocabulary::{Released, ReuseDetected};
use crate::domain::audit::{ActorClass, Channel, Context, Draft, Sealed};
use crate::domain::claims::{ClaimSet, Requested, Scope, ScopeSet};
use crate::domain::client::{self, Client};
use crate::domain::grant::{CodeFacts, CodeShown, CodeVerdict, judge_code};
use crate::domain::ids::{ClientId, RecordId};
use crate::domain::sharing::Release;
use crate::domain::time::When;
use crate::store::grants::{AccessRow, GrantRow, ShownCode};
use crate::store::refresh::RefreshRow;
use crate::store::sharing::StandingRow;
use crate::store::{Error, Write, accounts, contacts, grants, shown};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What the token endpoint answers with (RFC 6749 §5.1, OIDC Core §3.1.3.3).
#[derive(Debug, Clone, Serialize)]
pub struct Issued {
    /// A JWT of RFC 9068; random characters where it must say nothing to whoever finds it.
    pub access_token: String,
    /// Bearer.
    pub token_type: &'static str,
    /// In seconds.
    pub expires_in: u64,
    /// With offline_access only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// With openid only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// The scopes granted.
    pub scope: String,
}

/// How a redemption ended.
#[derive(Debug)]
pub enum Redeemed {
    /// Tokens.
    Issued(Box<Issued>),
    /// `invalid_grant`; the reason is for the log.
    Refused(&'static str),
    /// `invalid_scope`: more was asked for than was granted.
    TooMuch,
    /// `invalid_target`: another API was asked for than was granted.
    WrongTarget,
}

/// Redeems a code (RFC 6749 §4.1.3).
pub async fn redeem_code(
    app: &App,
    client: &Client,
    code: &str,
    (shown, resources): (&CodeShown<'_>, &[String]),
    context: &Context,
    now: When,
) -> Result<Redeemed, Failure> {
    let hash = placed(&app.roots, code);
    // Twice at most: what another request did meanwhile is judged like what was there before.
    for _ in 0..2 {
        let Some((ShownCode { grant, keys }, stand)) = grants::by_code(&mut app.db.peek(), &hash.0).await? else {
            return Ok(Redeemed::Refused("no such code"));
        };
        let keys = people::opened(&app.roots, grant.account_id, keys)?;
        let facts = CodeFacts {
            client_id: &grant.client_id,
            redirect_uri: &grant.redirect_uri,
            challenge: grant.challenge.as_deref(),
            until: grant.code_until,
            spent_at: grant.spent_at,
            ended_at: grant.ended_at,
        };
        match judge_code(&facts, shown, now) {
            CodeVerdict::Good => {}
            CodeVerdict::Refused(reason) => return Ok(Redeemed::Refused(reason)),
            CodeVerdict::Replayed => {
                Box::pin(end_family(app, client, &grant, ("code", &keys), context, now)).await?;
                return Ok(Redeemed::Refused("the code was redeemed before: all it gave is dead"));
            }
        }
        if !is_enough(&grant, client) {
            return Ok(Redeemed::Refused(NOT_ENOUGH));
        }
        let Some(aim) = aim(app, client, &grant, resources).await? else { return Ok(Redeemed::WrongTarget) };
        let granted = ScopeSet::parse(&grant.scope).within(&client.scopes);
        let made = make(app, client, (&grant, &aim), (&granted, &keys, stand), ("code", None), now).await?;
        let spend = |w: &mut Write, made: &Made| grants::spend_code(w, grant.id, made.bare, made.refresh.as_ref(), now);
        if let Some(issued) = made.give(app, spend, now).await? {
            return Ok(Redeemed::Issued(Box::new(issued)));
        }
    }
    Ok(Redeemed::Refused("the session or the account is no longer there"))
}

/// The reason where it [is not enough](is_enough).
pub(super) const NOT_ENOUGH: &str = "the service asks for a higher level now than she had reached";

/// Whether what she had proved is as much as the service's file asks for now. Nothing is ended where it is not: the file may be
/// changed again, and she may sign in.
pub(super) fn is_enough(grant: &GrantRow, client: &Client) -> bool {
    let reached = Level::parse(grant.level.as_deref().unwrap_or(&grant.acr));
    reached.is_some_and(|reached| reached >= client.least_assurance)
}

/// What goes on of a family of refresh tokens.
pub(super) struct Family {
    /// The next one.
    pub(super) child: RefreshToken,
    /// When all of them end.
    pub(super) until: When,
}

/// What is given for a code or a refresh token, before it is stored.
pub(super) struct Made {
    pub(super) issued: Issued,
    pub(super) access: AccessRow,
    pub(super) refresh: Option<RefreshRow>,
    pub(super) event: Sealed<Released>,
    /// No claim goes out with it.
    pub(super) bare: bool,
}

impl Made {
    /// One write: what it is given for is spent, and what is given is stored, with its event. `None` if there was nothing to
    /// spend any more: nothing was issued then, and nothing is recorded as issued.
    pub(super) async fn give(
        self,
        app: &App,
        spend: impl Fn(&mut Write, &Self) -> Result<(), Error> + Send + Sync,
        now: When,
    ) -> Result<Option<Issued>, Failure> {
        let stored = app
            .db
            .write(async |mut w| {
                spend(&mut w, &self)?;
                grants::insert_access(&mut w, &self.access, now)?;
                w.commit(self.event.clone(), ()).await
            })
            .await;
        match stored {
            Ok(_) => Ok(Some(self.issued)),
            Err(Error::GivenUp) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Makes and signs everything outside of any transaction.
pub(super) async fn make(
    app: &App,
    client: &Client,
    (grant, aim): (&GrantRow, &Aim),
    (scopes, keys, stand): (&ScopeSet, &PersonKeys, Vec<StandingRow>),
    (by, family): (&'static str, Option<Family>),
    now: When,
) -> Result<Made, Failure> {
    let snapshot = app.snapshot();
    let figures = &snapshot.policy.assurance.tokens;
    let mut requested = as_granted(grant, scopes);
    if !aim.target.is_for(&app.issuer) {
        // It does not open userinfo, so nothing goes out there.
        requested.userinfo = ClaimSet::new();
    }
    let release = records::decide(&snapshot, &requested, client, stand, now)?;

    let until = now + figures.access_token;
    let access_token = access_token(app, &snapshot, client, (grant, aim), scopes, (now, until))?;
    let id_token = if scopes.contains(Scope::OpenId) {
        let claims = Box::pin(values(app, keys, grant, &release, (release.in_id_token(&requested), now))).await?;
        Some(id_token(app, &snapshot, client, grant, &access_token, claims, now)?)
    } else {
        None
    };
    let refresh = if scopes.contains(Scope::OfflineAccess) || family.is_some() {
        let (token, until) = match family {
            Some(family) => (family.child, family.until),
            None => (RefreshToken::first(&app.roots, grant.id), now + figures.refresh_absolute),
        };
        let row = RefreshRow { hash: token.hash().0, idle_until: (now + figures.refresh_idle).min(until), until };
        Some((token, row))
    } else {
        None
    };
    let payload = Released {
        grant: grant.id,
        claims: release.set().iter().map(|claim| claim.as_str().to_owned()).collect(),
        records: release.records().into_iter().collect::<Vec<RecordId>>(),
        until: until.to_string(),
        by: by.to_owned(),
    };
    let draft = Draft::new(ActorClass::Client, payload).about(grant.account_id).at(&client.id).by(Channel::Api);
    let event = snapshot.recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    Ok(Made {
        access: AccessRow {
            hash: placed_at(&access_token, now).0,
            grant_id: grant.id,
            scope: scopes.to_string(),
            claims: records::join(release.at_userinfo(&requested)),
            until,
            audience: aim.stored(),
        },
        issued: Issued {
            access_token,
            token_type: "Bearer",
            expires_in: figures.access_token.as_secs(),
            refresh_token: refresh.as_ref().map(|(token, _)| token.as_str().to_owned()),
            id_token,
            scope: scopes.to_string(),
        },
        refresh: refresh.map(|(_, row)| row),
        event,
        bare: release.claims.is_empty(),
    })
}

/// What the grant was given for, cut to the scopes asked for now. What of it still goes out is decided anew each time.
fn as_granted(grant: &GrantRow, scopes: &ScopeSet) -> Requested {
    let granted = ScopeSet::parse(&grant.scope);
    let dropped = granted.claims().difference(scopes.claims());
    let cut = |claims: &str| records::split(claims).difference(dropped);
    Requested { userinfo: cut(&grant.userinfo_claims), id_token: cut(&grant.id_token_claims), ..Requested::default() }
}

/// What an access token says (RFC 9068 §2.2).
#[derive(Serialize)]
struct AccessClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: Value,
    client_id: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    scope: String,
    auth_time: i64,
    acr: &'a str,
    sid: &'a str,
}

/// An access token of RFC 9068 §2.2. Its audience is ourselves unless a service names a resource (RFC 8707); a sensitive
/// service's says nothing.
fn access_token(
    app: &App,
    snapshot: &Snapshot,
    client: &Client,
    (grant, aim): (&GrantRow, &Aim),
    scopes: &ScopeSet,
    (now, until): (When, When),
) -> Result<String, Failure> {
    let jti = Token::at(&app.roots, now);
    if aim.target.opaque {
        return Ok(jti.as_str().to_owned());
    }
    let claims = AccessClaims {
        iss: app.issuer.as_str(),
        sub: &aim.sub,
        aud: aud(app, &aim.stored()),
        client_id: client.id.as_str(),
        iat: now.seconds(),
        exp: until.seconds(),
        jti: jti.as_str(),
        scope: scopes.to_string(),
        auth_time: grant.auth_time.seconds(),
        acr: &grant.acr,
        sid: &grant.sid,
    };
    Ok(snapshot.keys.sign(SigningAlg::Es256, TokenType::Access, &claims)?)
}

/// What an ID token says (OIDC Core §2).
#[derive(Serialize)]
struct IdClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    auth_time: i64,
    acr: &'a str,
    amr: Vec<&'a str>,
    sid: &'a str,
    at_hash: String,
    /// RFC 8485 §3.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    vot: Option<&'a str>,
    /// What the vectors mean here is said on a page of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    vtm: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    /// Claims of the resident's, which never have one of those names.
    #[serde(flatten)]
    values: Map<String, Value>,
}

/// An ID token (OIDC Core §2, §3.1.3.6).
fn id_token(
    app: &App,
    snapshot: &Snapshot,
    client: &Client,
    grant: &GrantRow,
    access_token: &str,
    values: Map<String, Value>,
    now: When,
) -> Result<String, Failure> {
    let alg = signing_alg(client.id_token_alg_at(now));
    let until = now + snapshot.policy.assurance.tokens.id_token;
    let claims = IdClaims {
        iss: app.issuer.as_str(),
        sub: &grant.sub,
        aud: client.id.as_str(),
        iat: now.seconds(),
        exp: until.seconds(),
        auth_time: grant.auth_time.seconds(),
        acr: &grant.acr,
        amr: grant.amr.split(' ').collect(),
        sid: &grant.sid,
        at_hash: half_hash(alg, access_token),
        vot: grant.vot.as_deref(),
        vtm: grant.vot.as_ref().map(|_| app.issuer.at("/docs/vectors-of-trust")),
        nonce: grant.nonce.as_deref(),
        values,
    };
    Ok(snapshot.keys.sign(alg, TokenType::Id, &claims)?)
}

/// The key ring's word for a client's algorithm.
#[must_use]
pub const fn signing_alg(of: client::SigningAlg) -> SigningAlg {
    match of {
        client::SigningAlg::Es256 => SigningAlg::Es256,
        client::SigningAlg::Rs256 => SigningAlg::Rs256,
    }
}

/// The values of claims that a release lets go.
async fn values(
    app: &App,
    keys: &PersonKeys,
    grant: &GrantRow,
    release: &Release,
    (wanted, now): (ClaimSet, When),
) -> Result<Map<String, Value>, Failure> {
    let Some(leave) = release.disclosure(grant.account_id).filter(|_| !wanted.is_empty()) else {
        return Ok(Map::new());
    };
    let mut read = app.db.peek();
    let account = accounts::get(&mut read, grant.account_id).await?;
    let contact = contacts::current(&mut read, grant.account_id, "email").await?;
    let contact = contact.as_ref().map(|row| (row.id, row.address.as_slice()));
    let details = details_for(&mut read, grant.account_id, wanted).await?;
    open_values(app, keys, &SealedPerson { name: &account.name, contact, details: &details }, &leave, wanted, now)
}

/// Ends a grant whose code or refresh token was shown again, and says so in the record.
pub(super) async fn end_family(
    app: &App,
    client: &Client,
    grant: &GrantRow,
    (what, keys): (&str, &PersonKeys),
    context: &Context,
    now: When,
) -> Result<(), Failure> {
    let payload = ReuseDetected { grant: grant.id, what: what.to_owned() };
    let draft = Draft::new(ActorClass::Client, payload)
        .about(grant.account_id)
        .at(&client.id)
        .by(Channel::Api)
        .denied("reuse")
        .from(context.clone());
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    let ended = app
        .db
        .write(async |mut w| {
            // Once: whoever shows it again and again fills no record.
            if !grants::end(&mut w, grant.id, now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    super::done(ended)?;
    Ok(())
}

/// What a token at userinfo turned out to be.
#[derive(Debug)]
pub enum Shown {
    /// The client it was given to, and what it opens.
    Claims(ClientId, Map<String, Value>),
    /// It works, but not here: it has no `openid` scope.
    NotForHere,
    /// It does not work.
    Dead,
}

/// What userinfo answers (OIDC Core §5.3.2): one joined statement, a second one for details she gave, a write where the token
/// is the first sign that the answer to a refresh arrived, and no event, for the
/// release was recorded when the token was issued. Of what was recorded then goes out what still stands: it is decided anew
/// from how she stands now.
pub async fn userinfo(app: &App, token: &str, now: When) -> Result<Shown, Failure> {
    let Some((found, stand)) = shown::presented(&mut app.db.peek(), &placed(&app.roots, token).0).await? else {
        return Ok(Shown::Dead);
    };
    let snapshot = app.snapshot();
    let client = ClientId::parse(&found.client_id).and_then(|id| snapshot.client(&id));
    let Some(client) =
        client.filter(|_| found.state == "active" && now < found.expires_at && is_for_us(app, &found.audience))
    else {
        return Ok(Shown::Dead);
    };
    Box::pin(refresh::arrived(app, &found.given, now)).await?;
    if !ScopeSet::parse(&found.scope).contains(Scope::OpenId) {
        return Ok(Shown::NotForHere);
    }
    let issued = Requested { userinfo: records::split(&found.claims), ..Requested::default() };
    let release = records::decide(&snapshot, &issued, client, stand, now)?;
    let keys = found.profile_key.map(WrappedKey).zip(found.evidence_key.map(WrappedKey));
    let mut claims = match (release.disclosure(found.account_id), keys) {
        (Some(leave), Some((profile, evidence))) => {
            let keys = PersonKeys::unwrap(&app.roots, found.account_id, Some(&profile), &evidence)?;
            let contact = found.contact_id.zip(found.address.as_deref());
            let details = details_for(&mut app.db.peek(), found.account_id, release.set()).await?;
            open_values(
                app,
                &keys,
                &SealedPerson { name: &found.name, contact, details: &details },
                &leave,
                release.set(),
                now,
            )?
        }
        _ => Map::new(),
    };
    claims.insert("sub".to_owned(), json!(found.sub));
    Ok(Shown::Claims(client.id.clone(), claims))
}
