//! A recorded look gives leave.
use portreeve::domain::audit::Receipt;
use portreeve::domain::audit::vocabulary::RecordViewed;
use portreeve::domain::disclosure::Disclosure;

pub fn look(receipt: &Receipt<RecordViewed>) -> Option<Disclosure> {
    Disclosure::by_look(receipt)
}
