// E0277: the trait bound `(): Events` is not satisfied
//! Promise 1: a commit has an event.
use portreeve::store::{Committed, Error, Write};

pub async fn rename(w: Write) -> Result<Committed<(), ()>, Error> {
    w.commit((), ()).await
}
