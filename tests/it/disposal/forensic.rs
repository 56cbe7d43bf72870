//! Whoever holds the key-encryption key and the raw files: what was destroyed is not in them. On SQLite every byte of both files and
//! of their write-ahead logs is looked at, free pages too; on PostgreSQL every column of every row (what its own files hold
//! until it has cleaned them, src/decisions/0056 says).

use super::by_person::all_of;
use super::{RULE, signs_in, sweep, verified};
use crate::app::House;
use crate::backup::Kept;
use crate::events::record::herself;
use crate::log::{happen, seal};
use crate::world::Place;
use portreeve::app::App;
use portreeve::crypto::record::StoredPayload;
use portreeve::crypto::seal::{Field, PersonKeys, WrappedKey};
use portreeve::domain::audit::{Context, PersonKey};
use portreeve::domain::ids::{AccountId, EventId};
use portreeve::service::disposal::{self, Forgotten};
use portreeve::service::erasure::{self, Cause, Erased};
use portreeve::service::{people, retention};
use portreeve::store::dumps::Programs;
use portreeve::store::{accounts, columns, contacts, events};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::time::Duration;

/// The bytes that a sealed value begins with; a wrapped key has so many.
const FORMAT: u8 = 1;
const WRAPPED: usize = 1 + 12 + 32 + 16;

/// What PostgreSQL writes, with all bytes that stand there in hex.
fn unhexed(text: &str) -> Vec<u8> {
    let mut all = text.as_bytes().to_vec();
    for hex in text.split("\\x").skip(1) {
        let digits = hex.bytes().take_while(u8::is_ascii_hexdigit).count() / 2 * 2;
        all.extend(data_encoding::HEXLOWER_PERMISSIVE.decode(&hex.as_bytes()[..digits]).unwrap());
    }
    all
}

/// What a copy of the data holds, for whoever can open it.
async fn copied(kept: &Kept, file: &str) -> Vec<u8> {
    let (_, plain) = kept.plain(file);
    let Place::Postgres(url) = &kept.house.world().place else { return plain };
    let mut back = Programs::find(url, None).await.unwrap().statements().unwrap();
    let (mut input, mut output) = (back.input().unwrap(), back.output().unwrap());
    let feeding = std::thread::spawn(move || input.write_all(&plain).unwrap());
    let mut text = String::new();
    output.read_to_string(&mut text).unwrap();
    feeding.join().unwrap();
    back.end().unwrap();
    unhexed(&text)
}

/// All that is stored in the vault, or else beside it, byte for byte.
async fn stored(house: &House, vault: bool) -> Vec<u8> {
    let Place::Sqlite(folder) = &house.world().place else {
        let mut all = Vec::new();
        for (table, ..) in columns::TABLES.iter().filter(|(table, ..)| table.starts_with("vault.") == vault) {
            let sql: &'static str = format!("SELECT CAST(t AS TEXT) FROM {table} t").leak();
            let rows: Vec<(String,)> = house.app.db.peek().sql(sql).all().await.unwrap();
            for (row,) in rows {
                all.extend(unhexed(&row));
            }
        }
        return all;
    };
    let name = if vault { "vault" } else { "portreeve" };
    let files = ["db", "db-wal"].map(|end| folder.path().join(format!("{name}.{end}")));
    files.iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect()
}

/// Wherever a sealed value of this length could begin.
fn candidates(stored: &[u8], length: usize) -> impl Iterator<Item = &[u8]> {
    stored.windows(length).filter(|window| window[0] == FORMAT)
}

/// Every key of these people that can be had: each place is tried, under the key-encryption key.
fn keys(app: &App, vault: &[u8], people: &[AccountId]) -> Vec<PersonKeys> {
    let mut found = Vec::new();
    for person in people {
        let any = PersonKeys::generate(*person).unwrap().wrap(&app.roots, PersonKey::Evidence).unwrap();
        for window in candidates(vault, WRAPPED) {
            let wrapped = WrappedKey(window.to_vec());
            found.extend(PersonKeys::unwrap(&app.roots, *person, None, &wrapped));
            found.extend(PersonKeys::unwrap(&app.roots, *person, Some(&wrapped), &any));
        }
    }
    found
}

/// A sign-in whose payload tells of a caller.
struct Planted {
    event: EventId,
    person: AccountId,
    length: usize,
    values: [&'static str; 2],
}

impl Planted {
    async fn new(app: &App, person: AccountId, values: [&'static str; 2]) -> Self {
        let event = signs_in(app, person, values[0], values[1]).await;
        let row = events::get(&mut app.db.peek(), event).await.unwrap().unwrap().event;
        Self { event, person, length: row.payload.unwrap().len(), values }
    }
}

/// The planted values that can be read of what is stored, with these keys.
fn read(app: &App, data: &[u8], keys: &[PersonKeys], planted: &[&Planted]) -> BTreeSet<&'static str> {
    let recorder = &app.snapshot().recorder;
    let mut texts = String::new();
    for one in planted {
        for key in keys.iter().filter(|key| key.account() == one.person) {
            for payload in candidates(data, one.length) {
                let sealed_under = PersonKey::Profile.as_str();
                let stored = StoredPayload { id: one.event, person: Some(one.person), sealed_under, payload };
                texts += &recorder.open_payload(stored, key, &herself(one.person).disclosure()).unwrap_or_default();
            }
        }
    }
    let clear = String::from_utf8_lossy(data);
    planted.iter().flat_map(|one| one.values).filter(|value| texts.contains(value) || clear.contains(value)).collect()
}

/// Until no reader is in the way.
async fn settle(app: &App) {
    for _ in 0..50 {
        if disposal::settle(app).await.unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("a reader never ends");
}

/// The sealed fields of a person that can be opened of what is stored, with these keys, or stand there in clear.
fn opened(
    data: &[u8],
    keys: &[PersonKeys],
    fields: &[(Field, usize)],
    values: &[&'static str],
) -> BTreeSet<&'static str> {
    let mut texts = String::from_utf8_lossy(data).into_owned();
    for (field, length) in fields {
        for key in keys {
            let leave = herself(key.account()).disclosure();
            for window in candidates(data, *length) {
                texts += key.open(*field, window, &leave).as_deref().map_or("", String::as_str);
            }
        }
    }
    values.iter().copied().filter(|value| texts.contains(value)).collect()
}

both! {
    async fn what_was_destroyed_is_in_no_file_whatever_key_one_has(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let bob = house.resident("Bob Evans", "bob@example.org", "kettle ribbon gravel").await;
        let first = Planted::new(app, ada, ["198.51.100.0/24", "Netscape 4"]).await;
        let held = Planted::new(app, ada, ["192.0.2.0/24", "Cello 1"]).await;
        let his = Planted::new(app, bob, ["203.0.113.0/24", "Mosaic 2"]).await;
        let (people, all) = ([ada, bob], [&first, &held, &his]);
        happen(app, 20).await;
        seal(app).await;
        house.later(Duration::from_mins(1));
        let every: BTreeSet<&str> = all.iter().flat_map(|one| one.values).collect();
        let kept = stored(&house, false).await;
        let had = keys(app, &stored(&house, true).await, &people);
        assert!(had.len() >= 4, "two of each, and those of a page that was written more than once");
        assert_eq!(read(app, &kept, &had, &all), every, "before");

        // By rule, with one exempt. The keys are all there still.
        assert_eq!(sweep(app, app.now(), &|row| row.id == held.event).await, (22, 1));
        if app.db.name() == "sqlite" {
            let found = read(app, &stored(&house, false).await, &had, &all);
            assert_eq!(found, every, "what a file held is in its log until it is settled");
        }
        settle(app).await;
        assert_eq!(read(app, &stored(&house, false).await, &had, &all), held.values.into());

        // What her key sealed, and then the key.
        assert_eq!(all_of(app, ada, PersonKey::Profile).await, 1);
        let gone = disposal::forget_key(app, ada, PersonKey::Profile, &RULE, app.now()).await.unwrap();
        assert_eq!(gone, Forgotten::Gone);
        settle(app).await;
        assert!(read(app, &stored(&house, false).await, &had, &all).is_empty(), "with every key there ever was");
        // A copy of the data from before gives what is hers to nobody who has the vault as it is now; what is his, it does.
        let now = keys(app, &stored(&house, true).await, &people);
        assert_eq!(read(app, &kept, &now, &all), his.values.into());
        assert_eq!(verified(&house).await, (BTreeSet::new(), 23));
    }

    async fn an_erased_account_is_in_no_file_and_no_older_copy_gives_it_back(world: World) {
        let house = House::new(world).await;
        let app = &house.app;
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let values = ["Ada Wójcik", "ada@example.org"];
        let name = accounts::get(&mut app.db.peek(), ada).await.unwrap().name.len();
        let contact = contacts::current(&mut app.db.peek(), ada, "email").await.unwrap().unwrap();
        let fields = [(people::name_field(ada), name), (people::address_field(contact.id), contact.address.len())];
        let planted = Planted::new(app, ada, ["198.51.100.0/24", "Netscape 4"]).await;
        seal(app).await;
        settle(app).await;
        let kept = stored(&house, false).await;
        let had = keys(app, &stored(&house, true).await, &[ada]);
        assert_eq!(opened(&kept, &had, &fields, &values), values.into(), "before");
        assert_eq!(read(app, &kept, &had, &[&planted]), planted.values.into(), "before");

        let cause = Cause::Resident(Context::default());
        assert!(matches!(erasure::erase(app, ada, &cause, None, app.now()).await.unwrap(), Erased::Done { .. }));
        house.later(Duration::from_secs(1));
        seal(app).await;
        assert_eq!(retention::finish_erasures(app, app.now()).await.unwrap(), 1);
        settle(app).await;
        let present = stored(&house, false).await;
        assert!(opened(&present, &had, &fields, &values).is_empty(), "with every key there ever was");
        assert!(read(app, &present, &had, &[&planted]).is_empty(), "with every key there ever was");
        // A copy of the data from before, with the vault as it is now.
        let now = keys(app, &stored(&house, true).await, &[ada]);
        assert!(opened(&kept, &now, &fields, &values).is_empty());
        assert!(read(app, &kept, &now, &[&planted]).is_empty());
        seal(app).await;
        assert_eq!(verified(&house).await.0, BTreeSet::new());
    }

    async fn a_copy_that_backup_made_gives_nothing_to_whoever_has_no_vault_or_a_later_one(world: World) {
        let kept = Kept::new(world).await;
        let app = &kept.house.app;
        let ada = kept.house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let values = ["Ada Wójcik", "ada@example.org"];
        let name = accounts::get(&mut app.db.peek(), ada).await.unwrap().name.len();
        let contact = contacts::current(&mut app.db.peek(), ada, "email").await.unwrap().unwrap();
        let fields = [(people::name_field(ada), name), (people::address_field(contact.id), contact.address.len())];
        let planted = Planted::new(app, ada, ["198.51.100.0/24", "Netscape 4"]).await;
        let (data, vault) = kept.back_up("before");
        let copy = copied(&kept, &data).await;
        let had = keys(app, &copied(&kept, &vault).await, &[ada]);
        assert_eq!(opened(&copy, &had, &fields, &values), values.into(), "with the vault of then");
        assert_eq!(read(app, &copy, &had, &[&planted]), planted.values.into(), "with the vault of then");
        // It holds no keys itself, and nothing in the clear.
        let own = keys(app, &copy, &[ada]);
        assert!(own.is_empty() && opened(&copy, &own, &fields, &values).is_empty());
        assert!(read(app, &copy, &own, &[&planted]).is_empty());
        let cause = Cause::Resident(Context::default());
        assert!(matches!(erasure::erase(app, ada, &cause, None, app.now()).await.unwrap(), Erased::Done { .. }));
        seal(app).await;
        assert_eq!(retention::finish_erasures(app, app.now()).await.unwrap(), 1);
        let (_, vault) = kept.back_up("after");
        let now = keys(app, &copied(&kept, &vault).await, &[ada]);
        assert!(opened(&copy, &now, &fields, &values).is_empty());
        assert!(read(app, &copy, &now, &[&planted]).is_empty());
    }
}
