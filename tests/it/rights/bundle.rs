//! The copy of everything that is held, made by an officer: question 10, and every refusal on the way.

use super::{again, governance, letters, only_case, opens, steps};
use crate::app::House;
use crate::events::record::Record;
use crate::looking::leaves;
use crate::questions::without;
use crate::seen::{WORD, look, signed_in};
use crate::sharing::says as shares;
use crate::staff::browser::{Officer, says};
use crate::visitor::Visitor;
use crate::wording;
use aws_lc_rs::digest;
use portreeve::crypto::record::EventSeed;
use portreeve::crypto::tokens;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::vocabulary::{AccountRestored, Released};
use portreeve::domain::audit::{ActorClass, Channel, Draft, Kind};
use portreeve::domain::ids::{AccountId, CaseId, GrantId};
use portreeve::domain::staff::Role;
use portreeve::jobs::make_bundles::MakeBundles;
use portreeve::jobs::runner::Duty;
use portreeve::service::people;
use portreeve::store::{Error, Housekeeping, bundles, events};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Read as _};
use std::time::Duration;
use zip::ZipArchive;

pub const ADA: &str = "ada@example.org";
const SAFE: &str = "Alone, by phone. Send it to her account, never by post.";

pub async fn makes(house: &House) {
    MakeBundles.round(&house.app, house.app.now()).await.unwrap();
}

/// Somebody asks for a copy in her account.
pub async fn asked(house: &House, email: &str) -> Visitor {
    let visitor = signed_in(house, email).await;
    assert!(visitor.post("/account/rights", &[("kind", "access")]).await.to.contains("news=sent"));
    visitor
}

/// An officer in front of the copy of the only case.
pub async fn before(house: &House) -> (Officer, String) {
    let mut dee = governance(house).await;
    let case = only_case(&mut dee).await;
    let here = opens(&mut dee, &case, "rights_request").await;
    (dee, format!("{here}/copy"))
}

pub async fn does(officer: &mut Officer, here: &str, fields: &[(&str, &str)]) {
    let done = officer.post(here, fields).await;
    assert!(done.to.starts_with(&format!("{here}?told=")), "{fields:?}: {} {} {}", done.status, done.to, done.body);
}

const WHO: [(&str, &str); 2] = [("act", "identity"), ("identity", "session")];
const FREE: [(&str, &str); 3] = [("act", "coercion"), ("coercion", "clear"), ("coercion_words", SAFE)];
const WORRY: [(&str, &str); 3] =
    [("act", "coercion"), ("coercion", "worry"), ("coercion_words", "Somebody listens in.")];
const ORDER: [(&str, &str); 1] = [("act", "order")];

/// What has to be known is noted, and the copy is ordered.
pub async fn orders(officer: &mut Officer, here: &str) {
    for fields in [&WHO[..], &FREE, &ORDER] {
        does(officer, here, fields).await;
    }
}

/// The pieces that a page asks about: each field with the words it is about.
fn pieces(body: &str) -> Vec<(String, String)> {
    let fields = body.split("<fieldset").skip(1).filter(|part| part.contains("name=\"piece-"));
    let word =
        |part: &str, from: &str, to: &str| part.split(from).nth(1).unwrap().split(to).next().unwrap().trim().to_owned();
    fields.map(|part| (word(part, "name=\"", "\""), word(part, "class=\"govuk-hint\">", "</div>"))).collect()
}

/// Every piece is decided: those with these words as said, the others stay.
pub async fn decides(officer: &mut Officer, here: &str, of: &[(&str, &str)]) -> usize {
    let page = officer.get(here).await;
    let all = pieces(&page.body);
    let chosen: Vec<(&str, &str)> = all
        .iter()
        .map(|(name, text)| {
            (&**name, of.iter().find(|(word, _)| text.contains(word)).map_or("keep_told", |(_, verdict)| verdict))
        })
        .collect();
    does_at(officer, here, "pieces", &chosen).await;
    all.len()
}

async fn does_at(officer: &mut Officer, here: &str, form: &str, fields: &[(&str, &str)]) {
    let done = officer.post(&format!("{here}/{form}"), fields).await;
    assert!(done.to.starts_with(here), "{} {}", done.status, done.body);
}

/// What the newest event of a kind says.
async fn told(house: &House, kind: &str) -> Value {
    let rows = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap();
    let event = rows.into_iter().find(|row| row.r#type == kind).unwrap();
    Record::of(&house.app.db, &house.app.roots).payload(&event).await.unwrap()
}

/// Something is on record about somebody.
async fn writes<K: Kind + Clone>(house: &House, who: AccountId, payload: K) {
    let app = &house.app;
    let keys = people::keys(&mut app.db.peek(), &app.roots, who).await.unwrap();
    let draft = Draft::new(ActorClass::System, payload).about(who).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(app.now()), &draft, Some(&keys)).unwrap();
    app.db.write(async |w| w.commit(event.clone(), ()).await).await.unwrap();
}

fn unpacked(zip: &[u8]) -> BTreeMap<String, String> {
    let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut text = |name: &String| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    names.iter().map(|name| (name.clone(), text(name))).collect()
}

fn sum(bytes: &[u8]) -> String {
    digest::digest(&digest::SHA256, bytes).as_ref().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// Ada, about whom there is a good deal: shares, looks of an operator's who is named, and one that is kept from her.
async fn story(world: crate::world::World) -> (House, AccountId, Visitor) {
    let house = House::new(world).await;
    let ada = house.resident("Ada Wójcik", ADA, WORD).await;
    shares(&house, ada, "parking-permits", "issue-resident-permit").await;
    let ben = house.resident("Ben Oak", "ben@example.org", WORD).await;
    shares(&house, ben, "garden-waste", "collect-garden-waste").await;
    look(&house, ada, "fault").await;
    look(&house, ada, "crime_prevention").await;
    look(&house, ben, "fault").await;
    house.later(Duration::from_secs(1));
    let visitor = asked(&house, ADA).await;
    house.letters().await;
    (house, ada, visitor)
}

/// Made, with every piece decided, and released to her account: where she fetches it.
async fn released(house: &House, dee: &mut Officer, here: &str) -> String {
    orders(dee, here).await;
    makes(house).await;
    decides(dee, here, &[]).await;
    makes(house).await;
    does(dee, here, &[("act", "release")]).await;
    let wrote = letters(house, "Your copy is ready").await.remove(0).1.body;
    let link = wrote.split("/account/rights/").nth(1).unwrap();
    format!("/account/rights/{}", link.split_whitespace().next().unwrap())
}

both! {
    async fn q10_everything_held_about_her_is_one_file_with_its_hash_in_the_case(world: World) {
        let (house, _, visitor) = story(world).await;
        let (mut dee, here) = before(&house).await;
        let read = here.trim_end_matches("/copy").to_owned();
        says(&dee.get(&read).await, 200, &["Copy of everything we hold"]);
        steps(&mut dee, &read, "clarification_asked", "Cai Morgan next door says you moved. Did you?").await;
        steps(&mut dee, &read, "clarified", "").await;
        house.letters().await;
        says(&dee.get(&here).await, 200, &["How do you know who is asking?", "Does anybody make them ask?", "Data Protection Act 2018, section 184"]);
        orders(&mut dee, &here).await;
        says(&dee.get(&here).await, 200, &["The copy is being made", SAFE, "Dee Hart"]);
        makes(&house).await;
        // Nothing goes before each piece is decided, and the pieces are what others wrote or who others are.
        let page = dee.get(&here).await;
        let found = pieces(&page.body);
        let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert!(texts.iter().any(|text| text.contains("Cai Morgan")) && texts.iter().any(|text| text.contains("Bea Lloyd")), "{texts:?}");
        assert!(texts.iter().any(|text| text.contains("never by post")), "{texts:?}");
        assert!(!texts.iter().any(|text| wording::says(text, "Ben")), "{texts:?}");
        for (form, fields) in [("", &[("act", "release")][..]), ("/file", &[("way", "desk")])] {
            says(&dee.post(&format!("{here}{form}"), fields).await, 200, &["This was changed meanwhile"]);
        }
        // What was chosen is still there if one is missing.
        let partly = dee.post(&format!("{here}/pieces"), &[("piece-1", "hide_person")]).await;
        says(&partly, 200, &["Decide every piece", "value=\"hide_person\" checked"]);
        let count = decides(&mut dee, &here, &[("Cai Morgan", "hide_person"), ("Bea Lloyd", "hide_person"), ("never by post", "hide_harm")]).await;
        assert_eq!(count, found.len());
        makes(&house).await;
        let page = dee.get(&here).await;
        says(&page, 200, &["The file was made", "Release it to the account", "SHA-256 of the file"]);
        let made = told(&house, "rights.bundle_made").await;
        let hash = made["data"]["sha256"].as_str().unwrap().to_owned();
        assert!(page.body.contains(&hash));
        // What lies is sealed.
        let case = CaseId(read.split('/').nth(2).unwrap().parse().unwrap());
        let held = bundles::held(&mut house.app.db.peek(), case).await.unwrap().unwrap();
        assert!(held.draft.is_none() && !held.body.unwrap().windows(4).any(|window| window == b"PK\x03\x04"));

        does(&mut dee, &here, &[("act", "release")]).await;
        let wrote = letters(&house, "Your copy is ready").await;
        assert_eq!((wrote.len(), wrote[0].0.as_str()), (1, ADA));
        let place = wrote[0].1.body.split_whitespace().find(|word| word.ends_with("/copy")).unwrap();
        let mine = format!("/account/rights/{}", place.split("/account/rights/").nth(1).unwrap());
        let listed = visitor.get(mine.trim_end_matches("/copy")).await;
        assert!(listed.body.contains(&format!("href=\"{mine}\"")) && listed.body.contains("2 December 2026"), "{}", listed.body);
        assert!(!listed.body.contains("by post") && !listed.body.contains("makes them ask"), "what was noted is not on her page: {}", listed.body);
        let bytes = visitor.fetch(&mine, &[("current_password", WORD)]).await;
        assert_eq!(sum(&bytes), hash);
        let files = unpacked(&bytes);
        for part in ["account", "sharing", "history", "received", "seen", "sessions", "requests", "events", "notices", "proofs", "messages", "told", "questions", "handling", "holds", "kept"] {
            assert!(files.contains_key(&format!("{part}.csv")), "{part}: {:?}", files.keys());
        }
        let data: Value = serde_json::from_str(&files["data.json"]).unwrap();
        assert_eq!(data["schema"], "portreeve.bundle/1");
        let kinds: Vec<&str> = data["events"].as_array().unwrap().iter().map(|event| event["what"].as_str().unwrap()).collect();
        for kind in ["account.created", "auth.signin_succeeded", "officer.viewed", "sharing.notice_shown", "rights.received", "officer.bundle_ordered", "rights.bundle_opened"] {
            assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
        }
        assert!(data["notices"].as_array().unwrap().iter().any(|one| one["words"].as_str().unwrap().len() > 100), "the very words");
        assert!(data["kept"].as_array().unwrap().iter().any(|one| one["category"] == "rights.bundle" && one["period"] == "P12M" && !one["from"].as_str().unwrap().is_empty()));
        assert!(data["seen"].as_array().unwrap().iter().any(|one| one["reason"] == "We put a fault right"));
        let words: Vec<&str> = data["requests"].as_array().unwrap().iter().map(|one| one["words"].as_str().unwrap()).collect();
        assert!(words.contains(&"[taken out: name of another person]"), "{words:?}");
        for (name, text) in &files {
            // Of somebody else, of who was named, of what was said in confidence, and of what is kept from her: nothing.
            without(text, &["Ben", "Oak", "garden-waste@", "Cai", "Bea Lloyd", "never by post", "crime", "$argon2"]);
            assert!(!text.contains("<script") && !text.contains("<link"), "{name}");
        }
        // Programs read the names of events and lengths of time, people what they are.
        let (page, said) = (&files["index.html"], ["The account was created", "12 months", "ordered the copy of everything"]);
        let codes = page.contains("account.created") || page.contains("P12M");
        assert!(said.iter().all(|words| page.contains(words)) && !codes, "{page}");
        for name in ["index.html", "data.json", "requests.csv", "handling.csv"] {
            assert!(files[name].contains("[taken out: "), "{name}: {}", files[name]);
        }
        // Once, with its hash in the record and in the case.
        let fetched = told(&house, "rights.bundle_fetched").await;
        assert_eq!(fetched["data"]["sha256"], json!(hash));
        for answer in [visitor.get(&mine).await, visitor.post(&mine, &[("current_password", WORD)]).await] {
            assert_eq!(answer.status, 404, "{}", answer.body);
        }
        says(&dee.get(&read).await, 200, &["It was fetched in the account", "They ask freely"]);
        assert_eq!(house.events("rights.bundle_fetched").await, 1);
        // She reads who made it, in the copy and on her pages.
        let seen = data["seen"].as_array().unwrap();
        assert!(seen.iter().any(|one| one["details"] == "everything" && one["what"] == "viewed"), "{seen:?}");
        assert_eq!(leaves(&house, "rights.bundle_opened").await.len(), 2, "all of it was opened as one, and to be made");
    }

    async fn a_word_of_ours_is_no_piece_and_a_name_under_the_same_key_is(world: World) {
        let (house, ada, _) = story(world).await;
        let payload = Released { grant: GrantId(tokens::uuid()), claims: vec![], records: vec![], until: String::new(), by: "code".into() };
        writes(&house, ada, payload).await;
        writes(&house, ada, AccountRestored { by: FullName::parse("Meg Hale").unwrap() }).await;
        let (mut dee, here) = before(&house).await;
        orders(&mut dee, &here).await;
        makes(&house).await;
        let found = pieces(&dee.get(&here).await.body);
        let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert!(texts.contains(&"by: Meg Hale") && !texts.iter().any(|text| text.contains("by: code")), "{texts:?}");
        decides(&mut dee, &here, &[("by: Meg Hale", "hide_person")]).await;
        makes(&house).await;
        let took = dee.post(&format!("{here}/file"), &[("way", "desk")]).await;
        let data: Value = serde_json::from_str(&unpacked(&took.bytes)["data.json"]).unwrap();
        let said = |what: &str| data["events"].as_array().unwrap().iter().find(|event| event["what"] == what).unwrap();
        assert!(said("claims.released")["details"].as_str().unwrap().contains("by: code"), "{data}");
        assert_eq!(said("account.restored")["others"], "[taken out: name of another person]", "{data}");
    }

    async fn nothing_is_made_before_it_is_known_who_asks_and_that_she_asks_freely(world: World) {
        let (house, _, _) = story(world).await;
        let (mut dee, here) = before(&house).await;
        says(&dee.post(&here, &ORDER).await, 200, &["Note first how you know who is asking"]);
        says(&dee.post(&here, &[("act", "identity"), ("identity", "desk"), ("identity_words", "A passport.")]).await, 200, &["A request made while signed in is proof"]);
        says(&dee.post(&here, &[("act", "identity")]).await, 200, &["Select one"]);
        does(&mut dee, &here, &WHO).await;
        says(&dee.post(&here, &ORDER).await, 200, &["Note first whether anybody makes them ask"]);
        says(&dee.post(&here, &[("act", "coercion"), ("coercion", "clear"), ("coercion_words", " ")]).await, 200, &["Enter what you know"]);
        let long = "x".repeat(2_001);
        let said = dee.post(&here, &[("act", "coercion"), ("coercion", "clear"), ("coercion_words", &long)]).await;
        says(&said, 200, &["2,000 characters or less", &long]);
        assert_eq!(dee.post(&here, &[("act", "burn")]).await.status, 404);
        assert_eq!((house.events("officer.bundle_ordered").await, house.events("rights.bundle_noted").await), (0, 1));
        makes(&house).await;
        assert_eq!(house.events("rights.bundle_opened").await, 0);
    }

    async fn a_worry_waits_for_somebody_else(world: World) {
        let (house, _, visitor) = story(world).await;
        let (mut dee, here) = before(&house).await;
        does(&mut dee, &here, &WHO).await;
        does(&mut dee, &here, &WORRY).await;
        says(&dee.get(&here).await, 200, &["Nothing is made until somebody else", "Somebody listens in."]);
        says(&dee.post(&here, &ORDER).await, 200, &["somebody else has to decide first"]);
        says(&dee.post(&here, &FREE).await, 200, &["somebody else has to decide first"]);
        let go = [("act", "decision"), ("decision", "go"), ("decision_words", "She rang from work: it is safe.")];
        says(&dee.post(&here, &go).await, 200, &["You noted the worry"]);
        let case = here.split("/enquiries").next().unwrap().to_owned();
        let (_, mut gwen) = house.officer("Gwen Price", &[Role::InformationGovernance]).await;
        let hers_too = format!("{}/copy", opens(&mut gwen, &case, "rights_request").await);
        says(&gwen.post(&hers_too, &[go[0], go[1]]).await, 200, &["Enter what you know"]);
        does(&mut gwen, &hers_too, &[("act", "decision"), ("decision", "stop"), ("decision_words", "Not now.")]).await;
        says(&dee.post(&here, &ORDER).await, 200, &["somebody else has to decide first"]);
        says(&dee.post(&here, &go).await, 200, &["You noted the worry"]);
        does(&mut gwen, &hers_too, &go).await;
        does(&mut dee, &here, &ORDER).await;
        // Nothing of it is on her own pages.
        for page in ["/account/rights", "/account/seen"] {
            without(&visitor.get(page).await.body, &["listens in", "worry", "rang from work"]);
        }
    }

    async fn it_is_handed_over_once_and_by_who_proved_who_they_are(world: World) {
        let (house, _, visitor) = story(world).await;
        let (mut dee, here) = before(&house).await;
        orders(&mut dee, &here).await;
        makes(&house).await;
        decides(&mut dee, &here, &[]).await;
        makes(&house).await;
        let file = format!("{here}/file");
        for way in ["", "account", "pigeon"] {
            says(&dee.post(&file, &[("way", way)]).await, 200, &["Select how the person gets it"]);
        }
        house.later(Duration::from_mins(6));
        let prove = dee.post(&file, &[("way", "desk")]).await;
        assert!(prove.to.starts_with("/prove"), "{} {}", prove.status, prove.to);
        dee.show_passkey("/prove").await;
        let took = dee.post(&file, &[("way", "desk")]).await;
        assert_eq!(took.status, 200, "{}", took.body);
        let taken = told(&house, "officer.bundle_taken").await;
        assert_eq!((taken["data"]["sha256"].as_str().unwrap(), &taken["data"]["way"]), (&*sum(&took.bytes), &json!("desk")));
        assert!(unpacked(&took.bytes)["data.json"].contains("Bea Lloyd"), "what was kept is there");
        says(&dee.post(&file, &[("way", "desk")]).await, 200, &["This was changed meanwhile"]);
        says(&dee.post(&here, &[("act", "release")]).await, 200, &["This was changed meanwhile"]);
        says(&dee.get(&here).await, 200, &["It was handed over at a desk"]);
        assert_eq!(house.events("officer.bundle_taken").await, 1);
        assert!(visitor.get("/account/seen").await.body.contains("Everything that we hold about you"));
    }

    async fn it_can_be_fetched_for_a_day_with_the_password_and_by_nobody_else(world: World) {
        let (house, _, visitor) = story(world).await;
        let (mut dee, here) = before(&house).await;
        let mine = released(&house, &mut dee, &here).await;
        says(&dee.post(&format!("{here}/file"), &[("way", "post")]).await, 200, &["This was changed meanwhile"]);
        assert!(visitor.post(&mine, &[]).await.body.contains("There is a problem"));
        let wrong = visitor.post(&mine, &[("current_password", "wrong horse battery")]).await;
        assert!(wrong.body.contains("Current password is not right"), "{} {} {}", wrong.status, wrong.to, wrong.body);
        assert_eq!(Visitor::new(&house).post(&mine, &[("current_password", WORD)]).await.to, "/sign-in");
        let ben = signed_in(&house, "ben@example.org").await;
        for answer in [ben.get(&mine).await, ben.post(&mine, &[("current_password", WORD)]).await] {
            assert_eq!(answer.status, 404);
        }
        house.later(Duration::from_hours(24));
        let visitor = signed_in(&house, ADA).await;
        for answer in [visitor.get(&mine).await, visitor.post(&mine, &[("current_password", WORD)]).await] {
            assert_eq!(answer.status, 404, "it is too late");
        }
        assert_eq!(house.events("rights.bundle_fetched").await, 0);
        // It can be released again.
        let mut dee = again(dee).await;
        let case = here.split("/enquiries").next().unwrap().to_owned();
        let here = format!("{}/copy", opens(&mut dee, &case, "rights_request").await);
        does(&mut dee, &here, &[("act", "release")]).await;
        assert!(!visitor.fetch(&mine, &[("current_password", WORD)]).await.is_empty());
    }

    async fn only_a_request_for_a_copy_of_somebody_with_an_account_has_one(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, WORD).await;
        let visitor = signed_in(&house, ADA).await;
        visitor.post("/account/rights", &[("kind", "erasure"), ("words", "All of it.")]).await;
        let (mut dee, here) = before(&house).await;
        let file = dee.post(&format!("{here}/file"), &[("way", "desk")]).await;
        let pieces = dee.post(&format!("{here}/pieces"), &[]).await;
        for said in [dee.get(&here).await, dee.post(&here, &WHO).await, file, pieces] {
            assert_eq!(said.status, 404, "{}", said.body);
        }
        assert!(!dee.get(here.trim_end_matches("/copy")).await.body.contains("Copy of everything we hold"));
    }

    async fn nobody_makes_it_under_another_case_or_of_somebody_they_know(world: World) {
        let (house, _, _) = story(world).await;
        let (mut dee, here) = before(&house).await;
        let why = [("purpose", "help"), ("reason", "rights_request"), ("case", "DP-OTHER")];
        let other = dee.post("/enquiries", &why).await.to;
        let case = here.split("/enquiries").next().unwrap().to_owned();
        let other = format!("{case}/enquiries/{}/copy", other.rsplit('/').next().unwrap());
        let none = format!("{case}/enquiries/00000000-0000-4000-8000-000000000000/copy");
        let (_, mut gwen) = house.officer("Gwen Price", &[Role::InformationGovernance]).await;
        let (_, mut bea) = house.officer("Bea Small", &[Role::CustomerService]).await;
        for (officer, here) in [(&mut dee, &other), (&mut gwen, &here), (&mut bea, &here)] {
            for said in [officer.get(here).await, officer.post(here, &WHO).await, officer.post(&format!("{here}/pieces"), &[]).await] {
                assert!(said.status >= 400, "{} {}", said.status, said.body);
            }
        }
        assert!(dee.get(&none).await.status >= 400);
        assert_eq!(dee.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await.to, "/conflicts");
        house.later(Duration::from_secs(1));
        let file = dee.post(&format!("{here}/file"), &[("way", "desk")]).await;
        let pieces = dee.post(&format!("{here}/pieces"), &[]).await;
        for said in [dee.get(&here).await, dee.post(&here, &WHO).await, file, pieces] {
            assert_eq!(said.status, 403, "{}", said.body);
        }
        assert_eq!(house.events("rights.bundle_noted").await, 0);
    }

    async fn a_closed_case_is_over_and_who_is_erased_takes_the_copy_along(world: World) {
        let (house, ada, _) = story(world).await;
        let (mut dee, here) = before(&house).await;
        orders(&mut dee, &here).await;
        makes(&house).await;
        let read = here.trim_end_matches("/copy").to_owned();
        steps(&mut dee, &read, "refused", "We hold nothing.").await;
        let chosen = pieces(&dee.get(&here).await.body);
        assert!(chosen.is_empty(), "nothing is decided in it");
        says(&dee.post(&format!("{here}/pieces"), &[]).await, 200, &["This was changed meanwhile"]);
        let case = CaseId(read.split('/').nth(2).unwrap().parse().unwrap());
        assert!(bundles::held(&mut house.app.db.peek(), case).await.unwrap().unwrap().draft.is_some());
        let by_her = portreeve::service::erasure::Cause::Resident(portreeve::domain::audit::Context::default());
        portreeve::service::erasure::erase(&house.app, ada, &by_her, None, house.app.now()).await.unwrap();
        assert!(bundles::held(&mut house.app.db.peek(), case).await.unwrap().is_none());
        makes(&house).await;
    }

    async fn of_two_at_once_one_has_it_and_nothing_is_noted_in_a_closed_case(world: World) {
        let (house, _, visitor) = story(world).await;
        let (mut dee, here) = before(&house).await;
        let mine = released(&house, &mut dee, &here).await;
        let fields = [("current_password", WORD)];
        let (one, other) = tokio::join!(visitor.post(&mine, &fields), visitor.post(&mine, &fields));
        let mut both = [one.status, other.status];
        both.sort_unstable();
        assert_eq!((both, house.events("rights.bundle_fetched").await), ([200, 404], 1));
        let read = here.trim_end_matches("/copy").to_owned();
        let case = CaseId(read.split('/').nth(2).unwrap().parse().unwrap());
        let last = bundles::entries(&mut house.app.db.peek(), case).await.unwrap().pop().unwrap();
        steps(&mut dee, &read, "done", "You have it.").await;
        // A page that was open when the case was closed: the statement itself finds that it is.
        let late = bundles::EntryRow { place: last.place + 1, ..last };
        let noted = house.app.db
            .write(async |mut w| {
                bundles::note(&mut w, &late, true)?;
                w.commit_quietly(Housekeeping::Expire, ()).await
            })
            .await;
        assert!(matches!(noted, Err(Error::GivenUp)), "{noted:?}");
    }
}
