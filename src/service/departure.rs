//! A service leaves: what residents gave it ends, and it is told so a last time, at the address its file last named.

use super::post::{self, BackChannel, Left};
use super::{Failure, people, registration};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::{SealError, tokens};
use crate::domain::audit::vocabulary::ServiceLeft;
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::client::Client;
use crate::domain::ids::{AccountId, ClientId};
use crate::domain::time::When;
use crate::policy::Bundle;
use crate::store::outbox::NewMessage;
use crate::store::{Error, Housekeeping, Write, clients, grants, house, outbox, sessions};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many bundles are looked back upon: more changes than this within one session's life are not made by hand.
const BUNDLES: i64 = 10;

/// The people one call of [`part`] deals with.
const BATCH: i64 = 200;

/// Parts with the services that earlier policies had and those in force have not; `true` once nothing is left to do.
/// So it is with one that registered itself when the template it came by is gone, or allows it no longer. Whoever takes away
/// such a service alone calls [`part`].
pub async fn settle(app: &App, now: When) -> Result<bool, Failure> {
    let snapshot = app.snapshot();
    let mut registered = clients::all(&mut app.db.peek()).await?;
    registered.retain(|row| ClientId::parse(&row.id).is_some_and(|id| snapshot.client(&id).is_none()));
    let mut gone: BTreeMap<String, Arc<Client>> = BTreeMap::new();
    for body in house::earlier_policies(&mut app.db.peek(), BUNDLES).await? {
        // One that this version cannot read names nobody we could tell.
        let Ok(bundle) = Bundle::from_canonical(&body, &app.issuer) else { continue };
        for (id, client) in &bundle.clients {
            if snapshot.client(id).is_none() {
                gone.entry(id.as_str().to_owned()).or_insert_with(|| Arc::clone(client));
            }
        }
        for row in &registered {
            if let Ok(client) = registration::loaded(row, &bundle, &app.issuer) {
                gone.entry(row.id.clone()).or_insert_with(|| Arc::new(client));
            }
        }
    }
    let mut settled = true;
    for client in gone.values() {
        settled &= part(app, client, now).await? < BATCH.unsigned_abs();
    }
    Ok(settled)
}

/// Ends what residents gave this service, and has it told of each open session, for at most 200 people a call; says for
/// how many.
pub async fn part(app: &App, client: &Client, now: When) -> Result<u64, Failure> {
    let people = grants::people_at(&mut app.db.peek(), &client.id, BATCH).await?;
    let count = u64::try_from(people.len()).unwrap_or(u64::MAX);
    for person in people {
        part_for(app, client, person, now).await?;
    }
    Ok(count)
}

/// Parts with a service whose registration is about to go: with everybody who is there. Says how many that is.
pub async fn part_wholly(app: &App, client: &Client, now: When) -> Result<u64, Failure> {
    let mut parted = 0;
    loop {
        let people = part(app, client, now).await?;
        parted += people;
        if people < BATCH.unsigned_abs() {
            return Ok(parted);
        }
    }
}

async fn part_for(app: &App, client: &Client, person: AccountId, now: When) -> Result<(), Failure> {
    let batch = tokens::uuid();
    let alg = client.id_token_alg_at(now);
    let left = client.backchannel_logout_uri.as_ref().map(|uri| Left { uri: uri.to_string(), alg });
    let mut calls = Vec::new();
    if left.is_some() {
        for visit in sessions::visits_at(&mut app.db.peek(), person, &client.id).await? {
            let call = BackChannel { sub: visit.sub, sid: visit.sid, left: left.clone() };
            calls.push(post::back_channel(&app.roots, person, batch, client.id.as_str(), &call)?);
        }
    }
    let event = match people::keys(&mut app.db.peek(), &app.roots, person).await {
        Ok(keys) => {
            let draft = Draft::new(ActorClass::System, ServiceLeft { told: calls.len() }).about(person).at(&client.id);
            let draft = draft.by(Channel::Batch);
            Some(app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?)
        }
        // Erased: nobody is left that an event could be about.
        Err(Failure::Store(Error::Missing) | Failure::Seal(SealError::NoKey)) => None,
        Err(failure) => return Err(failure),
    };
    match event {
        Some(event) => {
            app.db
                .write(async |mut w| {
                    end(&mut w, client, person, &calls, now).await?;
                    w.commit(event.clone(), ()).await
                })
                .await?;
        }
        None => {
            app.db
                .write(async |mut w| {
                    end(&mut w, client, person, &calls, now).await?;
                    w.commit_quietly(Housekeeping::Expire, ()).await
                })
                .await?;
        }
    }
    Ok(())
}

async fn end(w: &mut Write, client: &Client, person: AccountId, calls: &[NewMessage], now: When) -> Result<(), Error> {
    grants::end_at(w, person, &client.id, now).await?;
    sessions::forget_visits(w, person, &client.id).await?;
    for call in calls {
        outbox::queue(w, call, now).await?;
    }
    Ok(())
}
