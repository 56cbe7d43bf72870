//! What a resident sees of her sharing, what she undoes there, and the commands about it.

mod commands;
mod decided;
mod ends;
mod often;
mod pages;
mod races;
mod written;

use crate::app::House;
use crate::visitor::Visitor;
use portreeve::domain::audit::Context;
use portreeve::domain::client::{Client, Lang};
use portreeve::domain::ids::{AccountId, ClientId};
use portreeve::domain::sharing::{Method, Record, Standing};
use portreeve::domain::time::When;
use portreeve::service::post::Text;
use portreeve::service::records;
use portreeve::service::sharing::{self, Capture, own};
use portreeve::store::sharing as stored;
use std::sync::Arc;

pub const ADA: &str = "ada@example.org";
pub const WORD: &str = "turnip lantern cobble";
pub const NEWS: &str = "/account/sharing/parking-permits/permit-newsletter";
pub const PERMIT: &str = "/account/sharing/parking-permits/issue-resident-permit";
pub const GARDEN: &str = "/account/sharing/garden-waste/collect-garden-waste";

pub fn client(house: &House, id: &str) -> Arc<Client> {
    Arc::clone(house.app.snapshot().client(&ClientId::parse(id).unwrap()).unwrap())
}

/// She was told, or said yes, at the door of a service.
pub async fn says(house: &House, who: AccountId, id: &str, purpose: &str) {
    let (app, now, client) = (&house.app, house.app.now(), client(house, id));
    let tell = own::all_of(app, &client, purpose, now).unwrap();
    let said = if tell.basis == portreeve::domain::audit::Basis::Consent {
        let capture = Capture::on_page(Lang::En, Method::Radio, 2, None);
        sharing::decide(app, who, (&client, &tell, true), &capture, Context::default(), now).await
    } else {
        let capture = Capture::on_page(Lang::En, Method::Page, 2, None);
        sharing::tell(app, who, (&client, &[tell]), (&capture, false), Context::default(), now).await
    };
    assert!(said.unwrap().is_some(), "{purpose}");
}

/// Ada, told by both services and agreed to the newsletter, signed in.
pub async fn ada(house: &House) -> (AccountId, Visitor) {
    let ada = house.resident("Ada Wójcik", ADA, WORD).await;
    says(house, ada, "garden-waste", "collect-garden-waste").await;
    says(house, ada, "parking-permits", "issue-resident-permit").await;
    says(house, ada, "parking-permits", "permit-newsletter").await;
    let visitor = Visitor::new(house);
    visitor.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
    (ada, visitor)
}

/// The letters that tell of a decision and wait, oldest first.
pub async fn decision_letters(house: &House) -> Vec<(String, Text)> {
    let letters = house.letters().await.into_iter();
    letters.filter(|(_, letter)| letter.subject.contains("objection")).collect()
}

pub async fn standing(house: &House, who: AccountId, purpose: &str) -> Standing {
    let rows = stored::standings(&mut house.app.db.peek(), who).await.unwrap();
    records::standings(rows).unwrap().into_iter().find(|standing| standing.purpose == purpose).unwrap()
}

/// When an account was used last.
pub async fn last_used(house: &House, who: AccountId) -> When {
    let sql = "SELECT last_used_at FROM account WHERE id = $1";
    house.app.db.peek().sql(sql).bind(who).scalar().await.unwrap()
}

pub async fn lines(house: &House, who: AccountId) -> Vec<Record> {
    records::history(stored::of_account(&mut house.app.db.peek(), who).await.unwrap()).unwrap()
}
