// E0277: the trait bound `Vec<Sealed<SignedOut>>: Events` is not satisfied
//! Promise 1: a list of events could be empty.
use portreeve::domain::audit::Sealed;
use portreeve::domain::audit::vocabulary::SignedOut;
use portreeve::store::{Committed, Error, Write};

pub async fn end(w: Write, events: Vec<Sealed<SignedOut>>) -> Result<Committed<Vec<Sealed<SignedOut>>, ()>, Error> {
    w.commit(events, ()).await
}
