//! Every page in both languages: what holds for all of them, and what each must say.

mod account;
mod console;
mod details;
mod docs;
mod leaving;
mod papers;
mod release;
mod rights;
mod second_step;
mod seen;
mod sharing;
mod staff;

use super::*;
use crate::domain::time::When;
use crate::view::{Both, Brand, Chrome, Idle, Lang, OtherWays, Page, Renderer, ServiceContext, Wrong};
use std::collections::BTreeSet;
use std::hash::{Hash as _, Hasher as _};

/// 22 November 2026, 3:40pm.
const AT: When = When::from_seconds(1_795_362_000);

/// What nobody may ever see rendered as markup.
const EVIL: &str = "\"><script>alert(1)</script>'{{7*7}}";

fn ways() -> OtherWays {
    OtherWays {
        phone: "01632 960000".into(),
        place: Both::new("Town Hall, Monday to Friday", "Neuadd y Dref, dydd Llun i ddydd Gwener"),
        post: "Town Hall, Havenbrook HB1 1AA".into(),
    }
}

/// A renderer for the sample council.
pub fn renderer() -> Renderer {
    let brand = Brand {
        council: Both::new("Havenbrook Borough Council", "Cyngor Bwrdeistref Havenbrook"),
        account: Both::new("Havenbrook account", "cyfrif Havenbrook"),
        other_ways: ways(),
        email: "help@havenbrook.example".into(),
        website: "https://havenbrook.example/".into(),
        data_protection_officer: Both::new("dpo@havenbrook.example", "dpo@havenbrook.example"),
    };
    Renderer::new(&brand).unwrap()
}

fn chrome(lang: Lang) -> Chrome {
    Chrome {
        lang,
        here: "/somewhere?flow=f1".into(),
        form_token: Some("tok3n".into()),
        signed_in_as: Some("Ada W.".into()),
        signs_out_at: Some(When::from_seconds(1_800_000_000)),
        idle: Some(Idle { left: 900, warning: 120, renewable: true }),
        service: Some(ServiceContext {
            name: Both::new("Garden waste", "Gwastraff gardd"),
            other_ways: OtherWays { phone: "01632 960001".into(), ..ways() },
            start_url: "http://localhost:8090/".into(),
            account_needed_because: Some(Both::new("You can see your bins", "Gallwch weld eich biniau")),
        }),
        staff: None,
    }
}

/// Renders one page in both languages, checks what holds for all, and returns English and Welsh.
fn show<P: Page>(page: &P) -> [String; 2] {
    let renderer = renderer();
    for bare in Lang::ALL {
        let html = renderer.page(page, &Chrome { lang: bare, here: "/x".into(), ..Chrome::default() }).0;
        holds(P::TEMPLATE, &html, bare);
        assert!(html.contains("01632 960000"), "{} without a service names the council's ways", P::TEMPLATE);
    }
    Lang::ALL.map(|lang| {
        let html = renderer.page(page, &chrome(lang)).0;
        holds(P::TEMPLATE, &html, lang);
        assert!(html.contains("01632 960001"), "{} names the service's ways", P::TEMPLATE);
        let mark = if lang == Lang::En { "Signed in as Ada W." } else { "Wedi mewngofnodi fel Ada W." };
        assert!(html.contains(mark) && html.contains("href=\"/logout\""), "{}", P::TEMPLATE);
        let forms = html.matches("<form ").count();
        let elsewhere = html.matches("data-submit-at-once").count();
        assert_eq!(html.matches("name=\"form_token\" value=\"tok3n\"").count(), forms - elsewhere, "{}", P::TEMPLATE);
        html
    })
}

fn values<'a>(html: &'a str, before: &str) -> Vec<&'a str> {
    html.split(before).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// Keeps the page for whoever looks at all of them with a browser (`tests/browser/every_page.test.js`).
fn keep(template: &str, html: &str) {
    let Some(folder) = std::env::var_os("PORTREEVE_TEST_PAGES") else { return };
    let mut hasher = std::hash::DefaultHasher::new();
    html.hash(&mut hasher);
    let name = format!("{}-{:016x}.html", template.replace(['/', '.'], "-"), hasher.finish());
    std::fs::write(std::path::Path::new(&folder).join(name), html).unwrap();
}

fn holds(template: &str, html: &str, lang: Lang) {
    keep(template, html);
    let here = |what: &str| format!("{template} ({}): {what}\n{html}", lang.as_str());
    assert!(html.contains(&format!("<html lang=\"{}\"", lang.as_str())), "{}", here("lang"));
    assert_eq!(html.matches("<h1").count(), 1, "{}", here("one h1"));
    assert_eq!(html.matches("<main ").count(), 1, "{}", here("one main"));
    assert!(html.contains("href=\"#main-content\""), "{}", here("skip link"));
    assert!(html.len() < 30_000, "{}", here("weight"));
    for bad in ["<style", " style=", " onclick=", " required", "<script>", "undefined", "alert(1)</script>", " none "] {
        assert!(!html.contains(bad), "{}", here(bad));
    }
    let scripts = html.matches("<script").count();
    assert_eq!(scripts, html.matches("<script type=\"module\" src=\"/assets/app.").count(), "{}", here("scripts"));
    for path in ["/privacy", "/cookies", "/accessibility", "/complain"] {
        assert!(html.contains(&format!("href=\"{path}\"")), "{}", here(path));
    }
    let other = if lang == Lang::En { "lang=cy\"" } else { "lang=en\"" };
    assert!(html.contains(other), "{}", here("language link"));
    for bad in ["govuk-header", "crown", "crest", "woff"] {
        assert!(!html.contains(bad), "{}", here(bad));
    }
    whole(template, html, lang);
    for form in html.split("<form ").skip(1) {
        let tag = form.split('>').next().unwrap();
        assert!(tag.contains("method=\"post\""), "{}", here("a form posts"));
        assert!(tag.contains("novalidate") || tag.contains("data-submit-at-once"), "{}", here("novalidate"));
    }
    for input in html.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap()) {
        assert!(
            !(input.contains("type=\"password\"") && input.contains(" value=")),
            "{}",
            here("a password comes back")
        );
    }
    // A heading, label or link without words would be read out as nothing.
    let tight: String = html.split_whitespace().collect::<Vec<_>>().join(" ").replace("> <", "><");
    for empty in ["></h1>", "></h2>", "></label>", "></button>", "></a>", "></p>", "></dd>", "></li>"] {
        let opened = empty.replace("></", "<").replace('>', "");
        assert!(!tight.contains(&format!("{opened}{empty}")), "{}", here(empty));
    }
}

/// Each id stands once, and whatever leads to one finds it.
fn whole(template: &str, html: &str, lang: Lang) {
    let here = |what: &str| format!("{template} ({}): {what}\n{html}", lang.as_str());
    let ids = values(html, " id=\"");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{}", here("an id twice"));
    for wanted in values(html, " for=\"").into_iter().chain(values(html, "href=\"#")) {
        assert!(unique.contains(wanted), "{}", here(wanted));
    }
    for described in values(html, "aria-describedby=\"").into_iter().flat_map(str::split_whitespace) {
        assert!(unique.contains(described), "{}", here(described));
    }
}

/// A page with errors: title, summary and fields say the same.
fn errs<P: Page>(page: &P) {
    let [english, welsh] = show(page);
    for (html, prefix, heading) in
        [(english, "<title>Error: ", "There is a problem"), (welsh, "<title>Gwall: ", "Mae problem")]
    {
        assert!(html.contains(prefix), "{html}");
        let main = html.split("<main").nth(1).unwrap();
        let summary = main.find("govuk-error-summary").unwrap();
        assert!(summary < main.find("<h1").unwrap() && main.contains(heading), "{html}");
        let listed = html.split("govuk-error-summary__list").nth(1).unwrap().split("</ul>").next().unwrap();
        assert_eq!(listed.matches("<a ").count(), page.errors().len());
        for link in listed.split("<a ").skip(1) {
            let text = link.split('>').nth(1).unwrap().split('<').next().unwrap();
            assert!(html.contains(&format!(":</span> {text}\n")), "the field says it too: {text}\n{html}");
        }
        assert!(html.contains("aria-describedby=\""), "{html}");
    }
}

fn has(html: &str, wanted: &[&str]) {
    for text in wanted {
        assert!(html.contains(text), "{text} is missing in\n{html}");
    }
}

#[test]
fn home() {
    let [en, cy] = show(&Home {});
    has(&en, &["href=\"/sign-in\"", "href=\"/create-account\"", "Havenbrook account"]);
    has(&cy, &["Mewngofnodi", "cyfrif Havenbrook"]);
}

#[test]
fn sign_in() {
    let mut page = SignIn {
        flow: Some("a b&c".into()),
        email: EVIL.into(),
        own_device: false,
        apart: false,
        reset: true,
        errors: vec![],
    };
    let [en, cy] = show(&page);
    has(
        &en,
        &["Sign in to use Garden waste", "id=\"email\"", "id=\"password\"", "id=\"continue\"", "This is my own device"],
    );
    has(
        &en,
        &["/create-account?flow=a%20b%26c", "/forgotten-password?flow=a%20b%26c", "name=\"flow\" value=\"a b&amp;c\""],
    );
    has(&en, &["You can see your bins", "autocomplete=\"current-password\"", "value=\"&quot;&gt;&lt;script&gt;"]);
    has(&cy, &["Mewngofnodi i ddefnyddio Gwastraff gardd", "Dangos"]);
    assert!(!en.contains(" checked"));
    assert!(!en.contains("kept apart"));
    page.apart = true;
    has(&show(&page)[0], &["Garden waste is kept apart from other services", "Enter your password again"]);
    page.own_device = true;
    has(&show(&page)[0], &[" checked"]);
    page.errors = vec![Wrong::SignInFailed];
    errs(&page);
    page.errors = vec![Wrong::EmailMissing, Wrong::PasswordMissing];
    errs(&page);
}

#[test]
fn create_account() {
    let mut page = CreateAccount { full_name: "Ada".into(), email: "a@b".into(), ..CreateAccount::default() };
    let [en, cy] = show(&page);
    has(&en, &["id=\"full_name\"", "value=\"Ada\"", "value=\"a@b\"", "href=\"/sign-in\""]);
    let notice = en.find("uses your name and email address").unwrap();
    assert!(notice < en.find("id=\"full_name\"").unwrap(), "the notice comes before the first field");
    has(&cy, &["Creu cyfrif", "Enw llawn"]);
    page.errors = vec![Wrong::NameTooLong, Wrong::EmailMalformed];
    errs(&page);
}

#[test]
fn shared_address_and_forgotten() {
    let shared = SharedAddress { token: "t0k".into(), masked: "a•••@b.org".into(), ..SharedAddress::default() };
    has(&show(&shared)[0], &["name=\"token\" value=\"t0k\"", "a•••@b.org", "id=\"sign_in_name\""]);
    errs(&SharedAddress { errors: vec![Wrong::SignInNameTaken], ..shared });
    has(
        &show(&Forgotten { flow: Some("f1".into()), ..Forgotten::default() })[1],
        &["Cael cyfrinair newydd", "value=\"f1\""],
    );
    errs(&Forgotten { errors: vec![Wrong::EmailMissing], ..Forgotten::default() });
}

#[test]
fn codes() {
    for (purpose, action) in [
        (CodePurpose::SignUp, "/create-account/code"),
        (CodePurpose::Reset, "/forgotten-password/code"),
        (CodePurpose::ChangeEmail, "/account/email/code"),
    ] {
        let mut page = CheckCode {
            purpose,
            flow: Some("f1".into()),
            journey: Some("j1".into()),
            masked: "a•••@b.org".into(),
            minutes: 15,
            resent: false,
            longer: false,
            lengthened: false,
            errors: vec![],
        };
        let [en, cy] = show(&page);
        assert_eq!(en.matches(&format!("action=\"{action}\"")).count(), 2);
        has(
            &en,
            &["inputmode=\"numeric\"", "autocomplete=\"one-time-code\"", "name=\"code\"", "15 minutes", "a•••@b.org"],
        );
        has(&en, &["name=\"journey\" value=\"j1\"", "value=\"resend\"", "value=\"longer\""]);
        has(&cy, &["15 munud", "Anfon cod newydd"]);
        assert_eq!(en.contains("We have sent an email"), purpose != CodePurpose::Reset, "{en}");
        (page.longer, page.lengthened, page.minutes) = (true, true, 240);
        let [en, _] = show(&page);
        has(&en, &["If we have sent you a code, it now works for 4 hours.", "role=\"alert\""]);
        assert!(!en.contains("value=\"longer\""));
        page.resent = true;
        page.longer = false;
        has(&show(&page)[0], &["If we can send you a new email, it is on its way.", "no more than 3 emails an hour"]);
        page.resent = false;
        page.errors = vec![Wrong::CodeWait { until: AT }];
        let [en, _] = show(&page);
        has(&en, &["Try again at 3:40pm"]);
        assert!(!en.contains("id=\"news\"") && !en.contains("value=\"longer\""), "{en}");
        errs(&page);
    }
}

#[test]
fn finish_sign_up() {
    let mut page = FinishSignUp { flow: Some("f1".into()), email: EVIL.into(), resent: true, errors: vec![] };
    let [en, _] = show(&page);
    has(
        &en,
        &["id=\"email\"", "id=\"code\"", "value=\"resend\"", "value=\"&quot;&gt;", "value=\"f1\"", "role=\"alert\""],
    );
    page.errors = vec![Wrong::EmailMissing, Wrong::CodeMissing];
    errs(&page);
}

#[test]
fn choose_password() {
    let mut page = ChoosePassword {
        purpose: CodePurpose::SignUp,
        flow: None,
        journey: Some("j1".into()),
        username: Some("ada@b.org".into()),
        errors: vec![Wrong::PasswordTooShort],
    };
    errs(&page);
    page.errors.clear();
    has(&show(&page)[0], &["Create a password", "autocomplete=\"new-password\"", "autocomplete=\"username\" hidden"]);
    page.purpose = CodePurpose::Reset;
    has(&show(&page)[0], &["Choose a new password", "action=\"/forgotten-password/password\""]);
}

fn claims() -> Vec<ClaimLine> {
    let line = |claim: &str, value: &str| ClaimLine { claim: claim.into(), value: value.into(), kind: ClaimKind::Text };
    vec![line("name", "Ada Wójcik"), line("email", "ada@example.org"), line("x_unknown", EVIL)]
}

fn inform(basis: &str) -> Inform {
    Inform {
        flow: "f1".into(),
        short_name: "Ada W.".into(),
        first_name: "Ada".into(),
        claims: claims(),
        purpose: Both::new("collect your garden waste", "casglu eich gwastraff gardd"),
        basis: basis.into(),
        notice_url: "/notices/garden-waste".into(),
        service: ServicePages::default(),
        restricted: false,
        seen: "5ee0".into(),
    }
}

/// The text of the main part before the other ways, without the values.
fn copy(html: &str) -> String {
    let main = html.split("<main").nth(1).unwrap().split("app-other-ways").next().unwrap();
    let mut out = String::new();
    for (index, piece) in main.split("<dl").enumerate() {
        let piece = if index == 0 { piece } else { piece.split("</dl>").nth(1).unwrap() };
        for part in piece.split('<') {
            out.push_str(part.split_once('>').map_or("", |(_, text)| text));
            out.push(' ');
        }
    }
    out
}

const BASES: [&str; 6] =
    ["public_task", "legal_obligation", "contract", "vital_interests", "legitimate_interests", "consent"];

#[test]
fn inform_says_all_in_sixty_words() {
    for basis in BASES {
        let [en, cy] = show(&inform(basis));
        for html in [&en, &cy] {
            let words = copy(html).split_whitespace().count();
            assert!((20..=60).contains(&words), "{words} words: {}", copy(html));
        }
        has(&en, &["Continue as Ada W.", "id=\"continue\"", "I am not Ada", "action=\"/not-me\"", "Ada Wójcik"]);
        has(
            &en,
            &["Full name", "x_unknown", "/notices/garden-waste", "It uses these details to collect your garden waste"],
        );
        has(&cy, &["Parhau fel Ada W.", "Enw llawn"]);
        assert!(!copy(&en).contains("basis-"));
    }
    let nothing = Inform { claims: vec![], ..inform("public_task") };
    has(&show(&nothing)[0], &["will get nothing about you"]);
}

#[test]
fn consent_gives_both_answers_the_same_weight() {
    let mut page = Consent {
        flow: "f1".into(),
        claims: claims(),
        purpose: Both::new("remind you", "eich atgoffa"),
        notice_url: "/notices/n".into(),
        service: ServicePages::default(),
        asks_age: false,
        seen: "5ee0".into(),
        errors: vec![],
    };
    let [en, cy] = show(&page);
    has(&en, &["id=\"consent-allow\"", "id=\"consent-deny\"", "value=\"allow\"", "value=\"deny\"", "<fieldset"]);
    assert!(!en.contains(" checked"), "neither is chosen beforehand");
    has(&cy, &["Nac ydw, peidiwch"]);
    page.errors = vec![Wrong::ConsentMissing];
    errs(&page);
}

#[test]
fn form_post_escapes_what_it_carries() {
    let page = FormPost { action: "https://rp.example/cb".into(), fields: vec![("state".into(), EVIL.into())] };
    has(
        &show(&page)[0],
        &["action=\"https://rp.example/cb\"", "name=\"state\" value=\"&quot;&gt;&lt;script", "id=\"continue\""],
    );
}

#[test]
fn leaving() {
    let garden = || Both::new("Garden waste", "Gwastraff gardd");
    let page = LogoutConfirm { logout: Some("l1".into()), services: vec![garden()] };
    has(&show(&page)[0], &["id=\"logout-confirm\"", "name=\"logout\" value=\"l1\"", "action=\"/logout/confirm\""]);
    has(&show(&LogoutConfirm::default())[1], &["Ydych chi am allgofnodi?"]);
    let out = |state| SignedOut {
        services: vec![SignedOutService { name: garden(), state }],
        return_to: Some(ReturnLink { url: "http://localhost:8090/?a=1&state=x".into(), name: garden() }),
        check_url: "/signed-out?ref=r1".into(),
        frames: vec![],
        goes_on: false,
    };
    let [en, cy] = show(&out(SignedOutState::Waiting));
    has(
        &en,
        &["You have signed out", "Waiting for an answer", "href=\"/signed-out?ref=r1\"", "Return to Garden waste"],
    );
    has(&cy, &["Rydych wedi allgofnodi", "Yn aros am ateb"]);
    let [en, _] = show(&out(SignedOutState::Confirmed));
    assert!(!en.contains("Check again") && !en.contains("could not be reached"));
    has(&show(&out(SignedOutState::NotReached))[0], &["You may still be signed in"]);
    has(&show(&SignedOut::default())[0], &["Sign in again"]);
    assert!(!en.contains("<iframe") && !en.contains("data-follow"));
    let frame = Frame { name: garden(), src: format!("http://localhost:8090/out?sid={EVIL}") };
    let [en, cy] = show(&SignedOut { frames: vec![frame], goes_on: true, ..out(SignedOutState::Confirmed) });
    has(
        &en,
        &["title=\"Signing out of Garden waste\"", "sandbox=\"allow-scripts allow-same-origin\" hidden", "data-follow"],
    );
    has(&cy, &["title=\"Allgofnodi o Gwastraff gardd\""]);
}

#[test]
fn troubles_all_say_there_is_a_problem() {
    for why in Trouble::ALL {
        let [en, cy] = show(&Problem { why, reference: Some("R-12".into()) });
        has(&en, &["There is a problem", "R-12", "http://localhost:8090/"]);
        has(&cy, &["Mae problem"]);
        assert!(!en.contains("problem-"), "{en}");
    }
    for what in [Lapsed::Flow, Lapsed::Journey, Lapsed::Link, Lapsed::Session] {
        let [en, _] = show(&Expired { what });
        has(&en, &["There is a problem", "Start Garden waste again"]);
        assert!(!en.contains("expired-"), "{en}");
        let done = en.contains("You may have finished this already") && en.contains("href=\"/sign-in\">Sign in</a>");
        assert_eq!(done, what == Lapsed::Journey, "{en}");
        assert!(!en.contains("24 hours"), "{en}");
    }
    let [en, _] = show(&Locked { what: LockedWhat::Network, until: AT, flow: Some("f1".into()) });
    has(&en, &["There is a problem", "from your internet connection", "at 3:40pm.", "/sign-in?flow=f1"]);
    let [en, cy] = show(&Locked { what: LockedWhat::Account, until: AT, flow: Some("f1".into()) });
    has(&en, &["There is a problem", "You can try again at 3:40pm.", "/forgotten-password?flow=f1"]);
    has(&cy, &["am 3:40pm"]);
    has(&show(&NotFound {})[0], &["There is a problem", "We cannot find this page."]);
    has(&show(&Busy {})[1], &["Mae problem", "Arhoswch funud"]);
}

#[test]
fn the_accessibility_statement_says_what_was_done_and_no_more() {
    let mut page = Accessibility::of_this_build().unwrap();
    let [en, cy] = show(&page);
    has(&en, &["These pages are not yet tested with disabled people.", "22 November 2026", "help@havenbrook.example"]);
    has(&cy, &["Nid yw'r tudalennau hyn wedi'u profi gyda phobl anabl eto.".replace('\'', "&#39;").as_str()]);
    assert_eq!(page.status == Compliance::Untested, page.checks.is_empty(), "a status rests on checks");
    page.tested_with_disabled_people = Some(jiff::civil::date(2027, 1, 31));
    page.status = Compliance::Partial;
    page.checks = vec![ManualCheck {
        on: jiff::civil::date(2026, 12, 1),
        what: Both::new("Every page with NVDA.", "Pob tudalen gyda NVDA."),
        found: Both::new("Nothing.", "Dim."),
    }];
    page.issues = vec![AccessibilityIssue {
        what: Both::new("A table runs off.", "Mae tabl yn rhedeg i ffwrdd."),
        criterion: "1.4.10 Reflow".into(),
        mended_by: jiff::civil::date(2027, 3, 1),
    }];
    let [en, _] = show(&page);
    has(&en, &["31 January 2027", "1 December 2026: Every page with NVDA. Nothing.", "1.4.10 Reflow", "1 March 2027"]);
    assert!(!en.contains("not yet tested"));
}
