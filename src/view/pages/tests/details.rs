//! The details a resident gives once.

use super::*;
use crate::view::AddressField;

fn used() -> Vec<DetailUse> {
    let purpose = Both::new("let you order collections", "gadael i chi archebu casgliadau");
    vec![DetailUse {
        service: Both::new("Garden waste", "Gwastraff gardd"),
        purpose,
        claims: vec!["over_18".into(), "address".into()],
    }]
}

fn asks(detail: &str, flow: Option<&str>) -> GiveDetail {
    GiveDetail {
        flow: flow.map(ToOwned::to_owned),
        first_name: if flow.is_some() { "Ada".into() } else { String::new() },
        later: String::new(),
        detail: detail.into(),
        action: "/account/details/x".into(),
        held: false,
        optional: true,
        in_words: false,
        other_way: "/account/details/x?way=words".into(),
        uses: used(),
        typed: TypedDetail { line1: EVIL.into(), words: EVIL.into(), day: EVIL.into(), ..TypedDetail::default() },
        errors: vec![],
    }
}

#[test]
fn the_account_says_what_is_given_and_what_for() {
    let row = |detail: &str, given, uses| DetailRow { detail: detail.into(), path: "x".into(), given, uses };
    let line = |value: &str, kind| Some(ClaimLine { claim: "x".into(), value: value.into(), kind });
    let mut page = Details {
        details: vec![
            row("birthdate", line("1984-02-14", ClaimKind::Day), used()),
            row("address", line(EVIL, ClaimKind::Text), vec![]),
            row("phone_number", None, used()),
        ],
        news: None,
        told: false,
    };
    let [en, cy] = show(&page);
    has(
        &en,
        &["14 February 1984", "Garden waste uses it to let you order collections. It gets: Aged 18 or over, Address."],
    );
    has(&en, &["No service needs this any more", "You have not given this", "href=\"/account/details/x\""]);
    has(&cy, &["14 Chwefror 1984", "18 oed neu’n hŷn"]);
    page.news = Some(DetailNews::DetailGiven);
    page.told = true;
    has(&show(&page)[0], &["We have kept what you gave. We are telling the services that had the old one"]);
    page.news = Some(DetailNews::DetailTakenAway);
    page.details.clear();
    has(
        &show(&page)[0],
        &["We have deleted it. We are telling the services that had it", "No service needs any more details"],
    );
}

#[test]
fn each_detail_has_a_form_that_browsers_can_fill() {
    for (detail, wanted) in [
        ("birthdate", &["autocomplete=\"bday-day\"", "autocomplete=\"bday-month\"", "id=\"birthdate-year\""][..]),
        (
            "address",
            &["autocomplete=\"address-line1\"", "autocomplete=\"address-level2\"", "autocomplete=\"postal-code\""],
        ),
        ("phone_number", &["autocomplete=\"tel\"", "type=\"tel\""]),
    ] {
        let [en, _] = show(&asks(detail, None));
        has(&en, wanted);
        has(&en, &["href=\"/account/details\"", "id=\"continue\"", "You do not have to give this"]);
        assert!(!en.contains("take-away") && !en.contains("not-me"), "{en}");
        let [en, _] = show(&GiveDetail { held: true, ..asks(detail, None) });
        has(&en, &["action=\"/account/details/x/take-away\"", "Services keep what they have already had"]);
    }
    let words = GiveDetail { in_words: true, ..asks("address", None) };
    has(&show(&words)[0], &["name=\"way\" value=\"words\"", "My address has a postcode"]);
    errs(&GiveDetail { errors: vec![Wrong::AddressWordsMissing], ..words });
    errs(&GiveDetail { errors: vec![Wrong::BirthdateIncomplete], ..asks("birthdate", None) });
    let three = vec![Wrong::AddressLineMissing, Wrong::AddressTownMissing, Wrong::PostcodeMalformed];
    errs(&GiveDetail { errors: three, ..asks("address", None) });
    for field in [AddressField::Line1, AddressField::Line2, AddressField::Town] {
        errs(&GiveDetail { errors: vec![Wrong::AddressTooLong(field)], ..asks("address", None) });
        errs(&GiveDetail { errors: vec![Wrong::AddressUnshowable(field)], ..asks("address", None) });
    }
    errs(&GiveDetail { errors: vec![Wrong::PhoneMalformed], ..asks("phone_number", Some("f1")) });
}

#[test]
fn on_the_way_to_a_service_the_page_says_who_asks() {
    let page = asks("address", Some("f1"));
    let [en, cy] = show(&page);
    has(&en, &["Garden waste asks for your address", "leave this empty", "name=\"flow\" value=\"f1\"", "I am not Ada"]);
    has(&cy, &["Mae Gwastraff gardd yn gofyn am eich cyfeiriad"]);
    let page = GiveDetail { optional: false, later: "birthdate".into(), ..page };
    let [en, _] = show(&page);
    has(&en, &["Garden waste needs your address", "name=\"later\" value=\"birthdate\""]);
    assert!(!en.contains("leave this empty"), "{en}");
}

#[test]
fn the_question_how_old_she_is_has_a_radio_a_band_and_none_is_chosen() {
    use crate::domain::sharing::age::AgeBand;
    let mut page = Consent {
        flow: "f1".into(),
        claims: claims(),
        purpose: Both::new("remind you", "eich atgoffa"),
        notice_url: "/notices/n".into(),
        service: ServicePages::default(),
        asks_age: true,
        seen: String::new(),
        errors: vec![],
    };
    let [en, cy] = show(&page);
    for band in AgeBand::ALL {
        let radio = format!("id=\"age-band-{0}\" name=\"age_band\" type=\"radio\" value=\"{0}\"", band.as_str());
        has(&en, &[&radio]);
        has(&cy, &[&radio]);
    }
    has(&en, &["How old are you?", "Answer this only to say yes"]);
    has(&cy, &["Faint yw eich oed?", "13, 14 neu 15"]);
    assert!(!en.contains(" checked"), "{en}");
    page.errors = vec![Wrong::AgeBandMissing];
    errs(&page);
    page.errors = vec![Wrong::TooYoung];
    errs(&page);
    has(&show(&page)[0], &["href=\"#consent-deny\"", "You are not old enough to agree to this yourself"]);
    page.asks_age = false;
    assert!(!show(&page)[0].contains("age_band"));
}

#[test]
fn who_said_yes_all_day_is_told_when_it_goes_on_and_that_stopping_does_not_wait() {
    let [en, cy] = show(&Locked { what: LockedWhat::Sharing, until: AT, flow: None });
    has(&en, &["There is a problem", "You can say yes again on 22 November 2026 at 3:40pm.", "/account/sharing"]);
    has(&cy, &["Mae problem", "Gallwch gytuno eto ar 22 Tachwedd 2026 am 3:40pm."]);
    assert!(!en.contains("locked-"), "{en}");
}

#[test]
fn who_changed_them_all_day_is_told_when_it_goes_on() {
    let [en, cy] = show(&Locked { what: LockedWhat::Details, until: AT, flow: None });
    has(&en, &["There is a problem", "You can change them again on 22 November 2026 at 3:40pm.", "/account/details"]);
    has(&cy, &["Mae problem", "Gallwch eu newid eto ar 22 Tachwedd 2026 am 3:40pm."]);
    assert!(!en.contains("/forgotten-password") && !en.contains("locked-"), "{en}");
}
