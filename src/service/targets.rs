//! Whom an access token of a grant is for, and what it calls the person there (RFC 8707 §2.2).

use super::Failure;
use crate::app::App;
use crate::domain::client::{Client, Target};
use crate::domain::time::When;
use crate::store::grants::GrantRow;
use crate::store::sharing;
use serde_json::{Value, json};

/// Whom a token is for.
#[derive(Debug, Clone)]
pub struct Aim {
    /// The audience.
    pub target: Target,
    /// What the audience knows the person by.
    pub sub: String,
}

impl Aim {
    /// As the store holds it: with spaces between; nothing stands for the issuer alone.
    #[must_use]
    pub fn stored(&self) -> String {
        self.target.audience.join(" ")
    }
}

/// Aims a token at those of a grant's resources that are asked for, or at all of them. What was not asked of the person
/// cannot be had later; what a policy has since forbidden, neither. `None`: `invalid_target`.
///
/// # Errors
/// [`Failure`] of the store.
pub async fn aim(app: &App, client: &Client, grant: &GrantRow, asked: &[String]) -> Result<Option<Aim>, Failure> {
    let granted: Vec<String> = grant.resources.split_whitespace().map(ToOwned::to_owned).collect();
    let known = |asked: &String| {
        if granted.is_empty() { asked == app.issuer.as_str() } else { granted.contains(asked) }
    };
    if !asked.iter().all(known) {
        return Ok(None);
    }
    let wanted = if asked.is_empty() { &granted } else { asked };
    let Some(target) = Target::decide(wanted, client, &app.snapshot().policy.clients, &app.issuer) else {
        return Ok(None);
    };
    let sub = match &target.sector {
        None => Some(grant.sub.clone()),
        Some(sector) => sharing::subject(&mut app.db.peek(), grant.account_id, sector).await?,
    };
    Ok(sub.map(|sub| Aim { target, sub }))
}

/// The `aud` value of what the store holds (RFC 7519 §4.1.3).
#[must_use]
pub fn aud(app: &App, stored: &str) -> Value {
    let all: Vec<&str> = stored.split_whitespace().collect();
    match all.as_slice() {
        [] => json!(app.issuer.as_str()),
        [one] => json!(one),
        more => json!(more),
    }
}

/// Whether a stored audience names the issuer, so that the token works here.
#[must_use]
pub fn is_for_us(app: &App, stored: &str) -> bool {
    stored.is_empty() || stored.split(' ').any(|audience| audience == app.issuer.as_str())
}

/// Whether a stored audience names an API that this client is.
#[must_use]
pub fn is_for(client: &Client, stored: &str) -> bool {
    stored.split(' ').any(|audience| client.apis.serves.iter().any(|resource| resource.as_str() == audience))
}

/// Seconds, as tokens have them.
pub(super) fn seconds(at: When) -> Value {
    json!(at.seconds())
}
