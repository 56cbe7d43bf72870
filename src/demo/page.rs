//! Pages of the sample services and the tray: templates, headers, cookies.

use super::words::{Language, Words};
use crate::domain::time::When;
use crate::view::Lang;
use axum::response::{Html, IntoResponse, Response};
use cookie::{Cookie, SameSite};
use http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, LOCATION, REFERRER_POLICY,
    SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jiff::tz::TimeZone;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

const TEMPLATES: [(&str, &str); 4] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("start.html", include_str!("templates/start.html")),
    ("problem.html", include_str!("templates/problem.html")),
    ("tray.html", include_str!("templates/tray.html")),
];

/// The logo that a service may name.
pub(super) const LOGO: &[u8] = include_bytes!("templates/logo.png");
/// The rules both kinds of page share.
pub(super) const STYLE: &str = include_str!("templates/style.css");

/// The templates, parsed. A text that a template names and nobody gives is an error, never an empty place.
pub(super) fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// `template` with `context` as a page. A template that fails is answered with 500 and logged: it shows nothing half-done.
pub(super) fn page(env: &Environment<'_>, status: StatusCode, template: &str, context: &impl Serialize) -> Response {
    match env.get_template(template).and_then(|t| t.render(Serde(context))) {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%template, %error, "a page of a sample service cannot be rendered");
            (StatusCode::INTERNAL_SERVER_ERROR, "There is a problem").into_response()
        }
    }
}

/// A style sheet.
pub(super) fn style(css: String) -> Response {
    let headers =
        [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, css).into_response()
}

/// 303 to `to`.
pub(super) fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Adds the headers that every answer has: nothing is loaded from elsewhere, no script runs, nobody frames the page, nothing
/// personal is cached, and a code in an address does not travel on as a referrer. Forms may go to `form_action`.
pub(super) fn guard(response: &mut Response, form_action: &str) {
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The value of the cookie `name`, if the browser sent it exactly once.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

/// Sets a cookie that lives as long as the browser and that no script can read.
pub(super) fn set_cookie(response: &mut Response, name: &str, value: &str, secure: bool) {
    let cookie = Cookie::build((name, value)).path("/").http_only(true).same_site(SameSite::Lax).secure(secure).build();
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// A time as it is said in the United Kingdom: "22 November 2026 at 3:04pm".
pub(super) fn spoken(at: When, words: &Words) -> String {
    const MONTHS: [(&str, &str); 12] = [
        ("January", "Ionawr"),
        ("February", "Chwefror"),
        ("March", "Mawrth"),
        ("April", "Ebrill"),
        ("May", "Mai"),
        ("June", "Mehefin"),
        ("July", "Gorffennaf"),
        ("August", "Awst"),
        ("September", "Medi"),
        ("October", "Hydref"),
        ("November", "Tachwedd"),
        ("December", "Rhagfyr"),
    ];
    let at = at.timestamp().to_zoned(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC));
    let month = usize::try_from(at.month()).ok().and_then(|m| MONTHS.get(m.checked_sub(1)?));
    let welsh = words.say("at") != "at";
    let month = month.map_or("", |(english, cymraeg)| if welsh { cymraeg } else { english });
    format!("{} {month} {} {} {}", at.day(), at.year(), words.say("at"), at.strftime("%-I:%M%P"))
}

/// The language a browser has chosen here, or else the one it prefers (RFC 9110 §12.5.4), as at the provider.
pub(super) fn language(headers: &HeaderMap, cookie_name: &str) -> Language {
    let chosen = cookie(headers, cookie_name).and_then(Language::parse);
    let preferred = || Some(Lang::from_accept_language(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?));
    chosen.or_else(|| Language::parse(preferred()?.as_str())).unwrap_or(Language::English)
}

#[cfg(test)]
mod tests {
    use super::{cookie, language, spoken};
    use crate::demo::words::{Language, Words};
    use crate::domain::time::When;
    use http::HeaderMap;
    use http::header::{ACCEPT_LANGUAGE, COOKIE};

    #[test]
    fn a_cookie_sent_twice_is_no_cookie() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "portreeve=x; garden-waste=a".parse().unwrap());
        assert_eq!(cookie(&headers, "garden-waste"), Some("a"));
        assert_eq!(cookie(&headers, "garden"), None);
        headers.append(COOKIE, "garden-waste=b".parse().unwrap());
        assert_eq!(cookie(&headers, "garden-waste"), None);
    }

    #[test]
    fn the_language_is_the_one_chosen_here_or_else_what_the_browser_prefers() {
        let mut headers = HeaderMap::new();
        assert_eq!(language(&headers, "lang"), Language::English);
        headers.insert(ACCEPT_LANGUAGE, "fr, cy;q=0.9, en;q=0.8".parse().unwrap());
        assert_eq!(language(&headers, "lang"), Language::Welsh);
        headers.insert(COOKIE, "lang=en".parse().unwrap());
        assert_eq!(language(&headers, "lang"), Language::English);
    }

    #[test]
    fn times_are_said_in_london_and_in_both_languages() {
        let summer = When::from_seconds(1_782_910_800);
        assert_eq!(spoken(summer, &Words::of(Language::English)), "1 July 2026 at 2:00pm");
        assert_eq!(spoken(summer, &Words::of(Language::Welsh)), "1 Gorffennaf 2026 am 2:00pm");
    }
}
