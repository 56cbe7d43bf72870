//! THE table: every address, which door it leads to, on which listener.

use crate::app::App;
use crate::crypto::tokens::{Token, check_form_token};
use crate::http::cookies::Name;
use crate::http::csrf::{self, Guard};
use crate::http::door::BODY_LIMIT;
use crate::http::refusal::ErrorPage;
use crate::oidc::{authorize, discovery, logout, token, userinfo};
use crate::pages::create_account::{self, code, password};
use crate::pages::{onward, shared_address, sign_in};
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

/// The public listener: endpoints for services, pages for residents. `page` draws refused forms.
pub fn public(app: App, page: &ErrorPage) -> Router {
    endpoints().merge(pages(&app, page)).with_state(app)
}

/// For services' machines: no cookie is looked at but on the GETs that residents' browsers make.
fn endpoints() -> Router<App> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::metadata))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/jwks", get(discovery::jwks))
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/token", post(token::post))
        .route("/userinfo", get(userinfo::get).post(userinfo::post))
        .route("/logout", get(logout::get).post(logout::post))
}

/// For residents: every POST is checked to come from a page of ours.
fn pages(app: &App, page: &ErrorPage) -> Router<App> {
    let checked = app.clone();
    let verify = move |headers: &http::HeaderMap, presented: &str| {
        let browser = checked.cookies().read(headers, Name::Browser).and_then(Token::parse);
        browser.is_some_and(|browser| check_form_token(&checked.roots, &browser, presented))
    };
    let guard = Guard::new(app.origin.as_str(), verify, page.clone(), BODY_LIMIT);
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/create-account", get(create_account::show).post(create_account::submit))
        .route("/create-account/code", get(code::show).post(code::submit))
        .route("/create-account/password", get(password::show).post(password::submit))
        .route("/create-account/share", get(shared_address::show).post(shared_address::submit))
        .route("/continue", get(onward::show).post(onward::go_on))
        .route("/consent", get(onward::ask).post(onward::decide))
        .route("/not-me", post(onward::not_me))
        .layer(from_fn_with_state(guard, csrf::guard))
}
