//! A committed look gives leave.
use portreeve::domain::audit::{Look, Receipt};
use portreeve::domain::disclosure::Disclosure;

pub fn look<L: Look>(receipt: &Receipt<L>) -> Option<Disclosure> {
    Disclosure::by_look(receipt)
}
