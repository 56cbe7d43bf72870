//! What she takes back, objects to or lets run out is told to the service; that she was told, or said yes, is not.

use super::receiver::Receiver;
use super::{round, rows};
use crate::app::House;
use crate::oidc::Stage;
use crate::oidc::party::{LIBRARY, NEWS, files_with};
use crate::oidc::text;
use crate::oidc::tokens::claims;
use crate::sharing::{self as told, PERMIT, says};
use crate::visitor::Visitor;
use portreeve::domain::account::FullName;
use portreeve::domain::ids::{AccountId, ClientId};
use portreeve::jobs::deliver_signals::DeliverSignals;
use portreeve::jobs::end_consents::EndConsents;
use portreeve::jobs::runner::Duty as _;
use portreeve::service::post::Text;
use portreeve::service::sharing::{Answered, Decided, Decision, Judge, Ruling, decide_objection};
use portreeve::service::standing::Why;
use portreeve::store::{Housekeeping, sharing};
use serde_json::json;
use std::time::Duration;

/// She went there once, so that it has a name for her.
pub async fn visited(house: &House, who: AccountId, id: &str) {
    let (now, sector) = (house.app.now(), told::client(house, id).sector.clone());
    let written = house.app.db.write(async |mut w| {
        sharing::claim_subject(&mut w, who, &sector, &format!("sub-{}", who.0), now).await?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    written.await.unwrap();
}

/// The kinds of what the permits people were told, since the last look.
async fn news(house: &House, who: AccountId, seen: &mut usize) -> Vec<String> {
    house.later(Duration::from_secs(1));
    let kinds: Vec<_> = rows(house, who, "parking-permits").await.into_iter().map(|row| row.kind).skip(*seen).collect();
    *seen += kinds.len();
    kinds
}

async fn decided(house: &House, who: AccountId, decision: Decision) {
    let why = Why::of(&house.app, FullName::parse("Bea Lloyd").unwrap(), "security_incident", Some("C-17")).unwrap();
    let client = ClientId::parse("parking-permits").unwrap();
    let at = (who, &client, "issue-resident-permit");
    let by = Judge::Operator(&why);
    let ruling = Ruling { decision, grounds: "Two cars share the place.", by, objection: None };
    let told = |_: &Answered| Text { subject: "A decision".into(), body: "It is decided.".into() };
    let done = decide_objection(&house.app, at, ruling, &told, house.app.now()).await.unwrap();
    assert!(matches!(done, Decided::Done { written: true, .. }), "{done:?}");
}

both! {
    async fn a_withdrawal_in_her_account_is_pushed_and_a_first_word_is_not(world: World) {
        let receiver = Receiver::default();
        let push = format!("signals = {{ delivery = \"push\", endpoint = \"{}\" }}", receiver.open().await);
        let mut stage = Stage::with(world, &files_with(&[("news", &push), ("library", "signals = { delivery = \"poll\" }")])).await;
        receiver.hears(&stage.house, "news");
        says(&stage.house, stage.ada, "news", "permit-newsletter").await;
        let sub = claims(text(&stage.tokens(&NEWS, &[]).await, "id_token"))["sub"].clone();
        // The library's first page tells her what it gets.
        stage.tokens(&LIBRARY, &[]).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        // Told anew, and a yes again.
        says(house, ada, "library", super::PURPOSE).await;
        says(house, ada, "news", "permit-newsletter").await;
        for service in ["library", "news"] {
            assert!(rows(house, ada, service).await.is_empty(), "{service}");
        }
        let visitor = Visitor::new(house);
        visitor.post("/sign-in", &[("email", "ada@havenbrook.example"), ("password", "kettle-orbit-49")]).await;
        let done = visitor.post("/account/sharing/news/permit-newsletter/withdraw", &[]).await;
        assert_eq!(done.to, "/account/sharing?news=stopped");
        round(house, &mut duty).await;
        let taken = receiver.taken();
        assert_eq!(taken.len(), 1, "{taken:?}");
        let event = format!("{}/events/consent_withdrawn", house.app.issuer.as_str());
        let share = &taken[0]["events"][&event]["shares"][0];
        assert_eq!(taken[0]["sub_id"], json!({ "format": "iss_sub", "iss": house.app.issuer.as_str(), "sub": sub }));
        assert_eq!(share["purpose"], "permit-newsletter", "{}", taken[0]);
        assert!(share["claims"].as_array().unwrap().contains(&json!("email")), "{share}");
        assert!(rows(house, ada, "library").await.is_empty());
        // Nothing is left to take back, and a no to what does not stand ends nothing.
        visitor.post("/account/sharing/news/permit-newsletter/withdraw", &[]).await;
        round(house, &mut duty).await;
        assert_eq!((receiver.taken().len(), rows(house, ada, "news").await.len()), (1, 1));
    }

    async fn each_deed_that_ends_pauses_or_resumes_a_share_is_told_once(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = told::ada(&house).await;
        visited(&house, who, "parking-permits").await;
        let mut seen = 0;
        assert_eq!(news(&house, who, &mut seen).await, [""; 0]);
        visitor.post(&format!("{PERMIT}/object"), &[("grounds", "My neighbour works there.")]).await;
        assert_eq!(news(&house, who, &mut seen).await, ["sharing_paused"]);
        visitor.post(&format!("{PERMIT}/object"), &[("grounds", "Once more.")]).await;
        assert_eq!(news(&house, who, &mut seen).await, [""; 0], "an objection waits already");
        decided(&house, who, Decision::Rejected).await;
        assert_eq!(news(&house, who, &mut seen).await, ["sharing_resumed"]);
        visitor.post(&format!("{PERMIT}/object"), &[("grounds", "On second thoughts.")]).await;
        assert_eq!(news(&house, who, &mut seen).await, ["sharing_paused"]);
        for _ in 0..2 {
            visitor.post(&format!("{PERMIT}/take-back"), &[]).await;
        }
        assert_eq!(news(&house, who, &mut seen).await, ["sharing_resumed"], "she took it back, once");
        visitor.post(&format!("{PERMIT}/object"), &[("grounds", "I still fear her.")]).await;
        decided(&house, who, Decision::Upheld).await;
        assert_eq!(news(&house, who, &mut seen).await, ["sharing_paused"], "and the pause stands");
        let seen_there = visitor.get(&format!("{PERMIT}/choose")).await.hidden("seen");
        visitor.post(&format!("{PERMIT}/choose"), &[("seen", &seen_there)]).await;
        assert_eq!(news(&house, who, &mut seen).await, ["sharing_resumed"], "she asks for it herself");
        house.later(Duration::from_hours(24 * 31 * 25));
        EndConsents.round(&house.app, house.app.now()).await.unwrap();
        EndConsents.round(&house.app, house.app.now()).await.unwrap();
        assert_eq!(news(&house, who, &mut seen).await, ["consent_withdrawn"], "it ran out");
    }
}
