//! The staff listener: who gets in, who does not, and what every page of it keeps.

pub mod browser;
pub mod command;
mod consoles;
mod exports;
mod passkeys;
mod record;
mod table;

use crate::app::House;
use crate::log::tamper;
use axum::body::to_bytes;
use browser::Officer;
use http::{HeaderMap, StatusCode};
use portreeve::crypto::index::{BlindIndex, IndexKind};
use portreeve::crypto::tokens;
use portreeve::domain::account::FullName;
use portreeve::domain::ids::StaffId;
use portreeve::domain::staff::Role;
use portreeve::jobs::expire;
use portreeve::pages::papers;
use portreeve::service::staff::members::{self, Grant, InviteError};
use portreeve::store::{Housekeeping, events, staff as staff_rows};
use serde_json::Value;
use std::time::Duration;

const ONE: &[Role] = &[Role::CustomerService];

/// Why the last one could not sign in, as the record says it.
async fn last_reason(house: &House) -> String {
    let rows = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap();
    let row = rows.iter().find(|row| row.r#type == "staff.signin_failed").unwrap();
    let leaf: Value = serde_json::from_str(&row.leaf).unwrap();
    leaf["reason_code"].as_str().unwrap().to_owned()
}

both! {
    async fn s08_what_one_officer_left_open_is_not_for_the_next_one_to_send(world: World) {
        let house = House::new(world).await;
        let mut desk = Officer::new(&house.app);
        let (_, invitation) = house.invite("Ada Wójcik", ONE).await;
        desk.enrol(&invitation).await;
        assert_eq!(desk.show_passkey("/sign-in").await.to, "/");
        let left_open = desk.get("/sign-out").await.hidden("form_token");
        assert_eq!(desk.post("/sign-out", &[("form_token", &left_open)]).await.to, "/sign-in?told=signed_out");
        let (_, invitation) = house.invite("Bea Lloyd", ONE).await;
        desk.passkey = None;
        desk.enrol(&invitation).await;
        assert_eq!(desk.show_passkey("/sign-in").await.to, "/");
        let refused = desk.post("/sign-out", &[("form_token", &left_open)]).await;
        browser::says(&refused, 409, &["opened by somebody else than the person who is signed in now"]);
        let own = desk.get("/sign-out").await.hidden("form_token");
        assert_eq!(desk.post("/sign-out", &[("form_token", &own)]).await.to, "/sign-in?told=signed_out");
    }

    async fn a_member_is_invited_enrols_signs_in_proves_again_and_signs_out(world: World) {
        let house = House::new(world).await;
        let mut officer = Officer::new(&house.app);
        let nobody = officer.get("/").await;
        assert!(nobody.status == 200 && nobody.body.contains("portreeve staff invite"), "{}", nobody.body);
        let (_, invitation) = house.invite("Ada Wójcik", ONE).await;
        assert_eq!(officer.get("/").await.to, "/sign-in");
        let page = officer.get(&format!("/enrol/{invitation}")).await;
        assert!(page.status == 200 && page.body.contains("Ada Wójcik"), "{}", page.body);
        assert_eq!(officer.enrol(&invitation).await.to, "/sign-in?told=enrolled");
        assert!(officer.get("/sign-in?told=enrolled").await.body.contains("Your passkey is added"));

        let signed_in = officer.show_passkey("/sign-in").await;
        assert_eq!((signed_in.status, signed_in.to.as_str()), (303, "/"));
        let cookie = signed_in.set.iter().find(|line| line.starts_with("portreeve-staff=")).unwrap();
        assert!(cookie.contains("SameSite=Strict") && cookie.contains("HttpOnly"), "{cookie}");
        let front = officer.get("/").await;
        assert!(front.status == 200 && front.body.contains("customer service officer"), "{}", front.body);
        assert!(front.body.contains("Signed in as Ada W.") && front.body.contains("href=\"/sign-out\""));

        house.later(Duration::from_mins(6));
        let before = officer.cookie("portreeve-staff").cloned();
        assert_eq!(officer.show_passkey("/prove").await.to, "/");
        assert_ne!(officer.cookie("portreeve-staff").cloned(), before, "the old cookie is dead");
        let mut thief = Officer::new(&house.app);
        thief.plant("portreeve-staff", &before.unwrap());
        assert_eq!(thief.get("/").await.to, "/sign-in");

        assert_eq!(officer.get("/sign-out").await.status, 200);
        assert_eq!(officer.get("/").await.status, 200, "looking at the question signs nobody out");
        assert_eq!(officer.post("/sign-out", &[]).await.to, "/sign-in?told=signed_out");
        assert_eq!(officer.get("/").await.to, "/sign-in");
        for kind in ["staff.invited", "staff.enrolled", "staff.signed_in", "staff.proved_again", "staff.signed_out"] {
            assert_eq!(house.events(kind).await, 1, "{kind}");
        }
        assert_eq!(house.events("staff.signin_failed").await, 0);
    }

    async fn an_invitation_is_good_once_and_for_a_week(world: World) {
        let house = House::new(world).await;
        let (_, invitation) = house.invite("Ada Wójcik", ONE).await;
        let path = format!("/enrol/{invitation}");
        let (mut first, mut second) = (Officer::new(&house.app), Officer::new(&house.app));
        for browser in [&mut first, &mut second] {
            browser.get(&path).await;
        }
        // Two browsers ask before either answers.
        let (one, ask_one) = first.question(&path).await.unwrap();
        let (two, ask_two) = second.question(&path).await.unwrap();
        let (made_one, made_two) = (first.made(ask_one).await, second.made(ask_two).await);
        assert_eq!(first.post(&path, &[("ceremony", &one), ("answer", &made_one)]).await.status, 303);
        let late = second.post(&path, &[("ceremony", &two), ("answer", &made_two)]).await;
        assert!(late.status == 404 && late.body.contains("does not work"), "{}", late.body);
        assert!(second.question(&path).await.is_none());
        assert_eq!(house.events("staff.enrolled").await, 1);

        let (_, invitation) = house.invite("Bob Ellis", ONE).await;
        let path = format!("/enrol/{invitation}");
        house.later(Duration::from_hours(24 * 7) - Duration::from_secs(1));
        assert_eq!(second.get(&path).await.status, 200);
        house.later(Duration::from_secs(1));
        assert_eq!(second.get(&path).await.status, 404);
        assert!(second.question(&path).await.is_none());
        assert_eq!(second.get("/enrol/nonsense").await.status, 404);
    }

    async fn a_ceremony_is_good_once_in_its_own_browser_for_its_own_purpose(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Ada Wójcik", ONE).await;
        officer.post("/sign-out", &[]).await;

        let (ceremony, challenge) = officer.question("/sign-in").await.unwrap();
        let answer = officer.shown(challenge).await;
        let form = [("ceremony", ceremony.as_str()), ("answer", answer.as_str())];
        // Another browser with its own cookie.
        let mut other = Officer::new(&house.app);
        other.get("/sign-in").await;
        let elsewhere = other.post("/sign-in", &form).await;
        assert!(elsewhere.status == 400 && elsewhere.body.contains("did not work"), "{}", elsewhere.body);
        assert_eq!(officer.post("/sign-in", &form).await.to, "/", "the other browser spent nothing");
        let mut again = Officer::new(&house.app);
        again.plant("portreeve-staff-browser", officer.cookie("portreeve-staff-browser").unwrap());
        assert_eq!(again.post("/sign-in", &form).await.status, 400, "replayed");
        assert_eq!(last_reason(&house).await, "ceremony_spent");

        // A sign-in's answer does not prove again.
        let (ceremony, challenge) = officer.question("/sign-in").await.unwrap();
        let answer = officer.shown(challenge).await;
        assert_eq!(officer.post("/prove", &[("ceremony", &ceremony), ("answer", &answer)]).await.status, 400);
        // A ceremony runs out.
        let (ceremony, challenge) = officer.question("/prove").await.unwrap();
        let answer = officer.shown(challenge).await;
        house.later(Duration::from_mins(5));
        assert_eq!(officer.post("/prove", &[("ceremony", &ceremony), ("answer", &answer)]).await.status, 400);
        assert_eq!(house.events("staff.proved_again").await, 0);
    }

    async fn an_answer_from_another_origin_is_refused(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Ada Wójcik", ONE).await;
        officer.post("/sign-out", &[]).await;
        officer.origin = url::Url::parse("http://localhost:9999").unwrap();
        assert_eq!(officer.show_passkey("/sign-in").await.status, 400);
        assert_eq!(last_reason(&house).await, "wrong_origin");
        let (_, invitation) = house.invite("Bob Ellis", ONE).await;
        assert_eq!(officer.enrol(&invitation).await.status, 400);
        officer.origin = url::Url::parse(crate::app::STAFF).unwrap();
        assert_eq!(officer.enrol(&invitation).await.status, 303, "the invitation was not spent");
    }

    async fn a_passkey_without_its_owner_is_refused(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Ada Wójcik", ONE).await;
        officer.post("/sign-out", &[]).await;
        officer.shows_finger(false);
        assert_eq!(officer.show_passkey("/sign-in").await.status, 400);
        assert_eq!(last_reason(&house).await, "user_not_verified");
        assert_eq!(officer.get("/").await.to, "/sign-in");
        officer.shows_finger(true);
        assert_eq!(officer.show_passkey("/sign-in").await.status, 303);
    }

    async fn a_passkey_that_counts_backwards_is_refused(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Ada Wójcik", ONE).await;
        let copy = officer.passkey.clone();
        assert_eq!(officer.show_passkey("/prove").await.status, 303);
        officer.passkey = copy;
        officer.post("/sign-out", &[]).await;
        assert_eq!(officer.show_passkey("/sign-in").await.status, 400);
        assert_eq!(last_reason(&house).await, "passkey_counts_backwards");
    }

    async fn whoever_is_removed_is_out_at_once_and_stays_out(world: World) {
        let house = House::new(world).await;
        let (id, mut officer) = house.officer("Ada Wójcik", ONE).await;
        let (_, mut other) = house.officer("Bob Ellis", ONE).await;
        let (ceremony, challenge) = officer.question("/prove").await.unwrap();
        let answer = officer.shown(challenge).await;
        let by = FullName::parse("Op Erator").unwrap();
        assert!(members::remove(&house.app, id, &by, house.app.now()).await.unwrap());
        assert!(!members::remove(&house.app, id, &by, house.app.now()).await.unwrap());
        assert_eq!(officer.get("/").await.to, "/sign-in");
        assert_eq!(officer.post("/prove", &[("ceremony", &ceremony), ("answer", &answer)]).await.to, "/sign-in");
        assert_eq!(officer.show_passkey("/sign-in").await.status, 400);
        assert_eq!(last_reason(&house).await, "unknown_passkey");
        assert_eq!(other.get("/").await.status, 200);
        assert_eq!(house.events("staff.removed").await, 1);
    }

    async fn whoever_signs_in_once_more_has_one_session(world: World) {
        let house = House::new(world).await;
        let (_, mut ada) = house.officer("Ada Wójcik", &[Role::CustomerService]).await;
        let before = ada.cookie("portreeve-staff").unwrap().clone();
        let (ceremony, challenge) = ada.question("/sign-in").await.unwrap();
        let answer = ada.shown(challenge).await;
        assert_eq!(ada.post("/sign-in", &[("ceremony", &ceremony), ("answer", &answer)]).await.to, "/");
        assert_eq!(ada.get("/conflicts").await.status, 200);
        let mut old = Officer::new(&house.app);
        old.plant("portreeve-staff", &before);
        assert_eq!(old.get("/conflicts").await.to, "/sign-in?next=%2Fconflicts");
    }

    async fn another_members_passkey_does_not_prove_again(world: World) {
        let house = House::new(world).await;
        let (_, mut ada) = house.officer("Ada Wójcik", ONE).await;
        let (_, mut bob) = house.officer("Bob Ellis", ONE).await;
        std::mem::swap(&mut ada.passkey, &mut bob.passkey);
        assert_eq!(ada.show_passkey("/prove").await.status, 400);
        assert_eq!(last_reason(&house).await, "not_theirs");
        assert_eq!(house.events("staff.proved_again").await, 0);
    }

    async fn a_session_ends_idle_and_after_its_day(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Ada Wójcik", ONE).await;
        house.later(Duration::from_mins(14));
        assert_eq!(officer.post("/stay", &[]).await.to, "/");
        for _ in 0..33 {
            house.later(Duration::from_mins(14));
            assert_eq!(officer.get("/").await.status, 200);
        }
        house.later(Duration::from_mins(14));
        assert_eq!(officer.get("/").await.to, "/sign-in", "eight hours are over");
        officer.show_passkey("/sign-in").await;
        house.later(Duration::from_mins(15));
        assert_eq!(officer.get("/prove?x=1").await.to, "/sign-in?next=%2Fprove%3Fx%3D1");
    }

    async fn what_has_run_out_is_forgotten(world: World) {
        let house = House::new(world).await;
        let (id, mut officer) = house.officer("Ada Wójcik", ONE).await;
        officer.post("/sign-out", &[]).await;
        house.later(Duration::from_hours(24 * 31));
        let gone = expire::forget(&house.app, house.app.now()).await.unwrap();
        assert_eq!(gone, 5, "an invitation, two ceremonies, a session, what a network was asked for");
        assert!(members::get(&house.app, id).await.unwrap().unwrap().enrolled);
    }

    async fn a_network_is_asked_for_so_many_passkeys_and_no_more(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Ada Wójcik", ONE).await;
        officer.post("/sign-out", &[]).await;
        // The officer asked once to sign in.
        for _ in 1..300 {
            assert_eq!(officer.post("/sign-in/challenge", &[]).await.status, 200);
        }
        assert_eq!(house.events("request.refused").await, 0);
        for _ in 0..3 {
            assert_eq!(officer.post("/sign-in/challenge", &[]).await.status, 429);
        }
        assert_eq!(house.events("request.refused").await, 1, "once a minute");
        // The script sends the form without an answer then.
        let page = officer.post("/sign-in", &[]).await;
        assert!(page.status == 429 && page.body.contains("Too many people are signing in"), "{}", page.body);
        house.later(Duration::from_mins(5));
        assert_eq!(officer.show_passkey("/sign-in").await.to, "/");
    }

    async fn of_two_invitations_at_one_moment_one_takes_the_name(world: World) {
        let house = House::new(world).await;
        let (app, by) = (&house.app, FullName::parse("Op Erator").unwrap());
        house.invite("Bob Ellis", ONE).await;
        for round in 0..4 {
            let names = [format!("Ada Wójcik {round}"), format!("ADA WÓJCIK {round}"), format!("ada wójcik {round}")];
            let invited = names.iter().map(|name| async {
                let name = FullName::parse(name).unwrap();
                let grant = Grant::of(app, &name, (&[], ONE), &by, None).unwrap();
                members::invite(app, &name, &grant, app.now()).await
            });
            let invited = futures_util::future::join_all(invited).await;
            let (good, bad): (Vec<_>, Vec<_>) = invited.into_iter().partition(Result::is_ok);
            assert_eq!(good.len(), 1, "{bad:?}");
            assert!(bad.iter().all(|one| matches!(one, Err(InviteError::Namesake(_)))), "{bad:?}");
        }
        assert_eq!(house.events("staff.invited").await, 5);
        // Those who were there before there was an index get it with the next one.
        let without = async || {
            let rows = staff_rows::all(&mut app.db.peek()).await.unwrap();
            rows.iter().filter(|row| row.name_index.is_none()).count()
        };
        tamper(app, &["UPDATE staff_member SET name_index = NULL"]).await;
        assert_eq!(without().await, 5);
        let (id, _) = house.invite("Cy Mott", ONE).await;
        assert_eq!(without().await, 0);
        // The index itself says no where nobody looked before; and whoever is removed has no name to keep.
        let again = |state: &str| staff_rows::NewMember {
            id: StaffId(tokens::uuid()),
            kind: "local",
            name: state.as_bytes().to_vec(),
            name_key: vec![0],
            name_index: BlindIndex::of(&app.roots, IndexKind::StaffName, "cy mott").0.to_vec(),
            upstream: None,
            roles: "auditor".to_owned(),
        };
        let insert = async |new: staff_rows::NewMember| {
            let done = app.db.write(async |mut w| {
                let added = staff_rows::insert(&mut w, &new, app.now()).await?;
                w.commit_quietly(Housekeeping::Expire, added).await
            });
            done.await.unwrap().value
        };
        assert!(!insert(again("active")).await);
        assert!(members::remove(app, id, &by, app.now()).await.unwrap());
        house.invite("Cy Mott", ONE).await;
    }

    async fn a_failed_sign_in_is_on_record_once_a_minute(world: World) {
        let house = House::new(world).await;
        let mut officer = Officer::new(&house.app);
        let form = [("ceremony", "x"), ("answer", "{}")];
        for _ in 0..3 {
            assert_eq!(officer.post("/sign-in", &form).await.status, 400);
        }
        assert_eq!(house.events("staff.signin_failed").await, 1);
        house.later(Duration::from_mins(1));
        officer.post("/sign-in", &form).await;
        assert_eq!(house.events("staff.signin_failed").await, 2);
        let without = officer.post("/sign-in", &[]).await;
        assert!(without.status == 400 && without.body.contains("JavaScript"), "{}", without.body);
        assert_eq!(house.events("staff.signin_failed").await, 2);
    }

    async fn a_form_from_another_site_is_refused_and_a_get_does_nothing(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Ada Wójcik", ONE).await;
        for path in ["/sign-out", "/prove", "/prove/challenge", "/stay", "/sign-in", "/sign-in/challenge", "/enrol/x"] {
            for site in ["cross-site", "same-site"] {
                let said = officer.post_from(site, path, &[]).await;
                assert!(said.status == 403 && said.body.contains("There is a problem"), "{path}: {}", said.body);
            }
        }
        for path in ["/stay", "/sign-in/challenge", "/prove/challenge", "/enrol/x/challenge"] {
            assert_eq!(officer.get(path).await.status, 405, "{path}");
        }
        officer.get("/sign-out?x=1").await;
        assert_eq!(officer.get("/").await.status, 200);
        let there = officer.get("/nowhere").await;
        assert!(there.status == 404 && there.body.contains("Staff"), "{}", there.body);
    }

    async fn a_refused_request_gets_a_page_in_the_visitors_language(world: World) {
        let house = House::new(world).await;
        let public = (papers::error_page(&house.app), "portreeve-lang=cy");
        for (page, chosen) in [public, (portreeve::staff::error_page(&house.app), "portreeve-staff-lang=cy")] {
            for status in [StatusCode::FORBIDDEN, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::SERVICE_UNAVAILABLE] {
                for (name, value, lang, words) in [
                    ("accept-language", "cy", "cy", "Mae problem"),
                    ("cookie", chosen, "cy", "Mae problem"),
                    ("accept-language", "fr", "en", "There is a problem"),
                ] {
                    let mut headers = HeaderMap::new();
                    headers.insert(name, value.parse().unwrap());
                    let response = page.render(status, &headers);
                    assert_eq!(response.status(), status);
                    let body = to_bytes(response.into_body(), 1_000_000).await.unwrap();
                    let body = String::from_utf8_lossy(&body);
                    let lang = format!("<html lang=\"{lang}\"");
                    assert!(body.contains(&lang) && body.contains(words), "{status}: {body}");
                }
            }
        }
    }
}
