//! Pages of the staff listener.

use super::*;
use crate::domain::staff::{Action, Role};
use crate::domain::time::When;
use crate::view::{Place, StaffChrome};

fn desk(lang: Lang) -> Chrome {
    let place = |path, words, group| Place { path, words, group };
    let places = vec![
        place("/somewhere", "front", "front"),
        place("/record", "record", "record"),
        place("/record/person", "person", "record"),
        place("/approvals", "approvals", "approvals"),
    ];
    let staff = StaffChrome { signed_in_as: Some("Ada W.".into()), places };
    Chrome { signed_in_as: None, service: None, staff: Some(staff), ..chrome(lang) }
}

/// Renders one page in both languages and returns English and Welsh.
pub fn show_desk<P: Page>(page: &P) -> [String; 2] {
    let shown = Lang::ALL.map(|lang| renderer().page(page, &desk(lang)).0);
    for html in &shown {
        keep(P::TEMPLATE, html);
        let here = |what: &str| format!("{}: {what}\n{html}", P::TEMPLATE);
        assert_eq!((html.matches("<h1").count(), html.matches("<main ").count()), (1, 1), "{}", here("one h1"));
        for bad in
            ["<style", " style=", " onclick=", "<script>", "undefined", "href=\"/account", "href=\"/logout", "staff-"]
        {
            assert!(!html.contains(bad), "{}", here(bad));
        }
        for good in ["Ada W.", "href=\"/sign-out\"", "href=\"/somewhere\"", "action=\"/stay\"", "data-over=\"/\""] {
            assert!(html.contains(good), "{}", here(good));
        }
        assert!(html.contains("aria-current=\"true\""), "{}", here("where one is"));
        let forms = html.matches("<form ").count();
        assert_eq!(html.matches("name=\"form_token\" value=\"tok3n\"").count(), forms, "{}", here("form tokens"));
    }
    shown
}

#[test]
fn places_stand_in_groups_and_those_of_this_page_below() {
    let at = |here: &str| {
        let chrome = Chrome { here: here.into(), ..desk(Lang::En) };
        let html = renderer().page(&StaffNobody {}, &chrome).0;
        html.split("<main").next().unwrap().to_owned()
    };
    let below = "<nav class=\"app-places\"";
    let person = at("/record/person?who=1");
    has(&person, &[below, "href=\"/record/person\" aria-current=\"page\"", "Who looked", "Record"]);
    assert_eq!(person.matches("aria-current=\"true\"").count(), 2, "group and language: {person}");
    // A page below a place belongs to it: to the longest.
    has(&at("/record/events/7"), &["href=\"/record\" aria-current=\"true\""]);
    has(&at("/record/person/7"), &["href=\"/record/person\" aria-current=\"true\""]);
    // One that is alone in its group stands by itself.
    let alone = at("/approvals/7");
    assert!(!alone.contains(below) && alone.contains("Second person"), "{alone}");
    assert!(!at("/somewhere").contains(below));
}

#[test]
fn a_form_with_a_passkey_works_by_its_script_and_says_so_without() {
    for (html, ask, way) in [
        (show_desk(&StaffSignIn { next: Some("/a".into()), ..StaffSignIn::default() }), "/sign-in/challenge", "get"),
        (show_desk(&StaffProve { next: Some("/a".into()), ..StaffProve::default() }), "/prove/challenge", "get"),
        (
            show_desk(&StaffEnrol { name: Some("Ada".into()), invitation: "t1".into(), told: None }),
            "/enrol/t1/challenge",
            "create",
        ),
    ] {
        let html = &html[0];
        for part in [
            "passkey.",
            "data-passkey-without",
            "JavaScript",
            &format!("data-ask=\"{ask}\""),
            &format!("data-passkey=\"{way}\""),
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }
    let one = |nth: u32| OwnPasskey {
        id: format!("0{nth}"),
        device: "Firefox on Linux".into(),
        added: When::from_seconds(1_795_362_000),
        used: (nth > 1).then(|| When::from_seconds(1_795_362_000)),
    };
    let own =
        |count: u32, more| StaffPasskeys { passkeys: (1..=count).map(one).collect(), more, ..StaffPasskeys::default() };
    let html = show_desk(&own(1, true));
    assert!(
        html[0].contains("data-ask=\"/passkeys/challenge\"") && !html[0].contains("/passkeys/remove"),
        "{}",
        html[0]
    );
    assert!(html[0].contains("Not yet") && html[1].contains("Ddim eto"));
    let html = show_desk(&StaffPasskeys { most: 2, ..own(2, false) });
    assert!(html[0].contains("You have 2 passkeys") && !html[0].contains("data-passkey"), "{}", html[0]);
    for nth in 1..=2 {
        assert!(
            html[0].contains(&format!("Remove<span class=\"govuk-visually-hidden\">: Passkey {nth}</span>")),
            "{}",
            html[0]
        );
    }
    let html = show_desk(&own(0, false));
    assert!(html[0].contains("with your work account"));
    let html = show_desk(&StaffEnrol::default());
    assert!(html[0].contains("does not work") && !html[0].contains("data-passkey"));
    assert!(html[1].contains("Nid yw"));
}

#[test]
fn everything_told_and_every_role_and_action_has_words() {
    for told in [StaffTold::Failed, StaffTold::NoScript, StaffTold::Crowded, StaffTold::Enrolled, StaffTold::SignedOut]
    {
        show_desk(&StaffSignIn { told: Some(told), next: None, upstream: Some("the council".into()) });
    }
    for told in [StaffTold::Failed, StaffTold::NoScript, StaffTold::Added, StaffTold::Removed] {
        show_desk(&StaffPasskeys { told: Some(told), ..StaffPasskeys::default() });
    }
    show_desk(&StaffFront {
        name: EVIL.into(),
        roles: Role::ALL.iter().map(|role| role.as_str()).collect(),
        actions: Action::ALL.iter().map(|action| action.as_str()).collect(),
    });
    for action in Action::ALL {
        let html = show_desk(&StaffRefused { action: action.as_str(), reference: Some("r1".into()) });
        assert!(html[0].contains("There is a problem") && html[0].contains("r1"));
    }
    show_desk(&StaffNobody {});
    show_desk(&StaffSignOut {});
    show_desk(&NotFound {});
}
