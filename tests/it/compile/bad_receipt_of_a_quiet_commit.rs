// E0599: no method named `receipt` found for reference `&Committed<Quiet, ()>`
//! Promise 2: a quiet commit is proof of nothing.
use portreeve::domain::audit::Receipt;
use portreeve::domain::audit::vocabulary::RecordViewed;
use portreeve::store::{Committed, Error, Quiet};

pub fn receipt(committed: &Committed<Quiet, ()>) -> Result<Receipt<RecordViewed>, Error> {
    committed.receipt()
}
