//! The doors: a browser goes to the provider and comes back as a member of staff.

use super::{Desk, asked, record, set};
use crate::log::tamper;
use crate::staff::browser::{Officer, Said};
use portreeve::domain::account::FullName;
use portreeve::domain::staff::Role;
use portreeve::service::staff::members::{self, Grant, InviteError};
use portreeve::service::staff::upstream::Begun;
use serde_json::{Value, json};
use std::time::Duration;

/// Goes to the provider by that link, which says these things of Gwen Pugh, and comes back.
pub async fn travels(desk: &Desk, browser: &mut Officer, link: &str, change: impl FnOnce(&mut Value)) -> Said {
    let address = browser.get(link).await.to;
    assert!(address.starts_with(&format!("{}/authorize?", desk.council.issuer)), "{address}");
    let begun = Begun { address, pending: String::new() };
    let mut claims = desk.claims(&begun);
    change(&mut claims);
    let code = desk.council.grants(&begun.address, desk.signed(&claims));
    let state = asked(&begun.address, "state").unwrap();
    browser.get_from("cross-site", &format!("/sign-in/callback?state={state}&code={code}")).await
}

both! {
    async fn a_browser_comes_back_signed_in_and_goes_on_to_where_it_was_going(world: World) {
        let desk = Desk::new(world).await;
        let mut gwen = Officer::new(&desk.house.app);
        let page = gwen.get("/sign-in?next=%2Fenquiries").await;
        assert!(page.body.contains("Sign in with Work account") && page.body.contains("/sign-in/upstream?next="));
        let back = travels(&desk, &mut gwen, "/sign-in/upstream?next=%2Fenquiries", |_| ()).await;
        assert!(back.status == 200 && back.body.contains("href=\"/enquiries\""), "{}", back.body);
        assert!(back.set.iter().any(|line| line.starts_with("portreeve-staff=") && line.contains("SameSite=Strict")));
        assert_eq!(gwen.cookie("portreeve-upstream"), None, "and the way there is forgotten");
        let front = gwen.get("/").await;
        assert!(front.status == 200 && front.body.contains("Gwen P.") && front.body.contains("customer service"));
        let all = members::all(&desk.house.app).await.unwrap();
        assert_eq!((all.len(), all[0].name.as_str(), all[0].upstream), (1, "Gwen Pugh", true));
        for kind in ["staff.enrolled", "staff.signed_in"] {
            assert_eq!(desk.house.events(kind).await, 1, "{kind}");
        }
        // The proof is as old as the provider says: a minute. Four minutes on it is no longer fresh.
        desk.house.later(Duration::from_mins(4));
        let stale = gwen.post("/break-glass", &[("reason", "vital_interests")]).await;
        assert_eq!(stale.to, "/prove?next=%2Fbreak-glass");
        let now = desk.seconds();
        let fresh = set("auth_time", json!(now));
        let before = gwen.cookie("portreeve-staff").unwrap().clone();
        let again = travels(&desk, &mut gwen, "/prove/upstream?next=%2Fbreak-glass", fresh).await;
        let mut old = Officer::new(&desk.house.app);
        old.plant("portreeve-staff", &before);
        assert_eq!(old.get("/conflicts").await.to, "/sign-in?next=%2Fconflicts", "the session of before is over");
        assert!(again.body.contains("href=\"/break-glass\""), "{}", again.body);
        assert_eq!(gwen.post("/break-glass", &[("reason", "vital_interests")]).await.to, "/break-glass");
        assert_eq!(members::all(&desk.house.app).await.unwrap().len(), 1, "they are known by now");
        // Leavers bite within the hour.
        for _ in 0..4 {
            desk.house.later(Duration::from_mins(14));
            gwen.get("/").await;
        }
        desk.house.later(Duration::from_mins(4));
        assert_eq!(gwen.get("/").await.to, "/sign-in");
    }

    async fn whoever_signs_in_there_once_more_has_one_session(world: World) {
        let desk = Desk::new(world).await;
        let mut gwen = Officer::new(&desk.house.app);
        travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        let first = gwen.cookie("portreeve-staff").unwrap().clone();
        // By a link of another site no cookie is sent, and so nothing would end: our own page comes first.
        assert_eq!(gwen.get_from("cross-site", "/sign-in/upstream?next=%2Flog").await.to, "/sign-in?next=%2Flog");
        travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        assert_ne!(gwen.cookie("portreeve-staff"), Some(&first));
        assert_eq!(gwen.get("/conflicts").await.status, 200);
        let mut old = Officer::new(&desk.house.app);
        old.plant("portreeve-staff", &first);
        assert_eq!(old.get("/conflicts").await.to, "/sign-in?next=%2Fconflicts", "the session of before is over");
        // Also where somebody else, who is new here, signs in after her in the same browser.
        let second = gwen.cookie("portreeve-staff").unwrap().clone();
        let hal = |claims: &mut Value| (claims["sub"], claims["name"]) = (json!("hal-1"), json!("Hal Rees"));
        travels(&desk, &mut gwen, "/sign-in/upstream", hal).await;
        assert!(gwen.get("/").await.body.contains("Hal R."));
        old.plant("portreeve-staff", &second);
        assert_eq!(old.get("/conflicts").await.to, "/sign-in?next=%2Fconflicts");
    }

    async fn so_many_come_back_from_a_network_and_no_more(world: World) {
        let desk = Desk::new(world).await;
        let mut gwen = Officer::new(&desk.house.app);
        travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        tamper(&desk.house.app, &["UPDATE throttle SET count = 299 WHERE kind = 'staff_upstream'"]).await;
        assert_eq!(travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await.status, 200);
        let crowded = travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        assert!(crowded.status == 429 && crowded.body.contains("Too many people are signing in"), "{}", crowded.body);
        let leaf = record::newest(&desk.house, "request.refused").await;
        assert_eq!(leaf["reason_code"], "network", "{leaf}");
        desk.house.later(Duration::from_mins(5));
        assert_eq!(travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await.status, 200);
    }

    async fn a_provider_that_is_away_is_not_asked_by_each_request(world: World) {
        let desk = Desk::new(world).await;
        let mut gwen = Officer::new(&desk.house.app);
        let issuer = desk.council.issuer.clone();
        desk.council.claims_to_be("https://login.elsewhere.example");
        let away = gwen.get("/sign-in/upstream").await;
        assert!(away.status == 502 && away.body.contains("We do not ask it again for 10 seconds"), "{}", away.body);
        desk.council.claims_to_be(&issuer);
        desk.house.later(Duration::from_secs(9));
        assert_eq!(gwen.get("/sign-in/upstream").await.status, 502, "it is back, and nobody has asked");
        desk.house.later(Duration::from_secs(1));
        assert_eq!(travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await.status, 200);
    }

    async fn roles_come_anew_and_a_mover_is_on_record(world: World) {
        let desk = Desk::new(world).await;
        let mut gwen = Officer::new(&desk.house.app);
        travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        assert_eq!(gwen.get("/record").await.status, 403);
        travels(&desk, &mut gwen, "/sign-in/upstream", set("groups", json!(["g-both"]))).await;
        assert_eq!(gwen.get("/record").await.status, 200);
        assert_eq!(desk.house.events("staff.roles_changed").await, 1);
        travels(&desk, &mut gwen, "/sign-in/upstream", set("groups", json!(["g-both"]))).await;
        assert_eq!(desk.house.events("staff.roles_changed").await, 1, "nothing has changed");
    }

    async fn who_is_not_let_in_is_told_what_to_do(world: World) {
        let desk = Desk::new(world).await;
        let mut gwen = Officer::new(&desk.house.app);
        let nothing = travels(&desk, &mut gwen, "/sign-in/upstream", set("groups", json!(["g-elsewhere"]))).await;
        assert!(nothing.status == 403 && nothing.body.contains("None of your groups") && nothing.body.contains("gwen-1"));
        let tenant = travels(&desk, &mut gwen, "/sign-in/upstream", set("tid", json!("another"))).await;
        assert!(tenant.status == 403 && tenant.body.contains("could not be checked") && !tenant.body.contains("gwen-1"));
        let twice = gwen.get_from("cross-site", "/sign-in/callback?state=x&code=y").await;
        assert!(twice.status == 403 && twice.body.contains("Begin again"), "{}", twice.body);
        assert_eq!(gwen.get("/").await.status, 200, "nobody is on the staff yet, says the page");
        assert!(members::all(&desk.house.app).await.unwrap().is_empty());

        travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        let id = members::all(&desk.house.app).await.unwrap()[0].id;
        let by = FullName::parse("Op Erator").unwrap();
        assert!(members::remove(&desk.house.app, id, &by, desk.house.app.now()).await.unwrap());
        let removed = travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        assert!(removed.status == 403 && removed.body.contains("no longer on the staff"), "{}", removed.body);
        assert_eq!(gwen.get("/conflicts").await.to, "/sign-in?next=%2Fconflicts");
    }

    async fn nobody_proves_again_for_somebody_else(world: World) {
        let desk = Desk::new(world).await;
        let mut gwen = Officer::new(&desk.house.app);
        assert_eq!(gwen.get("/prove/upstream").await.to, "/sign-in?next=%2Fprove%2Fupstream", "nobody is signed in");
        let hal = |claims: &mut Value| (claims["sub"], claims["name"]) = (json!("hal-1"), json!("Hal Rees"));
        travels(&desk, &mut Officer::new(&desk.house.app), "/sign-in/upstream", hal).await;
        travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        let now = desk.seconds();
        for somebody in ["hal-1", "nobody-yet"] {
            let comes = |claims: &mut Value| {
                (claims["sub"], claims["auth_time"], claims["name"]) = (json!(somebody), json!(now), json!("Hal Rees"));
            };
            let before = gwen.cookie("portreeve-staff").cloned();
            let another = travels(&desk, &mut gwen, "/prove/upstream", comes).await;
            assert!(another.status == 403 && another.body.contains("Another work account"), "{}", another.body);
            assert_eq!(gwen.cookie("portreeve-staff").cloned(), before);
            let leaf = record::newest(&desk.house, "request.refused").await;
            assert_eq!(leaf["reason_code"], "another_member", "{leaf}");
            assert!(gwen.get("/").await.body.contains("Gwen P."), "she goes on as before");
            desk.house.later(Duration::from_mins(1));
        }
        assert_eq!(members::all(&desk.house.app).await.unwrap().len(), 2, "nobody came to be that way");
        // Whoever signs out meanwhile stays signed out.
        let address = gwen.get("/prove/upstream").await.to;
        gwen.post("/sign-out", &[]).await;
        let begun = Begun { address, pending: String::new() };
        let mut claims = desk.claims(&begun);
        claims["auth_time"] = json!(desk.seconds());
        let code = desk.council.grants(&begun.address, desk.signed(&claims));
        let state = asked(&begun.address, "state").unwrap();
        let over = gwen.get_from("cross-site", &format!("/sign-in/callback?state={state}&code={code}")).await;
        assert!(over.status == 403 && over.body.contains("Begin again"), "{}", over.body);
        assert_eq!(gwen.get("/conflicts").await.to, "/sign-in?next=%2Fconflicts");
    }

    async fn a_name_that_a_local_member_has_is_not_let_in_a_second_time(world: World) {
        let desk = Desk::new(world).await;
        let (local, _) = desk.house.invite("gwen  PUGH", &[Role::InformationGovernance]).await;
        let mut gwen = Officer::new(&desk.house.app);
        let twice = travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await;
        assert!(twice.status == 403 && twice.body.contains("Somebody of your name"), "{}", twice.body);
        let leaf = record::newest(&desk.house, "request.refused").await;
        assert_eq!((leaf["reason_code"].as_str(), leaf["outcome"].as_str()), (Some("name_taken"), Some("denied")), "{leaf}");
        assert_eq!(members::all(&desk.house.app).await.unwrap().len(), 1);
        // Whoever was there first stays; another name of the provider's is another person.
        let other = |claims: &mut Value| (claims["sub"], claims["name"]) = (json!("g-2"), json!("Gwen Pugh-Jones"));
        assert_eq!(travels(&desk, &mut gwen, "/sign-in/upstream", other).await.status, 200);
        let by = FullName::parse("Op Erator").unwrap();
        assert!(members::remove(&desk.house.app, local, &by, desk.house.app.now()).await.unwrap());
        assert_eq!(travels(&desk, &mut gwen, "/sign-in/upstream", |_| ()).await.status, 200);
        // And nobody is invited by a name that whoever is on the staff has.
        let (name, now) = (FullName::parse("Gwen Pugh").unwrap(), desk.house.app.now());
        let grant = Grant::of(&desk.house.app, &name, (&[], &[Role::Auditor]), &by, None).unwrap();
        let refused = members::invite(&desk.house.app, &name, &grant, now).await;
        assert!(matches!(refused, Err(InviteError::Namesake(_))), "{refused:?}");
        let all = members::all(&desk.house.app).await.unwrap();
        let gwens: Vec<_> = all.iter().filter(|one| one.name.is_same_as(&name)).map(|one| one.id).collect();
        let jones = all.iter().find(|one| !one.name.is_same_as(&name)).unwrap().id;
        assert!(members::same_person(&desk.house.app, gwens[0], gwens[1]).await.unwrap());
        assert!(members::same_person(&desk.house.app, jones, jones).await.unwrap());
        assert!(!members::same_person(&desk.house.app, gwens[0], jones).await.unwrap());
    }

    async fn without_a_provider_there_is_no_way_to_one(world: World) {
        let house = crate::app::House::new(world).await;
        let mut gwen = Officer::new(&house.app);
        assert!(!gwen.get("/sign-in").await.body.contains("/sign-in/upstream"));
        let none = gwen.get("/sign-in/upstream").await;
        assert!(none.status == 404 && none.body.contains("not connected"), "{}", none.body);
    }
}
