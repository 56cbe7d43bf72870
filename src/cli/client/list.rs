//! `portreeve client list`: every service, where it comes from, and whether its file says what is in force.

use crate::cli::open::House;
use crate::cli::{Ending, Say};
use crate::domain::client::{Client, SecurityProfile};
use crate::policy::Bundle;
use crate::service::registration;
use crate::store::clients;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One service.
#[derive(Debug, Serialize)]
struct Row {
    client_id: String,
    name: String,
    /// Where it comes from: its file, or the template it registered under.
    from: String,
    security_profile: String,
    token_endpoint_auth_method: String,
    sector: String,
    /// In words; "in force" if all is well.
    state: String,
}

pub(super) async fn list(house: &House, say: Say) -> anyhow::Result<Ending> {
    let db = house.db_there().await?;
    let in_force = super::in_force(house, &db).await?;
    // A folder that cannot be read is drift as well: `plan` says what is wrong with it.
    let folder = Bundle::load(&house.policies, &house.issuer).ok();
    let today = super::today(&in_force);
    let mut rows = files(&in_force, folder.as_ref(), today);
    for row in clients::all(&mut db.peek()).await? {
        let from = format!("registrations/{}.toml", row.template);
        rows.push(match registration::loaded(&row, &in_force, &house.issuer) {
            Ok(client) => {
                let template = |bundle: &Bundle| bundle.templates.get(&row.template).cloned();
                described(&client, from, state(&in_force, folder.as_ref(), template), today)
            }
            Err(why) => Row {
                client_id: row.id,
                name: String::new(),
                from,
                security_profile: String::new(),
                token_endpoint_auth_method: String::new(),
                sector: row.sector,
                state: format!("cannot be used: {why}"),
            },
        });
    }
    let wrong = rows.iter().any(|row| row.state != "in force");
    let line = |row: &Row| {
        let how = [row.security_profile.as_str(), row.token_endpoint_auth_method.as_str()].join(" ");
        format!("{}  {}  ({how}; {}; sector {})  {}", row.client_id, row.name, row.from, row.sector, row.state)
    };
    let text = rows.iter().map(line).collect::<Vec<_>>().join("\n");
    say.answer(&serde_json::json!({ "clients": rows }), if rows.is_empty() { "There are none." } else { &text });
    Ok(if wrong { Ending::Found } else { Ending::Fine })
}

fn files(in_force: &Bundle, folder: Option<&Bundle>, today: Date) -> Vec<Row> {
    let ids: BTreeSet<_> = in_force.clients.keys().chain(folder.into_iter().flat_map(|it| it.clients.keys())).collect();
    let row = |id: &&crate::domain::ids::ClientId| {
        let of = |bundle: &Bundle| bundle.clients.get(*id).cloned();
        let client = of(in_force).or_else(|| of(folder?))?;
        Some(described(&client, format!("services/{id}.toml"), state(in_force, folder, of), today))
    };
    ids.iter().filter_map(row).collect()
}

/// What is in force of something that a file describes, against that file.
fn state<T: PartialEq>(
    in_force: &Bundle,
    folder: Option<&Bundle>,
    of: impl Fn(&Bundle) -> Option<Arc<T>>,
) -> &'static str {
    match (of(in_force), folder, folder.and_then(&of)) {
        (Some(_), None, _) => "in force; the folder of policies cannot be read",
        (Some(now), Some(_), Some(file)) if now == file => "in force",
        (Some(_), Some(_), Some(_)) => "in force; its file says something else",
        (Some(_), Some(_), None) => "in force; its file is gone",
        (None, _, _) => "not in force yet",
    }
}

fn described(client: &Client, from: String, state: &str, today: Date) -> Row {
    let state = match &client.security_profile {
        SecurityProfile::Legacy(legacy) if legacy.is_over(today) => {
            format!("{state}; what it is excused from ended with {}", legacy.until)
        }
        SecurityProfile::Legacy(legacy) if legacy.is_near(today) => {
            format!("{state}; what it is excused from ends with {}", legacy.until)
        }
        _ => state.to_owned(),
    };
    Row {
        client_id: client.id.as_str().to_owned(),
        name: client.name.en.clone(),
        from,
        security_profile: client.security_profile.as_str().to_owned(),
        token_endpoint_auth_method: client.auth.as_str().to_owned(),
        sector: client.sector.clone(),
        state,
    }
}
