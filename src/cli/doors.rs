//! What stands before the routes of each listener.

use crate::app::App;
use crate::config::Origin;
use crate::http::door::Door;
use crate::pages::papers;
use crate::routes;
use crate::staff as staff_pages;
use axum::Router;

/// The public site behind its door.
pub fn public(app: &App) -> Router {
    let page = papers::error_page(app);
    let door = Door::new("public", &app.origin, app.proxies.clone(), page.clone());
    door.lead_to(routes::public(app.clone(), &page))
}

/// The staff consoles behind theirs.
pub fn staff(app: &App, origin: &Origin) -> Router {
    let page = staff_pages::error_page(app);
    let door = Door::new("staff", origin, app.proxies.clone(), page.clone());
    door.lead_to(routes::staff(app.clone(), &page))
}
