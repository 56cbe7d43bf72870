//! Data protection rights: the pages, the letters, and the page in the file that is downloaded.

use super::*;
use crate::domain::audit::{Basis, Outcome, vocabulary};
use crate::domain::claims::Claim;
use crate::domain::client;
use crate::domain::retention::{HoldKind, Period, Trigger};
use crate::domain::rights::bundle::{Identity, Noted, Way as Handed};
use crate::domain::rights::download::{Cell, Section, Terms};
use crate::domain::rights::kind::Kind;
use crate::domain::rights::letter::About;
use crate::domain::rights::restriction::{News, Step as Restriction};
use crate::domain::rights::step::Step as Taken;
use crate::domain::sharing::{Decider, Reason, RecordState, Way};
use crate::domain::signal;

fn line(kind: &'static str, state: &'static str) -> RightsLine {
    RightsLine { reference: "DP-2345-ABCD".into(), kind, received: AT, due: Some("2026-12-22".into()), state }
}

fn whom() -> Whom {
    Whom {
        name: Both::new("Information team", "Tîm gwybodaeth"),
        email: "a@b.example".into(),
        phone: "01632".into(),
        post: "Town Hall".into(),
    }
}

fn regulator() -> Authority {
    Authority {
        name: "Information Commissioner".into(),
        website: "https://regulator.example/".into(),
        phone: "0303".into(),
    }
}

#[test]
fn every_kind_and_state_has_words() {
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    for kind in &kinds {
        for state in ["open", "late", "identity", "clarification", "done", "refused"] {
            let page = Rights { cases: vec![line(kind, state)], kinds: vec!["access"], ..Rights::default() };
            for html in show(&page) {
                assert!(!html.contains("rights-kind") && !html.contains("rights-state"), "{kind} {state}: {html}");
            }
        }
    }
    let all: Vec<&'static str> =
        Kind::ALL.iter().filter(|kind| **kind != Kind::Objection).map(|kind| kind.as_str()).collect();
    let page = Rights { kinds: all, kind: "erasure".into(), words: EVIL.into(), too_many: true, ..Rights::default() };
    let [en, cy] = show(&page);
    has(
        &en,
        &["value=\"erasure\" checked", "Send this tomorrow", "href=\"/account/sharing\"", "href=\"/account/download\""],
    );
    has(&cy, &["Copi o’r hyn sydd gennych"]);
    assert!(!en.contains(EVIL), "{en}");
}

#[test]
fn a_case_is_shown_with_its_steps_and_the_way_to_complain() {
    let step =
        |step: &Taken| RightsStep { step: step.as_str(), at: AT, lines: vec![EVIL.into(), "Second line.".into()] };
    let page = RightsOne {
        line: line("access", "open"),
        sent: true,
        said: vec!["All of it.".into()],
        steps: Taken::ALL.iter().map(step).collect(),
        copy_until: Some(AT),
        to: whom(),
        regulator: regulator(),
    };
    let [en, cy] = show(&page);
    has(
        &en,
        &[
            "We have received this",
            "Your copy is ready until 22 November 2026 at 3:40pm",
            "href=\"/account/rights/DP-2345-ABCD/copy\"",
            "DP-2345-ABCD",
            "We answer by",
            "22 December 2026",
            "All of it.",
            "Second line.",
            "Information team",
            "https://regulator.example/",
            "ask a court",
        ],
    );
    has(&cy, &["22 Rhagfyr 2026", "Tîm gwybodaeth"]);
    for html in [en, cy] {
        assert!(!html.contains("rights-step") && !html.contains(EVIL), "{html}");
    }
}

fn written() -> Written {
    Written {
        full_name: EVIL.into(),
        email: String::new(),
        address: "1 Mill Lane".into(),
        words: "You wrote to my old address.".into(),
    }
}

#[test]
fn anybody_may_ask_and_the_receipt_names_nobody() {
    let kinds = Kind::ALL.iter().filter(|kind| kind.is_request()).map(|kind| kind.as_str());
    let form = AskWithout {
        kinds: kinds.collect(),
        kind: "objection".into(),
        written: written(),
        too_many: true,
        to: whom(),
        errors: vec![Wrong::Console("email", "wrong-complaint-reach")],
    };
    let [en, cy] = show(&form);
    has(
        &en,
        &[
            "href=\"/account/rights\"",
            "href=\"/data-protection-complaint\"",
            "href=\"#email\"",
            "value=\"objection\" checked",
            "autocomplete=\"street-address\"",
            "1 Mill Lane",
            "You wrote to my old address.",
            "too many requests",
            "Everything about you that we hold, or a part that you name",
        ],
    );
    has(&cy, &["Os oes gennych gyfrif", "er enghraifft eich plentyn"]);
    for html in [en, cy] {
        assert!(!html.contains(EVIL) && !html.contains("rights-kind"), "{html}");
    }
    for kind in Kind::ALL.iter().filter(|kind| kind.is_request()) {
        let page = AskReceived { line: line(kind.as_str(), "open"), to: whom(), regulator: regulator() };
        for html in show(&page) {
            assert!(html.contains("DP-2345-ABCD") && !html.contains("rights-kind"), "{html}");
        }
        has(&show(&page)[0], &["We have received your request", "We answer by", "22 December 2026"]);
    }
}

#[test]
fn anybody_may_complain_and_the_receipt_names_nobody() {
    let form = DataComplaint {
        written: written(),
        too_many: true,
        to: whom(),
        errors: vec![Wrong::Console("email", "wrong-complaint-reach")],
    };
    let [en, _] = show(&form);
    has(
        &en,
        &[
            "You do not need an account",
            "1 Mill Lane",
            "You wrote to my old address.",
            "Enter an email address or a postal address",
            "too many complaints",
        ],
    );
    assert!(!en.contains(EVIL), "{en}");
    let page = DataComplaintReceived { line: line("complaint", "open"), to: whom(), regulator: regulator() };
    has(
        &show(&page)[0],
        &["We have received your complaint", "We confirm that we have it by", "By 22 December 2026", "DP-2345-ABCD"],
    );
}

#[test]
fn the_file_asks_for_the_password_once_it_is_there() {
    let page = |state, until| Download {
        state,
        until,
        username: Some("a@b.example".into()),
        second_step: true,
        errors: vec![],
    };
    has(&show(&page("none", None))[0], &["id=\"make\""]);
    let [en, _] = show(&page("making", None));
    has(&en, &["is being made"]);
    assert!(!en.contains("id=\"make\"") && !en.contains("current_password"), "{en}");
    has(
        &show(&page("ready", Some(AT)))[0],
        &["22 November 2026 at 3:40pm", "name=\"current_password\"", "name=\"code\""],
    );
    has(&show(&page("fetched", None))[0], &["You have downloaded your file", "id=\"make\""]);
}

#[test]
fn a_copy_is_fetched_with_the_password_and_named_by_its_case() {
    let page = RightsCopy {
        reference: "DP-2345-ABCD".into(),
        until: AT,
        username: Some("ada@example.org".into()),
        second_step: true,
        errors: vec![Wrong::CurrentPasswordIncorrect],
    };
    let [en, cy] = show(&page);
    has(
        &en,
        &["22 November 2026 at 3:40pm", "name=\"current_password\"", "name=\"code\"", "Current password is not right"],
    );
    has(&cy, &["Mae eich copi’n barod"]);
    let rows = vec![vec![EVIL.into()]];
    let sheet = DownloadSheet {
        made_at: AT,
        of: Some("DP-2345-ABCD".into()),
        sections: vec![Section::new("events", &["details"], rows)],
    };
    let [html, _] = alone(&sheet);
    has(&html, &["DP-2345-ABCD", "This is the copy that you asked for", "What happened"]);
    assert!(!html.contains(EVIL) && !html.contains("bundle-"), "{html}");
}

/// The page in a file, in both languages.
fn alone(sheet: &DownloadSheet) -> [String; 2] {
    Lang::ALL.map(|lang| {
        let html = renderer().page(sheet, &Chrome { lang, ..Chrome::default() }).0;
        keep(DownloadSheet::TEMPLATE, &html);
        html
    })
}

#[test]
fn the_page_in_the_file_stands_alone() {
    let rows = vec![
        vec!["name".into(), EVIL.into()],
        vec![Cell::code(Terms::Own, "created_at"), AT.into()],
        vec![Cell::code(Terms::Own, "second_step"), "".into()],
    ];
    let section = Section::new("account", &["what", "value"], rows);
    let empty = Section::new("requests", &["reference"], vec![]);
    let page = DownloadSheet { made_at: AT, of: None, sections: vec![section, empty] };
    let [en, cy] = alone(&page);
    assert!(!en.contains("Second step"), "nothing is said of it: {en}");
    has(&en, &["<html lang=\"en\">", "What your account at", "22 November 2026 at 3:40pm", "There is nothing here."]);
    has(&en, &["<td role=\"cell\" data-column=\"What\">Account created</td>"]);
    has(&cy, &["<html lang=\"cy\">", "Eich cyfrif"]);
    for html in [en, cy] {
        assert!(
            !html.contains(EVIL) && !html.contains("href=") && !html.contains("src=") && !html.contains("download-"),
            "{html}"
        );
    }
}

#[test]
fn whoever_opens_the_file_reads_words_where_programs_read_codes() {
    fn all<'a, T: 'a>(list: impl IntoIterator<Item = &'a T>, word: impl Fn(&T) -> &'static str) -> Vec<&'static str> {
        list.into_iter().map(word).collect()
    }
    let own = ["account", "created_at", "state", "name", "email", "second_step", "restricted_since"];
    let lists: [(Terms, Vec<&str>); 21] = [
        (Terms::Own, [&own[..], &["birthdate", "address", "phone_number"]].concat()),
        (Terms::Account, vec!["active", "frozen", "closed"]),
        (Terms::Answer, vec!["yes", "no"]),
        (Terms::Details, all(&Claim::ALL, |claim| claim.as_str())),
        (Terms::Basis, all(Basis::ALL.iter(), |basis| basis.as_str())),
        (Terms::Sharing, all(Reason::ALL.iter(), |reason| reason.as_str())),
        (Terms::Choice, all(RecordState::ALL.iter(), |state| state.as_str())),
        (Terms::Way, all(Way::ALL.iter(), |way| way.as_str())),
        (Terms::Look, vec!["viewed", "received"]),
        (Terms::RefusedLook, vec!["viewed", "received"]),
        (Terms::Right, all(Kind::ALL, |kind| kind.as_str())),
        (Terms::Step, all(Taken::ALL, |step| step.as_str())),
        (Terms::Outcome, all(&Outcome::ALL, |outcome| outcome.as_str())),
        (Terms::Actor, vec!["resident", "client", "officer", "system", "visitor"]),
        (Terms::Proof, vec!["password", "known_browser", "second_step", "recovery_code"]),
        (Terms::Message, vec!["mail", "back_channel"]),
        (Terms::Delivery, vec!["waiting", "delivered", "dead"]),
        (Terms::Signal, [all(signal::Kind::ALL, |kind| kind.as_str()), vec!["needs_the_account"]].concat()),
        (Terms::Answered, all(&signal::State::ALL, |state| state.as_str())),
        (Terms::Noted, all(Noted::ALL.iter().filter(|noted| **noted != Noted::Decision), |noted| noted.as_str())),
        (Terms::Hold, all(HoldKind::ALL, |hold| hold.as_str())),
    ];
    let events = vocabulary::all().map(|kind| kind.name).filter(|name| !name.starts_with("officer.notice_")).collect();
    let more = [
        (Terms::Event, events),
        (Terms::Decider, all(Decider::ALL, |decider| decider.as_str())),
        (Terms::Trigger, all(Trigger::ALL, |trigger| trigger.as_str())),
        (Terms::Lost, vec!["destroyed", "unreadable"]),
        (Terms::Language, vec!["en", "cy"]),
        (Terms::Identity, all(Identity::ALL, |one| one.as_str())),
        (Terms::Handed, all(Handed::ALL, |one| one.as_str())),
    ];
    for (terms, codes) in lists.into_iter().chain(more) {
        for code in codes {
            let row = vec![Cell::code(terms, code), Cell::named("garden-waste", Some("Garden waste"))];
            let sections = vec![Section::new("events", &["what", "service"], vec![row])];
            for html in alone(&DownloadSheet { made_at: AT, of: None, sections }) {
                let said = html.split("<tbody").nth(1).unwrap();
                let said = said.split("\">").nth(3).unwrap().split("</td>").next().unwrap();
                assert!(
                    said.len() > 1
                        && !said.contains(['_', '{'])
                        && !said.starts_with("download-")
                        && !said.ends_with(&format!("-{code}")),
                    "{terms:?} {code}: {said}"
                );
                assert!(html.contains(">Garden waste</td>") && !html.contains("garden-waste"), "{html}");
            }
        }
    }
}

#[test]
fn how_long_something_is_kept_is_said_in_words() {
    for (period, [in_english, in_welsh]) in [
        (Some("P12M"), ["12 months", "12 mis"]),
        (Some("P1Y"), ["1 year", "1 flwyddyn"]),
        (Some("P1M2D"), ["P1M2D", "P1M2D"]),
        (Some("P0D"), ["Not kept after that", "Heb ei gadw ar ôl hynny"]),
        (None, ["For good", "Am byth"]),
    ] {
        let row = vec!["rights.bundle".into(), Cell::Lasts(period.map(|text| Period::parse(text).unwrap()))];
        let sections = vec![Section::new("kept", &["category", "period"], vec![row])];
        let [en, cy] = alone(&DownloadSheet { made_at: AT, of: None, sections });
        has(&en, &[&format!("<tr role=\"row\"><td role=\"cell\" data-column=\"For how long\">{in_english}</td></tr>")]);
        has(&cy, &[&format!(">{in_welsh}</td>")]);
    }
}

#[test]
fn the_file_says_who_decided() {
    let row = |by| vec![Cell::code(Terms::Choice, "given"), Cell::code(Terms::Decider, by)];
    let sections = vec![Section::new("history", &["state", "by"], vec![row("parent"), row("self")])];
    let [en, _] = alone(&DownloadSheet { made_at: AT, of: None, sections });
    has(&en, &[">Someone with parental responsibility for you said yes<", ">You said yes<", ">You<"]);
}

#[test]
fn a_basis_in_the_file_is_named_and_says_nothing_of_what_she_did() {
    let row = vec![Cell::code(Terms::Basis, "consent"), Cell::code(Terms::Sharing, "refused")];
    let sections = vec![Section::new("sharing", &["basis", "state"], vec![row])];
    let [en, cy] = alone(&DownloadSheet { made_at: AT, of: None, sections });
    has(&en, &[">Consent</td>", "The answer was no"]);
    has(&cy, &[">Cydsyniad</td>"]);
    assert!(!en.contains("You agreed"), "{en}");
}

#[test]
fn every_letter_about_a_case_says_what_is_to_know_in_both_languages() {
    let renderer = renderer();
    let council = ["Information team", "data@havenbrook.example", "01632 960001"].map(ToOwned::to_owned);
    let regulator = ["Information Commissioner", "https://regulator.example/", "0303 123"].map(ToOwned::to_owned);
    for step in Taken::ALL.iter().filter(|step| step.is_told()) {
        for kind in Kind::ALL {
            let letters = [Lang::En, Lang::Cy].map(|lang| {
                let about = About {
                    lang: client::Lang::parse(lang.as_str()).unwrap(),
                    reference: "DP-2345-ABCD".into(),
                    kind: *kind,
                    step: *step,
                    received: AT,
                    due: Some("2026-12-22".parse().unwrap()),
                    words: step.needs_words().then(|| "Two cars,\none $place.".into()),
                    complaints: council.clone(),
                    regulator: regulator.clone(),
                };
                renderer.letters(lang).rights(&about)
            });
            let [en, cy] = &letters;
            assert!(en.subject != cy.subject && en.body != cy.body, "{step:?}");
            for letter in &letters {
                assert!(!letter.subject.contains(['\n', '{']) && !letter.body.contains('{'), "{}", letter.body);
                assert!(letter.subject.ends_with("DP-2345-ABCD"), "{}", letter.subject);
                assert_eq!(
                    letter.body.contains("Two cars,\none $place."),
                    step.needs_words(),
                    "{step:?}: {}",
                    letter.body
                );
                assert!(letter.body.lines().any(|line| line == "https://regulator.example/"), "{}", letter.body);
            }
        }
    }
    for step in Restriction::ALL {
        let letters = [Lang::En, Lang::Cy].map(|lang| {
            let news = News {
                lang: client::Lang::parse(lang.as_str()).unwrap(),
                step,
                at: AT,
                complaints: council.clone(),
                regulator: regulator.clone(),
            };
            renderer.letters(lang).restriction(&news)
        });
        let [en, cy] = &letters;
        assert!(
            en.subject != cy.subject && en.body.contains("22 November 2026") && cy.body.contains("22 Tachwedd 2026"),
            "{step:?}"
        );
        assert!(
            letters.iter().all(|letter| !letter.body.contains('{') && letter.body.contains("Information Commissioner"))
        );
    }
    for lang in Lang::ALL {
        let ready = renderer.letters(lang).download_ready("https://a.example/account/download", AT);
        assert!(ready.body.lines().any(|line| line == "https://a.example/account/download"), "{}", ready.body);
    }
}
