//! Proving an address by a code in a letter: to choose a new password when the old one is forgotten, and to change the
//! address of an account. Known and unknown addresses go through the same doors (security row A01).
//!
//! ```text
//! begin ──> code ──> right ──> carried out, once
//!   │         └─ 5 misses: wait        (under a new journey, known only to the browser that typed the code)
//!   └ a row in any case; a letter only to an address that is one person's
//! ```

mod codes;
pub mod email;
mod letters;

pub use codes::{Checked, Journey, Purpose, Standing, check, find, longer, resend};
pub use letters::{Closed, Compose, Letters};

use super::account::check_strength;
use super::sessions::{self, Which};
use super::sign_in::{STRANGERS, identifier};
use super::{Failure, people, post};
use crate::app::App;
use crate::crypto::index::{BlindIndex, IndexKind};
use crate::crypto::password::Password;
use crate::crypto::record::EventSeed;
use crate::crypto::tokens;
use crate::crypto::weak::Weakness;
use crate::domain::account::{EmailAddress, fold_typed};
use crate::domain::audit::vocabulary::PasswordChanged;
use crate::domain::audit::{ActorClass, Context, Draft};
use crate::domain::time::When;
use crate::store::challenges::RecoveryRow;
use crate::store::{Error, Housekeeping, accounts, challenges, grants, outbox, throttle};

/// Begins the journey of a forgotten password for what was typed: an address or a sign-in name, known or not. `flow` is
/// the hash of the service's flow it began in.
pub async fn begin_reset(
    app: &App,
    typed: &str,
    flow: Option<[u8; 32]>,
    language: &str,
    letters: &Letters<'_>,
    context: &Context,
    now: When,
) -> Result<Journey, Failure> {
    let journey = Journey::begin(mask(typed));
    let person = accounts::by_identifier(&mut app.db.peek(), &identifier(app, typed).0).await?;
    let reader = match person {
        Some(person) => letters::forgetful(app, person, now).await?,
        None => None,
    };
    let mailbox = reader.as_ref().map(|reader| &reader.mailbox);
    let nobodys = BlindIndex::of(&app.roots, IndexKind::Email, &fold_typed(typed));
    let may_write = letters::may_write(app, mailbox.map_or(&nobodys.0, |mailbox| &mailbox.blind), now).await?;
    let row = RecoveryRow {
        purpose: Purpose::Reset.as_str().to_owned(),
        person: mailbox.map(|mailbox| mailbox.keys.account()),
        flow: flow.map(|hash| hash.to_vec()),
        address: None,
        language: language.to_owned(),
        proven_at: None,
        spent_at: None,
        expires_at: now + app.snapshot().policy.assurance.journey,
    };
    let hash = journey.hash();
    if let (Some(reader), true) = (reader, may_write) {
        let lifetime = app.snapshot().policy.assurance.codes.otherwise;
        let posting = letters::posting(app, reader, &hash, Purpose::Reset, (now, lifetime), letters, context)?;
        app.db
            .write(async |mut w| {
                challenges::insert_recovery(&mut w, &hash, &row, now).await?;
                posting.queue(&mut w, now).await?;
                w.commit(posting.event.clone(), ()).await
            })
            .await?;
    } else {
        app.db
            .write(async |mut w| {
                challenges::insert_recovery(&mut w, &hash, &row, now).await?;
                w.commit_quietly(Housekeeping::Flow, ()).await
            })
            .await?;
    }
    Ok(journey)
}

/// What is shown of what was typed: the same whether it is known or not.
fn mask(typed: &str) -> String {
    EmailAddress::parse(typed).map_or_else(
        |_| format!("{}•••", typed.trim().chars().find(|c| c.is_alphanumeric()).unwrap_or('•')),
        |address| address.masked(),
    )
}

/// What became of a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// It is set: every session is ended, and she signs in with it.
    Done,
    /// It may not be chosen.
    Weak(Weakness),
    /// The journey was carried out before, has run out, or never had its code.
    Over,
}

/// The address a proven reset is about, for the browser that proved it: tells password managers whose password it is.
pub async fn proven_address(app: &App, standing: &Standing) -> Result<Option<EmailAddress>, Failure> {
    let (Some(person), true) = (standing.person(), standing.is_proven()) else {
        return Ok(None);
    };
    Ok(letters::mailbox(app, person).await?.map(|mailbox| mailbox.to))
}

/// Sets a new password at the end of a reset: once, and everything that the old one had opened is closed. `notice` is
/// the letter that tells the owner.
pub async fn finish(
    app: &App,
    standing: &Standing,
    new: Password,
    notice: &post::Text,
    context: Context,
    now: When,
) -> Result<Finished, Failure> {
    let (Some(person), true) = (standing.person(), standing.is_proven()) else {
        return Ok(Finished::Over);
    };
    let Some(mailbox) = letters::mailbox(app, person).await? else {
        return Ok(Finished::Over);
    };
    let profile = people::Profile { name: mailbox.name.clone(), email: Some(mailbox.to.clone()) };
    if let Err(weakness) = check_strength(app, &new, &profile) {
        return Ok(Finished::Weak(weakness));
    }
    let Some(credential) = accounts::credential(&mut app.db.peek(), person).await? else {
        return Ok(Finished::Over);
    };
    let identifiers = accounts::identifiers(&mut app.db.peek(), person).await?;
    let phc = app.hasher.hash(new).await?;
    let endings = sessions::Endings::of(app, person, Which::All, tokens::uuid());
    let letter = post::letter(&app.roots, Some(person), &mailbox.to, notice)?;
    let payload = PasswordChanged { how: "reset".to_owned() };
    let draft = Draft::new(ActorClass::Resident, payload).about(person).from(context);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&mailbox.keys))?;
    let hash = standing.journey.hash();
    let finished = app
        .db
        .write(async |mut w| {
            if !challenges::spend_recovery(&mut w, &hash, now).await?
                || !accounts::replace_credential(&mut w, person, credential.version, phc.as_str(), now).await?
            {
                return Err(Error::Missing);
            }
            sessions::end_within(&mut w, &endings, false, now).await?;
            grants::end_of_account(&mut w, person, now).await?;
            challenges::end_recoveries(&mut w, person, now).await?;
            crate::store::sessions::forget_browsers(&mut w, person, None).await?;
            for (_, identifier) in &identifiers {
                throttle::clear(&mut w, STRANGERS, identifier).await?;
            }
            outbox::queue(&mut w, &letter, now).await?;
            w.commit(event.clone(), ()).await
        })
        .await;
    match finished {
        Ok(_) => Ok(Finished::Done),
        Err(Error::Missing) => Ok(Finished::Over),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn what_was_typed_is_masked_by_its_form_alone() {
        assert_eq!(mask(" ada@example.org"), "a•••@example.org");
        assert_eq!(mask("ada.w"), "a•••");
        assert_eq!(mask("<b>"), "b•••");
        assert_eq!(mask("—"), "••••");
    }
}
