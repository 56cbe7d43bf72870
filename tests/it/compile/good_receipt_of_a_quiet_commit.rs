//! A commit with an event is proof of it.
use portreeve::domain::audit::Receipt;
use portreeve::domain::audit::vocabulary::RecordViewed;
use portreeve::store::{Error, Recorded};

pub fn receipt(committed: &Recorded<RecordViewed, ()>) -> Result<Receipt<RecordViewed>, Error> {
    committed.receipt()
}
