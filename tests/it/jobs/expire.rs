//! What has run out ends, and what has ended goes.

use super::{Endpoint, house, newest, part, round, session};
use crate::app::House;
use crate::visitor::Visitor;
use portreeve::app::App;
use portreeve::crypto::record::EventSeed;
use portreeve::crypto::tokens::Token;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::audit::{ActorClass, Draft};
use portreeve::domain::ids::{AccountId, ClientId};
use portreeve::domain::staff::Role;
use portreeve::jobs::expire::{self, Expire};
use portreeve::jobs::runner::Duty as _;
use portreeve::jobs::send_messages::SendMessages;
use portreeve::service::people;
use portreeve::service::retention;
use portreeve::service::sessions::{self as deeds, Browser};
use portreeve::store::{self, Housekeeping, clients, deliveries, sessions};
use std::time::Duration;

/// A rule of the schedule under another period: (its file, what stands there, what shall stand there).
fn rule(id: &str, period: &str) -> (String, String, String) {
    let files = portreeve::policy::sample::files("http://localhost:8090", "http://localhost:8091");
    let named = format!("id = \"{id}\"\n");
    let (path, text) = files.into_iter().find(|(_, text)| text.contains(&named)).unwrap();
    let (_, after) = text.split_once(&named).unwrap();
    let (before, _) = after.split_once("period = ").unwrap();
    let stands = format!("{named}{before}period = ");
    let (_, rest) = text.split_once(&stands).unwrap();
    let was = rest.lines().next().unwrap();
    (path, format!("{stands}{was}"), format!("{stands}\"{period}\""))
}

/// The rows that an end of their time could take: sign-ups, their keys and everybody's, codes, letters, counters, sessions.
async fn rows(app: &App) -> [i64; 6] {
    let mut counts = [0; 6];
    let all = [
        "SELECT CAST(COUNT(*) AS BIGINT) FROM registration",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM vault.person_key",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM challenge",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM outbox",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM throttle",
        "SELECT CAST(COUNT(*) AS BIGINT) FROM session",
    ];
    for (count, sql) in counts.iter_mut().zip(all) {
        *count = app.db.peek().sql(sql).scalar::<i64>().await.unwrap();
    }
    counts
}

/// $1 whose, $2 some bytes, $3 when.
const REGISTRATION: &str = "INSERT INTO registration (id, journey, email_blind, email, name, taken, share, longer, language, notice, started_at, expires_at)
    VALUES ($1, $2, $2, $2, $2, FALSE, FALSE, FALSE, 'en', 'n', $3, $3)";

both! {
    async fn keys_that_were_made_for_nobody_go_after_a_day_and_no_others(world: World) {
        let house = House::new(world).await;
        let (app, visitor) = (&house.app, Visitor::new(&house));
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let (bea, _) = house.invite("Bea Lloyd", &[Role::Deputy]).await;
        let request = [("kind", "access"), ("full_name", "Cai Morgan"), ("email", "cai@example.org"), ("words", "")];
        assert_eq!(visitor.post("/your-data-rights", &request).await.status, 303);
        let cai: AccountId = app.db.peek().sql("SELECT person FROM rights_case").scalar().await.unwrap();
        let make = async || people::create_keys(app, app.now()).await.unwrap().account();
        let (begun, erased, named, nobody) = (make().await, make().await, make().await, make().await);
        crate::log::seal(app).await;
        let now = app.now();
        app.db
            .write(async |mut w| {
                w.sql("INSERT INTO erasure (account_id, cause, txn, erased_at, payloads, finished_at) VALUES ($1, 'x', $1, $2, 0, $2)")
                    .bind(erased)
                    .bind(now)
                    .run()
                    .await?;
                // Half a sign-up: its own rule takes it.
                w.sql(REGISTRATION).bind(begun).bind(b"sealed".as_slice()).bind(now).run().await?;
                // What another rule took of the record says no more whom it is about.
                w.sql("UPDATE event SET payload = NULL, salt = NULL, sealed_under = NULL, person = NULL").run().await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        let draft = Draft::new(ActorClass::Visitor, RegistrationStarted {}).about(named);
        let keys = people::keys(&mut app.db.peek(), &app.roots, named).await.unwrap();
        let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys)).unwrap();
        app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
        let there = async |who: AccountId| store::vault::keys(&mut app.db.peek(), who).await.is_ok();
        // All of the vault, wherever it begins.
        let look = async || {
            let mut after = None;
            loop {
                after = expire::forget_nobodys_keys(app, after, app.now()).await.unwrap();
                if after.is_none() {
                    break;
                }
            }
        };
        house.later(Duration::from_hours(23));
        look().await;
        assert!(there(nobody).await, "it may be written still");
        house.later(Duration::from_hours(2));
        let young = make().await;
        look().await;
        assert!(!there(nobody).await);
        for (who, what) in [
            (ada, "account"),
            (AccountId(bea.0), "staff"),
            (cai, "case"),
            (begun, "sign-up"),
            (erased, "erasure"),
            (named, "event"),
            (young, "young"),
        ] {
            assert!(there(who).await, "{what}");
        }
    }

    async fn sessions_that_ran_out_end_and_the_services_hear_of_it(world: World) {
        let garden = Endpoint::default();
        let (house, ada) = house(world, &garden).await;
        let (app, now) = (&house.app, house.app.now());
        let browser = Browser { token: Token::random(), agent: "Firefox 140".into() };
        let (cookie, session) = deeds::draw(app, ada, &browser, "en", false, now);
        let client = ClientId::parse("garden-waste").unwrap();
        app.db
            .write(async |mut w| {
                sessions::insert(&mut w, &session, now).await?;
                sessions::visit(&mut w, session.id, &client, "her-sid", "her-sub", now).await?;
                w.commit_quietly(Housekeeping::LastSeen, ()).await
            })
            .await
            .unwrap();
        house.later(Duration::from_mins(14));
        assert_eq!(expire::end_sessions(app, app.now()).await.unwrap(), 0);
        assert!(deeds::find(app, &cookie, now).await.unwrap().is_some());
        house.later(Duration::from_mins(16));
        assert_eq!(expire::end_sessions(app, app.now()).await.unwrap(), 1);
        assert_eq!(newest(app).await, ("auth.sessions_ended".into(), "ok".into()));
        assert_eq!(expire::end_sessions(app, app.now()).await.unwrap(), 0);
        house.later(Duration::from_secs(1));
        round(app, &mut SendMessages::new()).await;
        assert_eq!(part(&garden.seen()[0], 1)["sid"], "her-sid");

        // Its row and the message stay for a while, and are forgotten then; the event stays.
        house.later(Duration::from_hours(24));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 0);
        house.later(Duration::from_hours(31 * 24));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 2);
        assert_eq!(newest(app).await.0, "auth.logout_confirmed");
        assert_eq!(deliveries::latest(&mut app.db.peek(), None, 9).await.unwrap().len(), 1);
        house.later(Duration::from_hours(60 * 24));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 1);
        assert_eq!(deliveries::latest(&mut app.db.peek(), None, 9).await.unwrap().len(), 0);
    }

    async fn s10_a_session_past_its_end_is_ended_though_it_is_used_and_the_services_hear_of_it(world: World) {
        let garden = Endpoint::default();
        let (house, ada) = house(world, &garden).await;
        let app = &house.app;
        let cookie = session(&house, ada, true).await;
        for _ in 0..14 {
            house.later(Duration::from_mins(50));
            assert!(deeds::find(app, &cookie, app.now()).await.unwrap().is_some());
            assert_eq!(expire::end_sessions(app, app.now()).await.unwrap(), 0);
        }
        house.later(Duration::from_mins(20));
        assert!(deeds::find(app, &cookie, app.now()).await.unwrap().is_none(), "12 hours are over");
        assert_eq!(expire::end_sessions(app, app.now()).await.unwrap(), 1);
        round(app, &mut SendMessages::new()).await;
        assert_eq!(garden.seen().len(), 1);
    }

    async fn leave_to_register_and_leases_go_a_day_after_they_ran_out(world: World) {
        let house = House::with(world, &[], &[]).await;
        let (app, now) = (&house.app, house.app.now());
        let (soon, node) = (now + Duration::from_mins(1), portreeve::crypto::tokens::uuid());
        let token =
            clients::InitialTokenRow { template: "conformance".into(), most: None, uses: 0, expires_at: soon };
        app.db
            .write(async |mut w| {
                clients::insert_token(&mut w, &[7; 32], &token, now).await?;
                assert!(store::house::lease(&mut w, "nobodys", node, now, soon).await?);
                w.commit_quietly(Housekeeping::Lease, ()).await
            })
            .await
            .unwrap();
        house.later(Duration::from_hours(24));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 0);
        house.later(Duration::from_mins(1));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 2);
    }

    async fn what_has_run_out_goes_when_the_schedule_in_force_says(world: World) {
        let days = |days: u64| Duration::from_hours(24 * days);
        let (sessions, messages) = (rule("session", "P3D"), rule("outbox_message", "P40D"));
        let registrations = rule("account.unverified", "P10D");
        let changes = [&sessions, &messages, &registrations]
            .map(|(file, from, to)| (file.as_str(), from.as_str(), to.as_str()));
        let house = House::with(world, &[], &changes).await;
        let (app, now) = (&house.app, house.app.now());
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let browser = Browser { token: Token::random(), agent: "Firefox 140".into() };
        let (_, session) = deeds::draw(app, ada, &browser, "en", false, now);
        app.db
            .write(async |mut w| {
                sessions::insert(&mut w, &session, now).await?;
                w.commit_quietly(Housekeeping::LastSeen, ()).await
            })
            .await
            .unwrap();
        // A sign-up with its keys, its code (two hours), its letter and two counters (its network, its letters).
        let visitor = Visitor::new(&house);
        visitor.post("/create-account", &[("full_name", "Bob W"), ("email", "bob@example.org")]).await;
        round(app, &mut SendMessages::new()).await;

        house.later(Duration::from_hours(1) + Duration::from_mins(119));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 0);
        house.later(Duration::from_mins(1));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 1, "the code");
        house.later(days(2));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 2, "the counters, a day after their longest window");
        house.later(days(1));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 1, "the session, three days after its end");
        house.later(days(7));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 0);
        house.later(days(1));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 1, "the sign-up, ten days after it ran out");
        house.later(days(28));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 0);
        house.later(days(1));
        assert_eq!(expire::forget(app, app.now()).await.unwrap(), 1, "the letter");
    }

    async fn f11_nothing_ends_and_nothing_goes_at_a_clock_that_jumped(world: World) {
        let garden = Endpoint::default();
        let (house, ada) = house(world, &garden).await;
        let (app, now) = (&house.app, house.app.now());
        let cookie = session(&house, ada, true).await;
        let visitor = Visitor::new(&house);
        visitor.post("/create-account", &[("full_name", "Bob W"), ("email", "bob@example.org")]).await;
        round(app, &mut SendMessages::new()).await;
        retention::look_at_the_clock(app, now).await.unwrap();
        let before = rows(app).await;
        assert!(before.iter().all(|count| *count > 0), "{before:?}");

        let ahead = now + Duration::from_hours(24 * 3_653);
        let mut duty = Expire::default();
        duty.round(app, ahead).await.unwrap();
        assert_eq!(rows(app).await, before);
        assert!(deeds::find(app, &cookie, ahead).await.unwrap().is_none(), "what ran out opens nothing");
        assert!(deeds::find(app, &cookie, now).await.unwrap().is_some(), "the clock is set right, and nobody is signed out");
        duty.round(app, now).await.unwrap();
        assert_eq!(rows(app).await, before);

        // Ten years did go by, as somebody says.
        assert!(retention::confirm_clock(app, &FullName::parse("Bea Lloyd").unwrap(), ahead).await.unwrap());
        duty.round(app, ahead).await.unwrap();
        assert!(deeds::find(app, &cookie, now).await.unwrap().is_none());
        let [registrations, keys, codes, _, counters, _] = rows(app).await;
        assert_eq!([registrations, codes, counters], [0; 3]);
        assert!(keys < before[1], "Bob's: {keys}");
    }
}
