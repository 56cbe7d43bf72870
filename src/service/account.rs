//! "Your account": what is shown there, and the change of the password.

use super::guesses::{self, Reserved};
use super::second_step::{self, Again, Unproven};
use super::sessions::{self, Which};
use super::sign_in::STRANGERS;
use super::{Failure, people, post, records};
use crate::app::App;
use crate::crypto::password::{Password, Phc};
use crate::crypto::record::EventSeed;
use crate::crypto::tokens;
use crate::crypto::weak::Weakness;
use crate::domain::account::{EmailAddress, FullName};
use crate::domain::audit::vocabulary::{AccessDenied, Locked, PasswordChanged, SigninFailed};
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::claims::Claim;
use crate::domain::client::Client;
use crate::domain::ids::{ClientId, SessionId};
use crate::domain::session::SignedIn;
use crate::domain::sharing::Record;
use crate::domain::sign_in::Gate;
use crate::domain::time::When;
use crate::store::accounts::CredentialRow;
use crate::store::received::ReceivedRow;
use crate::store::sessions::ListedSession;
use crate::store::{
    Error, Housekeeping, accounts, authenticators, challenges, grants, outbox, received, restrictions, sharing,
    throttle,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a person is shown of her account.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Her name.
    pub name: FullName,
    /// The address she is written to.
    pub email: Option<EmailAddress>,
    /// Signing in takes a second step.
    pub second_step: bool,
    /// Since when her data is kept and not used.
    pub restricted: Option<When>,
    /// The services she has used, the last one first.
    pub services: Vec<ServiceUse>,
    /// Where she is signed in, the last used first.
    pub sessions: Vec<ListedSession>,
    /// Which services each of them was used for: (session, service).
    pub visits: Vec<(SessionId, String)>,
}

/// A service as its user sees it.
#[derive(Debug, Clone)]
pub struct ServiceUse {
    /// The service.
    pub client_id: String,
    /// The service as the policies in force have it; none if it has left.
    pub client: Option<Arc<Client>>,
    /// The claims it received, each with the time it last did, the latest first.
    pub received: Vec<(String, When)>,
    /// When it last received anything.
    pub last_used: Option<When>,
    /// The lawful bases on which it received them, as she was told or agreed.
    pub bases: Vec<String>,
    /// It received nothing that is still listed, but by what she was told or agreed it could before.
    pub before: bool,
}

/// Gathers what "Your account" shows.
pub async fn overview(app: &App, who: &SignedIn, now: When) -> Result<Overview, Failure> {
    let (_, profile) = people::own_profile(app, who).await?;
    let mut read = app.db.read().await?;
    let released = received::newest(&mut read, who.account).await?;
    let records = records::history(sharing::of_account(&mut read, who.account).await?)?;
    let second_step = authenticators::get(&mut read, who.account).await?.is_some();
    let mut sessions = crate::store::sessions::list(&mut read, who.account).await?;
    sessions.retain(|session| {
        let idle = sessions::lifetime(app, session.own_device).idle;
        session.id == who.session || (now < session.absolute_until && now.since(session.seen_at) < idle)
    });
    let restricted = restrictions::get(&mut read, who.account).await?.map(|(since, _)| since);
    let visits = crate::store::sessions::visits_of(&mut read, who.account).await?;
    let snapshot = app.snapshot();
    let services = services(&released, &records, |id| snapshot.client(&ClientId::parse(id)?).cloned());
    Ok(Overview { name: profile.name, email: profile.email, second_step, restricted, services, sessions, visits })
}

/// Folds releases (newest first) and records (oldest first) into one line a service.
fn services(
    received: &[ReceivedRow],
    records: &[Record],
    client: impl Fn(&str) -> Option<Arc<Client>>,
) -> Vec<ServiceUse> {
    let mut found: BTreeMap<&str, ServiceUse> = BTreeMap::new();
    let entry = |id: &str| ServiceUse {
        client_id: id.to_owned(),
        client: client(id),
        received: Vec::new(),
        last_used: None,
        bases: Vec::new(),
        before: false,
    };
    for row in received {
        let service = found.entry(&row.client_id).or_insert_with(|| entry(&row.client_id));
        service.last_used.get_or_insert(row.released_at);
        for claim in row.id_token_claims.split_whitespace().chain(row.userinfo_claims.split_whitespace()) {
            // "The address was checked" goes with the address; as a line of its own it tells her nothing.
            if Claim::parse(claim).is_some_and(|claim| claim.said_of().is_some()) {
                continue;
            }
            if !service.received.iter().any(|(known, _)| known == claim) {
                service.received.push((claim.to_owned(), row.released_at));
            }
        }
    }
    for record in records {
        let id = record.client.as_str();
        let service = found.entry(id).or_insert_with(|| entry(id));
        // A "no", and what ended, gave leave for nothing.
        if !record.state.authorises(record.basis) || record.claims.is_empty() {
            continue;
        }
        service.before |= service.received.is_empty();
        let went = record.claims.iter().any(|claim| service.received.iter().any(|(had, _)| had == claim.as_str()));
        let basis = record.basis.as_str();
        if went && service.bases.iter().all(|known| known != basis) {
            service.bases.push(basis.to_owned());
        }
    }
    let mut services: Vec<ServiceUse> = found.into_values().collect();
    services.sort_by_key(|service| std::cmp::Reverse(service.last_used));
    services
}

/// What became of a session that was to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// It ended.
    Ended,
    /// It had ended already.
    Over,
    /// It is another person's, or nobody's: the attempt is on record.
    NotHers,
}

/// Ends one of her sessions. One that is not hers is left alone, and that she named it is an event (security row O02).
pub async fn end_session(
    app: &App,
    who: &SignedIn,
    session: SessionId,
    context: Context,
    now: When,
) -> Result<SessionEnd, Failure> {
    use crate::store::sessions::{list, owner};
    if list(&mut app.db.peek(), who.account).await?.iter().any(|listed| listed.id == session) {
        sessions::end_for(app, who.account, Which::Only(session), "ended_by_resident", context, now).await?;
        return Ok(SessionEnd::Ended);
    }
    if owner(&mut app.db.peek(), session).await? == Some(who.account) {
        return Ok(SessionEnd::Over);
    }
    deny(app, who, "session", context, now).await?;
    Ok(SessionEnd::NotHers)
}

/// Records that she named something that is not hers (security row O02).
pub(super) async fn deny(app: &App, who: &SignedIn, what: &str, context: Context, now: When) -> Result<(), Failure> {
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    let denied = Draft::new(ActorClass::Resident, AccessDenied { what: what.to_owned() })
        .about(who.account)
        .denied("not_hers")
        .from(context);
    let denied = app.snapshot().recorder.seal(EventSeed::draw(now), &denied, Some(&keys))?;
    app.db.write(async |w| w.commit(denied.clone(), ()).await).await?;
    Ok(())
}

/// What became of the present password, asked again before something weighty.
#[derive(Debug)]
pub enum Proof {
    /// It is the one.
    Right(CredentialRow),
    /// It is not.
    Wrong,
    /// Too many were not: not looked at before then.
    Closed {
        /// When it opens.
        until: When,
    },
}

/// Asks the present password of a person who is signed in, with the counter that signing in has. A live session does
/// not pass it, though its browser is known: the session may be what was stolen.
pub async fn prove(app: &App, who: &SignedIn, typed: &str, context: &Context, now: When) -> Result<Proof, Failure> {
    let key = throttle_key(app, who).await?;
    let limit = app.snapshot().policy.assurance.passwords;
    // Only what will be looked at is counted: who is told to try again did not guess.
    let seat = app.hasher.seat()?;
    let Reserved { gate, count } = guesses::reserve(app, STRANGERS, &key, limit, now).await?;
    if let Gate::Closed { until } = gate {
        return Ok(Proof::Closed { until });
    }
    let credential = accounts::credential(&mut app.db.peek(), who.account).await?;
    let matches = match (&credential, Password::attempt(typed)) {
        (Some(row), Ok(password)) => seat.verify(password, &Phc::from_stored(row.phc.clone())).await?.matches,
        _ => false,
    };
    if let (Some(row), true) = (credential, matches) {
        app.db
            .write(async |mut w| {
                throttle::clear(&mut w, STRANGERS, &key).await?;
                w.commit_quietly(Housekeeping::Throttle, ()).await
            })
            .await?;
        return Ok(Proof::Right(row));
    }
    let keys = people::keys(&mut app.db.peek(), &app.roots, who.account).await?;
    let recorder = &app.snapshot().recorder;
    let failed = Draft::new(ActorClass::Resident, SigninFailed { attempts: count })
        .about(who.account)
        .denied("wrong_password")
        .from(context.clone());
    let failed = recorder.seal(EventSeed::draw(now), &failed, Some(&keys))?;
    if gate != Gate::Last {
        app.db.write(async |w| w.commit(failed.clone(), ()).await).await?;
        return Ok(Proof::Wrong);
    }
    let until = now + limit.closed;
    let locked = Draft::new(ActorClass::System, Locked { until: until.to_string() }).about(who.account);
    let locked = recorder.seal(EventSeed::draw(now), &locked.from(context.clone()), Some(&keys))?;
    app.db.write(async |w| w.commit((failed.clone(), locked.clone()), ()).await).await?;
    Ok(Proof::Closed { until })
}

/// What wrong passwords of this person are counted under: what she signs in with.
async fn throttle_key(app: &App, who: &SignedIn) -> Result<Vec<u8>, Failure> {
    let identifiers = accounts::identifiers(&mut app.db.peek(), who.account).await?;
    Ok(identifiers.into_iter().next().map_or_else(|| who.account.0.as_bytes().to_vec(), |(_, blind)| blind))
}

/// What became of a change of password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// Done: every other session is ended.
    Done,
    /// The present password is wrong.
    WrongCurrent,
    /// Too many wrong ones.
    Closed {
        /// When it opens.
        until: When,
    },
    /// The account has a second step, and its code is not right.
    Unproven(Unproven),
    /// The new one is the present one.
    Same,
    /// The new one may not be chosen.
    Weak(Weakness),
}

/// Changes the password (security rows A08, S09, T13): the present one is asked, and a code if there is a second step;
/// every other session ends, every refresh token dies, the owner is told. `notice` is the letter that tells her. The code
/// is looked at last, so that one is not spent on a new password that cannot be.
pub async fn change_password(
    app: &App,
    who: &SignedIn,
    (again, new): (&Again<'_>, Password),
    notice: &post::Text,
    context: Context,
    now: When,
) -> Result<Changed, Failure> {
    let credential = match prove(app, who, again.password, &context, now).await? {
        Proof::Right(credential) => credential,
        Proof::Wrong => return Ok(Changed::WrongCurrent),
        Proof::Closed { until } => return Ok(Changed::Closed { until }),
    };
    let stored = Phc::from_stored(credential.phc);
    if app.hasher.verify(new.clone(), &stored).await?.matches {
        return Ok(Changed::Same);
    }
    let (keys, profile) = people::own_profile(app, who).await?;
    if let Err(weakness) = check_strength(app, &new, &profile) {
        return Ok(Changed::Weak(weakness));
    }
    if let Some(unproven) = second_step::code(app, &keys, again, &context, now).await? {
        return Ok(Changed::Unproven(unproven));
    }
    let phc = app.hasher.hash(new).await?;
    let endings = sessions::Endings::of(app, who.account, Which::AllBut(who.session), tokens::uuid());
    let letter =
        profile.email.as_ref().map(|to| post::letter(&app.roots, Some(who.account), to, notice)).transpose()?;
    let payload = PasswordChanged { how: "changed".to_owned() };
    let draft = Draft::new(ActorClass::Resident, payload).about(who.account).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    let browser = crate::store::sessions::browser(&mut app.db.peek(), who.session).await?;
    let changed = app
        .db
        .write(async |mut w| {
            if !accounts::replace_credential(&mut w, who.account, credential.version, phc.as_str(), now).await? {
                // Changed meanwhile: what was typed as the present one is no longer.
                return Err(Error::Missing);
            }
            sessions::end_within(&mut w, &endings, false, now).await?;
            grants::end_of_account(&mut w, who.account, now).await?;
            challenges::end_recoveries(&mut w, who.account, now).await?;
            crate::store::sessions::forget_browsers(&mut w, who.account, browser.as_deref()).await?;
            if let Some(letter) = &letter {
                outbox::queue(&mut w, letter, now).await?;
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match changed {
        Ok(_) => Ok(Changed::Done),
        Err(Error::Missing) => Ok(Changed::WrongCurrent),
        Err(error) => Err(error.into()),
    }
}

/// Whether a person may choose a password: names that anyone would try for her here make it weak.
pub(super) fn check_strength(app: &App, password: &Password, profile: &people::Profile) -> Result<(), Weakness> {
    let snapshot = app.snapshot();
    let controller = &snapshot.policy.controller;
    let mut context = vec![profile.name.as_str(), "Portreeve"];
    for words in [&controller.name, &controller.account_name] {
        context.extend([words.en.as_str(), words.cy.as_str()]);
    }
    context.extend(profile.email.as_ref().map(EmailAddress::as_str));
    for client in snapshot.policy.clients.values() {
        context.extend([client.name.en.as_str(), client.name.cy.as_str()]);
    }
    app.weak.check(password, &context)
}

#[cfg(test)]
mod tests {
    use super::services;
    use crate::domain::ids::RecordId;
    use crate::domain::time::When;
    use crate::service::records::history;
    use crate::store::received::ReceivedRow;
    use crate::store::sharing::{HowRow, SharingRow};

    fn release(client: &str, claims: &str, at: i64) -> ReceivedRow {
        ReceivedRow {
            client_id: client.into(),
            id_token_claims: String::new(),
            userinfo_claims: claims.into(),
            released_at: When::from_seconds(at),
        }
    }

    fn record(client: &str, basis: &str, state: &str) -> SharingRow {
        SharingRow {
            id: RecordId(uuid::Uuid::nil()),
            client_id: client.into(),
            purpose: "p".into(),
            basis: basis.into(),
            state: state.into(),
            notice: "n@1".into(),
            notice_sha256: Vec::new(),
            language: "en".into(),
            claims: "name".into(),
            policy: String::new(),
            at: When::from_seconds(0),
            how: HowRow::default(),
        }
    }

    #[test]
    fn each_claim_is_shown_with_its_last_release_and_services_by_last_use() {
        let received = [release("b", "name", 30), release("a", "name email", 20), release("a", "name", 10)];
        let records = [
            record("a", "public_task", "shown"),
            record("a", "consent", "shown"),
            record("a", "consent", "refused"),
            record("b", "consent", "given"),
            record("b", "consent", "withdrawn"),
            record("b", "contract", "shown"),
            record("c", "consent", "refused"),
            record("d", "contract", "shown"),
        ];
        let records = history(records.into()).unwrap();
        let found = services(&received, &records, |_| None);
        let ids: Vec<_> = found.iter().map(|service| service.client_id.as_str()).collect();
        assert_eq!(ids, ["b", "a", "c", "d"]);
        let at = When::from_seconds(20);
        assert_eq!(found[1].received, [("name".to_owned(), at), ("email".to_owned(), at)]);
        assert_eq!(found[0].bases, ["consent", "contract"], "she had agreed when it went");
        assert_eq!(found[1].bases, ["public_task"], "a refusal is no basis");
        assert_eq!((&found[2].bases, found[2].last_used, found[2].before), (&Vec::new(), None, false));
        assert!(found[3].before && found[3].bases.is_empty(), "what it received is no longer listed");
    }
}
