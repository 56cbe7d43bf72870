//! A write ends in a commit with its event.
use portreeve::domain::audit::Sealed;
use portreeve::domain::audit::vocabulary::SignedOut;
use portreeve::store::{Db, Error, Recorded, house};

pub async fn deed(db: &Db, event: Sealed<SignedOut>) -> Result<Recorded<SignedOut, ()>, Error> {
    db.write(async |mut w| {
        house::bump(&mut w).await?;
        w.commit(event.clone(), ()).await
    })
    .await
}
