//! `/logout`: nobody is signed out by another's hand, and nobody is sent where no service said.

use super::browser::Browser;
use super::party::{LIBRARY, MUSEUM, files_with};
use super::record::{added, count};
use super::{Page, Stage, text};
use crate::world::World;
use std::time::Duration;

fn logout(stage: &Stage, parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{}?{query}", stage.house.at("/logout"))
}

async fn is_signed_in(stage: &mut Stage) -> bool {
    let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &[("prompt", "none")])).await;
    page.parameter("code").is_some()
}

fn asks(page: &Page) {
    assert_eq!((page.status, page.location()), (200, None), "{}", page.body);
    assert!(page.body.contains("logout-confirm"), "{}", page.body);
}

/// Signs out at the library, where the museum, whose file has this line too, was visited as well: the answer, and the
/// way back.
async fn after_a_visit_to_both(world: World, line: &str) -> (Page, String) {
    let mut stage = Stage::with(world, &files_with(&[("museum", line)])).await;
    let tokens = stage.tokens(&LIBRARY, &[]).await;
    stage.tokens(&MUSEUM, &[]).await;
    let back = LIBRARY.after_logout();
    let asked = [("id_token_hint", text(&tokens, "id_token")), ("post_logout_redirect_uri", back.as_str())];
    let address = logout(&stage, &asked);
    let page = stage.browser.get(&address).await;
    assert_eq!(count(&stage.house, "auth.signed_out").await, 1);
    (page, back)
}

both! {
    async fn r08_a_way_back_is_taken_byte_for_byte(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let hint = text(&tokens, "id_token");
        let good = LIBRARY.after_logout();
        for bad in [format!("{good}?x=1"), format!("{good}#"), good.to_uppercase(), "https://evil.test/".to_owned(), MUSEUM.after_logout()] {
            for more in [[("id_token_hint", hint), ("x", "1")], [("client_id", "library"), ("x", "1")]] {
                let address = logout(&stage, &[more[0], more[1], ("post_logout_redirect_uri", &bad)]);
                stage.browser.get(&address).await.is_told_at_home();
            }
        }
        // Without a client there is nothing to compare with.
        let address = logout(&stage, &[("post_logout_redirect_uri", &good)]);
        stage.browser.get(&address).await.is_told_at_home();
        let address = logout(&stage, &[("client_id", "nobody"), ("post_logout_redirect_uri", &good)]);
        stage.browser.get(&address).await.is_told_at_home();
        assert!(is_signed_in(&mut stage).await);
        assert_eq!(super::record::refusals(&stage.house).await[0], ("post_logout_redirect_uri".to_owned(), 1));
    }

    async fn l02_the_hint_of_this_session_signs_out_and_leads_back(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let back = LIBRARY.after_logout();
        let parameters =
            [("id_token_hint", text(&tokens, "id_token")), ("post_logout_redirect_uri", back.as_str()), ("state", "s&1")];
        let address = logout(&stage, &parameters);
        // Long expired, and still hers.
        stage.house.later(Duration::from_mins(30));
        let (page, events) = added(&stage.house, stage.browser.get(&address)).await;
        assert_eq!(page.location(), Some(format!("{back}?state=s%261").as_str()), "{}", page.body);
        assert_eq!(events, ["auth.signed_out"]);
        assert_eq!(stage.browser.cookie("portreeve"), None);
        // Again: nobody is signed in, so nobody is asked.
        let (page, events) = added(&stage.house, stage.browser.get(&address)).await;
        assert_eq!(page.location(), Some(format!("{back}?state=s%261").as_str()));
        assert_eq!(events, Vec::<String>::new());
    }

    async fn l02_where_other_services_are_told_she_sees_it_first(world: World) {
        let (page, _) = after_a_visit_to_both(world, "backchannel_logout_uri = \"http://localhost:9902/ended\"").await;
        assert!(page.leads_to("/signed-out"), "{:?}", page.location());
    }

    async fn l02_where_another_service_is_told_by_a_frame_she_sees_it_first(world: World) {
        let (page, _) = after_a_visit_to_both(world, "frontchannel_logout_uri = \"http://localhost:9902/out\"").await;
        assert!(page.leads_to("/signed-out"), "{:?}", page.location());
    }

    async fn l02_where_the_other_service_takes_no_word_she_is_led_back_at_once(world: World) {
        let (page, back) = after_a_visit_to_both(world, "").await;
        assert_eq!(page.location(), Some(back.as_str()));
    }

    async fn l02_nobody_is_signed_out_by_another_hand(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.tokens(&LIBRARY, &[]).await;
        // No hint at all, as an image on any page would ask.
        let address = logout(&stage, &[]);
        asks(&stage.browser.get(&address).await);
        let address = logout(&stage, &[("client_id", "library")]);
        asks(&stage.browser.get(&address).await);
        // Another resident's, and another session of her own.
        let ben = stage.house.resident("Ben Oak", "ben@havenbrook.example", "saddle-orbit-77").await;
        let ada = stage.ada;
        for account in [ben, ada] {
            let mut elsewhere = Browser::new(&stage.house);
            elsewhere.sign_in(&stage.house, account, true).await;
            std::mem::swap(&mut stage.browser, &mut elsewhere);
            let tokens = stage.tokens(&LIBRARY, &[]).await;
            std::mem::swap(&mut stage.browser, &mut elsewhere);
            let address = logout(&stage, &[("id_token_hint", text(&tokens, "id_token"))]);
            asks(&stage.browser.get(&address).await);
        }
        assert!(is_signed_in(&mut stage).await);
        assert_eq!(count(&stage.house, "auth.signed_out").await, 0);
    }

    async fn l02_t01_a_hint_that_is_not_ours_is_an_error(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let id = text(&tokens, "id_token");
        let (input, _) = id.rsplit_once('.').unwrap();
        let (header, claims) = input.split_once('.').unwrap();
        let unsigned = |alg: &str| {
            use base64::Engine as _;
            let header = format!("{{\"alg\":\"{alg}\",\"typ\":\"JWT\"}}");
            format!("{}.{claims}.", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(header))
        };
        let access = text(&tokens, "access_token");
        for bad in [&format!("{input}."), &format!("{header}.e30.{id}"), &unsigned("none"), &unsigned("nOnE"), "x", access] {
            let address = logout(&stage, &[("id_token_hint", bad)]);
            stage.browser.get(&address).await.is_told_at_home();
            let asked = LIBRARY.authorize(&stage.house, &[("id_token_hint", bad), ("prompt", "none")]);
            stage.browser.get(&asked).await.is_told_to(&stage.house, LIBRARY.redirect_uri, "invalid_request");
        }
        // Another client than the hint is for.
        let address = logout(&stage, &[("id_token_hint", id), ("client_id", "museum")]);
        stage.browser.get(&address).await.is_told_at_home();
        let asked = MUSEUM.authorize(&stage.house, &[("id_token_hint", id), ("prompt", "none")]);
        stage.browser.get(&asked).await.is_told_to(&stage.house, MUSEUM.redirect_uri, "invalid_request");
        let twice = format!("{}&client_id=library&client_id=library", logout(&stage, &[("id_token_hint", id)]));
        stage.browser.get(&twice).await.is_told_at_home();
        assert!(is_signed_in(&mut stage).await);
    }

    async fn the_page_speaks_the_language_the_service_asks_for(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.tokens(&LIBRARY, &[]).await;
        // A hint of who it is, in words, moves nothing: she is asked.
        let parameters = [("client_id", "library"), ("ui_locales", "fr cy en"), ("logout_hint", "ben@havenbrook.example")];
        let page = stage.browser.get(&logout(&stage, &parameters)).await;
        asks(&page);
        assert!(page.body.contains("<html lang=\"cy\""), "{}", page.body);
        assert!(!page.body.contains("ben@"));
        let reference = page.body.split("name=\"logout\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = stage.browser.post("/logout/confirm", &[("logout", &reference)]).await;
        let page = stage.browser.get(page.location().unwrap()).await;
        assert!(page.body.contains("<html lang=\"cy\""), "{}", page.body);
        let page = stage.browser.get(&logout(&stage, &[("ui_locales", "cy")])).await;
        let page = stage.browser.get(page.location().unwrap()).await;
        assert!(page.body.contains("<html lang=\"cy\""), "{}", page.body);
        // Her own choice comes first.
        let page = stage.browser.get("/signed-out?lang=en").await;
        assert!(page.body.contains("<html lang=\"en\""), "{}", page.body);
        let page = stage.browser.get(&logout(&stage, &[("ui_locales", "cy")])).await;
        let page = stage.browser.get(page.location().unwrap()).await;
        assert!(page.body.contains("<html lang=\"en\""), "{}", page.body);
    }

    async fn r08_l02_a_post_brings_all_its_parameters(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let (hint, back) = (text(&tokens, "id_token"), LIBRARY.after_logout());
        let longer = format!("{back}?x=1");
        let bad = [("id_token_hint", hint), ("post_logout_redirect_uri", &longer), ("state", "s1")];
        let page = stage.browser.post("/logout", &bad).await;
        stage.browser.get(page.location().unwrap()).await.is_told_at_home();
        assert!(is_signed_in(&mut stage).await);
        let good = [("id_token_hint", hint), ("client_id", "library"), ("post_logout_redirect_uri", &back), ("state", "s1")];
        let page = stage.browser.post("/logout", &good).await;
        let page = stage.browser.get(page.location().unwrap()).await;
        assert_eq!(page.location(), Some(format!("{back}?state=s1").as_str()), "{}", page.body);
        assert!(!is_signed_in(&mut stage).await);
    }

    /// What anybody has us carry from a POST to its GET is no request that we checked.
    async fn r08_nobody_makes_a_way_back_of_what_is_only_carried(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.tokens(&LIBRARY, &[]).await;
        let forged = r#"{"client_id":"library","post_logout_redirect_uri":"https://evil.test/","state":null}"#;
        let page = stage.browser.post("/logout", &[(forged, "")]).await;
        let posted = Page::of(super::browser::http(&stage.house).post(stage.house.at("/logout")).body(forged).send().await.unwrap()).await;
        for carried in [page.parameter("resume").unwrap(), posted.parameter("resume").unwrap()] {
            let page = stage.browser.post("/logout/confirm", &[("logout", &carried)]).await;
            let page = stage.browser.get(page.location().unwrap()).await;
            assert!(page.status == 200 && !page.body.contains("evil.test"), "{}", page.body);
        }
    }

    async fn s08_the_page_afterwards_is_said_to_its_browser_for_an_hour(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.tokens(&LIBRARY, &[]).await;
        let (back, ben) = (LIBRARY.after_logout(), stage.house.resident("Ben Oak", "ben@havenbrook.example", "saddle-orbit-77").await);
        let asked = logout(&stage, &[("client_id", "library"), ("post_logout_redirect_uri", &back)]);
        let page = stage.browser.get(&asked).await;
        let reference = page.body.split("name=\"logout\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = stage.browser.post("/logout/confirm", &[("logout", &reference)]).await;
        let place = page.location().unwrap().to_owned();
        assert!(stage.browser.get(&place).await.body.contains(&back), "here it is said");
        // To nobody else, and least of all to somebody who is signed in.
        let mut other = Browser::new(&stage.house);
        assert!(!other.get(&place).await.body.contains(&back));
        other.sign_in(&stage.house, ben, false).await;
        assert!(other.get(&place).await.leads_to("/account"));
        stage.house.later(Duration::from_hours(1));
        assert!(!stage.browser.get(&place).await.body.contains(&back));
    }

    async fn l02_a_post_changes_nothing_by_itself(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let form = [("id_token_hint", text(&tokens, "id_token"))];
        let (page, events) = added(&stage.house, stage.browser.post("/logout", &form)).await;
        assert!(page.leads_to("/logout"), "{:?}", page.location());
        assert_eq!((page.status, events), (303, Vec::new()));
        assert!(is_signed_in(&mut stage).await);
        let page = stage.browser.get(page.location().unwrap()).await;
        assert_eq!(page.status, 303);
        assert_eq!(count(&stage.house, "auth.signed_out").await, 1);
    }
}
