// E0308: mismatched types
//! Promise 1: a deed is recorded by its own event, not by another deed's.
use portreeve::domain::audit::Sealed;
use portreeve::domain::audit::vocabulary::{SignedOut, SigninSucceeded};
use portreeve::store::{Error, Recorded, Write};

pub async fn sign_in(w: Write, event: Sealed<SignedOut>) -> Result<Recorded<SigninSucceeded, ()>, Error> {
    w.commit(event, ()).await
}
