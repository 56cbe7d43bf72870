//! Which language to answer in.

use crate::domain::client;
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

impl From<Lang> for client::Lang {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Cy => Self::Cy,
        }
    }
}

impl From<client::Lang> for Lang {
    fn from(lang: client::Lang) -> Self {
        match lang {
            client::Lang::En => Self::En,
            client::Lang::Cy => Self::Cy,
        }
    }
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

    /// Its name in itself, as the language links say it.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Cy => "Cymraeg",
        }
    }

    /// The language a tag names, by its primary subtag alone: `cy-GB` is Welsh.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.as_str().eq_ignore_ascii_case(primary))
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
}

/// The languages an installation offers (`languages` in its settings). English always is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Languages {
    welsh: bool,
}

impl Languages {
    /// English and Welsh.
    pub const BOTH: Self = Self { welsh: true };
    /// English alone.
    pub const ENGLISH: Self = Self { welsh: false };

    /// Those that the settings name.
    #[must_use]
    pub fn of(tags: &[String]) -> Self {
        Self { welsh: tags.iter().any(|tag| Lang::parse(tag) == Some(Lang::Cy)) }
    }

    /// Whether this one is offered.
    #[must_use]
    pub fn offers(self, lang: Lang) -> bool {
        lang == Lang::En || self.welsh
    }

    /// All of them, English first.
    pub fn all(self) -> impl Iterator<Item = Lang> {
        Lang::ALL.into_iter().filter(move |lang| self.offers(*lang))
    }

    /// This one, or English where it is not offered.
    #[must_use]
    pub fn speak(self, lang: Lang) -> Lang {
        if self.offers(lang) { lang } else { Lang::En }
    }

    /// The language a tag names, if it is offered.
    #[must_use]
    pub fn parse(self, tag: &str) -> Option<Lang> {
        Lang::parse(tag).filter(|lang| self.offers(*lang))
    }

    /// The first language of a `ui_locales` list (OIDC Core §3.1.2.1: tags by space, most wanted first) that is offered.
    #[must_use]
    pub fn from_ui_locales(self, list: &str) -> Option<Lang> {
        list.split_ascii_whitespace().find_map(|tag| self.parse(tag))
    }

    /// The language of a request that names none by a choice or a service's wish.
    #[must_use]
    pub fn negotiate(self, accept_language: Option<&str>) -> Lang {
        accept_language.map_or(Lang::En, |header| self.speak(Lang::from_accept_language(header)))
    }
}

impl Serialize for Lang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Lang, Languages};

    #[test]
    fn the_relying_partys_list_is_read_in_order() {
        let wished = |list| Languages::BOTH.from_ui_locales(list);
        assert_eq!(wished("fr-CA cy-GB en"), Some(Lang::Cy));
        assert_eq!(wished("EN cy"), Some(Lang::En));
        assert_eq!(wished("fr de"), None);
        assert_eq!(wished(""), None);
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
    fn a_language_that_is_not_offered_is_spoken_to_nobody() {
        let english = Languages::of(&["en".to_owned()]);
        assert_eq!(
            (english, Languages::of(&["en".to_owned(), "cy".to_owned()])),
            (Languages::ENGLISH, Languages::BOTH)
        );
        assert_eq!(english.negotiate(Some("cy")), Lang::En);
        assert_eq!((english.from_ui_locales("cy en"), english.from_ui_locales("cy")), (Some(Lang::En), None));
        assert_eq!((english.parse("cy"), english.speak(Lang::Cy)), (None, Lang::En));
        assert_eq!(english.all().collect::<Vec<_>>(), [Lang::En]);
        assert_eq!(Languages::BOTH.negotiate(Some("cy")), Lang::Cy);
        assert_eq!(Languages::BOTH.negotiate(None), Lang::En);
        assert_eq!(Languages::BOTH.all().collect::<Vec<_>>(), Lang::ALL);
    }
}
