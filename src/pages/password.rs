//! Changing the password.

use super::account::SIGN_IN;
use crate::crypto::password::{Password, PasswordError};
use crate::crypto::weak::Weakness;
use crate::service::account::{Changed, change_password};
use crate::service::{people, post};
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
    let letter = visit.app.view.letters(lang).password_changed_notice(visit.now);
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
    match people::own_profile(&visit.app, who).await {
        Ok((_, profile)) => {
            let username = profile.email.map(|email| email.as_str().to_owned());
            visit.page(&ChangePassword { username, errors }, None).await
        }
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `/account/password`.
pub async fn submit(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let current = typed.current_password.as_str();
    let mut errors = Vec::new();
    if current.is_empty() {
        errors.push(Wrong::CurrentPasswordMissing);
    }
    let new = match parse_new(&typed.password) {
        Ok(new) if errors.is_empty() => new,
        Ok(_) => return ask(&visit, errors).await,
        Err(wrong) => {
            errors.push(wrong);
            return ask(&visit, errors).await;
        }
    };
    let letter = notice(&visit, visit.lang);
    let changed = change_password(&visit.app, &who, (current, new), &letter, visit.context.clone(), visit.now).await;
    match changed {
        Ok(Changed::Done) => visit.see_other("/account?news=password_changed"),
        Ok(Changed::WrongCurrent) => ask(&visit, vec![Wrong::CurrentPasswordIncorrect]).await,
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
