//! A page of the consoles, with every block and every field there is.

use super::staff::show_desk;
use super::*;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};

fn fields() -> Vec<Field> {
    let item = |value: &str| (value.to_owned(), Text::say("enquiry-open"), Some(Text::say("enquiry-reason-hint")));
    vec![
        Field::input("case", "enquiry-case", EVIL).hinted("glass-case-hint"),
        Field::input("from", "enquiry-since", "2026-11-22").of_type("date"),
        Field::input("words", "enquiry-reason", EVIL).of_type("area"),
        Field::input("kind", "enquiry-reason", "").offering(vec!["one", "two"]),
        Field::choice("reason", "enquiry-reason", "fault", vec![item("fault"), item("crime_prevention")]),
        Field::choice("which", "enquiry-reason", "", vec![item(""), item("one")]).hinted("enquiry-reason-hint"),
    ]
}

fn page() -> Console {
    let facts = || vec![(Text::say("enquiry-since"), Text::At(AT).into()), (Text::plain("x"), Text::plain("").into())];
    let row =
        || vec![Cell::link(Text::plain(EVIL), "/record/1"), Cell::number(1234), Text::Claim("email".into()).into()];
    let head = || vec![Text::plain("Event"), Text::plain("Number"), Text::plain("Claim")];
    Console::new(Text::say("enquiry-title"))
        .back("/")
        .block(Block::Done(Text::say("enquiry-lead")))
        .block(Block::Para(Text::say("enquiry-lead")))
        .block(Block::Inset(Text::Day(AT)))
        .block(Block::Warning(Text::say("glass-warning")))
        .block(Block::Heading(Text::plain("A heading")))
        .block(Block::Facts(facts()))
        .block(Block::Table { caption: Text::plain("What there is"), head: head(), rows: vec![row(), row()] })
        .block(Block::Table { caption: Text::plain("And nothing"), head: head(), rows: vec![] })
        .block(Block::Links(vec![Cell::link(Text::say("enquiry-title"), "/enquiries")]))
        .block(Block::Code("{\"a\": 1}".repeat(40)))
        .block(Block::Picture { src: "/record/chart.svg".into(), alt: Text::plain("Looks by day") })
        .block(Block::Form(Form::post("/enquiries", "open", "enquiry-open").fields(fields()).hidden("seen", 3)))
        .block(Block::Form(Form::post("/enquiries", "open", "enquiry-open").fields(fields()).weight("warning")))
        .block(Block::Form(
            Form::post("/enquiries", "close", "enquiry-open").apart(Text::plain("A")).weight("secondary"),
        ))
}

#[test]
fn every_block_and_every_field_is_shown_and_what_comes_again_has_an_id_of_its_own() {
    let wrong = vec![Wrong::Console("reason", "wrong-objection-hidden"), Wrong::Console("words", "wrong-rights-told")];
    for page in [page(), page().wrong(wrong)] {
        for (html, lang) in show_desk(&page).iter().zip(Lang::ALL) {
            whole("console.html", html, lang);
            assert!(!html.contains("<script>alert(1)</script>"), "{html}");
            assert!(html.contains("id=\"case\"") && html.contains("id=\"case-13\""), "{html}");
        }
    }
}
