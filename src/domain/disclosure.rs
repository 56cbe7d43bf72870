//! Promise 2: no unaudited look. A sealed personal field opens only against a [`Disclosure`].

use super::audit::{Look, Receipt};
use super::ids::AccountId;

/// Leave to open the sealed fields of one person. It cannot be written down, only earned.
#[derive(Debug, Clone, Copy)]
pub struct Disclosure {
    subject: AccountId,
}

impl Disclosure {
    /// By a look that has been committed to the record, at the person whom the record names; none if it names nobody.
    #[must_use]
    pub fn by_look<L: Look>(receipt: &Receipt<L>) -> Option<Self> {
        receipt.person().map(|subject| Self { subject })
    }

    /// The person's own session, own proof of address or own message: she is the one who sees it.
    #[must_use]
    pub(crate) const fn to_the_person(subject: AccountId) -> Self {
        Self { subject }
    }

    /// A release decision of [`super::sharing`].
    #[must_use]
    pub(crate) const fn by_release(subject: AccountId) -> Self {
        Self { subject }
    }

    /// Whose fields it opens.
    #[must_use]
    pub const fn subject(&self) -> AccountId {
        self.subject
    }
}
