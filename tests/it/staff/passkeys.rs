//! More than one passkey, none of a lost one, and another invitation for whoever lost all of theirs.

use super::browser::{Officer, Said};
use super::{ONE, last_reason};
use crate::app::House;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::Context;
use portreeve::domain::staff::{Officer as Who, Proof, Role};
use portreeve::service::staff::members::{self, AgainError, Grant};
use portreeve::service::staff::passkeys::{self, Refused, own};
use portreeve::service::staff::upstream::{Arrived, Purpose};
use portreeve::service::staff::{arrivals, sessions};
use portreeve::store::events;
use std::time::Duration;

/// Adds one on another authenticator.
async fn add(officer: &mut Officer) -> Said {
    officer.passkey = None;
    let (ceremony, challenge) = officer.question("/passkeys").await.unwrap();
    let answer = officer.made(challenge).await;
    officer.post("/passkeys", &[("ceremony", &ceremony), ("answer", &answer)]).await
}

/// The numbers of those on a page that can be removed.
fn numbers(page: &str) -> Vec<String> {
    page.split("name=\"passkey\" value=\"").skip(1).map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

fn name(text: &str) -> FullName {
    FullName::parse(text).unwrap()
}

/// For Bob, who has these roles.
fn grant(house: &House, roles: &[Role]) -> Grant {
    Grant::of(&house.app, &name("Bob Ellis"), (&[], roles), &name("Op Erator"), Some(&name("Se Cond"))).unwrap()
}

both! {
    async fn a_second_passkey_signs_in_and_a_lost_one_is_taken_away(world: World) {
        let house = House::new(world).await;
        let (_, mut ada) = house.officer("Ada Wójcik", ONE).await;
        let first = ada.passkey.clone();
        let page = ada.get("/passkeys").await;
        assert!(page.status == 200 && page.body.contains("Passkey 1") && numbers(&page.body).is_empty(), "{}", page.body);
        let (_, challenge) = ada.question("/passkeys").await.unwrap();
        let id = first.as_ref().unwrap().credential_id.to_vec();
        assert_eq!(challenge["publicKey"]["excludeCredentials"].as_array().unwrap().len(), 1, "another authenticator");
        house.later(Duration::from_secs(1));
        assert_eq!(add(&mut ada).await.to, "/passkeys?told=added");
        assert_ne!(ada.passkey.as_ref().unwrap().credential_id.to_vec(), id);
        let page = ada.get("/passkeys?told=added").await;
        assert!(page.body.contains("You can sign in with any of them") && page.body.contains("Passkey 2"), "{}", page.body);
        assert!(ada.get("/").await.body.contains("href=\"/passkeys\""));

        // Whoever found the first one is signed in elsewhere.
        let mut thief = Officer::new(&house.app);
        thief.passkey = first;
        assert_eq!(thief.show_passkey("/sign-in").await.to, "/");
        ada.post("/sign-out", &[]).await;
        assert_eq!(ada.show_passkey("/sign-in").await.to, "/");
        let [lost, kept] = &numbers(&ada.get("/passkeys").await.body)[..] else { panic!("two can be removed") };
        assert_eq!(ada.post("/passkeys/remove", &[("passkey", lost)]).await.to, "/passkeys?told=removed");
        assert!(ada.get("/passkeys?told=removed").await.body.contains("Nobody can sign in with it"));
        assert_eq!(thief.get("/passkeys").await.to, "/sign-in?next=%2Fpasskeys");
        assert_eq!(thief.show_passkey("/sign-in").await.status, 400);
        assert_eq!(last_reason(&house).await, "unknown_passkey");
        // The last one stays.
        assert_eq!(ada.post("/passkeys/remove", &[("passkey", kept)]).await.status, 400);
        assert_eq!(ada.show_passkey("/prove").await.status, 303);
        for kind in ["staff.passkey_added", "staff.passkey_removed"] {
            assert_eq!(house.events(kind).await, 1, "{kind}");
        }
    }

    async fn a_passkey_is_added_and_removed_by_its_owner_alone_after_a_fresh_proof(world: World) {
        let house = House::new(world).await;
        let (_, mut ada) = house.officer("Ada Wójcik", ONE).await;
        let (_, mut bob) = house.officer("Bob Ellis", ONE).await;
        add(&mut bob).await;
        let his = numbers(&bob.get("/passkeys").await.body);
        add(&mut ada).await;
        for number in [&*his[0], "", "zz", "00"] {
            assert_eq!(ada.post("/passkeys/remove", &[("passkey", number)]).await.status, 400, "{number:?}");
        }
        assert_eq!(numbers(&bob.get("/passkeys").await.body), his);
        // A question of Bob's is answered in Bob's session.
        let (ceremony, challenge) = bob.question("/passkeys").await.unwrap();
        ada.passkey = None;
        let answer = ada.made(challenge).await;
        let form = [("ceremony", ceremony.as_str()), ("answer", answer.as_str())];
        assert_eq!(ada.post("/passkeys", &form).await.status, 400);
        assert_eq!(last_reason(&house).await, "ceremony_spent");
        let without = ada.post("/passkeys", &[]).await;
        assert!(without.status == 400 && without.body.contains("JavaScript"), "{}", without.body);
        // What was begun in time is too late after five minutes.
        let (ceremony, challenge) = bob.question("/passkeys").await.unwrap();
        bob.passkey = None;
        let answer = bob.made(challenge).await;
        house.later(Duration::from_mins(5));
        for said in [
            bob.get("/passkeys").await,
            bob.post("/passkeys/challenge", &[]).await,
            bob.post("/passkeys", &[("ceremony", &ceremony), ("answer", &answer)]).await,
            bob.post("/passkeys/remove", &[("passkey", &his[0])]).await,
        ] {
            assert_eq!((said.status, said.to.as_str()), (303, "/prove?next=%2Fpasskeys"), "{}", said.body);
        }
        assert_eq!((house.events("staff.passkey_added").await, house.events("staff.passkey_removed").await), (2, 0));
    }

    async fn nobody_has_more_than_five_and_who_comes_from_the_provider_none(world: World) {
        let house = House::new(world).await;
        let (_, mut ada) = house.officer("Ada Wójcik", ONE).await;
        for nth in 2..=5 {
            assert_eq!(add(&mut ada).await.to, "/passkeys?told=added", "{nth}");
        }
        let page = ada.get("/passkeys").await.body;
        assert!(page.contains("You have 5 passkeys") && !page.contains("data-passkey"), "{page}");
        assert!(ada.question("/passkeys").await.is_none());

        let app = &house.app;
        let arrived = Arrived {
            issuer: "https://login.example".to_owned(),
            subject: "b".to_owned(),
            name: name("Bob Ellis"),
            roles: ONE.to_vec(),
            auth_time: app.now(),
            purpose: Purpose::SignIn { before: None },
        };
        let token = arrivals::arrive(app, &arrived, "a browser", &Context::default(), app.now()).await.unwrap().unwrap();
        let mut bob = Officer::new(app);
        bob.plant("portreeve-staff", token.as_str());
        let page = bob.get("/passkeys").await.body;
        assert!(page.contains("with your work account") && !page.contains("data-passkey"), "{page}");
        assert!(bob.question("/passkeys").await.is_none());
        // The deed says the same as the page.
        let seat = sessions::find(app, &token, app.now()).await.unwrap().unwrap();
        let browser = portreeve::service::sessions::Browser {
            token: portreeve::crypto::tokens::Token::random(),
            agent: "a browser".to_owned(),
        };
        let asked = passkeys::ask_another(app, &seat.officer, &browser, app.now()).await.unwrap();
        assert_eq!(asked.err(), Some(Refused::NoMore));
        let stale = Who { proof: Proof::Passkey, ..seat.officer };
        let later = app.now() + Duration::from_mins(5);
        assert_eq!(passkeys::ask_another(app, &stale, &browser, later).await.unwrap().err(), Some(Refused::Stale));
        let removed = own::remove(app, &stale, &[1], &Context::default(), later).await.unwrap();
        assert_eq!(removed.err(), Some(Refused::Stale));
        let member = members::all(app).await.unwrap().into_iter().find(|member| member.upstream).unwrap();
        let again = members::invite_again(app, &member, &grant(&house, ONE), app.now()).await;
        assert!(matches!(again, Err(AgainError::Upstream)));
        assert_eq!(house.events("staff.invited_again").await, 0);
    }

    async fn whoever_is_invited_again_begins_again(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        // An invitation that lapsed.
        let (id, lapsed) = house.invite("Bob Ellis", ONE).await;
        house.later(Duration::from_hours(24 * 8));
        let mut bob = Officer::new(app);
        assert_eq!(bob.get(&format!("/enrol/{lapsed}")).await.status, 404);
        let member = members::get(app, id).await.unwrap().unwrap();
        let token = members::invite_again(app, &member, &grant(&house, ONE), app.now()).await.unwrap();
        assert_eq!(bob.enrol(token.as_str()).await.to, "/sign-in?told=enrolled");
        assert_eq!(bob.show_passkey("/sign-in").await.to, "/");

        // A passkey that was lost: what it opens ends, and a ceremony that was begun with it.
        let member = members::get(app, id).await.unwrap().unwrap();
        let (ceremony, challenge) = bob.question("/passkeys").await.unwrap();
        let mut other = Officer::new(app);
        let answer = other.made(challenge).await;
        let first = members::invite_again(app, &member, &grant(&house, ONE), app.now()).await.unwrap();
        assert_eq!(bob.get("/passkeys").await.to, "/sign-in?next=%2Fpasskeys");
        assert_eq!(bob.post("/passkeys", &[("ceremony", &ceremony), ("answer", &answer)]).await.to, "/sign-in");
        assert_eq!(bob.show_passkey("/sign-in").await.status, 400);
        assert_eq!(last_reason(&house).await, "unknown_passkey");
        let second = members::invite_again(app, &member, &grant(&house, ONE), app.now()).await.unwrap();
        assert_eq!(bob.get(&format!("/enrol/{}", first.as_str())).await.status, 404, "the newest link alone works");
        bob.passkey = None;
        assert_eq!(bob.enrol(second.as_str()).await.status, 303);
        // Other roles than those that were approved, and whoever has left.
        let more = grant(&house, &[Role::Administrator]);
        assert!(matches!(members::invite_again(app, &member, &more, app.now()).await, Err(AgainError::Changed)));
        assert_eq!(bob.show_passkey("/sign-in").await.to, "/", "nothing of his was taken away");
        members::remove(app, id, &name("Op Erator"), app.now()).await.unwrap();
        let gone = members::invite_again(app, &member, &grant(&house, ONE), app.now()).await;
        assert!(matches!(gone, Err(AgainError::Changed)));
        assert_eq!(house.events("staff.invited_again").await, 3);
        let rows = events::recent(&mut app.db.peek(), Some("staff.invited_again"), 9).await.unwrap();
        assert!(rows.len() == 3 && rows.iter().all(|row| row.leaf.contains("\"class\":\"system\"")), "{rows:?}");
    }
}
