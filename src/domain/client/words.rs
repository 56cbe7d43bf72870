//! What is said to residents, in each language of the pages.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// A language of the pages (ISO 639-1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Welsh.
    Cy,
}

impl Lang {
    /// Every language, English first.
    pub const ALL: [Self; 2] = [Self::En, Self::Cy];

    /// The language's code, for `lang` attributes and files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Cy => "cy",
        }
    }

    /// Its name, for those who keep the files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Cy => "Welsh",
        }
    }

    /// The language of a BCP 47 tag (`cy`, `cy-GB`, `EN`), if it is one of ours.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.as_str().eq_ignore_ascii_case(primary))
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing said in every language. A plain string in a policy file (a proper name, say) stands for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Words {
    /// In English.
    pub en: String,
    /// In Welsh.
    pub cy: String,
}

impl Words {
    /// The same in every language.
    #[must_use]
    pub fn same(text: &str) -> Self {
        Self { en: text.to_owned(), cy: text.to_owned() }
    }

    /// In one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Cy => &self.cy,
        }
    }

    /// Whether any language has nothing to say.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        Lang::ALL.into_iter().any(|lang| self.get(lang).trim().is_empty())
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Same(String),
    Each(Each),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Each {
    en: String,
    cy: String,
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Written::deserialize(deserializer) {
            Ok(Written::Same(text)) => Ok(Self::same(&text)),
            Ok(Written::Each(each)) => Ok(Self { en: each.en, cy: each.cy }),
            Err(_) => Err(serde::de::Error::custom("write one text, or { en = \"…\", cy = \"…\" }")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lang, Words};

    #[test]
    fn words_are_one_text_or_one_a_language() {
        assert_eq!(serde_json::from_str::<Words>(r#""Town Hall""#).ok(), Some(Words::same("Town Hall")));
        let both: Words = serde_json::from_str(r#"{"en":"Permits","cy":"Trwyddedau"}"#).unwrap();
        assert_eq!((both.get(Lang::En), both.get(Lang::Cy)), ("Permits", "Trwyddedau"));
        for bad in ["1", r#"{"en":"x"}"#, r#"{"en":"x","cy":"y","fr":"z"}"#] {
            assert!(serde_json::from_str::<Words>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_tag_names_a_language() {
        assert_eq!(Lang::parse("cy-GB"), Some(Lang::Cy));
        assert_eq!(Lang::parse("EN"), Some(Lang::En));
        assert_eq!(Lang::parse("cym"), None);
    }
}
