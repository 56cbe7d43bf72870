// E0382: borrow of moved value: `w`
//! Promise 1: nothing is written after the events.
use portreeve::domain::audit::Sealed;
use portreeve::domain::audit::vocabulary::SignedOut;
use portreeve::store::{Error, Recorded, Write, house};

pub async fn deed(mut w: Write, event: Sealed<SignedOut>) -> Result<Recorded<SignedOut, ()>, Error> {
    let done = w.commit(event, ()).await?;
    house::bump(&mut w).await?;
    Ok(done)
}
