// E0624: associated function `new` is private
//! Promise 1: an event is sealed by the crypto room, never put together by whoever commits it.
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::audit::{EventRow, Sealed};

pub fn sealed(row: EventRow) -> Sealed<RegistrationStarted> {
    Sealed::new(row)
}
