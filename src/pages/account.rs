//! "Your account": what each service received, and where she is signed in.

use super::sharing;
use crate::domain::account::EmailAddress;
use crate::domain::client::{Issuer, Words};
use crate::domain::ids::ClientId;
use crate::domain::session::SignedIn;
use crate::service::account::{self, Overview, ServiceUse};
use crate::store::sessions::ListedSession;
use crate::view::Both;
use crate::view::pages::{
    Account, AccountNews, AccountService, AccountSession, Device, DeviceKind, Received, SharingLine,
};
use crate::visit::Visit;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;

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
    let agreed = match sharing::agreed(&visit, &who).await {
        Ok(agreed) => agreed,
        Err(failure) => return visit.fault(&failure),
    };
    let page = Account {
        name: overview.name.as_str().to_owned(),
        email_masked: overview.email.as_ref().map(EmailAddress::masked).unwrap_or_default(),
        second_step: overview.second_step,
        restricted: overview.restricted,
        sessions: overview.sessions.iter().map(|listed| session(listed, &overview, &who, &visit)).collect(),
        services: overview.services.into_iter().map(|used| service(used, &agreed, &visit.app.issuer)).collect(),
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
        "others_ended" => Some(AccountNews::OthersEnded),
        _ => None,
    }
}

pub(super) fn both(words: &Words) -> Both {
    Both::new(words.en.clone(), words.cy.clone())
}

fn service(used: ServiceUse, agreed: &[(ClientId, SharingLine)], issuer: &Issuer) -> AccountService {
    let (name, start_url) = match &used.client {
        Some(client) => (both(&client.name), client.start_at(issuer).to_string()),
        None => (Both::from(used.client_id.as_str()), "/account".to_owned()),
    };
    let of_this = agreed.iter().filter(|(client, _)| client.as_str() == used.client_id);
    AccountService {
        agreed: of_this.map(|(_, line)| line.clone()).collect(),
        name,
        start_url,
        received: used.received.into_iter().map(|(claim, when)| Received { claim, when }).collect(),
        last_used: used.last_used,
        bases: used.bases,
        before: used.before,
    }
}

fn session(listed: &ListedSession, overview: &Overview, who: &SignedIn, visit: &Visit) -> AccountSession {
    let snapshot = visit.app.snapshot();
    let named = |id: &str| match ClientId::parse(id).and_then(|id| snapshot.client(&id).cloned()) {
        Some(client) => both(&client.name),
        None => Both::from(id),
    };
    AccountSession {
        id: listed.id.0.to_string(),
        device: device(&listed.agent),
        own_device: listed.own_device,
        services: overview.visits.iter().filter(|(at, _)| *at == listed.id).map(|(_, id)| named(id)).collect(),
        started: listed.auth_time,
        last_seen: listed.seen_at,
        this_one: listed.id == who.session,
    }
}

/// "Firefox 128 on Android" in its parts, with the kind of device that has such a system; what the browser did not say
/// is none.
pub(super) fn device(agent: &str) -> Device {
    let (browser, system) = match agent.rsplit_once(" on ") {
        Some((browser, system)) => (browser, Some(system.to_owned())),
        None => (agent, None),
    };
    let kind = match system.as_deref() {
        Some("iPhone") => DeviceKind::Phone,
        Some("iPad") => DeviceKind::Tablet,
        Some("Android") => DeviceKind::Mobile,
        Some("Windows" | "Mac" | "Linux" | "ChromeOS") => DeviceKind::Computer,
        _ => DeviceKind::Unknown,
    };
    let named = !browser.is_empty() && browser != "A browser";
    Device { kind, browser: named.then(|| browser.to_owned()), system }
}

#[cfg(test)]
mod tests {
    use super::device;
    use crate::view::pages::{Device, DeviceKind};

    #[test]
    fn a_device_is_shown_in_its_parts() {
        for (agent, kind, browser, system) in [
            ("Firefox 128 on Android", DeviceKind::Mobile, Some("Firefox 128"), Some("Android")),
            ("Safari 17 on iPhone", DeviceKind::Phone, Some("Safari 17"), Some("iPhone")),
            ("Chrome 126 on iPad", DeviceKind::Tablet, Some("Chrome 126"), Some("iPad")),
            ("Edge 126 on Windows", DeviceKind::Computer, Some("Edge 126"), Some("Windows")),
            ("A browser on Linux", DeviceKind::Computer, None, Some("Linux")),
            ("A browser", DeviceKind::Unknown, None, None),
            ("", DeviceKind::Unknown, None, None),
        ] {
            let (browser, system) = (browser.map(ToOwned::to_owned), system.map(ToOwned::to_owned));
            assert_eq!(device(agent), Device { kind, browser, system });
        }
    }
}
