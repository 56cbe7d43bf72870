//! On the way to a service: a detail that it needs and she has not given yet, asked for once and in its context.

use super::super::details::{Typed, today, too_often, uses};
use super::{Flow, FlowField, open, or_fault};
use crate::domain::account::Detail;
use crate::service::Failure;
use crate::service::authorize::{Next, Stage, next};
use crate::service::details::{self, Changed, give};
use crate::service::people;
use crate::view::Wrong;
use crate::view::pages::{GiveDetail, TypedDetail};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use std::collections::BTreeSet;

/// The detail to ask for next, with whether the service cannot do without it; none if there is none, or if something else
/// comes first. It belongs to what she is about to be told: once she has been, nothing is asked for here again.
pub(super) async fn wanted(
    visit: &Visit,
    flow: &Flow,
    later: &BTreeSet<Detail>,
) -> Result<Option<(Detail, bool)>, Failure> {
    let Some(who) = &visit.signed_in else {
        return Ok(None);
    };
    match next(&visit.app, &flow.request, &flow.client, Some(who), Stage::Arrived, visit.now).await? {
        Next::Interact(release) => details::missing(&visit.app, who, &release.inform, later).await,
        _ => Ok(None),
    }
}

/// The page of a flow's missing detail.
pub(super) fn place(field: &FlowField) -> String {
    at("/continue/details", &field.flow, &field.later())
}

fn at(path: &str, flow: &str, later: &BTreeSet<Detail>) -> String {
    let later: Vec<&str> = later.iter().map(|detail| detail.as_str()).collect();
    let later = if later.is_empty() { String::new() } else { format!("&later={}", later.join(",")) };
    format!("{path}?flow={flow}{later}")
}

/// GET `/continue/details`.
pub async fn show(visit: Visit, Query(field): Query<FlowField>, Query(typed): Query<Typed>) -> Response {
    match open(&visit, &field.flow).await {
        Ok(flow) => or_fault(&visit, &flow, ask(&visit, &flow, &field, typed.in_words()).await),
        Err(page) => page,
    }
}

async fn ask(visit: &Visit, flow: &Flow, field: &FlowField, in_words: bool) -> Result<Response, Failure> {
    match wanted(visit, flow, &field.later()).await? {
        Some(wanted) => form(visit, (flow, field), wanted, TypedDetail::default(), in_words, Vec::new()).await,
        None => Ok(visit.see_other(&at("/continue", &field.flow, &field.later()))),
    }
}

/// POST `/continue/details`.
pub async fn submit(mut visit: Visit, Form(form): Form<Submitted>) -> Response {
    let field = FlowField { flow: form.flow, later: form.later, ..FlowField::default() };
    visit.stand_at(&format!("{}{}", place(&field), if form.typed.in_words() { "&way=words" } else { "" }));
    match open(&visit, &field.flow).await {
        Ok(flow) => or_fault(&visit, &flow, keep(&visit, &flow, &field, form.typed).await),
        Err(page) => page,
    }
}

/// The form with the flow it belongs to.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Submitted {
    #[serde(default)]
    flow: String,
    #[serde(default)]
    later: String,
    #[serde(flatten)]
    typed: Typed,
}

async fn keep(visit: &Visit, flow: &Flow, field: &FlowField, typed: Typed) -> Result<Response, Failure> {
    let mut later = field.later();
    let (Some((detail, required)), Some(who)) = (wanted(visit, flow, &later).await?, &visit.signed_in) else {
        return Ok(visit.see_other(&at("/continue", &field.flow, &later)));
    };
    if typed.is_empty() && !required {
        later.insert(detail);
        return Ok(visit.see_other(&at("/continue", &field.flow, &later)));
    }
    match typed.read(detail, today(visit)) {
        Ok(given) => {
            let changed = give(&visit.app, who, &given, &visit.context, visit.now).await?;
            if let Changed::TooOften { until } = changed {
                return Ok(too_often(visit, until, Some(&flow.client)).await);
            }
            Ok(visit.see_other(&at("/continue", &field.flow, &later)))
        }
        Err(errors) => {
            let in_words = typed.in_words();
            form(visit, (flow, field), (detail, required), typed.shown(), in_words, errors).await
        }
    }
}

async fn form(
    visit: &Visit,
    (flow, field): (&Flow, &FlowField),
    (detail, required): (Detail, bool),
    typed: TypedDetail,
    in_words: bool,
    errors: Vec<Wrong>,
) -> Result<Response, Failure> {
    let first_name = match &visit.signed_in {
        Some(who) => people::own_profile(&visit.app, who).await?.1.name.first().to_owned(),
        None => String::new(),
    };
    let mut used = details::needed(&visit.app).remove(&detail).unwrap_or_default();
    used.retain(|used| used.client.id == flow.client.id);
    let other_way = format!("{}&way={}", place(field), if in_words { "lines" } else { "words" });
    let page = GiveDetail {
        flow: Some(field.flow.clone()),
        first_name,
        later: field.later.clone(),
        detail: detail.as_str().to_owned(),
        action: "/continue/details".to_owned(),
        held: false,
        optional: !required,
        in_words,
        other_way,
        uses: uses(&used),
        typed,
        errors,
    };
    Ok(visit.page(&page, Some(&flow.client)).await)
}
