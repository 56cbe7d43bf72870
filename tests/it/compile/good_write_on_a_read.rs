//! A page that only reads reads.
use portreeve::store::{Db, Error, house};

pub async fn page(db: &Db) -> Result<i64, Error> {
    let mut r = db.read().await?;
    house::generation(&mut r).await
}
