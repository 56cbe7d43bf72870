//! The second person of a hold's release and of a run that is too large: asked for at the command line, given in the console.

use super::{APPROVED, DAY};
use crate::app::House;
use crate::looking::told;
use crate::policies::Office;
use crate::staff::browser::Officer;
use portreeve::domain::staff::Role;
use portreeve::service::staff::members;
use portreeve::store::{Housekeeping, holds, sessions};
use serde_json::Value;
use std::time::Duration;

const YES: [(&str, &str); 1] = [("answer", "yes")];
const NO: [(&str, &str); 1] = [("answer", "no")];
const RELEASE: [&str; 6] = ["retention", "hold", "release", "FOI-1", "--by", "Dee Hart"];
const FAY: [&str; 6] = ["retention", "hold", "release", "FOI-1", "--by", "Fay Marsh"];

/// Dee, who asks, and Imo, who may approve.
async fn two(house: &House) -> (Officer, Officer) {
    house.later(Duration::from_secs(1));
    let (_, dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
    let (_, imo) = house.officer("Imo Reed", &[Role::Deputy]).await;
    (dee, imo)
}

fn fine(office: &Office, command: &[&str]) -> Value {
    let (code, said) = office.run(command);
    assert_eq!(code, 0, "{command:?}: {said}");
    said
}

fn refused(office: &Office, command: &[&str], why: &str) {
    let (code, said) = office.run(command);
    assert!(code == 1 && said["error"].as_str().unwrap().contains(why), "{why}: {said}");
}

/// A hold on what has happened, which stands.
fn held(house: &House, office: &Office) {
    let soon = (house.app.now() + DAY * 30).day(&jiff::tz::TimeZone::UTC).to_string();
    let about = ["retention", "hold", "place", "FOI-1", "--kind", "foi", "--reason", "A request about <bins>"];
    let whose = [
        "--category",
        "account_profile",
        "--until",
        "2026-06-30",
        "--owner",
        "Meg Hale",
        "--review-by",
        &soon,
        "--by",
        "Meg Hale",
    ];
    fine(office, &[&about[..], &whose].concat());
}

async fn stands(house: &House) -> bool {
    holds::open(&mut house.app.db.peek()).await.unwrap().iter().any(|hold| hold.id == "FOI-1")
}

/// A run that would destroy more than none.
async fn too_large(house: &House, office: &Office) -> String {
    let long_ago = house.app.now() - DAY * 500;
    let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
    let seen = house.app.db.write(async |mut w| {
        sessions::know_browser(&mut w, ada, b"a browser of old", long_ago).await?;
        w.commit_quietly(Housekeeping::Expire, ()).await
    });
    seen.await.unwrap();
    office.edit("retention.toml", APPROVED.1, APPROVED.2);
    office.edit("retention.toml", "max_destroy_per_run = 5000", "max_destroy_per_run = 0");
    fine(office, &["policy", "activate", "--by", "Meg Hale", "--approved-by", "Tom Reed"]);
    let planned = fine(office, &["retention", "plan", "--by", "Ole Berg"]);
    assert_eq!(planned["state"], "waiting");
    assert!(house.app.refresh().await.unwrap());
    planned["run"].as_str().unwrap().to_owned()
}

fn state(office: &Office) -> Value {
    let (_, said) = office.run(&["retention", "show"]);
    said["runs"][0].clone()
}

both! {
    async fn a_hold_is_released_by_the_one_who_asks_and_another_who_proves_who_they_are(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        let (mut dee, mut imo) = two(&house).await;
        let mut bea = house.officer("Bea Lloyd", &[Role::CustomerService]).await.1;
        held(&house, &office);
        let asked = fine(&office, &RELEASE);
        assert!(asked["page"].as_str().unwrap().ends_with("/approvals"), "{asked}");
        let event = told(&house, "retention.second_person_asked").await["data"].clone();
        assert_eq!((&event["by"], &event["which"], &event["what"]), (&"Dee Hart".into(), &"FOI-1".into(), &"hold_release".into()));
        assert_eq!(event["approval"], asked["approval"]);
        assert!(stands(&house).await, "asking releases nothing");

        let decide = format!("/approvals/{}", asked["approval"].as_str().unwrap());
        let own = dee.get("/approvals").await.body;
        assert!(own.contains("Waiting") && !own.contains(&decide), "{own}");
        assert_eq!((dee.post(&decide, &YES).await.status, bea.post(&decide, &YES).await.status), (409, 403));
        assert!(stands(&house).await);
        let read = imo.get("/approvals").await.body;
        let words = ["A hold is released", "FOI-1", "Dee Hart", "Freedom of information request", "A request about &lt;bins&gt;"];
        for words in words.iter().chain(&["everybody’s data", "account_profile", "30 June 2026", "Meg Hale"]) {
            assert!(read.contains(words), "{words}: {read}");
        }
        assert_eq!(imo.post(&decide, &YES).await.to, "/approvals");
        assert!(!stands(&house).await);
        let event = told(&house, "hold.released").await["data"].clone();
        assert_eq!((&event["by"], &event["approved_by"]), (&"Dee Hart".into(), &"Imo Reed".into()));
        assert_eq!(imo.post(&decide, &YES).await.status, 409, "once");
        refused(&office, &RELEASE, "no hold FOI-1 stands");
    }

    async fn a_hold_that_the_second_person_keeps_stands(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        held(&house, &office);
        refused(&office, &RELEASE, "nobody on the staff is called Dee Hart");
        house.officer("Dee Hart", &[Role::InformationGovernance]).await;
        refused(&office, &RELEASE, "nobody else on the staff who can sign in may approve");
        let (_, mut imo) = house.officer("Imo Reed", &[Role::Deputy]).await;
        let decide = |asked: &Value| format!("/approvals/{}", asked["approval"].as_str().unwrap());
        let asked = fine(&office, &RELEASE);
        assert_eq!(imo.post(&decide(&asked), &NO).await.to, "/approvals");
        let event = told(&house, "retention.second_person_refused").await["data"].clone();
        assert_eq!((&event["by"], &event["refused_by"]), (&"Dee Hart".into(), &"Imo Reed".into()));
        assert_eq!((&event["which"], &event["approval"]), (&"FOI-1".into(), &asked["approval"]));
        assert_eq!(imo.post(&decide(&asked), &YES).await.status, 409);
        assert!(stands(&house).await);
        // What two named people did meanwhile is done, and not done again.
        let asked = fine(&office, &RELEASE);
        fine(&office, &[&RELEASE[..], &["--approved-by", "Tom Reed"]].concat());
        let read = imo.get("/approvals").await.body;
        assert!(read.contains("This is over: the hold") && !read.contains("id=\"approve\""), "{read}");
        assert_eq!(imo.post(&decide(&asked), &YES).await.status, 409);
        assert_eq!(told(&house, "hold.released").await["data"]["approved_by"], "Tom Reed");
    }

    async fn a_run_that_is_too_large_goes_on_by_two_who_prove_who_they_are(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        let (mut dee, mut imo) = two(&house).await;
        let run = too_large(&house, &office).await;
        let approve = ["retention", "approve", &run, "--by", "Dee Hart"];
        let asked = fine(&office, &approve);
        assert_eq!(state(&office)["state"], "waiting", "asking lets nothing go");
        let decide = format!("/approvals/{}", asked["approval"].as_str().unwrap());
        assert_eq!(dee.post(&decide, &YES).await.status, 409);
        let read = imo.get("/approvals").await.body;
        for words in ["More goes than one run may destroy", "Dee Hart", "Ole Berg", "1 to be destroyed, 0 held", &*run] {
            assert!(read.contains(words), "{words}: {read}");
        }
        assert_eq!(imo.post(&decide, &YES).await.to, "/approvals");
        let goes = state(&office);
        assert_eq!((&goes["state"], &goes["approved_by"], &goes["approved_with"]), (&"cooling".into(), &"Dee Hart".into(), &"Imo Reed".into()));
        let event = told(&house, "retention.approved").await["data"].clone();
        assert_eq!((&event["by"], &event["approved_by"], event["run"].as_str()), (&"Dee Hart".into(), &"Imo Reed".into(), Some(&*run)));
        refused(&office, &approve, "does not wait for anybody");
    }

    async fn a_run_that_was_stopped_meanwhile_is_not_let_go_on(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        let (_, mut imo) = two(&house).await;
        let run = too_large(&house, &office).await;
        let asked = fine(&office, &["retention", "approve", &run, "--by", "Dee Hart"]);
        fine(&office, &["retention", "cancel", &run, "--by", "Ole Berg"]);
        let decide = format!("/approvals/{}", asked["approval"].as_str().unwrap());
        assert_eq!(imo.post(&decide, &YES).await.status, 409);
        assert_eq!(state(&office)["state"], "cancelled");
        // Nor does what somebody asked for who has left since.
        held(&house, &office);
        let asked = fine(&office, &RELEASE);
        let all = members::all(&house.app).await.unwrap();
        let dee = all.iter().find(|member| member.name.as_str() == "Dee Hart").unwrap().id.to_string();
        house.officer("Fay Marsh", &[Role::InformationGovernance]).await;
        fine(&office, &["staff", "revoke", &dee, "--by", "Ole Berg"]);
        let decide = format!("/approvals/{}", asked["approval"].as_str().unwrap());
        assert_eq!(imo.post(&decide, &YES).await.status, 409);
        assert!(stands(&house).await);
        // And the request itself has a day.
        let asked = fine(&office, &FAY);
        house.later(DAY * 2);
        imo.show_passkey("/sign-in").await;
        let decide = format!("/approvals/{}", asked["approval"].as_str().unwrap());
        assert_eq!(imo.post(&decide, &YES).await.status, 409);
        assert!(stands(&house).await);
    }
}
