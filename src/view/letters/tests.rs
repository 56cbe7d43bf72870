//! Every letter in both languages.

use super::Noted;
use super::{Answered, Device, Letter, SecondStepNews};
use crate::domain::sharing::objection::Decision;
use crate::domain::sharing::spoken::Choice;
use crate::domain::sharing::{Decider, Way};
use crate::domain::time::When;
use crate::view::pages::DeviceKind;
use crate::view::pages::tests::renderer;
use crate::view::{Lang, Renderer};

/// 22 November 2026, 3:40pm.
const AT: When = When::from_seconds(1_795_362_000);

fn answered(lang: Lang, decision: Decision) -> Answered {
    Answered {
        lang: crate::domain::client::Lang::parse(lang.as_str()).unwrap(),
        service: "Parking permits".into(),
        purpose: "issue your permit".into(),
        objected_at: AT,
        decision,
        grounds: (decision == Decision::Rejected).then(|| "Two cars,\none $place.".into()),
        complaints: ["Information team", "data@havenbrook.example", "01632 960001"].map(ToOwned::to_owned),
        regulator: ["Information Commission", "https://ico.example/", "0303 123"].map(ToOwned::to_owned),
    }
}

fn noted(lang: Lang, choice: Choice, way: Way) -> Noted {
    let lang = crate::domain::client::Lang::parse(lang.as_str()).unwrap();
    Noted {
        lang,
        service: "Parking permits".into(),
        purpose: "send you news".into(),
        choice,
        way,
        decider: Decider::Resident,
        at: AT,
    }
}

#[test]
fn a_choice_that_was_written_down_is_said_as_it_came() {
    let renderer = renderer();
    let letter = |lang, choice, way| renderer.letters(lang).choice_noted(&noted(lang, choice, way)).body;
    let bodies: std::collections::BTreeSet<String> =
        Choice::ALL.iter().map(|choice| letter(Lang::En, *choice, Way::Phone)).collect();
    assert_eq!(bodies.len(), Choice::ALL.len());
    for (way, words, welsh) in [
        (Way::Phone, "by phone:", "dros y ffôn:"),
        (Way::Desk, "in person:", "wyneb yn wyneb:"),
        (Way::Post, "by post:", "drwy’r post:"),
    ] {
        assert!(letter(Lang::En, Choice::Stop, way).contains(words));
        assert!(letter(Lang::Cy, Choice::Stop, way).contains(welsh));
    }
    for (decider, words) in [
        (Decider::Resident, "you told us by phone"),
        (Decider::Delegate, "someone who says they may decide for you told us by phone"),
        (Decider::Parent, "someone with parental responsibility for you told us by phone"),
    ] {
        let noted = Noted { decider, ..noted(Lang::En, Choice::Stop, Way::Phone) };
        let body = renderer.letters(Lang::En).choice_noted(&noted).body;
        assert!(body.contains(words), "{body}");
    }
    let stop = letter(Lang::En, Choice::Stop, Way::Phone);
    assert!(stop.contains("Stop: Parking permits can no longer use your details to send you news."), "{stop}");
    assert!(stop.contains("22 November 2026") && stop.contains("01632"), "{stop}");
}

fn all(renderer: &Renderer, lang: Lang) -> [Letter; 22] {
    let device = Device { kind: DeviceKind::Mobile, browser: Some("Firefox".into()), system: Some("Android".into()) };
    let letters = renderer.letters(lang);
    let [on, off, codes, used] = SecondStepNews::ALL.map(|news| letters.second_step_notice(news, AT));
    [
        letters.sign_up_code("120043", "https://a.example/finish", AT),
        letters.reset_code("120043", AT),
        letters.email_change_code("120043", AT),
        letters.question_notice("0a1b", AT),
        letters.answer_notice(),
        letters.consent_ends("Garden waste", AT, "https://a.example/account/sharing"),
        letters.shown_notice(),
        letters.choice_noted(&noted(lang, Choice::Yes, Way::Desk)),
        letters.objection_answered(&answered(lang, Decision::Upheld)),
        letters.objection_answered(&answered(lang, Decision::Rejected)),
        letters.sign_up_address_closed(Some(("https://a.example/r?t=1", AT)), "https://a.example/s?t=1", AT),
        letters.sign_up_address_closed(None, "https://a.example/s?t=1", AT),
        letters.reset_closed(Some(("https://a.example/r?t=1", AT))),
        letters.reset_closed(None),
        on,
        off,
        codes,
        used,
        letters.new_browser_notice(&device, AT, "https://a.example/n?t=1", AT),
        letters.sign_up_address_taken("https://a.example/sign-in", "https://a.example/s?t=1", AT),
        letters.email_changed_notice(AT, "https://a.example/u?t=1", AT),
        letters.password_changed_notice(AT),
    ]
}

#[test]
fn a_code_stands_on_its_own_line_and_no_link_carries_it() {
    let renderer = renderer();
    for lang in Lang::ALL {
        for letter in &all(&renderer, lang)[..3] {
            assert!(letter.body.lines().any(|line| line == "120043"), "{}", letter.body);
            assert!(letter.subject.contains("120043"));
            assert!(letter.body.contains("3:40pm"), "{}", letter.body);
        }
        let [sign_up, reset, change, ..] = all(&renderer, lang);
        assert!(sign_up.body.lines().any(|line| line == "https://a.example/finish"), "{}", sign_up.body);
        assert_eq!(sign_up.body.matches("://").count(), 1);
        assert!(!reset.body.contains("://") && !change.body.contains("://"), "{}", reset.body);
    }
}

#[test]
fn links_stand_on_their_own_lines() {
    let renderer = renderer();
    for lang in Lang::ALL {
        let [.., stranger, taken, changed, password] = all(&renderer, lang);
        assert!(stranger.body.lines().any(|line| line == "https://a.example/n?t=1"), "{}", stranger.body);
        assert!(stranger.body.contains("Firefox") && stranger.body.contains("Android"), "{}", stranger.body);
        for link in ["https://a.example/sign-in", "https://a.example/s?t=1"] {
            assert!(taken.body.lines().any(|line| line == link), "{}", taken.body);
        }
        assert!(changed.body.lines().any(|line| line == "https://a.example/u?t=1"), "{}", changed.body);
        assert!(!password.body.contains("://"));
    }
}

#[test]
fn a_letter_about_a_question_says_nothing_of_it() {
    let renderer = renderer();
    let letters = renderer.letters(Lang::En);
    let to_the_council = letters.question_notice("0a1b-2c3d", AT);
    assert!(to_the_council.body.lines().any(|line| line == "0a1b-2c3d"), "{}", to_the_council.body);
    assert!(to_the_council.body.contains("by 22 November 2026"), "{}", to_the_council.body);
    for letter in [letters.answer_notice(), letters.shown_notice()] {
        assert!(!letter.body.contains("://"), "{}", letter.body);
    }
}

#[test]
fn the_letter_about_a_closed_account_names_a_day_only_if_there_is_one() {
    let renderer = renderer();
    for (lang, sets_none) in [(Lang::En, "have not set the day"), (Lang::Cy, "heb bennu’r diwrnod")] {
        let letter = |on| renderer.letters(lang).closed("https://a.example/r?t=1", on);
        let (dated, undated) = (letter(Some(jiff::civil::date(2026, 12, 31))), letter(None));
        assert!(dated.body.contains(" 2026") && !dated.body.contains(sets_none), "{}", dated.body);
        assert!(undated.body.contains(sets_none) && !undated.body.contains("20"), "{}", undated.body);
        assert!(undated.subject == dated.subject && undated.body.contains("\nhttps://a.example/r?t=1\n"));
    }
}

#[test]
fn the_way_back_stands_with_its_end_or_whom_to_call() {
    let renderer = renderer();
    for lang in Lang::ALL {
        let letters = renderer.letters(lang);
        let (back, shared) = ("https://a.example/r?t=1", "https://a.example/s?t=1");
        let at = |url: &str, letter: &Letter| letter.body.lines().any(|line| line == url);
        for opener in [Some((back, AT)), None] {
            let (taken, reset) = (letters.sign_up_address_closed(opener, shared, AT), letters.reset_closed(opener));
            for letter in [&taken, &reset] {
                assert_eq!(at(back, letter), opener.is_some(), "{}", letter.body);
                assert_eq!(letter.body.contains("2026"), opener.is_some(), "{}", letter.body);
                // Beside the one that signs the letter.
                assert_eq!(
                    letter.body.matches("01632 960000").count(),
                    1 + usize::from(opener.is_none()),
                    "{}",
                    letter.body
                );
            }
            assert!(at(shared, &taken) && !at(shared, &reset));
        }
    }
}

#[test]
fn a_decision_says_for_what_why_and_where_to_complain() {
    let renderer = renderer();
    for lang in Lang::ALL {
        let letters = renderer.letters(lang);
        let [upheld, rejected] = Decision::ALL.map(|one| letters.objection_answered(&answered(lang, one)));
        for letter in [&upheld, &rejected] {
            for words in ["Parking permits", "issue your permit", "2026", "Information team", "0303 123"] {
                assert!(letter.body.contains(words), "{words}: {}", letter.body);
            }
            assert!(letter.body.lines().any(|line| line == "https://ico.example/"), "{}", letter.body);
        }
        assert!(rejected.body.contains("Two cars,\none $place.") && !upheld.body.contains("Two cars"));
        assert_ne!(upheld.subject, rejected.subject);
    }
}

#[test]
fn every_letter_is_in_its_language_and_signed_by_the_council() {
    let renderer = renderer();
    let (english, welsh) = (all(&renderer, Lang::En), all(&renderer, Lang::Cy));
    for (en, cy) in english.iter().zip(&welsh) {
        assert_ne!(en.subject, cy.subject);
        assert!(en.body.contains("\n\nHavenbrook Borough Council\nPhone: 01632 960000\n"), "{}", en.body);
        assert!(cy.body.contains("Cyngor Bwrdeistref Havenbrook\nFfôn: 01632 960000\n"), "{}", cy.body);
        for letter in [en, cy] {
            assert!(!letter.subject.contains(['\n', '{']) && !letter.body.contains('{'), "{}", letter.body);
        }
    }
}
