//! The forms for everybody, with an account or without: what somebody asks for by right, and complaints (DPA 2018 s164A). Nothing
//! that is typed is looked up: the pages are the same whether an account has that address or none.

use super::{line, regulator, tell, whom, wrong};
use crate::domain::rights::kind::{Channel, Kind};
use crate::domain::rights::letter::Summary;
use crate::domain::rights::said::Said;
use crate::pages::papers;
use crate::service::rights::Hand;
use crate::service::rights::cases::{self, New, Opened};
use crate::view::Wrong;
use crate::view::pages::{AskReceived, AskWithout, DataComplaint, DataComplaintReceived, Written};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

/// What can be asked for here: a complaint has a form of its own.
const KINDS: [Kind; 6] =
    [Kind::Access, Kind::Rectification, Kind::Erasure, Kind::Restriction, Kind::Objection, Kind::Portability];

/// What the forms say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    kind: String,
    full_name: String,
    email: String,
    address: String,
    words: String,
}

/// What the page that follows a form is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What the case is called by.
    reference: String,
}

impl Typed {
    /// As a form shows it again.
    fn written(self) -> Written {
        Written { full_name: self.full_name, email: self.email, address: self.address, words: self.words }
    }

    /// What it says of whoever writes; or everything that is to be mended, in the order of the fields.
    fn said(&self, kind: Option<Kind>) -> Result<Said, Vec<Wrong>> {
        let typed = [&*self.full_name, &self.email, &self.address, &self.words];
        Said::by_anybody(typed, kind.is_some_and(Kind::says_enough))
            .map_err(|unfit| unfit.into_iter().map(wrong).collect())
    }
}

/// What became of a form that was in order.
enum Sent {
    /// It is a case of this name.
    Opened(String),
    /// Too many came from that network.
    TooMany,
    /// It failed, and this is the page that says so.
    Failed(Response),
}

/// Opens the case, without an account even for somebody who is signed in: they chose this form.
async fn open(visit: &Visit, kind: Kind, said: Said) -> Sent {
    let new = New { kind, channel: Channel::Web, lang: visit.lang.into(), said, received: visit.now };
    let (tell, hand) = (tell(visit), Hand::Visitor(&visit.context));
    match cases::open(&visit.app, None, &new, (hand, &tell), visit.now).await {
        Ok(Opened::Done { reference, .. }) => Sent::Opened(reference),
        Ok(Opened::TooMany) => Sent::TooMany,
        Err(failure) => Sent::Failed(visit.fault(&failure)),
    }
}

/// The case that was just opened by a form for requests, or for complaints.
async fn opened(visit: &Visit, reference: &str, requests: bool) -> Result<Option<Summary>, Response> {
    let summary = cases::receipt(&visit.app, reference, visit.now).await.map_err(|failure| visit.fault(&failure))?;
    Ok(summary.filter(|summary| summary.kind.is_request() == requests))
}

/// 429 with the form again, and all that was typed.
const fn status(too_many: bool) -> StatusCode {
    if too_many { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::OK }
}

/// GET `/your-data-rights`.
pub async fn ask(visit: Visit) -> Response {
    ask_form(&visit, Typed::default(), (Vec::new(), false)).await
}

async fn ask_form(visit: &Visit, typed: Typed, (errors, too_many): (Vec<Wrong>, bool)) -> Response {
    let page = AskWithout {
        kinds: KINDS.iter().map(|kind| kind.as_str()).collect(),
        kind: typed.kind.clone(),
        written: typed.written(),
        too_many,
        to: whom(&visit.app.snapshot().policy.controller),
        errors,
    };
    visit.page_with(status(too_many), &page, None).await
}

/// POST `/your-data-rights`.
pub async fn send_ask(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let kind = Kind::parse(&typed.kind).filter(|kind| KINDS.contains(kind));
    let (kind, said) = match (kind, typed.said(kind)) {
        (Some(kind), Ok(said)) => (kind, said),
        (kind, said) => {
            let mut errors = Vec::new();
            if kind.is_none() {
                errors.push(Wrong::Console("kind", "wrong-rights-kind"));
            }
            errors.extend(said.err().unwrap_or_default());
            return ask_form(&visit, typed, (errors, false)).await;
        }
    };
    match open(&visit, kind, said).await {
        Sent::Opened(reference) => visit.see_other(&format!("/your-data-rights/received?reference={reference}")),
        Sent::TooMany => ask_form(&visit, typed, (Vec::new(), true)).await,
        Sent::Failed(page) => page,
    }
}

/// GET `/your-data-rights/received`.
pub async fn asked(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let summary = match opened(&visit, &asked.reference, true).await {
        Ok(Some(summary)) => summary,
        Ok(None) => return papers::not_found(visit).await,
        Err(fault) => return fault,
    };
    let snapshot = visit.app.snapshot();
    let controller = &snapshot.policy.controller;
    let page = AskReceived { line: line(&summary), to: whom(controller), regulator: regulator(controller) };
    visit.page(&page, None).await
}

/// GET `/data-protection-complaint`.
pub async fn complain(visit: Visit) -> Response {
    complaint_form(&visit, Typed::default(), (Vec::new(), false)).await
}

async fn complaint_form(visit: &Visit, typed: Typed, (errors, too_many): (Vec<Wrong>, bool)) -> Response {
    let to = whom(&visit.app.snapshot().policy.controller);
    let page = DataComplaint { written: typed.written(), too_many, to, errors };
    visit.page_with(status(too_many), &page, None).await
}

/// POST `/data-protection-complaint`.
pub async fn send_complaint(visit: Visit, Form(typed): Form<Typed>) -> Response {
    let said = match typed.said(Some(Kind::Complaint)) {
        Ok(said) => said,
        Err(errors) => return complaint_form(&visit, typed, (errors, false)).await,
    };
    match open(&visit, Kind::Complaint, said).await {
        Sent::Opened(reference) => {
            visit.see_other(&format!("/data-protection-complaint/received?reference={reference}"))
        }
        Sent::TooMany => complaint_form(&visit, typed, (Vec::new(), true)).await,
        Sent::Failed(page) => page,
    }
}

/// GET `/data-protection-complaint/received`.
pub async fn complained(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let summary = match opened(&visit, &asked.reference, false).await {
        Ok(Some(summary)) => summary,
        Ok(None) => return papers::not_found(visit).await,
        Err(fault) => return fault,
    };
    let snapshot = visit.app.snapshot();
    let controller = &snapshot.policy.controller;
    let page = DataComplaintReceived { line: line(&summary), to: whom(controller), regulator: regulator(controller) };
    visit.page(&page, None).await
}
