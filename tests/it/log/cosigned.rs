//! What a witness that is away, shown late, or named twice does to what is exported and compared.

use super::export::{answer, export, verdict};
use super::python::{python_code, python_verdict};
use super::witness::{Neighbour, newest, show, size, vkey};
use super::year::to_april;
use super::{happen, seal, tamper, unguard};
use crate::app::House;
use crate::temp::TempDir;
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::show_witnesses::ShowWitnesses;
use portreeve::service::witness::{Answer, compare};
use portreeve::store::events;
use std::time::Duration;

both! {
    async fn what_was_cosigned_is_exported_although_the_witness_is_away(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("away"));
        let app = &house.app;
        happen(app, 20).await;
        seal(app).await;
        let mut neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &vkey(app).await);
        let settings = house.settings(folder.path());
        let who = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "audit", "--config", &settings];
        let none = folder.path().join("none");
        let (code, _, said) =
            answer(&[&["audit", "export", "--cosigned", "--out", none.to_str().unwrap()], &who[..]].concat());
        assert_eq!(code, Some(1));
        assert!(said.contains("no witness has cosigned") && !none.exists(), "{said}");
        seal(app).await;
        let seen = size(app).await;
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(seen));
        let signed = || {
            let (code, said, _) = answer(&["audit", "checkpoint", "--config", &settings]);
            assert!(code == Some(0) && said.contains("Key: "), "{said}");
            said.contains("— witness.neighbour.example ")
        };
        assert!(signed(), "the witness' line stands below ours");
        drop(neighbour.running.take());
        house.later(Duration::from_mins(2));
        happen(app, 5).await;
        seal(app).await;
        assert!(!signed(), "it has not seen this one");
        // An event that it has not seen is proved against what was signed since.
        let id = events::newest(&mut app.db.peek(), 1).await.unwrap().remove(0).id.to_string();
        let (code, _, said) = answer(&[&["audit", "prove", &id], &who[..]].concat());
        assert_eq!(code, Some(0), "{said}");
        house.later(Duration::from_hours(3));
        let (to, all, named) = (seen.to_string(), size(app).await.to_string(), neighbour.key());
        for (at, more, code) in
            [("cosigned", vec!["--cosigned"], 0), ("until", vec!["--to", &to], 0), ("all", vec!["--to", &all], 1)]
        {
            let out = folder.path().join(at);
            let made = answer(&[&["audit", "export", "--out", out.to_str().unwrap()], &who[..], &more[..]].concat());
            assert_eq!(made.0, Some(0), "{at}: {}", made.2);
            let key = vkey(app).await;
            let (ours, said) = verdict(&out, &key, &["--witness", &named]);
            assert_eq!(ours, Some(code), "{at}: {said}");
            assert_eq!(python_code(&out, &key, &["--witness", &named]), Some(code), "{at}");
        }
    }

    async fn two_do_not_keep_one_witness(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("twice"));
        seal(&house.app).await;
        let log = vkey(&house.app).await;
        let mut neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &log);
        let data = neighbour.data.to_str().unwrap().to_owned();
        let more = ["--listen", "127.0.0.1:0", "--name", "witness.neighbour.example", "--log", &log, "--data", &data];
        let (code, _, said) = answer(&[&["audit", "witness"], &more[..]].concat());
        assert_eq!(code, Some(1));
        assert!(said.contains("another process"), "{said}");
        neighbour.again();
    }

    async fn one_key_is_one_witness_and_none_is_no_quorum(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("quorum"));
        let (app, out) = (&house.app, folder.path().join("out"));
        happen(app, 5).await;
        seal(app).await;
        let neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &vkey(app).await);
        show(app, &neighbour).await;
        let key = export(&house.settings(folder.path()), &out);
        let named = neighbour.key();
        let folder = out.to_str().unwrap();
        for (more, code) in [
            (vec!["--witness", &named, "--quorum", "1"], 0),
            (vec!["--witness", &named, "--witness", &named], 0),
            (vec!["--witness", &named, "--witness", &named, "--quorum", "2"], 1),
            (vec!["--witness", &named, "--quorum", "0"], 2),
            (vec!["--quorum", "1"], 2),
        ] {
            let ours = answer(&[&["audit", "verify", folder, "--key", &key], &more[..]].concat());
            assert_eq!(ours.0, Some(code), "{more:?}: {}{}", ours.1, ours.2);
            assert_eq!(python_code(&out, &key, &more), Some(code), "{more:?}");
        }
    }

    async fn a_head_that_others_moved_on_meanwhile_is_not_behind(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("late"));
        let app = &house.app;
        happen(app, 5).await;
        seal(app).await;
        let neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &vkey(app).await);
        let (log, head) = newest(app).await;
        happen(app, 5).await;
        seal(app).await;
        let now = size(app).await;
        assert_eq!(show(app, &neighbour).await, Answer::Cosigned(now));
        assert_eq!(compare(app, &neighbour.witness, (&log, &head)).await.unwrap(), Answer::Known(now));
    }

    async fn a_log_that_was_changed_does_not_take_the_witnesses_from_the_other(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("two"));
        let app = &house.app;
        happen(app, 5).await;
        seal(app).await;
        to_april(&house).await;
        let neighbour = Neighbour::new(folder.path(), "witness.neighbour.example", &vkey(app).await);
        tamper(app, &["UPDATE audit_log SET size = size - 1 WHERE closed_at IS NOT NULL"]).await;
        let mut duty = ShowWitnesses::to(vec![neighbour.witness.clone()]);
        assert!(duty.round(app, app.now()).await.is_err(), "it is told");
        assert_eq!(show(app, &neighbour).await, Answer::Known(size(app).await));
    }

    async fn nobody_who_called_leaves_the_house(world: World) {
        use portreeve::crypto::record::EventSeed;
        use portreeve::domain::account::FullName;
        use portreeve::domain::audit::vocabulary::{AccountRestored, RequestRefused};
        use portreeve::domain::audit::{ActorClass, Context, Draft};
        let (house, folder) = (House::new(world).await, TempDir::new("callers"));
        let (app, out) = (&house.app, folder.path().join("out"));
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let payload = RequestRefused { endpoint: "token".to_owned(), count: 1 };
        let context = Context { address: Some("198.51.100.0/24".into()), ..Context::default() };
        let draft = Draft::new(ActorClass::Visitor, payload).from(context);
        let event = app.snapshot().recorder.seal(EventSeed::draw(app.now()), &draft, None).unwrap();
        app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
        let payload = AccountRestored { by: FullName::parse("Bea Lloyd").unwrap() };
        let event = app.snapshot().recorder.seal(EventSeed::draw(app.now()), &Draft::new(ActorClass::System, payload), None);
        let event = event.unwrap();
        app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
        seal(app).await;
        // Whoever is taken off a payload leaves it sealed under her key.
        unguard(app).await;
        tamper(app, &["UPDATE event SET person = NULL WHERE sealed_under <> 'house'"]).await;
        let settings = house.settings(folder.path());
        let key = export(&settings, &out);
        let text = std::fs::read_to_string(out.join("entries.jsonl")).unwrap();
        assert!(text.contains("request.refused") && !text.contains("198.51.100"), "{text}");
        assert!(text.contains("Bea Lloyd"), "who acted for the council is named");
        let (code, said) = verdict(&out, &key, &["--without-witness"]);
        assert_eq!(code, Some(0), "{said}");
        let (code, theirs) = python_verdict(&out, &key, &["--without-witness"]);
        assert_eq!((code, &theirs["withheld"]), (Some(0), &2.into()), "{theirs}");
        assert_eq!(said["withheld"], 2, "{said}");
    }
}
