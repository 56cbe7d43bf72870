//! What is sealed can be read row by row.
use portreeve::domain::audit::vocabulary::RegistrationStarted;
use portreeve::domain::audit::{EventRow, Sealed};

pub fn row(sealed: &Sealed<RegistrationStarted>) -> &EventRow {
    &sealed.row
}
