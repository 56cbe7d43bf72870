//! The details a resident gives once: in her account, and on her way to a service that needs one.

use super::release::ClaimLine;
use crate::view::{Both, Page, Wrong};
use serde::Serialize;

/// What a service uses a detail for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DetailUse {
    /// The service.
    pub service: Both,
    /// The purpose, in the register's words.
    pub purpose: Both,
    /// The names of the claims it gets of it.
    pub claims: Vec<String>,
}

/// One detail in the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DetailRow {
    /// Its name: `birthdate`, `address`, `phone_number`.
    pub detail: String,
    /// Its page below `/account/details`.
    pub path: String,
    /// What she gave.
    pub given: Option<ClaimLine>,
    /// What it is used for; nothing, where no service needs it any more.
    pub uses: Vec<DetailUse>,
}

/// What has just been done, said once at the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DetailNews {
    /// A detail was given or corrected.
    DetailGiven,
    /// A detail was taken away.
    DetailTakenAway,
}

/// `/account/details`.
#[derive(Debug, Clone, Serialize)]
pub struct Details {
    /// Each detail that is needed, or was given.
    pub details: Vec<DetailRow>,
    /// What has just been done.
    pub news: Option<DetailNews>,
    /// Services had what stood there before.
    pub told: bool,
}

/// What was typed, or what stands there already.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TypedDetail {
    /// Of the date of birth.
    pub day: String,
    /// Of the date of birth.
    pub month: String,
    /// Of the date of birth.
    pub year: String,
    /// Building and street.
    pub line1: String,
    /// More of it.
    pub line2: String,
    /// Town or city.
    pub town: String,
    /// Postcode.
    pub postcode: String,
    /// A home without a postcode.
    pub words: String,
    /// Phone number.
    pub phone_number: String,
}

/// `/account/details/{detail}`, and `/continue/details` on the way to a service. Fields `day`, `month`, `year`; `line1`,
/// `line2`, `town`, `postcode`, or `words` with `way=words`; `phone_number`; submit `id=continue`.
#[derive(Debug, Clone, Serialize)]
pub struct GiveDetail {
    /// The journey this belongs to, if she is on her way to a service.
    pub flow: Option<String>,
    /// Whose account it is kept in, by her first name, where somebody else may sit: on her way to a service.
    pub first_name: String,
    /// What she has put off on this way.
    pub later: String,
    /// Which detail.
    pub detail: String,
    /// Where the form posts to.
    pub action: String,
    /// She has given it already, so that it can be taken away.
    pub held: bool,
    /// The service can be used without it.
    pub optional: bool,
    /// The address is asked for in her own words.
    pub in_words: bool,
    /// Where the address is asked for the other way.
    pub other_way: String,
    /// What it is used for.
    pub uses: Vec<DetailUse>,
    /// What stands in the fields.
    pub typed: TypedDetail,
    /// What to mend.
    #[serde(skip)]
    pub errors: Vec<Wrong>,
}

impl Page for Details {
    const TEMPLATE: &'static str = "details.html";
}

impl Page for GiveDetail {
    const TEMPLATE: &'static str = "give_detail.html";
    fn errors(&self) -> &[Wrong] {
        &self.errors
    }
}
