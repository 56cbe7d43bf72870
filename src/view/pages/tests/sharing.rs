//! "What services get".

use super::*;

pub fn line(can: &'static str, state: &'static str) -> SharingLine {
    SharingLine {
        path: "/account/sharing/permits/news".into(),
        service: Both::new("Parking permits", "Trwyddedau parcio"),
        purpose: Both::new("send you parking news", "anfon newyddion parcio atoch"),
        claims: vec!["email".into(), "name".into()],
        basis: "consent".into(),
        state,
        since: Some(AT),
        until: Some(AT),
        due: (can == "wait").then_some(AT),
        can,
    }
}

#[test]
fn each_basis_offers_what_the_law_gives() {
    let page = |line: SharingLine| {
        let name = line.service.clone();
        show(&Sharing { services: vec![SharingService { name, lines: vec![line] }], news: None })
    };
    let [en, cy] = page(line("stop", "on"));
    has(
        &en,
        &["To send you parking news", "Email address, Full name", "action=\"/account/sharing/permits/news/withdraw\""],
    );
    has(&en, &["22 November 2026", "It works until it runs out", "A service keeps what it has already received"]);
    has(&cy, &["Er mwyn anfon newyddion parcio atoch", "Rhoi’r gorau i rannu"]);
    has(&page(line("say", "refused"))[0], &["The answer was no.", "/account/sharing/permits/news/choose"]);
    has(&page(line("object", "on"))[0], &["/account/sharing/permits/news/object"]);
    has(&page(line("wait", "objected"))[0], &["We will answer by", "/account/sharing/permits/news#take-back"]);
    has(&page(line("allow", "objection_upheld"))[0], &["Allow this again"]);
    for basis in ["contract", "legal_obligation", "vital_interests"] {
        let [en, _] = page(SharingLine { basis: basis.into(), ..line("nothing", "on") });
        has(&en, &["You cannot stop this"]);
        assert!(!en.contains("<form method=\"post\" action=\"/account/sharing"), "{en}");
    }
    has(&show(&Sharing { services: vec![], news: None })[0], &["No service gets anything about you."]);
    for (word, news) in SharingNews::ALL {
        let [en, _] = show(&Sharing { services: vec![], news: Some(news) });
        assert!(en.contains("aria-labelledby=\"news\"") && !en.contains("sharing-news-"), "{word}: {en}");
    }
}

#[test]
fn every_state_and_every_line_of_the_history_has_words() {
    use crate::domain::sharing::{Reason, RecordState, Way};
    use crate::domain::signal::{self, Kind};
    let entry = |state: &RecordState, way: &Way| SharingEntry {
        record: format!("{}-{}", state.as_str(), way.as_str()),
        when: AT,
        state: state.as_str(),
        by: Some("self"),
        consent: true,
        way: Some(way.as_str()),
        grounds: (*state == RecordState::ObjectionRejected).then(|| EVIL.into()),
    };
    let history = RecordState::ALL.iter().map(|state| entry(state, &Way::Web));
    let history = history.chain(Way::ALL.iter().map(|way| entry(&RecordState::Given, way))).collect();
    let one = |can, state| SharingOne {
        line: line(can, state),
        because: None,
        power: None,
        kept: None,
        notice_url: "/notices/n@1".into(),
        history: Vec::clone(&history),
        told: Vec::new(),
    };
    let [en, _] = show(&one("wait", "objected"));
    has(&en, &["id=\"take-back\"", "action=\"/account/sharing/permits/news/take-back\"", "You can object again later"]);
    has(&en, &["Our reasons:", "/account/receipts/given-web/page"]);
    assert!(!show(&one("object", "on"))[0].contains("take-back"));
    let answers = ["waiting", "delivered", "done", "no_answer", "by_hand", "told_by_staff"].into_iter();
    let answers =
        answers.chain(signal::Reason::ALL.iter().map(|reason| reason.as_str())).map(|answer| (Kind::ALL[0], answer));
    let told = answers.chain(Kind::ALL.iter().map(|kind| (*kind, "done")));
    let told = told.map(|(kind, answer)| SharingTold { kind: kind.as_str(), since: AT, answer, at: Some(AT) });
    let told: Vec<_> = told.collect();
    for why in Reason::ALL.map(Reason::as_str).into_iter().chain(["on"]) {
        let page = SharingOne {
            line: line("nothing", why),
            because: Some("because".into()),
            power: Some("an Act".into()),
            kept: Some("6 years".into()),
            notice_url: "/notices/n@1".into(),
            history: Vec::clone(&history),
            told: Vec::clone(&told),
        };
        for html in show(&page) {
            for family in ["sharing-state-", "sharing-did-", "sharing-way-", "sharing-told", "sharing-answer-"] {
                assert!(!html.contains(family), "{family} {why}");
            }
        }
    }
}

#[test]
fn objecting_and_choosing() {
    let mut page = SharingObject { line: line("object", "on"), grounds: EVIL.into(), errors: vec![] };
    let [en, cy] = show(&page);
    has(&en, &["id=\"grounds\"", "id=\"object\"", "straight away", "within one month"]);
    has(&cy, &["o fewn mis"]);
    page.errors = vec![Wrong::GroundsTooLong];
    errs(&page);
    let mut page = SharingChoose {
        line: line("say", "refused"),
        claims: claims(),
        asks: true,
        asks_age: false,
        notice_url: "/notices/n@1".into(),
        seen: "5ee0".into(),
        errors: vec![],
    };
    let [en, _] = show(&page);
    has(&en, &["id=\"consent-allow\"", "id=\"consent-deny\"", "name=\"seen\" value=\"5ee0\""]);
    assert!(!en.contains(" checked"), "neither is chosen beforehand");
    page.errors = vec![Wrong::ConsentMissing];
    errs(&page);
    let aged = SharingChoose { asks_age: true, errors: vec![Wrong::AgeBandMissing], ..page.clone() };
    errs(&aged);
    has(&show(&aged)[0], &["name=\"age_band\"", "How old are you?"]);
    let again = SharingChoose { asks: false, errors: vec![], ..page };
    let [en, _] = show(&again);
    has(&en, &["Allow Parking permits to get your details again", "id=\"continue\""]);
    assert!(!en.contains("consent-allow"));
}

#[test]
fn what_a_page_says_to_anybody_is_the_same_for_everybody() {
    let renderer = renderer();
    let said = |page: &Inform| renderer.main_of(&page.bare(), &Chrome::default()).unwrap();
    let ada = inform("public_task");
    let mut ben = Inform { flow: "f2".into(), short_name: "Ben O.".into(), first_name: "Ben".into(), ..ada.clone() };
    ben.claims[0].value = "Ben Oak".into();
    assert_eq!(said(&ada), said(&ben));
    assert!(!said(&ben).contains("Ben") && said(&ben).contains("Full name"));
    let other = Inform { purpose: "sell it".into(), ..ada.clone() };
    assert_ne!(said(&ada), said(&other));
    let fewer = Inform { claims: ada.claims[..1].to_vec(), ..ada.clone() };
    assert_ne!(said(&ada), said(&fewer));
}

fn receipt() -> SharingReceipt {
    SharingReceipt {
        record: "5b1e".into(),
        path: "/account/sharing/permits/news".into(),
        when: AT,
        state: "given",
        consent: true,
        way: Some("web"),
        method: Some("radio"),
        steps: Some(2),
        actor: Some("self"),
        service: "Parking permits".into(),
        role: "same_controller".into(),
        purpose: EVIL.into(),
        basis: "consent".into(),
        power: Some("an Act".into()),
        claims: vec!["email".into(), "name".into()],
        kept: "permit end + 6 years".into(),
        until: Some(AT),
        notice: "news@1".into(),
        notice_url: "https://a.example/notices/news@1".into(),
        notice_sha256: "n".repeat(64),
        page_sha256: Some("p".repeat(64)),
        language: "cy",
        council: ["Havenbrook", "Town Hall", "hello@a.example", "01632 960000", "https://a.example/"].map(String::from),
        officer: "Ida Moss, dpo@a.example".into(),
        subject: "acc0".into(),
        previous: Some("4a0d".into()),
        event: Some("e0e0".into()),
        policy: "b00b".into(),
        change_url: "https://a.example/account/sharing/permits/news".into(),
        keys_url: "https://a.example/jwks".into(),
    }
}

#[test]
fn a_receipt_says_in_words_what_the_file_says() {
    let full = receipt();
    let [en, cy] = show(&full);
    has(
        &en,
        &["You said yes", "online, by choosing an answer, in 2 steps", "Email address, Full name", "Welsh", "an Act"],
    );
    has(&en, &["22 November 2026", "Ida Moss", "4a0d", "e0e0", "b00b", "https://a.example/jwks", "acc0", "permit end"]);
    has(&en, &["href=\"/account/receipts/5b1e\" download", "href=\"/account/receipts/5b1e/kantara\" download"]);
    has(&cy, &["Dywedoch chi ie", "mewn 2 gam", "Cymraeg", "Y Deyrnas Unedig"]);
    // Of what nothing is known there is no row.
    let bare = SharingReceipt {
        consent: false,
        way: None,
        method: None,
        steps: None,
        actor: None,
        power: None,
        claims: vec![],
        kept: String::new(),
        until: None,
        notice_sha256: String::new(),
        page_sha256: None,
        previous: None,
        event: None,
        ..full
    };
    let [en, _] = show(&bare);
    for gone in ["How</dt>", "Until", "Details", "Fingerprint", "kantara", "The law behind", "Entry in our record"] {
        assert!(!en.contains(gone), "{gone}: {en}");
    }
}

#[test]
fn a_receipt_says_who_decided() {
    let by = |state, actor| show(&SharingReceipt { state, actor: Some(actor), ..receipt() });
    for (state, actor, [en, cy]) in [
        ("given", "delegate", ["Someone who acts for you said yes", "Dywedodd rhywun sy’n gweithredu drosoch ie"]),
        (
            "refused",
            "parent",
            ["Someone with parental responsibility for you said no", "chyfrifoldeb rhiant drosoch na"],
        ),
        ("withdrawn", "system", ["after a backup had brought it back", "ar ôl i gopi wrth gefn"]),
        ("objected", "system", ["wrote down the objection again", "Nodwyd y gwrthwynebiad eto"]),
        ("objection_withdrawn", "self", ["You took back your objection", "Gwnaethoch chi dynnu"]),
    ] {
        let [english, welsh] = by(state, actor);
        has(&english, &[en]);
        has(&welsh, &[cy]);
    }
    assert!(!by("withdrawn", "delegate")[0].contains("You stopped it"));
}

#[test]
fn everything_a_receipt_can_say_has_words() {
    use crate::domain::audit::Basis;
    use crate::domain::sharing::{Decider, Method, RecipientRole, RecordState, Way};
    let said = |change: &dyn Fn(&mut SharingReceipt)| {
        let mut page = receipt();
        change(&mut page);
        for html in show(&page) {
            for family in ["sharing-did-", "sharing-way-", "receipt-", "basis-"] {
                let html = html.replace("/account/receipts/", "");
                assert!(!html.contains(family), "{family}: {html}");
            }
        }
    };
    for one in RecordState::ALL {
        said(&|page| page.state = one.as_str());
    }
    for one in Way::ALL {
        said(&|page| page.way = Some(one.as_str()));
    }
    for one in Method::ALL {
        said(&|page| page.method = Some(one.as_str()));
    }
    for one in Decider::ALL {
        said(&|page| page.actor = Some(one.as_str()));
    }
    for one in RecipientRole::ALL {
        said(&|page| page.role = one.as_str().into());
    }
    for one in Basis::ALL {
        said(&|page| page.basis = one.as_str().into());
    }
}
