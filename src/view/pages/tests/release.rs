//! What a service shows of itself on the pages before a release.

use super::*;

#[test]
fn a_services_own_pages_name_their_host_and_its_logo_is_ours() {
    let page = |url: &str, host: &str| Some(ServicePage { url: url.into(), host: host.into() });
    let service = ServicePages {
        logo: Some("/services/garden-waste/logo".into()),
        policy: page("https://a.example/p?\"><script>", "a.example"),
        terms: page("https://b.example/t", "b.example"),
    };
    let told = Inform { service: service.clone(), ..inform("public_task") };
    let asked = Consent {
        flow: "f1".into(),
        claims: claims(),
        purpose: Both::new("remind you", "eich atgoffa"),
        notice_url: "/notices/n".into(),
        service,
        asks_age: false,
        seen: String::new(),
        errors: vec![],
    };
    for [en, cy] in [show(&told), show(&asked)] {
        let link = "target=\"_blank\" rel=\"noopener noreferrer\">";
        has(&en, &["alt=\"\" width=\"64\" height=\"64\"", &format!("{link}Terms at b.example (opens in new tab)</a>")]);
        has(&cy, &[&format!("{link}Telerau ar b.example (yn agor mewn tab newydd)</a>")]);
        has(&en, &["Privacy policy at a.example (opens in new tab)"]);
        assert!(!en.contains("<script>"), "{en}");
        assert_eq!(en.matches("<img ").count(), 1);
    }
    for basis in BASES {
        for html in show(&Inform { service: told.service.clone(), ..inform(basis) }) {
            let words = copy(&html).split_whitespace().count();
            assert!(words <= 60, "{words} words with both: {}", copy(&html));
        }
    }
    let neither = show(&inform("public_task"));
    assert!(neither.iter().all(|html| !html.contains("<img ") && !html.contains("service-pages")));
}
