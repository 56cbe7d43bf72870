//! The password that turns a proven registration into an account.

use super::Journey;
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::password::{Password, PasswordError};
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::{self, Token};
use crate::crypto::weak::Weakness;
use crate::domain::account::{SignInName, State};
use crate::domain::assurance::Proof;
use crate::domain::audit::vocabulary::AccountCreated;
use crate::domain::audit::{ActorClass, Draft};
use crate::domain::time::When;
use crate::service::sign_in::arrival::{Arrival, Door};
use crate::service::{Failure, people};
use crate::store::contacts::NewContact;
use crate::store::{Error, accounts, contacts, registrations};

/// How it ended.
#[derive(Debug)]
pub enum Outcome {
    /// The account exists, and she is signed in to it.
    SignedIn(Token),
    /// No password can be like this.
    Unusable(PasswordError),
    /// Others would find this one out.
    Weak(Weakness),
    /// Somebody took the address or sign-in name meanwhile: nothing was kept.
    Taken,
    /// The journey was finished before, has run out, or was not proven in this browser.
    Over,
}

/// The refusals that must leave nothing behind: the write is given up with these.
const OVER: &str = "sign_up.over";
const TAKEN: &str = "sign_up.taken";

/// Makes the account, once.
pub async fn finish(
    app: &App,
    journey: &Journey,
    password: &str,
    door: &Door<'_>,
    now: When,
) -> Result<Outcome, Failure> {
    if !journey.proven_in(&door.browser.token) {
        return Ok(Outcome::Over);
    }
    let password = match Password::parse(password) {
        Ok(password) => password,
        Err(why) => return Ok(Outcome::Unusable(why)),
    };
    if let Err(why) = check(app, journey, &password) {
        return Ok(Outcome::Weak(why));
    }
    let phc = app.hasher.hash(password).await?;
    let id = journey.row.id;
    let keys = &journey.keys;
    let name = keys.seal(people::name_field(id), journey.name.as_str())?;
    let contact_id = tokens::uuid();
    let folded = journey.email.folded();
    let contact = NewContact {
        id: contact_id,
        account: id,
        kind: "email",
        blind: BlindIndex::of(&app.roots, IndexKind::Email, &folded).0.to_vec(),
        address: keys.seal(people::address_field(contact_id), journey.email.as_str())?,
    };
    let (kind, identifier) = match &journey.sign_in_name {
        Some(name) => ("name", name.folded()),
        None => ("email", folded),
    };
    let identifier = BlindIndex::of(&app.roots, IndexKind::SignInName, &identifier);
    let arrival = Arrival::prepare(app, keys, door, Proof::Password, now).await?;
    let payload = AccountCreated { notice: journey.row.notice.clone() };
    let draft = Draft::new(ActorClass::Resident, payload).about(id).from(door.context.clone());
    let created = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(keys))?;
    let browser = door.browser.token.hash().0;
    let given_up = |why: &str| Error::Constraint(why.to_owned());
    let done = app
        .db
        .write(async |mut w| {
            if !registrations::finish(&mut w, id, &browser, now).await? {
                return Err(given_up(OVER));
            }
            accounts::insert(&mut w, id, State::Active.as_str(), &name, now).await?;
            if !accounts::claim_identifier(&mut w, kind, &identifier.0, id, now).await? {
                return Err(given_up(TAKEN));
            }
            contacts::insert(&mut w, &contact, now).await?;
            accounts::insert_credential(&mut w, id, phc.as_str(), now).await?;
            arrival.store(&mut w, now).await?;
            w.commit((created.clone(), arrival.events()), ()).await
        })
        .await;
    match done {
        Ok(_) => Ok(Outcome::SignedIn(arrival.token)),
        Err(Error::Constraint(why)) if why == OVER => Ok(Outcome::Over),
        Err(Error::Constraint(why)) if why == TAKEN => Ok(Outcome::Taken),
        Err(error) => Err(error.into()),
    }
}

/// Whether others would find this password out: common, breached, or made of what anyone would try for this person.
fn check(app: &App, journey: &Journey, password: &Password) -> Result<(), Weakness> {
    let snapshot = app.snapshot();
    let controller = &snapshot.policy.controller;
    let mut context = vec![journey.name.as_str(), journey.email.as_str(), "Portreeve"];
    for words in [&controller.name, &controller.account_name] {
        context.extend([words.en.as_str(), words.cy.as_str()]);
    }
    context.extend(journey.sign_in_name.as_ref().map(SignInName::as_str));
    for client in snapshot.policy.clients.values() {
        context.extend([client.name.en.as_str(), client.name.cy.as_str()]);
    }
    app.weak.check(password, &context)
}
