// E0277: the trait bound `RegistrationStarted: portreeve::domain::audit::Look` is not satisfied
//! Promise 2: a deed that is no look gives no leave.
use portreeve::domain::audit::Receipt;
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::disclosure::Disclosure;

pub fn look(receipt: &Receipt<RegistrationStarted>) -> Option<Disclosure> {
    Disclosure::by_look(receipt)
}
