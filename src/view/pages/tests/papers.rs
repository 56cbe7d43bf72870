use super::{EVIL, has, show};
use crate::view::Both;
use crate::view::pages::{Authority, Block, Complain, Limits, Notice, NoticeLink, Privacy, Whom};

#[test]
fn papers() {
    let purpose = Both::new("collect your garden waste", "casglu eich gwastraff gardd");
    let notices =
        vec![NoticeLink { name: Both::new("Garden waste", "Gwastraff gardd"), purpose, url: "/notices/g".into() }];
    let mut privacy = Privacy { account: "/notices/a".into(), schedule_in_force: true, notices };
    let [english, _] = show(&privacy);
    has(&english, &["href=\"/notices/g\"", "href=\"/notices/a\"", "dpo@havenbrook.example"]);
    has(
        &english,
        &["your date of birth, address and phone number, if you gave them", "what you asked us about your rights"],
    );
    has(&english, &["as long as our retention schedule says"]);
    privacy.schedule_in_force = false;
    let [english, _] = show(&privacy);
    has(&english, &["how long we keep it are not in force yet"]);
    assert!(!english.contains("as long as our retention schedule says"), "{english}");
    let complain = Complain {
        to: Whom {
            name: Both::new("Information Governance team", "Tîm Llywodraethu Gwybodaeth"),
            email: "information@havenbrook.example".into(),
            phone: "01632 960011".into(),
            post: "Information Governance, HV1 1AA".into(),
        },
        regulator: Authority {
            name: Both::new("Information Commissioner", "Comisiynydd Gwybodaeth"),
            website: "https://regulator.example/".into(),
            phone: "01632 960099".into(),
        },
    };
    let own = ["information@havenbrook.example", "01632 960011", "within 30 days", "Information Governance, HV1"];
    let [english, welsh] = show(&complain);
    has(&english, &own);
    has(&english, &["help@havenbrook.example", "href=\"https://regulator.example/\"", "01632 960099"]);
    has(&welsh, &["Tîm Llywodraethu Gwybodaeth", "o fewn 30 diwrnod", "Comisiynydd Gwybodaeth"]);
    has(&show(&Limits {})[0], &["5 minutes after it was made"]);
    let blocks = vec![Block::Heading("H".into()), Block::Paragraph(EVIL.into()), Block::List(vec!["one".into()])];
    let notice = Notice { title: "Garden waste".into(), blocks, version: "garden-waste@1".into() };
    has(&show(&notice)[0], &["<h2 class=\"govuk-heading-m\">H</h2>", "<li>one</li>", "garden-waste@1"]);
}

#[test]
fn a_notice_is_read_from_its_markdown() {
    let text = "# Garden waste\n\nWe use it\nto collect.\n\n## What\n- your name\n- your\n  address\n\n- apart\n";
    let notice = Notice::from_markdown(text, "garden-waste@1");
    assert_eq!(notice.title, "Garden waste");
    let list = |items: &[&str]| Block::List(items.iter().map(|item| (*item).to_owned()).collect());
    let expected = [
        Block::Paragraph("We use it to collect.".into()),
        Block::Heading("What".into()),
        list(&["your name", "your address"]),
        list(&["apart"]),
    ];
    assert_eq!(notice.blocks, expected);
}
