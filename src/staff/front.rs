//! The front page: what this officer may do.

use super::desk::Desk;
use crate::domain::staff::{Action, Circumstances};
use crate::service::staff::{self, members};
use crate::view::pages::{StaffFront, StaffNobody};
use axum::response::Response;

/// GET `/`.
pub async fn show(desk: Desk) -> Response {
    if desk.officer.is_none() {
        match members::any(&desk.app).await {
            Ok(true) => {}
            Ok(false) => return desk.page(&StaffNobody {}),
            Err(failure) => return desk.fault(&failure),
        }
    }
    let officer = match desk.officer(Action::UseConsole, Circumstances::default()).await {
        Ok(officer) => officer,
        Err(refused) => return refused,
    };
    let may = |action| staff::may_ever(&desk.app, &officer.roles, action);
    let actions = Action::ALL.iter().filter(|action| **action != Action::UseConsole && may(**action));
    desk.page(&StaffFront {
        name: desk.name().unwrap_or_default(),
        roles: officer.roles.iter().map(|role| role.as_str()).collect(),
        actions: actions.map(|action| action.as_str()).collect(),
    })
}
