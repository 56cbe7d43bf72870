//! Looking needs a reason: enquiries, what is found and revealed in them, the second person's word, broken glass.

mod breach;
pub mod details;
mod eyes;
mod glass;

use crate::app::House;
use crate::visitor::Visitor;
use portreeve::crypto::record::StoredPayload;
use portreeve::crypto::tokens;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::{AccountId, EnquiryId, StaffId, StaffSessionId};
use portreeve::domain::staff::{Enquiry, Field, Officer, Proof, Role};
use portreeve::domain::time::When;
use portreeve::service::looking::person::Said;
use portreeve::service::looking::{self, Ask, Deed, Refused, conflicts, person};
use portreeve::store::{Error, Housekeeping, events};
use serde_json::{Value, json};
use std::time::Duration;

const ADA: &str = "ada@example.org";
const WORD: &str = "turnip lantern cobble";

/// What an adviser says who is called by a resident.
pub const CALLED: Ask<'_> =
    Ask { purpose: "help", reason: "resident_asked", case: "CRM-88123", approval: None, who: "" };

/// An officer who has just proved who they are. Their number and their pseudonym are the same digits.
pub fn officer(roles: &[Role], now: When) -> Officer {
    let id = StaffId(tokens::uuid());
    Officer {
        id,
        session: StaffSessionId(tokens::uuid()),
        roles: roles.to_vec(),
        pseudonym: pseudonym(id),
        proof: Proof::Passkey,
        proved_at: now,
    }
}

fn pseudonym(id: StaffId) -> String {
    id.0.simple().to_string().repeat(2)
}

/// A desk: an officer before a house.
pub struct At<'a> {
    pub house: &'a House,
    pub officer: Officer,
    context: Context,
}

impl<'a> At<'a> {
    pub fn new(house: &'a House, roles: &[Role]) -> Self {
        let context = Context { address: Some("192.0.2.0/24".into()), ..Context::default() };
        Self { house, officer: officer(roles, house.app.now()), context }
    }

    /// A moment later than the one before, so that events have an order.
    pub fn deed(&self) -> Deed<'_> {
        self.house.later(Duration::from_millis(1));
        Deed { app: &self.house.app, officer: &self.officer, context: &self.context, now: self.house.app.now() }
    }

    pub async fn open(&self, ask: &Ask<'_>) -> Result<Enquiry, Refused> {
        looking::open(self.deed(), ask).await
    }
}

/// Leaves of the events of a type, oldest first.
pub async fn leaves(house: &House, kind: &str) -> Vec<Value> {
    let rows = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap();
    let of_kind = rows.iter().rev().filter(|row| row.r#type == kind);
    of_kind.map(|row| serde_json::from_str(&row.leaf).unwrap()).collect()
}

/// What the newest event of a type about nobody holds.
pub async fn told(house: &House, kind: &str) -> Value {
    let rows = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap();
    let row = rows.into_iter().find(|row| row.r#type == kind).unwrap();
    let (under, payload) = (row.sealed_under.unwrap(), row.payload.unwrap());
    let stored = StoredPayload { id: row.id, person: row.person, sealed_under: &under, payload: &payload };
    serde_json::from_str(&house.app.snapshot().recorder.open_house_payload(stored).unwrap()).unwrap()
}

/// The fields of a record as they are shown, and whether in clear.
fn texts(seen: &person::Person) -> Vec<(String, bool)> {
    let said = |said: &Said| match said {
        Said::Given => "given".to_owned(),
        Said::Text(text) => text.clone(),
        Said::Day(day) => day.to_string(),
    };
    seen.fields.iter().map(|shown| (said(&shown.said), shown.revealed)).collect()
}

fn refusal<T>(outcome: Result<T, Refused>) -> String {
    match outcome {
        Ok(_) => "allowed".to_owned(),
        Err(refused) => refused.to_string(),
    }
}

/// She signs in with another address from now on.
async fn moves(house: &House, account: AccountId, address: &str) {
    let blind = portreeve::service::sign_in::identifier(&house.app, address);
    let moved = house.app.db.write(async |mut w| {
        let now = house.app.now();
        assert!(portreeve::store::accounts::swap_identifier(&mut w, "email", account, &blind.0, now).await?);
        w.commit_quietly(Housekeeping::Expire, ()).await
    });
    moved.await.unwrap();
}

/// The store takes no event any more.
pub async fn stop_the_record(house: &House) {
    let postgres = matches!(house.world().place, crate::world::Place::Postgres(_));
    let texts: &[&'static str] = if postgres {
        &[
            "CREATE FUNCTION no_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$",
            "CREATE TRIGGER event_full BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION no_more()",
        ]
    } else {
        &["CREATE TRIGGER event_full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'full'); END"]
    };
    for text in texts {
        let made = house.app.db.write(async |mut w| {
            w.sql(text).run().await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        made.await.unwrap();
    }
}

both! {
    async fn a_resident_is_found_seen_masked_and_revealed_each_step_on_record(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let bob = house.resident("Bob Price", "bob@example.org", WORD).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let enquiry = at.open(&CALLED).await.unwrap();
        let opened = &leaves(&house, "officer.enquiry_opened").await[0];
        assert_eq!((&opened["purpose"], &opened["basis"]), (&json!("help"), &json!("public_task")));
        assert_eq!(opened["reason_code"], "resident_asked");
        assert_eq!(opened["actor"], json!({ "class": "officer", "role": "customer_service", "ref": at.officer.pseudonym }));
        assert_eq!(told(&house, "officer.enquiry_opened").await["context"]["case"], "CRM-88123");

        assert_eq!(person::search(at.deed(), &enquiry, "nobody@example.org").await.unwrap(), None);
        assert_eq!(person::search(at.deed(), &enquiry, " ADA@example.org ").await.unwrap(), Some(ada));
        let sought = leaves(&house, "officer.sought").await;
        assert_eq!((sought.len(), &sought[0]["subject"]), (2, &Value::Null));
        assert!(sought[1]["subject"].is_string() && sought[1]["reason_code"] == "resident_asked");
        assert!(sought.iter().all(|leaf| !leaf.to_string().contains("example")));

        let seen = person::view(at.deed(), &enquiry, ada).await.unwrap();
        assert_eq!(texts(&seen), [("A… W…".to_owned(), false), ("a•••@example.org".to_owned(), false)]);
        person::reveal(at.deed(), &enquiry, ada, Field::Email).await.unwrap();
        person::reveal(at.deed(), &enquiry, ada, Field::Email).await.unwrap();
        assert_eq!(leaves(&house, "officer.revealed").await.len(), 1, "once is enough");
        let seen = person::view(at.deed(), &enquiry, ada).await.unwrap();
        assert_eq!(texts(&seen), [("A… W…".to_owned(), false), (ADA.to_owned(), true)]);
        assert_eq!(leaves(&house, "officer.viewed").await.len(), 2);
        assert_eq!(refusal(person::view(at.deed(), &enquiry, bob).await), "this enquiry did not find that person");
        let nobody = AccountId(tokens::uuid());
        assert_eq!(refusal(person::view(at.deed(), &enquiry, nobody).await), "this enquiry did not find that person");
        assert_eq!(leaves(&house, "officer.viewed").await.len(), 2);
    }

    async fn what_was_typed_is_a_hash_in_the_record_and_thirty_searches_are_enough(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let enquiry = at.open(&CALLED).await.unwrap();
        let mut hashes = Vec::new();
        for typed in ["nobody@example.org", " Nobody@Example.org", "other@example.org"] {
            person::search(at.deed(), &enquiry, typed).await.unwrap();
            let said = told(&house, "officer.sought").await;
            hashes.push(said["data"]["sought"].as_str().unwrap().to_owned());
            assert!(!said.to_string().to_lowercase().contains("example.org"), "{said}");
        }
        assert!(hashes[0] == hashes[1] && hashes[1] != hashes[2] && hashes[0].len() == 64, "{hashes:?}");
        for nth in 4..=30 {
            person::search(at.deed(), &enquiry, &format!("guess{nth}@example.org")).await.unwrap();
        }
        let refused = person::search(at.deed(), &enquiry, ADA).await;
        assert!(matches!(refused, Err(Refused::TooMany)), "{refused:?}");
        let leaf = leaves(&house, "officer.not_permitted").await.pop().unwrap();
        assert_eq!((&leaf["reason_code"], &leaf["outcome"]), (&json!("too_many"), &json!("denied")), "{leaf}");
        assert_eq!(house.events("officer.sought").await, 30);
        // Another enquiry is another reason.
        let another = at.open(&CALLED).await.unwrap();
        assert!(person::search(at.deed(), &another, ADA).await.unwrap().is_some());
    }

    async fn an_enquiry_ends_after_a_quarter_of_an_hour_and_is_one_officers(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let enquiry = at.open(&CALLED).await.unwrap();
        assert_eq!(looking::find(at.deed(), enquiry.id).await.unwrap(), enquiry);
        let other = At::new(&house, &[Role::CustomerService]);
        for (deed, id) in [(other.deed(), enquiry.id), (at.deed(), EnquiryId(tokens::uuid()))] {
            assert_eq!(refusal(looking::find(deed, id).await), "this enquiry is closed: open another one");
        }
        let short = at.open(&CALLED).await.unwrap();
        assert_eq!(refusal(looking::close(other.deed(), short.id).await), "this enquiry is closed: open another one");
        looking::close(at.deed(), short.id).await.unwrap();
        assert_eq!(refusal(looking::find(at.deed(), short.id).await), "this enquiry is closed: open another one");
        assert_eq!(leaves(&house, "officer.enquiry_closed").await.len(), 1);
        house.later(Enquiry::LASTS);
        assert_eq!(refusal(looking::find(at.deed(), enquiry.id).await), "this enquiry is closed: open another one");
    }

    async fn without_a_purpose_a_reason_or_a_case_nothing_is_looked_for(world: World) {
        let house = House::new(world).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let long = "1".repeat(65);
        for (ask, said) in [
            (Ask { purpose: "curiosity", ..CALLED }, "say what it is for"),
            (Ask { purpose: "", ..CALLED }, "say what it is for"),
            (Ask { reason: "bored", ..CALLED }, "no such reason"),
            (Ask { case: "  ", ..CALLED }, "needs the number of a case"),
            (Ask { case: &long, ..CALLED }, "at most 64"),
            (Ask { case: "a\u{7}b", ..CALLED }, "at most 64"),
        ] {
            let refused = refusal(at.open(&ask).await);
            assert!(refused.contains(said), "{ask:?}: {refused}");
        }
        assert_eq!(house.events("officer.enquiry_opened").await, 0);
    }

    async fn what_the_policies_do_not_permit_is_on_record_and_shows_nothing(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let auditor = At::new(&house, &[Role::Auditor]);
        assert!(matches!(auditor.open(&CALLED).await, Err(Refused::NotPermitted(_))));
        let refused = &leaves(&house, "officer.not_permitted").await[0];
        assert_eq!((&refused["outcome"], &refused["subject"]), (&json!("denied"), &Value::Null));

        // An old proof is enough to see her masked, and too old to reveal.
        let mut at = At::new(&house, &[Role::CustomerService]);
        at.officer.proved_at = house.app.now() - Duration::from_mins(6);
        let enquiry = at.open(&CALLED).await.unwrap();
        person::search(at.deed(), &enquiry, ADA).await.unwrap();
        person::view(at.deed(), &enquiry, ada).await.unwrap();
        let revealed = person::reveal(at.deed(), &enquiry, ada, Field::Name).await;
        assert!(matches!(revealed, Err(Refused::NotPermitted(_))));
        let seen = person::view(at.deed(), &enquiry, ada).await.unwrap();
        assert!(seen.fields.iter().all(|shown| !shown.revealed));
        let refused = leaves(&house, "officer.not_permitted").await;
        assert!(refused[1]["subject"].is_string(), "it was about her");
        assert_eq!(refused[1]["reason_code"], "resident_asked");
    }

    async fn whom_an_officer_knows_does_not_open_to_them(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let bob = house.resident("Bob Price", "bob@example.org", WORD).await;
        let (at, other) = (At::new(&house, &[Role::CustomerService]), At::new(&house, &[Role::CustomerService]));
        conflicts::declare(at.deed(), " Ada@Example.org", true).await.unwrap();
        conflicts::declare(at.deed(), ADA, true).await.unwrap();
        assert_eq!(conflicts::count(&house.app, at.officer.id).await.unwrap(), 1);
        assert_eq!(leaves(&house, "staff.conflict_declared").await.len(), 1);
        let enquiry = at.open(&CALLED).await.unwrap();
        assert!(matches!(person::search(at.deed(), &enquiry, ADA).await, Err(Refused::Known)));
        assert_eq!(person::search(at.deed(), &enquiry, "bob@example.org").await.unwrap(), Some(bob));
        let theirs = other.open(&CALLED).await.unwrap();
        assert_eq!(person::search(other.deed(), &theirs, ADA).await.unwrap(), Some(ada), "others do not know her");
        conflicts::declare(at.deed(), ADA, false).await.unwrap();
        assert_eq!(conflicts::count(&house.app, at.officer.id).await.unwrap(), 0);
        let soon = person::search(at.deed(), &enquiry, ADA).await;
        assert!(matches!(soon, Err(Refused::Known)), "nobody takes it back to look at once");
        house.later(Duration::from_hours(24));
        let enquiry = at.open(&CALLED).await.unwrap();
        assert_eq!(person::search(at.deed(), &enquiry, ADA).await.unwrap(), Some(ada));
        // She is known whatever she signs in with.
        conflicts::declare(at.deed(), ADA, true).await.unwrap();
        moves(&house, ada, "ada@new.example").await;
        let moved = person::search(at.deed(), &enquiry, "ada@new.example").await;
        assert!(matches!(moved, Err(Refused::Known)));
        conflicts::declare(at.deed(), ADA, false).await.unwrap();
        // Two officers who know one person have nothing in common in the store.
        conflicts::declare(at.deed(), ADA, true).await.unwrap();
        conflicts::declare(other.deed(), ADA, true).await.unwrap();
        let read = &mut house.app.db.read().await.unwrap();
        let mine = portreeve::store::glass::declared(read, at.officer.id).await.unwrap();
        assert_ne!(mine, portreeve::store::glass::declared(read, other.officer.id).await.unwrap());
    }

    async fn a_declaration_of_before_there_was_an_account_goes_with_her(world: World) {
        let house = House::new(world).await;
        let (at, other) = (At::new(&house, &[Role::CustomerService]), At::new(&house, &[Role::CustomerService]));
        conflicts::declare(at.deed(), ADA, true).await.unwrap();
        conflicts::declare(other.deed(), "ada@new.example", true).await.unwrap();
        house.resident("Ada Wójcik", ADA, WORD).await;
        house.resident("Bob Price", "bob@example.org", WORD).await;
        let visitor = Visitor::new(&house);
        visitor.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        let letter = crate::account::changed(&house, &visitor, "ada@new.example").await;
        let (mine, theirs) = (at.open(&CALLED).await.unwrap(), other.open(&CALLED).await.unwrap());
        let known = person::search(at.deed(), &mine, "ada@new.example").await;
        assert!(matches!(known, Err(Refused::Known)), "{known:?}");
        assert!(person::search(at.deed(), &mine, "bob@example.org").await.unwrap().is_some());
        // And when the change is undone.
        let token = letter.body.split("/account/email/undo?token=").nth(1).unwrap().split_whitespace().next().unwrap();
        assert_eq!(Visitor::new(&house).post("/account/email/undo", &[("token", token)]).await.status, 303);
        for (at, enquiry) in [(&at, &mine), (&other, &theirs)] {
            let known = person::search(at.deed(), enquiry, ADA).await;
            assert!(matches!(known, Err(Refused::Known)), "{known:?}");
        }
    }

    async fn u05_a_record_that_refuses_writes_shows_nothing(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let enquiry = at.open(&CALLED).await.unwrap();
        person::search(at.deed(), &enquiry, ADA).await.unwrap();
        stop_the_record(&house).await;
        assert!(matches!(person::search(at.deed(), &enquiry, ADA).await, Err(Refused::Failure(_))));
        assert!(matches!(person::view(at.deed(), &enquiry, ada).await, Err(Refused::Failure(_))));
        assert!(matches!(person::reveal(at.deed(), &enquiry, ada, Field::Name).await, Err(Refused::Failure(_))));
        assert!(matches!(at.open(&CALLED).await, Err(Refused::Failure(_))));
        let mut read = house.app.db.peek();
        let found = portreeve::store::enquiries::found(&mut read, enquiry.id, ada).await.unwrap().unwrap();
        assert_eq!(found.revealed, [], "and nothing is half done");
        assert!(matches!(events::newest(&mut read, 1).await, Ok(_) | Err(Error::Missing)));
    }
}
