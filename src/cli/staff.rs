//! `portreeve staff invite | list | roles | revoke`.

use super::open::Place;
use super::{Ending, Say, person};
use crate::app::App;
use crate::config::Origin;
use crate::crypto::tokens::Token;
use crate::domain::account::FullName;
use crate::domain::ids::StaffId;
use crate::domain::staff::Role;
use crate::domain::time::When;
use crate::service::staff::members::{self, AgainError, Grant, GrantError, INVITED_FOR, InviteError, Member};
use crate::service::staff::words_of;
use anyhow::Context as _;
use serde_json::{Value, json};
use uuid::Uuid;

/// Members of staff.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Staff {
    /// Make somebody a member of staff, and print the link with which they add a passkey: once.
    #[command(after_help = SECOND)]
    Invite(Invite),
    /// Everybody who is or was on the staff.
    List(List),
    /// Give a member other roles; they hold from the next request.
    #[command(after_help = SECOND)]
    Roles(Roles),
    /// Remove a member: they are signed out everywhere, and cannot sign in.
    Revoke(Revoke),
}

const SECOND: &str = "Roles: customer_service, information_governance, auditor, administrator, deputy. A role that may approve \
    what others do, and administrator, are given by two people: --by and --approved-by.";

/// Who, with which roles, by whom; or whom again.
#[derive(Debug, clap::Args)]
pub(super) struct Invite {
    /// Their name, as their work and the record show it.
    #[arg(long, value_name = "NAME", value_parser = person, required_unless_present = "again")]
    name: Option<FullName>,
    /// A role; may be given several times.
    #[arg(long = "role", value_name = "ROLE", required_unless_present = "again", num_args = 1.., value_parser = role)]
    roles: Vec<Role>,
    /// Another link for a member whose invitation lapsed or whose passkey was lost, by their id as `staff list` says it: passkeys,
    /// sessions and links they had end.
    #[arg(long, value_name = "ID", value_parser = staff, conflicts_with_all = ["name", "roles"])]
    again: Option<StaffId>,
    #[command(flatten)]
    people: People,
    #[command(flatten)]
    place: Place,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

/// Roles and who gives them.
#[derive(Debug, clap::Args)]
struct Given {
    /// A role; may be given several times.
    #[arg(long = "role", value_name = "ROLE", required = true, num_args = 1.., value_parser = role)]
    roles: Vec<Role>,
    #[command(flatten)]
    people: People,
}

#[derive(Debug, clap::Args)]
struct People {
    /// Who does it: recorded with the change.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    /// The second person, who approved it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    approved_by: Option<FullName>,
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
}

/// Whose roles, and which.
#[derive(Debug, clap::Args)]
pub(super) struct Roles {
    /// The member's id, as `staff list` says it.
    #[arg(value_name = "ID", value_parser = staff)]
    id: StaffId,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    place: Place,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

/// Who leaves.
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    /// The member's id, as `staff list` says it.
    #[arg(value_name = "ID", value_parser = staff)]
    id: StaffId,
    /// Who does it: recorded with the change.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    #[command(flatten)]
    place: Place,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
}

fn role(text: &str) -> Result<Role, String> {
    let all = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    Role::parse(text).ok_or_else(|| format!("the roles are {}", all()))
}

fn staff(text: &str) -> Result<StaffId, String> {
    Uuid::parse_str(text).map(StaffId).map_err(|_| "not a member's id: `staff list` says them".to_owned())
}

impl Staff {
    pub(super) async fn run(self, say: Say) -> anyhow::Result<Ending> {
        match self {
            Self::Invite(invite) => invite.run(say).await,
            Self::List(list) => list.run(say).await,
            Self::Roles(roles) => roles.run(say).await,
            Self::Revoke(revoke) => revoke.run(say).await,
        }
    }
}

impl People {
    fn grant(&self, app: &App, member: &FullName, roles: (&[Role], &[Role])) -> anyhow::Result<Grant> {
        let granted = Grant::of(app, member, roles, &self.by, self.approved_by.as_ref());
        granted.map_err(|error| match error {
            GrantError::NeedsASecond(_) => anyhow::anyhow!("{error}: name the second with --approved-by NAME"),
            error => anyhow::anyhow!("--approved-by: {error}"),
        })
    }
}

/// The address of an invitation.
pub(in crate::cli) fn link(origin: &Origin, token: &Token) -> String {
    format!("{}/enrol/{}", origin.as_str(), token.as_str())
}

impl Invite {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let house = self.place.find()?;
        let origin =
            house.staff_origin.clone().context("there is no staff listener: set `listen.staff` and `staff_origin`")?;
        let app = house.app().await?;
        let known = match self.again {
            Some(id) => Some(active(&app, id).await?),
            None => None,
        };
        let name = known.as_ref().map(|member| &member.name).or(self.name.as_ref()).context("--name is missing")?;
        let given = known.as_ref().map_or(&self.roles, |member| &member.roles);
        let grant = self.people.grant(&app, name, (&[], given))?;
        let roles = words_of(grant.roles());
        if known.is_none()
            && let Some(member) = members::namesake(&app, name).await?
        {
            return Err(InviteError::Namesake(member.id).into());
        }
        if known.as_ref().is_some_and(|member| member.upstream) {
            return Err(AgainError::Upstream.into());
        }
        if self.dry_run {
            let again = if known.is_some() { " again: passkeys and sessions they have would end" } else { "" };
            let text = format!("{} would be invited as {roles}{again}.", name.as_str());
            say.answer(&json!({ "name": name.as_str(), "roles": grant_words(&grant), "dry_run": true }), &text);
            return Ok(Ending::Fine);
        }
        let now = app.now();
        let (id, token) = match &known {
            Some(member) => (member.id, members::invite_again(&app, member, &grant, now).await?),
            None => members::invite(&app, name, &grant, now).await?,
        };
        let (link, until) = (link(&origin, &token), now + INVITED_FOR);
        let text = format!(
            "{} is invited as {roles}: {id}\n\n{link}\n\nGive them this link in a way that nobody else reads. It works once, \
             until {until}, and is not shown again.",
            name.as_str()
        );
        let answer = json!({
            "id": id, "name": name.as_str(), "roles": grant_words(&grant), "link": link,
            "until": until.to_string(), "dry_run": false,
        });
        say.answer(&answer, &text);
        Ok(Ending::Fine)
    }
}

fn grant_words(grant: &Grant) -> Vec<&'static str> {
    grant.roles().iter().map(|role| role.as_str()).collect()
}

impl List {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let all = members::all(&app).await?;
        let text = if all.is_empty() {
            "Nobody is on the staff: `portreeve staff invite` makes somebody a member.".to_owned()
        } else {
            all.iter().map(said).collect::<Vec<_>>().join("\n")
        };
        let members: Vec<Value> = all.iter().map(json).collect();
        say.answer(&json!({ "members": members }), &text);
        Ok(Ending::Fine)
    }
}

fn state(member: &Member) -> &'static str {
    match (member.active, member.enrolled) {
        (false, _) => "removed",
        (true, false) => "invited",
        (true, true) => "active",
    }
}

fn said(member: &Member) -> String {
    let way = if member.upstream { ", by the council's provider" } else { "" };
    format!("{}  {:<8}  {}  ({}{way})", member.id, state(member), member.name.as_str(), words_of(&member.roles))
}

fn json(member: &Member) -> Value {
    json!({
        "id": member.id, "name": member.name.as_str(), "state": state(member), "upstream": member.upstream,
        "roles": member.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
        "created_at": member.created_at.to_string(), "removed_at": member.removed_at.map(|at: When| at.to_string()),
    })
}

async fn active(app: &App, id: StaffId) -> anyhow::Result<Member> {
    let member =
        members::get(app, id).await?.with_context(|| format!("there is no member {id}: look at `staff list`"))?;
    anyhow::ensure!(member.active, "{id} was removed before, and nothing was done");
    Ok(member)
}

impl Roles {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        let member = active(&app, self.id).await?;
        let grant = self.given.people.grant(&app, &member.name, (&member.roles, &self.given.roles))?;
        let (before, after) = (words_of(&member.roles), words_of(grant.roles()));
        anyhow::ensure!(before != after, "{} has these roles already, and nothing was done", self.id);
        if !self.dry_run {
            let changed = members::set_roles(&app, self.id, &grant, app.now()).await?;
            anyhow::ensure!(changed, "{} was changed by somebody else just now, and nothing was done", self.id);
        }
        let verb = if self.dry_run { "would have" } else { "has" };
        let text = format!("{} {verb} the roles {after} instead of {before}, from the next request on.", self.id);
        let answer = json!({ "id": self.id, "before": before, "after": after, "dry_run": self.dry_run });
        say.answer(&answer, &text);
        Ok(Ending::Fine)
    }
}

impl Revoke {
    async fn run(self, say: Say) -> anyhow::Result<Ending> {
        let app = self.place.find()?.app().await?;
        active(&app, self.id).await?;
        if !self.dry_run {
            let removed = members::remove(&app, self.id, &self.by, app.now()).await?;
            anyhow::ensure!(removed, "{} was removed by somebody else just now", self.id);
        }
        let verb = if self.dry_run { "would be" } else { "is" };
        let text = format!("{} {verb} removed: signed out everywhere, with no passkey.", self.id);
        say.answer(&json!({ "id": self.id, "removed": !self.dry_run, "dry_run": self.dry_run }), &text);
        Ok(Ending::Fine)
    }
}
