//! Whoever no e-mail reaches is warned by post: a person prints it, and the schedule goes on from it.

use super::{APPROVED, DAY, days, house, is_there, person};
use crate::app::House;
use crate::events::record::herself;
use crate::looking::details::gives;
use crate::policies::Office;
use portreeve::crypto::record::StoredPayload;
use portreeve::domain::account::{Address, Given, Postcode};
use portreeve::domain::ids::AccountId;
use portreeve::service::people;
use portreeve::service::post::Text;
use portreeve::service::retention::{self, ByPost, Decided, NotByPost};
use portreeve::service::standing::Why;
use portreeve::store::{Housekeeping, events, outbox};
use portreeve::view::Lang;
use serde_json::{Value, json};
use std::time::Duration;

const WORD: &str = "turnip lantern cobble";

async fn warn(house: &House) -> usize {
    let compose = |_: &str, day: jiff::civil::Date| {
        let letter = house.app.view().letters(Lang::En).dormant("https://account/sign-in", day);
        Text { subject: letter.subject, body: letter.body }
    };
    retention::warn(&house.app, &compose, house.app.now()).await.unwrap()
}

/// Leaf and payload of the newest event of a type, which is about her.
async fn event(house: &House, who: AccountId, wanted: &str) -> (Value, Value) {
    events_of(house, who, wanted).await.swap_remove(0)
}

/// Leaves and payloads of a type, the newest first.
async fn events_of(house: &House, who: AccountId, wanted: &str) -> Vec<(Value, Value)> {
    let rows = events::newest(&mut house.app.db.peek(), 1_000).await.unwrap();
    let keys = people::keys(&mut house.app.db.peek(), &house.app.roots, who).await.unwrap();
    let opened = rows.into_iter().filter(|row| row.r#type == wanted).map(|row| {
        let (sealed_under, payload) = (row.sealed_under.unwrap(), row.payload.unwrap());
        let stored = StoredPayload { id: row.id, person: row.person, sealed_under: &sealed_under, payload: &payload };
        let opened = house.app.snapshot().recorder.open_payload(stored, &keys, &herself(who).disclosure()).unwrap();
        let payload: Value = serde_json::from_str(&opened).unwrap();
        (serde_json::from_str(&row.leaf).unwrap(), payload["data"].clone())
    });
    opened.collect()
}

/// What waits to be sent comes back.
async fn bounce(house: &House) {
    let now = house.app.now();
    let taken = house.app.db.write(async |mut w| {
        for row in outbox::take(&mut w, 9, now, now).await? {
            outbox::dead(&mut w, row.id, "no such mailbox", now).await?;
        }
        w.commit_quietly(Housekeeping::Delivery, ()).await
    });
    taken.await.unwrap();
}

async fn waiting(house: &House) -> Vec<String> {
    retention::waiting(&house.app, 9).await.unwrap().into_iter().map(|row| row.why).collect()
}

async fn letter(house: &House, who: AccountId) -> Result<ByPost, NotByPost> {
    let why = Why::of(&house.app, person("Ole Berg"), "account_ending", None).unwrap();
    retention::by_post(&house.app, who, &why, house.app.now()).await.unwrap()
}

async fn posts(house: &House, letter: &ByPost) -> bool {
    retention::posted(&house.app, letter, &person("Ole Berg"), house.app.now()).await.unwrap()
}

async fn decides(house: &House, who: AccountId, decided: Decided) -> bool {
    let about = (who, "account.dormant");
    retention::decide(&house.app, about, decided, &person("Ole Berg"), house.app.now()).await.unwrap()
}

/// Her first letter came back, and she is before a person.
async fn unreached(house: &House) {
    assert_eq!(warn(house).await, 1);
    bounce(house).await;
    assert_eq!((warn(house).await, waiting(house).await), (0, vec!["not_reached".to_owned()]));
}

async fn due(house: &House) -> i64 {
    let schedule = &house.app.snapshot().policy.retention;
    let parts = retention::survey(&house.app, schedule, house.app.now()).await.unwrap();
    parts.iter().find(|part| part.rule == "account.dormant").unwrap().due
}

both! {
    async fn each_warning_of_the_ladder_is_posted_and_the_last_is_a_persons_word(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        days(&house, 641).await;
        assert_eq!(letter(&house, ada).await.unwrap_err(), NotByPost::NotWaiting);
        unreached(&house).await;
        let first = letter(&house, ada).await.unwrap();
        assert_eq!((first.name.as_str(), first.ends.to_string().as_str()), ("Ada Wójcik", "2028-12-01"));
        assert!(posts(&house, &first).await && !posts(&house, &first).await, "once");
        assert_eq!((waiting(&house).await.len(), warn(&house).await), (0, 0));
        assert_eq!(letter(&house, ada).await.unwrap_err(), NotByPost::NotWaiting);
        // The second warning goes by e-mail, and comes back too.
        days(&house, 61).await;
        unreached(&house).await;
        let second = letter(&house, ada).await.unwrap();
        assert!(posts(&house, &second).await);
        // Of the third the schedule says that it goes by e-mail alone.
        days(&house, 24).await;
        unreached(&house).await;
        assert_eq!(letter(&house, ada).await.unwrap_err(), NotByPost::NoLetter);
        assert_eq!((due(&house).await, house.events("account.dormancy_warned").await), (0, 5), "three by e-mail, two by post");
        assert!(decides(&house, ada, Decided::Goes).await);
        // Not before the day that she was written.
        let zone = house.app.snapshot().policy.controller.time_zone.clone();
        while house.app.now().day(&zone) < second.ends {
            assert_eq!(due(&house).await, 0, "{}", house.app.now());
            days(&house, 1).await;
        }
        days(&house, 1).await;
        assert_eq!(due(&house).await, 1);
        assert_eq!(house.events("officer.viewed").await, 2, "what is not written is not looked at");
    }

    async fn no_letter_is_written_while_no_day_can_be_named(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        days(&house, 645).await;
        unreached(&house).await;
        house.sets_the_clock(24 * 20);
        assert_eq!(letter(&house, ada).await.unwrap_err(), NotByPost::InDoubt);
        house.sets_the_clock(-24 * 20);
        assert!(letter(&house, ada).await.is_ok());
        // The samples again: a draft.
        house.activate(&[]).await;
        assert_eq!(letter(&house, ada).await.unwrap_err(), NotByPost::Draft);
    }

    async fn whoever_uses_the_account_or_calls_keeps_it(world: World) {
        let house = house(world, &[]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        days(&house, 645).await;
        assert_eq!(warn(&house).await, 2);
        bounce(&house).await;
        assert_eq!((warn(&house).await, waiting(&house).await.len()), (0, 2));
        let (hers, his) = (letter(&house, ada).await.unwrap(), letter(&house, ben).await.unwrap());
        // She signs in while it is printed.
        house.later(Duration::from_secs(1));
        let visitor = crate::visitor::Visitor::new(&house);
        assert_eq!(visitor.post("/sign-in", &[("email", "ada@example.org"), ("password", WORD)]).await.to, "/account");
        assert!(!posts(&house, &hers).await && posts(&house, &his).await);
        // He calls: nothing waits, and he is kept.
        assert!(waiting(&house).await.is_empty());
        assert!(!decides(&house, ben, Decided::Goes).await, "nobody asked whether he goes");
        assert!(decides(&house, ben, Decided::KeptUntil(house.app.now() + DAY * 400)).await);
        for wait in [61, 24, 20] {
            days(&house, wait).await;
            assert_eq!((warn(&house).await, due(&house).await), (0, 0));
        }
        days(&house, 300).await;
        assert!(is_there(&house, ben).await && due(&house).await == 0);
        // And longer, when he calls again.
        assert!(decides(&house, ben, Decided::KeptUntil(house.app.now() + DAY * 400)).await);
        let nobody = AccountId(uuid::Uuid::from_u128(9));
        for (who, rule) in [(nobody, "account.dormant"), (ben, "session"), (ben, "no.rule"), (ben, "account.closed")] {
            let keep = Decided::KeptUntil(house.app.now() + DAY);
            let (app, ole) = (&house.app, person("Ole Berg"));
            assert!(!retention::decide(app, (who, rule), keep, &ole, app.now()).await.unwrap(), "{who} {rule}");
        }
        assert!(!decides(&house, ben, Decided::KeptUntil(house.app.now())).await, "that day has come");
    }

    async fn the_letter_is_a_page_to_print_and_its_look_is_on_record(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        let ada = house.resident("Ada <Wójcik>", "ada@example.org", WORD).await;
        let lane = Address::at(&["1 Mill Lane", "Havenbrook"], Postcode::parse("HV1 2AB").unwrap(), None).unwrap();
        gives(&house, ada, &Given::Address(lane)).await;
        office.edit("retention.toml", APPROVED.1, APPROVED.2);
        let (code, said) = office.run(&["policy", "activate", "--by", "Meg Hale", "--approved-by", "Tom Reed"]);
        assert!(code == 0 && house.app.refresh().await.unwrap(), "{said}");
        let long_ago = house.app.now() - DAY * 645;
        let unused = house.app.db.write(async |mut w| {
            w.sql("UPDATE account SET last_used_at = $1").bind(long_ago).run().await?;
            w.commit_quietly(Housekeeping::LastSeen, ()).await
        });
        unused.await.unwrap();
        house.later(Duration::from_secs(1));
        let (account, file) = (ada.to_string(), office.at("letter.html"));
        let command = ["retention", "review", "letter", &account, "--out", &file, "--by", "Ole Berg"];
        let (code, said) = office.run(&command);
        assert!(code == 1 && said["error"].as_str().unwrap().contains("waits for the post"), "{said}");
        assert!(!std::fs::exists(&file).unwrap(), "nothing is left of it");
        retention::look_at_the_clock(&house.app, house.app.now()).await.unwrap();
        unreached(&house).await;
        let (code, said) = office.run(&command);
        assert!(code == 0 && said["address"] == true, "{said}");
        let page = office.written("letter.html");
        for words in ["lang=\"en\"", "Ada &lt;Wójcik&gt;", "1 Mill Lane\n", "HV1 2AB", "call us on", "Your account will be deleted on", "sign-in"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // The command goes by the clock on the wall, which the house is a second ahead of.
        let warnings = events_of(&house, ada, "account.dormancy_warned").await;
        let (_, warned) = warnings.iter().find(|(_, warned)| warned["way"] == "letter").unwrap();
        assert_eq!((&warned["by"], &warned["before"]), (&"Ole Berg".into(), &"P90D".into()));
        assert_eq!(warned["deleted_from"], said["deleted_from"]);
        let (leaf, viewed) = event(&house, ada, "officer.viewed").await;
        assert_eq!((&leaf["reason_code"], &viewed["fields"]), (&"account_ending".into(), &json!(["name", "address"])));
        // What is there is not written over.
        let (code, said) = office.run(&command);
        assert!(code == 1 && said["error"].as_str().unwrap().contains("letter.html"), "{said}");
        assert_eq!(office.written("letter.html"), page);
    }
}
