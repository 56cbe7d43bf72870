// E0308: mismatched types
//! Promise 1: a deed that names its event cannot end quietly.
use portreeve::domain::audit::vocabulary::SigninSucceeded;
use portreeve::store::{Error, Housekeeping, Recorded, Write};

pub async fn sign_in(w: Write) -> Result<Recorded<SigninSucceeded, ()>, Error> {
    w.commit_quietly(Housekeeping::LastSeen, ()).await
}
