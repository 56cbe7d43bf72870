//! `/authorize` (RFC 6749 §4.1.1, OIDC Core §3.1.2): whose request is it, may it be asked, what stands in the way.
//!
//! ```text
//! parameters ──object──> those that count ──request──> checked ──> pages, or an answer at the service
//!                RFC 9101, RFC 9126            OIDC Core §3.1.2.1
//! ```
//!
//! Until client and redirect URI are known to belong together nothing goes to the client: the resident gets a page
//! (RFC 6749 §4.1.2.1). From then on every answer goes back there, with `iss` (RFC 9207 §2).

pub(super) mod object;
pub(super) mod request;

use super::error::our_fault;
use super::parameters::Parameters;
use crate::app::App;
use crate::crypto::tokens::{Reference, open_reference, seal_reference};
use crate::domain::authorization::{Answer, Request, ResponseMode};
use crate::domain::client::Client;
use crate::domain::wire_errors::{Said, said};
use crate::service::authorize::{Next, Stage, answer, next};
use crate::service::refusal::{self, Refusal};
use crate::service::{Failure, flows};
use crate::store;
use crate::view::pages::{Expired, Lapsed, Trouble};
use crate::visit::Visit;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use std::sync::Arc;

const PATH: &str = "/authorize";
/// The longest request taken, in bytes: longer ones break proxies on the way.
const LONGEST: usize = 8_192;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub(super) enum Fault {
    /// Told to the resident only: the client or its address is not known to be the one it says.
    AtHome(&'static str, Option<Arc<Client>>),
    /// A pushed request that is not there: its time is over, it was used, or it is another client's.
    Lapsed(Arc<Client>),
    /// Meant for the client, but the request names no address of its own to tell it at: as [`Fault::AtHome`].
    Nowhere(Said, Arc<Client>),
    /// Told to the client.
    ToClient(Box<Told>),
    /// A fault or shortage of ours.
    Ours(Failure),
}

/// What a client is told, and where.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) client: Arc<Client>,
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
    pub(super) said: Said,
}

impl Fault {
    /// Told where these parameters want it told, if that is an address of the client; else at home.
    pub(super) fn told(client: &Arc<Client>, parameters: &Parameters, said: Said) -> Self {
        let Some(redirect_uri) = parameters.get("redirect_uri").filter(|uri| client.redirects_to(uri)) else {
            return Self::Nowhere(said, Arc::clone(client));
        };
        Self::ToClient(Box::new(Told {
            client: Arc::clone(client),
            redirect_uri: redirect_uri.to_owned(),
            // A mode that is not known is told about in the way that always is.
            mode: parameters.get("response_mode").and_then(ResponseMode::parse).unwrap_or_default(),
            state: parameters.get("state").map(ToOwned::to_owned),
            said,
        }))
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Ours(failure)
    }
}

impl From<store::Error> for Fault {
    fn from(error: store::Error) -> Self {
        Self::Ours(error.into())
    }
}

/// POST (OIDC Core §3.1.2.1). It may come from another site, so it reads no cookie and changes nothing: the
/// parameters come back by a GET of our own.
pub async fn post(State(app): State<App>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    if query.is_some_and(|query| !query.is_empty()) || body.len() > LONGEST {
        // The page that says so is shown by the GET: no request is called by this.
        return (StatusCode::SEE_OTHER, [(LOCATION, format!("{PATH}?resume=-"))]).into_response();
    }
    match seal_reference(&app.roots, Reference::Authorize, &body) {
        Ok(reference) => (StatusCode::SEE_OTHER, [(LOCATION, format!("{PATH}?resume={reference}"))]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// GET.
pub async fn get(mut visit: Visit, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    // The framework moves a handler's future about before it is first polled, and these are large.
    let answered = match Box::pin(asked(&visit, &query)).await {
        Ok((client, request, ui_locales)) => {
            visit.wish(ui_locales.as_deref());
            match Box::pin(go_on(&visit, &client, &request)).await {
                // Nobody is to see a page (OIDC Core §3.1.2.6).
                Err(failure) if request.prompt.none => {
                    let told = Answer::refusal(&request, our_fault(&failure), &visit.app.issuer);
                    Ok(visit.send_back(&told, &client).await)
                }
                Err(failure) => Ok(visit.fault_at(&failure, Some(&client))),
                went => went,
            }
        }
        Err(fault) => refuse(&visit, fault).await,
    };
    answered.unwrap_or_else(|failure| visit.fault(&failure))
}

async fn asked(visit: &Visit, query: &str) -> Result<(Arc<Client>, Request, Option<String>), Fault> {
    let home = |reason| Fault::AtHome(reason, None);
    if query.len() > LONGEST * 2 {
        return Err(home("too_long"));
    }
    let mut parameters = Parameters::parse(query.as_bytes()).map_err(|_| home("repeated_parameter"))?;
    if let Some(resume) = parameters.get("resume") {
        let body = open_reference(&visit.app.roots, Reference::Authorize, resume).map_err(|_| home("reference"))?;
        parameters = Parameters::parse(&body).map_err(|_| home("repeated_parameter"))?;
    }
    let snapshot = visit.app.snapshot();
    let sent = object::resolve(&visit.app, &snapshot, parameters, visit.now).await?;
    let mut request = request::check(&visit.app, &snapshot, &sent, visit.now)?;
    request.proof_before = visit.signed_in.as_ref().map(|who| who.auth_time.micros());
    let ui_locales = sent.parameters.get("ui_locales").map(ToOwned::to_owned);
    Ok((sent.client, request, ui_locales))
}

async fn go_on(visit: &Visit, client: &Client, request: &Request) -> Result<Response, Failure> {
    let (app, now) = (&visit.app, visit.now);
    let place = match next(app, request, client, visit.signed_in.as_ref(), Stage::Arrived, now).await? {
        Next::Refused(said) => {
            return Ok(visit.send_back(&Answer::refusal(request, said, &app.issuer), client).await);
        }
        // Initiating User Registration 1.0 §4.1: the page is shown whoever is signed in.
        _ if request.prompt.create => "/create-account",
        Next::Clear(cleared) => {
            if let Some(who) = &visit.signed_in
                && let Some(code) = answer(app, request, client, who, *cleared, None, now).await?
            {
                return Ok(visit.send_back(&Answer::code(request, code.as_str(), &app.issuer), client).await);
            }
            // The session ended in between (OIDC Core §3.1.2.6: nobody is to see a page).
            if request.prompt.none {
                return Ok(visit.send_back(&Answer::refusal(request, said::NOBODY, &app.issuer), client).await);
            }
            "/sign-in"
        }
        Next::SignIn => "/sign-in",
        Next::StepUp => "/sign-in/code",
        Next::Interact(_) => "/continue",
    };
    let flow = flows::keep(app, &visit.browser.token, request, now).await?;
    Ok(visit.see_other(&format!("{place}?flow={}", flow.as_str())))
}

async fn refuse(visit: &Visit, fault: Fault) -> Result<Response, Failure> {
    match fault {
        Fault::Ours(failure) => Err(failure),
        Fault::AtHome(reason, client) => at_home(visit, reason, client.as_deref()).await,
        Fault::Nowhere(said, client) => at_home(visit, said.code().as_str(), Some(&client)).await,
        Fault::Lapsed(client) => {
            note(visit, "request_uri", Some(&client)).await?;
            // A resident meets this when her browser opens an old tab again: the service's start page is the way on.
            let page = Expired { what: Lapsed::Flow };
            Ok(visit.page_with(StatusCode::BAD_REQUEST, &page, Some(&client)).await)
        }
        Fault::ToClient(told) => {
            note(visit, told.said.code().as_str(), Some(&told.client)).await?;
            let to = (told.redirect_uri.as_str(), told.mode);
            let answer = Answer::error(to, told.state.as_deref(), told.said, &visit.app.issuer);
            Ok(visit.send_back(&answer, &told.client).await)
        }
    }
}

async fn at_home(visit: &Visit, reason: &'static str, client: Option<&Client>) -> Result<Response, Failure> {
    note(visit, reason, client).await?;
    Ok(visit.problem(StatusCode::BAD_REQUEST, Trouble::BadRequest, client).await)
}

async fn note(visit: &Visit, reason: &'static str, client: Option<&Client>) -> Result<(), Failure> {
    let client = client.map(|client| &client.id);
    let refusal = Refusal { endpoint: PATH, reason, client, context: &visit.context };
    refusal::note(&visit.app, &refusal, visit.now).await
}
