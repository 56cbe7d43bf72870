//! Two looks that go together.

use super::{done, open};
use portreeve::store::house;

/// A name with its value, and values alone.
type Found = (Option<(String, Vec<u8>)>, Vec<(Vec<u8>,)>);

both! {
    async fn two_looks_in_one_trip_keep_their_parameters_and_columns_apart(world: World) {
        let db = open(&world).await;
        for (name, value) in [("one", "a"), ("two", "b"), ("three", "c")] {
            db.write(async |mut w| {
                house::set_once(&mut w, name, value.as_bytes()).await?;
                done(w, ()).await
            })
            .await
            .unwrap();
        }
        for (asked, found) in [("two", true), ("nobody", false)] {
            let (row, rows): Found = db
                .peek()
                .sql("SELECT name, value FROM house WHERE name = $1 AND value <> $2")
                .bind(asked)
                .bind(&b"z"[..])
                .beside("SELECT value FROM house WHERE name <> $1 AND name IN ('one', 'two', 'three') ORDER BY value")
                .bind("two")
                .maybe_and_all()
                .await
                .unwrap();
            assert_eq!(row, found.then(|| ("two".to_owned(), b"b".to_vec())));
            assert_eq!(rows, [(b"a".to_vec(),), (b"c".to_vec(),)]);
        }
        let none: Result<Found, _> = db
            .peek()
            .sql("SELECT name, value FROM house WHERE name = $1")
            .bind("one")
            .beside("SELECT value FROM house WHERE name = $1 OR name = $2")
            .bind("one")
            .maybe_and_all()
            .await;
        assert!(none.is_err(), "a parameter is missing");
    }
}
