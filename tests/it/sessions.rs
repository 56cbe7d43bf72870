//! Sessions end everywhere: whatever ends one, the services it visited are told; her own list of them; the letter about
//! a browser nobody knows; suspension; a service that leaves.

mod meanwhile;

use crate::account::visited;
use crate::app::House;
use crate::oidc::another_node;
use crate::visitor::{Answer, Visitor, code_of};
use portreeve::domain::account::FullName;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::{AccountId, SessionId};
use portreeve::jobs::expire::{self, Expire};
use portreeve::jobs::runner::Duty as _;
use portreeve::policy::{Bundle, sample};
use portreeve::service::sessions::{self as deeds, Which};
use portreeve::service::standing::{self, Suspended, Why, WhyError};
use portreeve::service::{post, setup};
use portreeve::store::{Housekeeping, deliveries, outbox, sessions};
use std::time::Duration;

const ADA: &str = "ada@example.org";
const OLD: &str = "turnip lantern cobble";
const NEW: &str = "hedgerow kettle marzipan";

async fn sign_in(visitor: &Visitor, password: &str) -> Answer {
    visitor.post("/sign-in", &[("email", ADA), ("password", password)]).await
}

/// The open sessions, the last used first.
async fn open(house: &House, account: AccountId) -> Vec<SessionId> {
    sessions::list(&mut house.app.db.peek(), account).await.unwrap().into_iter().map(|session| session.id).collect()
}

/// She signs in in a new browser, and visits Garden waste there.
async fn settles(house: &House, ada: AccountId) -> (Visitor, SessionId) {
    let before = open(house, ada).await;
    let visitor = Visitor::new(house);
    assert_eq!(sign_in(&visitor, OLD).await.to, "/account");
    let session = open(house, ada).await.into_iter().find(|id| !before.contains(id)).unwrap();
    visited(house, ada, session).await;
    (visitor, session)
}

/// How many calls to Garden waste wait.
async fn calls(house: &House) -> i64 {
    let standings = deliveries::standings(&mut house.app.db.peek()).await.unwrap();
    standings.iter().map(|one| one.waiting).sum()
}

/// The link in the newest letter that has one with this beginning.
async fn link(house: &House, path: &str) -> Option<String> {
    let start = house.at(path);
    let letters = house.letters().await;
    letters.iter().rev().flat_map(|(_, text)| text.body.lines()).find(|line| line.starts_with(&start)).map(|line| {
        let home = house.at("");
        line.trim_start_matches(home.as_str()).to_owned()
    })
}

fn operator() -> FullName {
    FullName::parse("Bea Lloyd").unwrap()
}

fn why(house: &House) -> Why {
    Why::of(&house.app, operator(), "security_incident", Some("C-17")).unwrap()
}

both! {
    async fn whatever_ends_a_session_the_services_are_told(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        house.resident("Bob Ash", "bob@example.org", OLD).await;
        let (app, mut told) = (&house.app, 0);

        let (visitor, _) = settles(&house, ada).await;
        visitor.post("/logout/confirm", &[]).await;
        told += 1;
        assert_eq!(calls(&house).await, told, "signing out");

        let (visitor, _) = settles(&house, ada).await;
        visitor.post("/not-me", &[]).await;
        told += 1;
        assert_eq!(calls(&house).await, told, "not me");

        let (visitor, _) = settles(&house, ada).await;
        visitor.post("/sign-in", &[("email", "bob@example.org"), ("password", OLD)]).await;
        told += 1;
        assert_eq!(calls(&house).await, told, "another person at the same browser");

        settles(&house, ada).await;
        house.later(Duration::from_mins(16));
        expire::end_sessions(app, app.now()).await.unwrap();
        told += 1;
        assert_eq!(calls(&house).await, told, "left alone");

        let (_, there) = settles(&house, ada).await;
        let (here, _) = settles(&house, ada).await;
        here.post("/account/sessions/end", &[("session", &there.0.to_string())]).await;
        told += 1;
        assert_eq!(calls(&house).await, told, "ended from the list");

        settles(&house, ada).await;
        here.post("/account/sessions/end-others", &[]).await;
        told += 1;
        assert_eq!(calls(&house).await, told, "all others");

        settles(&house, ada).await;
        here.post("/account/sessions/end-all", &[]).await;
        told += 2;
        assert_eq!(calls(&house).await, told, "everywhere");

        settles(&house, ada).await;
        let (here, _) = settles(&house, ada).await;
        here.post("/account/password", &[("current_password", OLD), ("password", NEW)]).await;
        told += 1;
        assert_eq!(calls(&house).await, told, "password changed");
        here.post("/account/password", &[("current_password", NEW), ("password", OLD)]).await;

        house.letters().await;
        let away = Visitor::new(&house);
        let journey = away.post("/forgotten-password", &[("email", ADA)]).await.parameter("journey");
        let code = code_of(&house.letter().await);
        let proven = away.post("/forgotten-password/code", &[("journey", &journey), ("code", &code)]).await;
        let fields = [("journey", proven.parameter("journey")), ("password", NEW.to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(away.post("/forgotten-password/password", &fields).await.status, 303);
        told += 1;
        assert_eq!(calls(&house).await, told, "password reset");
        assert!(open(&house, ada).await.is_empty());
    }

    async fn s09_she_sees_where_she_is_signed_in_and_ends_the_others_or_all(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let (there, _) = settles(&house, ada).await;
        let (elsewhere, _) = settles(&house, ada).await;
        let (here, _) = settles(&house, ada).await;
        let page = here.get("/account").await;
        for shown in ["This device", "Others may use this device.", "Used for: Garden waste", "Sign out everywhere else"] {
            assert!(page.body.contains(shown), "{shown}: {}", page.body);
        }
        let page = here.get("/account?lang=cy").await;
        assert!(page.body.contains("Defnyddiwyd ar gyfer: Gwastraff gardd"), "{}", page.body);
        here.get("/account?lang=en").await;

        assert_eq!(here.post("/account/sessions/end-others", &[]).await.to, "/account?news=others_ended");
        assert!(here.get("/account?news=others_ended").await.body.contains("You have signed out everywhere else."));
        for other in [&there, &elsewhere] {
            assert_eq!(other.get("/account").await.to, "/sign-in");
        }
        assert_eq!(open(&house, ada).await.len(), 1);
        assert_eq!(house.events("auth.sessions_ended").await, 1);

        let (there, _) = settles(&house, ada).await;
        let refresh = visited_with_refresh(&house, ada).await;
        let answer = here.post("/account/sessions/end-all", &[]).await;
        assert!(answer.to.starts_with("/signed-out?ref=") && here.cookie("portreeve").as_deref() == Some(""));
        assert!(here.get(&answer.to).await.body.contains("Garden waste"));
        for browser in [&here, &there] {
            assert_eq!(browser.get("/account").await.to, "/sign-in");
        }
        assert!(!refreshes(&house, &refresh).await, "offline access ends with it");
        assert_eq!(house.events("auth.sessions_ended").await, 2);
        // Nobody who is not signed in ends anything.
        let stranger = Visitor::new(&house);
        for path in ["/account/sessions/end-others", "/account/sessions/end-all"] {
            assert_eq!(stranger.post(path, &[]).await.to, "/sign-in");
            assert_eq!(there.post_from_elsewhere(path, &[]).await.status, 403, "{path} (row S04)");
        }
    }

    async fn a_sign_in_from_an_unknown_browser_is_told_to_its_owner_who_can_end_it(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let (hers, _) = settles(&house, ada).await;
        assert!(house.letters().await.is_empty(), "the first browser of an account is no stranger");
        sign_in(&hers, OLD).await;
        assert!(house.letters().await.is_empty(), "nor is one she has used");
        let thief = Visitor::new(&house);
        assert_eq!(sign_in(&thief, "wrong wrong").await.status, 200);
        assert!(house.letters().await.is_empty(), "nobody came in");
        sign_in(&thief, OLD).await;
        let link = link(&house, "/account/sessions/not-me?token=").await.unwrap();
        let token = link.rsplit_once('=').unwrap().1.to_owned();

        // From any browser: looking changes nothing (row M03), the button does.
        let phone = Visitor::new(&house);
        for _ in 0..3 {
            assert!(phone.get(&link).await.body.contains("Sign out that device"));
        }
        assert_eq!(thief.get("/account").await.status, 200);
        for bad in ["", "x", portreeve::crypto::tokens::Token::random().as_str()] {
            assert_eq!(phone.post("/account/sessions/not-me", &[("token", bad)]).await.status, 410);
        }
        let fields = [("token", token.as_str())];
        assert_eq!(phone.post_from_elsewhere("/account/sessions/not-me", &fields).await.status, 403);
        let done = phone.post("/account/sessions/not-me", &fields).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert!(phone.get(&done.to).await.body.contains("/forgotten-password"));
        assert_eq!(thief.get("/account").await.to, "/sign-in");
        assert_eq!(hers.get("/account").await.status, 200, "her own stays");
        assert_eq!(phone.post("/account/sessions/not-me", &fields).await.status, 410, "once");
        assert_eq!(phone.get(&link).await.status, 410);
        assert_eq!(house.events("auth.sessions_ended").await, 1);

        // The browser is a stranger again; its next letter lapses after a week.
        sign_in(&thief, OLD).await;
        let link = self::link(&house, "/account/sessions/not-me?token=").await.unwrap();
        house.later(Duration::from_hours(7 * 24));
        assert_eq!(phone.get(&link).await.status, 410);
    }

    async fn s11_a_session_ended_here_is_dead_on_the_other_node_at_once(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let (visitor, session) = settles(&house, ada).await;
        let other = another_node(&house).await;
        let cookies = ["portreeve", "portreeve-browser"].map(|name| format!("{name}={}", visitor.cookie(name).unwrap()));
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).resolve("localhost", other);
        let http = http.build().unwrap();
        let host = house.at("/account").replace(&house.address.port().to_string(), &other.port().to_string());
        let ask = async || {
            let request = http.get(&host).header("cookie", cookies.join("; "));
            let answer = request.header("host", format!("localhost:{}", house.address.port())).send().await.unwrap();
            answer.status().as_u16()
        };
        assert_eq!(ask().await, 200);
        deeds::end_for(&house.app, ada, Which::Only(session), "ended_by_resident", Context::default(), house.app.now())
            .await
            .unwrap();
        assert_eq!(ask().await, 303);
    }

    async fn s09_a_suspended_account_is_signed_out_everywhere_and_nobody_signs_in_until_it_is_restored(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let (app, (here, session)) = (&house.app, settles(&house, ada).await);
        let refresh = visited(&house, ada, session).await;
        assert!(matches!(Why::of(app, operator(), "whim", Some("C-17")), Err(WhyError::Unknown(known)) if known.contains("complaint")));
        for case in [None, Some(" ")] {
            assert_eq!(Why::of(app, operator(), "security_incident", case), Err(WhyError::NoCase));
        }
        let why = why(&house);
        assert!(!standing::restore(app, ada, &why, app.now()).await.unwrap(), "it is not suspended");
        let ended = standing::suspend(app, ada, &why, app.now()).await.unwrap();
        assert_eq!(ended, Some(Suspended { sessions: 1, told: 1 }));
        assert_eq!(standing::suspend(app, ada, &why, app.now()).await.unwrap(), None, "once");
        assert_eq!(calls(&house).await, 1);
        assert_eq!(here.get("/account").await.to, "/sign-in");
        assert!(!refreshes(&house, &refresh).await);
        assert_eq!(sign_in(&here, OLD).await.status, 200, "the right password says nothing else than a wrong one");
        assert_eq!((house.events("account.suspended").await, house.events("account.restored").await), (1, 0));
        assert!(standing::restore(app, ada, &why, app.now()).await.unwrap());
        assert_eq!(here.get("/account").await.to, "/sign-in", "what was ended stays ended");
        assert_eq!(sign_in(&here, OLD).await.to, "/account");
        assert_eq!(house.events("account.restored").await, 1);
    }

    async fn a_service_that_leaves_is_told_a_last_time_and_keeps_nothing(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let (app, (here, session)) = (&house.app, settles(&house, ada).await);
        let refresh = visited(&house, ada, session).await;
        let mut duty = Expire::default();
        duty.round(app, app.now()).await.unwrap();
        assert_eq!(calls(&house).await, 0, "it is still there");

        let mut files = sample::files("http://localhost:8090", "http://localhost:8091");
        files.retain(|(path, _)| path != "services/garden-waste.toml");
        let bundle = Bundle::from_files(files, &app.issuer).unwrap();
        assert!(setup::activate(&app.db, &app.roots, &(&bundle).into(), app.now()).await.unwrap());
        assert!(app.refresh().await.unwrap());
        for _ in 0..2 {
            duty.round(app, app.now()).await.unwrap();
            assert_eq!(calls(&house).await, 1, "one call a session, once");
            assert_eq!(house.events("authorization.service_left").await, 1);
        }
        assert!(!refreshes(&house, &refresh).await);
        assert_eq!(here.get("/account").await.status, 200, "she stays signed in");
        // The call holds where to say it: the file no longer does.
        let now = app.now();
        let taken = app.db.write(async |mut w| {
            let rows = outbox::take_for(&mut w, Some("garden-waste"), 9, now, now).await?;
            w.commit_quietly(Housekeeping::Delivery, rows).await
        });
        let row = taken.await.unwrap().value.remove(0);
        let post::Opened::BackChannel(call) = post::open(&app.roots, &row).unwrap() else { panic!("a letter") };
        assert_eq!(call.left.unwrap().uri, "http://localhost:8090/backchannel-logout");
        // Signing out tells nobody a second time.
        here.post("/logout/confirm", &[]).await;
        assert_eq!(calls(&house).await, 1);
    }
}

/// A refresh token that hangs on her first session.
async fn visited_with_refresh(house: &House, ada: AccountId) -> portreeve::crypto::refresh::RefreshToken {
    let session = *open(house, ada).await.last().unwrap();
    visited(house, ada, session).await
}

async fn refreshes(house: &House, token: &portreeve::crypto::refresh::RefreshToken) -> bool {
    crate::account::refreshes(house, token).await
}
