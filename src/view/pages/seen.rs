//! "Who has seen my data".

use crate::domain::time::When;
use crate::view::{Both, Page};
use serde::Serialize;

/// What something was for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenPurpose {
    /// In the register's words, if it still names it.
    pub purpose: Option<Both>,
    /// The lawful basis as policies name it; its words are the catalogue's `basis-…`.
    pub basis: String,
}

/// Her last question about an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenQuestion {
    /// When.
    pub asked: When,
    /// By when she is answered.
    pub due: When,
    /// When she was.
    pub answered: Option<When>,
}

/// That an entry was kept from her before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenLate {
    /// Until when.
    pub since: When,
    /// On what ground.
    pub ground: Option<Both>,
}

/// What there was beside the entry was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenDestroyed {
    /// When.
    pub at: When,
    /// The rule of the retention schedule.
    pub rule: String,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenItem {
    /// The event, as its own page is called.
    pub event: String,
    /// When.
    pub when: When,
    /// What was done: the catalogue's `seen-did-…`.
    pub did: &'static str,
    /// It was tried, and refused: `seen-tried-…`.
    pub refused: bool,
    /// Which of her details, by claim or field.
    pub fields: Vec<String>,
    /// The reason's title.
    pub reason: Option<Both>,
    /// The case it belongs to.
    pub case: Option<String>,
    /// The service, if it was one.
    pub service: Option<Both>,
    /// What a service has it for.
    pub purposes: Vec<SeenPurpose>,
    /// Its details are gone.
    pub destroyed: Option<SeenDestroyed>,
    /// It was kept from her before.
    pub late: Option<SeenLate>,
    /// Her last question about it.
    pub question: Option<SeenQuestion>,
}

/// Some of the staff's or the services' entries, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenPart {
    /// The entries.
    pub items: Vec<SeenItem>,
    /// Behind which event there are more.
    pub older: Option<String>,
}

/// `/account/seen`: both parts; behind `?group=…&before=…` the earlier entries of one.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// Of the staff.
    pub staff: Option<SeenPart>,
    /// Of services.
    pub services: Option<SeenPart>,
}

/// An answer to a question of hers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenAnswer {
    /// When.
    pub at: When,
    /// Its lines.
    pub lines: Vec<String>,
}

/// What anybody needs to check that the entry is in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenReceipt {
    /// The log's name.
    pub log: String,
    /// The entry's place.
    pub index: String,
    /// The public key, as a vkey.
    pub key: String,
}

/// What has just been done on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenNews {
    /// The council has the question.
    Asked,
    /// There were too many questions in a day.
    TooMany,
}

/// `/account/seen/{event}`. The button `id=ask` posts to `/account/seen/{event}/ask`.
#[derive(Debug, Clone, Serialize)]
pub struct SeenOne {
    /// The entry.
    pub item: SeenItem,
    /// None until the entry has its place in the log.
    pub receipt: Option<SeenReceipt>,
    /// The number of the question that waits.
    pub waits: Option<String>,
    /// Answers, newest first.
    pub answers: Vec<SeenAnswer>,
    /// Who answers.
    pub team: Both,
    /// Their address.
    pub team_email: String,
    /// Their number.
    pub team_phone: String,
    /// What has just been done.
    pub news: Option<SeenNews>,
}

impl Page for Seen {
    const TEMPLATE: &'static str = "seen.html";
}

impl Page for SeenOne {
    const TEMPLATE: &'static str = "seen_one.html";
}
