//! "Who has seen my data".

use super::*;

fn item(did: &'static str, refused: bool) -> SeenItem {
    SeenItem {
        event: "0190a1b2-0000-7000-8000-000000000001".into(),
        when: AT,
        did,
        refused,
        fields: vec!["name".into(), "state".into(), "hat_size".into()],
        reason: Some(Both::new("You asked us for help", "Gwnaethoch ofyn i ni am help")),
        case: Some(EVIL.into()),
        service: (did == "received").then(|| Both::new("Garden waste", "Gwastraff gardd")),
        purposes: vec![SeenPurpose { purpose: Some("empty your bin".into()), basis: "contract".into() }],
        destroyed: Some(SeenDestroyed { at: AT, rule: EVIL.into() }),
        late: Some(SeenLate { since: AT, ground: Some(Both::new("The Act", "Y Ddeddf")) }),
        question: Some(SeenQuestion { asked: AT, due: AT, answered: None }),
    }
}

#[test]
fn who_has_seen_it() {
    let part = |did| SeenPart { items: vec![item(did, false)], older: Some("0190a1b2-last".into()) };
    let mut page = Seen { staff: Some(part("viewed")), services: Some(part("received")) };
    let [en, cy] = show(&page);
    has(&en, &["A member of council staff looked at your record", "Full name, State of your account, hat_size"]);
    has(
        &en,
        &["You asked us for help", "Garden waste received your details", "It uses these details to empty your bin."],
    );
    has(&en, &["22 November 2026 at 3:40pm", "href=\"/account/seen/0190a1b2-0000-7000-8000-000000000001\""]);
    has(&en, &["/account/seen?group=staff&amp;before=0190a1b2-last", "group=services&amp;before=0190a1b2-last"]);
    has(&en, &["Until then the law let us wait: The Act.", "We will answer by 22 November 2026."]);
    has(&en, &["We destroyed them on 22 November 2026: our schedule says how long we keep them"]);
    has(&cy, &["Gwnaethom eu dinistrio ar 22 Tachwedd 2026"]);
    has(&cy, &["Edrychodd aelod o staff", "Cafodd Gwastraff gardd eich manylion", "Enw llawn, Cyflwr eich cyfrif"]);
    page.staff = Some(SeenPart { items: vec![], older: None });
    has(&show(&page)[0], &["There is nothing to show here."]);
    page.staff = None;
    let [en, _] = show(&page);
    assert!(!en.contains("Council staff") && en.contains("Who has seen my data: earlier"), "{en}");
}

#[test]
fn every_deed_has_words() {
    let all =
        ["viewed", "searched", "revealed", "suspended", "restored", "restricted", "lifted", "answered", "recorded"];
    for did in all.into_iter().chain(["used", "received"]) {
        for refused in [false, true] {
            let items = vec![item(did, refused)];
            for html in show(&Seen { staff: None, services: Some(SeenPart { items, older: None }) }) {
                assert!(!html.contains("seen-did") && !html.contains("seen-tried"), "{did}: {html}");
            }
        }
    }
    let items = vec![item("viewed", true)];
    has(&show(&Seen { staff: Some(SeenPart { items, older: None }), services: None })[0], &["and was refused"]);
}

#[test]
fn one_entry() {
    let mut page = SeenOne {
        item: SeenItem { question: None, late: None, ..item("viewed", false) },
        receipt: None,
        waits: None,
        answers: vec![],
        team: "Information Governance".into(),
        team_email: "information@a.example".into(),
        team_phone: "01632 960011".into(),
        news: None,
    };
    let [en, _] = show(&page);
    has(&en, &["ready in a moment", "id=\"ask\"", "/account/seen/0190a1b2-0000-7000-8000-000000000001/ask"]);
    page.receipt = Some(SeenReceipt { log: "a.example/log/2026".into(), index: "1234".into(), key: "k+1+AA".into() });
    page.item.question = Some(SeenQuestion { asked: AT, due: AT, answered: None });
    page.waits = Some("q-1".into());
    page.news = Some(SeenNews::Asked);
    let [en, cy] = show(&page);
    has(&en, &["entry 1234 of our record a.example/log/2026", "<code>k+1+AA</code>", "/receipt\" download"]);
    has(&en, &["The council has your question", "What happens next", "Information Governance", "<strong>q-1</strong>"]);
    has(&cy, &["Beth sy’n digwydd nesaf", "erbyn 22 Tachwedd 2026"]);
    assert!(!en.contains("id=\"ask\""), "one question at a time");
    page.waits = None;
    page.item.question = Some(SeenQuestion { asked: AT, due: AT, answered: Some(AT) });
    page.answers = vec![SeenAnswer { at: AT, lines: vec!["We helped you.".into(), EVIL.into()] }];
    page.news = Some(SeenNews::TooMany);
    has(&show(&page)[0], &["Our answer of 22 November 2026", "We helped you.", "id=\"ask\"", "5 questions today"]);
}
