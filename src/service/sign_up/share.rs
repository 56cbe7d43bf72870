//! Two people, one mailbox: its owner lets somebody have an account of her own, under a sign-in name.

use super::{Journey, open, sign_in_name_field};
use crate::app::App;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens::Token;
use crate::domain::account::{EmailAddress, SignInName};
use crate::domain::audit::vocabulary::AddressProven;
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::time::When;
use crate::service::sessions::Browser;
use crate::service::{Failure, people, sign_in};
use crate::store::registrations::Share;
use crate::store::{Error, accounts, challenges, registrations};

const PURPOSE: &str = "share";

/// How the choice of a sign-in name ended.
#[derive(Debug)]
pub enum Outcome {
    /// On to the password, under this journey.
    GoOn(Token),
    /// Somebody has that name.
    Taken,
    /// The link was used, replaced or is too old.
    Over,
}

/// The address a link is about, if the link would work. Looking changes nothing.
pub async fn address(app: &App, link: &Token, now: When) -> Result<Option<EmailAddress>, Failure> {
    Ok(find(app, link, now).await?.map(|journey| journey.email))
}

async fn find(app: &App, link: &Token, now: When) -> Result<Option<Journey>, Failure> {
    let mut read = app.db.read().await?;
    let Some((person, _)) = challenges::link(&mut read, &link.hash().0, PURPOSE, now).await? else {
        return Ok(None);
    };
    let Some(row) = registrations::get(&mut read, person).await? else {
        return Ok(None);
    };
    if row.finished_at.is_some() || now >= row.expires_at {
        return Ok(None);
    }
    let keys = people::keys(&mut read, &app.roots, person).await?;
    open(row, [0; 32], keys).map(Some)
}

/// Spends the link: the registration goes on as proven, in this browser alone.
pub async fn go_on(
    app: &App,
    link: &Token,
    name: &SignInName,
    browser: &Browser,
    context: &Context,
    now: When,
) -> Result<Outcome, Failure> {
    let Some(found) = find(app, link, now).await? else {
        return Ok(Outcome::Over);
    };
    let blind = sign_in::identifier(app, name.as_str());
    if accounts::by_identifier(&mut app.db.peek(), &blind.0).await?.is_some() {
        return Ok(Outcome::Taken);
    }
    let id = found.row.id;
    let journey = Token::random();
    let share = Share {
        journey: journey.hash().0.to_vec(),
        sign_in_name: found.keys.seal(sign_in_name_field(id), name.as_str())?,
        browser: browser.token.hash().0.to_vec(),
    };
    let draft = Draft::new(ActorClass::Resident, AddressProven {}).about(id).from(context.clone());
    let proven = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&found.keys))?;
    let link = link.hash().0;
    let done = app
        .db
        .write(async |mut w| {
            let spent = challenges::spend_link(&mut w, &link, PURPOSE, now).await?;
            if spent.is_none() || !registrations::share(&mut w, id, &share, now).await? {
                // Given up rather than committed: a link that leads nowhere is not spent for it.
                return Err(Error::Missing);
            }
            w.commit(proven.clone(), ()).await
        })
        .await;
    match done {
        Ok(_) => Ok(Outcome::GoOn(journey)),
        Err(Error::Missing) => Ok(Outcome::Over),
        Err(error) => Err(error.into()),
    }
}
