//! "Your details": what a resident gives once, and what it is used for.

use super::account::{SIGN_IN, both};
use crate::domain::account::{
    Address, AddressError, Birthdate, BirthdateError, Detail, Given, Phone, PhoneError, Postcode, PostcodeError,
};
use crate::domain::client::Client;
use crate::domain::session::SignedIn;
use crate::domain::time::When;
use crate::service::Failure;
use crate::service::details::{self, Changed, Kept, Use};
use crate::view::pages::{
    ClaimKind, ClaimLine, DetailNews, DetailRow, DetailUse, Details, GiveDetail, Locked, LockedWhat, NotFound,
    TypedDetail,
};
use crate::view::{AddressField, Both, Wrong};
use crate::visit::Visit;
use axum::extract::{Form, Path, Query};
use axum::response::Response;
use http::StatusCode;
use jiff::civil::Date;
use serde::Deserialize;

/// What the list is asked with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What was just done.
    news: String,
    /// Whether services had what stood there before.
    told: String,
}

/// The form, whichever detail it is of.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    day: String,
    month: String,
    year: String,
    line1: String,
    line2: String,
    town: String,
    postcode: String,
    words: String,
    phone_number: String,
    /// `words`: an address without a postcode.
    way: String,
}

impl Typed {
    /// Whether the address is told in words.
    pub(super) fn in_words(&self) -> bool {
        self.way == "words"
    }

    /// Whether nothing was typed.
    pub(super) fn is_empty(&self) -> bool {
        let all = [&self.day, &self.month, &self.year, &self.line1, &self.line2, &self.town, &self.postcode];
        all.into_iter().chain([&self.words, &self.phone_number]).all(|field| field.trim().is_empty())
    }

    /// The detail, or all that is to mend, as the fields stand on the page.
    pub(super) fn read(&self, detail: Detail, today: Date) -> Result<Given, Vec<Wrong>> {
        match detail {
            Detail::Birthdate => Birthdate::parse((&self.day, &self.month, &self.year), today)
                .map(Given::Birthdate)
                .map_err(|error| vec![of_birthdate(error)]),
            Detail::PhoneNumber => {
                Phone::parse(&self.phone_number).map(Given::PhoneNumber).map_err(|error| vec![of_phone(error)])
            }
            Detail::Address if self.in_words() => {
                Address::described(&self.words).map(Given::Address).map_err(|error| vec![of_words(error)])
            }
            Detail::Address => self.address().map(Given::Address),
        }
    }

    fn address(&self) -> Result<Address, Vec<Wrong>> {
        let there = |text: &str, wrong| if text.trim().is_empty() { Err(wrong) } else { Ok(()) };
        let fits = |text: &str, field| Address::fits(text).map_err(|error| of_line(error, field));
        let first = there(&self.line1, Wrong::AddressLineMissing).and_then(|()| fits(&self.line1, AddressField::Line1));
        let second = fits(&self.line2, AddressField::Line2);
        let town = there(&self.town, Wrong::AddressTownMissing).and_then(|()| fits(&self.town, AddressField::Town));
        let postcode = Postcode::parse(&self.postcode).map_err(of_postcode);
        match (first, second, town, postcode) {
            (Ok(()), Ok(()), Ok(()), Ok(postcode)) => {
                Address::at(&[&self.line1, &self.line2, &self.town], postcode, None)
                    .map_err(|error| vec![of_line(error, AddressField::Line1)])
            }
            (first, second, town, postcode) => {
                Err([first.err(), second.err(), town.err(), postcode.err()].into_iter().flatten().collect())
            }
        }
    }

    /// What the fields show again.
    pub(super) fn shown(self) -> TypedDetail {
        TypedDetail {
            day: self.day,
            month: self.month,
            year: self.year,
            line1: self.line1,
            line2: self.line2,
            town: self.town,
            postcode: self.postcode,
            words: self.words,
            phone_number: self.phone_number,
        }
    }
}

const fn of_birthdate(error: BirthdateError) -> Wrong {
    match error {
        BirthdateError::Empty => Wrong::BirthdateMissing,
        BirthdateError::Incomplete => Wrong::BirthdateIncomplete,
        BirthdateError::Unreal => Wrong::BirthdateUnreal,
        BirthdateError::Implausible => Wrong::BirthdateImplausible,
    }
}

const fn of_phone(error: PhoneError) -> Wrong {
    match error {
        PhoneError::Empty => Wrong::PhoneMissing,
        PhoneError::Malformed => Wrong::PhoneMalformed,
    }
}

const fn of_postcode(error: PostcodeError) -> Wrong {
    match error {
        PostcodeError::Empty => Wrong::PostcodeMissing,
        PostcodeError::Malformed => Wrong::PostcodeMalformed,
    }
}

const fn of_line(error: AddressError, field: AddressField) -> Wrong {
    match error {
        AddressError::Empty => Wrong::AddressLineMissing,
        AddressError::TooLong => Wrong::AddressTooLong(field),
        AddressError::Unshowable => Wrong::AddressUnshowable(field),
    }
}

const fn of_words(error: AddressError) -> Wrong {
    match error {
        AddressError::Empty => Wrong::AddressWordsMissing,
        AddressError::TooLong => Wrong::AddressWordsTooLong,
        AddressError::Unshowable => Wrong::AddressWordsUnshowable,
    }
}

/// Today in the council's calendar.
pub(super) fn today(visit: &Visit) -> Date {
    visit.app.snapshot().policy.controller.today(visit.now)
}

/// What a page says of the services that use a detail.
pub(super) fn uses(uses: &[Use]) -> Vec<DetailUse> {
    let one = |used: &Use| DetailUse {
        service: both(&used.client.name),
        purpose: used.purpose.as_ref().map_or_else(|| Both::from(""), both),
        claims: used.claims.iter().map(|claim| claim.as_str().to_owned()).collect(),
    };
    uses.iter().map(one).collect()
}

/// GET `/account/details`.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Response {
    let Some(who) = &visit.signed_in else {
        return visit.see_other(SIGN_IN);
    };
    let kept = match details::own(&visit.app, who).await {
        Ok(kept) => kept,
        Err(failure) => return visit.fault(&failure),
    };
    let news = match asked.news.as_str() {
        "given" => Some(DetailNews::DetailGiven),
        "taken_away" => Some(DetailNews::DetailTakenAway),
        _ => None,
    };
    let page = Details { details: kept.iter().map(row).collect(), told: news.is_some() && asked.told == "yes", news };
    visit.page(&page, None).await
}

fn row(kept: &Kept) -> DetailRow {
    let line = |given: &Given| {
        let (value, kind) = match given {
            Given::Birthdate(birthdate) => (birthdate.stored(), ClaimKind::Day),
            Given::Address(address) => (address.on_one_line(), ClaimKind::Text),
            Given::PhoneNumber(phone) => (phone.spoken(), ClaimKind::Text),
        };
        ClaimLine { claim: kept.detail.as_str().to_owned(), value, kind }
    };
    DetailRow {
        detail: kept.detail.as_str().to_owned(),
        path: kept.detail.path().to_owned(),
        given: kept.given.as_ref().map(|(given, _)| line(given)),
        uses: uses(&kept.uses),
    }
}

/// The detail of a page, if it is one she may see: it is needed, or she gave it.
async fn find(visit: &Visit, path: &str) -> Result<(SignedIn, Kept), Response> {
    let Some(who) = visit.signed_in.clone() else {
        return Err(visit.see_other(SIGN_IN));
    };
    let kept = details::own(&visit.app, &who).await.map_err(|failure| visit.fault(&failure))?;
    match kept.into_iter().find(|kept| Some(kept.detail) == Detail::at(path)) {
        Some(kept) => Ok((who, kept)),
        None => Err(visit.page_with(StatusCode::NOT_FOUND, &NotFound {}, None).await),
    }
}

/// GET `/account/details/{detail}`.
pub async fn show(visit: Visit, Path(path): Path<String>, Query(asked): Query<Typed>) -> Response {
    match find(&visit, &path).await {
        Ok((_, kept)) => {
            let (typed, words) = filled(kept.given.as_ref().map(|(given, _)| given));
            let in_words = if asked.way.is_empty() { words } else { asked.in_words() };
            form(&visit, &kept, typed, in_words, Vec::new()).await
        }
        Err(answer) => answer,
    }
}

/// The fields as what she gave fills them, and whether that is an address in words.
fn filled(given: Option<&Given>) -> (TypedDetail, bool) {
    let mut typed = TypedDetail::default();
    match given {
        Some(Given::Birthdate(birthdate)) => {
            let date = birthdate.date();
            typed.day = date.day().to_string();
            typed.month = date.month().to_string();
            typed.year = date.year().to_string();
        }
        Some(Given::PhoneNumber(phone)) => typed.phone_number = phone.spoken(),
        Some(Given::Address(address)) => match address.postcode() {
            None => {
                typed.words = address.lines().join("\n");
                return (typed, true);
            }
            Some(postcode) => {
                postcode.as_str().clone_into(&mut typed.postcode);
                let mut lines = address.lines().iter();
                typed.line1 = lines.next().cloned().unwrap_or_default();
                typed.town = lines.next_back().cloned().unwrap_or_default();
                typed.line2 = lines.cloned().collect::<Vec<_>>().join(", ");
            }
        },
        None => {}
    }
    (typed, false)
}

async fn form(visit: &Visit, kept: &Kept, typed: TypedDetail, in_words: bool, errors: Vec<Wrong>) -> Response {
    let action = format!("/account/details/{}", kept.detail.path());
    let page = GiveDetail {
        flow: None,
        first_name: String::new(),
        later: String::new(),
        detail: kept.detail.as_str().to_owned(),
        held: kept.given.is_some(),
        optional: true,
        in_words,
        other_way: format!("{action}?way={}", if in_words { "lines" } else { "words" }),
        action,
        uses: uses(&kept.uses),
        typed,
        errors,
    };
    visit.page(&page, None).await
}

/// POST `/account/details/{detail}`.
pub async fn submit(mut visit: Visit, Path(path): Path<String>, Form(typed): Form<Typed>) -> Response {
    let (who, kept) = match find(&visit, &path).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    if kept.detail == Detail::Address {
        // In another language the page is to show the same form, whichever holds what she gave before.
        let way = if typed.in_words() { "words" } else { "lines" };
        visit.stand_at(&format!("/account/details/{}?way={way}", kept.detail.path()));
    }
    let given = match typed.read(kept.detail, today(&visit)) {
        Ok(given) => given,
        Err(errors) => {
            let in_words = typed.in_words();
            return form(&visit, &kept, typed.shown(), in_words, errors).await;
        }
    };
    done(&visit, "given", details::give(&visit.app, &who, &given, &visit.context, visit.now).await).await
}

/// POST `/account/details/{detail}/take-away`.
pub async fn take_away(visit: Visit, Path(path): Path<String>) -> Response {
    let (who, kept) = match find(&visit, &path).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let changed = details::take_away(&visit.app, &who, kept.detail, &visit.context, visit.now).await;
    done(&visit, "taken_away", changed).await
}

async fn done(visit: &Visit, news: &str, changed: Result<Changed, Failure>) -> Response {
    match changed {
        Ok(Changed::Done(told)) if !told.is_empty() => {
            visit.see_other(&format!("/account/details?news={news}&told=yes"))
        }
        Ok(Changed::Done(_) | Changed::Same) => visit.see_other(&format!("/account/details?news={news}")),
        Ok(Changed::TooOften { until }) => too_often(visit, until, None).await,
        Err(failure) => visit.fault(&failure),
    }
}

/// She gave and corrected her details more often than we take it, here or on her way to a service.
pub(super) async fn too_often(visit: &Visit, until: When, service: Option<&Client>) -> Response {
    let page = Locked { what: LockedWhat::Details, until, flow: None };
    visit.page_with(StatusCode::TOO_MANY_REQUESTS, &page, service).await
}
