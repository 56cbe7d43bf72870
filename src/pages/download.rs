//! What the account can see of itself, as a file: asked for, and fetched once with the password.

use super::account::SIGN_IN;
use super::second_step::{beside, mend, notice};
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::service::rights::download::{self, Fetched, State};
use crate::service::second_step::{self, Again, Shown};
use crate::service::{Failure, people};
use crate::view::Wrong;
use crate::view::letters::SecondStepNews;
use crate::view::pages::{Download, Locked, LockedWhat};
use crate::visit::Visit;
use axum::extract::Form;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;

const HERE: &str = "/account/download";

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(super) current_password: String,
    pub(super) code: String,
}

impl Typed {
    /// What she typed of her second step, if she has one; what is missing here or beside it.
    pub(super) async fn check(
        &self,
        visit: &Visit,
        who: &SignedIn,
    ) -> Result<Result<Option<Shown>, Vec<Wrong>>, Failure> {
        let there = second_step::state(&visit.app, who.account).await?.is_some();
        let current = self.current_password.is_empty().then_some(Wrong::CurrentPasswordMissing);
        Ok(match (current, beside(there, &self.code)) {
            (None, Ok(shown)) => Ok(shown),
            (current, shown) => Err(current.into_iter().chain(shown.err()).collect()),
        })
    }
}

/// GET `/account/download`.
pub async fn show(visit: Visit) -> Response {
    page(&visit, Vec::new()).await
}

async fn page(visit: &Visit, errors: Vec<Wrong>) -> Response {
    let Some(who) = &visit.signed_in else {
        return visit.see_other(SIGN_IN);
    };
    let read = async {
        let state = download::of(&visit.app, who, visit.now).await?;
        let second_step = second_step::state(&visit.app, who.account).await?.is_some();
        Ok((state, second_step, people::own_profile(&visit.app, who).await?.1))
    };
    let (state, second_step, profile) = match read.await {
        Ok(read) => read,
        Err(failure) => return visit.fault(&failure),
    };
    let (state, until) = match state {
        State::None => ("none", None),
        State::Making => ("making", None),
        State::Ready(until) => ("ready", Some(until)),
        State::Fetched => ("fetched", None),
    };
    let username = profile.email.map(|email| email.as_str().to_owned());
    visit.page(&Download { state, until, username, second_step, errors }, None).await
}

/// POST `/account/download`.
pub async fn ask(visit: Visit) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    match download::ask(&visit.app, &who, visit.lang.into(), visit.context.clone(), visit.now).await {
        Ok(_) => visit.see_other(HERE),
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `/account/download/file`: the file, once.
pub async fn fetch(mut visit: Visit, Form(typed): Form<Typed>) -> Response {
    visit.stand_at(HERE);
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let shown = match typed.check(&visit, &who).await {
        Ok(Ok(shown)) => shown,
        Ok(Err(wrong)) => return page(&visit, wrong).await,
        Err(failure) => return visit.fault(&failure),
    };
    let again = Again {
        password: &typed.current_password,
        shown: shown.as_ref(),
        browser: &visit.browser,
        notice: &notice(&visit, SecondStepNews::CodeUsed),
    };
    match download::fetch(&visit.app, &who, &again, visit.context.clone(), visit.now).await {
        Ok(Fetched::File(file)) => sent(file, "account", visit.now),
        Ok(Fetched::Gone) => visit.see_other(HERE),
        Ok(Fetched::WrongCurrent) => page(&visit, vec![Wrong::CurrentPasswordIncorrect]).await,
        Ok(Fetched::Unproven(unproven)) => page(&visit, vec![mend(unproven)]).await,
        Ok(Fetched::Closed { until }) => {
            let page = Locked { what: LockedWhat::Account, until, flow: None };
            visit.page_with(StatusCode::TOO_MANY_REQUESTS, &page, None).await
        }
        Err(failure) => visit.fault(&failure),
    }
}

/// A file that leaves once: for nobody's cache, called so and by its day.
pub(super) fn sent(file: Vec<u8>, name: &str, now: When) -> Response {
    let name = format!("attachment; filename=\"{name}-{}.zip\"", now.timestamp().strftime("%Y-%m-%d"));
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, name),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, file).into_response()
}
