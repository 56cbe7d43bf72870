//! What concerns nobody says in its type that it is quiet.
use portreeve::store::{Committed, Error, Housekeeping, Quiet, Write};

pub async fn seen(w: Write) -> Result<Committed<Quiet, ()>, Error> {
    w.commit_quietly(Housekeeping::LastSeen, ()).await
}
