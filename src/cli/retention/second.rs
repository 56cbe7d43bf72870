//! The second person of what two people decide about the schedule's work: named beside the first, or asked in the console.

use crate::app::App;
use crate::cli::open::House;
use crate::cli::{Say, person};
use crate::domain::account::FullName;
use crate::service::retention::{self, Matter};
use crate::service::second_person;
use serde_json::json;

/// The two people.
#[derive(Debug, clap::Args)]
pub(super) struct Two {
    /// Who asks: recorded with it.
    #[arg(long, value_name = "NAME", value_parser = person)]
    by: FullName,
    /// The second person, who approves it. Without, a member of staff asks, and another approves it in the console within a day.
    #[arg(long, value_name = "NAME", value_parser = person)]
    approved_by: Option<FullName>,
}

impl Two {
    /// Both, if both are named. Else the second is asked in the console, and nobody is given; `none` says that there is nothing to
    /// ask about.
    pub(super) async fn named(
        &self,
        (house, app): (&House, &App),
        matter: &Matter,
        none: &str,
        say: Say,
    ) -> anyhow::Result<Option<(&FullName, &FullName)>> {
        if let Some(with) = &self.approved_by {
            anyhow::ensure!(!self.by.is_same_as(with), "--approved-by: a second person approves it, not the same one");
            return Ok(Some((&self.by, with)));
        }
        let member = second_person::asker(app, &self.by).await?;
        let Some((id, until)) = retention::ask_second(app, matter, &member, app.now()).await? else {
            anyhow::bail!("{none}");
        };
        let page = house.staff_origin.as_ref().map(|origin| format!("{}/approvals", origin.as_str()));
        let at = page.as_ref().map_or_else(|| "in the console.".to_owned(), |page| format!("at {page}"));
        say.answer(
            &json!({ "approval": id, "by": self.by.as_str(), "until": until.to_string(), "page": page }),
            &format!("Asked for, and not done yet. Until {until} somebody else can approve it {at}"),
        );
        Ok(None)
    }
}
