//! Creating an account, on both databases, through the pages.

mod elsewhere;

use crate::app::House;
use crate::visitor::{Answer, Visitor, code_of};
use portreeve::crypto::index::{BlindIndex, IndexKind};
use portreeve::domain::ids::AccountId;
use portreeve::service::post::Text;
use portreeve::store::{Housekeeping, accounts, contacts};
use std::time::Duration;

const ADA: &str = "ada@example.org";
const GOOD: &str = "turnip lantern cobble";

async fn start(visitor: &Visitor, email: &str) -> Answer {
    visitor.post("/create-account", &[("full_name", "Ada Wójcik"), ("email", email)]).await
}

async fn type_code(visitor: &Visitor, journey: &str, code: &str) -> Answer {
    visitor.post("/create-account/code", &[("journey", journey), ("code", code)]).await
}

async fn press(visitor: &Visitor, journey: &str, act: &str) -> Answer {
    visitor.post("/create-account/code", &[("journey", journey), ("act", act)]).await
}

async fn choose(visitor: &Visitor, journey: &str, password: &str) -> Answer {
    visitor.post("/create-account/password", &[("journey", journey), ("password", password)]).await
}

/// A journey whose address is proven.
async fn proven(house: &House, visitor: &Visitor, email: &str) -> String {
    let journey = start(visitor, email).await.parameter("journey");
    let code = code_of(&house.letter().await);
    let answer = type_code(visitor, &journey, &code).await;
    assert!(answer.to.starts_with("/create-account/password?"), "{answer:?}");
    journey
}

async fn owner(house: &House, typed: &str) -> Option<AccountId> {
    let blind = BlindIndex::of(&house.app.roots, IndexKind::SignInName, typed);
    accounts::by_identifier(&mut house.app.db.peek(), &blind.0).await.unwrap()
}

/// A code that is not this one.
fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

/// The path of the link in a letter that holds `what`.
fn link(house: &House, text: &Text, what: &str) -> String {
    let line = text.body.lines().find(|line| line.contains(what)).unwrap();
    line.trim().strip_prefix(&house.at("")).unwrap().to_owned()
}

both! {
    async fn a_newcomer_gets_an_account_and_is_signed_in(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let page = visitor.get("/create-account").await;
        // What is recorded as told stands before the first field, and is read there.
        let notice = house.app.snapshot().policy.processing.account.notice.to_string();
        let link = format!("href=\"/notices/{notice}\"");
        let (before, _) = page.body.split_once("full_name").unwrap();
        assert!(before.contains(&link), "{}", page.body);
        assert!(visitor.get("/privacy").await.body.contains(&link));
        assert!(visitor.get(&format!("/notices/{notice}")).await.body.contains("public task"));
        let answer = start(&visitor, " Ada@Example.org").await;
        assert_eq!(answer.status, 303);
        let journey = answer.parameter("journey");
        let page = visitor.get(&answer.to).await;
        assert!(page.body.contains("A•••@Example.org") && page.body.contains("1 hour"), "{}", page.body);
        // The password waits for the code.
        let early = visitor.get(&format!("/create-account/password?journey={journey}")).await;
        assert!(early.to.starts_with("/create-account/code?"), "{early:?}");
        assert!(choose(&visitor, &journey, GOOD).await.to.starts_with("/create-account/code?"));

        let (to, letter) = house.letters().await.remove(0);
        assert_eq!(to, "Ada@Example.org");
        let code = code_of(&letter);
        let spaced = format!(" {} - {}", &code[..3], &code[3..]);
        let answer = type_code(&visitor, &journey, &spaced).await;
        assert_eq!(answer.to, format!("/create-account/password?journey={journey}"));
        assert!(visitor.get(&answer.to).await.body.contains("new-password"));
        let answer = choose(&visitor, &journey, GOOD).await;
        assert_eq!((answer.status, answer.to.as_str()), (303, "/account"));

        let ada = owner(&house, ADA).await.unwrap();
        let contact = contacts::current(&mut house.app.db.peek(), ada, "email").await.unwrap().unwrap();
        assert_eq!(contact.blind, BlindIndex::of(&house.app.roots, IndexKind::Email, ADA).0);
        for kind in [
            "account.registration_started",
            "credential.code_sent",
            "account.address_proven",
            "account.created",
            "auth.signin_succeeded",
        ] {
            assert_eq!(house.events(kind).await, 1, "{kind}");
        }
        assert_eq!(visitor.get("/sign-in").await.to, "/account");
        let elsewhere = Visitor::new(&house);
        assert_eq!(elsewhere.post("/sign-in", &[("email", ADA), ("password", GOOD)]).await.status, 303);
        // It is done once.
        assert_eq!(choose(&visitor, &journey, GOOD).await.status, 410);
    }

    async fn what_cannot_be_taken_is_said_beside_its_field(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        for (name, email, field) in
            [("", ADA, "full_name"), ("Ada\u{202E}W", ADA, "full_name"), ("Ada W", "", "email"), ("Ada W", "ada@", "email")]
        {
            let answer = visitor.post("/create-account", &[("full_name", name), ("email", email)]).await;
            assert_eq!(answer.status, 200);
            assert!(answer.body.contains(&format!("href=\"#{field}\"")), "{name} {email}");
        }
        assert!(house.letters().await.is_empty());
    }

    async fn a01_a03_a_taken_address_shows_on_no_page(world: World) {
        let house = House::new(world).await;
        let owner_id = house.resident("Ada Wójcik", ADA, GOOD).await;
        let (one, other) = (Visitor::new(&house), Visitor::new(&house));
        let (taken, free) = (start(&one, ADA).await, start(&other, "ada@example.net").await);
        assert_eq!(taken.shape(), free.shape());
        let (a, b) = (taken.parameter("journey"), free.parameter("journey"));
        let alike = |one: Answer, other: Answer| {
            let other = Answer { body: other.body.replace("example.net", "example.org"), ..other };
            assert_eq!(one.shape(), other.shape());
        };
        alike(one.get(&taken.to).await, other.get(&free.to).await);
        let letters = house.letters().await;
        assert_eq!(letters.len(), 2);
        let sent = letters.iter().find(|(to, _)| to == "ada@example.net").unwrap();
        let wrong = another(&code_of(&sent.1));
        alike(press(&one, &a, "longer").await, press(&other, &b, "longer").await);
        alike(press(&one, &a, "resend").await, press(&other, &b, "resend").await);
        for _ in 0..6 {
            alike(type_code(&one, &a, &wrong).await, type_code(&other, &b, &wrong).await);
        }
        alike(choose(&one, &a, GOOD).await, choose(&other, &b, GOOD).await);
        // The letter tells its owner, and nothing of hers has changed.
        let (_, notice) = letters.iter().find(|(to, _)| to == ADA).unwrap();
        assert!(notice.body.contains(&house.at("/sign-in")) && notice.body.contains("/create-account/share?token="));
        assert_eq!(owner(&house, ADA).await, Some(owner_id));
        assert_eq!(one.post("/sign-in", &[("email", ADA), ("password", GOOD)]).await.status, 303);
    }

    async fn m07_three_letters_an_hour_reach_one_address(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let first = start(&visitor, ADA).await;
        for n in 0..10 {
            let again = start(&Visitor::new(&house), if n % 2 == 0 { ADA } else { "ADA@example.org" }).await;
            assert_eq!(again.status, first.status);
            let resent = press(&visitor, &first.parameter("journey"), "resend").await;
            assert!(resent.to.ends_with("&news=resent"), "{resent:?}");
            let page = visitor.get(&resent.to).await;
            assert!(page.body.contains("If we can send you a new email") && page.body.contains("no more than 3 emails an hour"));
        }
        assert_eq!(house.letters().await.len(), 3);
        assert_eq!(house.events("credential.code_sent").await, 3);
        house.later(Duration::from_hours(1));
        start(&visitor, ADA).await;
        assert_eq!(house.letters().await.len(), 1);
    }

    async fn m07_a_network_that_begins_too_many_waits_and_signs_in_all_the_same(world: World) {
        let house = House::with(world, &[], &[("assurance.toml", "starts = 300", "starts = 20")]).await;
        house.resident("Bob Wójcik", "bob@example.org", GOOD).await;
        let visitor = Visitor::new(&house);
        let addresses: Vec<String> = (0..30).map(|n| format!("a{n}@example.org")).collect();
        let starts = futures_util::future::join_all(addresses.iter().map(|address| start(&visitor, address))).await;
        assert_eq!(starts.iter().filter(|answer| answer.status == 303).count(), 20);
        let closed = start(&visitor, ADA).await;
        assert_eq!(closed.status, 429);
        for said in ["from your internet connection", "12:15pm", "01632 960000", "href=\"/sign-in\""] {
            assert!(closed.body.contains(said), "{said}: {}", closed.body);
        }
        assert_eq!(house.letters().await.len(), 20);
        assert_eq!(house.events("account.registration_started").await, 20);
        assert_eq!(house.events("request.refused").await, 1);
        assert_eq!(visitor.post("/sign-in", &[("email", "bob@example.org"), ("password", GOOD)]).await.status, 303);
        // What was tried meanwhile does not keep it closed.
        house.later(Duration::from_mins(15));
        assert_eq!(start(&visitor, ADA).await.status, 303);
    }

    async fn b06_five_misses_close_and_a_new_letter_refills_nothing(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let journey = start(&visitor, ADA).await.parameter("journey");
        let code = code_of(&house.letter().await);
        let wrong = another(&code);
        for _ in 0..4 {
            assert!(!type_code(&visitor, &journey, &wrong).await.body.contains("12:15pm"));
        }
        assert!(type_code(&visitor, &journey, &wrong).await.body.contains("12:15pm"));
        press(&visitor, &journey, "resend").await;
        let newer = code_of(&house.letter().await);
        for right in [&code, &newer] {
            let answer = type_code(&Visitor::new(&house), &journey, right).await;
            assert!(answer.status == 200 && answer.body.contains("12:15pm"), "{answer:?}");
        }
        assert_eq!(house.events("credential.code_failed").await, 5);
        house.later(Duration::from_mins(15));
        assert_eq!(type_code(&visitor, &journey, &code).await.status, 303);
    }

    async fn b06_tries_at_once_are_counted_one_by_one(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let journey = start(&visitor, ADA).await.parameter("journey");
        let wrong = another(&code_of(&house.letter().await));
        let tries = (0..20).map(|_| type_code(&visitor, &journey, &wrong));
        futures_util::future::join_all(tries).await;
        assert_eq!(house.events("credential.code_failed").await, 5);
    }

    async fn codes_live_in_their_own_window_and_longer_for_those_who_need_it(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let journey = start(&visitor, ADA).await.parameter("journey");
        let first = code_of(&house.letter().await);
        house.later(Duration::from_mins(50));
        press(&visitor, &journey, "resend").await;
        let second = code_of(&house.letter().await);
        house.later(Duration::from_mins(10));
        let late = type_code(&visitor, &journey, &first).await;
        assert!(late.body.contains("too old"), "{}", late.body);
        let given = press(&visitor, &journey, "longer").await;
        // The news stands on the page right after it, and beside no error.
        let afresh = visitor.get(&format!("/create-account/code?journey={journey}")).await;
        let wrong = type_code(&visitor, &journey, "").await;
        for (page, told) in [(visitor.get(&given.to).await, true), (afresh, false), (wrong, false)] {
            assert!(page.body.contains("4 hours") && !page.body.contains("value=\"longer\""), "{}", page.body);
            assert_eq!(page.body.contains("it now works for 4 hours"), told, "{}", page.body);
        }
        house.later(Duration::from_mins(239));
        assert_eq!(type_code(&visitor, &journey, &second).await.status, 303);
    }

    async fn a_code_that_was_used_leads_on_where_it_was_and_is_called_so_elsewhere(world: World) {
        let house = House::new(world).await;
        let (visitor, other) = (Visitor::new(&house), Visitor::new(&house));
        let journey = start(&visitor, ADA).await.parameter("journey");
        let code = code_of(&house.letter().await);
        // A form that was sent twice, and a step back.
        let twice = [type_code(&visitor, &journey, &code), type_code(&visitor, &journey, &code)];
        for answer in futures_util::future::join_all(twice).await {
            assert!(answer.to.starts_with("/create-account/password?"), "{answer:?}");
        }
        assert!(type_code(&visitor, &journey, &code).await.to.starts_with("/create-account/password?"));
        assert_eq!((house.events("account.address_proven").await, house.events("credential.code_failed").await), (1, 2));
        // A new code proves it in another browser; the old ones are of use in neither, and every try is counted.
        press(&other, &journey, "resend").await;
        let newer = code_of(&house.letter().await);
        assert_eq!(type_code(&other, &journey, &newer).await.status, 303);
        for used in [&code, &newer] {
            let answer = type_code(&visitor, &journey, used).await;
            assert!(answer.status == 200 && answer.body.contains("The code has already been used"), "{answer:?}");
        }
        let wrong = type_code(&visitor, &journey, &another(&code)).await;
        assert!(wrong.body.contains("The code is not right"), "{}", wrong.body);
        type_code(&visitor, &journey, &code).await;
        for _ in 0..2 {
            let answer = type_code(&visitor, &journey, &code).await;
            assert!(answer.status == 200 && answer.body.contains("12:15pm"), "{answer:?}");
        }
        assert_eq!(house.events("credential.code_failed").await, 7);
    }

    async fn a09_weak_short_and_long_passwords_are_refused(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let journey = proven(&house, &visitor, ADA).await;
        let long = "x".repeat(1025);
        for bad in ["", "short12", "password1", "Havenbrook2026!", "GardenWaste1", "Wójcik2026", long.as_str()] {
            let answer = choose(&visitor, &journey, bad).await;
            assert!(answer.status == 200 && answer.body.contains("href=\"#password\""), "{bad}: {answer:?}");
        }
        assert_eq!(choose(&visitor, &journey, "turnip\0lantern\0cobble").await.status, 400);
        assert_eq!(owner(&house, ADA).await, None);
        assert_eq!(choose(&visitor, &journey, &"🐝 hedgerow ".repeat(5)).await.status, 303);
    }

    async fn y04_fifty_at_once_make_one_account(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let journey = proven(&house, &visitor, ADA).await;
        let answers = futures_util::future::join_all((0..50).map(|_| choose(&visitor, &journey, GOOD))).await;
        assert_eq!(answers.iter().filter(|answer| answer.to == "/account").count(), 1);
        assert_eq!(house.events("account.created").await, 1);
    }

    async fn y04_journeys_for_one_address_make_one_account(world: World) {
        let house = House::new(world).await;
        let visitors: Vec<_> = (0..3).map(|_| Visitor::new(&house)).collect();
        let mut journeys = Vec::new();
        for visitor in &visitors {
            journeys.push(proven(&house, visitor, ADA).await);
        }
        let all = visitors.iter().zip(&journeys).map(|(visitor, journey)| choose(visitor, journey, GOOD));
        let answers = futures_util::future::join_all(all).await;
        assert_eq!(answers.iter().filter(|answer| answer.to == "/account").count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer.to == "/sign-in").count(), 2, "{answers:?}");
        assert_eq!(house.events("account.created").await, 1);
    }

    async fn a_journey_ends_on_another_device_but_only_where_the_code_was_typed(world: World) {
        let house = House::new(world).await;
        let (began, phone) = (Visitor::new(&house), Visitor::new(&house));
        let journey = start(&began, ADA).await.parameter("journey");
        house.later(Duration::from_mins(59));
        let code = code_of(&house.letter().await);
        assert_eq!(type_code(&phone, &journey, &code).await.status, 303);
        // Whoever began it may have had somebody else type the code.
        assert!(choose(&began, &journey, GOOD).await.to.starts_with("/create-account/code?"));
        house.later(Duration::from_hours(23));
        assert_eq!(choose(&phone, &journey, GOOD).await.to, "/account");
    }

    async fn a_service_waits_at_the_end_in_its_own_browser(world: World) {
        let house = House::new(world).await;
        let (visitor, phone) = (Visitor::new(&house), Visitor::new(&house));
        for email in [ADA, "bob@example.org"] {
            let flow = visitor.flow(&house).await;
            let fields = [("full_name", "Ada Wójcik"), ("email", email), ("flow", flow.as_str())];
            assert_eq!(phone.post("/create-account", &fields).await.status, 400);
            let answer = visitor.post("/create-account", &fields).await;
            let journey = answer.parameter("journey");
            assert_eq!(answer.parameter("flow"), flow.as_str());
            assert!(visitor.get(&answer.to).await.body.contains("Garden waste"));
            let code = code_of(&house.letter().await);
            let fields = [("journey", journey.as_str()), ("flow", flow.as_str()), ("code", code.as_str())];
            let there = if email == ADA { &visitor } else { &phone };
            assert_eq!(there.post("/create-account/code", &fields).await.status, 303);
            let fields = [("journey", journey.as_str()), ("flow", flow.as_str()), ("password", GOOD)];
            let answer = there.post("/create-account/password", &fields).await;
            assert!(there.cookie("portreeve").is_some());
            if email == ADA {
                assert_eq!(answer.to, format!("/continue?flow={}", flow.as_str()));
            } else {
                // The service's own page waits in the other browser: its start page is the way on here.
                assert!(answer.body.contains("href=\"http://localhost:8090/\""), "{}", answer.body);
            }
        }
        let journey = start(&phone, "eve@example.org").await.parameter("journey");
        let tampered = format!("/create-account/code?journey={journey}&flow={}", "A".repeat(43));
        assert_eq!(phone.get(&tampered).await.status, 400);
    }

    async fn the_mailbox_of_a_frozen_account_gets_no_letter(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, GOOD).await;
        house
            .app
            .db
            .write(async |mut w| {
                accounts::set_state(&mut w, ada, "frozen").await?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await
            .unwrap();
        let visitor = Visitor::new(&house);
        let answer = start(&visitor, ADA).await;
        assert_eq!(answer.shape(), start(&Visitor::new(&house), ADA).await.shape());
        press(&visitor, &answer.parameter("journey"), "resend").await;
        assert!(house.letters().await.is_empty());
    }

    async fn a_journey_is_kept_for_a_day(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let journey = proven(&house, &visitor, ADA).await;
        house.later(Duration::from_hours(24));
        assert_eq!(choose(&visitor, &journey, GOOD).await.status, 410);
        assert_eq!(visitor.get(&format!("/create-account/code?journey={journey}")).await.status, 410);
        assert_eq!(visitor.get("/create-account/code?journey=x").await.status, 410);
        assert_eq!(owner(&house, ADA).await, None);
    }

    async fn m03_two_people_share_an_address(world: World) {
        let house = House::new(world).await;
        let first = house.resident("Bob Wójcik", ADA, GOOD).await;
        let (began, mailbox) = (Visitor::new(&house), Visitor::new(&house));
        let old = start(&began, ADA).await.parameter("journey");
        let path = link(&house, &house.letter().await, "/create-account/share?token=");
        for _ in 0..5 {
            let page = mailbox.get(&path).await;
            assert!(page.status == 200 && page.body.contains("a•••@example.org"), "{}", page.body);
        }
        let token = path.split_once("token=").unwrap().1;
        let name = async |typed: &str| {
            mailbox.post("/create-account/share", &[("token", token), ("sign_in_name", typed)]).await
        };
        for bad in ["", "ab", "ada w", ADA] {
            let answer = name(bad).await;
            assert!(answer.status == 200 && answer.body.contains("href=\"#sign_in_name\""), "{bad}");
        }
        let journey = name("Ada.W").await.parameter("journey");
        assert_eq!(name("ada.w2").await.status, 410);
        // The one who began it lost the journey to the owner of the mailbox.
        assert_eq!(choose(&began, &old, GOOD).await.status, 410);
        assert!(choose(&began, &journey, GOOD).await.to.starts_with("/create-account/code?"));
        let page = mailbox.get(&format!("/create-account/password?journey={journey}")).await;
        assert!(page.body.contains("Ada.W"), "{}", page.body);
        assert_eq!(choose(&mailbox, &journey, GOOD).await.to, "/account");

        let second = owner(&house, "ada.w").await.unwrap();
        assert_ne!(second, first);
        assert_eq!(owner(&house, ADA).await, Some(first));
        let contact = contacts::current(&mut house.app.db.peek(), second, "email").await.unwrap().unwrap();
        assert_eq!(contact.blind, BlindIndex::of(&house.app.roots, IndexKind::Email, ADA).0);
        let visitor = Visitor::new(&house);
        assert_eq!(visitor.post("/sign-in", &[("email", "ADA.W"), ("password", GOOD)]).await.status, 303);
        assert_eq!(house.letters().await.len(), 1, "she is told of the browser that her account did not know");

        // The name is hers now, and a third person must think of another.
        start(&began, ADA).await;
        let path = link(&house, &house.letter().await, "/create-account/share?token=");
        let token = path.split_once("token=").unwrap().1;
        let answer = mailbox.post("/create-account/share", &[("token", token), ("sign_in_name", "ADA.w")]).await;
        assert!(answer.status == 200 && answer.body.contains("href=\"#sign_in_name\""), "{answer:?}");
    }

    async fn m02_a_link_is_superseded_used_once_and_soon_over(world: World) {
        let house = House::new(world).await;
        house.resident("Bob Wójcik", ADA, GOOD).await;
        let visitor = Visitor::new(&house);
        let journey = start(&visitor, ADA).await.parameter("journey");
        let first = link(&house, &house.letter().await, "/create-account/share?token=");
        press(&visitor, &journey, "resend").await;
        let second = link(&house, &house.letter().await, "/create-account/share?token=");
        assert_eq!(visitor.get(&first).await.status, 410);
        let token = second.split_once("token=").unwrap().1.to_owned();
        let names: Vec<_> = (0..20).map(|n| format!("ada.{n}")).collect();
        let spend = names.iter().map(|name| {
            let fields = [("token", token.as_str()), ("sign_in_name", name.as_str())];
            let visitor = &visitor;
            async move { visitor.post("/create-account/share", &fields).await }
        });
        let answers = futures_util::future::join_all(spend).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1);
        start(&visitor, ADA).await;
        let third = link(&house, &house.letter().await, "/create-account/share?token=");
        house.later(Duration::from_mins(30));
        assert_eq!(visitor.get(&third).await.status, 410);
    }
}
