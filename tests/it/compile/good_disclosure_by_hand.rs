//! A committed look gives leave.
use portreeve::domain::audit::{Look, Receipt};
use portreeve::domain::disclosure::Disclosure;
use portreeve::domain::ids::AccountId;

pub fn look<L: Look>(receipt: &Receipt<L>, subject: AccountId) -> Disclosure {
    Disclosure::by_look(receipt, subject)
}
