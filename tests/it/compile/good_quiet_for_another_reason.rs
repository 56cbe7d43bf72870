//! Housekeeping is quiet.
use portreeve::store::{Committed, Error, Housekeeping, Quiet, Write};

pub async fn expire(w: Write) -> Result<Committed<Quiet, ()>, Error> {
    w.commit_quietly(Housekeeping::Expire, ()).await
}
