//! Going on with a sign-up on another device, by its address and a code alone.

use super::{ADA, GOOD, another, choose, owner, start, type_code};
use crate::app::House;
use crate::visitor::{Answer, Visitor, code_of};
use std::time::Duration;

async fn finish_elsewhere(visitor: &Visitor, email: &str, code: &str) -> Answer {
    visitor.post("/create-account/finish", &[("email", email), ("code", code)]).await
}

both! {
    async fn a_journey_is_finished_on_another_device_by_address_and_code(world: World) {
        let house = House::new(world).await;
        let (began, phone) = (Visitor::new(&house), Visitor::new(&house));
        let flow = began.flow(&house).await;
        let fields = [("full_name", "Ada Wójcik"), ("email", ADA), ("flow", flow.as_str())];
        let journey = began.post("/create-account", &fields).await.parameter("journey");
        let letter = house.letter().await;
        assert!(letter.body.lines().any(|line| line.trim() == house.at("/create-account/finish")), "{}", letter.body);
        let page = began.get(&format!("/create-account/code?journey={journey}")).await;
        assert!(page.body.contains("href=\"/create-account/finish\""), "{}", page.body);

        // Its code is too old by the evening; another is asked for where she is now.
        house.later(Duration::from_hours(20));
        assert!(finish_elsewhere(&phone, ADA, &code_of(&letter)).await.body.contains("too old"));
        let sent = phone.post("/create-account/finish", &[("email", ADA), ("act", "resend")]).await;
        assert!(sent.status == 200 && sent.body.contains("value=\"ada@example.org\""), "{}", sent.body);
        let code = code_of(&house.letter().await);
        let answer = finish_elsewhere(&phone, " ADA@example.org", &code).await;
        assert!(answer.status == 303 && answer.to.starts_with("/create-account/password?journey="), "{answer:?}");
        let next = answer.parameter("journey");
        assert_ne!(next, journey);
        // The code is spent, and the journey is this browser's alone.
        assert_eq!(finish_elsewhere(&Visitor::new(&house), ADA, &code).await.status, 200);
        assert!(choose(&began, &next, GOOD).await.to.starts_with("/create-account/code?"));
        assert_eq!(choose(&began, &journey, GOOD).await.status, 410);
        let done = choose(&phone, &next, GOOD).await;
        // The service's own request waits in the other browser: its start page is the way on here.
        assert!(done.status == 200 && done.body.contains("href=\"http://localhost:8090/\""), "{}", done.body);
        assert!(owner(&house, ADA).await.is_some());
        assert_eq!(house.events("account.address_proven").await, 1);
        assert_eq!(house.events("account.created").await, 1);
    }

    async fn a_request_of_the_other_device_is_gone_on_with_there(world: World) {
        let house = House::new(world).await;
        let (began, phone) = (Visitor::new(&house), Visitor::new(&house));
        start(&began, ADA).await;
        let code = code_of(&house.letter().await);
        let flow = phone.flow(&house).await;
        let page = phone.get(&format!("/create-account?flow={}", flow.as_str())).await;
        let link = format!("/create-account/finish?flow={}", flow.as_str());
        assert!(page.body.contains(&link), "{}", page.body);
        assert!(phone.get(&link).await.body.contains("Garden waste"));
        let fields = [("flow", flow.as_str()), ("email", ADA), ("code", &code)];
        let answer = phone.post("/create-account/finish", &fields).await;
        let (journey, flow) = (answer.parameter("journey"), answer.parameter("flow"));
        let fields = [("journey", journey.as_str()), ("flow", flow.as_str()), ("password", GOOD)];
        assert_eq!(phone.post("/create-account/password", &fields).await.to, format!("/continue?flow={flow}"));
    }

    async fn a01_finishing_elsewhere_is_the_same_for_every_address(world: World) {
        let house = House::new(world).await;
        house.resident("Bob Wójcik", "ada@example.net", GOOD).await;
        let (began, phone) = (Visitor::new(&house), Visitor::new(&house));
        start(&began, ADA).await;
        let code = code_of(&house.letter().await);
        start(&began, "ada@example.net").await;
        house.letters().await;
        let wrong = another(&code);
        // Somebody has begun, somebody has an account, nobody is there.
        let addresses = [ADA, "ada@example.net", "ada@example.com"];
        let browsers: Vec<Visitor> = addresses.iter().map(|_| Visitor::new(&house)).collect();
        let alike = async |fields: &[(&str, &str)]| {
            let mut shapes = Vec::new();
            for (address, browser) in addresses.iter().zip(&browsers) {
                let fields: Vec<_> = fields.iter().copied().chain([("email", *address)]).collect();
                let answer = browser.post("/create-account/finish", &fields).await;
                let body = answer.body.replace(address, ADA);
                shapes.push(Answer { body, ..answer }.shape());
            }
            assert!(shapes.iter().all(|shape| *shape == shapes[0]), "{shapes:?}");
            shapes.remove(0)
        };
        assert!(alike(&[("act", "resend")]).await.body.contains("we have sent an email"));
        assert!(alike(&[("code", "12")]).await.body.contains("href=\"#code\""));
        for _ in 0..4 {
            assert!(alike(&[("code", &wrong)]).await.body.contains("The code is not right"));
        }
        for _ in 0..2 {
            assert!(alike(&[("code", &wrong)]).await.body.contains("12:15pm"));
        }
        // Letters went where there is something to finish, or an owner to be told; none to nobody.
        let told: Vec<String> = house.letters().await.into_iter().map(|(to, _)| to).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        // The right code is not looked at before then, but works at once where the journey is.
        assert!(finish_elsewhere(&phone, ADA, &code).await.body.contains("12:15pm"));
        assert_eq!(house.events("credential.code_failed").await, 5);
        house.later(Duration::from_mins(15));
        assert_eq!(finish_elsewhere(&phone, ADA, &code).await.status, 303);
    }

    async fn b06_guesses_elsewhere_at_once_are_counted_one_by_one(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let journey = start(&visitor, ADA).await.parameter("journey");
        let code = code_of(&house.letter().await);
        let wrong = another(&code);
        futures_util::future::join_all((0..20).map(|_| finish_elsewhere(&visitor, ADA, &wrong))).await;
        assert_eq!(house.events("credential.code_failed").await, 5);
        assert!(finish_elsewhere(&visitor, ADA, &code).await.body.contains("12:15pm"));
        // Strangers' guesses close that page, never the journey's own.
        assert_eq!(type_code(&visitor, &journey, &code).await.status, 303);
    }

    async fn y04_one_code_takes_a_journey_to_one_browser(world: World) {
        let house = House::new(world).await;
        start(&Visitor::new(&house), ADA).await;
        let code = code_of(&house.letter().await);
        let browsers: Vec<_> = (0..5).map(|_| Visitor::new(&house)).collect();
        let tries = browsers.iter().map(|browser| finish_elsewhere(browser, ADA, &code));
        let answers = futures_util::future::join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 303).count(), 1, "{answers:?}");
        assert_eq!(house.events("account.address_proven").await, 1);
    }
}
