//! Signing out.

use super::desk::Desk;
use crate::service::staff::sessions;
use crate::view::pages::StaffSignOut;
use axum::response::Response;

/// GET `/sign-out`.
pub async fn show(desk: Desk) -> Response {
    if desk.officer.is_none() {
        return desk.see_other("/sign-in");
    }
    desk.page(&StaffSignOut {})
}

/// POST `/sign-out`.
pub async fn submit(mut desk: Desk) -> Response {
    if let Some(officer) = desk.officer.take()
        && let Err(failure) = sessions::sign_out(&desk.app, &officer, &desk.context, desk.now).await
    {
        return desk.fault(&failure);
    }
    desk.drop_session();
    desk.see_other("/sign-in?told=signed_out")
}
