//! Whether a service takes what was proved in a session: see [`crate::domain::sso`].

use super::Failure;
use crate::app::App;
use crate::domain::client::Client;
use crate::domain::ids::{ClientId, SessionId};
use crate::domain::sso::{Source, serves};
use crate::store::sessions;

/// Whether the service is kept apart from everything that was proved in this session: then she proves who she is again,
/// for this service. One look, and none while no service has a list.
pub async fn keeps_apart(app: &App, session: SessionId, client: &Client) -> Result<bool, Failure> {
    let snapshot = app.snapshot();
    if snapshot.clients().all(|client| client.shares_sign_in_with().is_none()) {
        return Ok(false);
    }
    let proofs = sessions::proofs(&mut app.db.peek(), session).await?;
    // A session of before this was kept: as begun at her own account.
    let proofs = if proofs.is_empty() { vec![None] } else { proofs };
    Ok(!proofs.iter().any(|proof| {
        let source = match proof.as_deref() {
            None => Source::Account,
            Some(id) => ClientId::parse(id)
                .and_then(|id| snapshot.client(&id))
                .map_or(Source::Gone, |client| Source::Service((&**client).into())),
        };
        serves(source, client.into())
    }))
}
