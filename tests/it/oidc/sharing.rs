//! Nothing leaves without a record: told once, asked where only consent gives a basis, and greeted on a shared device.

use super::browser::Browser;
use super::party::{self, LIBRARY, MUSEUM, NEWS, Party};
use super::record::{added, count, newest};
use super::{Page, Stage, text};
use portreeve::domain::ids::ClientId;
use portreeve::service::records;
use portreeve::store::{self, Housekeeping, sharing};

/// The records of Ada at a service: purpose, state, claims.
async fn held(stage: &Stage, client: &str) -> Vec<(String, &'static str, String)> {
    let client = ClientId::parse(client).unwrap();
    let rows = sharing::of_account(&mut stage.house.app.db.peek(), stage.ada).await.unwrap();
    let all = records::history(rows).unwrap().into_iter().filter(|record| record.client == client);
    all.map(|record| (record.purpose, record.state.as_str(), records::join(record.claims))).collect()
}

/// Her way to a page of a flow.
async fn arrive(stage: &mut Stage, party: &Party, more: &[(&str, &str)]) -> (Page, String) {
    let page = stage.browser.get(&party.authorize(&stage.house, more)).await;
    assert!(page.leads_to("/continue"), "{} {:?} {}", page.status, page.location(), page.body);
    let flow = page.parameter("flow").unwrap();
    (stage.browser.get(page.location().unwrap()).await, flow)
}

both! {
    async fn the_first_visit_tells_and_the_second_goes_straight_through(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (page, flow) = arrive(&mut stage, &LIBRARY, &[]).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Ada Wren") && page.body.contains("ada@havenbrook.example"), "{}", page.body);
        assert!(page.body.contains("The library") && page.body.contains("id=\"continue\""));
        // Looking, however often, is not being told.
        stage.browser.get(&format!("/continue?flow={flow}")).await;
        assert_eq!(held(&stage, "library").await, []);
        assert_eq!(count(&stage.house, "sharing.notice_shown").await, 0);
        let form = [("flow", flow.as_str())];
        let (page, events) = added(&stage.house, stage.browser.post("/continue", &form)).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
        assert_eq!(page.status, 303);
        assert!(events.starts_with(&["authorization.granted".to_owned()]), "{events:?}");
        assert!(events.ends_with(&["sharing.notice_shown".to_owned()]), "{events:?}");
        let wanted = ("collect-garden-waste".to_owned(), "shown", "name email email_verified".to_owned());
        assert_eq!(held(&stage, "library").await, [wanted]);
        let leaf = newest(&stage.house, "sharing.notice_shown").await;
        assert_eq!((&leaf["basis"], &leaf["client_id"]), (&"contract".into(), &"library".into()), "{leaf}");
        assert_eq!(leaf["purpose"], "collect-garden-waste", "{leaf}");
        let again = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert!(again.parameter("code").is_some(), "{:?}", again.location());
        // Asked for less there is less to tell, and another service is another matter.
        arrive(&mut stage, &MUSEUM, &[]).await;
    }

    async fn each_purpose_is_told_on_a_page_of_its_own_under_its_notice(world: World) {
        let mut files = party::files();
        let file = files.iter_mut().find(|file| file.id == LIBRARY.id).unwrap();
        let one = file.toml.replace("claims = [\"name\", \"email\"]", "claims = [\"email\"]");
        let (_, share) = file.toml.split_once("[[share]]").unwrap();
        let other = share.replace("collect-garden-waste", "issue-resident-permit").replace("garden-waste@1", "parking-permit@1");
        file.toml = String::leak(format!("{one}\n[[share]]{other}"));
        let mut stage = Stage::with(world, &files).await;

        let (page, flow) = arrive(&mut stage, &LIBRARY, &[]).await;
        let mut told = vec![page.body];
        let page = stage.browser.post("/continue", &[("flow", flow.as_str())]).await;
        assert!(page.leads_to("/consent"), "{:?}", page.location());
        told.push(stage.browser.get(page.location().unwrap()).await.body);
        let records = held(&stage, "library").await;
        assert_eq!(records.len(), 1, "what was not shown yet is not recorded: {records:?}");
        let notices = ["/notices/garden-waste@1", "/notices/parking-permit@1"];
        for (nth, body) in told.iter().enumerate() {
            let there = notices.map(|notice| body.contains(notice));
            assert_eq!(there.iter().filter(|there| **there).count(), 1, "{body}");
            assert_eq!(nth, usize::from(!body.contains(notices[usize::from(records[0].0 != "collect-garden-waste")])));
        }
        let page = stage.browser.post("/continue", &[("flow", flow.as_str())]).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
        assert_eq!(held(&stage, "library").await.len(), 2);
    }

    async fn a_shortage_on_the_way_names_the_services_other_ways(world: World) {
        let stage = Stage::own_device(world).await;
        let mut stranger = Browser::new(&stage.house);
        let page = stranger.get(&LIBRARY.authorize(&stage.house, &[])).await;
        let flow = page.parameter("flow").unwrap();
        let seats: Vec<_> = std::iter::from_fn(|| stage.house.app.hasher.seat().ok()).collect();
        let form = [("email", "ada@havenbrook.example"), ("password", "kettle-orbit-49"), ("flow", flow.as_str())];
        let page = stranger.post("/sign-in", &form).await;
        drop(seats);
        assert_eq!(page.status, 503);
        assert!(page.body.contains("01632 960009"), "{}", page.body);
    }

    async fn a_fault_on_the_way_names_the_services_other_ways(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (_, flow) = arrive(&mut stage, &NEWS, &[("scope", "openid email")]).await;
        let asked = stage.browser.post("/continue", &[("flow", &flow)]).await;
        assert!(asked.leads_to("/consent"), "{:?}", asked.location());
        // What is held of her cannot be opened any more.
        let ada = stage.ada;
        let damage = async |mut w: store::Write| {
            w.sql("UPDATE contact SET address = $2 WHERE account_id = $1").bind(ada).bind(&b"damaged"[..]).run().await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        };
        stage.house.app.db.write(damage).await.unwrap();
        for page in [
            stage.browser.get(&format!("/continue?flow={flow}")).await,
            stage.browser.get(&format!("/consent?flow={flow}")).await,
            stage.browser.post("/consent", &[("flow", &flow), ("consent", "allow")]).await,
        ] {
            assert_eq!(page.status, 500, "{}", page.body);
            assert!(page.body.contains("01632 960009"), "{}", page.body);
        }
    }

    async fn q04_what_she_saw_is_what_is_recorded(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (_, flow) = arrive(&mut stage, &LIBRARY, &[]).await;
        let seen = stage.browser.saw("/continue", &flow).unwrap().to_owned();
        assert_eq!(seen.len(), 64);
        // Without the page, with another one's, or after it was shown in another language: she reads it first.
        for said in ["", "00", &seen[1..]] {
            let page = stage.browser.post("/continue", &[("flow", &flow), ("seen", said)]).await;
            assert!(page.leads_to("/continue"), "{:?}", page.location());
        }
        stage.browser.get(&format!("/continue?flow={flow}&lang=cy")).await;
        let welsh = stage.browser.saw("/continue", &flow).unwrap().to_owned();
        assert_ne!(seen, welsh);
        let page = stage.browser.post("/continue", &[("flow", &flow), ("seen", &seen)]).await;
        assert!(page.leads_to("/continue"), "{:?}", page.location());
        assert_eq!(held(&stage, "library").await, []);
        assert_eq!(count(&stage.house, "sharing.notice_shown").await, 0);
        let page = stage.browser.post("/continue", &[("flow", &flow), ("seen", &welsh)]).await;
        assert!(page.parameter("code").is_some(), "{:?}", page.location());
        let rows = sharing::of_account(&mut stage.house.app.db.peek(), stage.ada).await.unwrap();
        let line = records::history(rows).unwrap().remove(0);
        assert_eq!((line.lang.as_str(), line.how.page_sha256.as_deref()), ("cy", Some(&*welsh)));
        // The page says the same to everybody: nothing of hers is in the digest.
        let ben = stage.house.resident("Ben Oak", "ben@havenbrook.example", "saddle-orbit-77").await;
        let mut other = Browser::new(&stage.house);
        other.sign_in(&stage.house, ben, true).await;
        let flow = other.get(&LIBRARY.authorize(&stage.house, &[])).await.parameter("flow").unwrap();
        other.get(&format!("/continue?flow={flow}")).await;
        assert_eq!(other.saw("/continue", &flow), Some(&*seen));
    }

    async fn a_yes_to_another_page_is_no_yes(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (_, flow) = arrive(&mut stage, &NEWS, &[("scope", "openid email")]).await;
        let asked = stage.browser.post("/continue", &[("flow", &flow)]).await;
        stage.browser.get(asked.location().unwrap()).await;
        let inform = stage.browser.saw("/continue", &flow).unwrap_or_default().to_owned();
        for said in ["", &inform] {
            let form = [("flow", flow.as_str()), ("consent", "allow"), ("seen", said)];
            let page = stage.browser.post("/consent", &form).await;
            assert!(page.leads_to("/consent"), "{:?}", page.location());
        }
        assert_eq!(held(&stage, "news").await, []);
    }

    async fn q08_what_no_share_names_stays_here(world: World) {
        let mut stage = Stage::own_device(world).await;
        let wish = r#"{"userinfo":{"phone_number":{"essential":true},"address":null,"name":null},
            "id_token":{"email":null,"phone_number":{"essential":true}}}"#;
        let code = stage.code(&LIBRARY, &[("claims", wish), ("scope", "openid phone")]).await;
        let tokens = LIBRARY.redeem(&stage.house, &code).await.json();
        let seen = stage.userinfo(text(&tokens, "access_token")).await.json();
        let names: Vec<&str> = seen.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["name", "sub"], "{seen}");
        let said = super::tokens::claims(text(&tokens, "id_token"));
        assert_eq!(said["email"], "ada@havenbrook.example");
        assert_eq!(said.get("phone_number"), None);
        // A release that was refused is an event, once a request.
        assert_eq!(count(&stage.house, "claims.denied").await, 1);
        let leaf = newest(&stage.house, "claims.denied").await;
        assert_eq!(leaf["outcome"], "denied", "{leaf}");
    }

    async fn only_what_was_told_leaves(world: World) {
        let mut stage = Stage::own_device(world).await;
        let narrow = stage.tokens(&LIBRARY, &[("scope", "openid profile")]).await;
        let seen = stage.userinfo(text(&narrow, "access_token")).await.json();
        assert_eq!(seen["name"], "Ada Wren");
        assert_eq!(seen.get("email"), None, "{seen}");
        // Now it asks for more than she was told of.
        let (page, _) = arrive(&mut stage, &LIBRARY, &[("scope", "openid profile email")]).await;
        assert!(page.body.contains("ada@havenbrook.example"), "{}", page.body);
        let none = LIBRARY.authorize(&stage.house, &[("scope", "openid email"), ("prompt", "none")]);
        stage.browser.get(&none).await.is_told_to(&stage.house, LIBRARY.redirect_uri, "interaction_required");
    }

    async fn a_yes_lets_it_out_and_is_kept(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (page, flow) = arrive(&mut stage, &NEWS, &[("scope", "openid email")]).await;
        assert_eq!(page.status, 200);
        let asked = stage.browser.post("/continue", &[("flow", &flow)]).await;
        assert!(asked.status == 303 && asked.leads_to("/consent"), "{:?}", asked.location());
        let asked = stage.browser.get(asked.location().unwrap()).await;
        assert!(asked.body.contains("consent-allow") && asked.body.contains("consent-deny"), "{}", asked.body);
        // Neither chosen: asked again, and nothing is kept.
        let neither = stage.browser.post("/consent", &[("flow", &flow)]).await;
        assert_eq!(neither.location(), None);
        assert!(neither.body.contains("There is a problem"), "{}", neither.body);
        assert_eq!(held(&stage, "news").await, []);
        let form = [("flow", flow.as_str()), ("consent", "allow")];
        let (page, events) = added(&stage.house, stage.browser.post("/consent", &form)).await;
        let code = page.parameter("code").unwrap();
        assert_eq!(events, ["authorization.granted", "sharing.consent_given"]);
        let tokens = NEWS.redeem(&stage.house, &code).await.json();
        let seen = stage.userinfo(text(&tokens, "access_token")).await.json();
        assert_eq!(seen["email"], "ada@havenbrook.example");
        assert_eq!(seen["email_verified"], true);
        let again = stage.browser.get(&NEWS.authorize(&stage.house, &[("scope", "openid email")])).await;
        assert!(again.parameter("code").is_some(), "{:?}", again.location());
    }

    async fn a_no_blocks_nothing_and_is_kept(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (_, flow) = arrive(&mut stage, &NEWS, &[("scope", "openid email")]).await;
        stage.browser.post("/continue", &[("flow", &flow)]).await;
        let form = [("flow", flow.as_str()), ("consent", "deny")];
        let (page, events) = added(&stage.house, stage.browser.post("/consent", &form)).await;
        let code = page.parameter("code").unwrap();
        assert_eq!(events, ["authorization.granted", "sharing.consent_refused"]);
        let tokens = NEWS.redeem(&stage.house, &code).await.json();
        let seen = stage.userinfo(text(&tokens, "access_token")).await.json();
        assert_eq!(seen.as_object().unwrap().len(), 1, "{seen}");
        // Not asked again, not even silently.
        let again = stage.browser.get(&NEWS.authorize(&stage.house, &[("prompt", "none")])).await;
        assert!(again.parameter("code").is_some(), "{:?}", again.location());
    }

    async fn prompt_consent_tells_again(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        let (page, flow) = arrive(&mut stage, &LIBRARY, &[("prompt", "consent")]).await;
        assert!(page.body.contains("Ada Wren"));
        assert!(stage.browser.post("/continue", &[("flow", &flow)]).await.parameter("code").is_some());
    }

    async fn a_shared_device_greets_once_for_a_service_and_session(world: World) {
        let mut stage = Stage::shared_device(world).await;
        let ada = stage.ada;
        stage.code(&LIBRARY, &[]).await;
        let again = stage.browser.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert!(again.parameter("code").is_some(), "{:?}", again.location());
        // The next session there: told before, and greeted all the same.
        let mut next = Browser::new(&stage.house);
        next.sign_in(&stage.house, ada, false).await;
        let page = next.get(&LIBRARY.authorize(&stage.house, &[])).await;
        assert!(page.leads_to("/continue"), "{:?}", page.location());
        let none = next.get(&LIBRARY.authorize(&stage.house, &[("prompt", "none")])).await;
        none.is_told_to(&stage.house, LIBRARY.redirect_uri, "interaction_required");
        let greeting = next.get(page.location().unwrap()).await;
        assert!(greeting.body.contains("Continue as Ada W."), "{}", greeting.body);
        let flow = page.parameter("flow").unwrap();
        let before = count(&stage.house, "sharing.notice_shown").await;
        assert!(next.post("/continue", &[("flow", &flow)]).await.parameter("code").is_some());
        assert_eq!(count(&stage.house, "sharing.notice_shown").await, before);
        // On her own device nobody asks whether it is she.
        let mut own = Browser::new(&stage.house);
        own.sign_in(&stage.house, ada, true).await;
        assert!(own.get(&LIBRARY.authorize(&stage.house, &[])).await.parameter("code").is_some());
    }

    async fn not_me_ends_the_session_and_keeps_the_request(world: World) {
        let mut stage = Stage::shared_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        let (_, flow) = arrive(&mut stage, &MUSEUM, &[]).await;
        let cookie = stage.browser.cookie("portreeve").unwrap().to_owned();
        let page = stage.browser.post("/not-me", &[("flow", &flow)]).await;
        assert_eq!(page.location(), Some(format!("/sign-in?flow={flow}").as_str()));
        assert_eq!(stage.browser.cookie("portreeve"), None);
        assert_eq!(count(&stage.house, "auth.sessions_ended").await, 1);
        assert_eq!(stage.userinfo(text(&tokens, "access_token")).await.status, 401);
        // Kept by somebody, the cookie is worth nothing.
        let ask = stage.browser.http.get(LIBRARY.authorize(&stage.house, &[])).header("cookie", format!("portreeve={cookie}"));
        assert!(Page::of(ask.send().await.unwrap()).await.leads_to("/sign-in"));
        // Whoever signs in now answers the request that waited.
        let ben = stage.house.resident("Ben Oak", "ben@havenbrook.example", "saddle-orbit-77").await;
        stage.browser.sign_in(&stage.house, ben, false).await;
        let page = stage.browser.get(&format!("/continue?flow={flow}")).await;
        assert!(page.body.contains("Ben Oak"), "{}", page.body);
        assert!(stage.browser.post("/continue", &[("flow", &flow)]).await.parameter("code").is_some());
    }

    async fn a_strange_flow_reference_is_refused_with_an_event(world: World) {
        let mut stage = Stage::own_device(world).await;
        let (_, flow) = arrive(&mut stage, &LIBRARY, &[]).await;
        let tampered = format!("{}{}", if flow.starts_with('A') { "B" } else { "A" }, &flow[1..]);
        for bad in [tampered.as_str(), "", "x"] {
            stage.browser.get(&format!("/continue?flow={bad}")).await.is_told_at_home();
            stage.browser.post("/continue", &[("flow", bad)]).await.is_told_at_home();
            stage.browser.post("/consent", &[("flow", bad), ("consent", "allow")]).await.is_told_at_home();
        }
        // Another browser's, though that one is hers too.
        let mut other = Browser::new(&stage.house);
        let ada = stage.ada;
        other.sign_in(&stage.house, ada, true).await;
        other.get(&format!("/continue?flow={flow}")).await.is_told_at_home();
        other.post("/continue", &[("flow", &flow)]).await.is_told_at_home();
        assert_eq!(held(&stage, "library").await, []);
        let refused = super::record::refusals(&stage.house).await;
        assert!(refused.iter().any(|(reason, _)| reason == "flow"), "{refused:?}");
        assert!(stage.browser.post("/continue", &[("flow", &flow)]).await.parameter("code").is_some());
    }
}
