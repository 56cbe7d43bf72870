//! Services that are kept apart: whose proof serves where, over HTTP.

use super::browser::{Browser, Page};
use super::party::{self, LIBRARY, MUSEUM, NEWS, Party};
use super::{Stage, text};
use crate::app::House;
use crate::world::World;

const PASSWORD: [(&str, &str); 2] = [("email", "ada@havenbrook.example"), ("password", "kettle-orbit-49")];

/// A house whose services have these further lines in their files, with Ada in it and signed in nowhere.
async fn house(world: World, lines: &[(&str, &str)]) -> House {
    let house = House::with(world, &party::files_with(lines), &[]).await;
    house.resident("Ada Wren", PASSWORD[0].1, PASSWORD[1].1).await;
    house
}

/// She signs in at a service's request, in a new browser.
async fn signs_in_at(house: &House, party: &Party) -> Browser {
    let mut browser = Browser::new(house);
    let page = browser.get(&party.authorize(house, &[])).await;
    proves(&mut browser, &page).await;
    browser
}

/// She signs in at her own account, in a new browser.
async fn signs_in(house: &House) -> Browser {
    let mut browser = Browser::new(house);
    assert!(browser.post("/sign-in", &PASSWORD).await.leads_to("/account"));
    browser
}

async fn proves(browser: &mut Browser, page: &Page) {
    assert!(page.leads_to("/sign-in"), "{:?}", page.location());
    let flow = page.parameter("flow").unwrap();
    let page = browser.post("/sign-in", &[PASSWORD[0], PASSWORD[1], ("flow", &flow)]).await;
    assert!(page.leads_to("/continue"), "{}", page.body);
}

/// Whether the service would be entered without proving anything again.
async fn serves(browser: &mut Browser, house: &House, party: &Party) -> bool {
    let page = browser.get(&party.authorize(house, &[("prompt", "none")])).await;
    match page.parameter("error").as_deref() {
        Some("login_required") => false,
        Some("interaction_required" | "consent_required") => true,
        None if page.parameter("code").is_some() => true,
        other => panic!("{other:?}: {}", page.body),
    }
}

both! {
    async fn a_sensitive_service_is_never_entered_with_anothers_proof(world: World) {
        let house = house(world, &[("museum", "sensitive = true")]).await;
        let mut browser = signs_in_at(&house, &LIBRARY).await;
        assert!(serves(&mut browser, &house, &LIBRARY).await && serves(&mut browser, &house, &NEWS).await);
        assert!(!serves(&mut browser, &house, &MUSEUM).await);
        // Her own account's proof is none for it either.
        let mut other = signs_in(&house).await;
        assert!(serves(&mut other, &house, &LIBRARY).await && !serves(&mut other, &house, &MUSEUM).await);

        // She is told why, and proves it for this service: under another cookie, the old one is dead (row S01).
        let page = browser.get(&MUSEUM.authorize(&house, &[])).await;
        let shown = browser.get(page.location().unwrap()).await;
        assert!(shown.body.contains("The museum is kept apart from other services"), "{}", shown.body);
        let before = browser.clone();
        proves(&mut browser, &page).await;
        assert_ne!(before.cookie("portreeve"), browser.cookie("portreeve"));
        for (browser, stands) in [(&mut browser, true), (&mut before.clone(), false)] {
            assert_eq!(serves(browser, &house, &MUSEUM).await, stands);
            assert_eq!(serves(browser, &house, &LIBRARY).await, stands, "what was proved before still counts");
        }

        // And what is proved there serves nobody else.
        let mut alone = signs_in_at(&house, &MUSEUM).await;
        assert!(serves(&mut alone, &house, &MUSEUM).await && !serves(&mut alone, &house, &LIBRARY).await);
    }

    async fn a_list_leads_one_way_and_no_further(world: World) {
        let lines = [
            ("library", "sso_shared_with = [\"museum\"]"),
            ("museum", "sso_shared_with = [\"news\"]"),
            ("news", "sso_shared_with = []"),
        ];
        let house = house(world, &lines).await;
        let mut browser = signs_in_at(&house, &LIBRARY).await;
        assert!(serves(&mut browser, &house, &MUSEUM).await);
        // Visited with the library's proof, the museum is no proof of its own.
        let page = browser.get(&MUSEUM.authorize(&house, &[])).await;
        let flow = page.parameter("flow").unwrap();
        let page = browser.post("/continue", &[("flow", &flow)]).await;
        assert_eq!(MUSEUM.redeem(&house, &page.parameter("code").unwrap()).await.status, 200);
        assert!(!serves(&mut browser, &house, &NEWS).await);
        let mut browser = signs_in_at(&house, &MUSEUM).await;
        assert!(serves(&mut browser, &house, &NEWS).await);
        assert!(!serves(&mut browser, &house, &LIBRARY).await);
        let mut browser = signs_in_at(&house, &NEWS).await;
        assert!(!serves(&mut browser, &house, &MUSEUM).await && !serves(&mut browser, &house, &LIBRARY).await);
    }

    async fn without_lists_one_proof_serves_everywhere(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &[]).await;
        assert!(text(&tokens, "id_token").contains('.'));
        for party in [LIBRARY, MUSEUM, NEWS] {
            assert!(serves(&mut stage.browser, &stage.house, &party).await);
        }
    }
}
