//! "Your account" and what can be changed there.

use super::*;

#[test]
fn account() {
    let session = |id: &str, this_one| AccountSession {
        id: id.into(),
        device: Device {
            kind: if this_one { DeviceKind::Mobile } else { DeviceKind::Computer },
            browser: Some("Firefox".into()),
            system: Some(if this_one { "Android".into() } else { "Windows".into() }),
        },
        own_device: this_one,
        services: if this_one { vec![Both::new("Garden waste", "Gwastraff gardd"), "Bins".into()] } else { vec![] },
        started: AT,
        last_seen: AT,
        this_one,
    };
    let mut page = Account {
        name: EVIL.into(),
        email_masked: "a•••@b.org".into(),
        second_step: true,
        restricted: None,
        services: vec![AccountService {
            name: Both::new("Garden waste", "Gwastraff gardd"),
            start_url: "http://localhost:8090/".into(),
            received: vec![Received { claim: "email".into(), when: AT }],
            last_used: Some(AT),
            bases: vec!["public_task".into(), "consent".into()],
            before: false,
            agreed: vec![super::sharing::line("stop", "on")],
        }],
        sessions: vec![session("s1", true), session("s2", false)],
        news: None,
    };
    let [en, cy] = show(&page);
    has(
        &en,
        &[
            "Given on 22 November 2026 at 3:40pm",
            "Firefox on Android",
            "This device",
            "Sign out Computer, Firefox on Windows",
        ],
    );
    has(&en, &["name=\"session\" value=\"s2\"", "href=\"/account/email\"", "href=\"/account/password\""]);
    has(&en, &["href=\"/account/second-step\"", "action=\"/account/sharing/permits/news/withdraw\""]);
    has(&en, &["Phone or tablet, Firefox on Android", "Computer, Firefox on Windows", "Used for: Garden waste, Bins"]);
    has(
        &en,
        &["You said this is your own device.", "Others may use this device.", "id=\"end-others\"", "id=\"end-all\""],
    );
    has(&cy, &["Ffôn neu lechen, Firefox ar Android", "Defnyddiwyd ar gyfer: Gwastraff gardd, Bins"]);
    assert!(!en.contains("value=\"s1\""), "the session of this page ends by signing out");
    has(&cy, &["Rhoddwyd ar 22 Tachwedd 2026 am 3:40pm", "Firefox ar Android", "Gwastraff gardd"]);
    has(&en, &["The law lets it use these details for its public duties. Only with consent."]);
    page.services[0].received.clear();
    has(&show(&page)[0], &["It has received nothing about you, except that it is you."]);
    page.services[0].before = true;
    has(&show(&page)[0], &["Anything it received from here before is no longer listed."]);
    for news in AccountNews::ALL {
        page.news = Some(news);
        let [en, _] = show(&page);
        assert!(en.contains("You have ") && !en.contains("news-"), "{en}");
    }
    page.sessions.truncate(1);
    assert!(!show(&page)[0].contains("end-others"), "there is nowhere else");
    page.sessions[0].device = Device::default();
    has(&show(&page)[0], &["Unknown browser"]);
    has(&show(&Account { services: vec![], ..page })[0], &["You have not used any service yet."]);
    let [en, cy] = show(&NotMySignIn { token: "t0k".into(), done: false });
    has(&en, &["Sign out that device", "name=\"token\" value=\"t0k\"", "id=\"continue\""]);
    has(&cy, &["Allgofnodi"]);
    has(&show(&NotMySignIn { token: String::new(), done: true })[0], &["href=\"/forgotten-password\""]);
}

#[test]
fn changes() {
    has(&show(&ChangePassword::default())[0], &["id=\"current_password\"", "id=\"password\"", "href=\"/account\""]);
    errs(&ChangePassword {
        errors: vec![Wrong::CurrentPasswordIncorrect, Wrong::PasswordBreached],
        ..Default::default()
    });
    let email =
        ChangeEmail {
            current_masked: "a•••@b.org".into(), email: EVIL.into(), second_step: false, errors: vec![]
        };
    has(&show(&email)[0], &["a•••@b.org", "id=\"current_password\"", "value=\"&quot;&gt;"]);
    errs(&ChangeEmail { errors: vec![Wrong::EmailSame, Wrong::CurrentPasswordMissing], ..email });
    // With a second step its code is asked for as well, in the same words and with the same errors.
    let password = ChangePassword { second_step: true, ..Default::default() };
    let email = ChangeEmail { second_step: true, ..Default::default() };
    for [en, cy] in [show(&password), show(&email)] {
        has(&en, &["Code from your authenticator app", "id=\"code\"", "autocomplete=\"one-time-code\""]);
        has(&cy, &["ch ap dilysu", "id=\"code\""]);
    }
    errs(&ChangePassword { errors: vec![Wrong::StepCodeMissing], ..password });
    errs(&ChangeEmail { errors: vec![Wrong::StepCodeIncorrect], ..email });
    assert!(!show(&ChangePassword::default())[0].contains("id=\"code\""));
    assert!(!show(&ChangeEmail::default())[0].contains("id=\"code\""));
    let undo = |state| UndoEmail { token: "t0k".into(), old_masked: "a•••@b.org".into(), state };
    has(&show(&undo(UndoState::Ask))[0], &["name=\"token\" value=\"t0k\"", "id=\"continue\""]);
    assert!(!show(&undo(UndoState::Done))[0].contains("t0k"), "a spent token is not shown");
}
