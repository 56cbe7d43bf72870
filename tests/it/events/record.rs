//! The record of a store as a test reads it: what is new since it last looked, and what is wrong with that.

use super::{faults, rows};
use crate::app::House;
use portreeve::crypto::SealError;
use portreeve::crypto::record::{Recorder, StoredPayload};
use portreeve::crypto::roots::Roots;
use portreeve::crypto::tokens;
use portreeve::domain::assurance::Level;
use portreeve::domain::ids::{AccountId, EventId, SessionId};
use portreeve::domain::session::SignedIn;
use portreeve::domain::time::When;
use portreeve::service::{Failure, people};
use portreeve::store::events::{self, Stored};
use portreeve::store::{Db, Error};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};
use std::io::Write as _;

/// More events than any store of a test holds.
const ALL: i64 = 10_000;

/// Names a file to which every event seen is added, with what left it; `tests/run` compares that with the rows.
pub const SEEN: &str = "PORTREEVE_TEST_SEEN";

/// One store's record, as far as it was looked at.
pub struct Record {
    pub db: Db,
    pub roots: Roots,
    known: HashSet<EventId>,
}

impl Record {
    pub fn of(db: &Db, roots: &Roots) -> Self {
        Self { db: db.clone(), roots: roots.clone(), known: HashSet::new() }
    }

    /// The events since the last look. An error if the store has none to give just now.
    pub async fn news(&mut self) -> Result<Vec<Stored>, Error> {
        let all = events::newest(&mut self.db.peek(), ALL).await?;
        Ok(all.into_iter().filter(|event| self.known.insert(event.id)).collect())
    }

    /// What is wrong with an event that somebody left: that it is of none of these kinds, or not as its schema says.
    pub async fn wrong(&self, by: &str, kinds: &[&str], event: &Stored) -> Vec<String> {
        let mut wrong = Vec::new();
        if !kinds.contains(&event.r#type.as_str()) {
            wrong.push(format!("{by} left {}, which its row does not name", event.r#type));
        }
        let leaf: Value = serde_json::from_str(&event.leaf).unwrap();
        let whole = match self.payload(event).await {
            Some(payload) => json!({ "leaf": leaf, "payload": payload }),
            None => json!({ "leaf": leaf }),
        };
        wrong.extend(faults(&event.r#type, &whole).into_iter().map(|fault| format!("{by}, {}: {fault}", event.r#type)));
        wrong
    }

    /// What an event says; none if the person's keys are gone.
    pub async fn payload(&self, event: &Stored) -> Option<Value> {
        let (under, payload) = (event.sealed_under.as_deref()?, event.payload.as_deref()?);
        let stored = StoredPayload { id: event.id, person: event.person, sealed_under: under, payload };
        let recorder = Recorder::new(self.roots.clone(), "any");
        let text = match event.person {
            None => recorder.open_house_payload(stored).unwrap(),
            Some(person) => {
                let keys = match people::keys(&mut self.db.peek(), &self.roots, person).await {
                    Err(Failure::Seal(SealError::NoKey) | Failure::Store(Error::Missing)) => return None,
                    keys => keys.unwrap(),
                };
                recorder.open_payload(stored, &keys, &herself(person).disclosure()).unwrap()
            }
        };
        Some(serde_json::from_str(&text).unwrap())
    }

    /// The kinds that are new, each as its row and its schema say.
    pub async fn left_by(&mut self, table: &[rows::Row], by: &str) -> BTreeSet<String> {
        let (_, named) = rows::of(table, by).unwrap_or_else(|| panic!("{by} has no row"));
        let mut kinds = BTreeSet::new();
        for event in self.news().await.unwrap() {
            assert_eq!(self.wrong(by, named, &event).await, Vec::<String>::new());
            seen(by, &event.r#type);
            kinds.insert(event.r#type);
        }
        kinds
    }
}

/// Notes that something left an event of a kind, if anybody asked.
pub fn seen(by: &str, kind: &str) {
    if let Some(file) = std::env::var_os(SEEN) {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
        // In one piece: other tests write too.
        file.write_all(format!("{by} {kind}\n").as_bytes()).unwrap();
    }
}

/// As if the person asked to see what is hers.
pub fn herself(account: AccountId) -> SignedIn {
    let at = When::from_seconds(0);
    SignedIn {
        account,
        session: SessionId(tokens::uuid()),
        auth_time: at,
        amr: String::new(),
        acr: Level::A0,
        own_device: false,
        ends_at: at,
        renewable: false,
        name: Vec::new(),
    }
}

both! {
    async fn what_is_wrong_with_an_event_is_seen(world: World) {
        let house = House::new(world).await;
        let mut record = Record::of(&house.app.db, &house.app.roots);
        assert!(!record.news().await.unwrap().is_empty() && record.news().await.unwrap().is_empty());
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let [event] = &record.news().await.unwrap()[..] else { panic!("one was left") };
        assert_eq!(record.wrong("x", &["account.created"], event).await, Vec::<String>::new());
        assert_eq!(record.payload(event).await.unwrap()["data"]["notice"], "account@1 en");
        let unnamed = record.wrong("x", &["auth.locked"], event).await;
        assert_eq!(unnamed, ["x left account.created, which its row does not name"]);
        let changed = Stored { leaf: event.leaf.replace("\"resident\"", "\"bystander\""), ..event.clone() };
        assert_ne!(record.wrong("x", &["account.created"], &changed).await, Vec::<String>::new());
        let other = Stored { r#type: "auth.locked".into(), ..event.clone() };
        assert_ne!(record.wrong("x", &["auth.locked"], &other).await, Vec::<String>::new());
    }
}
