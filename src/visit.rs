//! One request to a resident's page: who, in which language, from which browser, and how the answer is put together.

mod answer;
pub mod arrived;
pub mod cookies;

use crate::app::App;
use crate::crypto::tokens::{self, Token};
use crate::crypto::{hex, sha256};
use crate::domain::audit::Context;
use crate::domain::client::Client;
use crate::domain::redirect::Application;
use crate::domain::session::SignedIn;
use crate::domain::sharing::{Method, Way};
use crate::domain::time::When;
use crate::http::cookies::Name;
use crate::http::csrf::FormToken;
use crate::http::headers::{Loopback, Pages};
use crate::service::sessions::{self, Browser};
use crate::service::sharing::Capture;
use crate::service::{Failure, people};
use crate::view::pages::{Busy, Problem, Trouble};
use crate::view::{Both, Chrome, Idle, Lang, OtherWays, Page, ServiceContext};
use arrived::{Arrived, WISH_LASTS};
use axum::extract::FromRequestParts;
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use std::time::Duration;

/// A visit to a page.
pub struct Visit {
    /// The application.
    pub app: App,
    /// *Now*, the same through the whole request.
    pub now: When,
    /// The language of the answer.
    pub lang: Lang,
    /// The browser; a new one gets its cookie with the answer.
    pub browser: Browser,
    /// The person whose session stands.
    pub signed_in: Option<SignedIn>,
    /// For events.
    pub context: Context,
    /// The request's reference, for the help desk.
    pub reference: Option<String>,
    way: Way,
    chosen: bool,
    wished: bool,
    here: String,
    cookies: Vec<HeaderValue>,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let mut visit = Self::begin(parts, app);
        if let Some(token) = app.cookies().read(&parts.headers, Name::Session).and_then(Token::parse) {
            match sessions::find(app, &token, visit.now).await {
                Ok(found) => visit.signed_in = found,
                Err(failure) => return Err(visit.fault(&failure)),
            }
        }
        visit.context.session = visit.signed_in.as_ref().map(|who| who.session);
        // What one person left open on a shared computer is not for the next one to send.
        if let (Some(who), Some(FormToken(token))) = (&visit.signed_in, parts.extensions.get())
            && tokens::is_of_another(&app.roots, &visit.browser.token, token, who.account.0)
        {
            return Err(visit.problem(StatusCode::CONFLICT, Trouble::SomebodyElse, None).await);
        }
        Ok(visit)
    }
}

impl Visit {
    fn begin(parts: &Parts, app: &App) -> Self {
        let arrived = Arrived::of(parts, app.cookies(), app.view().languages());
        let Arrived { lang, chosen, wished, browser, context, address, reference, here, set } = arrived;
        let kiosk = address.is_some_and(|address| app.kiosks.contains(address.0));
        Self {
            app: app.clone(),
            now: app.now(),
            lang,
            chosen,
            wished,
            browser,
            signed_in: None,
            context,
            reference,
            way: if kiosk { Way::Kiosk } else { Way::Web },
            here,
            cookies: set,
        }
    }

    /// Names this page as a GET shows it, where its references came in a form: the language links lead there.
    pub fn stand_at(&mut self, place: &str) {
        place.clone_into(&mut self.here);
    }

    /// What she says on a page of ours, in so many page loads and actions: at a kiosk of the council, or anywhere else.
    #[must_use]
    pub fn capture(&self, method: Method, steps: i64, page: Option<String>) -> Capture {
        Capture { channel: self.way, ..Capture::on_page(self.lang.into(), method, steps, page) }
    }

    /// The token that a form of this browser must carry.
    #[must_use]
    pub fn form_token(&self) -> String {
        let whom = self.signed_in.as_ref().map(|who| who.account.0);
        tokens::form_token(&self.app.roots, &self.browser.token, whom)
    }

    /// Puts a cookie on the answer.
    pub fn set_cookie(&mut self, name: Name, value: &str, lifetime: Option<Duration>) {
        self.cookies.extend(self.app.cookies().set(name, value, lifetime));
    }

    /// A service's `ui_locales` (OIDC Core §3.1.2.1) at the beginning of a journey. It counts where she has not chosen a
    /// language herself, and ends with the journey; one without it ends the wish of the journey before.
    pub fn wish(&mut self, ui_locales: Option<&str>) {
        match ui_locales.and_then(|list| self.app.view().languages().from_ui_locales(list)) {
            Some(lang) if !self.chosen => {
                self.lang = lang;
                self.wished = true;
                self.set_cookie(Name::Wish, lang.as_str(), Some(WISH_LASTS));
            }
            _ => self.end_wish(),
        }
    }

    /// The journey that a service began is over, and so is its wish for a language.
    pub fn end_wish(&mut self) {
        if std::mem::take(&mut self.wished) {
            self.drop_cookie(Name::Wish);
        }
    }

    /// Takes a cookie away with the answer.
    pub fn drop_cookie(&mut self, name: Name) {
        self.cookies.extend(self.app.cookies().delete(name));
    }

    /// Begins the session's cookie: gone with the browser on a shared device, kept to its end on her own.
    pub fn keep_session(&mut self, token: &Token, own_device: bool) {
        let lifetime = own_device.then(|| sessions::lifetime(&self.app, true).absolute);
        self.set_cookie(Name::Session, token.as_str(), lifetime);
    }

    /// A page, with the service it belongs to if there is one. Inside a service's flow, forms may lead back to it.
    pub async fn page<P: Page>(&self, page: &P, client: Option<&Client>) -> Response {
        self.page_with(StatusCode::OK, page, client).await
    }

    /// A page with a status of its own.
    pub async fn page_with<P: Page>(&self, status: StatusCode, page: &P, client: Option<&Client>) -> Response {
        self.page_at(&self.here, status, page, client).await
    }

    async fn page_at<P: Page>(&self, here: &str, status: StatusCode, page: &P, client: Option<&Client>) -> Response {
        let signed_in_as = match &self.signed_in {
            Some(who) => people::own_profile(&self.app, who).await.ok().map(|(_, profile)| profile.name.short()),
            None => None,
        };
        let chrome = Chrome {
            lang: self.lang,
            here: here.to_owned(),
            form_token: Some(self.form_token()),
            signed_in_as,
            signs_out_at: self.signed_in.as_ref().map(|who| who.ends_at),
            idle: self.idle(),
            service: client.map(service_context),
            staff: None,
        };
        let mut response = arrived::document(status, &self.cookies, self.app.view().page(page, &chrome));
        if let Some(client) = client {
            let loopback = match client.application {
                _ if client.listens_at_ipv6() => Loopback::Literal6,
                Application::Native => Loopback::Named,
                Application::Web => Loopback::Nowhere,
            };
            let schemes = client.native_schemes().into_iter().map(ToOwned::to_owned).collect();
            response.extensions_mut().insert(Pages::InFlow { native_schemes: schemes, loopback });
        }
        response
    }

    /// How long she stays signed in if she does nothing.
    #[must_use]
    pub fn idle(&self) -> Option<Idle> {
        let who = self.signed_in.as_ref()?;
        Some(Idle {
            left: who.ends_at.since(self.now).as_secs(),
            warning: sessions::warning(&self.app, who.own_device).as_secs(),
            renewable: who.renewable,
        })
    }

    /// SHA-256, in hex, of what a page says to anybody: `bare` is the page without her values, tokens and faults. The same words
    /// give the same digest on every node, so that it can be made again from policies and build (src/decisions/0041).
    #[must_use]
    pub fn said<P: Page>(&self, bare: &P, client: Option<&Client>) -> Option<String> {
        let chrome = Chrome { lang: self.lang, service: client.map(service_context), ..Chrome::default() };
        let main = self.app.view().main_of(bare, &chrome)?;
        Some(hex(&sha256(&[self.lang.as_str().as_bytes(), b"\n", main.as_bytes()])))
    }

    /// 303 to a place (RFC 9700 §4.12: never a status that repeats the POST).
    #[must_use]
    pub fn see_other(&self, place: &str) -> Response {
        arrived::see_other(place, &self.cookies)
    }

    /// "There is a problem".
    pub async fn problem(&self, status: StatusCode, why: Trouble, client: Option<&Client>) -> Response {
        self.page_with(status, &Problem { why, reference: self.reference.clone() }, client).await
    }

    /// A deed that could not be done: 503 with Retry-After for a shortage, else 500; the log has the reason.
    #[must_use]
    pub fn fault(&self, failure: &Failure) -> Response {
        self.fault_at(failure, None)
    }

    /// The same on the way to a service: its other ways stand on the page.
    #[must_use]
    pub fn fault_at(&self, failure: &Failure, client: Option<&Client>) -> Response {
        let service = client.map(service_context);
        let chrome = Chrome { lang: self.lang, here: self.here.clone(), service, ..Chrome::default() };
        let shortage = failure.is_shortage();
        let html = if shortage {
            tracing::warn!(error = %failure, "short of something");
            self.app.view().page(&Busy {}, &chrome)
        } else {
            tracing::error!(error = %failure, "a deed failed");
            self.app.view().page(&Problem { why: Trouble::Ours, reference: self.reference.clone() }, &chrome)
        };
        let status = if shortage { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
        let mut response = arrived::document(status, &self.cookies, html);
        if shortage {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// What the pages say of a service.
#[must_use]
pub fn service_context(client: &Client) -> ServiceContext {
    let both = |words: &crate::domain::client::Words| Both::new(words.en.clone(), words.cy.clone());
    ServiceContext {
        name: both(&client.name),
        other_ways: OtherWays {
            phone: Both::new(client.other_ways.phone.clone(), client.other_ways.phone.clone()),
            place: both(&client.other_ways.place),
            post: both(&client.other_ways.post),
        },
        start_url: client.start_url.to_string(),
        account_needed_because: Some(both(&client.account_needed_because)),
    }
}
