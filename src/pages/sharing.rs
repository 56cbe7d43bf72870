//! "What services get": the list, one purpose with its history, and what she can do about it. Taking a consent back is one
//! press of a button, from here or from "Your account": giving it took a choice and a button.

use super::account::{SIGN_IN, both};
use super::age::{self, Age};
use super::onward::{is_what_she_read, lines};
use super::papers;
use crate::domain::ids::{ClientId, RecordId};
use crate::domain::session::SignedIn;
use crate::domain::sharing::{Decider, Method, Record, RecordState, Way};
use crate::domain::signal::{Reason, State};
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::details::own_held;
use crate::service::sharing::own::{self, Can, Mine};
use crate::service::sharing::{self, LONGEST};
use crate::service::signals::{self, Told};
use crate::view::pages::{
    Locked, LockedWhat, Sharing, SharingChoose, SharingEntry, SharingLine, SharingNews, SharingObject, SharingOne,
    SharingService, SharingTold,
};
use crate::view::{Both, Wrong};
use crate::visit::Visit;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The list.
const LIST: &str = "/account/sharing";

/// What the list is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What was just done.
    news: String,
}

/// What the forms say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    consent: String,
    /// How old she is, where her consent asks it.
    age_band: String,
    grounds: String,
    /// The digest of the page that the form stood on.
    seen: String,
}

/// A service and a purpose, as addresses name them.
type Which = Path<(String, String)>;

/// GET `/account/sharing`.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let all = match own::all(&visit.app, who.account, visit.now).await {
        Ok(all) => all,
        Err(failure) => return visit.fault(&failure),
    };
    let mut services: Vec<SharingService> = Vec::new();
    for mine in &all {
        let line = line(&visit, mine);
        match services.last_mut().filter(|service| service.name == line.service) {
            Some(service) => service.lines.push(line),
            None => services.push(SharingService { name: line.service.clone(), lines: vec![line] }),
        }
    }
    let news = SharingNews::ALL.into_iter().find(|(word, _)| *word == asked.news).map(|(_, news)| news);
    visit.page(&Sharing { services, news }, None).await
}

/// What she can stop of a service from "Your account".
pub(super) async fn agreed(visit: &Visit, who: &SignedIn) -> Result<Vec<(ClientId, SharingLine)>, Failure> {
    let all = own::all(&visit.app, who.account, visit.now).await?;
    let agreed = all.iter().filter(|mine| mine.can == Can::Stop);
    Ok(agreed.map(|mine| (mine.client_id.clone(), line(visit, mine))).collect())
}

fn line(visit: &Visit, mine: &Mine) -> SharingLine {
    let snapshot = visit.app.snapshot();
    let purpose = snapshot.policy.purpose(&mine.purpose);
    let due = match mine.can {
        Can::Wait(due) => Some(due),
        _ => None,
    };
    SharingLine {
        path: format!("{LIST}/{}/{}", mine.client_id, mine.purpose),
        service: mine.client.as_ref().map_or_else(|| Both::from(mine.client_id.as_str()), |client| both(&client.name)),
        purpose: purpose.map_or_else(|| Both::from(mine.purpose.as_str()), both),
        // "The address was checked" goes with the address; by itself it tells her nothing.
        claims: mine
            .claims
            .iter()
            .filter(|claim| claim.said_of().is_none())
            .map(|claim| claim.as_str().to_owned())
            .collect(),
        basis: mine.basis.as_str().to_owned(),
        state: match mine.outcome {
            Ok(_) => "on",
            Err(why) => why.as_str(),
        },
        since: mine.since,
        until: mine.until,
        due,
        can: match mine.can {
            Can::Stop => "stop",
            Can::Say => "say",
            Can::Object => "object",
            Can::Wait(_) => "wait",
            Can::Allow => "allow",
            Can::Nothing => "nothing",
        },
    }
}

/// GET `/account/sharing/{client}/{purpose}`.
pub async fn one(visit: Visit, Path((client, purpose)): Which) -> Response {
    let Some(who) = visit.signed_in.clone() else {
        return visit.see_other(SIGN_IN);
    };
    let (mine, history) = match own::one(&visit.app, who.account, (&client, &purpose), visit.now).await {
        Ok(Some(found)) => found,
        Ok(None) => return papers::not_found(visit).await,
        Err(failure) => return visit.fault(&failure),
    };
    let said = match sharing::council_grounds(&visit.app, &who, &history).await {
        Ok(said) => said,
        Err(failure) => return visit.fault(&failure),
    };
    match signals::told(&visit.app, who.account, &mine.client_id).await {
        Ok(told) => visit.page(&details(&visit, &mine, (&history, said), &told), None).await,
        Err(error) => visit.fault(&error.into()),
    }
}

fn details(
    visit: &Visit,
    mine: &Mine,
    (history, mut said): (&[Record], BTreeMap<RecordId, String>),
    told: &[Told],
) -> SharingOne {
    let snapshot = visit.app.snapshot();
    let register = &snapshot.policy.register;
    let power = mine.power.as_ref().and_then(|id| register.powers.iter().find(|power| power.id == *id));
    SharingOne {
        line: line(visit, mine),
        because: register.purpose(&mine.purpose).map(|purpose| both(&purpose.because)),
        power: power.map(|power| both(&power.title)),
        kept: mine.retention.as_ref().map(both),
        notice_url: format!("/notices/{}", mine.notice),
        history: history.iter().map(|line| entry(line, said.remove(&line.id))).collect(),
        told: told.iter().map(answer).collect(),
    }
}

fn entry(record: &Record, grounds: Option<String>) -> SharingEntry {
    SharingEntry {
        record: record.id.0.to_string(),
        when: record.at,
        state: record.state.as_str(),
        by: record.how.actor.map(Decider::as_str),
        consent: record.basis == crate::domain::audit::Basis::Consent,
        way: way(record),
        grounds,
    }
}

/// The way it came: of what the council decided on its own there is none.
pub(super) fn way(record: &Record) -> Option<&'static str> {
    let ours = matches!(record.state, RecordState::ObjectionUpheld | RecordState::ObjectionRejected);
    record.how.channel.filter(|_| !ours).map(Way::as_str)
}

fn answer(told: &Told) -> SharingTold {
    let (answer, at) = match (told.state, told.reason.as_deref()) {
        (State::Done, Some(why)) if why == State::ByHand.as_str() => ("told_by_staff", told.acknowledged_at),
        (State::Done, _) => ("done", told.acknowledged_at),
        (State::Delivered, _) => ("delivered", told.told_at),
        // What it would not take has an error code of its own, which says nothing to her.
        (State::Refused, why) => (why.and_then(Reason::parse).unwrap_or(Reason::Other).as_str(), told.acknowledged_at),
        (State::Waiting | State::NoAnswer | State::ByHand, _) => (told.state.as_str(), None),
    };
    SharingTold { kind: told.kind.as_str(), since: told.since, answer, at }
}

/// What a form of one purpose is about, if it is hers and she is signed in.
async fn about(visit: &Visit, (client, purpose): &(String, String)) -> Result<Option<(SignedIn, Mine)>, Failure> {
    let Some(who) = visit.signed_in.clone() else { return Ok(None) };
    let found = own::one(&visit.app, who.account, (client, purpose), visit.now).await?;
    Ok(found.map(|(mine, _)| (who, mine)))
}

/// The page of somebody whose form is about nothing: not signed in, or none of hers.
async fn nothing(visit: Visit) -> Response {
    if visit.signed_in.is_none() { visit.see_other(SIGN_IN) } else { papers::not_found(visit).await }
}

/// She let services have something more often in a day than we take it.
async fn wait(visit: &Visit, until: When) -> Response {
    let page = Locked { what: LockedWhat::Sharing, until, flow: None };
    visit.page_with(StatusCode::TOO_MANY_REQUESTS, &page, None).await
}

fn done(visit: &Visit, changed: bool, news: &str) -> Response {
    visit.see_other(&if changed { format!("{LIST}?news={news}") } else { LIST.to_owned() })
}

/// POST `…/withdraw`: her consent is taken back, at once.
pub async fn withdraw(visit: Visit, Path(which): Which) -> Response {
    let found = match about(&visit, &which).await {
        Ok(Some(found)) => found,
        Ok(None) => return nothing(visit).await,
        Err(failure) => return visit.fault(&failure),
    };
    let (who, mine) = found;
    let capture = visit.capture(Method::Page, 1, None);
    let (at, context) = ((&mine.client_id, mine.purpose.as_str()), visit.context.clone());
    match sharing::withdraw(&visit.app, who.account, at, &capture, context, visit.now).await {
        Ok(changes) => done(&visit, changes.is_some(), "stopped"),
        Err(failure) => visit.fault(&failure),
    }
}

/// GET `…/object`: what it would do, before it is done.
pub async fn before_object(visit: Visit, Path(which): Which) -> Response {
    match about(&visit, &which).await {
        Ok(Some((_, mine))) if mine.can == Can::Object => {
            let page = SharingObject { line: line(&visit, &mine), grounds: String::new(), errors: Vec::new() };
            visit.page(&page, None).await
        }
        Ok(Some(_)) => visit.see_other(LIST),
        Ok(None) => nothing(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `…/object`: the purpose is paused.
pub async fn object(visit: Visit, Path(which): Which, Form(said): Form<Said>) -> Response {
    let found = match about(&visit, &which).await {
        Ok(Some(found)) => found,
        Ok(None) => return nothing(visit).await,
        Err(failure) => return visit.fault(&failure),
    };
    let (who, mine) = found;
    let Some(client) = mine.client.as_ref().filter(|_| mine.can == Can::Object) else {
        return visit.see_other(LIST);
    };
    // A browser sends each end of a line as two characters (HTML, form submission).
    let grounds = said.grounds.replace("\r\n", "\n");
    if grounds.chars().count() > LONGEST {
        let errors = vec![Wrong::GroundsTooLong];
        return visit.page(&SharingObject { line: line(&visit, &mine), grounds, errors }, None).await;
    }
    let capture = visit.capture(Method::Page, 3, None);
    let (at, context) = ((&**client, mine.purpose.as_str()), visit.context.clone());
    match sharing::object(&visit.app, who.account, at, grounds.trim(), &capture, context, visit.now).await {
        Ok(changes) => done(&visit, changes.is_some(), "objected"),
        Err(failure) => visit.fault(&failure),
    }
}

/// POST `…/take-back`: her objection, while it waits.
pub async fn take_back(visit: Visit, Path(which): Which) -> Response {
    let found = match about(&visit, &which).await {
        Ok(Some(found)) => found,
        Ok(None) => return nothing(visit).await,
        Err(failure) => return visit.fault(&failure),
    };
    let (who, mine) = found;
    match own::too_often(&visit.app, who.account, visit.now).await {
        Ok(None) => {}
        Ok(Some(until)) => return wait(&visit, until).await,
        Err(failure) => return visit.fault(&failure),
    }
    // The page of the purpose, and the button.
    let capture = visit.capture(Method::Page, 2, None);
    let (at, context) = ((&mine.client_id, mine.purpose.as_str()), visit.context.clone());
    match sharing::take_back(&visit.app, who.account, at, &capture, context, visit.now).await {
        Ok(changes) => done(&visit, changes.is_some(), "taken_back"),
        Err(failure) => visit.fault(&failure),
    }
}

/// GET `…/choose`: what was not asked, or refused, or stopped, is asked here when she wants it.
pub async fn before_choose(visit: Visit, Path(which): Which) -> Response {
    match choice(&visit, &which).await {
        Ok(Some((who, mine))) => match question(&visit, &who, &mine, Vec::new()).await {
            Ok(page) => visit.page(&page, None).await,
            Err(failure) => visit.fault(&failure),
        },
        Ok(None) => nothing(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// What she may be asked now.
async fn choice(visit: &Visit, which: &(String, String)) -> Result<Option<(SignedIn, Mine)>, Failure> {
    let found = about(visit, which).await?;
    Ok(found.filter(|(_, mine)| matches!(mine.can, Can::Say | Can::Allow | Can::Stop)))
}

async fn question(visit: &Visit, who: &SignedIn, mine: &Mine, errors: Vec<Wrong>) -> Result<SharingChoose, Failure> {
    let tell = mine.client.as_ref().and_then(|client| own::all_of(&visit.app, client, &mine.purpose, visit.now));
    let claims = tell.map(|tell| tell.claims).unwrap_or_default();
    let asks = mine.can != Can::Allow;
    let asks_age = match &mine.client {
        Some(client) if asks => matches!(age::age(visit, client, who, &mine.purpose).await?, Age::Asked),
        _ => false,
    };
    let mut page = SharingChoose {
        line: line(visit, mine),
        claims: lines(visit, claims, &own_held(&visit.app, who, claims).await?),
        asks,
        asks_age,
        notice_url: format!("/notices/{}", mine.notice),
        seen: String::new(),
        errors: Vec::new(),
    };
    page.seen = visit.said(&page.bare(), None).unwrap_or_default();
    page.errors = errors;
    Ok(page)
}

/// POST `…/choose`.
pub async fn choose(visit: Visit, Path(which): Which, Form(said): Form<Said>) -> Response {
    match choice(&visit, &which).await {
        Ok(Some((who, mine))) => {
            chosen(&visit, &who, &mine, &said).await.unwrap_or_else(|failure| visit.fault(&failure))
        }
        Ok(None) => nothing(visit).await,
        Err(failure) => visit.fault(&failure),
    }
}

async fn chosen(visit: &Visit, who: &SignedIn, mine: &Mine, said: &Said) -> Result<Response, Failure> {
    let Some((client, tell)) = mine
        .client
        .as_ref()
        .and_then(|client| Some((client, own::all_of(&visit.app, client, &mine.purpose, visit.now)?)))
    else {
        return Ok(visit.see_other(LIST));
    };
    let page = question(visit, who, mine, Vec::new()).await?;
    if !is_what_she_read(&page.seen, &said.seen) {
        return Ok(visit.see_other(&format!("{}/choose", page.line.path)));
    }
    let method = if page.asks { Method::Radio } else { Method::Page };
    let mut capture = visit.capture(method, 2, Some(page.seen.clone()));
    let (app, account, context) = (&visit.app, who.account, visit.context.clone());
    let gives = !page.asks || said.consent == "allow";
    if gives && let Some(until) = own::too_often(app, account, visit.now).await? {
        return Ok(wait(visit, until).await);
    }
    if !page.asks {
        let told = sharing::tell(app, account, (client, &[tell]), (&capture, true), context, visit.now).await?;
        return Ok(done(visit, told.is_some(), "allowed"));
    }
    let yes = match said.consent.as_str() {
        "allow" => true,
        "deny" => false,
        _ => {
            let page = SharingChoose { errors: vec![Wrong::ConsentMissing], ..page };
            return Ok(visit.page(&page, None).await);
        }
    };
    if yes {
        match age::may_agree(visit, &age::age(visit, client, who, &mine.purpose).await?, &said.age_band) {
            Ok(age) => capture.age = age,
            Err(wrong) => return Ok(visit.page(&SharingChoose { errors: vec![wrong], ..page }, None).await),
        }
    }
    let said = sharing::decide(app, account, (client, &tell, yes), &capture, context, visit.now).await?;
    Ok(done(visit, said.is_some(), if yes { "yes" } else { "no" }))
}
