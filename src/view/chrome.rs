//! What stands around every page: the council, the service one came from, the language, who is signed in.

use super::lang::Lang;
use crate::domain::time::When;
use serde::{Deserialize, Serialize};

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Both {
    /// English.
    pub en: String,
    /// Welsh.
    pub cy: String,
}

impl Both {
    /// A text in English and Welsh.
    pub fn new(en: impl Into<String>, cy: impl Into<String>) -> Self {
        Self { en: en.into(), cy: cy.into() }
    }

    /// The text in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Cy => &self.cy,
        }
    }
}

impl From<&str> for Both {
    /// One text for both languages: a telephone number, a postal address.
    fn from(text: &str) -> Self {
        Self::new(text, text)
    }
}

/// How to do the same thing without this website (`[other_ways]` of a service file).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherWays {
    /// Telephone number and hours.
    pub phone: Both,
    /// Where to go, and when.
    pub place: Both,
    /// Where to write to.
    pub post: Both,
}

/// The council as the pages show it (`brand` and contacts of `controller.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Brand {
    /// "Havenbrook Borough Council".
    pub council: Both,
    /// What the account is called: "Havenbrook account".
    pub account: Both,
    /// The council's own other ways, shown where no service is known.
    pub other_ways: OtherWays,
    /// Where to write about accessibility, privacy and complaints by e-mail.
    pub email: String,
    /// The council's website.
    pub website: String,
    /// The data protection officer: name or role, with how to reach them.
    pub data_protection_officer: Both,
}

/// The service a resident came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceContext {
    /// "Garden waste".
    pub name: Both,
    /// Its other ways.
    pub other_ways: OtherWays,
    /// Where the service starts afresh.
    pub start_url: String,
    /// Why an account is needed, as the service file says.
    pub account_needed_because: Option<Both>,
}

/// How long somebody who does nothing stays signed in. In seconds from now, for a browser's clock may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Idle {
    /// Seconds until she is signed out.
    pub left: u64,
    /// So many seconds before that she is warned.
    pub warning: u64,
    /// Whether doing something puts it off; the session's own end does not move.
    pub renewable: bool,
}

/// What stands around a page of the staff listener, in place of the account's own links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct StaffChrome {
    /// "Ada W." when somebody is signed in.
    pub signed_in_as: Option<String>,
    /// The pages that they may open.
    pub places: Vec<Place>,
}

/// A page that the navigation of the staff listener leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Where it is.
    pub path: &'static str,
    /// Its words in the catalogues, behind `staff-place-`.
    pub words: &'static str,
    /// What it stands under; its words are behind `staff-group-`. Those of a group stand together, and one that is alone in it
    /// stands by itself.
    pub group: &'static str,
}

/// What changes from request to request around a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Chrome {
    /// The page's language.
    pub lang: Lang,
    /// Path and query of this page as a GET shows it; the language links are made from it.
    pub here: String,
    /// The synchroniser token every form carries as `form_token`.
    pub form_token: Option<String>,
    /// "Ada W." when somebody is signed in.
    pub signed_in_as: Option<String>,
    /// When she is signed out if she does nothing: told beforehand (WCAG 2.2.1).
    pub signs_out_at: Option<When>,
    /// The same for the script that warns shortly before.
    pub idle: Option<Idle>,
    /// The service, when one is known.
    pub service: Option<ServiceContext>,
    /// On the staff listener, and only there.
    pub staff: Option<StaffChrome>,
}

impl Chrome {
    /// The address of this page in another language: `here` with its `lang` parameter replaced.
    #[must_use]
    pub fn here_in(&self, lang: Lang) -> String {
        // Only a path of our own: `//host` would leave the site.
        let here = if self.here.starts_with('/') && !self.here.starts_with("//") { self.here.as_str() } else { "/" };
        let (path, query) = here.split_once('?').unwrap_or((here, ""));
        let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang="));
        let mut to = format!("{path}?");
        for pair in kept {
            to.push_str(pair);
            to.push('&');
        }
        to.push_str("lang=");
        to.push_str(lang.as_str());
        to
    }
}

#[cfg(test)]
mod tests {
    use super::{Chrome, Idle};
    use crate::domain::time::When;
    use crate::view::Lang;
    use crate::view::pages::Home;
    use crate::view::pages::tests::renderer;

    fn link(here: &str) -> String {
        Chrome { here: here.into(), ..Chrome::default() }.here_in(Lang::Cy)
    }

    #[test]
    fn a_language_link_keeps_the_query_and_replaces_the_language() {
        assert_eq!(link("/sign-in"), "/sign-in?lang=cy");
        assert_eq!(link("/sign-in?flow=abc"), "/sign-in?flow=abc&lang=cy");
        assert_eq!(link("/sign-in?lang=en&flow=abc&lang=cy"), "/sign-in?flow=abc&lang=cy");
    }

    #[test]
    fn a_language_link_never_leaves_the_site() {
        for elsewhere in ["", "//evil.example/x", "https://evil.example/", "javascript:alert(1)"] {
            assert_eq!(link(elsewhere), "/?lang=cy", "{elsewhere}");
        }
    }

    #[test]
    fn a_session_that_ends_says_so_and_can_be_kept_unless_its_own_end_is_near() {
        let said = |idle| {
            let signs_out_at = Some(When::from_seconds(1_795_362_000));
            renderer().page(&Home {}, &Chrome { signs_out_at, idle, ..Chrome::default() }).0
        };
        let idle = |renewable| Some(Idle { left: 900, warning: 120, renewable });
        let page = said(idle(true));
        for part in ["<dialog", "data-left=\"900\"", "data-warning=\"120\"", "id=\"idle-stay\"", "id=\"idle-sign-out\""]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!(page.matches(">If you do nothing, we will sign you out at 3:40pm.").count(), 2);
        assert!(
            page.contains("data-words-cy=\"Os na wnewch chi ddim, byddwn yn eich allgofnodi am 3:40pm.\""),
            "{page}"
        );
        let page = said(idle(false));
        assert!(page.contains("for as long as we allow") && !page.contains("idle-stay"), "{page}");
        assert!(!said(None).contains("<dialog"));
    }
}
