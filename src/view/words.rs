//! Every word a resident reads, from the Fluent catalogues `words/en*.ftl` and `words/cy*.ftl`; clock
//! times and dates.

use super::lang::Lang;
use super::pages::{Device, DeviceKind};
use crate::domain::time::When;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

macro_rules! catalogue {
    ($($file:literal),+) => { concat!($(include_str!(concat!("words/", $file)), "\n"),+) };
}

const ENGLISH: &str = catalogue!(
    "en.ftl",
    "en_bundle.ftl",
    "en_choices.ftl",
    "en_details.ftl",
    "en_events.ftl",
    "en_leaving.ftl",
    "en_letters.ftl",
    "en_rights.ftl",
    "en_seen.ftl",
    "en_sharing.ftl",
    "en_staff.ftl",
    "en_consoles.ftl",
    "en_register.ftl"
);
const WELSH: &str = catalogue!(
    "cy.ftl",
    "cy_bundle.ftl",
    "cy_choices.ftl",
    "cy_details.ftl",
    "cy_events.ftl",
    "cy_leaving.ftl",
    "cy_letters.ftl",
    "cy_rights.ftl",
    "cy_seen.ftl",
    "cy_sharing.ftl",
    "cy_staff.ftl",
    "cy_consoles.ftl",
    "cy_register.ftl"
);

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

    /// A device by its kind and its browser: "Phone or tablet, Firefox 128 on Android".
    #[must_use]
    pub fn device(&self, lang: Lang, device: &Device) -> String {
        let mut args = FluentArgs::new();
        let name = match (&device.browser, &device.system) {
            (Some(browser), Some(system)) => {
                args.set("browser", browser.as_str());
                args.set("system", system.as_str());
                self.say(lang, "device-both", &args)
            }
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => self.say(lang, "device-unknown", &args),
        };
        let kind = match device.kind {
            DeviceKind::Phone => "device-phone",
            DeviceKind::Tablet => "device-tablet",
            DeviceKind::Mobile => "device-mobile",
            DeviceKind::Computer => "device-computer",
            DeviceKind::Unknown => return name,
        };
        args.set("kind", self.say(lang, kind, &FluentArgs::new()));
        args.set("name", name);
        self.say(lang, "device-named", &args)
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

#[cfg(test)]
mod tests {
    use super::{ENGLISH, WELSH, Words, clock, date};
    use crate::domain::time::When;
    use crate::view::{Lang, Wrong};
    use fluent_bundle::FluentArgs;
    use std::collections::{BTreeMap, BTreeSet};

    /// Each message with the variables it names.
    fn messages(source: &str) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut found = BTreeMap::<&str, BTreeSet<&str>>::new();
        let mut last = "";
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if !line.starts_with(' ')
                && let Some((id, _)) = line.split_once(" =")
            {
                last = id;
                assert!(found.insert(id, BTreeSet::new()).is_none(), "{id} twice");
            }
            for part in line.split("{ $").skip(1) {
                let name = part.split([' ', '}']).next().unwrap();
                found.get_mut(last).unwrap().insert(name);
            }
        }
        found
    }

    fn sources(folder: &str, extension: &str) -> String {
        let mut all = String::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                all.push_str(&sources(path.to_str().unwrap(), extension));
            } else if path.extension().is_some_and(|found| found == extension) {
                all.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
        all
    }

    #[test]
    fn both_languages_have_the_same_messages_with_the_same_values() {
        assert_eq!(messages(ENGLISH), messages(WELSH));
    }

    #[test]
    fn every_message_is_used_and_every_used_message_is_there() {
        let there = messages(ENGLISH);
        let templates = sources("src/view/templates", "html");
        // The consoles say what they show by ids, and so do forms whose faults are theirs alone.
        let code = sources("src/view", "rs") + &sources("src/staff", "rs") + &sources("src/pages", "rs");
        for part in templates.split(" t(\"").skip(1) {
            let id = part.split('"').next().unwrap();
            let family = id.ends_with('-') && there.keys().any(|there| there.starts_with(id));
            assert!(family || there.contains_key(id), "no message {id}");
        }
        // `t("basis-" ~ …)` uses a whole family.
        let families: Vec<&str> = templates
            .split('"')
            .filter(|text| text.ends_with('-') && text.chars().all(|c| c == '-' || c.is_ascii_lowercase()))
            .chain(["claim-", "letter-", "staff-group-", "staff-place-", "seen-field-"])
            // `format!("person-{}", …)` too.
            .chain(code.split("format!(\"").skip(1).filter_map(|rest| rest.split('{').next()))
            .filter(|family| family.ends_with('-'))
            .collect();
        for id in there.keys() {
            let stem = id.strip_suffix("-text").unwrap_or(id);
            let quoted = format!("\"{stem}\"");
            let used = templates.contains(&quoted) || code.contains(&quoted);
            assert!(used || families.iter().any(|family| id.starts_with(family)), "{id} is not used");
        }
    }

    #[test]
    fn every_error_has_words_in_both_languages() {
        let words = Words::load().unwrap();
        let mut args = FluentArgs::new();
        args.set("time", "3:40pm");
        for wrong in Wrong::ALL {
            for lang in Lang::ALL {
                assert_ne!(words.say(lang, wrong.words(), &args), wrong.words());
            }
        }
    }

    #[test]
    fn a_message_speaks_its_language_and_an_unknown_one_its_id() {
        let words = Words::load().unwrap();
        let mut args = FluentArgs::new();
        args.set("count", 1);
        assert_eq!(words.say(Lang::En, "minutes", &args), "1 minute");
        args.set("count", 15);
        assert_eq!(words.say(Lang::En, "minutes", &args), "15 minutes");
        assert_eq!(words.say(Lang::Cy, "minutes", &args), "15 munud");
        assert_eq!(words.say(Lang::En, "no-such-message", &args), "no-such-message");
    }

    #[test]
    fn clock_times_are_londons() {
        let at = |text: &str| When::from(text.parse::<jiff::Timestamp>().unwrap());
        for (utc, en, cy) in [
            ("2026-11-22T15:40:00Z", "3:40pm", "3:40pm"),
            ("2026-07-01T15:40:00Z", "4:40pm", "4:40pm"),
            ("2026-11-22T09:00:00Z", "9am", "9am"),
            ("2026-11-22T00:05:00Z", "12:05am", "12:05am"),
            ("2026-11-22T12:00:59Z", "midday", "hanner dydd"),
            ("2026-11-22T00:00:00Z", "midnight", "hanner nos"),
        ] {
            assert_eq!((clock(at(utc), Lang::En), clock(at(utc), Lang::Cy)), (en.into(), cy.into()));
        }
        // Half past midnight of the first of July in London is still June in Greenwich.
        assert_eq!(date(at("2026-06-30T23:30:00Z"), Lang::En), "1 July 2026");
        assert_eq!(date(at("2026-06-30T23:30:00Z"), Lang::Cy), "1 Gorffennaf 2026");
        // The last Sundays of March and October, at 1am.
        assert_eq!(clock(at("2026-03-29T01:00:00Z"), Lang::En), "2am");
        assert_eq!(clock(at("2026-10-25T01:00:00Z"), Lang::En), "1am");
    }
}
