//! Levels of assurance: asked for, stepped up to, never lowered (RFC 9470, RFC 8485, OIDC Core §5.5.1.1).

use super::party::{self, APP, LIBRARY, MUSEUM, Party};
use super::{Browser, Page, Stage, text};
use crate::app::{House, Service};
use crate::second_step::secret;
use portreeve::crypto::totp::{Seed, step_at};
use serde_json::{Value, json};
use std::time::Duration;

const WORD: &str = "kettle-orbit-49";
const ESSENTIAL: &str = r#"{"id_token":{"acr":{"essential":true,"value":"A1"}}}"#;

/// The stage, but the museum takes nothing below A1.
async fn stage(world: crate::world::World) -> Stage {
    staged(world, &[]).await
}

async fn staged(world: crate::world::World, changes: crate::app::Changes<'_>) -> Stage {
    let offered = changes.is_empty();
    let files: Vec<Service<'static>> = party::files()
        .into_iter()
        .map(|service| {
            if service.id == MUSEUM.id && offered {
                Service { id: service.id, toml: String::leak(service.toml.replace("\"A0\"", "\"A1\"")) }
            } else {
                service
            }
        })
        .collect();
    let house = House::with(world, &files, changes).await;
    let ada = house.resident("Ada Wren", "ada@havenbrook.example", WORD).await;
    let mut browser = Browser::new(&house);
    browser.sign_in(&house, ada, true).await;
    house.later(Duration::from_secs(2));
    Stage { house, ada, browser }
}

/// She sets an app up where this page has led her, and is led on.
async fn sets_up(stage: &mut Stage, page: Page) -> (Seed, Page) {
    assert!(page.leads_to("/sign-in/code"), "{:?}", page.location());
    let settings = stage.browser.get(page.location().unwrap()).await;
    assert!(settings.leads_to("/account/second-step"), "{:?}", settings.location());
    let flow = settings.parameter("flow").unwrap();
    let words = stage.browser.get(settings.location().unwrap()).await;
    assert!(words.body.contains("more certain that it is you"), "{}", words.body);
    let proof = [("flow", flow.as_str()), ("current_password", WORD)];
    let proven = stage.browser.post("/account/second-step", &proof).await;
    let journey = proven.parameter("journey").unwrap();
    let seed = secret(&stage.browser.get(proven.location().unwrap()).await.body);
    let code = shown(stage, &seed);
    let typed = [("flow", flow.as_str()), ("journey", &journey), ("code", &code)];
    let codes = stage.browser.post("/account/second-step/set-up", &typed).await;
    let onward = format!("/continue?flow={flow}");
    assert!(stage.browser.get(codes.location().unwrap()).await.body.contains(&onward));
    stage.house.later(Duration::from_mins(1));
    let on = stage.browser.get(&onward).await;
    (seed, goes_on(stage, on).await)
}

/// She says "Continue" if that is asked: a page of its own, or where she is.
async fn goes_on(stage: &mut Stage, page: Page) -> Page {
    let page = if page.leads_to("/continue") { stage.browser.get(page.location().unwrap()).await } else { page };
    if page.status != 200 || page.form().is_some() {
        return page;
    }
    let flow = page.body.split("name=\"flow\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    stage.browser.post("/continue", &[("flow", &flow)]).await
}

fn shown(stage: &Stage, seed: &Seed) -> String {
    seed.code(step_at(stage.house.app.now())).unwrap().as_str().to_owned()
}

/// The claims of the tokens that a page with a code leads to: (ID token, access token).
async fn claims(stage: &Stage, party: &Party, page: &Page) -> (Value, Value) {
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code in {:?}", page.location()));
    let tokens = party.redeem(&stage.house, &code).await.json();
    let body = |token: &str| super::tokens::claims(text(&tokens, token));
    (body("id_token"), body("access_token"))
}

async fn asked(stage: &mut Stage, party: &Party, more: &[(&str, &str)]) -> Page {
    stage.browser.get(&party.authorize(&stage.house, more)).await
}

both! {
    async fn w10_a_service_that_needs_more_has_her_set_a_second_step_up(world: World) {
        let mut stage = stage(world).await;
        let page = asked(&mut stage, &MUSEUM, &[]).await;
        let (seed, page) = sets_up(&mut stage, page).await;
        let (id, access) = claims(&stage, &MUSEUM, &page).await;
        assert_eq!((text(&id, "acr"), &id["amr"]), ("A1", &json!(["pwd", "otp", "mfa"])));
        assert_eq!((text(&access, "acr"), &access["auth_time"]), ("A1", &id["auth_time"]));
        assert_eq!(id.get("vot"), None, "only where vectors were asked for");
        // When she signed in is not when she took the step.
        assert!(id["auth_time"].as_i64().unwrap() < stage.house.app.now().seconds() - 60);
        // An older sign-in than the service takes asks for both again (RFC 9470 §4).
        let page = asked(&mut stage, &MUSEUM, &[("max_age", "10")]).await;
        assert!(page.leads_to("/sign-in"), "{:?}", page.location());
        // Another browser, signed in before there was a second step, is asked for the code alone.
        let mut other = Browser::new(&stage.house);
        other.sign_in(&stage.house, stage.ada, true).await;
        stage.browser = other;
        let page = asked(&mut stage, &MUSEUM, &[]).await;
        let flow = page.parameter("flow").unwrap();
        let words = stage.browser.get(page.location().unwrap()).await;
        assert!(words.status == 200 && words.body.contains("needs to be more certain"), "{}", words.body);
        // S01: another cookie, and the old one is dead.
        let before = stage.browser.clone();
        let typed = [("flow", flow.as_str()), ("code", &shown(&stage, &seed))];
        let on = stage.browser.post("/sign-in/code", &typed).await;
        assert_ne!(before.cookie("portreeve"), stage.browser.cookie("portreeve"));
        let mut old = before;
        assert!(old.get("/account").await.leads_to("/sign-in"));
        let page = goes_on(&mut stage, on).await;
        assert_eq!(text(&claims(&stage, &MUSEUM, &page).await.0, "acr"), "A1");
        assert_eq!(stage.house.events("auth.stepped_up").await, 1);
    }

    async fn w10_what_is_essential_is_met_or_refused_and_never_lowered(world: World) {
        let mut stage = stage(world).await;
        for out_of_reach in [
            ("claims", r#"{"id_token":{"acr":{"essential":true,"value":"A2"}}}"#),
            ("claims", r#"{"id_token":{"acr":{"essential":true,"values":["urn:mace:incommon:iap:silver","A3"]}}}"#),
            ("vtr", r#"["P2.Cl.Cm"]"#),
            ("vtr", r#"["P1","P3.Cl"]"#),
        ] {
            for more in [&[out_of_reach][..], &[out_of_reach, ("prompt", "none")]] {
                let page = asked(&mut stage, &LIBRARY, more).await;
                page.is_told_to(&stage.house, LIBRARY.redirect_uri, "unmet_authentication_requirements");
            }
        }
        for bad in [("vtr", "Cl.Cm"), ("vtr", "[]"), ("vtr", r#"["P0.P2"]"#), ("claims", r#"{"id_token":{"acr":{"value":1}}}"#)] {
            asked(&mut stage, &LIBRARY, &[bad]).await.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request");
        }
        // Q09: what she could do is not done silently.
        for more in [("claims", ESSENTIAL), ("vtr", r#"["Cl.Cm"]"#)] {
            let page = asked(&mut stage, &LIBRARY, &[more, ("prompt", "none")]).await;
            page.is_told_to(&stage.house, LIBRARY.redirect_uri, "interaction_required");
        }
        let page = asked(&mut stage, &MUSEUM, &[("prompt", "none")]).await;
        page.is_told_to(&stage.house, MUSEUM.redirect_uri, "interaction_required");
        // No way around it by asking for less, or by the pages after it.
        let page = asked(&mut stage, &MUSEUM, &[("acr_values", "A0")]).await;
        let flow = page.parameter("flow").unwrap();
        for path in ["/continue", "/consent"] {
            let got = stage.browser.get(&format!("{path}?flow={flow}")).await;
            assert!(got.leads_to("/sign-in/code"), "{:?}", got.location());
            let sent = stage.browser.post(path, &[("flow", &flow), ("consent", "allow")]).await;
            assert_eq!(sent.parameter("code"), None, "{:?}", sent.location());
        }
        let skipped = stage.browser.post("/account/second-step", &[("flow", &flow), ("act", "skip")]).await;
        assert!(skipped.leads_to("/account/second-step"), "{:?}", skipped.location());
        let page = asked(&mut stage, &LIBRARY, &[("claims", ESSENTIAL)]).await;
        let (_, page) = sets_up(&mut stage, page).await;
        assert_eq!(text(&claims(&stage, &LIBRARY, &page).await.0, "acr"), "A1");
        // The answer carries a value that was asked for, though she has proved more.
        let less = r#"{"id_token":{"acr":{"essential":true,"values":["A0"]}}}"#;
        let page = asked(&mut stage, &LIBRARY, &[("claims", less)]).await;
        assert_eq!(text(&claims(&stage, &LIBRARY, &page).await.0, "acr"), "A0");
    }

    /// Of what was given before a service asked for more, only what was given for as much goes on.
    async fn w10_a_service_that_asks_for_more_since_gets_no_more_for_less(world: World) {
        let mut stage = stage(world).await;
        let asks = |least: &str| {
            let mut files = party::files();
            let app = files.iter_mut().find(|file| file.id == APP.id).unwrap();
            app.toml = String::leak(app.toml.replace("\"A0\"", least));
            files
        };
        let refreshed = async |stage: &Stage, tokens: &Value| {
            let answer = APP.refresh(&stage.house, text(tokens, "refresh_token"), &[]).await;
            if answer.status == 200 {
                return Some(answer.json());
            }
            assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"), "{}", answer.body);
            None
        };
        stage.house.activate(&asks("\"A0\"")).await;
        let password = stage.tokens(&APP, &[]).await;
        let page = asked(&mut stage, &LIBRARY, &[("claims", ESSENTIAL)]).await;
        sets_up(&mut stage, page).await;
        // She has proved more than the service wants to be told.
        let low = r#"{"id_token":{"acr":{"essential":true,"value":"A0"}}}"#;
        let second = stage.tokens(&APP, &[("claims", low)]).await;
        assert_eq!(text(&super::tokens::claims(text(&second, "id_token")), "acr"), "A0");
        let mut other = Browser::new(&stage.house);
        other.sign_in(&stage.house, stage.ada, true).await;
        let proven = std::mem::replace(&mut stage.browser, other);
        let unspent = stage.code(&APP, &[]).await;
        stage.browser = proven;

        stage.house.activate(&asks("\"A1\"")).await;
        assert_eq!(refreshed(&stage, &password).await, None);
        let answer = APP.redeem(&stage.house, &unspent).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_grant"), "{}", answer.body);
        let next = refreshed(&stage, &second).await.unwrap();
        assert_eq!(text(&super::tokens::claims(text(&next, "id_token")), "acr"), "A0");
        // She need not sign in again for it: her session has what it takes by now.
        let again = stage.tokens(&APP, &[]).await;
        assert_eq!(text(&super::tokens::claims(text(&again, "id_token")), "acr"), "A1");

        stage.house.activate(&asks("\"A0\"")).await;
        assert!(refreshed(&stage, &password).await.is_some(), "nothing was ended");
        assert_eq!(APP.redeem(&stage.house, &unspent).await.status, 200);
    }

    async fn acr_values_are_tried_and_the_answer_says_what_was_reached(world: World) {
        let mut stage = stage(world).await;
        // Silently there is nothing to try.
        let quiet = [("acr_values", "A1"), ("prompt", "none")];
        asked(&mut stage, &LIBRARY, &quiet).await.is_told_to(&stage.house, LIBRARY.redirect_uri, "interaction_required");
        stage.code(&LIBRARY, &[]).await;
        let page = asked(&mut stage, &LIBRARY, &quiet).await;
        assert_eq!(text(&claims(&stage, &LIBRARY, &page).await.0, "acr"), "A0");
        for values in ["A0 A1", "urn:unknown", "A3 A0"] {
            let page = asked(&mut stage, &LIBRARY, &[("acr_values", values)]).await;
            assert_eq!(text(&claims(&stage, &LIBRARY, &page).await.0, "acr"), "A0", "{values}");
        }
        // Asked, she may go on without.
        let page = asked(&mut stage, &LIBRARY, &[("acr_values", "A3 A1")]).await;
        let settings = stage.browser.get(page.location().unwrap()).await;
        let flow = settings.parameter("flow").unwrap();
        assert!(stage.browser.get(settings.location().unwrap()).await.body.contains("Go on without a second step"));
        let skipped = stage.browser.post("/account/second-step", &[("flow", &flow), ("act", "skip")]).await;
        let page = goes_on(&mut stage, skipped).await;
        assert_eq!(text(&claims(&stage, &LIBRARY, &page).await.0, "acr"), "A0");
        // What was skipped is answered once.
        assert_eq!(stage.browser.get(&format!("/continue?flow={flow}")).await.status, 410);
        let page = asked(&mut stage, &LIBRARY, &[("acr_values", "A1 A0")]).await;
        let (_, page) = sets_up(&mut stage, page).await;
        assert_eq!(text(&claims(&stage, &LIBRARY, &page).await.0, "acr"), "A1");
    }

    async fn a_vector_of_trust_is_answered_by_the_one_that_was_met(world: World) {
        let mut stage = stage(world).await;
        stage.code(&LIBRARY, &[]).await;
        let vtm = stage.house.at("/docs/vectors-of-trust");
        let page = asked(&mut stage, &LIBRARY, &[("vtr", r#"["P2.Cl.Cm","P0.Cl"]"#)]).await;
        let (id, access) = claims(&stage, &LIBRARY, &page).await;
        assert_eq!((text(&id, "vot"), text(&id, "vtm"), text(&id, "acr")), ("Cl", vtm.as_str(), "A0"));
        assert_eq!((access.get("vot"), access.get("vtm")), (None, None));
        let page = asked(&mut stage, &LIBRARY, &[("vtr", r#"["Cl.Cm"]"#)]).await;
        let (_, page) = sets_up(&mut stage, page).await;
        let (id, _) = claims(&stage, &LIBRARY, &page).await;
        assert_eq!((text(&id, "vot"), text(&id, "vtm"), text(&id, "acr")), ("Cl.Cm", vtm.as_str(), "A1"));
        // Its page says what each part means, in both languages.
        for (lang, words) in [("en", "How certain we are of a person"), ("cy", "Pa mor sicr ydym o berson")] {
            let page = stage.browser.get(&format!("{vtm}?lang={lang}")).await;
            assert!(page.status == 200 && page.body.contains(words) && page.body.contains(">Cm<"), "{}", page.body);
        }
    }

    async fn a_council_may_offer_less(world: World) {
        let offer = ("assurance.toml", "offered = \"A1\"", "offered = \"A0\"");
        let mut stage = staged(world, &[offer]).await;
        let metadata = stage.browser.get("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["acr_values_supported"], json!(["A0"]));
        let page = asked(&mut stage, &LIBRARY, &[("claims", ESSENTIAL)]).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "unmet_authentication_requirements");
        let page = asked(&mut stage, &LIBRARY, &[("vtr", r#"["Cl.Cm"]"#)]).await;
        page.is_told_to(&stage.house, LIBRARY.redirect_uri, "unmet_authentication_requirements");
    }
}
