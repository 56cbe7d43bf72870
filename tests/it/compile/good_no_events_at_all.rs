//! One event and perhaps more.
use portreeve::domain::audit::Sealed;
use portreeve::domain::audit::vocabulary::SignedOut;
use portreeve::store::{Committed, Error, OneOrMore, Write};

type Events = OneOrMore<Sealed<SignedOut>>;

pub async fn end(
    w: Write,
    first: Sealed<SignedOut>,
    more: Vec<Sealed<SignedOut>>,
) -> Result<Committed<Events, ()>, Error> {
    w.commit(OneOrMore { first, more }, ()).await
}
