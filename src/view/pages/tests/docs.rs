use super::{has, show};
use crate::domain::wire_errors::Code;
use crate::view::pages::{Cookie, Cookies, Errors, Sample, SetUp, SetUpStep, Step};

const ISSUER: &str = "https://account.havenbrook.example";

/// A text as it stands in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
        .replace('`', "&#96;")
}

#[test]
fn the_error_reference_is_the_catalogue() {
    let [en, cy] = show(&Errors::all());
    for code in Code::ALL {
        let entry = code.entry();
        let heading = format!("<h2 class=\"govuk-heading-m\" id=\"{0}\">{0}</h2>", code.as_str());
        for html in [&en, &cy] {
            let own = html
                .split(&heading)
                .nth(1)
                .unwrap_or_else(|| panic!("{code:?} has no entry"))
                .split("<h2")
                .next()
                .unwrap();
            for text in
                entry.says.iter().map(|said| said.description()).chain([entry.cause, entry.remedy, entry.defined])
            {
                assert!(own.contains(&escaped(text)), "{code:?}: {text}");
            }
            assert!(entry.at.iter().all(|at| own.contains(at)), "{code:?}");
        }
    }
    assert_eq!(en.matches("<b>Remedy:</b>").count(), Code::ALL.len());
    has(&cy, &["lang=\"en\"", "Saesneg"]);
}

#[test]
fn each_step_shows_its_part_of_the_samples() {
    let [en, cy] = show(&SetUp::at(ISSUER));
    has(&en, &[ISSUER, "href=\"/docs/errors\"", "href=\"/docs/limits\""]);
    has(&cy, &["Gosod eich gwasanaeth", "lang=\"en\""]);
    for (step, next) in Step::ALL.iter().zip(Step::ALL.iter().skip(1).map(Some).chain([None])) {
        has(&en, &[&format!("href=\"/docs/set-up/{}\"", step.as_str())]);
        let page = SetUpStep::at(ISSUER, *step);
        assert!(!page.parts.is_empty(), "{step:?} has no sample");
        let [shown, welsh] = show(&page);
        for part in &page.parts {
            assert!(!part.text.is_empty(), "{step:?} {}", part.file);
            has(&shown, &[&escaped(&part.text), &format!("href=\"/docs/samples/{}\"", part.file)]);
        }
        assert!(!shown.contains("set-up-") && !shown.contains("localhost:8080"), "{shown}");
        assert_eq!(next.is_some(), shown.contains("Next: "), "{step:?}");
        has(&welsh, &["<div class=\"app-docs\" lang=\"en\">", "Saesneg"]);
        assert_eq!(Step::parse(step.as_str()), Some(*step));
    }
    assert_eq!(Step::parse("elsewhere"), None);
}

#[test]
fn the_pages_leave_out_no_line_of_a_sample() {
    let pages: Vec<_> = Step::ALL.iter().flat_map(|step| SetUpStep::at(ISSUER, *step).parts).collect();
    // The list of keys is to look things up in, and is read whole.
    for sample in Sample::ALL.iter().filter(|sample| sample.name != "service-keys.toml") {
        let whole = sample.for_issuer(ISSUER);
        for line in whole.lines().filter(|line| !line.contains("Step: ")) {
            let shown = pages.iter().any(|part| part.file == sample.name && part.text.contains(line.trim()));
            assert!(shown, "{}: {line}", sample.name);
        }
        for (_, step) in whole.lines().filter_map(|line| line.split_once("Step: ")) {
            assert!(Step::parse(step).is_some(), "{}: {step} is no step", sample.name);
        }
    }
}

#[test]
fn each_cookie_has_its_words() {
    let all = ["session", "browser", "language", "wish", "staff", "upstream"];
    let cookies = all.map(|what| Cookie { name: "__Host-portreeve".into(), what, hours: 1 }).to_vec();
    let [english, welsh] = show(&Cookies { cookies });
    has(&english, &["__Host-portreeve", "scope=\"row\"", "<caption", "or 1 hour on your own device"]);
    has(&welsh, &["neu 1 awr ar eich dyfais eich hun"]);
}
