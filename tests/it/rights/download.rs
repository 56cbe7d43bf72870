//! What the account can see of itself, as a file: question 10, as far as the resident answers it herself.

use super::letters;
use crate::app::House;
use crate::questions::without;
use crate::retention::damage;
use crate::seen::{WORD, look, signed_in};
use crate::sharing::says as told;
use crate::visitor::{Answer, Visitor};
use aws_lc_rs::digest;
use portreeve::domain::ids::AccountId;
use portreeve::jobs::make_downloads::MakeDownloads;
use portreeve::jobs::runner::Duty;
use portreeve::store::downloads;
use serde_json::{Value, json};
use std::io::{Cursor, Read as _};
use std::time::Duration;
use zip::ZipArchive;

const ADA: &str = "ada@example.org";
const HERE: &str = "/account/download";
const FILE: &str = "/account/download/file";

async fn ada(house: &House) -> (AccountId, Visitor) {
    let ada = house.resident("Ada Wójcik", ADA, WORD).await;
    told(house, ada, "parking-permits", "issue-resident-permit").await;
    told(house, ada, "parking-permits", "permit-newsletter").await;
    house.later(Duration::from_secs(1));
    (ada, signed_in(house, ADA).await)
}

async fn makes(house: &House) {
    MakeDownloads.round(&house.app, house.app.now()).await.unwrap();
}

fn says(answer: &Answer, status: u16, words: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.body);
    for word in words {
        assert!(answer.body.contains(word), "{word}: {}", answer.body);
    }
}

fn file(zip: &mut ZipArchive<Cursor<Vec<u8>>>, name: &str) -> String {
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

both! {
    async fn q10_what_her_account_shows_is_one_file_with_a_hash_on_record(world: World) {
        let house = House::new(world).await;
        let (who, hers) = ada(&house).await;
        let ben = house.resident("Ben Oak", "ben@example.org", WORD).await;
        told(&house, ben, "garden-waste", "collect-garden-waste").await;
        look(&house, who, "fault").await;
        look(&house, who, "crime_prevention").await;
        look(&house, ben, "fault").await;
        hers.post("/account/rights", &[("kind", "rectification"), ("words", "=My \"name\"")]).await;
        house.letters().await;
        says(&hers.get(HERE).await, 200, &["Make my file"]);
        assert_eq!(hers.post(HERE, &[]).await.to, HERE);
        says(&hers.get(HERE).await, 200, &["Your file is being made"]);
        assert_eq!(hers.post(FILE, &[("current_password", WORD)]).await.to, HERE, "it is not there yet");
        makes(&house).await;
        let wrote = letters(&house, "Your file is ready").await;
        assert_eq!((wrote.len(), wrote[0].0.as_str()), (1, ADA));
        assert!(wrote[0].1.body.lines().any(|line| line.ends_with(HERE)), "{}", wrote[0].1.body);
        says(&hers.get(HERE).await, 200, &["Your file is ready until 2 December 2026"]);
        // What lies is sealed.
        let row = downloads::get(&mut house.app.db.peek(), who).await.unwrap().unwrap();
        let sealed = downloads::sealed(&mut house.app.db.peek(), (who, row.id)).await.unwrap().unwrap();
        assert!(!sealed.body.windows(4).any(|window| window == b"PK\x03\x04"));

        let bytes = hers.fetch(FILE, &[("current_password", WORD)]).await;
        assert_eq!(digest::digest(&digest::SHA256, &bytes).as_ref(), sealed.sha256);
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        for name in ["index.html", "data.json", "account.csv", "sharing.csv", "history.csv", "received.csv", "seen.csv", "sessions.csv", "requests.csv"] {
            assert!(names.iter().any(|one| one == name), "{names:?}");
        }
        let html = file(&mut zip, "index.html");
        for words in ["Ada Wójcik", ADA, "What services get", "Who has seen your data", "1 December 2026 at midday", "We put a fault right"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("<link"), "it stands alone: {html}");
        // In words, where programs read codes.
        for words in ["Parking permits", "Account created", "In use", "Email address", "You were told, and went on", "Put something right", "A member of council staff looked at your record"] {
            assert!(html.contains(words), "{words}: {html}");
        }
        without(&html, &["parking-permits", "created_at", "full_name", "second_step", "rectification", "same_controller"]);
        let data: Value = serde_json::from_str(&file(&mut zip, "data.json")).unwrap();
        assert_eq!(data["schema"], "portreeve.download/1");
        assert!(data["history"].as_array().unwrap().iter().all(|one| one["by"] == "self"), "{data}");
        assert!(data["account"].as_array().unwrap().contains(&json!({ "what": "name", "value": "Ada Wójcik" })), "{data}");
        assert_eq!(data["sharing"].as_array().unwrap().len(), 2, "{data}");
        assert_eq!(data["requests"][0]["words"], "=My \"name\"");
        let looks: Vec<&Value> = data["seen"].as_array().unwrap().iter().map(|one| &one["reason"]).collect();
        assert_eq!(looks, ["We put a fault right"], "what is kept from her for now is not in it");
        let requests = file(&mut zip, "requests.csv");
        assert!(requests.contains("\"'=My \"\"name\"\"\""), "{requests}");
        // Nothing of anybody else is in any of them.
        for name in names {
            without(&file(&mut zip, &name), &["Ben", "Oak", "ben@", "garden-waste", "crime"]);
        }
        assert_eq!((house.events("rights.download_asked").await, house.events("rights.download_made").await, house.events("rights.download_taken").await), (1, 1, 1));
        // Once.
        assert!(downloads::sealed(&mut house.app.db.peek(), (who, row.id)).await.unwrap().is_none());
        says(&hers.get(HERE).await, 200, &["You have downloaded your file"]);
        assert_eq!(hers.post(FILE, &[("current_password", WORD)]).await.to, HERE);
        assert_eq!(house.events("rights.download_taken").await, 1);
        // Another one is another file.
        assert_eq!(hers.post(HERE, &[]).await.to, HERE);
        says(&hers.get(HERE).await, 200, &["Your file is being made"]);
    }

    async fn one_that_cannot_be_made_keeps_no_other_back(world: World) {
        let house = House::new(world).await;
        let (who, hers) = ada(&house).await;
        hers.post(HERE, &[]).await;
        makes(&house).await;
        // Hers is over; those of Ben and Cat are asked for, and Ben's cannot be made.
        house.later(Duration::from_hours(24));
        let mut others = Vec::new();
        for name in ["ben", "cat"] {
            let email = format!("{name}@example.org");
            others.push(house.resident("Ben Oak", &email, WORD).await);
            signed_in(&house, &email).await.post(HERE, &[]).await;
            house.later(Duration::from_secs(1));
        }
        damage(&house, others[0]).await;
        assert!(MakeDownloads.round(&house.app, house.app.now()).await.is_err(), "it is said");
        let made = async |who| downloads::get(&mut house.app.db.peek(), who).await.unwrap().map(|row| row.made_at.is_some());
        assert_eq!((made(who).await, made(others[0]).await, made(others[1]).await), (None, Some(false), Some(true)));
    }

    async fn it_takes_the_password_and_lies_for_a_day(world: World) {
        let house = House::new(world).await;
        let (who, hers) = ada(&house).await;
        hers.post(HERE, &[]).await;
        // Asked for twice is made once.
        hers.post(HERE, &[]).await;
        assert_eq!(house.events("rights.download_asked").await, 1);
        makes(&house).await;
        makes(&house).await;
        assert_eq!(house.events("rights.download_made").await, 1);
        says(&hers.post(FILE, &[]).await, 200, &["There is a problem"]);
        says(&hers.post(FILE, &[("current_password", "wrong horse battery")]).await, 200, &["Current password is not right"]);
        assert_eq!(house.events("rights.download_taken").await, 0);
        assert_eq!(Visitor::new(&house).post(FILE, &[("current_password", WORD)]).await.to, "/sign-in");
        assert_eq!(Visitor::new(&house).get(HERE).await.to, "/sign-in");
        house.later(Duration::from_hours(24));
        let hers = signed_in(&house, ADA).await;
        says(&hers.get(HERE).await, 200, &["Make my file"]);
        assert_eq!(hers.post(FILE, &[("current_password", WORD)]).await.to, HERE, "it is gone");
        makes(&house).await;
        assert!(downloads::get(&mut house.app.db.peek(), who).await.unwrap().is_none());
        assert_eq!(house.events("rights.download_taken").await, 0);
    }
}
