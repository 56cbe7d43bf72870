//! What somebody asks for by right, in the account; `anybody` has the forms that need none.

mod anybody;

pub use anybody::{ask, asked, complain, complained, send_ask, send_complaint};

use super::account::{SIGN_IN, both};
use super::papers;
use crate::domain::account::NameError;
use crate::domain::rights::clock::{Clock, Light, Waits};
use crate::domain::rights::kind::{Channel, Kind};
use crate::domain::rights::letter::{About, Summary};
use crate::domain::rights::said::{Said, Unfit};
use crate::policy::Controller;
use crate::service::post::Text;
use crate::service::rights::cases::{self, New, Opened};
use crate::service::rights::{Hand, bundle};
use crate::view::Wrong;
use crate::view::pages::{Authority, Rights, RightsLine, RightsOne, RightsStep, Whom};
use crate::visit::Visit;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

/// What she can ask for here. An objection stands on the page of what it is about.
const KINDS: [Kind; 6] =
    [Kind::Access, Kind::Rectification, Kind::Restriction, Kind::Erasure, Kind::Portability, Kind::Complaint];

/// What the form says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    kind: String,
    words: String,
}

/// What the page of a case is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What was just done.
    news: String,
}

/// GET `/account/rights`.
pub async fn list(visit: Visit) -> Response {
    show(&visit, Rights::default()).await
}

async fn show(visit: &Visit, page: Rights) -> Response {
    let Some(who) = &visit.signed_in else {
        return visit.see_other(SIGN_IN);
    };
    let cases = match cases::own(&visit.app, who, visit.now).await {
        Ok(cases) => cases.iter().map(|case| line(&case.summary)).collect(),
        Err(failure) => return visit.fault(&failure),
    };
    let status = if page.too_many { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::OK };
    visit
        .page_with(status, &Rights { cases, kinds: KINDS.iter().map(|kind| kind.as_str()).collect(), ..page }, None)
        .await
}

fn line(summary: &Summary) -> RightsLine {
    let Clock { due, waits, light } = summary.clock;
    let open = light != Light::Closed;
    let last = summary.steps.last().map_or("received", |(step, _)| step.as_str());
    let state = match (open, waits, last) {
        (false, _, "refused") => "refused",
        (false, ..) => "done",
        (_, Some(Waits::Identity), _) => "identity",
        (_, Some(Waits::Clarification), _) => "clarification",
        _ if light == Light::Red => "late",
        _ => "open",
    };
    RightsLine {
        reference: summary.reference.clone(),
        kind: summary.kind.as_str(),
        received: summary.received,
        due: due.filter(|_| open && waits != Some(Waits::Identity)).map(|due| due.to_string()),
        state,
    }
}

/// What was written, in its lines.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}

fn whom(controller: &Controller) -> Whom {
    let team = &controller.complaints;
    Whom { name: both(&team.name), email: team.email.clone(), phone: team.phone.clone(), post: both(&team.post) }
}

fn regulator(controller: &Controller) -> Authority {
    let regulator = &controller.regulator;
    Authority { name: both(&regulator.name), website: regulator.website.to_string(), phone: regulator.phone.clone() }
}

fn tell(visit: &Visit) -> impl Fn(&About) -> Text + Sync + use<> {
    let view = visit.app.view();
    move |about| {
        let letter = view.letters(about.lang.into()).rights(about);
        Text { subject: letter.subject, body: letter.body }
    }
}

/// POST `/account/rights`.
pub async fn send(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let kind = Kind::parse(&typed.kind).filter(|kind| KINDS.contains(kind));
    let said = Said::by_a_resident(&typed.words, kind.is_some_and(Kind::says_enough));
    let mut errors = Vec::new();
    if kind.is_none() {
        errors.push(Wrong::Console("kind", "wrong-rights-kind"));
    }
    errors.extend(said.as_ref().err().map(|unfit| wrong(*unfit)));
    let page = |errors, too_many| Rights {
        kind: typed.kind.clone(),
        words: typed.words.clone(),
        errors,
        too_many,
        ..Rights::default()
    };
    let (Some(kind), Ok(said)) = (kind, said) else {
        return show(&visit, page(errors, false)).await;
    };
    let new = New { kind, channel: Channel::Web, lang: visit.lang.into(), said, received: visit.now };
    let (tell, hand) = (tell(&visit), Hand::Resident(&visit.context));
    match cases::open(&visit.app, Some(who.account), &new, (hand, &tell), visit.now).await {
        Ok(Opened::Done { reference, .. }) => visit.see_other(&format!("/account/rights/{reference}?news=sent")),
        Ok(Opened::TooMany) => show(&visit, page(Vec::new(), true)).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// What is to be mended in what somebody says, beside the field that it stands in.
const fn wrong(unfit: Unfit) -> Wrong {
    match unfit {
        Unfit::Name(NameError::Empty) => Wrong::NameMissing,
        Unfit::Name(NameError::TooLong) => Wrong::NameTooLong,
        Unfit::Name(NameError::Unshowable) => Wrong::NameUnshowable,
        Unfit::NoReach => Wrong::Console("email", "wrong-complaint-reach"),
        Unfit::Email => Wrong::EmailMalformed,
        Unfit::LongAddress => Wrong::Console("address", "wrong-complaint-address"),
        Unfit::NoWords => Wrong::Console("words", "wrong-rights-words"),
        Unfit::LongWords => Wrong::Console("words", "wrong-rights-long"),
    }
}

/// GET `/account/rights/{reference}`.
pub async fn one(visit: Visit, Path(reference): Path<String>, Query(asked): Query<Asked>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let told = match cases::own_one(&visit.app, &who, &reference, visit.now).await {
        Ok(Some(told)) => told,
        Ok(None) => return papers::not_found(visit).await,
        Err(failure) => return visit.fault(&failure),
    };
    let copy_until = match bundle::waits(&visit.app, &who, &reference, visit.now).await {
        Ok(until) => until,
        Err(failure) => return visit.fault(&failure),
    };
    let snapshot = visit.app.snapshot();
    let controller = &snapshot.policy.controller;
    let steps = told.case.summary.steps.iter().zip(&told.words).map(|((step, at), words)| RightsStep {
        step: step.as_str(),
        at: *at,
        lines: words.as_deref().map(lines).unwrap_or_default(),
    });
    let page = RightsOne {
        line: line(&told.case.summary),
        sent: asked.news == "sent",
        said: lines(&told.said.words),
        steps: steps.collect(),
        copy_until,
        to: whom(controller),
        regulator: regulator(controller),
    };
    visit.page(&page, None).await
}
