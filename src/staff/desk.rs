//! One request to the staff listener: which officer, in which language, from which browser, and what they may do.

use crate::app::App;
use crate::crypto::tokens::{self, Token};
use crate::domain::audit::Context;
use crate::domain::staff::{Action, Circumstances, Officer};
use crate::domain::time::When;
use crate::http::cookies::Name;
use crate::http::csrf::FormToken;
use crate::service::sessions::Browser;
use crate::service::staff::sessions::{self, Seat};
use crate::service::{Failure, staff};
use crate::view::pages::{Busy, Problem, StaffRefused, Trouble};
use crate::view::{Chrome, Idle, Lang, Page, Place, StaffChrome};
use crate::visit::arrived::{self, Arrived};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use std::time::Duration;

/// How long before a session ends idle its pages warn (WCAG 2.2.1).
const WARNING: Duration = Duration::from_mins(2);

/// The navigation: each place with what it takes to go there, those of a group one after another.
const PLACES: &[(Action, Place)] = &[
    (Action::UseConsole, Place { path: "/", words: "front", group: "front" }),
    (Action::SearchPeople, Place { path: "/enquiries", words: "enquiries", group: "residents" }),
    (Action::AnswerQuestion, Place { path: "/questions", words: "questions", group: "residents" }),
    (Action::SeeObjections, Place { path: "/objections", words: "objections", group: "residents" }),
    (Action::SeeRights, Place { path: "/rights", words: "rights", group: "residents" }),
    (Action::ReceiveRequest, Place { path: "/rights/new", words: "rights-new", group: "residents" }),
    (Action::BreakGlass, Place { path: "/break-glass", words: "glass", group: "residents" }),
    (Action::UseConsole, Place { path: "/conflicts", words: "conflicts", group: "residents" }),
    (Action::SearchRecord, Place { path: "/record", words: "record", group: "record" }),
    (Action::ReportOnPerson, Place { path: "/record/person", words: "person", group: "record" }),
    (Action::ReportOnOfficers, Place { path: "/officers", words: "officers", group: "record" }),
    (Action::ExportRecord, Place { path: "/exports", words: "exports", group: "record" }),
    (Action::SeeLog, Place { path: "/log", words: "log", group: "record" }),
    (Action::MeasureBreach, Place { path: "/breaches", words: "breaches", group: "governance" }),
    (Action::ReviewDelay, Place { path: "/delays", words: "delays", group: "governance" }),
    (Action::SeeSignals, Place { path: "/signals", words: "signals", group: "governance" }),
    (Action::SeeRegister, Place { path: "/register", words: "register", group: "governance" }),
    (Action::SeeRegister, Place { path: "/schedule", words: "schedule", group: "governance" }),
    (Action::UseConsole, Place { path: "/approvals", words: "approvals", group: "approvals" }),
    (Action::SeeStaff, Place { path: "/staff", words: "members", group: "staff" }),
    (Action::UseConsole, Place { path: "/passkeys", words: "passkeys", group: "staff" }),
];

/// What a route needs, as the table of routes says it; put among the request's extensions there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nobody has to be signed in: the way in, the way out, the files of the pages.
    Nobody,
    /// An officer who may do this.
    Officer(Action),
}

/// A request at the desk.
pub struct Desk {
    /// The application.
    pub app: App,
    /// *Now*, the same through the whole request.
    pub now: When,
    /// The language of the answer.
    pub lang: Lang,
    /// The browser; a new one gets its cookie with the answer.
    pub browser: Browser,
    /// The officer whose session stands. Pages ask [`Desk::officer`].
    pub officer: Option<Officer>,
    /// For events.
    pub context: Context,
    /// The request's reference, for the help desk.
    pub reference: Option<String>,
    seat: Option<Seat>,
    needs: Option<Needs>,
    method: Method,
    here: String,
    set: Vec<HeaderValue>,
}

impl FromRequestParts<App> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        // Without an origin there is no staff listener that could have brought this here.
        let site = app.staff_site().ok_or_else(|| StatusCode::NOT_FOUND.into_response())?;
        let Arrived { lang, browser, context, reference, here, set, .. } =
            Arrived::of(parts, site.cookies, app.view().languages());
        let mut desk = Self {
            app: app.clone(),
            now: app.now(),
            lang,
            browser,
            officer: None,
            context,
            reference,
            seat: None,
            needs: parts.extensions.get::<Needs>().copied(),
            method: parts.method.clone(),
            here,
            set,
        };
        if let Some(token) = site.cookies.read(&parts.headers, Name::Staff).and_then(Token::parse) {
            match sessions::find(app, &token, desk.now).await {
                Ok(found) => desk.seat = found,
                Err(failure) => return Err(desk.fault(&failure)),
            }
        }
        if let Some(seat) = &desk.seat {
            desk.officer = Some(seat.officer.clone());
            desk.context = sessions::within(&desk.context, seat.officer.session);
        }
        if let (Some(officer), Some(FormToken(token))) = (&desk.officer, parts.extensions.get())
            && tokens::is_of_another(&app.roots, &desk.browser.token, token, officer.id.0)
        {
            return Err(desk.problem(StatusCode::CONFLICT, Trouble::SomebodyElse));
        }
        Ok(desk)
    }
}

impl Desk {
    /// The officer, if they may do this in these circumstances; whether their proof is fresh is seen here.
    ///
    /// # Errors
    /// The answer to send: to `/sign-in` for nobody, else 403, with the refusal on record.
    pub async fn officer(&self, action: Action, circumstances: Circumstances) -> Result<Officer, Response> {
        self.officer_because(action, circumstances, None).await
    }

    /// The same, under a reason of the closed list, which the record of a refusal names.
    ///
    /// # Errors
    /// As [`Desk::officer`].
    pub async fn officer_because(
        &self,
        action: Action,
        circumstances: Circumstances,
        reason: Option<&str>,
    ) -> Result<Officer, Response> {
        if self.needs != Some(Needs::Officer(action)) {
            tracing::error!(here = %self.path(), action = action.as_str(), "a page asks for another action than its route");
            return Err(self.problem(StatusCode::INTERNAL_SERVER_ERROR, Trouble::Ours));
        }
        let Some(officer) = &self.officer else {
            return Err(self.see_other(&self.leading_back("/sign-in")));
        };
        if self.may(action, circumstances) {
            return Ok(officer.clone());
        }
        match sessions::refuse(&self.app, officer, action, reason, &self.context, self.now).await {
            Ok(()) => {
                let page = StaffRefused { action: action.as_str(), reference: self.reference.clone() };
                Err(self.page_with(StatusCode::FORBIDDEN, &page))
            }
            Err(failure) => Err(self.fault(&failure)),
        }
    }

    /// Whether the officer may do this in these circumstances: for what a page offers. Nobody may do anything.
    #[must_use]
    pub fn may(&self, action: Action, circumstances: Circumstances) -> bool {
        self.officer.as_ref().is_some_and(|officer| {
            let circumstances = Circumstances { fresh: officer.is_fresh(self.now), ..circumstances };
            staff::may(&self.app, &officer.roles, action, circumstances)
        })
    }

    /// To where the officer proves once more who they are, and back here.
    #[must_use]
    pub fn prove_first(&self) -> Response {
        self.see_other(&self.leading_back("/prove"))
    }

    /// The officer's name, to be shown to themselves.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.seat.as_ref().map(|seat| seat.name.as_str().to_owned())
    }

    /// An address that leads back here afterwards. A form is not sent again: its page would be.
    fn leading_back(&self, to: &str) -> String {
        if self.method != Method::GET || self.here == "/" {
            return to.to_owned();
        }
        let next: String = url::form_urlencoded::byte_serialize(self.here.as_bytes()).collect();
        format!("{to}?next={next}")
    }

    /// The token that a form of this browser must carry.
    #[must_use]
    pub fn form_token(&self) -> String {
        let whom = self.officer.as_ref().map(|officer| officer.id.0);
        tokens::form_token(&self.app.roots, &self.browser.token, whom)
    }

    /// Begins the session's cookie, which goes with the browser.
    pub fn keep_session(&mut self, token: &Token) {
        let line = self.app.staff_site().and_then(|site| site.cookies.set(Name::Staff, token.as_str(), None));
        self.set.extend(line);
    }

    /// Keeps something in the browser for a while.
    pub fn keep(&mut self, name: Name, value: &str, lifetime: Duration) {
        let line = self.app.staff_site().and_then(|site| site.cookies.set(name, value, Some(lifetime)));
        self.set.extend(line);
    }

    /// Takes it away.
    pub fn drop_kept(&mut self, name: Name) {
        let line = self.app.staff_site().and_then(|site| site.cookies.delete(name));
        self.set.extend(line);
    }

    /// Takes the session's cookie away.
    pub fn drop_session(&mut self) {
        let line = self.app.staff_site().and_then(|site| site.cookies.delete(Name::Staff));
        self.set.extend(line);
        self.seat = None;
        self.officer = None;
    }

    /// Names this page as a GET shows it: the language links lead there.
    pub fn stand_at(&mut self, place: &str) {
        place.clone_into(&mut self.here);
    }

    /// A page.
    pub fn page<P: Page>(&self, page: &P) -> Response {
        self.page_with(StatusCode::OK, page)
    }

    /// A page with a status of its own.
    pub fn page_with<P: Page>(&self, status: StatusCode, page: &P) -> Response {
        arrived::document(status, &self.set, self.app.view().page(page, &self.chrome()))
    }

    /// "There is a problem".
    #[must_use]
    pub fn problem(&self, status: StatusCode, why: Trouble) -> Response {
        self.page_with(status, &Problem { why, reference: self.reference.clone() })
    }

    /// 303 to a place.
    #[must_use]
    pub fn see_other(&self, place: &str) -> Response {
        arrived::see_other(place, &self.set)
    }

    /// Anything else, with the cookies of this answer.
    pub fn answer(&self, status: StatusCode, answer: impl IntoResponse) -> Response {
        arrived::finish(status, &self.set, answer.into_response())
    }

    /// A deed that could not be done: 503 with Retry-After for a shortage, else 500; the log has the reason.
    #[must_use]
    pub fn fault(&self, failure: &Failure) -> Response {
        if !failure.is_shortage() {
            tracing::error!(error = %failure, "a deed failed");
            return self.problem(StatusCode::INTERNAL_SERVER_ERROR, Trouble::Ours);
        }
        tracing::warn!(error = %failure, "short of something");
        let mut response = self.page_with(StatusCode::SERVICE_UNAVAILABLE, &Busy {});
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        response
    }

    /// An answer that says when to come again.
    #[must_use]
    pub fn too_many(&self, mut response: Response, until: When) -> Response {
        let seconds = until.since(self.now).as_secs().max(1);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        response
    }

    /// How long the officer stays signed in if they do nothing.
    #[must_use]
    pub fn idle(&self) -> Option<Idle> {
        let seat = self.seat.as_ref()?;
        Some(Idle {
            left: seat.ends_at.since(self.now).as_secs(),
            warning: WARNING.as_secs(),
            renewable: seat.renewable,
        })
    }

    /// When that is.
    #[must_use]
    pub fn ends_at(&self) -> Option<When> {
        self.seat.as_ref().map(|seat| seat.ends_at)
    }

    fn chrome(&self) -> Chrome {
        let ever = |action| self.officer.as_ref().is_some_and(|who| staff::may_ever(&self.app, &who.roles, action));
        // Whoever reviews broken glass goes there too.
        let also = |place: &Place| place.path == "/break-glass" && ever(Action::ReviewBreakGlass);
        let open = PLACES.iter().filter(|(action, place)| ever(*action) || also(place));
        let staff = StaffChrome {
            signed_in_as: self.seat.as_ref().map(|seat| seat.name.short()),
            places: open.map(|(_, place)| *place).collect(),
        };
        Chrome {
            lang: self.lang,
            here: self.here.clone(),
            form_token: Some(self.form_token()),
            signed_in_as: None,
            signs_out_at: self.ends_at(),
            idle: self.idle(),
            service: None,
            staff: Some(staff),
        }
    }

    fn path(&self) -> &str {
        self.here.split('?').next().unwrap_or_default()
    }
}

/// A place of ours to go on to, if that is what it is: a path, and nothing that a browser would read as another site.
#[must_use]
pub fn own_place(next: &str) -> Option<&str> {
    let second = next.as_bytes().get(1);
    let ours = next.starts_with('/') && !matches!(second, Some(b'/' | b'\\'));
    (ours && next.len() <= 1_024 && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::own_place;

    #[test]
    fn one_goes_on_to_a_page_of_this_site_alone() {
        for good in ["/", "/people?q=a%20b", "/events/1"] {
            assert_eq!(own_place(good), Some(good));
        }
        for bad in ["", "//evil.example", "/\\evil.example", "https://evil.example", "evil", "/a b", "/a\r\nb", "/é"] {
            assert_eq!(own_place(bad), None, "{bad:?}");
        }
    }
}
