//! `controller.toml`: whose service this is, whom to turn to, and which languages it speaks.

mod area;
mod consent_age;

use super::finding::Finding;
use super::sources::Sources;
use crate::domain::claims::Area;
use crate::domain::client::{Lang, OtherWays, Words};
use crate::domain::colour::Colour;
use crate::domain::sharing::age::ConsentAges;
use crate::domain::time::When;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeSet;

pub(super) const FILE: &str = "controller.toml";

/// The controller (UK GDPR Art 4(7)) and its contacts (Art 13(1)(a), (b)).
#[derive(Debug, Clone, PartialEq)]
pub struct Controller {
    /// A short id for records (`havenbrook`).
    pub id: String,
    /// Its name.
    pub name: Words,
    /// What the account is called: "Havenbrook account".
    pub account_name: Words,
    /// Its postal address.
    pub address: Words,
    /// Where residents write to.
    pub email: String,
    /// Its number for residents.
    pub phone: String,
    /// Its website.
    pub website: url::Url,
    /// Its number in the regulator's register of fee payers.
    pub registration: String,
    /// The data protection officer.
    pub data_protection_officer: Contact,
    /// Where data protection complaints go (DPA 2018 s164A).
    pub complaints: Contact,
    /// The regulator one may complain to instead.
    pub regulator: Regulator,
    /// How to be served where no service is known.
    pub other_ways: OtherWays,
    /// The zone its calendar runs in.
    pub time_zone: TimeZone,
    /// Days that are no working days, beside Saturdays and Sundays.
    pub bank_holidays: BTreeSet<Date>,
    /// The languages, the first being the one shown to start with.
    pub languages: Vec<Language>,
    /// Its colours.
    pub brand: Brand,
    /// Its area, as far as postcodes tell it.
    pub area: Area,
    /// From when on somebody of which age may consent for herself.
    pub consent_ages: ConsentAges,
}

impl Controller {
    /// The day it is where the council is.
    #[must_use]
    pub fn today(&self, now: When) -> Date {
        now.day(&self.time_zone)
    }

    /// The languages whose notices nobody has put a name to, among them those not named here: `serve` refuses them, the demo
    /// says so.
    #[must_use]
    pub fn unreviewed(&self) -> Vec<Lang> {
        let reviewed = |lang: &Lang| self.languages.iter().any(|one| one.lang == *lang && one.review.is_some());
        Lang::ALL.into_iter().filter(|lang| !reviewed(lang)).collect()
    }
}

/// Somebody to turn to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// A name or a post.
    pub name: Words,
    /// An e-mail address.
    pub email: String,
    /// A telephone number.
    pub phone: String,
    /// A postal address.
    pub post: Words,
}

/// The supervisory authority; its name is about to change, so it is no part of the program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regulator {
    /// Its name.
    pub name: Words,
    /// Its website.
    pub website: url::Url,
    /// Its helpline.
    pub phone: String,
}

/// One language of pages and notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Which.
    pub lang: Lang,
    /// Who read the translations through, and when; nobody yet if none.
    pub review: Option<Review>,
}

/// Somebody's word that a translation says what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Name and post.
    pub by: String,
    /// The day.
    pub on: Date,
}

/// The council's colours. Lint sees to it that white text can be read on either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brand {
    /// Behind the header.
    pub header: Colour,
    /// Lines, marks and panels.
    pub accent: Colour,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBrand {
    header: String,
    accent: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    id: String,
    name: Words,
    account_name: Words,
    address: Words,
    email: String,
    phone: String,
    website: url::Url,
    registration: String,
    time_zone: String,
    #[serde(default, deserialize_with = "super::dates::days")]
    bank_holidays: BTreeSet<Date>,
    data_protection_officer: Contact,
    complaints: Contact,
    regulator: Regulator,
    other_ways: OtherWays,
    language: Vec<WrittenLanguage>,
    brand: WrittenBrand,
    #[serde(default)]
    area: area::Written,
    #[serde(default)]
    consent_age: Vec<consent_age::Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLanguage {
    code: Lang,
    reviewed_by: Option<String>,
    #[serde(default, deserialize_with = "super::dates::perhaps")]
    reviewed_on: Option<Date>,
    #[serde(default)]
    unreviewed: bool,
}

pub(super) fn load(sources: &Sources, findings: &mut Vec<Finding>) -> Option<Controller> {
    let written: Written = sources.parse(FILE, findings)?;
    let mut error = |rule, path: &str, message: &str, remedy: &str| {
        findings.push(Finding::error(rule, sources.place(FILE, path), message, remedy));
    };
    if written.schema != "portreeve.controller/1" {
        error("file.schema", "schema", "The schema is not one this program reads.", "Write portreeve.controller/1.");
    }
    let time_zone = TimeZone::get(&written.time_zone).ok();
    if time_zone.is_none() {
        error("controller.time_zone", "time_zone", "There is no such time zone.", "Write Europe/London.");
    }
    let mut colour = |name: &str, text: &str| {
        let path = format!("brand.{name}");
        let colour = Colour::parse(text);
        if colour.is_none() {
            error("controller.colour", &path, "This is no colour.", "Write six hex digits: #00703c.");
        }
        colour
    };
    let brand = (colour("header", &written.brand.header), colour("accent", &written.brand.accent));
    let area = written.area.read(&mut error);
    let consent_ages = consent_age::read(&written.consent_age, &mut error);
    let mut languages: Vec<Language> = Vec::new();
    for (place, language) in written.language.into_iter().enumerate() {
        let path = format!("language.{place}");
        if languages.iter().any(|known| known.lang == language.code) {
            error("language.twice", &path, "The language is named twice.", "Keep one of the two.");
        }
        let named = language.reviewed_by.filter(|name| !name.trim().is_empty());
        let review = named.zip(language.reviewed_on).map(|(by, on)| Review { by, on });
        if review.is_some() == language.unreviewed {
            let remedy = "Name who read the notices through (reviewed_by, reviewed_on), or write unreviewed = true.";
            error(
                "language.reviewer",
                &path,
                "Nobody, or both somebody and nobody, has reviewed this language.",
                remedy,
            );
        }
        languages.push(Language { lang: language.code, review });
    }
    if languages.is_empty() {
        error("language.none", "language", "No language is named.", "Add [[language]] with code = \"en\".");
    }
    Some(Controller {
        id: written.id,
        name: written.name,
        account_name: written.account_name,
        address: written.address,
        email: written.email,
        phone: written.phone,
        website: written.website,
        registration: written.registration,
        data_protection_officer: written.data_protection_officer,
        complaints: written.complaints,
        regulator: written.regulator,
        other_ways: written.other_ways,
        time_zone: time_zone?,
        bank_holidays: written.bank_holidays,
        languages,
        brand: Brand { header: brand.0?, accent: brand.1? },
        area,
        consent_ages,
    })
}
