//! The refresh token grant (RFC 6749 §6, RFC 9700 §4.14.2).

use super::{Asked, Redeemed, WireError};
use crate::domain::wire_errors::said;
use crate::service::refresh;

pub(super) async fn redeem(asked: &Asked<'_>) -> Result<Redeemed, WireError> {
    let token = asked.parameters.get("refresh_token").ok_or_else(|| WireError::of(said::REFRESH_TOKEN_MISSING))?;
    let narrower = (asked.parameters.get("scope"), asked.parameters.resources());
    Ok(refresh::redeem(asked.app, &asked.client, token, narrower, asked.context, asked.now).await?)
}
