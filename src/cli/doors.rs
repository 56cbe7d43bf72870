//! What stands before the routes of each listener, and the council as its pages show it.

use crate::app::App;
use crate::config::Origin;
use crate::domain::client::Words;
use crate::http::door::Door;
use crate::http::refusal::ErrorPage;
use crate::policy::Controller;
use crate::view::pages::{Problem, Trouble};
use crate::view::{Both, Brand, Chrome, Lang, OtherWays};
use crate::{http::cookies::Name, routes};
use axum::Router;
use axum::response::{Html, IntoResponse};
use http::StatusCode;
use http::header::ACCEPT_LANGUAGE;

/// The public site behind its door.
pub fn public(app: &App) -> Router {
    let page = error_page(app);
    let door = Door::new("public", &app.origin, app.proxies.clone(), page.clone());
    door.lead_to(routes::public(app.clone(), &page))
}

/// The staff consoles behind theirs.
pub fn staff(app: &App, origin: &Origin) -> Router {
    Door::new("staff", origin, app.proxies.clone(), error_page(app)).lead_to(crate::staff::router(app.clone()))
}

/// Draws the page of a request that was refused before any handler saw it.
fn error_page(app: &App) -> ErrorPage {
    let app = app.clone();
    ErrorPage::new(move |status, headers| {
        let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        let chosen = app.cookies().read(headers, Name::Language).and_then(Lang::parse);
        let lang = chosen.unwrap_or_else(|| Lang::negotiate(None, text(ACCEPT_LANGUAGE)));
        let chrome = Chrome { lang, here: "/".to_owned(), ..Chrome::default() };
        let why = match status {
            StatusCode::FORBIDDEN => Trouble::StaleForm,
            StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
            StatusCode::TOO_MANY_REQUESTS => Trouble::TooMany,
            status if status.is_server_error() => Trouble::Ours,
            _ => Trouble::BadRequest,
        };
        Html(app.view.page(&Problem { why, reference: None }, &chrome).0).into_response()
    })
}

/// The council as the pages show it.
pub fn brand(controller: &Controller) -> Brand {
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
