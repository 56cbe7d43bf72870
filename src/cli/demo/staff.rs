//! The made-up members of staff: an invitation for each, for whoever tries the demo.

use super::folder::Folder;
use crate::app::App;
use crate::cli::open::STAFF_ORIGIN;
use crate::cli::staff::link;
use crate::config::Origin;
use crate::crypto::roots::keep_private;
use crate::crypto::tokens::Token;
use crate::domain::account::FullName;
use crate::domain::staff::Role;
use crate::service::staff::members::{self, Grant};
use anyhow::Context as _;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Somebody to look, somebody to look after that, and somebody whom both can ask: what takes two can be tried.
const MEMBERS: [(Role, &str); 3] = [
    (Role::InformationGovernance, "Imogen Vaughan"),
    (Role::CustomerService, "Callum Okafor"),
    (Role::Deputy, "Bronwen Pugh"),
];

/// Who could give these roles, were there anybody yet.
const GIVEN_BY: (&str, &str) = ("Demo Operator", "Demo Second Person");

/// An invitation that still works.
pub(super) struct Invited {
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) link: String,
}

/// Invites them at the first start; later finds the invitations that were not used.
pub(super) async fn ensure(app: &App, folder: &Folder, origin: &Origin) -> anyhow::Result<Vec<Invited>> {
    write(&folder.path().join(STAFF_ORIGIN), origin.as_str())?;
    let file = folder.path().join("staff.txt");
    if !members::any(app).await? {
        let mut kept = String::new();
        for (role, name) in MEMBERS {
            let (by, second) = (FullName::parse(GIVEN_BY.0)?, FullName::parse(GIVEN_BY.1)?);
            let name = FullName::parse(name)?;
            let grant = Grant::of(app, &name, (&[], &[role]), &by, Some(&second))?;
            let (_, token) = members::invite(app, &name, &grant, app.now()).await?;
            writeln!(kept, "{} {}", role.as_str(), token.as_str())?;
        }
        write(&file, &kept)?;
    }
    let mut invited = Vec::new();
    for line in fs::read_to_string(&file).unwrap_or_default().lines() {
        let found = line.split_once(' ').and_then(|(role, token)| Some((Role::parse(role)?, Token::parse(token)?)));
        let Some((role, token)) = found else { continue };
        if let Some(member) = members::invited(app, &token, app.now()).await? {
            invited.push(Invited { role, name: member.name.as_str().to_owned(), link: link(origin, &token) });
        }
    }
    Ok(invited)
}

/// Writes a file that only its owner may read, in place of what lies there.
fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    if file.exists() {
        fs::remove_file(file).with_context(|| format!("{} cannot be replaced", file.display()))?;
    }
    keep_private(file, text.as_bytes()).with_context(|| format!("{} cannot be written", file.display()))
}
