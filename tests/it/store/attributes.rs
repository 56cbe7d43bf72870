//! Details: one of a kind is present, whoever comes second; what is deleted takes its history along.

use super::seeds::{LATER, NOW, account, fresh};
use super::{done, open};
use portreeve::domain::account::{Detail, Source};
use portreeve::domain::ids::AccountId;
use portreeve::store::attributes::{self, NewAttribute};
use portreeve::store::{Db, Error};
use uuid::Uuid;

fn new(account: AccountId, detail: Detail, version: i64) -> NewAttribute {
    NewAttribute {
        id: Uuid::new_v4(),
        account,
        detail,
        value: fresh(),
        blind: Some(fresh()),
        uprn_blind: Some(fresh()),
        source: Source::Herself,
        verified_at: None,
        version,
    }
}

async fn someone(db: &Db) -> AccountId {
    db.write(async |mut w| {
        let id = account(&mut w).await?;
        done(w, id).await
    })
    .await
    .unwrap()
    .value
}

async fn keep(db: &Db, new: &NewAttribute) -> Result<(), Error> {
    db.write(async |mut w| {
        attributes::insert(&mut w, new, NOW).await?;
        done(w, ()).await
    })
    .await
    .map(drop)
}

async fn replace(db: &Db, row: Uuid) -> bool {
    db.write(async |mut w| {
        let replaced = attributes::replace(&mut w, row, LATER).await?;
        done(w, replaced).await
    })
    .await
    .unwrap()
    .value
}

async fn remove(db: &Db, one: &NewAttribute) -> bool {
    db.write(async |mut w| {
        let removed = attributes::remove(&mut w, one.account, one.detail, one.id).await?;
        done(w, removed).await
    })
    .await
    .unwrap()
    .value
}

async fn kept(db: &Db, account: AccountId) -> Vec<(String, i64, bool)> {
    let rows = attributes::history(&mut db.peek(), account).await.unwrap();
    rows.into_iter().map(|(kind, version, replaced)| (kind, version, replaced.is_some())).collect()
}

both! {
    async fn one_of_a_kind_is_present(world: World) {
        let db = open(&world).await;
        let ada = someone(&db).await;
        let first = new(ada, Detail::Address, 1);
        keep(&db, &first).await.unwrap();
        keep(&db, &new(ada, Detail::PhoneNumber, 1)).await.unwrap();
        let second = keep(&db, &new(ada, Detail::Address, 2)).await;
        assert!(matches!(second, Err(Error::Constraint(_))), "{second:?}");
        // Another's address is hers.
        keep(&db, &new(someone(&db).await, Detail::Address, 1)).await.unwrap();
        assert!(replace(&db, first.id).await);
        assert!(!replace(&db, first.id).await, "a former one is replaced once");
        keep(&db, &new(ada, Detail::Address, 2)).await.unwrap();
        let rows = attributes::of(&mut db.peek(), ada).await.unwrap();
        let present: Vec<_> = rows.iter().map(|row| (row.kind.as_str(), row.version)).collect();
        assert_eq!(present, [("address", 2), ("phone_number", 1)]);
    }

    async fn what_is_deleted_takes_its_history_along_and_nothing_else(world: World) {
        let db = open(&world).await;
        let ada = someone(&db).await;
        let (first, second) = (new(ada, Detail::Address, 1), new(ada, Detail::Address, 2));
        keep(&db, &first).await.unwrap();
        keep(&db, &new(ada, Detail::PhoneNumber, 1)).await.unwrap();
        let (ben, bens) = (someone(&db).await, Detail::Address);
        keep(&db, &new(ben, bens, 1)).await.unwrap();
        assert!(replace(&db, first.id).await);
        keep(&db, &second).await.unwrap();
        // Of a window that was slower nothing is deleted.
        assert!(!remove(&db, &first).await);
        assert_eq!(kept(&db, ada).await.len(), 3);
        assert!(remove(&db, &second).await);
        assert_eq!(kept(&db, ada).await, [("phone_number".to_owned(), 1, false)]);
        assert_eq!(kept(&db, ben).await.len(), 1);
        assert!(!remove(&db, &second).await);
    }

    async fn only_what_is_present_is_found_by_its_index(world: World) {
        let db = open(&world).await;
        let (ada, ben) = (someone(&db).await, someone(&db).await);
        let (adas, mut bens) = (new(ada, Detail::Address, 1), new(ben, Detail::Address, 1));
        bens.blind.clone_from(&adas.blind);
        keep(&db, &adas).await.unwrap();
        keep(&db, &bens).await.unwrap();
        let postcode = adas.blind.clone().unwrap();
        let find = async |blind: &[u8]| attributes::by_blind(&mut db.peek(), blind, 10).await.unwrap();
        let mut neighbours = find(&postcode).await;
        neighbours.sort_by_key(|id| id.0);
        let mut both = vec![ada, ben];
        both.sort_by_key(|id| id.0);
        assert_eq!(neighbours, both);
        assert_eq!(find(adas.uprn_blind.as_deref().unwrap()).await, [ada]);
        assert!(replace(&db, adas.id).await);
        assert_eq!(find(&postcode).await, [ben]);
        assert_eq!(find(adas.uprn_blind.as_deref().unwrap()).await, []);
        assert_eq!(attributes::by_blind(&mut db.peek(), &postcode, 0).await.unwrap(), []);
    }
}
