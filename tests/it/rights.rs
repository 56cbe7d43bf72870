//! What a resident may ask for by right, at every door (UK GDPR Chapter III).

mod anybody;
pub mod bundle;
mod cases;
mod desk;
mod download;
mod erasing;
mod figures;
mod questions;
pub mod restriction;

use crate::app::House;
use crate::staff::browser::Officer;
use portreeve::domain::staff::Role;
use portreeve::service::post::Text;

/// The letters that wait and have such a subject.
pub async fn letters(house: &House, subject: &str) -> Vec<(String, Text)> {
    house.letters().await.into_iter().filter(|(_, text)| text.subject.contains(subject)).collect()
}

/// Somebody of governance.
pub async fn governance(house: &House) -> Officer {
    house.officer("Dee Hart", &[Role::InformationGovernance]).await.1
}

/// The only case of the list, as its page is called.
pub async fn only_case(officer: &mut Officer) -> String {
    let list = officer.get("/rights").await;
    assert_eq!(list.status, 200, "{}", list.body);
    assert_eq!(cases(&list.body).len(), 1, "{}", list.body);
    first_case(&list.body)
}

/// The cases that a page leads to.
fn cases(page: &str) -> Vec<&str> {
    let places = page.split("href=\"/rights/").skip(1).filter_map(|rest| rest.split('"').next());
    places.filter(|place| place.len() == 36).collect()
}

/// The first of them, as its page is called.
pub fn first_case(page: &str) -> String {
    format!("/rights/{}", cases(page).first().unwrap_or_else(|| panic!("{page}")))
}

/// Opens the enquiry in which a case is read: where that is.
pub async fn opens(officer: &mut Officer, case: &str, reason: &str) -> String {
    let opened = officer.post(case, &[("purpose", "help"), ("reason", reason)]).await;
    assert!(opened.to.starts_with(&format!("{case}/enquiries/")), "{} {}", opened.to, opened.body);
    opened.to
}

/// Takes a step, and says whether she was written to.
pub async fn steps(officer: &mut Officer, here: &str, step: &str, words: &str) -> String {
    let taken = officer.post(here, &[("step", step), ("words", words)]).await;
    let (to, told) = taken.to.split_once("?told=").unwrap_or_else(|| panic!("{step}: {} {}", taken.status, taken.body));
    assert_eq!(to, here);
    told.to_owned()
}

/// The same officer, signed in again: no session of theirs lasts for days.
pub async fn again(mut officer: Officer) -> Officer {
    assert_eq!(officer.show_passkey("/sign-in").await.to, "/");
    officer
}
