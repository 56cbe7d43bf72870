//! Promise 1 with real events: they are durable with their deed, or neither is.

use super::seeds::NOW;
use super::{kept, open};
use crate::temp::TempDir;
use portreeve::crypto::record::{EventSeed, Recorder};
use portreeve::crypto::roots::{RootSecret, Roots};
use portreeve::crypto::seal::PersonKeys;
use portreeve::domain::audit::vocabulary::{RecordViewed, RegistrationStarted, SigninSucceeded};
use portreeve::domain::audit::{ActorClass, Draft, Sealed};
use portreeve::domain::disclosure::Disclosure;
use portreeve::domain::ids::{AccountId, ClientId};
use portreeve::store::{Committed, Db, Either, Error, OneOrMore, Recorded, events, house};
use std::sync::atomic::{AtomicU32, Ordering};
use uuid::Uuid;

fn recorder() -> Recorder {
    let folder = TempDir::new("record");
    let secret = RootSecret::generate_to_file(&folder.path().join("root")).unwrap();
    Recorder::new(Roots::derive(&secret).unwrap(), "policy")
}

fn started(recorder: &Recorder) -> Sealed<RegistrationStarted> {
    let client = ClientId::parse("garden-waste").unwrap();
    let draft = Draft::new(ActorClass::Visitor, RegistrationStarted {}).at(&client);
    recorder.seal(EventSeed::draw(NOW), &draft, None).unwrap()
}

fn signed_in(recorder: &Recorder) -> Sealed<SigninSucceeded> {
    let payload = SigninSucceeded { amr: vec!["pwd".to_owned()], own_device: false };
    recorder.seal(EventSeed::draw(NOW), &Draft::new(ActorClass::Resident, payload), None).unwrap()
}

/// A deed with a trace of its own, recorded by this event.
async fn deed(
    db: &Db,
    name: &str,
    event: &Sealed<RegistrationStarted>,
) -> Result<Recorded<RegistrationStarted, ()>, Error> {
    db.write(async |mut w| {
        house::set_once(&mut w, name, b"x").await?;
        w.commit(event.clone(), ()).await
    })
    .await
}

async fn stored(db: &Db) -> Vec<events::Stored> {
    events::newest(&mut db.peek(), 100).await.unwrap()
}

both! {
    async fn a_look_opens_the_fields_of_the_person_it_names_and_nobody_elses(world: World) {
        let folder = TempDir::new("look");
        let roots = Roots::derive(&RootSecret::generate_to_file(&folder.path().join("root")).unwrap()).unwrap();
        let (db, recorder, ada) = (open(&world).await, Recorder::new(roots, "policy"), AccountId(Uuid::new_v4()));
        let keys = PersonKeys::generate(ada).unwrap();
        for about in [Some(ada), None] {
            let mut draft = Draft::new(ActorClass::Officer, RecordViewed { fields: vec!["name".to_owned()], by: None });
            draft.subject = about;
            let event = recorder.seal(EventSeed::draw(NOW), &draft, about.map(|_| &keys)).unwrap();
            let looked = db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
            let leave = Disclosure::by_look(&looked.receipt().unwrap());
            assert_eq!(leave.map(|leave| leave.subject()), about);
        }
    }

    async fn an_event_is_stored_with_its_deed(world: World) {
        let (db, recorder) = (open(&world).await, recorder());
        let event = started(&recorder);
        let done = deed(&db, "deed", &event).await.unwrap();
        assert_eq!(done.receipt().unwrap().event(), event.row.id);
        assert!(kept(&db, "deed").await);
        let [row] = stored(&db).await.try_into().unwrap();
        assert_eq!((row.id, row.at, row.r#type.as_str(), row.outcome.as_str()), (event.row.id, NOW, event.row.kind, "ok"));
        assert_eq!((row.person, row.client_id.as_deref()), (None, Some("garden-waste")));
        assert_eq!((&row.leaf, &row.mac), (&event.row.leaf, &event.row.mac));
        assert_eq!((row.salt.as_ref(), row.payload.as_ref()), (Some(&event.row.salt), Some(&event.row.payload)));
        assert_eq!(row.sealed_under.as_deref(), Some("house"));
        assert!(recorder.verify_mac(row.id, &row.leaf, &row.mac));
        assert_eq!(events::unsealed(&mut db.peek()).await.unwrap(), 1);
    }

    async fn an_event_that_cannot_be_stored_undoes_its_deed(world: World) {
        let (db, recorder) = (open(&world).await, recorder());
        let event = started(&recorder);
        deed(&db, "first", &event).await.unwrap();
        let again = deed(&db, "second", &event).await;
        assert!(matches!(again, Err(Error::Constraint(_))), "{again:?}");
        assert!(!kept(&db, "second").await);
        assert_eq!(stored(&db).await.len(), 1);
    }

    async fn of_several_events_all_are_stored_or_none(world: World) {
        let (db, recorder) = (open(&world).await, recorder());
        let (one, two, three) = (signed_in(&recorder), started(&recorder), started(&recorder));
        let several = (one.clone(), OneOrMore { first: two.clone(), more: vec![three.clone()] });
        db.write(async |w| w.commit(several.clone(), ()).await).await.unwrap();
        let mut ids: Vec<_> = stored(&db).await.into_iter().map(|row| row.id).collect();
        ids.sort_unstable();
        let mut wanted = vec![one.row.id, two.row.id, three.row.id];
        wanted.sort_unstable();
        assert_eq!(ids, wanted);
        // The last is there already, so the first two are not kept either.
        let again = OneOrMore { first: started(&recorder), more: vec![started(&recorder), three] };
        let refused = db
            .write(async |mut w| {
                house::set_once(&mut w, "deed", b"x").await?;
                w.commit(again.clone(), ()).await
            })
            .await;
        assert!(matches!(refused, Err(Error::Constraint(_))), "{refused:?}");
        assert!(!kept(&db, "deed").await);
        assert_eq!(stored(&db).await.len(), 3);
    }

    async fn a_deed_with_two_ends_stores_the_one_it_came_to(world: World) {
        type Ends = Either<Sealed<SigninSucceeded>, Sealed<RegistrationStarted>>;
        let (db, recorder) = (open(&world).await, recorder());
        let (this, that) = (signed_in(&recorder), started(&recorder));
        for (second, wanted) in [(false, this.row.id), (true, that.row.id)] {
            let done: Committed<Ends, bool> = db
                .write(async |w| {
                    let end = if second { Either::That(that.clone()) } else { Either::This(this.clone()) };
                    w.commit(end, second).await
                })
                .await
                .unwrap();
            assert_eq!(done.value, second);
            assert!(stored(&db).await.iter().any(|row| row.id == wanted));
        }
    }

    async fn a_deed_given_up_leaves_no_event(world: World) {
        let (db, recorder) = (open(&world).await, recorder());
        let event = started(&recorder);
        let poisoned = db
            .write(async |mut w| {
                house::set_once(&mut w, "deed", b"x").await?;
                assert!(w.sql("SELECT number FROM no_such_table").scalar::<i64>().await.is_err());
                w.commit(event.clone(), ()).await
            })
            .await;
        assert!(matches!(poisoned, Err(Error::Poisoned)), "{poisoned:?}");
        assert!(stored(&db).await.is_empty() && !kept(&db, "deed").await);
    }

    async fn a_deed_run_again_is_recorded_once(world: World) {
        let (db, recorder) = (open(&world).await, recorder());
        let event = started(&recorder);
        let tries = AtomicU32::new(0);
        db.write(async |mut w| {
            house::set_once(&mut w, "deed", b"x").await?;
            if tries.fetch_add(1, Ordering::Relaxed) < 2 {
                return Err(Error::Conflict);
            }
            w.commit(event.clone(), ()).await
        })
        .await
        .unwrap();
        assert_eq!(tries.into_inner(), 3);
        let [row] = stored(&db).await.try_into().unwrap();
        assert_eq!(row.id, event.row.id);
    }
}
