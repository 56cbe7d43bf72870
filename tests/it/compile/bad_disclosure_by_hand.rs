// E0451: field `subject` of struct `Disclosure` is private
//! Promise 2: leave to open a person's fields cannot be written down.
use portreeve::domain::disclosure::Disclosure;
use portreeve::domain::ids::AccountId;

pub fn look(subject: AccountId) -> Disclosure {
    Disclosure { subject }
}
