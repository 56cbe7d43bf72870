//! A recorded look gives leave.
use portreeve::domain::audit::Receipt;
use portreeve::domain::audit::vocabulary::RecordViewed;
use portreeve::domain::disclosure::Disclosure;
use portreeve::domain::ids::AccountId;

pub fn look(receipt: &Receipt<RecordViewed>, subject: AccountId) -> Disclosure {
    Disclosure::by_look(receipt, subject)
}
