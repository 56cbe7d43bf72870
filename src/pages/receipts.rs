//! Receipts: a line of her ledger as a signed file for programs, and as a page to read and print.

use super::account::SIGN_IN;
use super::papers;
use super::sharing::way;
use crate::domain::audit::Basis;
use crate::domain::ids::RecordId;
use crate::domain::sharing::receipt::About;
use crate::domain::sharing::{Decider, Method};
use crate::service::sharing::{self, Shape};
use crate::view::pages::SharingReceipt;
use crate::visit::Visit;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

/// GET `/account/receipts/{record}/page`: the facts of the receipt in words.
pub async fn page(visit: Visit, Path(record): Path<String>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let Ok(id) = record.parse().map(RecordId) else {
        return papers::not_found(visit).await;
    };
    match sharing::about_line(&visit.app, who.account, id, Some(visit.lang.into())).await {
        Ok(Some(about)) => visit.page(&said(&visit, &about), None).await,
        Ok(None) => papers::not_found(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

fn said(visit: &Visit, about: &About) -> SharingReceipt {
    let (record, council) = (&about.record, &about.controller);
    let how = &record.how;
    SharingReceipt {
        record: record.id.to_string(),
        path: format!("/account/sharing/{}/{}", record.client, record.purpose),
        when: record.at,
        state: record.state.as_str(),
        consent: record.basis == Basis::Consent,
        way: way(record),
        method: way(record).and(how.method).map(Method::as_str),
        steps: how.steps,
        actor: how.actor.map(Decider::as_str),
        service: about.service.clone(),
        role: about.role.clone(),
        purpose: about.purpose.clone(),
        basis: record.basis.as_str().to_owned(),
        power: about.power.clone(),
        claims: record.claims.iter().map(|claim| claim.as_str().to_owned()).collect(),
        kept: about.retention.clone(),
        until: how.expires_at,
        notice: record.notice.to_string(),
        notice_url: about.notice_url.clone(),
        notice_sha256: record.notice_sha256.clone(),
        page_sha256: how.page_sha256.clone(),
        language: record.lang.as_str(),
        council: [&council.name, &council.address, &council.email, &council.phone, &council.url].map(Clone::clone),
        officer: council.contact.clone(),
        subject: about.subject.to_string(),
        previous: how.previous.map(|id| id.to_string()),
        event: how.event.map(|id| id.to_string()),
        policy: record.policy.clone(),
        change_url: about.change_url.clone(),
        keys_url: format!("{}/jwks", visit.app.issuer.as_str()),
    }
}

/// GET `/account/receipts/{record}`: the receipt of a line of hers, as a file.
pub async fn receipt(visit: Visit, Path(record): Path<String>) -> Response {
    download(visit, &record, Shape::Iso).await
}

/// GET `/account/receipts/{record}/kantara`.
pub async fn kantara(visit: Visit, Path(record): Path<String>) -> Response {
    download(visit, &record, Shape::Kantara).await
}

async fn download(visit: Visit, record: &str, shape: Shape) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let Ok(id) = record.parse().map(RecordId) else {
        return papers::not_found(visit).await;
    };
    match sharing::receipt(&visit.app, &who, id, shape).await {
        Ok(Some(receipt)) => {
            let file = format!("attachment; filename=\"receipt-{}.json\"", id.0);
            let body = format!("{receipt:#}\n");
            ([(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_DISPOSITION, file)], body).into_response()
        }
        Ok(None) => papers::not_found(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}
