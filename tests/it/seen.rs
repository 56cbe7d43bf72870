//! "Who has seen my data": what a resident reads of looks at her record, and what is kept from her.

mod delayed;
mod index;
mod questions;

pub use questions::officer;

use crate::app::House;
use crate::ledger::keep;
use crate::visitor::Visitor;
use crate::wording;
use portreeve::crypto::record::EventSeed;
use portreeve::crypto::tokens;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::vocabulary::{RecordViewed, Released};
use portreeve::domain::audit::{ActorClass, Channel, Draft};
use portreeve::domain::ids::{AccountId, ClientId, EventId, GrantId, RecordId};
use portreeve::service::people;
use portreeve::service::standing::{self, Why};
use portreeve::store::events;
use portreeve::store::sharing::{HowRow, SharingRow};
use std::collections::BTreeSet;
use std::time::Duration;

pub const WORD: &str = "turnip lantern cobble";

const ADA: &str = "ada@example.org";

/// A browser where somebody is signed in.
pub async fn signed_in(house: &House, email: &str) -> Visitor {
    let visitor = Visitor::new(house);
    let answer = visitor.post("/sign-in", &[("email", email), ("password", WORD)]).await;
    assert_eq!(answer.to, "/account");
    visitor
}

/// The newest event of a kind about somebody.
async fn newest(house: &House, account: AccountId, kind: &str) -> EventId {
    let rows = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap();
    rows.into_iter().find(|row| row.r#type == kind && row.person == Some(account)).unwrap().id
}

/// How many events of a kind are about somebody.
async fn count(house: &House, account: AccountId, kind: &str) -> usize {
    let rows = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap();
    rows.into_iter().filter(|row| row.r#type == kind && row.person == Some(account)).count()
}

fn name(name: &str) -> FullName {
    FullName::parse(name).unwrap()
}

/// An operator looks at somebody's profile, two of them approving it.
pub async fn look(house: &House, account: AccountId, reason: &str) -> EventId {
    let people = (name("Bea Lloyd"), Some(name("Cai Morgan")));
    let why = Why::approved(&house.app, people, reason, Some("C-17")).unwrap();
    let shown = standing::show(&house.app, account, &why, house.app.now()).await.unwrap().unwrap();
    assert_eq!(shown.state, "active");
    newest(house, account, "officer.viewed").await
}

/// An operator tried to look, and was refused.
async fn refused(house: &House, account: AccountId) -> EventId {
    let keys = people::keys(&mut house.app.db.peek(), &house.app.roots, account).await.unwrap();
    let payload = RecordViewed { fields: vec!["name".into()], by: Some(name("Bea Lloyd")) };
    let draft = Draft::new(ActorClass::System, payload).about(account).by(Channel::Batch).denied("no_case");
    let event = house.app.snapshot().recorder.seal(EventSeed::draw(house.app.now()), &draft, Some(&keys)).unwrap();
    house.app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
    event.row.id
}

/// Garden waste got name and address, for a purpose she was told of.
async fn released(house: &House, account: AccountId) -> EventId {
    let (app, now) = (&house.app, house.app.now());
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await.unwrap();
    let record = SharingRow {
        id: RecordId(tokens::uuid()),
        client_id: "garden-waste".into(),
        purpose: "collect-garden-waste".into(),
        basis: "contract".into(),
        state: "shown".into(),
        notice: "garden-waste@1".into(),
        notice_sha256: vec![0; 32],
        language: "en".into(),
        claims: "name email email_verified".into(),
        policy: app.snapshot().policy.version().into(),
        at: now,
        how: HowRow::default(),
    };
    let payload = Released {
        grant: GrantId(tokens::uuid()),
        claims: ["email", "email_verified", "name"].map(str::to_owned).to_vec(),
        records: vec![record.id],
        until: now.to_string(),
        by: "code".into(),
    };
    let garden = ClientId::parse("garden-waste").unwrap();
    let draft = Draft::new(ActorClass::Client, payload).about(account).at(&garden).by(Channel::Api);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys)).unwrap();
    app.db
        .write(async |mut w| {
            keep(&mut w, account, record.clone()).await?;
            w.commit(event.clone(), ()).await
        })
        .await
        .unwrap();
    event.row.id
}

/// The entries that a page leads to, in its order.
fn entries(body: &str) -> Vec<String> {
    body.split("href=\"/account/seen/").skip(1).map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

/// Where a page's earlier entries are.
fn older(body: &str) -> Option<String> {
    let link = body.split("rel=\"next\" href=\"").nth(1)?;
    Some(link.split('"').next().unwrap().replace("&amp;", "&"))
}

both! {
    async fn she_reads_who_looked_what_they_saw_and_why(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let stranger = Visitor::new(&house);
        let nowhere = format!("/account/seen/{}", tokens::uuid());
        for path in ["/account/seen", &nowhere, &format!("{nowhere}/receipt")] {
            assert_eq!(stranger.get(path).await.to, "/sign-in", "{path}");
        }
        let visitor = signed_in(&house, ADA).await;
        assert!(visitor.get("/account").await.body.contains("href=\"/account/seen\""));
        let empty = visitor.get("/account/seen").await.body;
        assert_eq!(empty.matches("There is nothing to show here.").count(), 2, "{empty}");

        let looked = look(&house, ada, "fault").await;
        house.later(Duration::from_mins(1));
        let tried = refused(&house, ada).await;
        house.later(Duration::from_mins(1));
        let got = released(&house, ada).await;
        let page = visitor.get("/account/seen").await.body;
        let shown = [
            "A member of council staff looked at your record",
            "1 December 2026 at midday",
            "Full name, Email address, State of your account, Services you have used",
            "We put a fault right",
            "C-17",
            "tried to look at your record and was refused",
            "Garden waste received your details",
            "Email address, Full name\n",
            "It needs these details to give you what you asked for",
        ];
        for shown in shown {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert!(!wording::says(&page, "Bea") && !page.contains("Lloyd"), "never a name: {page}");
        assert_eq!(entries(&page), [tried, looked, got].map(|event| event.to_string()));
        let welsh = visitor.get("/account/seen?lang=cy").await.body;
        assert!(welsh.contains("Edrychodd aelod o staff") && welsh.contains("Gwnaethom gywiro nam"), "{welsh}");
        let one = visitor.get(&format!("/account/seen/{got}?lang=en")).await.body;
        assert!(one.contains("<h1 class=\"govuk-heading-l\">Garden waste received your details</h1>"), "{one}");
    }

    async fn a_long_list_is_read_in_parts_each_entry_once(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let visitor = signed_in(&house, ADA).await;
        let mut all = Vec::new();
        for nth in 0..23 {
            all.push(refused(&house, ada).await.to_string());
            released(&house, ada).await;
            // Several at the same moment stand one behind the other too.
            if nth % 3 == 0 {
                house.later(Duration::from_secs(1));
            }
        }
        let first = visitor.get("/account/seen").await.body;
        let mut next = older(&first);
        assert!(next.as_ref().is_some_and(|next| next.contains("group=staff")), "{next:?}");
        let mut read: Vec<String> = entries(&first).into_iter().filter(|event| all.contains(event)).collect();
        assert_eq!(read.len(), 10);
        while let Some(path) = next {
            let page = visitor.get(&path).await.body;
            assert!(!page.contains("Garden waste"), "{page}");
            read.extend(entries(&page));
            next = older(&page);
        }
        assert_eq!(read.len(), 23);
        assert_eq!(read.into_iter().collect::<BTreeSet<_>>(), all.into_iter().collect());
        let services = visitor.get("/account/seen?group=services").await.body;
        assert!(entries(&services).len() == 10 && !services.contains("council staff tried"), "{services}");
    }

    async fn o02_what_is_not_hers_is_not_there_and_that_she_asked_is_on_record(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let bob = house.resident("Bob Price", "bob@example.org", WORD).await;
        let bobs = look(&house, bob, "fault").await;
        let visitor = signed_in(&house, ADA).await;
        let signin = newest(&house, ada, "auth.signin_succeeded").await;
        let mut denied = 0;
        for event in [bobs, signin, EventId(tokens::uuid())] {
            for path in [
                format!("/account/seen/{event}"),
                format!("/account/seen/{event}/receipt"),
                format!("/account/seen?group=staff&before={event}"),
            ] {
                let answer = visitor.get(&path).await;
                denied += 1;
                assert_eq!((answer.status, count(&house, ada, "access.denied").await), (404, denied), "{path}");
                assert!(answer.body.contains("There is a problem"), "{}", answer.body);
            }
            let asked = visitor.post(&format!("/account/seen/{event}/ask"), &[]).await;
            denied += 1;
            assert_eq!((asked.status, count(&house, ada, "access.denied").await), (404, denied));
        }
        for nonsense in ["/account/seen/x", "/account/seen/x/receipt", "/account/seen?group=staff&before=1%27", "/account/seen?group=all",
            "/account/seen?before=x"] {
            assert_eq!(visitor.get(nonsense).await.status, 404, "{nonsense}");
        }
        assert_eq!(count(&house, ada, "access.denied").await, denied, "nonsense is nobody's");
        assert!(house.letters().await.is_empty());
        assert_eq!(house.events("access.questioned").await, 0);
        // Of services' entries none leads into the staff's.
        let hers = released(&house, ada).await;
        assert_eq!(visitor.get(&format!("/account/seen?group=staff&before={hers}")).await.status, 200);
        assert_eq!(visitor.post_from_elsewhere(&format!("/account/seen/{hers}/ask"), &[]).await.status, 403);
    }
}
