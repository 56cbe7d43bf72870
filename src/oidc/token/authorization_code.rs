//! The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.5).

use super::{Asked, Redeemed, WireError};
use crate::domain::grant::CodeShown;
use crate::domain::wire_errors::said;
use crate::service::tokens;

pub(super) async fn redeem(asked: &Asked<'_>) -> Result<Redeemed, WireError> {
    let code = asked.parameters.get("code").ok_or_else(|| WireError::of(said::CODE_MISSING))?;
    let shown = CodeShown {
        client_id: asked.client.id.as_str(),
        redirect_uri: asked.parameters.get("redirect_uri"),
        verifier: asked.parameters.get("code_verifier"),
    };
    Ok(tokens::redeem_code(
        asked.app,
        &asked.client,
        code,
        (&shown, asked.parameters.resources()),
        asked.context,
        asked.now,
    )
    .await?)
}
