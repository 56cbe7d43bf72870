//! Back to the service: continue, not me, consent.
//!
//! ```text
//! /continue/details ── what she has not given yet, once ──> /continue
//! /continue ── "Continue" ──> told ──> something to ask? ──> /consent ── yes or no ──> code, back to the service
//!     └────── "I am not Ada" ──> her session ends ──> /sign-in
//! ```

pub mod details;

use super::age;
use super::forgotten::place;
use crate::domain::account::Detail;
use crate::domain::audit::Basis;
use crate::domain::authorization::{Answer, ResponseMode};
use crate::domain::claims::{Claim, ClaimSet, Held, derive};
use crate::domain::client::Client;
use crate::domain::session::SignedIn;
use crate::domain::sharing::{Method, Release, Share, Tell};
use crate::http::cookies::Name;
use crate::service::Failure;
use crate::service::authorize::{Cleared, Next, Stage, answer, next};
use crate::service::details::own_held;
use crate::service::flows::{self, Flow, Found};
use crate::service::logos;
use crate::service::people;
use crate::service::sessions::{self, Which};
use crate::service::sharing;
use crate::view::pages::{ClaimKind, ClaimLine, Consent, Expired, Inform, Lapsed, ServicePage, ServicePages};
use crate::view::{Both, Wrong};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use url::{Position, Url};

/// A page, and the button on it.
const STEPS: i64 = 2;

/// The reference every page of a flow carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FlowField {
    flow: String,
    consent: String,
    /// How old she is, where her consent asks it.
    age_band: String,
    /// The details that she has put off on this way, with commas between.
    later: String,
    /// The digest of the page that the form stood on.
    seen: String,
}

impl FlowField {
    fn later(&self) -> BTreeSet<Detail> {
        self.later.split(',').filter_map(Detail::parse).collect()
    }
}

/// GET `/continue`.
pub async fn show(visit: Visit, Query(field): Query<FlowField>) -> Response {
    match open(&visit, &field.flow).await {
        Ok(flow) => or_fault(&visit, &flow, arrive(&visit, &flow, &field).await),
        Err(page) => page,
    }
}

/// What a service needs and she has not given is asked for once: before she is told of it.
async fn arrive(visit: &Visit, flow: &Flow, field: &FlowField) -> Result<Response, Failure> {
    if details::wanted(visit, flow, &field.later()).await?.is_some() {
        return Ok(visit.see_other(&details::place(field)));
    }
    step(visit, flow, &field.flow, Stage::Arrived).await
}

/// POST `/continue`: she has read it.
pub async fn go_on(mut visit: Visit, Form(field): Form<FlowField>) -> Response {
    visit.stand_at(&place("/continue", None, Some(&field.flow)));
    match open(&visit, &field.flow).await {
        Ok(flow) => or_fault(&visit, &flow, read(&visit, &flow, &field).await),
        Err(page) => page,
    }
}

/// GET `/consent`.
pub async fn ask(visit: Visit, Query(field): Query<FlowField>) -> Response {
    match open(&visit, &field.flow).await {
        Ok(flow) => or_fault(&visit, &flow, step(&visit, &flow, &field.flow, Stage::Confirmed).await),
        Err(page) => page,
    }
}

/// POST `/consent`: yes, no, or neither yet.
pub async fn decide(mut visit: Visit, Form(field): Form<FlowField>) -> Response {
    visit.stand_at(&place("/consent", None, Some(&field.flow)));
    match open(&visit, &field.flow).await {
        Ok(flow) => or_fault(&visit, &flow, choose(&visit, &flow, &field).await),
        Err(page) => page,
    }
}

/// POST `/not-me`: whoever was signed in here is no longer.
pub async fn not_me(mut visit: Visit, Form(field): Form<FlowField>) -> Response {
    let flow = match flows::find(&visit.app, &visit.browser.token, &field.flow, visit.now).await {
        Ok(Found::Open(flow)) => Some(flow),
        _ => None,
    };
    if let Some(who) = visit.signed_in.take() {
        let which = Which::Only(who.session);
        let ended = sessions::end_for(&visit.app, who.account, which, "not_me", visit.context.clone(), visit.now).await;
        if let Err(failure) = ended {
            return visit.fault_at(&failure, flow.as_ref().map(|flow| flow.client.as_ref()));
        }
    }
    visit.drop_cookie(Name::Session);
    visit.see_other(&if flow.is_some() { format!("/sign-in?flow={}", field.flow) } else { "/sign-in".to_owned() })
}

/// The flow of this browser, or the page that says why there is none.
async fn open(visit: &Visit, reference: &str) -> Result<Box<Flow>, Response> {
    match flows::find(&visit.app, &visit.browser.token, reference, visit.now).await {
        Ok(Found::Open(flow)) => Ok(flow),
        Ok(Found::Over(client)) => Err(super::sign_in::lapsed(visit, Lapsed::Flow, client.as_deref()).await),
        Ok(Found::Unknown) => Err(super::sign_in::not_ours(visit, "/continue").await),
        Err(failure) => Err(visit.fault(&failure)),
    }
}

/// What came of a step; what failed is said with the other ways of the service it leads to.
fn or_fault(visit: &Visit, flow: &Flow, came: Result<Response, Failure>) -> Response {
    came.unwrap_or_else(|failure| visit.fault_at(&failure, Some(&flow.client)))
}

async fn step(visit: &Visit, flow: &Flow, reference: &str, stage: Stage) -> Result<Response, Failure> {
    let who = visit.signed_in.as_ref();
    match (next(&visit.app, &flow.request, &flow.client, who, stage, visit.now).await?, who) {
        (Next::Clear(cleared), Some(who)) => leave(visit, flow, who, *cleared).await,
        (Next::Interact(release), Some(who)) => match (stage, release.ask.first()) {
            (Stage::Confirmed, Some(tell)) if release.inform.is_empty() => {
                consent_page(visit, flow, reference, who, tell, Vec::new()).await
            }
            _ => inform_page(visit, flow, reference, who, &release).await,
        },
        (Next::StepUp, _) => Ok(visit.see_other(&format!("/sign-in/code?flow={reference}"))),
        (Next::Refused(said), _) => {
            let answer = Answer::refusal(&flow.request, said, &visit.app.issuer);
            Ok(visit.send_back(&answer, &flow.client).await)
        }
        (Next::SignIn | Next::Clear(_) | Next::Interact(_), _) => {
            Ok(visit.see_other(&format!("/sign-in?flow={reference}")))
        }
    }
}

async fn read(visit: &Visit, flow: &Flow, field: &FlowField) -> Result<Response, Failure> {
    let reference = field.flow.as_str();
    let Some(who) = &visit.signed_in else {
        return Ok(visit.see_other(&format!("/sign-in?flow={reference}")));
    };
    let before = next(&visit.app, &flow.request, &flow.client, Some(who), Stage::Arrived, visit.now).await?;
    if let Next::Interact(release) = before
        && !release.inform.is_empty()
    {
        let page = informs(visit, flow, reference, who, &release).await?;
        if !is_what_she_read(&page.seen, &field.seen) {
            // Not what she read, for it has changed since, or is in another language: she reads it first.
            return Ok(visit.see_other(&format!("/continue?flow={reference}")));
        }
        let shown = first_of(&release);
        let capture = visit.capture(Method::Page, STEPS, Some(page.seen));
        let context = visit.context.clone();
        sharing::tell(&visit.app, who.account, (&flow.client, shown), (&capture, false), context, visit.now).await?;
    }
    after_post(visit, flow, reference).await
}

/// Every POST is answered with 303 (RFC 9700 §4.12): to the service, or to the page of what is still to be asked.
async fn after_post(visit: &Visit, flow: &Flow, reference: &str) -> Result<Response, Failure> {
    let who = visit.signed_in.as_ref();
    match next(&visit.app, &flow.request, &flow.client, who, Stage::Confirmed, visit.now).await? {
        Next::Interact(_) => Ok(visit.see_other(&format!("/consent?flow={reference}"))),
        // The page that posts the answer is shown by a GET of its own.
        _ if flow.request.response_mode == ResponseMode::FormPost => {
            Ok(visit.see_other(&format!("/consent?flow={reference}")))
        }
        _ => step(visit, flow, reference, Stage::Confirmed).await,
    }
}

async fn choose(visit: &Visit, flow: &Flow, field: &FlowField) -> Result<Response, Failure> {
    let who = visit.signed_in.as_ref();
    let now = next(&visit.app, &flow.request, &flow.client, who, Stage::Confirmed, visit.now).await?;
    if let (Next::Interact(release), Some(who)) = (&now, who)
        && let (true, Some(tell)) = (release.inform.is_empty(), release.ask.first())
    {
        let yes = match field.consent.as_str() {
            "allow" => true,
            "deny" => false,
            _ => return consent_page(visit, flow, &field.flow, who, tell, vec![Wrong::ConsentMissing]).await,
        };
        let page = asks(visit, flow, &field.flow, who, tell).await?;
        if !is_what_she_read(&page.seen, &field.seen) {
            return Ok(visit.see_other(&format!("/consent?flow={}", field.flow)));
        }
        let mut capture = visit.capture(Method::Radio, STEPS, Some(page.seen));
        if yes {
            let age = age::age(visit, &flow.client, who, &tell.purpose).await?;
            match age::may_agree(visit, &age, &field.age_band) {
                Ok(age) => capture.age = age,
                Err(wrong) => return consent_page(visit, flow, &field.flow, who, tell, vec![wrong]).await,
            }
        }
        let context = visit.context.clone();
        sharing::decide(&visit.app, who.account, (&flow.client, tell, yes), &capture, context, visit.now).await?;
    }
    after_post(visit, flow, &field.flow).await
}

/// Whether the form stood on a page that said this.
pub(super) fn is_what_she_read(page: &str, form: &str) -> bool {
    !page.is_empty() && page == form
}

/// What one page tells: what goes out for one purpose, for the page names it and its notice, and what is recorded is what was
/// shown.
fn first_of(release: &Release) -> &[Tell] {
    release.inform.get(..1).unwrap_or_default()
}

async fn inform_page(
    visit: &Visit,
    flow: &Flow,
    reference: &str,
    who: &SignedIn,
    release: &Release,
) -> Result<Response, Failure> {
    let page = informs(visit, flow, reference, who, release).await?;
    Ok(visit.page(&page, Some(&flow.client)).await)
}

async fn informs(
    visit: &Visit,
    flow: &Flow,
    reference: &str,
    who: &SignedIn,
    release: &Release,
) -> Result<Inform, Failure> {
    let (_, profile) = people::own_profile(&visit.app, who).await?;
    let tell = release.inform.first();
    let claims = tell.map_or_else(|| release.set(), |tell| tell.claims);
    // With nothing new to tell, the page greets and shows what the service has leave to get already.
    let snapshot = visit.app.snapshot();
    let holds = |share: &Share| snapshot.policy.edition_at(&share.notice, visit.now);
    let share = tell
        .map(|tell| (tell.purpose.clone(), tell.basis, tell.notice.clone()))
        .or_else(|| flow.client.shares.first().map(|share| (share.purpose.clone(), share.basis, holds(share))));
    let (purpose, basis, notice_url) = match share {
        Some((purpose, basis, notice)) => (purpose_words(visit, &purpose), basis, format!("/notices/{notice}")),
        None => (Both::from(""), Basis::PublicTask, "/privacy".to_owned()),
    };
    let mut page = Inform {
        flow: reference.to_owned(),
        short_name: profile.name.short(),
        first_name: profile.name.first().to_owned(),
        claims: lines(visit, claims, &own_held(&visit.app, who, claims).await?),
        purpose,
        basis: basis.as_str().to_owned(),
        notice_url,
        service: pages_of(visit, &flow.client),
        restricted: release.is_restricted(),
        seen: String::new(),
    };
    page.seen = visit.said(&page.bare(), Some(&flow.client)).unwrap_or_default();
    Ok(page)
}

async fn consent_page(
    visit: &Visit,
    flow: &Flow,
    reference: &str,
    who: &SignedIn,
    tell: &Tell,
    errors: Vec<Wrong>,
) -> Result<Response, Failure> {
    let page = Consent { errors, ..asks(visit, flow, reference, who, tell).await? };
    Ok(visit.page(&page, Some(&flow.client)).await)
}

async fn asks(visit: &Visit, flow: &Flow, reference: &str, who: &SignedIn, tell: &Tell) -> Result<Consent, Failure> {
    let mut page = Consent {
        flow: reference.to_owned(),
        claims: lines(visit, tell.claims, &own_held(&visit.app, who, tell.claims).await?),
        purpose: purpose_words(visit, &tell.purpose),
        notice_url: format!("/notices/{}", tell.notice),
        service: pages_of(visit, &flow.client),
        asks_age: matches!(age::age(visit, &flow.client, who, &tell.purpose).await?, age::Age::Asked),
        seen: String::new(),
        errors: Vec::new(),
    };
    page.seen = visit.said(&page.bare(), Some(&flow.client)).unwrap_or_default();
    Ok(page)
}

/// What the service shows of itself. Its pages are links to follow; its logo comes from us (src/decisions/0016).
fn pages_of(visit: &Visit, client: &Client) -> ServicePages {
    let page = |url: &Option<Url>| {
        let url = url.as_ref()?;
        let host = url[Position::BeforeHost..Position::AfterPort].to_owned();
        Some(ServicePage { url: url.as_str().to_owned(), host })
    };
    let logo = logos::show(&visit.app, client, visit.now);
    ServicePages {
        logo: logo.then(|| format!("/services/{}/logo", client.id)),
        policy: page(&client.policy_uri),
        terms: page(&client.tos_uri),
    }
}

/// What the service would get, as its values. Of what she never gave it is said so, since it would go out once she does;
/// what else is not held is not shown.
pub(super) fn lines(visit: &Visit, claims: ClaimSet, held: &Held) -> Vec<ClaimLine> {
    let snapshot = visit.app.snapshot();
    let controller = &snapshot.policy.controller;
    let today = controller.today(visit.now);
    let line = |claim: Claim| {
        if claim.said_of().is_some() {
            return None;
        }
        let named = |value: String, kind| Some(ClaimLine { claim: claim.as_str().to_owned(), value, kind });
        let there = claim.detail().is_none_or(|detail| held.has(detail));
        match (derive(claim, held, today, &controller.area), claim) {
            (None, _) if there => None,
            (None, _) => named(String::new(), ClaimKind::NotGiven),
            (Some(Value::Bool(yes)), _) => named(String::new(), if yes { ClaimKind::Yes } else { ClaimKind::No }),
            (Some(Value::String(day)), Claim::Birthdate) => named(day, ClaimKind::Day),
            (Some(_), Claim::PhoneNumber) => named(held.phone.as_ref()?.0.spoken(), ClaimKind::Text),
            (Some(_), Claim::Address) => named(held.address.as_ref()?.on_one_line(), ClaimKind::Text),
            (Some(Value::String(text)), _) => named(text, ClaimKind::Text),
            (Some(_), _) => None,
        }
    };
    claims.iter().filter_map(line).collect()
}

fn purpose_words(visit: &Visit, purpose: &str) -> Both {
    let snapshot = visit.app.snapshot();
    let words = snapshot.policy.purpose(purpose);
    words.map_or_else(|| Both::from(purpose), |words| Both::new(words.en.clone(), words.cy.clone()))
}

async fn leave(visit: &Visit, flow: &Flow, who: &SignedIn, cleared: Cleared) -> Result<Response, Failure> {
    let (app, request) = (&visit.app, &flow.request);
    let Some(code) = answer(app, request, &flow.client, who, cleared, Some(&flow.hash), visit.now).await? else {
        let lapsed = Expired { what: Lapsed::Flow };
        return Ok(visit.page_with(StatusCode::GONE, &lapsed, Some(&flow.client)).await);
    };
    Ok(visit.send_back(&Answer::code(request, code.as_str(), &app.issuer), &flow.client).await)
}
