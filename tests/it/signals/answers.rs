//! A service says what became of a signal, once (issue: a forged or replayed acknowledgement is refused).

use super::receiver::Receiver;
use super::{change, corrected, is_readable, only, round, stage, state, withdrawn};
use crate::app::House;
use crate::oidc::browser::Page;
use crate::oidc::party::{APP, LIBRARY, MUSEUM, Party};
use crate::oidc::record::{added, count, newest, refusals};
use portreeve::jobs::deliver_signals::DeliverSignals;
use std::time::Duration;

async fn say(house: &House, party: &Party, form: &[(&str, &str)]) -> Page {
    party.post(house, "/signals/done", form).await
}

fn told(page: &Page) -> (u16, String) {
    (page.status, page.json()["error_description"].as_str().unwrap().to_owned())
}

const UNKNOWN: &str = "no signal with this jti was handed to this client";
const BEFORE: &str = "this signal was answered before, in the same way: nothing is left to do";
const OTHERWISE: &str = "this signal was answered before, in another way: the first answer stands";

both! {
    async fn an_answer_is_taken_once(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        change(&house.app, ada, withdrawn("library")).await;
        round(house, &mut duty).await;
        let signal = only(house, ada, "library").await.jti;
        let jti = signal.to_string();
        let done = [("jti", jti.as_str()), ("outcome", "done")];
        let (page, events) = added(house, say(house, &LIBRARY, &done)).await;
        assert_eq!((page.status, page.body.as_str(), events), (204, "", vec!["signal.done".to_owned()]));
        assert_eq!(newest(house, "signal.done").await["client_id"], "library");
        let (page, events) = added(house, say(house, &LIBRARY, &done)).await;
        assert_eq!((told(&page), events), ((400, BEFORE.to_owned()), vec!["request.refused".to_owned()]));
        let no = [("jti", jti.as_str()), ("outcome", "refused"), ("reason", "legal_claim")];
        assert_eq!(told(&say(house, &LIBRARY, &no).await), (400, OTHERWISE.to_owned()));
        assert_eq!(state(house, signal).await, ("done".into(), None));
        assert!(!is_readable(house, signal).await);
        let reasons: Vec<String> = refusals(house).await.into_iter().map(|(reason, _)| reason).collect();
        assert_eq!(reasons, ["signal_answered", "signal_contradicted"]);
    }

    async fn a_refusal_says_why_and_stands(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        change(&house.app, ada, withdrawn("library")).await;
        round(house, &mut duty).await;
        let signal = only(house, ada, "library").await.jti;
        let jti = signal.to_string();
        for bad in [
            vec![("jti", jti.as_str())],
            vec![("jti", &jti), ("outcome", "perhaps")],
            vec![("jti", &jti), ("outcome", "refused")],
            vec![("jti", &jti), ("outcome", "refused"), ("reason", "Ada Wren asked us to")],
            vec![("jti", &jti), ("outcome", "done"), ("reason", "other")],
            vec![("outcome", "done")],
        ] {
            assert_eq!(say(house, &LIBRARY, &bad).await.status, 400, "{bad:?}");
        }
        let no = [("jti", jti.as_str()), ("outcome", "refused"), ("reason", "legal_obligation")];
        assert_eq!(say(house, &LIBRARY, &no).await.status, 204);
        assert_eq!(state(house, signal).await, ("refused".into(), Some("legal_obligation".into())));
        let leaf = newest(house, "signal.refused").await;
        assert_eq!((&leaf["outcome"], &leaf["actor"]["class"]), (&"denied".into(), &"client".into()));
        let done = [("jti", jti.as_str()), ("outcome", "done")];
        assert_eq!(told(&say(house, &LIBRARY, &done).await), (400, OTHERWISE.to_owned()));
        let other = [("jti", jti.as_str()), ("outcome", "refused"), ("reason", "other")];
        assert_eq!(told(&say(house, &LIBRARY, &other).await), (400, OTHERWISE.to_owned()));
        assert_eq!(told(&say(house, &LIBRARY, &no).await), (400, BEFORE.to_owned()));
    }

    async fn a_forged_answer_changes_nothing(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        change(&house.app, ada, corrected()).await;
        round(house, &mut duty).await;
        let (hers, theirs) = (only(house, ada, "library").await.jti, only(house, ada, "museum").await.jti);
        let nobodys = uuid::Uuid::new_v4();
        // Another's, nobody's, no name at all, and its own that was never handed over.
        for (party, jti) in [
            (MUSEUM, hers.to_string()),
            (LIBRARY, nobodys.to_string()),
            (LIBRARY, "x".to_owned()),
            (MUSEUM, theirs.to_string()),
        ] {
            let form = [("jti", jti.as_str()), ("outcome", "done")];
            assert_eq!(told(&say(house, &party, &form).await), (400, UNKNOWN.to_owned()), "{} {jti}", party.id);
        }
        let jti = hers.to_string();
        assert_eq!(say(house, &APP, &[("jti", jti.as_str()), ("outcome", "done")]).await.status, 401);
        assert_eq!(state(house, hers).await.0, "delivered");
        assert_eq!(state(house, theirs).await.0, "waiting");
        assert_eq!(count(house, "signal.done").await, 0);
        assert!(refusals(house).await.iter().any(|(reason, _)| reason == "signal_unknown"));
    }

    async fn of_two_at_once_one_is_first(world: World) {
        let library = Receiver::default();
        let stage = stage(world, &library).await;
        let (house, ada, mut duty) = (&stage.house, stage.ada, DeliverSignals::default());
        for _ in 0..5 {
            change(&house.app, ada, withdrawn("library")).await;
            round(house, &mut duty).await;
            let jti = super::rows(house, ada, "library").await.last().unwrap().jti.to_string();
            let done = [("jti", jti.as_str()), ("outcome", "done")];
            let no = [("jti", jti.as_str()), ("outcome", "refused"), ("reason", "other")];
            let (a, b) = tokio::join!(say(house, &LIBRARY, &done), say(house, &LIBRARY, &no));
            let mut both = [a.status, b.status];
            both.sort_unstable();
            assert_eq!(both, [204, 400]);
            house.later(Duration::from_secs(1));
        }
        assert_eq!(count(house, "signal.done").await + count(house, "signal.refused").await, 5);
    }
}
