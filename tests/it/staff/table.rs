//! What each role may do at each route, and what a refusal leaves behind (row O08).

use super::browser::Officer;
use crate::app::House;
use crate::oidc;
use crate::wording;
use axum::routing::get;
use axum::{Extension, Router};
use http::Method;
use portreeve::domain::account::FullName;
use portreeve::domain::staff::{Action, Circumstances, Role};
use portreeve::routes::desk::DESK;
use portreeve::service::staff::{self, members};
use portreeve::staff::desk::{Desk, Needs};
use portreeve::store::events;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Instant;

/// An address of a line, with something in the place of its variables.
fn filled(path: &str) -> String {
    let nobody = "00000000-0000-4000-8000-000000000000";
    path.split('/').map(|part| if part.starts_with('{') { nobody } else { part }).collect::<Vec<_>>().join("/")
}

/// A page that asks for one action behind a route that names perhaps another.
fn page(house: &House, route: Action, asks: Action) -> Router {
    let show = async move |desk: Desk| match desk.officer(asks, Circumstances::default()).await {
        Ok(_) => desk.see_other("/done"),
        Err(refused) => refused,
    };
    let route = get(show).layer(Extension(Needs::Officer(route)));
    Router::new().route("/x", route).with_state(house.app.clone())
}

#[test]
fn no_line_stands_twice_and_only_the_way_in_and_out_is_open_to_anybody() {
    let lines: BTreeSet<_> = DESK.iter().map(|line| (line.path, line.method.as_str().to_owned())).collect();
    assert_eq!(lines.len(), DESK.len());
    for line in DESK.iter().filter(|line| line.needs == Needs::Nobody) {
        let open = ["/sign-in", "/sign-out", "/enrol/", "/assets/", "/council/", "/cookies"];
        assert!(open.iter().any(|start| line.path.starts_with(start)), "{} needs nobody", line.path);
    }
}

both! {
    async fn each_role_gets_at_each_route_what_the_policies_say(world: World) {
        let house = House::new(world).await;
        for role in Role::ALL {
            let (_, mut officer) = house.officer(&format!("Ada {role:?}"), &[*role]).await;
            let mut refused = 0;
            for line in DESK {
                let Needs::Officer(action) = line.needs else { continue };
                let path = filled(line.path);
                let said = if line.method == Method::POST {
                    officer.post(&path, &[]).await
                } else {
                    officer.get(&path).await
                };
                let here = format!("{role:?} {} {}: {} {}", line.method, line.path, said.status, said.body);
                assert!(said.status < 500, "{here}");
                let outside = said.status == 403 && said.body.contains("You may not do this with your roles");
                // What the circumstances have to be is asked by the deed, and refused in other words.
                assert_eq!(outside, !staff::may_ever(&house.app, &[*role], action), "{here}");
                let fresh = Circumstances { fresh: true, ..Circumstances::default() };
                assert!(!(said.status == 403 && staff::may(&house.app, &[*role], action, fresh)), "{here}");
                refused += usize::from(outside);
            }
            let rows = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap();
            let on_record = rows.iter().filter(|row| row.r#type == "officer.refused" && row.leaf.contains(role.as_str()));
            assert!(on_record.count() >= refused, "{role:?}: each refusal is on record");
        }
    }

    async fn nobody_gets_past_the_sign_in_page(world: World) {
        let house = House::new(world).await;
        house.invite("Ada Wójcik", &[Role::Auditor]).await;
        let mut visitor = Officer::new(&house.app);
        for line in DESK.iter().filter(|line| line.needs != Needs::Nobody) {
            let path = filled(line.path);
            let post = line.method == Method::POST;
            let said = if post { visitor.post(&path, &[]).await } else { visitor.get(&path).await };
            assert_eq!(said.status, 303, "{} {}", line.method, line.path);
            assert!(said.to.starts_with("/sign-in"), "{}", said.to);
        }
    }

    async fn a_refusal_is_on_record_with_who_asked_for_what(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Ada Wójcik", &[Role::Administrator]).await;
        officer.lead_to(page(&house, Action::ViewPerson, Action::ViewPerson));
        let said = officer.get("/x").await;
        assert!(said.status == 403 && said.body.contains("open a resident’s record"), "{}", said.body);
        let rows = events::newest(&mut house.app.db.peek(), 10).await.unwrap();
        let row = rows.iter().find(|row| row.r#type == "officer.refused").unwrap();
        let leaf: Value = serde_json::from_str(&row.leaf).unwrap();
        assert_eq!((&leaf["actor"]["class"], &leaf["outcome"]), (&"officer".into(), &"denied".into()), "{leaf}");
        assert_eq!(leaf["actor"]["ref"], leaf["subject"], "{leaf}");
        assert_eq!(leaf["reason_code"], "not_permitted", "{leaf}");
        assert!(!wording::says(&row.leaf, "Ada"), "{leaf}");
    }

    async fn a_page_that_asks_for_another_action_than_its_route_shows_nothing(world: World) {
        let house = House::new(world).await;
        let (_, mut officer) = house.officer("Ada Wójcik", &[Role::Auditor]).await;
        officer.lead_to(page(&house, Action::UseConsole, Action::UseConsole));
        assert_eq!(officer.get("/x").await.to, "/done");
        officer.lead_to(page(&house, Action::ViewPerson, Action::UseConsole));
        assert_eq!(officer.get("/x").await.status, 500);
    }

    async fn o08_a_role_taken_away_is_gone_on_every_node(world: World) {
        let house = House::new(world).await;
        let (second, _) = oidc::node(&house, None).await;
        let (id, mut officer) = house.officer("Ada Wójcik", &[Role::CustomerService, Role::Auditor]).await;
        officer.turn_to(&second);
        assert!(officer.get("/").await.body.contains("customer service officer"));
        let (name, by) = (FullName::parse("Ada Wójcik").unwrap(), FullName::parse("Op Erator").unwrap());
        let before = [Role::CustomerService, Role::Auditor];
        let less = members::Grant::of(&house.app, &name, (&before, &[Role::Auditor]), &by, None).unwrap();
        let began = Instant::now();
        assert!(members::set_roles(&house.app, id, &less, house.app.now()).await.unwrap());
        let front = officer.get("/").await;
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
        assert!(front.status == 200 && !front.body.contains("customer service officer"), "{}", front.body);
        // Whoever looked at what she had before does not overwrite it.
        assert!(!members::set_roles(&house.app, id, &less, house.app.now()).await.unwrap());
        assert!(members::remove(&house.app, id, &by, house.app.now()).await.unwrap());
        assert_eq!(officer.get("/prove").await.status, 303);
    }
}
