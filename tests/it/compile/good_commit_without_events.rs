//! A commit has an event, or several.
use portreeve::domain::audit::Sealed;
use portreeve::domain::audit::vocabulary::{SignedOut, SigninSucceeded};
use portreeve::store::{Committed, Error, OneOrMore, Write};

type Both = (Sealed<SigninSucceeded>, OneOrMore<Sealed<SignedOut>>);

pub async fn change(w: Write, events: Both) -> Result<Committed<Both, ()>, Error> {
    w.commit(events, ()).await
}
