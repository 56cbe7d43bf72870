//! One event is opened: the proof, what it holds, and that it is a look.

use super::story::{ADA, PARKING, Story, ask, context, newest_id};
use super::{count, found, newest};
use crate::log::{seal, tamper, unguard};
use portreeve::domain::ids::EventId;
use portreeve::service::search_audit::{Ask, Filters, Opened, Payload, Proved, Refused, open};
use portreeve::store::events as stored;
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

async fn opened(story: &Story, id: EventId, with_payload: bool) -> Opened {
    story.house.later(Duration::from_secs(1));
    open(story.app(), (&story.cai, &context()), &ask(), (id, with_payload), story.app().now()).await.unwrap()
}

both! {
    async fn an_event_is_shown_with_its_proof_and_what_it_holds(world: World) {
        let story = Story::begin(world).await;
        let app = story.app();
        let id = story.looks(&story.bea, story.ada, "fault").await;
        let early = opened(&story, id, false).await;
        assert!(early.placed.is_none() && early.payload == Payload::Closed);
        seal(app).await;
        let seen = opened(&story, id, true).await;
        let placed = seen.placed.as_ref().unwrap();
        let Proved::Holds(proof, checkpoint) = &placed.proved else { panic!("{:?}", placed.proved) };
        assert!(proof.holds(checkpoint) && proof.leaf == seen.event.leaf);
        assert_eq!((proof.index, &checkpoint.origin), (u64::try_from(placed.index).unwrap(), &placed.log));
        let leaf = seen.leaf().unwrap();
        assert_eq!((&*leaf.kind, leaf.actor.reference.as_deref()), ("officer.viewed", Some(story.bea.pseudonym.as_str())));
        assert_eq!(seen.kind.unwrap().meaning.trim(), "An officer or operator looked at a person's record.");
        let Payload::Shown(payload) = seen.payload else { panic!("{:?}", seen.payload) };
        assert_eq!((&payload["data"]["fields"], &payload["context"]["case"]), (&json!(["name"]), &json!("C-9")));
        // The look is about her, and she finds it.
        let (row, said) = newest(app, "officer.event_viewed").await;
        assert_eq!((row.id, row.person), (seen.look, Some(story.ada)));
        assert_eq!((&said["data"]["event"], &said["data"]["opened"]), (&json!(id), &json!(true)));
        seal(app).await;
        let hers = found(&story, &Filters { resident: Some(ADA.into()), ..Filters::default() }).await;
        assert!(hers.contains(&seen.look) && hers.contains(&early.look));
        // An event about nobody is opened by the house's key, and is nobody's look.
        let house = newest(app, "log.opened").await.0.id;
        let seen = opened(&story, house, true).await;
        assert!(matches!(&seen.payload, Payload::Shown(payload) if payload["data"]["log"].is_string()), "{:?}", seen.payload);
        assert_eq!(newest(app, "officer.event_viewed").await.0.person, None);
    }

    async fn what_cannot_be_shown_is_said(world: World) {
        let story = Story::begin(world).await;
        let app = story.app();
        let (profile, evidence) = (story.signs_in(story.ada, PARKING).await, story.is_denied(story.ada, PARKING).await);
        let (bob, changed) = (story.signs_in(story.bob, PARKING).await, story.signs_in(story.bob, PARKING).await);
        seal(app).await;
        let before = count(app, "officer.event_viewed").await;
        let refused = open(app, (&story.cai, &context()), &ask(), (EventId(Uuid::new_v4()), true), app.now()).await.unwrap_err();
        assert!(matches!(refused, Refused::NoEvent));
        let nothing = Ask { purpose: "security".to_owned(), reason: "complaint".into(), case: None };
        let refused = open(app, (&story.cai, &context()), &nothing, (bob, true), app.now()).await.unwrap_err();
        assert!(matches!(refused, Refused::Why(_)));
        assert_eq!(count(app, "officer.event_viewed").await, before);
        // Erased: what her profile key sealed is gone, the evidence is not.
        tamper(app, &["DELETE FROM vault.person_key WHERE kind = 'profile'"]).await;
        assert_eq!(opened(&story, profile, true).await.payload, Payload::Destroyed(None));
        assert!(matches!(opened(&story, evidence, true).await.payload, Payload::Shown(_)));
        tamper(app, &["DELETE FROM vault.person_key"]).await;
        let gone = opened(&story, evidence, true).await;
        let look = stored::get(&mut app.db.peek(), gone.look).await.unwrap().unwrap();
        assert_eq!((gone.payload, look.event.person), (Payload::Destroyed(None), None));
        assert!(matches!(gone.placed.unwrap().proved, Proved::Holds(..)), "erased, and still proved");
        // The payload taken away, a leaf changed, a payload changed.
        tamper(app, &["UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL, person = NULL
            WHERE type = 'auth.signin_succeeded'"]).await;
        assert_eq!(opened(&story, bob, true).await.payload, Payload::Broken, "no event says why");
        unguard(app).await;
        tamper(app, &["UPDATE event SET leaf = REPLACE(leaf, 'parking-permits', 'garden-waste')
            WHERE type = 'auth.signin_succeeded'",
            "UPDATE event SET payload = salt WHERE type = 'log.opened'"]).await;
        let seen = opened(&story, changed, true).await;
        assert!(matches!(seen.placed.unwrap().proved, Proved::Broken(_)));
        let house = newest_id(app, "log.opened").await;
        let seen = opened(&story, house, true).await;
        assert_eq!(seen.payload, Payload::Broken);
        assert!(matches!(seen.placed.unwrap().proved, Proved::Holds(..)));
    }
}
