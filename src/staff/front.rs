//! The front page: what this officer may do.

use super::desk::Desk;
use crate::domain::staff::{Action, Circumstances};
use crate::service::staff::members;
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
    // Some of it needs a reason, a case or a second person: those are asked for there.
    let open = Circumstances { reason: true, case: true, fresh: true, approved: true, ..Circumstances::default() };
    let actions = Action::ALL.iter().filter(|action| **action != Action::UseConsole && desk.may(**action, open));
    desk.page(&StaffFront {
        name: desk.name().unwrap_or_default(),
        roles: officer.roles.iter().map(|role| role.as_str()).collect(),
        actions: actions.map(|action| action.as_str()).collect(),
    })
}
