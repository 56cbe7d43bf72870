//! A forgotten password, on both databases, through the pages.

use crate::app::House;
use crate::visitor::{Answer, Visitor, code_of};
use portreeve::crypto::index::{BlindIndex, IndexKind};
use portreeve::crypto::tokens::Token;
use portreeve::domain::account::EmailAddress;
use portreeve::domain::ids::AccountId;
use portreeve::service::people;
use portreeve::store::contacts::NewContact;
use portreeve::store::{Housekeeping, accounts, contacts, sessions};
use std::time::Duration;

const ADA: &str = "ada@example.org";
const OLD: &str = "turnip lantern cobble";
const NEW: &str = "hedgerow kettle marzipan";
const MINUTE: Duration = Duration::from_mins(1);

async fn forget(visitor: &Visitor, email: &str) -> String {
    let answer = visitor.post("/forgotten-password", &[("email", email)]).await;
    assert!(answer.to.starts_with("/forgotten-password/code?journey="), "{answer:?}");
    answer.parameter("journey")
}

async fn type_code(visitor: &Visitor, journey: &str, code: &str) -> Answer {
    visitor.post("/forgotten-password/code", &[("journey", journey), ("code", code)]).await
}

async fn press(visitor: &Visitor, journey: &str, act: &str) -> Answer {
    visitor.post("/forgotten-password/code", &[("journey", journey), ("act", act)]).await
}

async fn choose(visitor: &Visitor, journey: &str, password: &str) -> Answer {
    visitor.post("/forgotten-password/password", &[("journey", journey), ("password", password)]).await
}

async fn sign_in(visitor: &Visitor, password: &str) -> Answer {
    visitor.post("/sign-in", &[("email", ADA), ("password", password)]).await
}

/// A journey whose code was right.
async fn proven(house: &House, visitor: &Visitor) -> String {
    let journey = forget(visitor, ADA).await;
    let code = code_of(&house.letter().await);
    let answer = type_code(visitor, &journey, &code).await;
    assert!(answer.to.starts_with("/forgotten-password/password?journey="), "{answer:?}");
    answer.parameter("journey")
}

/// A code that is not this one, `n` further.
fn another(code: &str, n: u32) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + n) % 1_000_000)
}

/// Somebody else is written to at the same address.
async fn share(house: &House, account: AccountId, email: &str) {
    let app = &house.app;
    let keys = people::keys(&mut app.db.read().await.unwrap(), &app.roots, account).await.unwrap();
    let address = EmailAddress::parse(email).unwrap();
    let id = portreeve::crypto::tokens::uuid();
    let contact = NewContact {
        id,
        account,
        kind: "email",
        blind: BlindIndex::of(&app.roots, IndexKind::Email, &address.folded()).0.to_vec(),
        address: keys.seal(people::address_field(id), email).unwrap(),
    };
    app.db
        .write(async |mut w| {
            contacts::replace(&mut w, account, "email", app.now()).await?;
            contacts::insert(&mut w, &contact, app.now()).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        })
        .await
        .unwrap();
}

both! {
    async fn a_reset_ends_everything_the_old_password_opened(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let elsewhere = Visitor::new(&house);
        sign_in(&elsewhere, OLD).await;
        let visitor = Visitor::new(&house);
        let flow = visitor.flow(&house).await;
        let page = visitor.get(&format!("/forgotten-password?flow={}", flow.as_str())).await;
        assert!(page.body.contains("Garden waste") && page.body.contains(flow.as_str()));
        let fields = [("email", " ADA@Example.org"), ("flow", flow.as_str())];
        let answer = visitor.post("/forgotten-password", &fields).await;
        assert_eq!(answer.parameter("flow"), flow.as_str());
        let journey = answer.parameter("journey");
        let page = visitor.get(&answer.to).await;
        assert!(page.body.contains("A•••@Example.org") && page.body.contains("15 minutes"), "{}", page.body);
        assert!(!page.body.contains(ADA));

        let (to, letter) = house.letters().await.remove(0);
        assert_eq!(to, ADA);
        assert!(!letter.body.contains("://"));
        let code = code_of(&letter);
        let early = visitor.get(&format!("/forgotten-password/password?journey={journey}")).await;
        assert_eq!(early.status, 410);
        assert_eq!(choose(&visitor, &journey, NEW).await.status, 410);
        let fields = [("journey", journey.as_str()), ("flow", flow.as_str()), ("code", code.as_str())];
        let answer = visitor.post("/forgotten-password/code", &fields).await;
        let proven = answer.parameter("journey");
        assert_ne!(proven, journey);
        let page = visitor.get(&answer.to).await;
        assert!(page.body.contains("new-password") && page.body.contains(ADA));

        for (weak, words) in
            [("", "Enter a password"), ("short", "8 characters"), ("password1", "easy to guess"), ("ada.wójcik!", "like your")]
        {
            let page = choose(&visitor, &proven, weak).await;
            assert!(page.status == 200 && page.body.contains(words), "{weak}: {}", page.body);
        }
        let fields = [("journey", proven.as_str()), ("flow", flow.as_str()), ("password", NEW)];
        let answer = visitor.post("/forgotten-password/password", &fields).await;
        assert_eq!(answer.to, format!("/sign-in?flow={}&news=password_reset", flow.as_str()));
        assert!(elsewhere.get("/sign-in?news=password_reset").await.body.contains("Your password has been changed."));

        assert_eq!(elsewhere.get("/account").await.to, "/sign-in");
        assert!(sessions::list(&mut house.app.db.peek(), ada).await.unwrap().is_empty());
        let known = elsewhere.cookie("portreeve-browser").unwrap();
        let (known, blind) = (Token::parse(&known).unwrap().hash().0, BlindIndex::of(&house.app.roots, IndexKind::SignInName, ADA));
        assert!(!sessions::browser_known(&mut house.app.db.peek(), &blind.0, &known).await.unwrap());
        assert!(house.letter().await.subject.contains("password"));
        assert_eq!(house.events("credential.password_changed").await, 1);
        assert_eq!(sign_in(&visitor, OLD).await.status, 200);
        assert_eq!(sign_in(&visitor, NEW).await.to, "/account");
        // Once.
        assert_eq!(choose(&visitor, &proven, "another good phrase").await.status, 410);
        assert_eq!(sign_in(&visitor, NEW).await.status, 303);
    }

    async fn a01_an_unknown_address_is_answered_like_a_known_one(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let (known, unknown) = (Visitor::new(&house), Visitor::new(&house));
        let mut journeys = Vec::new();
        let mut shapes = Vec::new();
        for (visitor, email) in [(&known, ADA), (&unknown, "abe@example.org")] {
            let mut answers = vec![visitor.get("/forgotten-password").await];
            let answer = visitor.post("/forgotten-password", &[("email", email)]).await;
            let journey = answer.parameter("journey");
            answers.push(answer.clone());
            let page = visitor.get(&answer.to).await;
            let sent = "If you can get back into an account with a•••@example.org, we have sent";
            assert!(page.body.contains(sent), "{}", page.body);
            answers.push(page);
            answers.push(press(visitor, &journey, "resend").await);
            answers.push(press(visitor, &journey, "longer").await);
            // The codes of a letter are as good as random here: none is this one but by one chance in a million.
            for _ in 0..6 {
                answers.push(type_code(visitor, &journey, "000000").await);
            }
            answers.push(choose(visitor, &journey, NEW).await);
            shapes.push(answers.iter().map(Answer::shape).collect::<Vec<_>>());
            journeys.push(journey);
        }
        assert_eq!(journeys[0].len(), journeys[1].len());
        // What is nobody's is written down as well: the letters that went nowhere and the misses, each once a minute.
        assert_eq!((house.events("credential.code_failed").await, house.events("request.refused").await), (5, 2));
        for (known, unknown) in shapes[0].iter().zip(&shapes[1]) {
            assert_eq!(known, unknown);
        }
        assert!(house.letters().await.iter().all(|(to, _)| to == ADA));
    }

    async fn b03_five_misses_then_a_wait_that_no_new_code_shortens(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = Visitor::new(&house);
        let journey = forget(&visitor, ADA).await;
        let code = code_of(&house.letter().await);
        for n in 1..=4 {
            assert!(type_code(&visitor, &journey, &another(&code, n)).await.body.contains("code is not right"));
        }
        assert!(type_code(&visitor, &journey, &another(&code, 5)).await.body.contains("Try again at 12:15pm"));
        press(&visitor, &journey, "resend").await;
        let newer = code_of(&house.letter().await);
        for right in [&code, &newer] {
            assert!(type_code(&visitor, &journey, right).await.body.contains("Try again at 12:15pm"));
        }
        house.later(15 * MINUTE + Duration::from_secs(1));
        press(&visitor, &journey, "resend").await;
        let newest = code_of(&house.letter().await);
        assert_eq!(type_code(&visitor, &journey, &newest).await.status, 303);
        assert_eq!(house.events("credential.code_failed").await, 5);
    }

    async fn the_time_named_holds_however_often_she_tries_before_it(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = Visitor::new(&house);
        let journey = forget(&visitor, ADA).await;
        let code = code_of(&house.letter().await);
        for n in 1..=4 {
            type_code(&visitor, &journey, &another(&code, n)).await;
        }
        house.later(10 * MINUTE);
        assert!(type_code(&visitor, &journey, &another(&code, 5)).await.body.contains("Try again at 12:25pm"));
        house.later(6 * MINUTE);
        for _ in 0..6 {
            assert!(type_code(&visitor, &journey, &code).await.body.contains("Try again at 12:25pm"));
        }
        house.later(9 * MINUTE + Duration::from_secs(1));
        press(&visitor, &journey, "resend").await;
        let newest = code_of(&house.letter().await);
        assert_eq!(type_code(&visitor, &journey, &newest).await.status, 303);
    }

    async fn codes_live_in_their_own_windows(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = Visitor::new(&house);
        let journey = forget(&visitor, ADA).await;
        let first = code_of(&house.letter().await);
        house.later(15 * MINUTE);
        assert!(type_code(&visitor, &journey, &first).await.body.contains("too old"));
        let answer = press(&visitor, &journey, "longer").await;
        let page = visitor.get(&answer.to).await;
        assert!(page.body.contains("1 hour") && !page.body.contains("value=\"longer\""), "{}", page.body);
        let second = code_of(&house.letter().await);
        press(&visitor, &journey, "longer").await;
        assert!(house.letters().await.is_empty());
        house.later(Duration::from_secs(3_599));
        for missing in ["", " "] {
            let page = type_code(&visitor, &journey, missing).await;
            assert!(page.body.contains("Enter the code") && !page.body.contains("value=\"longer\""), "{}", page.body);
        }
        assert!(type_code(&visitor, &journey, "12").await.body.contains("6 digits"));
        let spaced = format!(" {}-{} ", &second[..3], &second[3..]);
        let answer = type_code(&visitor, &journey, &spaced).await;
        // Spent, and the old reference leads nowhere.
        assert_eq!(type_code(&visitor, &journey, &second).await.status, 410);
        house.later(30 * MINUTE);
        assert_eq!(choose(&visitor, &answer.parameter("journey"), NEW).await.status, 410);
    }

    async fn m07_at_most_three_letters_an_hour_go_to_an_address(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = Visitor::new(&house);
        let first = visitor.post("/forgotten-password", &[("email", ADA)]).await;
        for _ in 0..6 {
            let again = visitor.post("/forgotten-password", &[("email", ADA)]).await;
            assert_eq!(again.shape().to, first.shape().to);
            let resent = press(&visitor, &again.parameter("journey"), "resend").await;
            let page = visitor.get(&resent.to).await;
            assert!(page.body.contains("If we can send you a new email") && page.body.contains("no more than 3 emails an hour"));
        }
        assert_eq!(house.letters().await.len(), 3);
        house.later(60 * MINUTE);
        forget(&visitor, ADA).await;
        assert_eq!(house.letters().await.len(), 1);
    }

    async fn a_shared_mailbox_alone_recovers_nothing(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let bob = house.resident("Bob Ash", "bob@example.org", OLD).await;
        share(&house, bob, ADA).await;
        let visitor = Visitor::new(&house);
        for email in [ADA, "bob@example.org"] {
            let journey = forget(&visitor, email).await;
            press(&visitor, &journey, "resend").await;
        }
        assert!(house.letters().await.is_empty());
    }

    async fn only_the_browser_that_typed_the_code_goes_on(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let (thief, ada) = (Visitor::new(&house), Visitor::new(&house));
        let journey = forget(&thief, ADA).await;
        let code = code_of(&house.letter().await);
        let answer = type_code(&ada, &journey, &code).await;
        for page in ["code", "password"] {
            let page = thief.get(&format!("/forgotten-password/{page}?journey={journey}")).await;
            assert_eq!(page.status, 410);
        }
        assert_eq!(choose(&thief, &journey, "a phrase of the thief").await.status, 410);
        assert_eq!(choose(&ada, &answer.parameter("journey"), NEW).await.status, 303);
    }

    async fn m02_a_reset_is_carried_out_once(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = Visitor::new(&house);
        let (journey, later) = (proven(&house, &visitor).await, proven(&house, &visitor).await);
        let tries = (0..6).map(|n| {
            let (visitor, journey) = (Visitor::new(&house), journey.clone());
            async move { choose(&visitor, &journey, &format!("phrase number {n} of ten")).await.status }
        });
        let done = futures_util::future::join_all(tries).await;
        assert_eq!(done.iter().filter(|status| **status == 303).count(), 1, "{done:?}");
        assert_eq!(house.events("credential.password_changed").await, 1);
        // What was on its way beside it is over.
        assert_eq!(choose(&visitor, &later, NEW).await.status, 410);
    }

    async fn b04_a_reset_passes_a_lock_out(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = Visitor::new(&house);
        for _ in 0..7 {
            sign_in(&visitor, "wrong wrong wrong").await;
        }
        assert_eq!(sign_in(&visitor, OLD).await.status, 429);
        let journey = proven(&house, &visitor).await;
        choose(&visitor, &journey, NEW).await;
        assert_eq!(sign_in(&visitor, NEW).await.to, "/account");
    }

    async fn an_account_that_is_stopped_recovers_nothing(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let visitor = Visitor::new(&house);
        let journey = proven(&house, &visitor).await;
        house
            .app
            .db
            .write(async |mut w| {
                accounts::set_state(&mut w, ada, "frozen").await?;
                w.commit_quietly(Housekeeping::Flow, ()).await
            })
            .await
            .unwrap();
        assert_eq!(choose(&visitor, &journey, NEW).await.status, 410);
        forget(&visitor, ADA).await;
        assert!(house.letters().await.is_empty());
    }
}
