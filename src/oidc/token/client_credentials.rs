//! The client credentials grant (RFC 6749 §4.4): a service's own program, in nobody's name.

use super::{Asked, WireError};
use crate::domain::wire_errors::said;
use crate::service::machine::{self, Given};
use crate::service::tokens::Issued;

pub(super) async fn give(asked: &Asked<'_>) -> Result<Issued, WireError> {
    let (scope, resources) = (asked.parameters.get("scope"), asked.parameters.resources());
    match machine::give(asked.app, &asked.client, scope, resources, asked.context, asked.now).await? {
        Given::Issued(issued) => Ok(*issued),
        Given::NotAllowed => Err(WireError::of(said::NO_MACHINE)),
        Given::WrongScope => Err(WireError::of(said::MACHINE_SCOPE)),
        Given::WrongTarget => Err(WireError::of(said::TARGET)),
    }
}
