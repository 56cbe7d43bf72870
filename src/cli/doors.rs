//! What stands before the routes of each listener, and the council as its pages show it.

use crate::app::App;
use crate::config::Origin;
use crate::domain::client::Words;
use crate::http::door::Door;
use crate::pages::papers;
use crate::policy::{Brand as Colours, Controller};
use crate::routes;
use crate::staff as staff_pages;
use crate::view::{Both, Brand, OtherWays, Renderer, RendererError, Sheet};
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

/// Pages and letters of the council, in its colours.
pub fn view(controller: &Controller) -> Result<Renderer, RendererError> {
    let Colours { header, accent } = controller.brand;
    Ok(Renderer::new(&brand(controller))?.coloured(Sheet::of(header, accent)))
}

/// The council as the pages show it.
fn brand(controller: &Controller) -> Brand {
    let officer = &controller.data_protection_officer;
    let reached = |name: &str| format!("{name}, {}, {}", officer.email, officer.phone);
    Brand {
        council: both(&controller.name),
        account: both(&controller.account_name),
        other_ways: OtherWays {
            phone: Both::from(controller.other_ways.phone.as_str()),
            place: both(&controller.other_ways.place),
            post: both(&controller.other_ways.post),
        },
        email: controller.email.clone(),
        website: controller.website.to_string(),
        data_protection_officer: Both::new(reached(&officer.name.en), reached(&officer.name.cy)),
    }
}

fn both(words: &Words) -> Both {
    Both::new(words.en.clone(), words.cy.clone())
}
