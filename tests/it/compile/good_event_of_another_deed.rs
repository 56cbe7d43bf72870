//! A deed is recorded by its own event.
use portreeve::domain::audit::Sealed;
use portreeve::domain::audit::vocabulary::SigninSucceeded;
use portreeve::store::{Error, Recorded, Write};

pub async fn sign_in(w: Write, event: Sealed<SigninSucceeded>) -> Result<Recorded<SigninSucceeded, ()>, Error> {
    w.commit(event, ()).await
}
