// E0308: mismatched types
//! Promise 1: a write that does not end in a commit is no write.
use portreeve::domain::audit::vocabulary::SignedOut;
use portreeve::store::{Db, Error, Recorded, house};

pub async fn deed(db: &Db) -> Result<Recorded<SignedOut, ()>, Error> {
    db.write(async |mut w| {
        house::bump(&mut w).await?;
        Ok(())
    })
    .await
}
