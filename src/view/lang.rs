//! Which language to answer in.

use serde::{Serialize, Serializer};

/// A language the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Welsh, Cymraeg.
    Cy,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::En, Self::Cy];

    /// The language tag (BCP 47), as in `<html lang>`, `?lang=` and the language cookie.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Cy => "cy",
        }
    }

    /// The language a tag names, by its primary subtag alone: `cy-GB` is Welsh.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.as_str().eq_ignore_ascii_case(primary))
    }

    /// The first language of a `ui_locales` list (OIDC Core §3.1.2.1: tags by space, most wanted first) that we speak.
    #[must_use]
    pub fn from_ui_locales(list: &str) -> Option<Self> {
        list.split_ascii_whitespace().find_map(Self::parse)
    }

    /// The language an `Accept-Language` header likes best among ours (RFC 9110 §12.5.4); English when it names none.
    /// Of equally liked ones the first wins.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(Self, f32)> = None;
        for item in header.split(',') {
            let mut parts = item.split(';');
            let Some(lang) = parts.next().and_then(Self::parse) else { continue };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(_, top)| weight > top) {
                best = Some((lang, weight));
            }
        }
        best.map_or(Self::En, |(lang, _)| lang)
    }

    /// The language of a request: what the relying party asked for, then the browser's header. A choice the resident
    /// made herself (cookie, `?lang=`) comes before either and is the caller's to look at first.
    #[must_use]
    pub fn negotiate(ui_locales: Option<&str>, accept_language: Option<&str>) -> Self {
        ui_locales
            .and_then(Self::from_ui_locales)
            .unwrap_or_else(|| accept_language.map_or(Self::En, Self::from_accept_language))
    }
}

impl Serialize for Lang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn the_relying_partys_list_is_read_in_order() {
        assert_eq!(Lang::from_ui_locales("fr-CA cy-GB en"), Some(Lang::Cy));
        assert_eq!(Lang::from_ui_locales("EN cy"), Some(Lang::En));
        assert_eq!(Lang::from_ui_locales("fr de"), None);
        assert_eq!(Lang::from_ui_locales(""), None);
        assert_eq!(Lang::parse("cymru"), None);
    }

    #[test]
    fn the_browsers_header_is_read_by_weight() {
        assert_eq!(Lang::from_accept_language("cy-GB,cy;q=0.9,en;q=0.8"), Lang::Cy);
        assert_eq!(Lang::from_accept_language("en;q=0.4, cy;q=0.8"), Lang::Cy);
        assert_eq!(Lang::from_accept_language("cy;q=0, en"), Lang::En);
        assert_eq!(Lang::from_accept_language("cy;q=junk"), Lang::En);
        assert_eq!(Lang::from_accept_language("pl"), Lang::En);
    }

    #[test]
    fn the_relying_party_comes_before_the_browser() {
        assert_eq!(Lang::negotiate(Some("cy"), Some("en")), Lang::Cy);
        assert_eq!(Lang::negotiate(Some("fr"), Some("cy")), Lang::Cy);
        assert_eq!(Lang::negotiate(None, None), Lang::En);
    }
}
