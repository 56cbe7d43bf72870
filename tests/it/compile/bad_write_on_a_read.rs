// E0308: mismatched types
//! A page that only reads cannot reach a function that writes.
use portreeve::store::{Db, Error, house};

pub async fn page(db: &Db) -> Result<(), Error> {
    let mut r = db.read().await?;
    house::bump(&mut r).await
}
