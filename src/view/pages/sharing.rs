//! "What services get": what each of them gets and why, what she can do about it, what happened, and the receipts.

use super::ClaimLine;
use crate::domain::time::When;
use crate::view::{Both, Page, Wrong};
use serde::Serialize;

/// One purpose of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharingLine {
    /// The page of it: `/account/sharing/{client}/{purpose}`. Its forms are below it.
    pub path: String,
    /// The service's name.
    pub service: Both,
    /// The purpose, in the register's words.
    pub purpose: Both,
    /// What it gets, or would, by claim.
    pub claims: Vec<String>,
    /// The lawful basis as policies name it; its words are the catalogue's `basis-…`.
    pub basis: String,
    /// `on`, or why it gets nothing: the catalogue's `sharing-state-…`.
    pub state: &'static str,
    /// Since when it gets it.
    pub since: Option<When>,
    /// Until when.
    pub until: Option<When>,
    /// By when her objection is answered.
    pub due: Option<When>,
    /// What she can do: `stop`, `say`, `object`, `allow`, `wait` or `nothing`.
    pub can: &'static str,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharingService {
    /// Its name.
    pub name: Both,
    /// Its purposes.
    pub lines: Vec<SharingLine>,
}

/// What has just been done: the catalogue's `sharing-news-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SharingNews {
    /// She took her consent back.
    Stopped,
    /// She said yes.
    Yes,
    /// She said no.
    No,
    /// She objected.
    Objected,
    /// She let it begin again.
    Allowed,
    /// She took her objection back.
    TakenBack,
}

impl SharingNews {
    /// Each of them with its word in addresses.
    pub const ALL: [(&'static str, Self); 6] = [
        ("stopped", Self::Stopped),
        ("yes", Self::Yes),
        ("no", Self::No),
        ("objected", Self::Objected),
        ("allowed", Self::Allowed),
        ("taken_back", Self::TakenBack),
    ];
}

/// `/account/sharing`. What is by consent is stopped by a button here, of the class `app-stop`, which posts to `…/withdraw`.
#[derive(Debug, Clone, Serialize)]
pub struct Sharing {
    /// The services.
    pub services: Vec<SharingService>,
    /// What has just been done.
    pub news: Option<SharingNews>,
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SharingEntry {
    /// The line, as its receipts are called: `/account/receipts/{record}`.
    pub record: String,
    /// When.
    pub when: When,
    /// What it says: the catalogue's `sharing-did-…`.
    pub state: &'static str,
    /// Who decided: `receipt-actor-…`.
    pub by: Option<&'static str>,
    /// It is of a consent, so that there is a consent receipt too.
    pub consent: bool,
    /// The way it came, as the catalogue's `sharing-way-…` has it.
    pub way: Option<&'static str>,
    /// Why the council went on after her objection, in its words.
    pub grounds: Option<String>,
}

/// What a service was told, and what it made of it.
#[derive(Debug, Clone, Serialize)]
pub struct SharingTold {
    /// What: the catalogue's `sharing-told-…`.
    pub kind: &'static str,
    /// When it changed.
    pub since: When,
    /// What came of it: the catalogue's `sharing-answer-…`.
    pub answer: &'static str,
    /// Since when that is so, if it is not since the change.
    pub at: Option<When>,
}

/// `/account/sharing/{client}/{purpose}`. While an objection waits, submit `id=take-back` posts to `…/take-back`.
#[derive(Debug, Clone, Serialize)]
pub struct SharingOne {
    /// How she stands to it.
    pub line: SharingLine,
    /// Why it is needed, in the register's words.
    pub because: Option<Both>,
    /// The power behind it, in the register's words.
    pub power: Option<Both>,
    /// How long the service keeps it.
    pub kept: Option<Both>,
    /// The privacy notice.
    pub notice_url: String,
    /// What happened, the newest first.
    pub history: Vec<SharingEntry>,
    /// What the service was told of a change, the newest first.
    pub told: Vec<SharingTold>,
}

/// `…/object`. Field `grounds`; submit `id=object`.
#[derive(Debug, Clone, Serialize)]
pub struct SharingObject {
    /// What it is about.
    pub line: SharingLine,
    /// What she typed.
    pub grounds: String,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

/// `…/choose`: a consent is asked for with two radios as on `/consent`; what she objected to before is told of again, with a
/// button. Submit `id=continue`.
#[derive(Debug, Clone, Serialize)]
pub struct SharingChoose {
    /// What it is about.
    pub line: SharingLine,
    /// What the service would get, as its values.
    pub claims: Vec<ClaimLine>,
    /// It is by consent.
    pub asks: bool,
    /// She is asked how old she is: radios `age_band`.
    pub asks_age: bool,
    /// The privacy notice.
    pub notice_url: String,
    /// The digest of what this page says.
    pub seen: String,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

impl SharingChoose {
    /// What the page says to anybody.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self {
            // Since when, and what she did before, is hers.
            line: SharingLine { since: None, until: None, due: None, state: "on", ..self.line.clone() },
            claims: self.claims.iter().map(ClaimLine::bare).collect(),
            asks: self.asks,
            asks_age: self.asks_age,
            notice_url: self.notice_url.clone(),
            seen: String::new(),
            errors: Vec::new(),
        }
    }
}

/// `/account/receipts/{record}/page`: a line as it is taken home, in words and to be printed.
#[derive(Debug, Clone, Serialize)]
pub struct SharingReceipt {
    /// The line.
    pub record: String,
    /// The page of its purpose.
    pub path: String,
    /// When.
    pub when: When,
    /// What it says: the catalogue's `sharing-did-…`.
    pub state: &'static str,
    /// There is a consent receipt too.
    pub consent: bool,
    /// The way it came: `sharing-way-…`.
    pub way: Option<&'static str>,
    /// What she did: `receipt-method-…`.
    pub method: Option<&'static str>,
    /// Page loads and actions that it took her.
    pub steps: Option<i64>,
    /// Who decided: `receipt-actor-…`.
    pub actor: Option<&'static str>,
    /// The service.
    pub service: String,
    /// Who it is to the council: `receipt-role-…`.
    pub role: String,
    /// The purpose, behind "to".
    pub purpose: String,
    /// The lawful basis: `basis-…`.
    pub basis: String,
    /// The law behind it.
    pub power: Option<String>,
    /// The claims.
    pub claims: Vec<String>,
    /// How long the service keeps them; empty if it has left.
    pub kept: String,
    /// Until when it stands.
    pub until: Option<When>,
    /// The notice, as id@version.
    pub notice: String,
    /// Where it is.
    pub notice_url: String,
    /// SHA-256 of its words, in hex; empty if it is not known.
    pub notice_sha256: String,
    /// SHA-256 of the page as she saw it, in hex.
    pub page_sha256: Option<String>,
    /// The language she saw it in: `receipt-language-…`.
    pub language: &'static str,
    /// The council: its name, postal address, e-mail address, number and website.
    pub council: [String; 5],
    /// Its data protection officer.
    pub officer: String,
    /// Whose it is: a number that is no name.
    pub subject: String,
    /// The line before.
    pub previous: Option<String>,
    /// The event of the record.
    pub event: Option<String>,
    /// The policies that decided.
    pub policy: String,
    /// Where she changes it.
    pub change_url: String,
    /// The public keys that the signed file is checked with.
    pub keys_url: String,
}

impl Page for SharingReceipt {
    const TEMPLATE: &'static str = "sharing_receipt.html";
}

impl Page for Sharing {
    const TEMPLATE: &'static str = "sharing.html";
}

impl Page for SharingOne {
    const TEMPLATE: &'static str = "sharing_one.html";
}

impl Page for SharingObject {
    const TEMPLATE: &'static str = "sharing_object.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}

impl Page for SharingChoose {
    const TEMPLATE: &'static str = "sharing_choose.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}
