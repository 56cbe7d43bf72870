//! The page that asks for a code: of a reset, and of a new address.

use super::{Asked, closed_letter, flow, lapsed, letter, place, service};
use crate::crypto::tokens::Code;
use crate::domain::client::Client;
use crate::service::recovery::{self, Checked, Letters, Purpose, Standing};
use crate::view::Wrong;
use crate::view::pages::{CheckCode, CodePurpose, Lapsed};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use serde::Deserialize;

/// The form: a code, or a button.
#[derive(Default, Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    pub(in crate::pages) flow: String,
    #[serde(default)]
    pub(in crate::pages) journey: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    act: String,
}

/// Where a code page stands.
pub(in crate::pages) struct Place<'a> {
    pub purpose: Purpose,
    pub path: &'static str,
    pub flow: Option<String>,
    pub client: Option<&'a Client>,
}

/// What a code form came to.
pub(in crate::pages) enum Done {
    /// The code was right: go on.
    Right(Box<Standing>),
    /// This is the answer.
    Answer(Response),
}

/// The page.
pub(in crate::pages) async fn code_page(
    visit: &Visit,
    standing: &Standing,
    at: &Place<'_>,
    (resent, longer): (bool, bool),
    errors: Vec<Wrong>,
) -> Response {
    let journey = match standing.journey.reference(&visit.app.roots) {
        Ok(journey) => journey,
        Err(failure) => return visit.fault_at(&failure, at.client),
    };
    let purpose = match at.purpose {
        Purpose::Reset => CodePurpose::Reset,
        Purpose::ChangeEmail => CodePurpose::ChangeEmail,
    };
    let page = CheckCode {
        purpose,
        flow: at.flow.clone(),
        journey: Some(journey),
        masked: standing.journey.masked().to_owned(),
        minutes: u32::try_from(standing.lifetime.as_secs() / 60).unwrap_or(u32::MAX),
        resent,
        longer,
        lengthened: standing.longer,
        errors,
    };
    visit.page(&page, at.client).await
}

/// Does what the form of a code page asks.
pub(in crate::pages) async fn handle_code(
    visit: &Visit,
    mut standing: Standing,
    at: &Place<'_>,
    form: &CodeForm,
    letters: &Letters<'_>,
) -> Done {
    let (app, context, now) = (&visit.app, &visit.context, visit.now);
    let sent = match form.act.as_str() {
        "resend" => Some((recovery::resend(app, &standing, letters, context, now).await, "again")),
        "longer" => Some((recovery::longer(app, &mut standing, letters, context, now).await, "longer")),
        _ => None,
    };
    if let Some((done, word)) = sent {
        let place = place(at.path, Some(&form.journey), at.flow.as_deref());
        return Done::Answer(match done {
            Ok(()) => visit.see_other(&format!("{place}&sent={word}")),
            Err(failure) => visit.fault_at(&failure, at.client),
        });
    }
    let code = match (form.code.trim(), Code::parse(&form.code)) {
        ("", _) => return mend(visit, &standing, at, Wrong::CodeMissing).await,
        (_, None) => return mend(visit, &standing, at, Wrong::CodeMalformed).await,
        (_, Some(code)) => code,
    };
    match recovery::check(app, &standing, &code, context, now).await {
        Ok(Checked::Right(next)) => Done::Right(next),
        Ok(Checked::Wrong) => mend(visit, &standing, at, Wrong::CodeIncorrect).await,
        Ok(Checked::Expired) => mend(visit, &standing, at, Wrong::CodeExpired).await,
        Ok(Checked::Wait { until }) => mend(visit, &standing, at, Wrong::CodeWait { until }).await,
        Ok(Checked::Over) => Done::Answer(lapsed(visit, Lapsed::Journey, at.client).await),
        Err(failure) => Done::Answer(visit.fault_at(&failure, at.client)),
    }
}

async fn mend(visit: &Visit, standing: &Standing, at: &Place<'_>, wrong: Wrong) -> Done {
    Done::Answer(code_page(visit, standing, at, (false, false), vec![wrong]).await)
}

const PATH: &str = "/forgotten-password/code";
const NEXT: &str = "/forgotten-password/password";

/// GET `/forgotten-password/code`.
pub async fn show_code(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let flow = flow(&asked.flow);
    let client = service(&visit, flow.as_deref()).await;
    let standing = match recovery::find(&visit.app, Purpose::Reset, &asked.journey, visit.now).await {
        Ok(Some(standing)) => standing,
        Ok(None) => return lapsed(&visit, Lapsed::Journey, client.as_deref()).await,
        Err(failure) => return visit.fault_at(&failure, client.as_deref()),
    };
    if standing.is_proven() {
        return visit.see_other(&place(NEXT, Some(&asked.journey), flow.as_deref()));
    }
    let at = Place { purpose: Purpose::Reset, path: PATH, flow, client: client.as_deref() };
    let sent = (asked.sent == "again", standing.longer && asked.sent == "longer");
    code_page(&visit, &standing, &at, sent, Vec::new()).await
}

/// POST `/forgotten-password/code`.
pub async fn submit_code(mut visit: Visit, Form(form): Form<CodeForm>) -> Response {
    let flow = flow(&form.flow);
    visit.stand_at(&place(PATH, Some(&form.journey), flow.as_deref()));
    let client = service(&visit, flow.as_deref()).await;
    let standing = match recovery::find(&visit.app, Purpose::Reset, &form.journey, visit.now).await {
        Ok(Some(standing)) => standing,
        Ok(None) => return lapsed(&visit, Lapsed::Journey, client.as_deref()).await,
        Err(failure) => return visit.fault_at(&failure, client.as_deref()),
    };
    if standing.is_proven() {
        return visit.see_other(&place(NEXT, Some(&form.journey), flow.as_deref()));
    }
    let at = Place { purpose: Purpose::Reset, path: PATH, flow, client: client.as_deref() };
    let (code, closed) = (letter(&visit, visit.lang), closed_letter(&visit));
    let letters = Letters { code: &code, closed: Some(&closed) };
    match handle_code(&visit, standing, &at, &form, &letters).await {
        Done::Answer(answer) => answer,
        Done::Right(next) => match next.journey.reference(&visit.app.roots) {
            Ok(journey) => visit.see_other(&place(NEXT, Some(&journey), at.flow.as_deref())),
            Err(failure) => visit.fault_at(&failure, at.client),
        },
    }
}
