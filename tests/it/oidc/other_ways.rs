//! Whatever page she is on, on the way to a service: its own other ways stand there, not the council's.

use super::browser::Browser;
use super::party::LIBRARY;
use super::{Page, Stage};
use crate::visitor::code_of;
use std::time::Duration;

const ADA: &str = "ada@havenbrook.example";
const NEWCOMER: &str = "ben@havenbrook.example";

fn names_them(page: &Page, what: &str) {
    assert!(page.body.contains("01632 960009") && !page.body.contains("01632 960000"), "{what}: {}", page.body);
}

/// A stranger on her way to the library, and her flow.
async fn on_her_way(stage: &Stage) -> (Browser, String) {
    let mut stranger = Browser::new(&stage.house);
    let page = stranger.get(&LIBRARY.authorize(&stage.house, &[])).await;
    let flow = page.parameter("flow").unwrap();
    names_them(&stranger.get(page.location().unwrap()).await, "sign-in");
    (stranger, flow)
}

/// Shown where it leads, or as it is.
async fn seen(browser: &mut Browser, page: Page) -> Page {
    match page.location().map(ToOwned::to_owned) {
        Some(to) => browser.get(&to).await,
        None => page,
    }
}

both! {
    async fn on_signing_in_and_being_locked_out(world: World) {
        let mut stage = Stage::own_device(world).await;
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert!(page.leads_to("/continue"), "{:?}", page.location());
        names_them(&seen(&mut stage.browser, page).await, "inform");
        let (mut stranger, flow) = on_her_way(&stage).await;
        let form = [("email", ADA), ("password", "wrong horse battery"), ("flow", flow.as_str())];
        for nth in 1..=6 {
            let page = stranger.post("/sign-in", &form).await;
            assert_eq!(page.body.contains("we have closed it"), nth == 6, "{nth}: {}", page.body);
            names_them(&page, "a wrong password, or a lock-out");
        }
    }

    async fn on_creating_an_account(world: World) {
        let stage = Stage::own_device(world).await;
        let (mut browser, flow) = on_her_way(&stage).await;
        names_them(&browser.get(&format!("/create-account?flow={flow}")).await, "create account");
        let form = [("full_name", "Ben Oak"), ("email", NEWCOMER), ("flow", flow.as_str())];
        let begun = browser.post("/create-account", &form).await;
        let journey = begun.parameter("journey").unwrap();
        names_them(&seen(&mut browser, begun).await, "the code");
        let code = code_of(&stage.house.letter().await);
        // The way to the service has lapsed too by then; whose it was is known.
        stage.house.later(Duration::from_mins(61));
        let form = [("journey", journey.as_str()), ("code", &code), ("flow", &flow)];
        let page = browser.post("/create-account/code", &form).await;
        assert!(page.body.contains("too old"), "{}", page.body);
        names_them(&page, "an expired code");
    }

    async fn on_a_forgotten_password_and_where_there_is_no_room_to_choose_another(world: World) {
        let stage = Stage::own_device(world).await;
        let (mut browser, flow) = on_her_way(&stage).await;
        names_them(&browser.get(&format!("/forgotten-password?flow={flow}")).await, "forgotten");
        let begun = browser.post("/forgotten-password", &[("email", ADA), ("flow", &flow)]).await;
        let journey = begun.parameter("journey").unwrap();
        names_them(&seen(&mut browser, begun).await, "the code");
        let code = code_of(&stage.house.letter().await);
        let typed = [("journey", journey.as_str()), ("code", &code), ("flow", &flow)];
        stage.house.later(Duration::from_mins(16));
        let page = browser.post("/forgotten-password/code", &typed).await;
        assert!(page.body.contains("too old"), "{}", page.body);
        names_them(&page, "an expired code");
        let press = [("journey", journey.as_str()), ("act", "resend"), ("flow", &flow)];
        browser.post("/forgotten-password/code", &press).await;
        let code = code_of(&stage.house.letter().await);
        let typed = [("journey", journey.as_str()), ("code", &code), ("flow", &flow)];
        let page = browser.post("/forgotten-password/code", &typed).await;
        let journey = page.parameter("journey").unwrap();
        names_them(&seen(&mut browser, page).await, "a new password");
        let seats: Vec<_> = std::iter::from_fn(|| stage.house.app.hasher.seat().ok()).collect();
        let form = [("journey", journey.as_str()), ("password", "turnip lantern cobble"), ("flow", &flow)];
        let page = browser.post("/forgotten-password/password", &form).await;
        drop(seats);
        assert_eq!(page.status, 503, "{}", page.body);
        names_them(&page, "no room");
        let page = browser.post("/forgotten-password/password", &form).await;
        assert!(page.leads_to("/sign-in"), "{:?}", page.location());
    }
}
