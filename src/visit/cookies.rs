//! What the pages about cookies list (PECR reg 6): one line for each cookie that a listener sets.

use crate::http::cookies::{Cookies, Name};
use crate::view::pages::Cookie;
use std::time::Duration;

/// Those of the public listener.
pub const RESIDENTS: [Name; 4] = [Name::Session, Name::Browser, Name::Language, Name::Wish];
/// Those of the staff listener.
pub const STAFF: [Name; 4] = [Name::Staff, Name::Upstream, Name::Browser, Name::Language];

/// The lines, with the names as they are sent. `own_device`: how long a resident's session lasts at most on hers.
#[must_use]
pub fn lines(cookies: Cookies, names: &[Name], own_device: Duration) -> Vec<Cookie> {
    let hours = own_device.as_secs().div_ceil(3600);
    let line = |name: &Name| Cookie { name: cookies.name(*name).to_owned(), what: what(*name), hours };
    names.iter().map(line).collect()
}

/// The word of a cookie in the catalogues.
const fn what(name: Name) -> &'static str {
    match name {
        Name::Session => "session",
        Name::Browser => "browser",
        Name::Language => "language",
        Name::Wish => "wish",
        Name::Staff => "staff",
        Name::Upstream => "upstream",
    }
}
