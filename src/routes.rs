//! THE table: every address, which door it leads to, on which listener.

pub mod desk;

use crate::app::App;
use crate::crypto::tokens::{Token, check_form_token};
use crate::http::cookies::{Cookies, Name};
use crate::http::csrf::{self, Guard};
use crate::http::door::BODY_LIMIT;
use crate::http::refusal::ErrorPage;
use crate::oidc::{
    authorize, discovery, in_use, introspect, logout, origin, par, registration, revoke, signals, token, userinfo,
};
use crate::pages::{
    account, copy, create_account, details, docs, download, email, forgotten, home, leaving, log, onward, papers,
    password, receipts, rights, second_step, seen, sessions, shared_address, sharing, sign_in, sign_out, stay,
};
use crate::staff;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

/// The public listener: endpoints for services, pages for residents. `page` draws refused forms.
pub fn public(app: App, page: &ErrorPage) -> Router {
    endpoints().merge(pages(&app, page)).with_state(app)
}

/// The staff listener: every POST is checked to come from a page of ours. `page` draws refused forms.
pub fn staff(app: App, page: &ErrorPage) -> Router {
    let Some(site) = app.staff_site() else {
        return Router::new();
    };
    let guard = guard(&app, site.origin.as_str(), site.cookies, page);
    desk::routes().fallback(staff::elsewhere).layer(from_fn_with_state(guard, csrf::guard)).with_state(app)
}

/// Checks forms by the browser cookie of a listener.
fn guard(app: &App, origin: &str, cookies: Cookies, page: &ErrorPage) -> Guard {
    let roots = app.roots.clone();
    let verify = move |headers: &http::HeaderMap, presented: &str| {
        let browser = cookies.read(headers, Name::Browser).and_then(Token::parse);
        browser.is_some_and(|browser| check_form_token(&roots, &browser, presented))
    };
    Guard::new(origin, verify, page.clone(), BODY_LIMIT)
}

/// For services' machines: no cookie is looked at but on the GETs that residents' browsers make.
fn endpoints() -> Router<App> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::metadata).options(origin::may_get))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata).options(origin::may_get))
        .route("/jwks", get(discovery::jwks).options(origin::may_get))
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/par", post(par::post))
        .route("/token", post(token::post).options(origin::may_post))
        .route("/userinfo", get(userinfo::get).post(userinfo::post).options(origin::may_get_and_post))
        .route("/introspect", post(introspect::post))
        .route("/revoke", post(revoke::post).options(origin::may_post))
        .route("/signals/poll", post(signals::poll::post))
        .route("/signals/done", post(signals::done::post))
        .route("/in-use", post(in_use::post))
        .route("/events/{kind}", get(signals::schema).options(origin::may_get))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/log/{year}/checkpoint", get(log::checkpoint))
        .route("/log/{year}/tile/{*tile}", get(log::tile))
        .route("/register", post(registration::register))
        .route("/register/{client_id}", get(registration::read).put(registration::change).delete(registration::remove))
}

/// For residents: every POST is checked to come from a page of ours.
fn pages(app: &App, page: &ErrorPage) -> Router<App> {
    let guard = guard(app, app.origin.as_str(), app.cookies(), page);
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/sign-in/code", get(second_step::show).post(second_step::submit))
        .route("/create-account", get(create_account::show).post(create_account::submit))
        .route("/create-account/code", get(create_account::code::show).post(create_account::code::submit))
        .route("/create-account/finish", get(create_account::elsewhere::show).post(create_account::elsewhere::submit))
        .route("/create-account/password", get(create_account::password::show).post(create_account::password::submit))
        .route("/create-account/share", get(shared_address::show).post(shared_address::submit))
        .route("/continue", get(onward::show).post(onward::go_on))
        .route("/continue/details", get(onward::details::show).post(onward::details::submit))
        .route("/consent", get(onward::ask).post(onward::decide))
        .route("/not-me", post(onward::not_me))
        .merge(account())
        .merge(papers())
        .layer(from_fn_with_state(guard, csrf::guard))
        .fallback(papers::not_found)
}

/// For residents: recovery, their account, and the way out.
fn account() -> Router<App> {
    Router::new()
        .route("/forgotten-password", get(forgotten::show).post(forgotten::submit))
        .route("/forgotten-password/code", get(forgotten::show_code).post(forgotten::submit_code))
        .route("/forgotten-password/password", get(forgotten::show_password).post(forgotten::submit_password))
        .route("/account", get(account::show))
        .route("/account/password", get(password::show).post(password::submit))
        .route("/account/email", get(email::show).post(email::submit))
        .route("/account/email/code", get(email::show_code).post(email::submit_code))
        .route("/account/email/undo", get(email::show_undo).post(email::submit_undo))
        .route("/account/details", get(details::list))
        .route("/account/details/{detail}", get(details::show).post(details::submit))
        .route("/account/details/{detail}/take-away", post(details::take_away))
        .route("/account/delete", get(leaving::show).post(leaving::submit))
        .route("/account/reopen", get(leaving::before_reopen).post(leaving::reopen))
        .route("/account/stay", post(stay::submit))
        .route("/account/second-step", get(second_step::manage).post(second_step::change))
        .route("/account/second-step/set-up", get(second_step::set_up).post(second_step::confirm))
        .route("/account/second-step/qr", get(second_step::picture))
        .route("/account/second-step/codes", get(second_step::codes))
        .route("/account/seen", get(seen::list))
        .route("/account/seen/{event}", get(seen::one))
        .route("/account/seen/{event}/receipt", get(seen::receipt))
        .route("/account/seen/{event}/ask", post(seen::ask))
        .route("/account/sharing", get(sharing::list))
        .route("/account/sharing/{client_id}/{purpose}", get(sharing::one))
        .route("/account/sharing/{client_id}/{purpose}/withdraw", post(sharing::withdraw))
        .route("/account/sharing/{client_id}/{purpose}/object", get(sharing::before_object).post(sharing::object))
        .route("/account/sharing/{client_id}/{purpose}/choose", get(sharing::before_choose).post(sharing::choose))
        .route("/account/sharing/{client_id}/{purpose}/take-back", post(sharing::take_back))
        .route("/account/download", get(download::show).post(download::ask))
        .route("/account/download/file", post(download::fetch))
        .route("/account/rights", get(rights::list).post(rights::send))
        .route("/account/rights/{reference}", get(rights::one))
        .route("/account/rights/{reference}/copy", get(copy::show).post(copy::fetch))
        .route("/account/receipts/{record}", get(receipts::receipt))
        .route("/account/receipts/{record}/page", get(receipts::page))
        .route("/account/receipts/{record}/kantara", get(receipts::kantara))
        .route("/account/sessions/end", post(sessions::end))
        .route("/account/sessions/end-others", post(sessions::end_others))
        .route("/account/sessions/end-all", post(sessions::end_all))
        .route("/account/sessions/not-me", get(sessions::ask).post(sessions::not_mine))
        .route("/.well-known/change-password", get(password::well_known))
        .route("/logout/confirm", post(sign_out::confirm))
        .route("/signed-out", get(sign_out::show))
}

/// For everybody: what stands in the footer, and the files that pages are made with.
fn papers() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/privacy", get(papers::privacy))
        .route("/notices/{name}", get(papers::notice))
        .route("/cookies", get(papers::cookies))
        .route("/accessibility", get(papers::accessibility))
        .route("/complain", get(papers::complain))
        .route("/data-protection-complaint", get(rights::complain).post(rights::send_complaint))
        .route("/data-protection-complaint/received", get(rights::complained))
        .route("/your-data-rights", get(rights::ask).post(rights::send_ask))
        .route("/your-data-rights/received", get(rights::asked))
        .route("/docs/errors", get(docs::errors))
        .route("/docs/set-up", get(docs::set_up))
        .route("/docs/set-up/{step}", get(docs::step))
        .route("/docs/samples/{name}", get(docs::sample))
        .route("/docs/verify/{name}", get(docs::checker))
        .route("/docs/limits", get(papers::limits))
        .route("/docs/vectors-of-trust", get(papers::vectors_of_trust))
        .route("/services/{client_id}/logo", get(papers::logo))
        .route("/robots.txt", get(papers::robots))
        .route("/assets/{name}", get(papers::asset))
        .route("/council/{name}", get(papers::colours))
}
