//! `/passkeys`: a member's own passkeys, all of it after a fresh proof of who they are.

use super::desk::Desk;
use super::passkey::{self, Asked, Shown};
use crate::crypto::{hex, unhex};
use crate::domain::staff::{Action, Circumstances, Officer};
use crate::service::staff::passkeys;
use crate::service::staff::passkeys::own::{self, MOST};
use crate::view::pages::{OwnPasskey, StaffPasskeys, StaffTold};
use axum::extract::{Form, Query};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;

/// Where a fresh proof leads back to.
const AGAIN: &str = "/prove?next=%2Fpasskeys";

async fn officer(desk: &Desk) -> Result<Officer, Response> {
    let officer = desk.officer(Action::UseConsole, Circumstances::default()).await?;
    if officer.is_fresh(desk.now) { Ok(officer) } else { Err(desk.see_other(AGAIN)) }
}

/// GET `/passkeys`.
pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Response {
    let officer = match officer(&desk).await {
        Ok(officer) => officer,
        Err(refused) => return refused,
    };
    let told = match asked.told.as_str() {
        "added" => Some(StaffTold::Added),
        "removed" => Some(StaffTold::Removed),
        _ => None,
    };
    page(&desk, &officer, StatusCode::OK, told).await
}

async fn page(desk: &Desk, officer: &Officer, status: StatusCode, told: Option<StaffTold>) -> Response {
    let own = match own::all(&desk.app, officer).await {
        Ok(own) => own,
        Err(failure) => return desk.fault(&failure),
    };
    let more = !own.is_empty() && i64::try_from(own.len()).is_ok_and(|has| has < MOST);
    let shown = own.into_iter().map(|one| OwnPasskey {
        id: hex(&one.id),
        device: one.label,
        added: one.created_at,
        used: one.last_used_at,
    });
    desk.page_with(status, &StaffPasskeys { told, passkeys: shown.collect(), more, most: MOST })
}

/// POST `/passkeys/challenge`: the script asks what to sign.
pub async fn challenge(desk: Desk) -> Response {
    let officer = match officer(&desk).await {
        Ok(officer) => officer,
        Err(refused) => return refused,
    };
    match passkeys::ask_another(&desk.app, &officer, &desk.browser, desk.now).await {
        Ok(Ok(question)) => passkey::question(&desk, &question),
        Ok(Err(_)) => StatusCode::NOT_FOUND.into_response(),
        Err(failure) => desk.fault(&failure),
    }
}

/// POST `/passkeys`: one more.
pub async fn add(desk: Desk, Form(form): Form<Shown>) -> Response {
    let officer = match officer(&desk).await {
        Ok(officer) => officer,
        Err(refused) => return refused,
    };
    if form.is_empty() {
        return page(&desk, &officer, StatusCode::BAD_REQUEST, Some(StaffTold::NoScript)).await;
    }
    match own::add(&desk.app, &officer, &form.answer(&desk), desk.now).await {
        Ok(Ok(())) => desk.see_other("/passkeys?told=added"),
        Ok(Err(_)) => page(&desk, &officer, StatusCode::BAD_REQUEST, Some(StaffTold::Failed)).await,
        Err(failure) => desk.fault(&failure),
    }
}

/// Which.
#[derive(Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    passkey: String,
}

/// POST `/passkeys/remove`: one less, and never the last.
pub async fn remove(desk: Desk, Form(which): Form<Which>) -> Response {
    let officer = match officer(&desk).await {
        Ok(officer) => officer,
        Err(refused) => return refused,
    };
    let id = unhex(&which.passkey).unwrap_or_default();
    match own::remove(&desk.app, &officer, &id, &desk.context, desk.now).await {
        Ok(Ok(())) => desk.see_other("/passkeys?told=removed"),
        Ok(Err(_)) => page(&desk, &officer, StatusCode::BAD_REQUEST, Some(StaffTold::Failed)).await,
        Err(failure) => desk.fault(&failure),
    }
}
