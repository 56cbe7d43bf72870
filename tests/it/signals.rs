//! Services are told of a change, by push and by poll, until they have it, and say what became of it.
//!
//! ```text
//! receiver  a service written to RFC 8417 and RFC 8935, on loopback
//! push      what it gets, what an outage and a kill do to it
//! poll      RFC 8936, as a stock client does it
//! answers   done, refused, and what is forged, repeated or contradicted
//! corrected a value that was put right is told to whoever was given it
//! deeds     what a resident, an officer and the clock do to a share
//! offline   a token in hand that is verified without asking us
//! desk      what staff and operators see
//! questions when a withdrawal took effect at the service, and which services confirmed an erasure
//! ```

mod answers;
mod corrected;
mod deeds;
mod desk;
mod offline;
mod poll;
mod push;
mod questions;
mod receiver;

use crate::app::House;
use crate::ledger;
use crate::oidc::Stage;
use crate::oidc::party::{LIBRARY, MUSEUM, files_with};
use crate::world::World;
use portreeve::app::App;
use portreeve::domain::claims::Claim;
use portreeve::domain::ids::{AccountId, ClientId, RecordId};
use portreeve::domain::signal::{Change, Kind, What};
use portreeve::jobs::deliver_signals::DeliverSignals;
use portreeve::jobs::runner::Duty;
use portreeve::service::signals;
use portreeve::store::Housekeeping;
use portreeve::store::sharing::{self, HowRow, SharingRow};
use portreeve::store::signals::{SignalRow, find, of_account};
use receiver::Receiver;
use uuid::Uuid;

/// The purpose that every service of these tests gets data for.
pub const PURPOSE: &str = "collect-garden-waste";

/// A house whose library takes signals by push and whose museum asks for them; a resident whom both know.
pub async fn stage(world: World, library: &Receiver) -> Stage {
    let push = format!("signals = {{ delivery = \"push\", endpoint = \"{}\" }}", library.open().await);
    let lines = [("library", push.as_str()), ("museum", "signals = { delivery = \"poll\" }")];
    let mut stage = Stage::with(world, &files_with(&lines)).await;
    library.trusts(&stage.house);
    stage.tokens(&LIBRARY, &[]).await;
    stage.tokens(&MUSEUM, &[]).await;
    stage
}

/// As if a resident had gone to a service of the samples, and had been told what it gets.
pub async fn knows(app: &App, account: AccountId, client: &str) {
    let now = app.now();
    let sector = app.snapshot().client(&ClientId::parse(client).unwrap()).unwrap().sector.clone();
    let row = SharingRow {
        id: RecordId(Uuid::new_v4()),
        client_id: client.into(),
        purpose: PURPOSE.into(),
        basis: "contract".into(),
        state: "shown".into(),
        notice: "garden-waste@1".into(),
        notice_sha256: vec![0; 32],
        language: "en".into(),
        claims: "name email".into(),
        policy: "any".into(),
        at: now,
        how: HowRow::default(),
    };
    app.db
        .write(async |mut w| {
            ledger::keep(&mut w, account, row.clone()).await?;
            sharing::claim_subject(&mut w, account, &sector, "her-subject", now).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await
        .unwrap();
}

/// Makes a change, as a deed that withdraws, corrects or closes makes it; gives its transaction.
pub async fn change(app: &App, account: AccountId, what: What) -> Uuid {
    let now = app.now();
    let told = signals::prepare(app, &Change { account, what }, now).await.unwrap();
    app.db
        .write(async |mut w| {
            signals::queue(&mut w, &told, now).await?;
            w.commit_quietly(Housekeeping::Delivery, ()).await
        })
        .await
        .unwrap();
    told.txn
}

/// A withdrawal at a service.
pub fn withdrawn(client: &str) -> What {
    let client = ClientId::parse(client).unwrap();
    What::Sharing { kind: Kind::ConsentWithdrawn, client, purpose: PURPOSE.into() }
}

/// The e-mail address is another.
pub fn corrected() -> What {
    What::Corrected([Claim::Email].into())
}

/// One round, and time for what it began to end.
pub async fn round(house: &House, duty: &mut DeliverSignals) {
    duty.round(&house.app, house.app.now()).await.unwrap();
    duty.finish().await;
}

/// The signals to a service about a person, oldest first.
pub async fn rows(house: &House, account: AccountId, client: &str) -> Vec<SignalRow> {
    let mut rows = of_account(&mut house.app.db.peek(), account).await.unwrap();
    rows.retain(|row| row.client_id == client);
    rows.reverse();
    rows
}

/// The only signal to a service about a person.
pub async fn only(house: &House, account: AccountId, client: &str) -> SignalRow {
    let rows = rows(house, account, client).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows[0].clone()
}

/// Where a signal stands, and why.
pub async fn state(house: &House, jti: Uuid) -> (String, Option<String>) {
    let row = find(&mut house.app.db.peek(), jti).await.unwrap().unwrap();
    (row.state, row.reason)
}

/// Whether anything of what a signal said is left.
pub async fn is_readable(house: &House, jti: Uuid) -> bool {
    let sql =
        "SELECT CAST(COUNT(*) AS BIGINT) FROM signal WHERE jti = $1 AND (row_key IS NOT NULL OR body IS NOT NULL)";
    house.app.db.peek().sql(sql).bind(jti).scalar::<i64>().await.unwrap() > 0
}
