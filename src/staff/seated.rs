//! An officer at the desk: signed in, with a role that may ever do what the route is for. What the circumstances have to be is
//! asked by the deed itself, which knows them.

use super::desk::{Desk, Needs};
use crate::app::App;
use crate::domain::account::FullName;
use crate::domain::audit::Context;
use crate::domain::client::Words;
use crate::domain::ids::{ClientId, StaffId};
use crate::domain::staff::{Action, Circumstances, Officer};
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::looking::{self, Deed, Refused, conflicts, glass};
use crate::service::search_audit::{self, Refused as Searched};
use crate::service::staff::{self, members};
use crate::view::pages::Trouble;
use crate::view::pages::console::{Block, Console, Field, Text};
use crate::view::words;
use axum::extract::FromRequestParts;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

/// The officer, and their desk.
pub struct Seated {
    desk: Desk,
    /// Who.
    pub officer: Officer,
}

impl Deref for Seated {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl FromRequestParts<App> for Seated {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let needs = parts.extensions.get::<Needs>().copied();
        let desk = Desk::from_request_parts(parts, app).await?;
        let Some(Needs::Officer(action)) = needs else {
            tracing::error!("a page of the consoles has a route that anybody may take");
            return Err(desk.problem(StatusCode::INTERNAL_SERVER_ERROR, Trouble::Ours));
        };
        let officer = match &desk.officer {
            Some(officer) if ever(app, officer, action) => officer.clone(),
            _ => desk.officer(action, Circumstances::default()).await?,
        };
        let seated = Self { desk, officer };
        match glass::bearing(app, seated.officer.id, seated.now).await {
            Ok((_, true)) if action != Action::UseConsole => Err(seated.told("glass-suspended")),
            Ok(_) => Ok(seated),
            Err(failure) => Err(seated.fault(&failure)),
        }
    }
}

fn ever(app: &App, officer: &Officer, action: Action) -> bool {
    staff::may_ever(app, &officer.roles, action)
}

impl Seated {
    /// For the deeds of `service::looking`.
    #[must_use]
    pub fn deed(&self) -> Deed<'_> {
        Deed { app: &self.desk.app, officer: &self.officer, context: &self.desk.context, now: self.desk.now }
    }

    /// Who it is and where they are: for the deeds of `service::search_audit` and `service::questions`.
    #[must_use]
    pub fn who(&self) -> (&Officer, &Context) {
        (&self.officer, &self.desk.context)
    }

    /// Whether the officer may ever do this: for what a page offers.
    #[must_use]
    pub fn allows(&self, action: Action) -> bool {
        ever(&self.desk.app, &self.officer, action)
    }

    /// Words of the policies in the language of the page.
    #[must_use]
    pub fn say(&self, words: &Words) -> String {
        words.get(self.desk.lang.into()).to_owned()
    }

    /// The same, as a page has it.
    #[must_use]
    pub fn words(&self, words: &Words) -> Text {
        Text::plain(self.say(words))
    }

    /// What a service may use details for, behind "to"; its id once the register has it no longer.
    #[must_use]
    pub fn purpose(&self, id: &str) -> String {
        self.desk.app.snapshot().policy.purpose(id).map_or_else(|| id.to_owned(), |words| self.say(words))
    }

    /// A reason of the closed list, as the resident reads it; its code once the list has it no longer.
    #[must_use]
    pub fn reason(&self, code: &str) -> Text {
        let snapshot = self.desk.app.snapshot();
        let reason = snapshot.policy.reasons.iter().find(|reason| reason.code == code);
        reason.map_or_else(|| Text::plain(code), |reason| self.words(&reason.title))
    }

    /// What something is for, of the council's own processing; as it stands if that is not what it is.
    #[must_use]
    pub fn activity(&self, id: &str) -> Text {
        let snapshot = self.desk.app.snapshot();
        let activity = snapshot.policy.processing.activities.iter().find(|one| one.id == id);
        activity.map_or_else(|| Text::plain(id), |one| self.words(&one.title))
    }

    /// A service's name; its id once it has left.
    #[must_use]
    pub fn service(&self, id: &ClientId) -> Text {
        Text::plain(self.service_name(id))
    }

    /// The same, to be said within other words.
    #[must_use]
    pub fn service_name(&self, id: &ClientId) -> String {
        let snapshot = self.desk.app.snapshot();
        snapshot.client(id).map_or_else(|| id.to_string(), |client| self.say(&client.name))
    }

    /// A clock time.
    #[must_use]
    pub fn clock(&self, at: When) -> String {
        words::clock(at, self.desk.lang)
    }

    /// Who it was: a name; none once they are forgotten.
    pub async fn name_of(&self, staff: StaffId) -> String {
        members::name(&self.desk.app, staff)
            .await
            .ok()
            .flatten()
            .map(|name| name.as_str().to_owned())
            .unwrap_or_default()
    }

    /// A time as a form of ours sends it: the clock of the council's own zone.
    #[must_use]
    pub fn moment(&self, typed: &str) -> Option<When> {
        let civil: jiff::civil::DateTime = typed.trim().parse().ok()?;
        let zone = self.desk.app.snapshot().policy.controller.time_zone.clone();
        civil.to_zoned(zone).ok().map(|at| When::from(at.timestamp()))
    }

    /// A time as a form of ours has it filled in: what [`Seated::moment`] reads, to the minute.
    #[must_use]
    pub fn typed(&self, at: When) -> String {
        let zone = self.desk.app.snapshot().policy.controller.time_zone.clone();
        at.timestamp().to_zoned(zone).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// A page of this listener as a link in a letter.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        let origin = self.desk.app.staff_site().map(|site| site.origin.as_str().trim_end_matches('/').to_owned());
        format!("{}{path}", origin.unwrap_or_default())
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found(&self) -> Response {
        self.desk.page_with(StatusCode::NOT_FOUND, &said("console-missing"))
    }

    /// Why nothing is shown.
    #[must_use]
    pub fn refused(&self, refused: &Refused) -> Response {
        let (status, words) = match refused {
            Refused::Failure(failure) => return self.desk.fault(failure),
            Refused::NotPermitted(_) => (StatusCode::FORBIDDEN, "console-not-permitted"),
            Refused::Known => (StatusCode::FORBIDDEN, "console-known"),
            Refused::Closed => (StatusCode::GONE, "console-closed"),
            Refused::NotFound => (StatusCode::NOT_FOUND, "console-not-found"),
            Refused::NeedsApproval => (StatusCode::CONFLICT, "console-needs-approval"),
            Refused::TooMany => (StatusCode::TOO_MANY_REQUESTS, "console-too-many"),
            Refused::AskedTooOften => (StatusCode::TOO_MANY_REQUESTS, "console-asked-too-often"),
            Refused::DeclaredTooOften => (StatusCode::TOO_MANY_REQUESTS, "console-declared-too-often"),
            Refused::Decided => (StatusCode::CONFLICT, "console-decided"),
            Refused::NoRange => (StatusCode::CONFLICT, "console-no-range"),
            Refused::NoPurpose | Refused::NoReason | Refused::NoCase | Refused::BadCase | Refused::NoPerson => {
                (StatusCode::BAD_REQUEST, "console-decided")
            }
        };
        self.desk.page_with(status, &said(words))
    }

    /// Whether the policies permit this page, or this look at the record under what was said of it.
    ///
    /// # Errors
    /// The answer to send.
    pub async fn permit(&self, action: Action, ask: Option<&search_audit::Ask>) -> Result<(), Response> {
        looking::permit_given(self.deed(), action, ask).await.map_err(|refused| self.refused(&refused))
    }

    /// The same for a search that was kept.
    ///
    /// # Errors
    /// The answer to send.
    pub async fn permit_kept(&self, action: Action, search: &str) -> Result<(), Response> {
        match search_audit::kept(&self.desk.app, &self.officer, search) {
            Ok((ask, _)) => self.permit(action, Some(&ask)).await,
            Err(refused) => Err(self.search_refused(&refused)),
        }
    }

    /// Why nothing of the record is shown.
    #[must_use]
    pub fn search_refused(&self, refused: &Searched) -> Response {
        let (status, words) = match refused {
            Searched::Failure(failure) => return self.desk.fault(failure),
            Searched::NoResident => (StatusCode::NOT_FOUND, "console-no-resident"),
            Searched::NoEvent => (StatusCode::NOT_FOUND, "console-missing"),
            Searched::Known => (StatusCode::FORBIDDEN, "console-known"),
            Searched::TooMany => (StatusCode::TOO_MANY_REQUESTS, "console-record-too-many"),
            Searched::Why(_) | Searched::Filter(_) | Searched::Cursor => {
                (StatusCode::BAD_REQUEST, "console-search-over")
            }
        };
        self.desk.page_with(status, &said(words))
    }

    /// A service's name by the id that an event holds.
    #[must_use]
    pub fn service_of(&self, id: &str) -> Text {
        ClientId::parse(id).map_or_else(|| Text::plain(id), |id| self.service(&id))
    }

    /// A choice of one service, or none.
    #[must_use]
    pub fn services(&self, name: &'static str, chosen: &str) -> Field {
        let snapshot = self.desk.app.snapshot();
        let all = snapshot.clients().map(|client| (client.id.to_string(), self.words(&client.name), None));
        Field::choice(name, "person-service", chosen, any("record-any", all))
    }

    /// A choice of one purpose, or none: those of services and of the council itself.
    #[must_use]
    pub fn purposes(&self, name: &'static str, chosen: &str) -> Field {
        let snapshot = self.desk.app.snapshot();
        let own =
            snapshot.policy.processing.activities.iter().map(|one| (one.id.clone(), self.words(&one.title), None));
        let shared = snapshot.policy.register.purposes.iter();
        let shared = shared.map(|one| (one.id.clone(), self.words(&one.title), None));
        Field::choice(name, "record-purpose", chosen, any("record-any", own.chain(shared)))
    }

    /// A choice of one reason, or none.
    #[must_use]
    pub fn reasons(&self, name: &'static str, chosen: &str) -> Field {
        let snapshot = self.desk.app.snapshot();
        let all = snapshot.policy.reasons.iter().map(|one| (one.code.clone(), self.words(&one.title), None));
        Field::choice(name, "record-reason", chosen, any("record-any", all))
    }

    /// A choice of one member of staff, or none.
    pub async fn officers(&self, name: &'static str, legend: &str, chosen: &str) -> Field {
        let all = members::all(&self.desk.app).await.unwrap_or_default();
        let all = all.into_iter().map(|one| (one.id.to_string(), Text::plain(one.name.as_str()), None));
        Field::choice(name, legend, chosen, any("record-any-officer", all))
    }

    /// The pseudonyms of a member of staff, one a year; none if there is no such member.
    pub async fn pseudonyms(&self, id: &str) -> Option<Vec<String>> {
        let id = StaffId(uuid::Uuid::parse_str(id).ok()?);
        let all = members::pseudonyms(&self.desk.app, self.desk.now).await.ok()?;
        all.into_iter().find(|(one, ..)| *one == id).map(|(.., words)| words)
    }

    /// Names of members of staff by pseudonym.
    pub async fn names(&self) -> BTreeMap<String, String> {
        let all = members::pseudonyms(&self.desk.app, self.desk.now).await.unwrap_or_default();
        let named = |(_, name, words): (StaffId, FullName, Vec<String>)| {
            words.into_iter().map(move |word| (word, name.as_str().to_owned()))
        };
        all.into_iter().flat_map(named).collect()
    }

    /// Pairs of pseudonyms, officer and resident, of looks at people whom the officer declared to know; and whether it is all.
    ///
    /// # Errors
    /// What the store says.
    pub async fn conflicts(&self, window: (When, When)) -> Result<(BTreeSet<(String, String)>, bool), Failure> {
        conflicts::of_looks(&self.desk.app, window, self.desk.now).await
    }

    fn told(&self, words: &str) -> Response {
        self.desk.page_with(StatusCode::FORBIDDEN, &said(words))
    }

    /// To where they prove once more who they are, and then to a page of this listener.
    #[must_use]
    pub fn prove_again(&self, place: &str) -> Response {
        let next: String = url::form_urlencoded::byte_serialize(place.as_bytes()).collect();
        self.desk.see_other(&format!("/prove?next={next}"))
    }
}

/// Choices with the one that leaves it open first.
fn any(words: &str, all: impl Iterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once((String::new(), Text::say(words), None)).chain(all).collect()
}

/// Value, words and hint.
type Choice = (String, Text, Option<Text>);

/// A page that says one thing, under the words every error page has.
fn said(words: &str) -> Console {
    Console::new(Text::say("there-is-a-problem"))
        .back("/")
        .block(Block::Heading(Text::say(words)))
        .block(Block::Para(Text::say(&format!("{words}-text"))))
}
