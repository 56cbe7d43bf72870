//! The standing pages of the footer, and privacy notices.

use crate::view::{Both, Page};
use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A privacy notice to link to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeLink {
    /// The service it is about.
    pub name: Both,
    /// What for: a service may have several.
    pub purpose: Both,
    /// Where it is.
    pub url: String,
}

/// `/privacy`: what the account itself holds, with links to each service's notice.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Privacy {
    /// The notice that is shown before an account is made.
    pub account: String,
    /// Whether anything is destroyed by the retention schedule.
    pub schedule_in_force: bool,
    /// The services' notices.
    pub notices: Vec<NoticeLink>,
}

/// One part of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "text", rename_all = "snake_case")]
pub enum Block {
    /// A heading of second level.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A bulleted list.
    List(Vec<String>),
}

/// One activated notice (`notices/<id>@<version>.<lang>.md`).
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// Its heading.
    pub title: String,
    /// Its text.
    pub blocks: Vec<Block>,
    /// "parking-permit@1".
    pub version: String,
}

impl Notice {
    /// A notice from the plain Markdown that notices are written in: `# ` the title, `## ` a heading, `- ` a line of a
    /// list, anything else a paragraph. Text stays text: there is no markup inside a line.
    #[must_use]
    pub fn from_markdown(text: &str, version: &str) -> Self {
        let mut notice = Self { title: String::new(), blocks: Vec::new(), version: version.to_owned() };
        let mut open = false;
        for line in text.lines().map(str::trim) {
            if let Some(title) = line.strip_prefix("# ") {
                title.clone_into(&mut notice.title);
            } else if let Some(heading) = line.strip_prefix("## ") {
                notice.blocks.push(Block::Heading(heading.to_owned()));
            } else if let Some(item) = line.strip_prefix("- ") {
                match notice.blocks.last_mut() {
                    Some(Block::List(items)) if open => items.push(item.to_owned()),
                    _ => notice.blocks.push(Block::List(vec![item.to_owned()])),
                }
            } else if !line.is_empty() {
                // A line that follows another without a gap goes on with it.
                match notice.blocks.last_mut() {
                    Some(Block::Paragraph(text)) if open => *text = format!("{text} {line}"),
                    Some(Block::List(items)) if open => {
                        if let Some(item) = items.last_mut() {
                            *item = format!("{item} {line}");
                        }
                    }
                    _ => notice.blocks.push(Block::Paragraph(line.to_owned())),
                }
            }
            open = !line.is_empty() && !line.starts_with('#');
        }
        notice
    }
}

/// One cookie the site sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cookie {
    /// Its name as sent.
    pub name: String,
    /// The word of the catalogues that says what it is for, and with `-lasts` how long it lasts.
    pub what: &'static str,
    /// How many hours a resident's session lasts at most on her own device.
    pub hours: u64,
}

/// `/cookies`, made from what is really set.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cookies {
    /// The cookies.
    pub cookies: Vec<Cookie>,
}

/// How far the pages meet WCAG 2.2 AA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compliance {
    /// No manual check has been made.
    Untested,
    /// In full.
    Full,
    /// But for the issues listed.
    Partial,
    /// Not.
    None,
}

/// One manual check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManualCheck {
    /// The day.
    #[serde(deserialize_with = "day")]
    pub on: Date,
    /// What was looked at, and with what.
    pub what: Both,
    /// What was found.
    pub found: Both,
}

/// One thing known to fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessibilityIssue {
    /// What fails, for whom.
    pub what: Both,
    /// The success criterion: "1.4.10 Reflow".
    pub criterion: String,
    /// When it will be mended.
    #[serde(deserialize_with = "day")]
    pub mended_by: Date,
}

/// `/accessibility`, made from the dated file of manual checks, `assets/accessibility.toml`. Its order is that of the
/// model statement (Commission Implementing Decision (EU) 2018/1523, kept in UK law by SI 2018/952).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accessibility {
    /// When the statement was first made.
    #[serde(deserialize_with = "day")]
    pub prepared: Date,
    /// When it was last looked over.
    #[serde(deserialize_with = "day")]
    pub reviewed: Date,
    /// When it will be looked over next; within a year.
    #[serde(deserialize_with = "day")]
    pub next_review: Date,
    /// How far the pages comply.
    pub status: Compliance,
    /// When disabled people first tried it.
    #[serde(default, deserialize_with = "maybe_day")]
    pub tested_with_disabled_people: Option<Date>,
    /// The manual checks.
    #[serde(default, rename(deserialize = "check"))]
    pub checks: Vec<ManualCheck>,
    /// What is known to fail.
    #[serde(default, rename(deserialize = "issue"))]
    pub issues: Vec<AccessibilityIssue>,
}

impl Accessibility {
    /// The statement as this build has it.
    pub fn of_this_build() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../assets/accessibility.toml"))
    }
}

/// TOML's own dates are not jiff's.
fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let day = toml::value::Datetime::deserialize(from)?;
    day.to_string().parse().map_err(|_| D::Error::custom("a day is written 2026-11-22"))
}

fn maybe_day<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    day(from).map(Some)
}

/// Somebody to turn to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Whom {
    /// A name or a post.
    pub name: Both,
    /// An e-mail address.
    pub email: String,
    /// A telephone number.
    pub phone: String,
    /// A postal address.
    pub post: Both,
}

/// The supervisory authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authority {
    /// Its name.
    pub name: Both,
    /// Its website.
    pub website: String,
    /// Its helpline.
    pub phone: String,
}

/// `/complain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Complain {
    /// Where complaints about data go (`[complaints]` of controller.toml).
    pub to: Whom,
    /// Whom one may complain to instead (`[regulator]`).
    pub regulator: Authority,
}

/// `/docs/limits`: what cannot be undone, and what cannot be proven.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Limits {}

impl Page for Privacy {
    const TEMPLATE: &'static str = "privacy.html";
}

impl Page for Notice {
    const TEMPLATE: &'static str = "notice.html";
}

impl Page for Cookies {
    const TEMPLATE: &'static str = "cookies.html";
}

impl Page for Accessibility {
    const TEMPLATE: &'static str = "accessibility.html";
}

impl Page for Complain {
    const TEMPLATE: &'static str = "complain.html";
}

impl Page for Limits {
    const TEMPLATE: &'static str = "limits.html";
}
