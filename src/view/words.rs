//! Every word a resident reads, from the Fluent catalogues `words/en.ftl` and `words/cy.ftl`; clock times and dates.

use super::lang::Lang;
use crate::domain::time::When;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("words/en.ftl");
const WELSH: &str = include_str!("words/cy.ftl");

/// Why the catalogues cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// A catalogue does not parse.
    #[error("the {0} catalogue does not parse")]
    Malformed(&'static str),
    /// A catalogue has one message twice.
    #[error("the {0} catalogue has a message twice")]
    Twice(&'static str),
}

/// Both catalogues, ready to speak.
pub struct Words {
    en: FluentBundle<FluentResource>,
    cy: FluentBundle<FluentResource>,
}

impl Words {
    /// Reads the built-in catalogues.
    pub fn load() -> Result<Self, WordsError> {
        Ok(Self { en: bundle(Lang::En, ENGLISH)?, cy: bundle(Lang::Cy, WELSH)? })
    }

    /// The message `id`. An unknown id comes back as itself, which the tests keep from happening.
    #[must_use]
    pub fn say(&self, lang: Lang, id: &str, args: &FluentArgs<'_>) -> String {
        let bundle = match lang {
            Lang::En => &self.en,
            Lang::Cy => &self.cy,
        };
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            tracing::error!(id, "a message is missing from the catalogue");
            return id.to_owned();
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(id, "a message lacks one of its values");
        }
        text
    }

    /// Whether there is a message `id`.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.en.has_message(id)
    }
}

fn bundle(lang: Lang, source: &str) -> Result<FluentBundle<FluentResource>, WordsError> {
    let resource = FluentResource::try_new(source.to_owned()).map_err(|_| WordsError::Malformed(lang.as_str()))?;
    let tag: LanguageIdentifier = lang.as_str().parse().map_err(|_| WordsError::Malformed(lang.as_str()))?;
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // The marks that isolate directions show up as boxes in some screen readers, and both languages run left to right.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|_| WordsError::Twice(lang.as_str()))?;
    Ok(bundle)
}

/// Europe/London by its rule since 1996, so that no time zone database is needed on the machine.
static LONDON: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap_or(TimeZone::UTC));

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_CY: [&str; 12] = [
    "Ionawr",
    "Chwefror",
    "Mawrth",
    "Ebrill",
    "Mai",
    "Mehefin",
    "Gorffennaf",
    "Awst",
    "Medi",
    "Hydref",
    "Tachwedd",
    "Rhagfyr",
];

/// The clock time in London in GOV.UK style: "3:40pm", "midday", "midnight"; Welsh "3:40pm", "hanner dydd".
#[must_use]
pub fn clock(when: When, lang: Lang) -> String {
    let at = when.timestamp().to_zoned(LONDON.clone());
    match (at.hour(), at.minute(), lang) {
        (0, 0, Lang::En) => "midnight".to_owned(),
        (0, 0, Lang::Cy) => "hanner nos".to_owned(),
        (12, 0, Lang::En) => "midday".to_owned(),
        (12, 0, Lang::Cy) => "hanner dydd".to_owned(),
        (hour, minute, _) => {
            let half = if hour < 12 { "am" } else { "pm" };
            let hour = (hour + 11) % 12 + 1;
            if minute == 0 { format!("{hour}{half}") } else { format!("{hour}:{minute:02}{half}") }
        }
    }
}

/// The day in London: "22 November 2026", "22 Tachwedd 2026".
#[must_use]
pub fn date(when: When, lang: Lang) -> String {
    day(when.timestamp().to_zoned(LONDON.clone()).date(), lang)
}

/// A calendar day: "22 November 2026", "22 Tachwedd 2026".
#[must_use]
pub fn day(day: Date, lang: Lang) -> String {
    let months = match lang {
        Lang::En => &MONTHS_EN,
        Lang::Cy => &MONTHS_CY,
    };
    let month = usize::try_from(day.month() - 1).ok().and_then(|index| months.get(index)).copied().unwrap_or_default();
    format!("{} {month} {}", day.day(), day.year())
}
