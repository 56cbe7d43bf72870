//! What every answer carries. Handlers say what kind of page theirs is by a response extension; the lines themselves
//! are written here, once.

use crate::config::Origin;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue};

/// What kind of page an answer is, put among its extensions by the handler; none is [`Pages::Plain`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Pages {
    /// Forms lead back to us only.
    #[default]
    Plain,
    /// A page inside an authorization or logout flow. Chromium holds every redirect that follows a form to its
    /// `form-action`, and the last hop is the service's own address.
    InFlow {
        /// Private-use URI schemes the client registered (RFC 8252 §7.1), without the colon.
        native_schemes: Vec<String>,
        /// Where on this machine the client listens (RFC 8252 §7.3).
        loopback: Loopback,
    },
    /// "You have signed out", which opens the services' own sign-out pages in frames (OIDC Front-Channel Logout §3).
    SigningOut {
        /// The origins of those pages (RFC 6454 §6.2), and no others.
        frames: Vec<String>,
    },
}

/// Where on the resident's own machine a client listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loopback {
    /// Nowhere.
    Nowhere,
    /// At its name, or its address of IPv4.
    Named,
    /// At `[::1]`, too. No source of a policy can name that (CSP level 3 §2.3.1, `host-part`), so that the scheme must do.
    Literal6,
}

/// Who may read an answer from a script of another origin, put among its extensions by the handler; none is nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cors {
    /// Everybody, without credentials: discovery and keys.
    Public,
    /// The origin the calling client registered: token, userinfo and revocation.
    Client(HeaderValue),
}

/// What the listener's origin decides about headers.
#[derive(Debug, Clone, Copy)]
pub struct HeaderPolicy {
    https: bool,
    loopback: bool,
}

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Every power of a page closed, but passkeys to ourselves.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
    fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), \
    payment=(), picture-in-picture=(), publickey-credentials-create=(self), publickey-credentials-get=(self), \
    screen-wake-lock=(), serial=(), usb=(), web-share=(), xr-spatial-tracking=()";

/// For answers that are not pages, should a browser draw one all the same.
const NOT_A_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

impl HeaderPolicy {
    /// For a listener reached at this origin.
    #[must_use]
    pub const fn new(origin: &Origin) -> Self {
        Self { https: origin.https(), loopback: origin.loopback() }
    }

    /// The Content-Security-Policy (CSP level 3) of a page of this kind.
    #[must_use]
    pub fn csp(self, pages: &Pages) -> String {
        let mut form_action = "'self'".to_owned();
        if let Pages::InFlow { native_schemes, loopback } = pages {
            form_action.push_str(" https:");
            for scheme in native_schemes.iter().filter(|scheme| is_native(scheme)) {
                form_action.push(' ');
                form_action.push_str(scheme);
                form_action.push(':');
            }
            match loopback {
                Loopback::Literal6 => form_action.push_str(" http:"),
                Loopback::Nowhere if !self.loopback => {}
                Loopback::Nowhere | Loopback::Named => form_action.push_str(" http://localhost:* http://127.0.0.1:*"),
            }
        }
        let frames = match pages {
            Pages::SigningOut { frames } if !frames.is_empty() => format!("frame-src {}; ", frames.join(" ")),
            _ => String::new(),
        };
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
             connect-src 'self'; {frames}form-action {form_action}; frame-ancestors 'none'; base-uri 'none'"
        )
    }

    /// Writes the headers of an answer.
    pub fn write(self, response: &mut Response) {
        let pages = response.extensions_mut().remove::<Pages>();
        let cors = response.extensions_mut().remove::<Cors>();
        let html = response
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().get(..9).is_some_and(|start| start.eq_ignore_ascii_case(b"text/html")));
        let headers = response.headers_mut();
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(RESOURCE, HeaderValue::from_static("same-origin"));
        if self.https {
            headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
        }
        if html {
            let csp = HeaderValue::try_from(self.csp(&pages.unwrap_or_default()));
            headers.insert(CONTENT_SECURITY_POLICY, csp.unwrap_or(HeaderValue::from_static(NOT_A_PAGE)));
            headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(PERMISSIONS));
            headers.insert(OPENER, HeaderValue::from_static("same-origin"));
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        } else {
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOT_A_PAGE));
            headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        }
        match cors {
            Some(Cors::Public) => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
                headers.insert(RESOURCE, HeaderValue::from_static("cross-origin"));
            }
            Some(Cors::Client(origin)) => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("WWW-Authenticate"));
                headers.append(VARY, HeaderValue::from_static("Origin"));
            }
            None => {}
        }
    }
}

/// A scheme (RFC 3986 §3.1) an app may own. Registration refuses the dangerous ones already; a policy that let one in
/// would be worse than a form that does not send.
fn is_native(scheme: &str) -> bool {
    let mut bytes = scheme.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.'))
        && !matches!(scheme, "http" | "javascript" | "data" | "vbscript" | "blob" | "file" | "about" | "filesystem")
}

#[cfg(test)]
mod tests {
    use super::{Cors, HeaderPolicy, Loopback, Pages};
    use crate::config::Origin;
    use axum::response::{Html, IntoResponse, Response};
    use http::HeaderValue;

    fn policy(origin: &str) -> HeaderPolicy {
        HeaderPolicy::new(&Origin::parse(origin).unwrap())
    }

    fn written(origin: &str, response: impl IntoResponse) -> Response {
        let mut response = response.into_response();
        policy(origin).write(&mut response);
        response
    }

    fn header<'a>(response: &'a Response, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn a_page_carries_every_header() {
        let page = written("https://a.example", Html("page"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ] {
            assert_eq!(header(&page, name), value, "{name}");
        }
        let csp = header(&page, "content-security-policy");
        assert_eq!(
            csp,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
             connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        );
        assert!(!csp.contains("unsafe"));
        let permissions = header(&page, "permissions-policy");
        assert!(permissions.contains("camera=()") && permissions.contains("publickey-credentials-get=(self)"));
        assert_eq!(header(&page, "server"), "");
        assert_eq!(header(&page, "access-control-allow-origin"), "");
    }

    #[test]
    fn a_page_is_never_stored_whatever_its_handler_says() {
        let page = written("https://a.example", ([("cache-control", "public, max-age=600")], Html("page")));
        assert_eq!(header(&page, "cache-control"), "no-store");
        let asset = written("https://a.example", ([("cache-control", "public, max-age=600")], "asset"));
        assert_eq!(header(&asset, "cache-control"), "public, max-age=600");
        assert_eq!(header(&written("https://a.example", "token"), "cache-control"), "no-store");
    }

    #[test]
    fn hsts_goes_over_tls_only() {
        assert_eq!(header(&written("http://localhost:8080", Html("page")), "strict-transport-security"), "");
    }

    fn form_action(origin: &str, pages: &Pages) -> String {
        let csp = policy(origin).csp(pages);
        csp.split("; ").find_map(|part| part.strip_prefix("form-action ")).unwrap().to_owned()
    }

    #[test]
    fn forms_in_a_flow_may_lead_to_the_service() {
        let flow = |schemes: &[&str], loopback| Pages::InFlow {
            native_schemes: schemes.iter().map(|s| (*s).to_owned()).collect(),
            loopback,
        };
        let live = "https://a.example";
        assert_eq!(form_action(live, &Pages::Plain), "'self'");
        assert_eq!(form_action(live, &flow(&[], Loopback::Nowhere)), "'self' https:");
        assert_eq!(
            form_action(live, &flow(&["uk.gov.example.app"], Loopback::Nowhere)),
            "'self' https: uk.gov.example.app:"
        );
        assert_eq!(
            form_action(live, &flow(&[], Loopback::Named)),
            "'self' https: http://localhost:* http://127.0.0.1:*"
        );
        assert_eq!(form_action(live, &flow(&[], Loopback::Literal6)), "'self' https: http:");
        let demo = "http://localhost:8080";
        assert_eq!(form_action(demo, &Pages::Plain), "'self'");
        assert_eq!(
            form_action(demo, &flow(&[], Loopback::Nowhere)),
            "'self' https: http://localhost:* http://127.0.0.1:*"
        );
        let bad = ["javascript", "data", "http", "a b", "x; script-src *", "", "*", "'unsafe-inline'"];
        assert_eq!(form_action(live, &flow(&bad, Loopback::Nowhere)), "'self' https:");
    }

    #[test]
    fn only_a_page_that_signs_out_has_frames_and_those_it_names() {
        let signing_out =
            |frames: &[&str]| Pages::SigningOut { frames: frames.iter().map(|f| (*f).to_owned()).collect() };
        let csp = policy("https://a.example").csp(&signing_out(&["https://b.example", "https://c.example:8443"]));
        assert!(csp.contains("; frame-src https://b.example https://c.example:8443; form-action 'self'; "), "{csp}");
        for none in [signing_out(&[]), Pages::Plain] {
            assert!(!policy("https://a.example").csp(&none).contains("frame-src"));
        }
    }

    #[test]
    fn a_page_in_a_flow_says_so_by_its_extension() {
        let mut response = Html("page").into_response();
        response.extensions_mut().insert(Pages::InFlow { native_schemes: Vec::new(), loopback: Loopback::Nowhere });
        policy("https://a.example").write(&mut response);
        assert!(header(&response, "content-security-policy").contains("form-action 'self' https:;"));
    }

    #[test]
    fn only_marked_answers_are_read_across_origins() {
        let mut keys = "{}".into_response();
        keys.extensions_mut().insert(Cors::Public);
        policy("https://a.example").write(&mut keys);
        assert_eq!(header(&keys, "access-control-allow-origin"), "*");
        assert_eq!(header(&keys, "access-control-allow-credentials"), "");
        let mut token = "{}".into_response();
        token.extensions_mut().insert(Cors::Client(HeaderValue::from_static("https://app.example")));
        policy("https://a.example").write(&mut token);
        assert_eq!(header(&token, "access-control-allow-origin"), "https://app.example");
        assert_eq!(header(&token, "vary"), "Origin");
    }
}
