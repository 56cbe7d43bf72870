//! "Who has seen my data": the list, one entry with its receipt, and the question about it.

use super::account::{SIGN_IN, both};
use super::papers;
use crate::domain::ids::EventId;
use crate::service::post::Text;
use crate::service::questions::{self, Ask};
use crate::service::seen::{self, Access, By, Details, Part, Receipt};
use crate::view::pages::{
    Seen, SeenAnswer, SeenDestroyed, SeenItem, SeenLate, SeenNews, SeenOne, SeenPart, SeenPurpose, SeenQuestion,
    SeenReceipt,
};
use crate::view::{Both, Lang};
use crate::visit::Visit;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use uuid::Uuid;

/// Which part of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    /// `staff` or `services`; both if it is not there.
    group: Option<String>,
    /// The entry behind which the part begins.
    before: Option<String>,
}

/// GET `/account/seen`.
pub async fn list(visit: Visit, Query(wanted): Query<Wanted>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let by = match (wanted.group.as_deref(), &wanted.before) {
        (None, None) => None,
        (Some("staff"), _) => Some(By::Staff),
        (Some("services"), _) => Some(By::Services),
        _ => return papers::not_found(visit).await,
    };
    let Some(by) = by else {
        return match seen::overview(&visit.app, &who, visit.now).await {
            Ok((staff, services)) => {
                visit.page(&Seen { staff: Some(part(staff)), services: Some(part(services)) }, None).await
            }
            Err(failure) => visit.fault(&failure),
        };
    };
    let before = match wanted.before.as_deref().map(str::parse::<Uuid>) {
        None => None,
        Some(Ok(id)) => Some(EventId(id)),
        Some(Err(_)) => return papers::not_found(visit).await,
    };
    match seen::older(&visit.app, &who, (by, before), visit.context.clone(), visit.now).await {
        Ok(Some(found)) => {
            let found = Some(part(found));
            let page = match by {
                By::Staff => Seen { staff: found, services: None },
                By::Services => Seen { staff: None, services: found },
            };
            visit.page(&page, None).await
        }
        Ok(None) => papers::not_found(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// What the page of an entry is asked with.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// What was just done.
    #[serde(default)]
    news: String,
}

/// GET `/account/seen/{event}`.
pub async fn one(visit: Visit, Path(event): Path<String>, Query(asked): Query<Asked>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let Ok(event) = event.parse().map(EventId) else {
        return papers::not_found(visit).await;
    };
    match seen::one(&visit.app, &who, event, visit.context.clone(), visit.now).await {
        Ok(Some(details)) => visit.page(&page(details, &asked.news, &visit), None).await,
        Ok(None) => papers::not_found(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// GET `/account/seen/{event}/receipt`: the proof, as a file. One that is not ready yet leads back to the page, which says so.
pub async fn receipt(visit: Visit, Path(event): Path<String>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let Ok(event) = event.parse().map(EventId) else {
        return papers::not_found(visit).await;
    };
    match seen::receipt(&visit.app, &who, event, visit.context.clone(), visit.now).await {
        Ok(Receipt::Proof(text)) => {
            let file = format!("attachment; filename=\"receipt-{event}.txt\"");
            ([(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, file)], text)
                .into_response()
        }
        Ok(Receipt::NotYet) => visit.see_other(&here(event)),
        Ok(Receipt::NotHers) => papers::not_found(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `/account/seen/{event}/ask`.
pub async fn ask(visit: Visit, Path(event): Path<String>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let Ok(event) = event.parse().map(EventId) else {
        return papers::not_found(visit).await;
    };
    let app = visit.app.clone();
    let lang = app.snapshot().policy.controller.languages.first().and_then(|first| Lang::parse(first.lang.as_str()));
    let compose = |id: crate::domain::ids::QuestionId, due| {
        let letter = app.view().letters(lang.unwrap_or_default()).question_notice(&id.to_string(), due);
        Text { subject: letter.subject, body: letter.body }
    };
    match questions::ask(&visit.app, &who, event, &compose, visit.context.clone(), visit.now).await {
        Ok(Ask::Done) => visit.see_other(&format!("{}?news=asked", here(event))),
        Ok(Ask::Open) => visit.see_other(&here(event)),
        Ok(Ask::TooMany) => visit.see_other(&format!("{}?news=too_many", here(event))),
        Ok(Ask::NotHers) => papers::not_found(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

fn here(event: EventId) -> String {
    format!("/account/seen/{event}")
}

fn part(part: Part) -> SeenPart {
    SeenPart { items: part.items.into_iter().map(item).collect(), older: part.older.map(|event| event.to_string()) }
}

fn item(access: Access) -> SeenItem {
    SeenItem {
        event: access.event.to_string(),
        when: access.at,
        did: access.did.as_str(),
        refused: access.refused,
        fields: access.fields,
        reason: access.reason.as_ref().map(both),
        case: access.case,
        service: access.service.map(|(id, client)| match client {
            Some(client) => both(&client.name),
            None => Both::from(id.as_str()),
        }),
        purposes: access
            .purposes
            .into_iter()
            .map(|(purpose, basis)| SeenPurpose { purpose: purpose.as_ref().map(both), basis })
            .collect(),
        destroyed: access.destroyed.map(|why| SeenDestroyed { at: why.at, rule: why.rule }),
        late: access.late.map(|(since, ground)| SeenLate { since, ground: ground.as_ref().map(both) }),
        question: access.question.map(|(asked, due, answered)| SeenQuestion { asked, due, answered }),
    }
}

fn page(details: Details, news: &str, visit: &Visit) -> SeenOne {
    let Details { access, receipt, questions } = details;
    let waits = questions.iter().find(|asked| asked.answered.is_none()).map(|asked| asked.id.to_string());
    let snapshot = visit.app.snapshot();
    let team = &snapshot.policy.controller.complaints;
    SeenOne {
        item: item(access),
        receipt: receipt.map(|(log, index, key)| SeenReceipt { log, index: index.to_string(), key }),
        answers: questions
            .into_iter()
            .filter_map(|asked| asked.answered)
            .map(|(at, text)| SeenAnswer { at, lines: lines(&text) })
            .collect(),
        team: both(&team.name),
        team_email: team.email.clone(),
        team_phone: team.phone.clone(),
        news: match news {
            // Not after a look at an old address of the page.
            "asked" if waits.is_some() => Some(SeenNews::Asked),
            "too_many" => Some(SeenNews::TooMany),
            _ => None,
        },
        waits,
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}
