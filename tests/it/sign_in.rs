//! Signing in, on both databases, through the pages.

use crate::app::House;
use crate::visitor::{Answer, Visitor, request};
use portreeve::crypto::password::{Cost, Hasher, Password};
use portreeve::crypto::tokens::{Token, placed};
use portreeve::domain::authorization::Request;
use portreeve::domain::ids::{AccountId, ClientId};
use portreeve::jobs::expire;
use portreeve::service::authorize::{Next, Stage, answer, next};
use portreeve::service::sessions as sittings;
use portreeve::store::{Housekeeping, accounts, grants, sessions};
use std::time::Duration;

const ADA: &str = "ada@example.org";
const GOOD: &str = "turnip lantern cobble";
const LOCKED: u16 = 429;

async fn try_in(visitor: &Visitor, email: &str, password: &str) -> Answer {
    visitor.post("/sign-in", &[("email", email), ("password", password)]).await
}

async fn sessions_of(house: &House, account: AccountId) -> usize {
    sessions::list(&mut house.app.db.peek(), account).await.unwrap().len()
}

both! {
    async fn s01_a_session_begins_under_a_new_cookie(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, GOOD).await;
        let visitor = Visitor::new(&house);
        let planted = Token::random();
        visitor.plant("portreeve", planted.as_str());
        let answer = try_in(&visitor, " ADA@Example.org", GOOD).await;
        assert_eq!((answer.status, answer.to.as_str()), (303, "/account"));
        let first = visitor.cookie("portreeve").unwrap();
        assert_ne!(first, planted.as_str());
        assert_eq!(house.events("auth.signin_succeeded").await, 1);
        assert_eq!(visitor.get("/sign-in").await.to, "/account");

        // Proving it again keeps the session and what it visited, under another cookie; the old one is dead.
        assert_eq!(try_in(&visitor, ADA, GOOD).await.status, 303);
        assert_ne!(visitor.cookie("portreeve").unwrap(), first);
        assert_eq!(sessions_of(&house, ada).await, 1);
        visitor.plant("portreeve", &first);
        assert_eq!(visitor.get("/sign-in").await.status, 200);
    }

    async fn another_person_in_the_same_browser_ends_the_first_ones_session(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, GOOD).await;
        let bob = house.resident("Bob Ash", "bob@example.org", GOOD).await;
        let visitor = Visitor::new(&house);
        try_in(&visitor, ADA, GOOD).await;
        try_in(&visitor, "bob@example.org", GOOD).await;
        assert_eq!((sessions_of(&house, ada).await, sessions_of(&house, bob).await), (0, 1));
        assert_eq!(house.events("auth.sessions_ended").await, 1);
    }

    async fn a01_an_unknown_address_answers_like_a_known_one(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        let (known, unknown) = (Visitor::new(&house), Visitor::new(&house));
        for round in 1..=8 {
            let one = try_in(&known, ADA, "wrong wrong").await;
            let other = try_in(&unknown, "ada@example.net", "wrong wrong").await;
            let other = Answer { body: other.body.replace("example.net", "example.org"), ..other };
            assert_eq!(one.shape(), other.shape(), "round {round}");
            assert_eq!(one.status, if round < 6 { 200 } else { LOCKED });
            assert!(round >= 6 || one.body.contains("<title>Error: "), "{}", one.body);
        }
        assert_eq!(house.events("auth.signin_failed").await, 6);
        assert_eq!(house.events("auth.locked").await, 1);
        // One for the unknown identifier, one for the closed ones: no more than one a minute each.
        assert_eq!(house.events("request.refused").await, 2);
    }

    async fn b01_every_spelling_is_one_counter(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        let spellings = [ADA, "ADA@EXAMPLE.ORG", " Ada@Example.org ", "ada@EXAMPLE.org"];
        let mut looked_at = 0;
        for n in 0..40 {
            let answer = try_in(&Visitor::new(&house), spellings[n % 4], "wrong wrong").await;
            looked_at += usize::from(answer.status == 200);
        }
        // The sixth was looked at too, and told that it closed.
        assert_eq!((looked_at, house.events("auth.signin_failed").await), (5, 6));
        // Closed to strangers who know the password, too, until the time that was named.
        assert_eq!(try_in(&Visitor::new(&house), ADA, GOOD).await.status, LOCKED);
        house.later(Duration::from_mins(15));
        assert_eq!(try_in(&Visitor::new(&house), ADA, GOOD).await.status, 303);
    }

    async fn b01_tries_at_once_are_counted_one_by_one(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        let visitors: Vec<_> = (0..20).map(|_| Visitor::new(&house)).collect();
        let tries = visitors.iter().map(|visitor| try_in(visitor, ADA, "wrong wrong"));
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 5);
        assert_eq!(house.events("auth.signin_failed").await, 6);
    }

    async fn b08_many_pairs_once_each_are_slowed_and_counted_and_close_nobody(world: World) {
        let figures = portreeve::http::metrics::install().unwrap();
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        // Where one place is left, of those who come at once most are told to come back.
        let mut seats: Vec<_> = std::iter::from_fn(|| house.app.hasher.seat().ok()).collect();
        seats.pop();
        let visitors: Vec<_> = (0..20).map(|n| (format!("n{n}@example.org"), Visitor::new(&house))).collect();
        let tries = visitors.iter().map(|(name, visitor)| try_in(visitor, name, "wrong wrong"));
        let answers = futures_util::future::join_all(tries).await;
        let told = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
        assert!(told(200) > 0 && told(503) > 0 && told(200) + told(503) == 20, "{} {}", told(200), told(503));
        drop(seats);
        for (name, visitor) in &visitors {
            assert_eq!(try_in(visitor, name, "another wrong").await.status, 200);
        }
        house.later(Duration::from_mins(1));
        assert_eq!(try_in(&Visitor::new(&house), "last@example.org", "wrong wrong").await.status, 200);
        // Each that was looked at is on record, in one event a minute.
        let refusals = crate::oidc::record::refusals(&house).await;
        assert!(refusals.iter().all(|(reason, _)| reason == "unknown_identifier"), "{refusals:?}");
        let looked_at = i64::try_from(told(200) + 21).unwrap();
        assert_eq!((refusals.len(), refusals.iter().map(|(_, count)| count).sum::<i64>()), (2, looked_at));
        let text = figures.render();
        for outcome in ["wrong", "busy"] {
            assert!(text.contains(&format!("portreeve_sign_ins_total{{outcome=\"{outcome}\"}}")), "{text}");
        }
        assert_eq!(try_in(&Visitor::new(&house), ADA, GOOD).await.status, 303);
    }

    async fn b04_a_browser_she_has_used_passes_what_strangers_closed(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        let (hers, stranger) = (Visitor::new(&house), Visitor::new(&house));
        try_in(&hers, ADA, GOOD).await;
        for _ in 0..20 {
            try_in(&stranger, ADA, "wrong wrong").await;
        }
        assert_eq!(try_in(&stranger, ADA, GOOD).await.status, LOCKED);
        assert_eq!(try_in(&hers, ADA, "wrong wrong").await.status, 200);
        assert_eq!(try_in(&hers, ADA, GOOD).await.status, 303);
    }

    async fn guesses_from_a_browser_she_has_used_are_counted_too(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        let hers = Visitor::new(&house);
        try_in(&hers, ADA, GOOD).await;
        let mut looked_at = 0;
        for _ in 0..20 {
            looked_at += usize::from(try_in(&hers, ADA, "wrong wrong").await.status == 200);
        }
        assert_eq!((looked_at, house.events("auth.signin_failed").await), (5, 6));
    }

    async fn the_right_password_forgets_the_misses(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        for _ in 0..3 {
            for _ in 0..5 {
                assert_eq!(try_in(&Visitor::new(&house), ADA, "wrong wrong").await.status, 200);
            }
            assert_eq!(try_in(&Visitor::new(&house), ADA, GOOD).await.status, 303);
        }
    }

    async fn an_account_that_is_not_open_is_simply_wrong(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, GOOD).await;
        for state in ["restricted", "frozen", "closed"] {
            house
                .app
                .db
                .write(async |mut w| {
                    accounts::set_state(&mut w, ada, state).await?;
                    w.commit_quietly(Housekeeping::Expire, ()).await
                })
                .await
                .unwrap();
            let answer = try_in(&Visitor::new(&house), ADA, GOOD).await;
            assert_eq!((answer.status, answer.set.contains(&"portreeve".to_owned())), (200, false), "{state}");
        }
        // The last that is looked at closes, whether its password was right or not.
        for (password, status) in [("wrong wrong", 200), ("wrong wrong", 200), (GOOD, LOCKED), (GOOD, LOCKED)] {
            assert_eq!(try_in(&Visitor::new(&house), ADA, password).await.status, status, "{password}");
        }
        assert_eq!(sessions_of(&house, ada).await, 0);
        assert_eq!(house.events("auth.signin_failed").await, 6);
    }

    async fn a10_what_no_password_can_be_is_refused_unhashed(world: World) {
        let house = House::new(world).await;
        let long = "x".repeat(1025);
        for bad in [long.as_str(), "nul\0nul\0nul"] {
            for _ in 0..8 {
                assert_eq!(try_in(&Visitor::new(&house), ADA, bad).await.status, 400);
            }
        }
    }

    async fn z03_a_full_bench_says_try_again_and_counts_no_guess(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        let visitor = Visitor::new(&house);
        let all: Vec<_> = std::iter::from_fn(|| house.app.hasher.seat().ok()).collect();
        assert!(!all.is_empty());
        for name in [ADA, "nobody@example.net"] {
            for _ in 0..8 {
                let answer = try_in(&visitor, name, "wrong horse battery").await;
                assert_eq!(answer.status, 503);
                assert!(answer.headers.iter().any(|(name, _)| name == "retry-after"), "{answer:?}");
            }
        }
        // What needs no password is answered as ever.
        assert_eq!(visitor.get("/sign-in").await.status, 200);
        drop(all);
        assert_eq!(try_in(&visitor, ADA, GOOD).await.status, 303);
    }

    async fn s03_a_form_from_another_site_signs_nobody_in(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        let visitor = Visitor::new(&house);
        let answer = visitor.post_from_elsewhere("/sign-in", &[("email", ADA), ("password", GOOD)]).await;
        assert_eq!(answer.status, 403);
        assert_eq!(visitor.cookie("portreeve"), None);
    }

    async fn what_is_missing_is_said_in_a_summary(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let answer = try_in(&visitor, " ", "").await;
        assert_eq!(answer.status, 200);
        for wanted in ["<title>Error: ", "There is a problem", "href=\"#email\"", "href=\"#password\""] {
            assert!(answer.body.contains(wanted), "{wanted}: {}", answer.body);
        }
        assert!(!try_in(&visitor, ADA, "Passw0rd typed").await.body.contains("Passw0rd typed"));
    }

    async fn a_flow_leads_on_and_only_in_its_own_browser(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, GOOD).await;
        let visitor = Visitor::new(&house);
        let flow = visitor.flow(&house).await;
        let at = format!("/sign-in?flow={}", flow.as_str());
        let page = visitor.get(&at).await;
        assert!(page.body.contains("Garden waste") && page.body.contains("hinted@example.org"), "{}", page.body);
        assert_eq!(Visitor::new(&house).get(&at).await.status, 400);
        assert_eq!(visitor.get(&format!("{at}x")).await.status, 400);
        assert_eq!(house.events("request.refused").await, 1);

        let fields = [("email", ADA), ("password", GOOD), ("flow", flow.as_str())];
        assert_eq!(Visitor::new(&house).post("/sign-in", &fields).await.status, 400);
        let answer = visitor.post("/sign-in", &fields).await;
        assert_eq!((answer.status, answer.to), (303, format!("/continue?flow={}", flow.as_str())));

        house.later(Duration::from_hours(24));
        let over = visitor.get(&at).await;
        assert_eq!(over.status, 410);
        assert!(over.body.contains("http://localhost:8090/"), "{}", over.body);
    }

    async fn s10_a_session_that_ran_out_ends_but_for_offline_access_and_never_while_it_is_used(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, GOOD).await;
        let visitor = Visitor::new(&house);
        try_in(&visitor, ADA, GOOD).await;
        let (app, cookie) = (&house.app, Token::parse(&visitor.cookie("portreeve").unwrap()).unwrap());
        let who = sittings::find(app, &cookie, app.now()).await.unwrap().unwrap();
        let client = app.snapshot().client(&ClientId::parse("garden-waste").unwrap()).unwrap().clone();
        let mut codes = Vec::new();
        for scope in ["openid", "openid offline_access"] {
            let request = Request { scope: scope.into(), ..request() };
            let clear = next(app, &request, &client, Some(&who), Stage::Confirmed, app.now()).await.unwrap();
            let Next::Clear(cleared) = clear else { panic!("{clear:?}") };
            codes.push(answer(app, &request, &client, &who, *cleared, None, app.now()).await.unwrap().unwrap());
        }

        let page = visitor.get("/account").await;
        assert!(page.body.contains("If you do nothing, we will sign you out at 12:15pm."), "{}", page.body);
        let page = visitor.get("/account?lang=cy").await;
        assert!(page.body.contains("byddwn yn eich allgofnodi am 12:15pm."), "{}", page.body);

        // Somebody comes back between the job's look and its write.
        assert!(!sittings::end_run_out(app, who.session, ada, app.now()).await.unwrap());
        assert_eq!(house.events("auth.sessions_ended").await, 0);
        house.later(Duration::from_mins(15));
        assert_eq!(expire::end_sessions(app, app.now()).await.unwrap(), 1);
        assert_eq!((sessions_of(&house, ada).await, house.events("auth.sessions_ended").await), (0, 1));
        let mut ended = Vec::new();
        for code in &codes {
            let (shown, _) = grants::by_code(&mut app.db.peek(), &placed(&app.roots, code.as_str()).0).await.unwrap().unwrap();
            ended.push(shown.grant.ended_at.is_some());
        }
        assert_eq!(ended, [true, false]);
    }

    async fn a_hash_of_another_cost_is_made_anew_and_the_version_stays(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, GOOD).await;
        let other = Hasher::new(Cost::new(19 * 1024, 3, 1).unwrap(), 1, 1, None).unwrap();
        let phc = other.hash(Password::parse(GOOD).unwrap()).await.unwrap();
        house
            .app
            .db
            .write(async |mut w| {
                accounts::rehash(&mut w, ada, 1, phc.as_str()).await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        assert_eq!(try_in(&Visitor::new(&house), ADA, GOOD).await.status, 303);
        let row = accounts::credential(&mut house.app.db.peek(), ada).await.unwrap().unwrap();
        assert_ne!(row.phc, phc.as_str());
        assert_eq!(row.version, 1);
        assert_eq!(try_in(&Visitor::new(&house), ADA, GOOD).await.status, 303);
    }
}
