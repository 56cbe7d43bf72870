//! The standing pages of the footer, and privacy notices.

use crate::view::{Both, Page};
use serde::Serialize;

/// A privacy notice to link to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeLink {
    /// The service it is about.
    pub name: Both,
    /// Where it is.
    pub url: String,
}

/// `/privacy`: what the account itself holds, with links to each service's notice.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Privacy {
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

/// One cookie the site sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cookie {
    /// Its name as sent.
    pub name: String,
    /// What it is for.
    pub purpose: Both,
    /// How long it lasts.
    pub lasts: Both,
}

/// `/cookies`, made from what is really set.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cookies {
    /// The cookies.
    pub cookies: Vec<Cookie>,
}

/// `/accessibility`, made from the dated file of manual checks.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Accessibility {}

/// `/complain`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Complain {}

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
