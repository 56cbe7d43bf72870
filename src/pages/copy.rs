//! The copy of everything that is held about her, once it was released to her account: fetched once, with the password.

use super::account::SIGN_IN;
use super::download::{Typed, sent};
use super::papers;
use super::second_step::{mend, notice};
use crate::service::people;
use crate::service::rights::bundle;
use crate::service::rights::download::Fetched;
use crate::service::second_step::{self, Again};
use crate::view::Wrong;
use crate::view::letters::SecondStepNews;
use crate::view::pages::{Locked, LockedWhat, RightsCopy};
use crate::visit::Visit;
use axum::extract::{Form, Path};
use axum::response::Response;
use http::StatusCode;

/// GET `/account/rights/{reference}/copy`.
pub async fn show(visit: Visit, Path(reference): Path<String>) -> Response {
    page(visit, reference, Vec::new()).await
}

async fn page(visit: Visit, reference: String, errors: Vec<Wrong>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let read = async {
        let until = bundle::waits(&visit.app, &who, &reference, visit.now).await?;
        let second_step = second_step::state(&visit.app, who.account).await?.is_some();
        Ok((until, second_step, people::own_profile(&visit.app, &who).await?.1))
    };
    let (until, second_step, profile) = match read.await {
        Ok(read) => read,
        Err(failure) => return visit.fault(&failure),
    };
    let Some(until) = until else { return papers::not_found(visit).await };
    let username = profile.email.map(|email| email.as_str().to_owned());
    visit.page(&RightsCopy { reference, until, username, second_step, errors }, None).await
}

/// POST `/account/rights/{reference}/copy`: the file, once.
pub async fn fetch(mut visit: Visit, Path(reference): Path<String>, Form(typed): Form<Typed>) -> Response {
    let here = format!("/account/rights/{reference}");
    visit.stand_at(&format!("{here}/copy"));
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let shown = match typed.check(&visit, &who).await {
        Ok(Ok(shown)) => shown,
        Ok(Err(wrong)) => return page(visit, reference, wrong).await,
        Err(failure) => return visit.fault(&failure),
    };
    let again = Again {
        password: &typed.current_password,
        shown: shown.as_ref(),
        browser: &visit.browser,
        notice: &notice(&visit, SecondStepNews::CodeUsed),
    };
    let fetched = bundle::fetch(&visit.app, (&who, &reference), &again, visit.context.clone(), visit.now).await;
    match fetched {
        Ok(Fetched::File(file)) => sent(file, &reference, visit.now),
        Ok(Fetched::Gone) => papers::not_found(visit).await,
        Ok(Fetched::WrongCurrent) => page(visit, reference, vec![Wrong::CurrentPasswordIncorrect]).await,
        Ok(Fetched::Unproven(unproven)) => page(visit, reference, vec![mend(unproven)]).await,
        Ok(Fetched::Closed { until }) => {
            let page = Locked { what: LockedWhat::Account, until, flow: None };
            visit.page_with(StatusCode::TOO_MANY_REQUESTS, &page, None).await
        }
        Err(failure) => visit.fault(&failure),
    }
}
