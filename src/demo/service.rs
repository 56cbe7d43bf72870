//! One sample council service: a relying party as any other, with a start page and a table of what it received.

use super::key::{KeyError, ServiceKey};
use super::memory::{Ended, Memory};
use super::page;
use super::provider::{Provider, Unreachable};
use super::received::Shown;
use super::signals::{self, Taken};
use super::words::{Language, Words};
use super::{sign_in, sign_out};
use crate::domain::time::When;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use axum::{Router, http::StatusCode};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use minijinja::Environment;
use openidconnect::{ClientId, CsrfToken, IssuerUrl, LanguageTag, PostLogoutRedirectUrl, RedirectUrl, Scope};
use serde::Serialize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::Url;

/// Where a service reads the time.
pub type Clock = Arc<dyn Fn() -> When + Send + Sync>;

/// The largest request body read, in bytes: a logout token is far smaller.
const LARGEST_BODY: usize = 16 * 1024;

/// A text in both languages.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// In English.
    pub en: &'static str,
    /// In Welsh.
    pub cy: &'static str,
}

impl Text {
    fn of(self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Welsh => self.cy,
        }
    }
}

/// What a service asks for beyond its usual scopes, in the context of a task.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    /// The task, as the words of a link.
    pub task: Text,
    /// Further scopes.
    pub scopes: &'static [&'static str],
    /// The `claims` parameter (OpenID Connect Core §5.5).
    pub claims: &'static str,
}

/// A service's own colours, `#rrggbb`, on which white text can be read.
#[derive(Debug, Clone, Copy)]
pub struct Colours {
    /// Behind the service's name.
    pub band: &'static str,
    /// Behind the words of a button.
    pub button: &'static str,
}

/// What a sample service is made of.
pub struct ServiceConfig {
    /// Short name of lower-case letters, digits and hyphens: the name of its cookie, so that services on one host don't share it.
    pub slug: String,
    /// How the provider knows it.
    pub client_id: String,
    /// Whose service it is.
    pub council: Text,
    /// What it is called.
    pub name: Text,
    /// What a resident can do there, in a sentence.
    pub about: Text,
    /// What it asks leave for once somebody is signed in, as the words of a link: asking is in the service's own context,
    /// never at the door.
    pub asks: Option<Text>,
    /// What it needs to know for one of its tasks, asked for when a resident comes to that task.
    pub needs: Option<Needs>,
    /// The way for people who don't sign in.
    pub phone: String,
    /// Its own origin, as browsers reach it: `http://localhost:8090`.
    pub base_url: String,
    /// The provider's issuer, exactly as the provider spells it.
    pub issuer: String,
    /// Scopes asked for beside `openid`.
    pub scopes: Vec<String>,
    /// How it looks.
    pub colours: Colours,
    /// What it authenticates with.
    pub key: ServiceKey,
    /// Where it reads the time.
    pub clock: Clock,
}

/// Why a service cannot be made from its configuration.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The slug cannot name a cookie.
    #[error("{0:?} is not a short name of lower-case letters, digits and hyphens")]
    Slug(String),
    /// The base URL is not an origin.
    #[error("{0:?} is not an http or https origin without a path")]
    BaseUrl(String),
    /// The issuer is not a URL.
    #[error("{0:?} is not an http or https issuer")]
    Issuer(String),
    /// The HTTP client cannot be made.
    #[error("no HTTP client")]
    Http(#[from] reqwest::Error),
    /// A template does not parse.
    #[error("a template is broken")]
    Template(#[from] minijinja::Error),
}

/// A sample service, ready to be served; a clone is the same service.
#[derive(Clone)]
pub struct Service(pub(super) Arc<Inner>);

/// What all requests of one service share.
pub(super) struct Inner {
    pub slug: String,
    pub client_id: ClientId,
    pub issuer: IssuerUrl,
    pub redirect: RedirectUrl,
    pub after_logout: PostLogoutRedirectUrl,
    pub scopes: Vec<Scope>,
    pub key: ServiceKey,
    pub provider: Provider,
    pub needs: Option<Needs>,
    clock: Clock,
    memory: Mutex<Memory>,
    signals: Mutex<Taken>,
    secure: bool,
    form_action: String,
    look: Look,
    templates: Environment<'static>,
}

struct Look {
    council: Text,
    name: Text,
    about: Text,
    asks: Option<Text>,
    phone: String,
    colours: Colours,
}

impl Service {
    /// Makes the service. Nothing is asked of the provider until somebody signs in, so either may start first.
    pub fn new(config: ServiceConfig) -> Result<Self, ServiceError> {
        let slug_fits = (1..=40).contains(&config.slug.len())
            && config.slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !slug_fits {
            return Err(ServiceError::Slug(config.slug));
        }
        let web = |text: &str| Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let origin = web(&config.base_url)
            .filter(|url| url.path() == "/" && url.query().is_none() && url.fragment().is_none())
            .ok_or_else(|| ServiceError::BaseUrl(config.base_url.clone()))?;
        let bad_issuer = || ServiceError::Issuer(config.issuer.clone());
        let issuer_origin = web(&config.issuer).ok_or_else(bad_issuer)?.origin().ascii_serialization();
        let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|_| bad_issuer())?;
        let secure = origin.scheme() == "https";
        let origin = origin.origin().ascii_serialization();
        let bad_base = |_| ServiceError::BaseUrl(config.base_url.clone());
        Ok(Self(Arc::new(Inner {
            client_id: ClientId::new(config.client_id),
            redirect: RedirectUrl::new(format!("{origin}/callback")).map_err(bad_base)?,
            after_logout: PostLogoutRedirectUrl::new(format!("{origin}/")).map_err(bad_base)?,
            scopes: config.scopes.into_iter().map(Scope::new).collect(),
            key: config.key,
            provider: Provider::new(issuer.clone(), Arc::clone(&config.clock))?,
            issuer,
            needs: config.needs,
            clock: config.clock,
            memory: Mutex::default(),
            signals: Mutex::default(),
            secure,
            // Browsers hold the whole chain of redirects after a form to this, and signing out goes on to the provider.
            form_action: format!("'self' {issuer_origin}"),
            slug: config.slug,
            look: Look {
                council: config.council,
                name: config.name,
                about: config.about,
                asks: config.asks,
                phone: config.phone,
                colours: config.colours,
            },
            templates: page::templates()?,
        })))
    }

    /// The name of this service's session cookie.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        &self.0.slug
    }

    /// The public key as a JWK Set, as served at `/jwks`.
    #[must_use]
    pub fn jwks(&self) -> serde_json::Value {
        self.0.key.jwks()
    }

    /// The service's routes, to be served at its origin.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(start))
            .route("/sign-in", get(sign_in::leave))
            .route("/callback", get(sign_in::callback))
            .route("/sign-out", post(sign_out::here))
            .route("/backchannel-logout", post(sign_out::back_channel))
            .route("/signals", post(signals::receive))
            .route("/jwks", get(jwks))
            .route("/style.css", get(style))
            .route("/icon.svg", get(icon))
            .route("/logo.png", get(logo))
            .fallback(missing)
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
            .layer(map_response_with_state(self.clone(), guard))
            .with_state(self.clone())
    }

    pub(super) fn now(&self) -> When {
        (self.0.clock)()
    }

    /// The memory. A panic elsewhere while it was held leaves it usable: every change in it is one step.
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The signals taken, as the memory.
    pub(super) fn signals(&self) -> MutexGuard<'_, Taken> {
        self.0.signals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This service's cookie, as the browser sent it.
    pub(super) fn cookie<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        page::cookie(headers, &self.0.slug)
    }

    /// Gives the browser its cookie.
    pub(super) fn set_cookie(&self, response: &mut Response, value: &str) {
        page::set_cookie(response, &self.0.slug, value, self.0.secure);
    }

    /// The language this browser has chosen here, if it has: the provider is told no other.
    pub(super) fn chosen_language(&self, headers: &HeaderMap) -> Option<LanguageTag> {
        let chosen = page::cookie(headers, &self.language_cookie()).and_then(Language::parse)?;
        Some(LanguageTag::new(chosen.tag().to_owned()))
    }

    /// The language of the pages here.
    pub(super) fn language(&self, headers: &HeaderMap) -> Language {
        page::language(headers, &self.language_cookie())
    }

    fn language_cookie(&self) -> String {
        format!("{}-lang", self.0.slug)
    }

    /// A page that says what went wrong and what to do next. `text` is a key of `words`; `code` is for the help desk.
    pub(super) fn problem(&self, language: Language, status: StatusCode, text: &str, code: Option<&str>) -> Response {
        let words = Words::of(language);
        let problem = Problem { title: words.say("problem"), text: words.say(text), code, again: false };
        self.page(language, &words, status, "problem.html", problem)
    }

    /// The page for a resident who chose not to continue at the provider.
    pub(super) fn cancelled(&self, language: Language) -> Response {
        let words = Words::of(language);
        let problem =
            Problem { title: words.say("not_signed_in"), text: words.say("cancelled"), code: None, again: true };
        self.page(language, &words, StatusCode::OK, "problem.html", problem)
    }

    fn page(
        &self,
        language: Language,
        words: &Words,
        status: StatusCode,
        template: &str,
        body: impl Serialize,
    ) -> Response {
        let look = &self.0.look;
        let page = Page {
            lang: language.tag(),
            w: words,
            council: look.council.of(language),
            service: look.name.of(language),
            phone: &look.phone,
            body,
        };
        page::page(&self.0.templates, status, template, &page)
    }
}

#[derive(Serialize)]
struct Page<'a, B> {
    lang: &'a str,
    w: &'a Words,
    council: &'a str,
    service: &'a str,
    phone: &'a str,
    #[serde(flatten)]
    body: B,
}

#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    text: &'a str,
    code: Option<&'a str>,
    again: bool,
}

#[derive(Serialize)]
struct Start<'a> {
    about: &'a str,
    asks: Option<&'a str>,
    needs: Option<&'a str>,
    account: String,
    person: Option<Person>,
    notice: Option<Notice<'a>>,
}

#[derive(Serialize)]
struct Person {
    name: Option<String>,
    received: Vec<Shown>,
    told: Vec<signals::Shown>,
    form_token: String,
}

#[derive(Serialize)]
struct Notice<'a> {
    title: &'a str,
    text: &'a str,
}

/// The start page, signed in or not. `lang` chooses the language; `state` is what the provider brings back after signing out.
async fn start(State(service): State<Service>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    let asked = |wanted: &str| {
        url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == wanted).map(|(_, v)| v.into_owned())
    };
    let chosen = asked("lang").as_deref().and_then(Language::parse);
    let language = chosen.unwrap_or_else(|| service.language(&headers));
    let words = Words::of(language);
    let (session, ended) = service.memory().look(service.cookie(&headers), service.now());
    let person = session.map(|session| Person {
        name: session.name.clone(),
        received: session.received.iter().map(|row| row.shown(&words)).collect(),
        told: service.signals().about(&session.sub, &words),
        form_token: session.form_token.secret().clone(),
    });
    let notice = match ended {
        Some(Ended::Here(state)) if asked("state").is_some_and(|s| CsrfToken::new(s) == state) => {
            Some(Notice { title: words.say("success"), text: words.say("signed_out") })
        }
        Some(Ended::Elsewhere) => {
            Some(Notice { title: words.say("important"), text: words.say("signed_out_elsewhere") })
        }
        _ => None,
    };
    let about = service.0.look.about.of(language);
    let asks = service.0.look.asks.as_ref().map(|text| text.of(language));
    let account = format!("{}/account", service.0.issuer.as_str());
    let needs = service.0.needs.map(|needs| needs.task.of(language));
    let body = Start { about, asks, needs, account, person, notice };
    let mut response = service.page(language, &words, StatusCode::OK, "start.html", body);
    if chosen.is_some() {
        page::set_cookie(&mut response, &service.language_cookie(), language.tag(), service.0.secure);
    }
    response
}

async fn jwks(State(service): State<Service>) -> Response {
    let mut response = Json(service.jwks()).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    response
}

async fn style(State(service): State<Service>) -> Response {
    let Colours { band, button } = service.0.look.colours;
    page::style(format!(":root {{ --band: {band}; --button: {button}; }}\n{}", page::STYLE))
}

async fn icon(State(service): State<Service>) -> Response {
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="{}"/></svg>"#,
        service.0.look.colours.band
    );
    ([(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, "no-cache")], svg).into_response()
}

async fn logo() -> Response {
    ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-cache")], page::LOGO).into_response()
}

async fn missing(State(service): State<Service>, headers: HeaderMap) -> Response {
    service.problem(service.language(&headers), StatusCode::NOT_FOUND, "problem_page", None)
}

async fn guard(State(service): State<Service>, mut response: Response) -> Response {
    page::guard(&mut response, &service.0.form_action);
    response
}

/// Why a page of ours cannot go on; the words for it are in `words`.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The provider does not answer.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// Our own key does not work.
    #[error(transparent)]
    Key(#[from] KeyError),
}

#[cfg(test)]
mod tests {
    use super::{Service, ServiceError};
    use crate::demo::key::ServiceKey;
    use crate::demo::samples::garden_waste;
    use crate::demo::stub::{Browser, CLIENT, clock};
    use http::StatusCode;

    fn service(base_url: &str, issuer: &str) -> Result<Service, ServiceError> {
        Service::new(garden_waste(base_url, issuer, ServiceKey::generate().unwrap(), clock()))
    }

    #[test]
    fn a_configuration_that_cannot_work_is_refused() {
        assert!(matches!(service("http://localhost:1/app", "http://localhost:2"), Err(ServiceError::BaseUrl(_))));
        assert!(matches!(service("ftp://localhost:1", "http://localhost:2"), Err(ServiceError::BaseUrl(_))));
        assert!(matches!(service("http://localhost:1", "localhost"), Err(ServiceError::Issuer(_))));
        let mut config =
            garden_waste("http://localhost:1", "http://localhost:2", ServiceKey::generate().unwrap(), clock());
        config.slug = "Garden waste".to_owned();
        assert!(matches!(Service::new(config), Err(ServiceError::Slug(_))));
    }

    #[tokio::test]
    async fn the_start_page_stands_without_a_provider_and_says_it_is_down() {
        // Port 1 on loopback: nothing listens there.
        let mut browser = Browser::new(&service("http://localhost:8090", "http://127.0.0.1:1").unwrap());
        let page = browser.get("/").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(r#"id="sign-in""#), "{}", page.body);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self' http://127.0.0.1:1;"));
        assert!(!page.body.contains("<script") && !page.body.contains("style="));
        assert_eq!(page.header("cache-control").as_deref(), Some("no-store"));
        let down = browser.get("/sign-in").await;
        assert_eq!(down.status, StatusCode::BAD_GATEWAY);
        assert!(down.body.contains("There is a problem") && down.body.contains("Try again in a few minutes"));
    }

    #[tokio::test]
    async fn welsh_is_remembered() {
        let mut browser = Browser::new(&service("http://localhost:8090", "http://127.0.0.1:1").unwrap());
        assert!(browser.get("/?lang=cy").await.body.contains("Mewngofnodi"));
        let page = browser.get("/").await.body;
        assert!(page.contains(r#"<html lang="cy">"#) && page.contains("Gwastraff gardd"));
        assert!(browser.get("/nowhere").await.body.contains("Mae problem"));
    }

    #[tokio::test]
    async fn the_public_key_is_served() {
        let mut browser = Browser::new(&service("http://localhost:8090", "http://127.0.0.1:1").unwrap());
        let jwks: serde_json::Value = serde_json::from_str(&browser.get("/jwks").await.body).unwrap();
        let key = &jwks["keys"][0];
        assert_eq!((&key["alg"], &key["use"], &key["crv"]), (&"ES256".into(), &"sig".into(), &"P-256".into()));
        assert!(key["kid"].is_string() && key.get("d").is_none());
        assert_eq!(CLIENT, "garden-waste");
    }
}
