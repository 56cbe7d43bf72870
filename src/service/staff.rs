//! Members of staff.

pub mod upstream;
