// E0308: mismatched types
//! Promise 1: only the named housekeeping is quiet.
use portreeve::store::{Committed, Error, Quiet, Write};

pub async fn rename(w: Write) -> Result<Committed<Quiet, ()>, Error> {
    w.commit_quietly("a change of name", ()).await
}
