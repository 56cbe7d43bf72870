//! A receipt says which event it is for.
use portreeve::domain::audit::Receipt;
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::ids::EventId;

pub fn event(receipt: &Receipt<RegistrationStarted>) -> EventId {
    receipt.event()
}
