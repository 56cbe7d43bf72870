//! Redeems a refresh token by rotation (RFC 6749 §6, RFC 9700 §4.14.2).

use super::targets::aim;
use super::tokens::{Family, Made, NOT_ENOUGH, Redeemed, end_family, is_enough, make};
use super::{Failure, people};
use crate::app::App;
use crate::crypto::refresh::{RefreshToken, presented};
use crate::crypto::tokens::{Token, TokenHash};
use crate::domain::audit::Context;
use crate::domain::claims::{Scope, ScopeSet};
use crate::domain::client::Client;
use crate::domain::grant::{RefreshFacts, RefreshVerdict, judge_refresh};
use crate::domain::time::When;
use crate::store::grants::GrantRow;
use crate::store::refresh::{Bearer, ShownRefresh};
use crate::store::shown::Given;
use crate::store::{Housekeeping, Write, refresh};

/// Gives the next tokens for a refresh token. An honest retry within the window, its child unused, gets the same child again.
///
/// # Errors
/// [`Failure`]; nothing was given then.
pub async fn redeem(
    app: &App,
    client: &Client,
    token: &str,
    (narrower, resources): (Option<&str>, &[String]),
    context: &Context,
    now: When,
) -> Result<Redeemed, Failure> {
    let (TokenHash(hash), named) = presented(&app.roots, token);
    // One of before names no grant.
    if named.is_none() && Token::parse(token).is_none() {
        return Ok(Redeemed::Refused("not a refresh token of ours"));
    }
    let shown = Bearer { hash: &hash, grant: named };
    let retry = app.snapshot().policy.assurance.tokens.refresh_retry;
    // Twice at most: what another request did meanwhile is judged like what was there before.
    for _ in 0..2 {
        let Some((row, stand)) = refresh::shown(&mut app.db.peek(), shown).await? else {
            return Ok(Redeemed::Refused("no such refresh token"));
        };
        if row.grant.client_id != client.id.as_str() {
            return Ok(Redeemed::Refused("the refresh token was given to another client"));
        }
        if row.current.is_none() && row.used_at.is_some_and(|at| now.since(at) < retry) {
            // Its child is of the version before, which is not told apart from a lost answer: nobody need have stolen it.
            return Ok(Redeemed::Refused("the refresh token was used a moment ago, by the version before"));
        }
        let facts = facts(&row, &hash, now);
        let ShownRefresh { until, grant, keys, .. } = row;
        // OIDC Core §12.2: the nonce was the request's, and there was none for this token.
        let grant = GrantRow { nonce: None, ..grant };
        let keys = people::opened(&app.roots, grant.account_id, keys)?;
        let again = match judge_refresh(&facts, retry, now) {
            RefreshVerdict::Good => false,
            RefreshVerdict::Retry => true,
            RefreshVerdict::Refused(reason) => return Ok(Redeemed::Refused(reason)),
            RefreshVerdict::Reused => {
                Box::pin(end_family(app, client, &grant, ("refresh_token", &keys), context, now)).await?;
                return Ok(Redeemed::Refused("the refresh token was used before: its family is dead"));
            }
        };
        if !is_enough(&grant, client) {
            return Ok(Redeemed::Refused(NOT_ENOUGH));
        }
        let granted = ScopeSet::parse(&grant.scope).within(&client.scopes);
        if !granted.contains(Scope::OfflineAccess) {
            return Ok(Redeemed::Refused("the client may have no refresh tokens any more"));
        }
        let scopes = narrower.map_or_else(|| granted.clone(), ScopeSet::parse);
        if !scopes.is_subset(&granted) || narrower.is_some_and(names_unknown_scopes) {
            return Ok(Redeemed::TooMuch);
        }
        let Some(aim) = aim(app, client, &grant, resources).await? else { return Ok(Redeemed::WrongTarget) };
        let family = Family { child: RefreshToken::after(&app.roots, grant.id, token), until };
        let made = make(app, client, (&grant, &aim), (&scopes, &keys, stand), ("refresh", Some(family)), now).await?;
        let spend = |w: &mut Write, made: &Made| match &made.refresh {
            Some(next) if !again => refresh::rotate(w, (grant.id, shown), next, made.bare, now),
            _ => refresh::again(w, (grant.id, shown), made.bare, (now - retry, now)),
        };
        if let Some(issued) = made.give(app, spend, now).await? {
            return Ok(Redeemed::Issued(Box::new(issued)));
        }
    }
    Ok(Redeemed::Refused("the account is no longer there"))
}

/// An access token that was given for a refresh token was shown: the answer arrived, so nobody asks for it honestly again (row
/// T09). One write for each refresh token, and none once its time for a retry is over.
pub(super) async fn arrived(app: &App, given: &Given, now: When) -> Result<(), Failure> {
    let (Some(grant), Some(used_at)) = (given.grant_id, given.used_at) else { return Ok(()) };
    let retry = app.snapshot().policy.assurance.tokens.refresh_retry;
    // Issued by that very use. Later and earlier is not asked, for nodes' clocks differ (row Y01).
    if given.issued_at != used_at || now.since(used_at) >= retry {
        return Ok(());
    }
    app.db
        .write(async |mut w| {
            refresh::arrived(&mut w, grant, used_at).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await?;
    Ok(())
}

/// What decides about the token of this hash: it is the one that works, its parent, or an earlier one, which this house made
/// too.
fn facts(row: &ShownRefresh, hash: &[u8], now: When) -> RefreshFacts {
    let works = row.current.as_deref() == Some(hash);
    RefreshFacts {
        spent_at: (!works).then(|| row.used_at.unwrap_or(now)),
        idle_until: row.idle_until,
        absolute_until: row.until,
        ended_at: row.grant.ended_at,
        child_unspent: row.used.as_deref() == Some(hash),
    }
}

/// Scopes that we do not know were never granted (RFC 6749 §6).
fn names_unknown_scopes(scope: &str) -> bool {
    scope.split(' ').any(|value| !value.is_empty() && Scope::parse(value).is_none())
}
