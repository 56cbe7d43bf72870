//! What staff and operators see of it.

use super::receiver::{Mood, Receiver};
use super::{change, only, round, stage, state};
use crate::temp::TempDir;
use portreeve::domain::claims::Claim;
use portreeve::domain::signal::{Kind, What};
use portreeve::domain::staff::Role;
use portreeve::jobs::deliver_signals::DeliverSignals;
use portreeve::service::signals::overdue;
use std::time::Duration;

both! {
    async fn what_is_overdue_is_on_the_list_until_somebody_has_told_the_service(world: World) {
        let library = Receiver::default();
        let mut stage = stage(world, &library).await;
        // An old one takes no signals at all.
        stage.tokens(&crate::oidc::party::OLD_BASIC, &[]).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        let (_, mut dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        let (_, mut eve) = house.officer("Eve Pike", &[Role::Auditor]).await;
        let empty = dee.get("/signals").await;
        assert!(empty.status == 200 && empty.body.contains("No service is overdue"), "{}", empty.body);
        assert!(empty.body.contains("old-basic"), "it is told by hand: {}", empty.body);
        change(&house.app, ada, What::Corrected([Claim::Email].into())).await;
        library.is(Mood::Refuses("access_denied"));
        round(house, &mut duty).await;
        let page = dee.get("/signals").await.body;
        assert!(page.contains("Refused") && page.contains("Must be told by hand"), "{page}");
        assert!(!page.contains("Not told yet"), "the museum has a day: {page}");
        assert!(!page.contains("Ada "), "{page}");
        let signal = only(house, ada, "old-basic").await.jti;
        let place = format!("/signals/{signal}");
        let one = dee.get(&place).await;
        assert!(one.status == 200 && one.body.contains("A value was corrected"), "{}", one.body);
        assert!(!eve.get(&place).await.body.contains("I have told"), "who only sees is offered nothing");
        let no = dee.post(&place, &[]).await;
        assert!(no.status == 200 && no.body.contains("There is a problem"), "{}", no.body);
        assert_eq!(dee.post(&place, &[("case", "IG-7")]).await.to, "/signals");
        assert_eq!(state(house, signal).await, ("done".into(), Some("by_hand".into())));
        assert_eq!(house.events("signal.done").await, 1);
        // Once is enough.
        assert_eq!(dee.post(&place, &[("case", "IG-8")]).await.status, 409);
        assert_eq!(eve.post(&place, &[("case", "IG-9")]).await.status, 403);
        house.later(Duration::from_hours(24));
        let late = overdue::all(&mut house.app.db.peek(), "", house.app.now(), 10).await.unwrap();
        let late: Vec<_> = late.iter().map(|row| (row.client_id.as_str(), row.state.as_str())).collect();
        assert!(late.contains(&("museum", "waiting")) && late.contains(&("library", "refused")), "{late:?}");
        assert_eq!(late.len(), 2);
    }

    async fn a_kind_that_a_service_does_not_take_is_told_by_hand(world: World) {
        let some = "signals = { delivery = \"poll\", events = [\"consent_withdrawn\"] }";
        let mut stage = crate::oidc::Stage::with(world, &crate::oidc::party::files_with(&[("museum", some)])).await;
        stage.tokens(&crate::oidc::party::MUSEUM, &[]).await;
        change(&stage.house.app, stage.ada, What::Restricted).await;
        assert_eq!(only(&stage.house, stage.ada, "museum").await.state, "by_hand");
        let listed = overdue::by_hand(stage.house.app.snapshot().clients());
        let museum = listed.iter().find(|one| one.client_id == "museum").unwrap();
        assert_eq!(museum.kinds.len(), Kind::ALL.len() - 1);
        assert!(!museum.kinds.contains(&"consent_withdrawn"));
    }

    async fn the_command_lists_them_and_ends_with_1(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        let folder = TempDir::new("signals");
        let settings = house.settings(folder.path());
        let run = |more: &[&str]| {
            let arguments = [&["--json", "client", "signals", "--config", settings.as_str()], more].concat();
            let output = crate::serve::portreeve(&arguments).output().unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            let said: serde_json::Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}{:?}", output.stderr));
            (output.status.code().unwrap(), said)
        };
        assert_eq!(run(&["--overdue"]).0, 0);
        change(&house.app, ada, What::Corrected([Claim::Email].into())).await;
        library.is(Mood::Refuses("access_denied"));
        round(house, &mut duty).await;
        let (code, said) = run(&["--client", "library"]);
        // By the machine's clock, which is before the test's: what is refused is overdue at once.
        assert_eq!((code, &said["signals"][0]["state"], &said["tries"][0]["answer"]), (
            1,
            &"refused".into(),
            &"refused: access_denied".into()
        ), "{said}");
        assert!(said["signals"][0].get("person").is_none(), "{said}");
        assert!(said["by_hand"].as_array().unwrap().iter().all(|one| one["client_id"] == "library"), "{said}");
        let (_, all) = run(&["--overdue"]);
        assert!(all["by_hand"].as_array().unwrap().iter().any(|one| one["client_id"] == "strict"), "{all}");
    }
}
