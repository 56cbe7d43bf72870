//! All is written before the events.
use portreeve::domain::audit::Sealed;
use portreeve::domain::audit::vocabulary::SignedOut;
use portreeve::store::{Error, Recorded, Write, house};

pub async fn deed(mut w: Write, event: Sealed<SignedOut>) -> Result<Recorded<SignedOut, ()>, Error> {
    house::bump(&mut w).await?;
    let done = w.commit(event, ()).await?;
    Ok(done)
}
