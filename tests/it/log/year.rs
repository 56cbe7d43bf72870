//! The end of a year: what is cited across it, and clocks that only say that it has come.

use super::export::{answer, export, verdict};
use super::python::python_verdict;
use super::{event, happen, house_payload, refused, seal, whole};
use crate::app::House;
use crate::temp::TempDir;
use portreeve::app::App;
use portreeve::crypto::record::{EventSeed, Recorder};
use portreeve::domain::account::FullName;
use portreeve::domain::audit::leaf::log_year;
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::audit::{ActorClass, Draft};
use portreeve::domain::time::When;
use portreeve::policy::Bundle;
use portreeve::service::log::keys::{self, NotNow};
use portreeve::service::log::{LogFault, Sealer, doubt, open_year};
use portreeve::store::{Housekeeping, events, house, log};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// Moves the clock on to a time.
fn until(house: &House, time: &str) {
    let time = When::from(time.parse::<jiff::Timestamp>().unwrap());
    house.later(time.since(house.app.now()));
}

/// Goes on to the first of April as a running house does: now and then something happens.
pub async fn to_april(house: &House) {
    let next = log_year(house.app.now()) + 1;
    for day in ["03-10", "04-01"] {
        until(house, &format!("{next}-{day}T12:00:00Z"));
        happen(&house.app, 1).await;
        seal(&house.app).await;
    }
}

/// A deed under policies of this version, by a node that has them in force.
async fn cite(app: &App, version: &str) {
    let draft = Draft::new(ActorClass::Visitor, RegistrationStarted {});
    let event = Recorder::new(app.roots.clone(), version).seal(EventSeed::draw(app.now()), &draft, None).unwrap();
    app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
}

/// Puts a bundle of this digest in force, behind the back of this node.
async fn activate(app: &App, digest: [u8; 32]) {
    let (body, now) = (app.snapshot().policy.canonical().to_vec(), app.now());
    app.db
        .write(async |mut w| {
            house::activate(&mut w, &digest, &body, now).await?;
            w.commit_quietly(Housekeeping::Lease, ()).await
        })
        .await
        .unwrap();
}

both! {
    async fn no_key_is_announced_at_the_turn_of_the_year(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        happen(app, 2).await;
        seal(app).await;
        let announce = async || {
            let (snapshot, by) = (app.snapshot(), ["Bea Lloyd", "Cai Morgan"].map(|name| FullName::parse(name).unwrap()));
            keys::announce((&app.db, &app.roots, &snapshot.recorder), (&by[0], &by[1]), keys::OVERLAP, app.now()).await
        };
        until(&house, "2027-03-10T12:00:00Z");
        happen(app, 1).await;
        seal(app).await;
        for time in ["2027-03-31T22:30:00Z", "2027-04-01T12:00:00Z"] {
            until(&house, time);
            assert!(matches!(announce().await, Err(NotNow::TurnOfTheYear(2026))), "{time}");
        }
        seal(app).await;
        let said = announce().await.unwrap();
        seal(app).await;
        let row = events::newest(&mut app.db.peek(), 10).await.unwrap().into_iter().find(|row| row.r#type == "log.key_announced");
        let place = log::place_of(&mut app.db.peek(), row.unwrap().id).await.unwrap();
        assert_eq!(place.unwrap().0, said.key.name(), "it stands in the log that it names");
    }

    async fn what_was_in_force_before_midnight_is_cited_after_it(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("midnight"));
        let (app, settings) = (&house.app, house.settings(folder.path()));
        happen(app, 2).await;
        seal(app).await;
        until(&house, "2027-03-10T12:00:00Z");
        activate(app, [0xaa; 32]).await;
        until(&house, "2027-03-31T12:00:00Z");
        // Of these the first was in force until noon.
        activate(app, [0xbb; 32]).await;
        happen(app, 1).await;
        seal(app).await;
        until(&house, "2027-03-31T22:58:00Z");
        cite(app, &Bundle::version_of(&[0xbb; 32])).await;
        until(&house, "2027-03-31T22:59:00Z");
        activate(app, *app.snapshot().policy.digest()).await;
        until(&house, "2027-03-31T23:03:00Z");
        happen(app, 1).await;
        seal(app).await;
        assert_eq!(whole(app, 2027).await.len(), 3, "one of them from before midnight");
        let newest = events::newest(&mut app.db.peek(), 10).await.unwrap();
        let opened = newest.iter().find(|event| event.r#type == "log.opened").unwrap();
        let payload = house_payload(app, opened);
        let versions = [Bundle::version_of(&[0xaa; 32]), Bundle::version_of(&[0xbb; 32]), app.snapshot().policy.version().to_owned()];
        assert_eq!((&payload["data"]["versions"], &payload["v"]), (&serde_json::json!(versions), &2.into()), "{payload}");
        let out = folder.path().join("out");
        let key = export(&settings, &out);
        for (code, said) in
            [verdict(&out, &key, &["--without-witness"]), python_verdict(&out, &key, &["--without-witness"])]
        {
            assert_eq!((code, &said["findings"]), (Some(0), &serde_json::json!([])), "{said}");
        }
        // Not everything may be cited.
        cite(app, "cccccccccccc").await;
        seal(app).await;
        let index = whole(app, 2027).await.iter().position(|leaf| leaf.contains("cccccccccccc")).unwrap();
        let out = folder.path().join("unknown");
        export(&settings, &out);
        for (code, said) in
            [verdict(&out, &key, &["--without-witness"]), python_verdict(&out, &key, &["--without-witness"])]
        {
            // The export before is an event too, by the clock of the machine: that is another proof's matter.
            let findings = said["findings"].as_array().unwrap().iter();
            let seventh: Vec<_> = findings.filter(|one| one["proof"] == 7).map(|one| one["index"].as_u64()).collect();
            assert_eq!((code, seventh), (Some(1), vec![u64::try_from(index).ok()]), "{said}");
        }
    }

    async fn a_clock_that_jumped_ends_no_log_and_loses_no_event(world: World) {
        let (house, folder) = (House::new(world).await, TempDir::new("jumped"));
        let app = &house.app;
        happen(app, 2).await;
        seal(app).await;
        let (before, right) = (whole(app, 2026).await.len(), app.now());
        let all = log::all(&mut app.db.peek()).await.unwrap();
        // Into the next year, which is too far from what was signed last, and years ahead.
        for (nth, days) in (0..).zip([140, 3 * 365]) {
            house.later(DAY * days);
            happen(app, 1).await;
            for _ in 0..3 {
                let fault = refused(app).await;
                assert!(matches!(&fault, LogFault::Year { signed, .. } if right.since(*signed) < DAY), "{fault:?}");
            }
            assert_eq!(log::all(&mut app.db.peek()).await.unwrap(), all, "nothing was closed or opened");
            assert_eq!(events::unsealed(&mut app.db.peek()).await.unwrap(), nth + 1);
            assert!(doubt(&mut app.db.read().await.unwrap(), app.now()).await.unwrap().is_some());
        }
        // Set right, it goes on where it was.
        assert_eq!(doubt(&mut app.db.read().await.unwrap(), right).await.unwrap(), None);
        assert_eq!(Sealer::default().step(app, right).await.unwrap(), 2);
        assert_eq!(whole(app, 2026).await.len(), before + 2);
        let settings = house.settings(folder.path());
        for (year, by) in [("2019", "Bea Lloyd"), ("2026", " ")] {
            let (code, _, said) = answer(&["audit", "open-year", year, "--by", by, "--config", &settings]);
            assert_eq!(code, Some(1), "{said}");
            assert!(said.contains("--by") || said.contains("this clock says"), "{said}");
        }
        assert_eq!(log::all(&mut app.db.peek()).await.unwrap().len(), 1);
    }

    async fn a_house_that_stood_still_goes_on_when_a_person_says_so(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        happen(app, 2).await;
        seal(app).await;
        house.later(DAY * 500);
        happen(app, 2).await;
        let late = event(app, app.now());
        refused(app).await;
        let (snapshot, by) = (app.snapshot(), FullName::parse("Bea Lloyd").unwrap());
        let open = async || open_year((&app.db, &app.issuer), &app.roots, &snapshot.policy, &by, app.now()).await;
        assert!(open().await.unwrap());
        assert!(!open().await.unwrap(), "there is nothing more to say");
        app.db.write(async |w| w.commit(late.clone(), ()).await).await.unwrap();
        seal(app).await;
        assert_eq!(whole(app, 2028).await.len(), 4);
        let newest = events::newest(&mut app.db.peek(), 10).await.unwrap();
        let opened = newest.iter().find(|event| event.r#type == "log.opened").unwrap();
        let payload = house_payload(app, opened);
        assert_eq!(payload["data"]["by"], "Bea Lloyd");
        assert!(payload["data"]["previous"].as_str().unwrap().ends_with("/log/2026"), "{payload}");
        assert!(log::of_year(&mut app.db.peek(), 2026).await.unwrap().unwrap().closed_at.is_some());
        assert_eq!(log::of_year(&mut app.db.peek(), 2027).await.unwrap(), None);
    }
}
