// E0624: associated function `committed` is private
//! Promise 1: only a commit gives a receipt.
use portreeve::domain::audit::Receipt;
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::ids::EventId;

pub fn receipt(event: EventId) -> Receipt<RegistrationStarted> {
    Receipt::committed(event, None)
}
