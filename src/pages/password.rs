//! Changing the password.

use super::account::SIGN_IN;
use super::second_step::{beside, mend, notice as used_notice};
use crate::crypto::password::{Password, PasswordError};
use crate::crypto::weak::Weakness;
use crate::service::account::{Changed, change_password};
use crate::service::second_step::{self, Again, Shown};
use crate::service::{people, post};
use crate::view::letters::SecondStepNews;
use crate::view::pages::{ChangePassword, Locked, LockedWhat};
use crate::view::{Lang, Wrong};
use crate::visit::Visit;
use axum::extract::Form;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

/// The form.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    current_password: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
}

/// What to mend about a new password.
pub(super) fn parse_new(typed: &str) -> Result<Password, Wrong> {
    if typed.is_empty() {
        return Err(Wrong::PasswordMissing);
    }
    Password::parse(typed).map_err(|error| match error {
        PasswordError::TooShort => Wrong::PasswordTooShort,
        PasswordError::TooLong => Wrong::PasswordTooLong,
        // Nobody types NUL: a tool that sends it gets the sentence about guessable passwords.
        PasswordError::Untypable => Wrong::PasswordCommon,
    })
}

pub(super) const fn weak(weakness: Weakness) -> Wrong {
    match weakness {
        Weakness::Context => Wrong::PasswordLikeYou,
        Weakness::Breached => Wrong::PasswordBreached,
        Weakness::Guessable => Wrong::PasswordCommon,
    }
}

/// The letter that tells the owner of a new password.
pub(super) fn notice(visit: &Visit, lang: Lang) -> post::Text {
    let letter = visit.app.view().letters(lang).password_changed_notice(visit.now);
    post::Text { subject: letter.subject, body: letter.body }
}

/// GET `/account/password`.
pub async fn show(visit: Visit) -> Response {
    ask(&visit, Vec::new()).await
}

async fn ask(visit: &Visit, errors: Vec<Wrong>) -> Response {
    let Some(who) = &visit.signed_in else {
        return visit.see_other(SIGN_IN);
    };
    let read = async {
        let second_step = second_step::state(&visit.app, who.account).await?.is_some();
        Ok((second_step, people::own_profile(&visit.app, who).await?.1))
    };
    match read.await {
        Ok((second_step, profile)) => {
            let username = profile.email.map(|email| email.as_str().to_owned());
            visit.page(&ChangePassword { username, second_step, errors }, None).await
        }
        Err(failure) => visit.fault(&failure),
    }
}

/// What can be told before anything is looked at: the new password and the code, or all that is to mend, as the fields
/// stand on the page.
fn check(typed: &Typed, there: bool) -> Result<(Password, Option<Shown>), Vec<Wrong>> {
    let current = if typed.current_password.is_empty() { Err(Wrong::CurrentPasswordMissing) } else { Ok(()) };
    match (current, parse_new(&typed.password), beside(there, &typed.code)) {
        (Ok(()), Ok(new), Ok(shown)) => Ok((new, shown)),
        (current, new, shown) => Err([current.err(), new.err(), shown.err()].into_iter().flatten().collect()),
    }
}

/// POST `/account/password`.
pub async fn submit(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let there = match second_step::state(&visit.app, who.account).await {
        Ok(state) => state.is_some(),
        Err(failure) => return visit.fault(&failure),
    };
    let (new, shown) = match check(&typed, there) {
        Ok(checked) => checked,
        Err(errors) => return ask(&visit, errors).await,
    };
    let again = Again {
        password: &typed.current_password,
        shown: shown.as_ref(),
        browser: &visit.browser,
        notice: &used_notice(&visit, SecondStepNews::CodeUsed),
    };
    let letter = notice(&visit, visit.lang);
    let changed = change_password(&visit.app, &who, (&again, new), &letter, visit.context.clone(), visit.now).await;
    match changed {
        Ok(Changed::Done) => visit.see_other("/account?news=password_changed"),
        Ok(Changed::WrongCurrent) => ask(&visit, vec![Wrong::CurrentPasswordIncorrect]).await,
        Ok(Changed::Unproven(unproven)) => ask(&visit, vec![mend(unproven)]).await,
        Ok(Changed::Same) => ask(&visit, vec![Wrong::PasswordSame]).await,
        Ok(Changed::Weak(weakness)) => ask(&visit, vec![weak(weakness)]).await,
        Ok(Changed::Closed { until }) => {
            visit
                .page_with(
                    StatusCode::TOO_MANY_REQUESTS,
                    &Locked { what: LockedWhat::Account, until, flow: None },
                    None,
                )
                .await
        }
        Err(failure) => visit.fault(&failure),
    }
}

/// GET `/.well-known/change-password`, where password managers look (W3C, A Well-Known URL for Changing Passwords).
pub async fn well_known(visit: Visit) -> Response {
    visit.see_other("/account/password")
}
