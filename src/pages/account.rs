//! "Your account": what each service received, and where she is signed in.

use crate::domain::client::{Issuer, Words};
use crate::domain::ids::SessionId;
use crate::domain::session::SignedIn;
use crate::service::account::{self, ServiceUse};
use crate::store::sessions::ListedSession;
use crate::view::Both;
use crate::view::pages::{Account, AccountNews, AccountService, AccountSession, Received};
use crate::visit::Visit;
use axum::extract::{Form, Query};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// What the page is asked with.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// What was just done.
    #[serde(default)]
    news: String,
}

/// Where one goes who is not signed in.
pub(super) const SIGN_IN: &str = "/sign-in";

/// GET `/account`.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let overview = match account::overview(&visit.app, &who, visit.now).await {
        Ok(overview) => overview,
        Err(failure) => return visit.fault(&failure),
    };
    let page = Account {
        name: overview.name.as_str().to_owned(),
        email_masked: overview.email.map(|email| email.masked()).unwrap_or_default(),
        second_step: overview.second_step,
        services: overview.services.into_iter().map(|used| service(used, &visit.app.issuer)).collect(),
        sessions: overview.sessions.into_iter().map(|listed| session(&listed, &who)).collect(),
        news: news(&asked.news),
    };
    visit.page(&page, None).await
}

fn news(word: &str) -> Option<AccountNews> {
    match word {
        "created" => Some(AccountNews::Created),
        "password_changed" => Some(AccountNews::PasswordChanged),
        "email_changed" => Some(AccountNews::EmailChanged),
        "session_ended" => Some(AccountNews::SessionEnded),
        "second_step_on" => Some(AccountNews::SecondStepOn),
        "second_step_off" => Some(AccountNews::SecondStepOff),
        _ => None,
    }
}

pub(super) fn both(words: &Words) -> Both {
    Both::new(words.en.clone(), words.cy.clone())
}

fn service(used: ServiceUse, issuer: &Issuer) -> AccountService {
    let (name, start_url) = match &used.client {
        Some(client) => (both(&client.name), client.start_at(issuer).to_string()),
        None => (Both::from(used.client_id.as_str()), "/account".to_owned()),
    };
    AccountService {
        name,
        start_url,
        received: used.received.into_iter().map(|(claim, when)| Received { claim, when }).collect(),
        last_used: used.last_used,
        basis: used.basis.unwrap_or_else(|| "public_task".to_owned()),
    }
}

fn session(listed: &ListedSession, who: &SignedIn) -> AccountSession {
    let (browser, system) = split(&listed.agent);
    AccountSession {
        id: listed.id.0.to_string(),
        browser,
        system,
        started: listed.auth_time,
        last_seen: listed.seen_at,
        this_one: listed.id == who.session,
    }
}

/// "Firefox 128 on Android" in its two parts; what the browser did not say is none.
fn split(agent: &str) -> (Option<String>, Option<String>) {
    let (browser, system) = match agent.rsplit_once(" on ") {
        Some((browser, system)) => (browser, Some(system.to_owned())),
        None => (agent, None),
    };
    let named = !browser.is_empty() && browser != "A browser";
    (named.then(|| browser.to_owned()), system)
}

/// Which session to end.
#[derive(Debug, Default, Deserialize)]
pub struct End {
    /// Its id.
    #[serde(default)]
    session: String,
}

/// POST `/account/sessions/end`.
pub async fn end_session(visit: Visit, Form(end): Form<End>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let Ok(id) = end.session.parse::<Uuid>() else {
        return visit.see_other("/account");
    };
    if id == who.session.0 {
        return visit.see_other("/logout");
    }
    let context = visit.context.clone();
    match account::end_session(&visit.app, &who, SessionId(id), context, visit.now).await {
        Ok(true) => visit.see_other("/account?news=session_ended"),
        Ok(false) => visit.see_other("/account"),
        Err(failure) => visit.fault(&failure),
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_browser_is_shown_in_two_parts() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(split("Firefox 128 on Android"), (some("Firefox 128"), some("Android")));
        assert_eq!(split("A browser on Linux"), (None, some("Linux")));
        assert_eq!(split("A browser"), (None, None));
        assert_eq!(split(""), (None, None));
    }
}
