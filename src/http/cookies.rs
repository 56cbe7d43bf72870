//! Our cookies: their names, how they are read and how they are set. Values are opaque tokens made elsewhere.

use crate::config::Origin;
use cookie::{Cookie, SameSite};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use std::time::Duration;

/// The cookies we set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// A resident's session.
    Session,
    /// A browser before anybody is signed in: binds flows and form tokens to it.
    Browser,
    /// The language of the pages, as she chose it; no secret.
    Language,
    /// The language a service wished for, in the journey it began; no secret.
    Wish,
    /// A staff session.
    Staff,
    /// A member of staff on the way to the council's own provider. It comes back with a cross-site request, so it is lax.
    Upstream,
}

/// Reads and writes cookies as the origin's scheme allows.
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    https: bool,
    staff: bool,
}

impl Cookies {
    /// For the public listener, reached at this origin.
    #[must_use]
    pub const fn new(origin: &Origin) -> Self {
        Self { https: origin.https(), staff: false }
    }

    /// For the staff listener. Cookies cross ports, so where both are on one host the names keep them apart.
    #[must_use]
    pub const fn of_staff(origin: &Origin) -> Self {
        Self { https: origin.https(), staff: true }
    }

    /// The cookie's name. `__Host-` (RFC 6265bis §4.1.3.2) keeps sibling hosts from planting it; browsers take that
    /// prefix over TLS only, so plain loopback goes without.
    #[must_use]
    pub const fn name(self, name: Name) -> &'static str {
        let (plain, kept) = match (name, self.staff) {
            (Name::Session, _) => ("portreeve", "__Host-portreeve"),
            (Name::Browser, false) => ("portreeve-browser", "__Host-portreeve-browser"),
            (Name::Browser, true) => ("portreeve-staff-browser", "__Host-portreeve-staff-browser"),
            (Name::Language, false) => ("portreeve-lang", "__Host-portreeve-lang"),
            (Name::Language, true) => ("portreeve-staff-lang", "__Host-portreeve-staff-lang"),
            (Name::Wish, _) => ("portreeve-lang-asked", "__Host-portreeve-lang-asked"),
            (Name::Staff, _) => ("portreeve-staff", "__Host-portreeve-staff"),
            (Name::Upstream, _) => ("portreeve-upstream", "__Host-portreeve-upstream"),
        };
        if self.https { kept } else { plain }
    }

    /// The cookie's value. `None` also when the request carries it twice: one of the two was planted, and nothing
    /// tells which.
    #[must_use]
    pub fn read(self, headers: &HeaderMap, name: Name) -> Option<&str> {
        let wanted = self.name(name);
        let mut found = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == wanted)
            .map(|(_, value)| value);
        let value = found.next()?;
        found.next().is_none().then_some(value)
    }

    /// The `Set-Cookie` line. `lifetime` is the longest the browser keeps it; without one it goes with the browser
    /// session. `None` where the value could not stand in a cookie (tokens of ours always can).
    #[must_use]
    pub fn set(self, name: Name, value: &str, lifetime: Option<Duration>) -> Option<HeaderValue> {
        let fits = value.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b',' | b';' | b'\\'));
        fits.then(|| self.line(name, value, lifetime.map(|length| length.as_secs()))).flatten()
    }

    /// The `Set-Cookie` line that takes the cookie away.
    #[must_use]
    pub fn delete(self, name: Name) -> Option<HeaderValue> {
        self.line(name, "", Some(0))
    }

    fn line(self, name: Name, value: &str, seconds: Option<u64>) -> Option<HeaderValue> {
        let same_site = if name == Name::Staff { SameSite::Strict } else { SameSite::Lax };
        let mut cookie = Cookie::build((self.name(name), value)).path("/").http_only(true).same_site(same_site);
        if self.https {
            cookie = cookie.secure(true);
        }
        let mut line = cookie.build().to_string();
        if let Some(seconds) = seconds {
            line.push_str("; Max-Age=");
            line.push_str(&seconds.to_string());
        }
        HeaderValue::try_from(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Cookies, Name};
    use crate::config::Origin;
    use http::HeaderMap;
    use std::time::Duration;

    fn cookies(origin: &str) -> Cookies {
        Cookies::new(&Origin::parse(origin).unwrap())
    }

    fn read(cookies: Cookies, lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("cookie", line.parse().unwrap());
        }
        cookies.read(&headers, Name::Session).map(str::to_owned)
    }

    #[test]
    fn a_cookie_is_set_as_strictly_as_its_scheme_allows() {
        let https = cookies("https://a.example");
        assert_eq!(
            https.set(Name::Session, "abc", None).unwrap(),
            "__Host-portreeve=abc; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        assert_eq!(
            https.set(Name::Staff, "abc", Some(Duration::from_mins(1))).unwrap(),
            "__Host-portreeve-staff=abc; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=60"
        );
        let plain = cookies("http://localhost:8080");
        assert_eq!(
            plain.set(Name::Browser, "abc", None).unwrap(),
            "portreeve-browser=abc; HttpOnly; SameSite=Lax; Path=/"
        );
        assert_eq!(
            https.delete(Name::Session).unwrap(),
            "__Host-portreeve=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
        for bad in ["a;b", "a b", "a\r\nSet-Cookie: x", "é"] {
            assert_eq!(https.set(Name::Session, bad, None), None, "{bad:?}");
        }
    }

    #[test]
    fn every_name_is_kept_to_its_host_and_the_two_listeners_share_none() {
        let names = [Name::Session, Name::Browser, Name::Language, Name::Wish, Name::Staff, Name::Upstream];
        let origin = Origin::parse("https://a.example").unwrap();
        let of = |cookies: Cookies| names.map(|name| cookies.name(name));
        let (public, staff) = (of(Cookies::new(&origin)), of(Cookies::of_staff(&origin)));
        assert!(public.iter().chain(&staff).all(|name| name.starts_with("__Host-portreeve")));
        for name in [Name::Browser, Name::Language] {
            assert!(!public.contains(&Cookies::of_staff(&origin).name(name)), "{name:?}");
            assert_eq!(cookies("http://localhost").name(name), &cookies("https://localhost").name(name)[7..]);
        }
    }

    #[test]
    fn a_cookie_planted_twice_is_not_believed() {
        let https = cookies("https://a.example");
        assert_eq!(read(https, &["x=1; __Host-portreeve=abc;y=2"]), Some("abc".into()));
        assert_eq!(read(https, &["x=1", "__Host-portreeve=abc"]), Some("abc".into()));
        assert_eq!(read(https, &["__Host-portreeve=abc; __Host-portreeve=def"]), None);
        assert_eq!(read(https, &["__Host-portreeve=abc", "__Host-portreeve=def"]), None);
        // The name without its prefix is another cookie, which any sibling host could have set.
        assert_eq!(read(https, &["portreeve=abc"]), None);
        assert_eq!(read(cookies("http://localhost:8080"), &["portreeve=abc"]), Some("abc".into()));
    }
}
