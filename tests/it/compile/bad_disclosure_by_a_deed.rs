// E0277: the trait bound `RegistrationStarted: Look` is not satisfied
//! Promise 2: a deed that is no look gives no leave.
use portreeve::domain::audit::Receipt;
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::disclosure::Disclosure;
use portreeve::domain::ids::AccountId;

pub fn look(receipt: &Receipt<RegistrationStarted>, subject: AccountId) -> Disclosure {
    Disclosure::by_look(receipt, subject)
}
