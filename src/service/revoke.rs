//! A client gives a token back (RFC 7009): an access token alone, or a refresh token with all that came of its grant.

use super::{Failure, people};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::refresh::presented;
use crate::crypto::tokens::TokenHash;
use crate::domain::audit::vocabulary::TokenRevoked;
use crate::domain::audit::{ActorClass, Channel, Context, Draft};
use crate::domain::client::Client;
use crate::domain::time::When;
use crate::store::refresh::Bearer;
use crate::store::{Error, grants, shown};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// It is dead, or was never alive: all the same to its holder (RFC 7009 §2.2).
    Dead,
    /// It was given to another client, and lives.
    NotYours,
}

/// Revokes a token of this client.
///
/// # Errors
/// [`Failure`]; the token lives then.
pub async fn revoke(app: &App, client: &Client, token: &str, context: &Context, now: When) -> Result<Revoked, Failure> {
    let (TokenHash(hash), grant) = presented(&app.roots, token);
    let Some(found) = shown::revocable(&mut app.db.peek(), Bearer { hash: &hash, grant }).await? else {
        return Ok(Revoked::Dead);
    };
    if found.client_id != client.id.as_str() {
        return Ok(Revoked::NotYours);
    }
    let grant = found.grant_id;
    let payload = TokenRevoked { grant, what: found.kind.clone() };
    let draft = Draft::new(ActorClass::Client, payload).at(&client.id).by(Channel::Api).from(context.clone());
    let recorder = &app.snapshot().recorder;
    let event = match found.account_id {
        Some(account) => {
            let keys = people::opened(&app.roots, account, found.keys)?;
            recorder.seal(EventSeed::draw(now), &draft.about(account), Some(&keys))?
        }
        None => recorder.seal(EventSeed::draw(now), &draft, None)?,
    };
    let done = app
        .db
        .write(async |mut w| {
            let ended = match (found.kind.as_str(), grant) {
                ("refresh", Some(grant)) => grants::end(&mut w, grant, now).await?,
                ("access", _) => shown::revoke_access(&mut w, &hash).await?,
                _ => shown::revoke_machine(&mut w, &hash).await?,
            };
            if !ended {
                // Another request of the same moment was first, and has recorded it.
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match done {
        Ok(_) | Err(Error::Missing) => Ok(Revoked::Dead),
        Err(error) => Err(error.into()),
    }
}
