//! `/staff`: who is on the staff, with which roles. Roles are given and taken on the server (`portreeve staff`).

use super::seated::Seated;
use crate::domain::staff::Action;
use crate::service::staff::members;
use crate::view::pages::console::{Block, Cell, Console, Text};
use axum::response::Response;

/// `GET /staff`.
pub async fn show(desk: Seated) -> Response {
    if let Err(refused) = desk.permit(Action::SeeStaff, None).await {
        return refused;
    }
    let all = match members::all(&desk.app).await {
        Ok(all) => all,
        Err(failure) => return desk.fault(&failure),
    };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for one in &all {
        // One line a role, so that each is in the language of the page.
        for (place, role) in one.roles.iter().enumerate() {
            let first = |text: Text| if place == 0 { text } else { Text::plain("") };
            let state = match (one.active, one.enrolled) {
                (true, true) => "members-active",
                (true, false) => "members-invited",
                (false, _) => "members-removed",
            };
            rows.push(vec![
                first(Text::plain(one.name.as_str())).into(),
                Text::say(&format!("staff-role-{}", role.as_str())).into(),
                first(Text::say(state)).into(),
                first(Text::At(one.created_at)).into(),
            ]);
        }
    }
    let page = Console::new(Text::say("members-title")).back("/").block(Block::Table {
        caption: Text::say("members-all"),
        head: ["members-name", "members-role", "approvals-state", "person-when"].map(Text::say).to_vec(),
        rows,
    });
    desk.page(&page)
}
