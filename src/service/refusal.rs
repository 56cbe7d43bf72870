//! Refusals before anybody is known: at most one event a minute for each reason, client and address prefix, with a
//! count, so that nobody can fill a record that is kept for years.

use super::Failure;
use crate::app::App;
use crate::crypto::SealError;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::record::EventSeed;
use crate::domain::audit::vocabulary::RequestRefused;
use crate::domain::audit::{ActorClass, Channel, Context, Draft, Kind, Sealed};
use crate::domain::ids::ClientId;
use crate::domain::time::When;
use crate::store::{Error, Housekeeping, throttle};
use std::time::Duration;

const EVERY: Duration = Duration::from_mins(1);

/// What was refused.
#[derive(Debug, Clone)]
pub struct Refusal<'a> {
    /// The endpoint's path.
    pub endpoint: &'static str,
    /// The registry's error code, or one word of ours.
    pub reason: &'static str,
    /// The client named, if it is one of ours.
    pub client: Option<&'a ClientId>,
    /// Where it came from.
    pub context: &'a Context,
}

/// Counts a refusal, and records it if none like it was recorded within the last minute.
pub async fn note(app: &App, refusal: &Refusal<'_>, now: When) -> Result<(), Failure> {
    let prefix = refusal.context.address.as_deref().unwrap_or("");
    let client = refusal.client.map_or("", ClientId::as_str);
    let place = format!("{}\n{}\n{client}\n{prefix}", refusal.endpoint, refusal.reason);
    bounded(app, &place, now, |count| {
        let payload = RequestRefused { endpoint: refusal.endpoint.to_owned(), count };
        let mut draft = Draft::new(ActorClass::Visitor, payload)
            .by(Channel::Api)
            .denied(refusal.reason)
            .from(refusal.context.clone());
        draft.client = refusal.client.cloned();
        app.snapshot().recorder.seal(EventSeed::draw(now), &draft, None)
    })
    .await
}

/// Counts what happens at this place, and records it by the event that `seal` makes for so many, if none was recorded
/// there within the last minute.
pub(super) async fn bounded<K: Kind + Clone>(
    app: &App,
    place: &str,
    now: When,
    seal: impl FnOnce(i64) -> Result<Sealed<K>, SealError>,
) -> Result<(), Failure> {
    let key = BlindIndex::of(&app.roots, IndexKind::AddressPrefix, place);
    let before = throttle::look(&mut app.db.peek(), "refusal", &key.0).await?;
    if before.is_none_or(|count| now.since(count.window_start) >= EVERY) {
        // Those of the last window that had no event of their own are counted in this one.
        let unrecorded = before.map_or(0, |count| count.count - 1);
        let event = seal(unrecorded + 1)?;
        let recorded = app
            .db
            .write(async |mut w| {
                if throttle::raise(&mut w, "refusal", &key.0, now - EVERY, now).await?.count > 1 {
                    // Another request of the same moment has recorded it.
                    return Err(Error::Missing);
                }
                w.commit(event.clone(), ()).await
            })
            .await;
        match recorded {
            Ok(_) => return Ok(()),
            Err(Error::Missing) => {}
            Err(error) => return Err(error.into()),
        }
    }
    app.db
        .write(async |mut w| {
            throttle::raise(&mut w, "refusal", &key.0, now - EVERY, now).await?;
            w.commit_quietly(Housekeeping::Throttle, ()).await
        })
        .await?;
    Ok(())
}
