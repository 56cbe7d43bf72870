//! Another secret for a registered client, at an operator's word; the one before works on for a while.

use crate::crypto::record::{EventSeed, Recorder};
use crate::crypto::tokens::Token;
use crate::domain::audit::vocabulary::ClientSecretRotated;
use crate::domain::audit::{ActorClass, Channel, Draft};
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use crate::service::Failure;
use crate::store::clients::{self, ClientRow};
use crate::store::{Db, Error};

/// What came of a wish for another secret.
#[derive(Debug)]
pub enum Rotated {
    /// This is the secret from now on.
    Secret(Token),
    /// Nothing was changed: the one that was in use before the last still works, until then.
    Promised(When),
    /// The client has no secret.
    NoSecret,
}

/// Until when the secret before the one of a client works, if it still does.
#[must_use]
pub fn promised(row: &ClientRow, now: When) -> Option<When> {
    row.previous_until.filter(|until| row.previous_secret.is_some() && now < *until)
}

/// Gives a registered client another secret; the one before works until then. The one before that stops: where that was not to
/// be yet, only if it `replaces` it.
///
/// # Errors
/// [`Failure`]; nothing has happened then.
pub async fn rotate_secret(
    db: &Db,
    recorder: &Recorder,
    id: &ClientId,
    (until, replaces): (When, bool),
    now: When,
) -> Result<Rotated, Failure> {
    let secret = Token::random();
    let draft = Draft::new(ActorClass::System, ClientSecretRotated { until: until.to_string() });
    let event = recorder.seal(EventSeed::draw(now), &draft.at(id).by(Channel::Batch), None)?;
    let hash = secret.hash().0;
    let rotated = db
        .write(async |mut w| {
            if !clients::rotate_secret(&mut w, id.as_str(), &hash, (until, replaces), now).await? {
                return Err(Error::Missing);
            }
            w.commit(event.clone(), ()).await
        })
        .await;
    match rotated {
        Ok(_) => Ok(Rotated::Secret(secret)),
        Err(Error::Missing) => {
            let row = clients::by_id(&mut db.peek(), id.as_str()).await?;
            Ok(row.and_then(|row| promised(&row, now)).map_or(Rotated::NoSecret, Rotated::Promised))
        }
        Err(error) => Err(error.into()),
    }
}
