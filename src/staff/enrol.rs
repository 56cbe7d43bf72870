//! Adding the first passkey, by invitation.

use super::desk::Desk;
use super::passkey::{self, Shown};
use crate::crypto::tokens::Token;
use crate::service::staff::{members, passkeys};
use crate::view::pages::{StaffEnrol, StaffTold};
use axum::extract::{Form, Path};
use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// GET `/enrol/{token}`: looking spends nothing.
pub async fn show(desk: Desk, Path(token): Path<String>) -> Response {
    page(&desk, &token, None).await
}

/// POST `/enrol/{token}/challenge`: the script asks what to sign.
pub async fn challenge(desk: Desk, Path(token): Path<String>) -> Response {
    let Some(invitation) = Token::parse(&token) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match passkeys::ask_enrolment(&desk.app, &invitation, &desk.browser, desk.now).await {
        Ok(Ok(question)) => passkey::question(&desk, &question),
        Ok(Err(_)) => StatusCode::NOT_FOUND.into_response(),
        Err(failure) => desk.fault(&failure),
    }
}

/// POST `/enrol/{token}`.
pub async fn submit(desk: Desk, Path(token): Path<String>, Form(form): Form<Shown>) -> Response {
    let Some(invitation) = Token::parse(&token) else {
        return page(&desk, &token, None).await;
    };
    if form.is_empty() {
        return page(&desk, &token, Some(StaffTold::NoScript)).await;
    }
    match passkeys::enrol(&desk.app, &invitation, &form.answer(&desk), desk.now).await {
        Ok(Ok(())) => desk.see_other("/sign-in?told=enrolled"),
        Ok(Err(_)) => page(&desk, &token, Some(StaffTold::Failed)).await,
        Err(failure) => desk.fault(&failure),
    }
}

async fn page(desk: &Desk, token: &str, told: Option<StaffTold>) -> Response {
    let member = match Token::parse(token) {
        Some(invitation) => match members::invited(&desk.app, &invitation, desk.now).await {
            Ok(member) => member,
            Err(failure) => return desk.fault(&failure),
        },
        None => None,
    };
    let status = match (&member, told) {
        (None, _) => StatusCode::NOT_FOUND,
        (Some(_), Some(_)) => StatusCode::BAD_REQUEST,
        (Some(_), None) => StatusCode::OK,
    };
    let name = member.map(|member| member.name.as_str().to_owned());
    desk.page_with(status, &StaffEnrol { told, name, invitation: token.to_owned() })
}
