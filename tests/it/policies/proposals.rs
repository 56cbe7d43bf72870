//! Policies that two people put in force: one proposes, another reads and approves.

use super::Office;
use crate::app::House;
use crate::looking::{At, told};
use crate::staff::browser::Officer;
use portreeve::domain::account::FullName;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::{AccountId, RecordId};
use portreeve::domain::staff::Role;
use portreeve::policy::Bundle;
use portreeve::service::looking::{Refused, approvals};
use portreeve::service::staff::upstream::{Arrived, Purpose};
use portreeve::service::staff::{arrivals, members};
use portreeve::service::{proposals, second_person};
use portreeve::store::sharing::{HowRow, SharingRow};
use portreeve::store::{Housekeeping, house as kept};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

const GARDEN: &str = "services/garden-waste.toml";
const PROPOSED: [&str; 4] = ["policy", "propose", "--by", "Dee Hart"];

/// Dee proposes that garden waste gets no email address any more. Gives the request.
fn proposed(office: &Office) -> (String, Value) {
    office.edit(GARDEN, "claims = [\"name\", \"email\"]", "claims = [\"name\"]");
    office.edit(GARDEN, "scopes = [\"openid\", \"profile\", \"email\", \"offline_access\"]", "");
    let (code, said) = office.run(&PROPOSED);
    assert_eq!(code, 0, "{said}");
    (said["approval"].as_str().unwrap().to_owned(), said)
}

async fn in_force(house: &House) -> String {
    let (digest, _) = kept::policy(&mut house.app.db.peek()).await.unwrap().unwrap();
    portreeve::policy::Bundle::version_of(&digest)
}

/// What a resident was told, or decided.
async fn stands(house: &House, who: AccountId, purpose: &str, state: &str, notice: &str) {
    stands_of_age(house, who, (purpose, state, notice), None).await;
}

async fn stands_of_age(
    house: &House,
    who: AccountId,
    (purpose, state, notice): (&str, &str, &str),
    age_band: Option<&str>,
) {
    let row = SharingRow {
        id: RecordId(Uuid::new_v4()),
        client_id: "parking-permits".to_owned(),
        purpose: purpose.to_owned(),
        // Who is shown something is told; who is asked says yes or no.
        basis: if state == "shown" { "public_task" } else { "consent" }.to_owned(),
        state: state.to_owned(),
        notice: notice.to_owned(),
        notice_sha256: vec![0; 32],
        language: "en".to_owned(),
        claims: "email".to_owned(),
        policy: "policy".to_owned(),
        at: house.app.now(),
        how: HowRow { age_band: age_band.map(str::to_owned), ..HowRow::default() },
    };
    house.later(Duration::from_secs(1));
    let written = house.app.db.write(async |mut w| {
        crate::ledger::keep(&mut w, who, row.clone()).await?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    written.await.unwrap();
}

async fn two(house: &House) -> (Officer, Officer) {
    // What follows comes after the first start, to whoever asks for the newest event.
    house.later(Duration::from_secs(1));
    let (_, dee) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
    let (_, imo) = house.officer("Imo Reed", &[Role::Deputy]).await;
    (dee, imo)
}

const YES: [(&str, &str); 1] = [("answer", "yes")];

both! {
    async fn a_proposal_is_read_and_approved_by_somebody_else_and_the_event_names_both(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        let (mut dee, mut imo) = two(&house).await;
        let before = in_force(&house).await;
        let (approval, said) = proposed(&office);
        let (page, decide) = (format!("/policies/{approval}"), format!("/approvals/{approval}"));
        assert_eq!(told(&house, "config.policy_proposed").await["data"]["by"], "Dee Hart");
        assert_eq!(in_force(&house).await, before, "nothing of it is in force");

        // Whoever proposed it reads it, and does not approve it.
        let own = dee.get(&page).await;
        assert!(own.body.contains("This is your own proposal") && !own.body.contains("id=\"approve\""), "{}", own.body);
        assert_eq!(dee.post(&decide, &YES).await.status, 409);
        assert_eq!(in_force(&house).await, before);

        // The second person finds it, reads what it changes, and approves.
        let list = imo.get("/approvals").await.body;
        assert!(list.contains(&page) && list.contains("Dee Hart") && !list.contains("id=\"approve\""), "{list}");
        let read = imo.get(&page).await.body;
        for words in ["share[collect-garden-waste].claims loses email", "Garden waste", "− email", said["digest"].as_str().unwrap()] {
            assert!(read.contains(words), "{words}: {read}");
        }
        assert_eq!(imo.post(&decide, &YES).await.to, "/approvals");
        assert_eq!(in_force(&house).await, said["version"].as_str().unwrap());
        let event = told(&house, "config.policy_activated").await;
        assert_eq!((&event["data"]["by"], &event["data"]["approved_by"]), (&json!("Dee Hart"), &json!("Imo Reed")));
        assert_eq!(event["data"]["bundle"], said["digest"]);
        // Once is all.
        assert_eq!(imo.post(&decide, &YES).await.status, 409);
        assert!(house.app.refresh().await.unwrap());
        assert!(imo.get(&page).await.body.contains("This was decided"));
        let (code, said) = office.run(&PROPOSED);
        assert!(code == 1 && said["error"].as_str().unwrap().contains("in force already"), "{said}");
    }

    async fn q25_who_can_activate_a_change_of_the_schedule(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        let (mut dee, mut imo) = two(&house).await;
        let mut bea = house.officer("Bea Lloyd", &[Role::CustomerService]).await.1;
        let dormant = |months: &str| format!("trigger = \"last_activity\"\nperiod = \"P{months}M\"");
        office.edit("retention.toml", &dormant("24"), &dormant("25"));
        office.edit("retention.toml", "approved_by = []", "approved_by = [\"Meg Hale\", \"Tom Reed\"]");
        // One person alone cannot, and whoever is not there for it does not even read it.
        let alone = office.run(&["policy", "activate", "--by", "Dee Hart"]);
        assert!(alone.0 != 0 && alone.1["error"].as_str().unwrap().contains("second person"), "{alone:?}");
        let (code, said) = office.run(&PROPOSED);
        assert_eq!(code, 0, "{said}");
        let approval = said["approval"].as_str().unwrap();
        let (page, decide) = (format!("/policies/{approval}"), format!("/approvals/{approval}"));
        assert_eq!((bea.get(&page).await.status, bea.post(&decide, &YES).await.status), (403, 403));
        let own = dee.get(&page).await.body;
        assert!(own.contains("This is your own proposal") && !own.contains("id=\"approve\""), "{own}");
        assert_eq!(dee.post(&decide, &YES).await.status, 409);
        assert!(house.app.snapshot().policy.retention.is_draft());
        let read = imo.get(&page).await.body;
        for words in ["rule[account.dormant].period is now P25M; it was P24M", "approved_by gains Meg Hale", "approved_by gains Tom Reed"] {
            assert!(read.contains(words), "{words}: {read}");
        }
        assert_eq!(imo.post(&decide, &YES).await.to, "/approvals");
        assert!(house.app.refresh().await.unwrap());
        let snapshot = house.app.snapshot();
        let rule = snapshot.policy.retention.rule_for("account_profile").unwrap();
        assert_eq!((rule.period.unwrap().to_string(), snapshot.policy.retention.is_draft()), ("P25M".to_owned(), false));
        let event = told(&house, "config.policy_activated").await;
        assert_eq!((&event["data"]["by"], &event["data"]["approved_by"]), (&json!("Dee Hart"), &json!("Imo Reed")));
        // What was approved under a version is not changed under it, with however many people.
        office.edit("retention.toml", &dormant("25"), &dormant("12"));
        let (code, said) = office.run(&PROPOSED);
        let why = said.to_string();
        assert!(code != 0 && why.contains("retention.edited") && why.contains("Write another version"), "{why}");
        office.edit("retention.toml", "version = \"2026-11-22.1\"", "version = \"2027-01-01.1\"");
        assert_eq!(office.run(&PROPOSED).0, 0);
    }

    async fn a_refused_proposal_changes_nothing_and_is_on_record(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        let (_, mut imo) = two(&house).await;
        let before = in_force(&house).await;
        let (approval, said) = proposed(&office);
        assert_eq!(imo.post(&format!("/approvals/{approval}"), &[("answer", "no")]).await.to, "/approvals");
        let event = told(&house, "config.policy_refused").await;
        assert_eq!((&event["data"]["by"], &event["data"]["refused_by"]), (&json!("Dee Hart"), &json!("Imo Reed")));
        assert_eq!(event["data"]["bundle"], said["digest"]);
        assert_eq!(imo.post(&format!("/approvals/{approval}"), &YES).await.status, 409);
        assert_eq!(in_force(&house).await, before);
    }

    async fn one_person_with_two_accounts_is_no_second_person(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        // Two work accounts of one name, and nobody else: there is nobody who could approve.
        for subject in ["dee", "dee-2"] {
            let arrived = Arrived {
                issuer: "https://login.example".to_owned(),
                subject: subject.to_owned(),
                name: FullName::parse("dee  HART").unwrap(),
                roles: vec![Role::InformationGovernance],
                auth_time: house.app.now(),
                purpose: Purpose::SignIn { before: None },
            };
            let (context, now) = (Context::default(), house.app.now());
            arrivals::arrive(&house.app, &arrived, "a browser", &context, now).await.unwrap().unwrap();
        }
        let both: Vec<_> = members::all(&house.app).await.unwrap().into_iter().map(|member| member.id).collect();
        office.edit(GARDEN, "claims = [\"name\", \"email\"]", "claims = [\"name\"]");
        office.edit(GARDEN, "scopes = [\"openid\", \"profile\", \"email\", \"offline_access\"]", "");
        let (code, said) = office.run(&PROPOSED);
        assert!(code == 1 && said["error"].as_str().unwrap().contains("nobody else on the staff who can sign in may approve"), "{said}");
        let (code, said) = office.run(&["policy", "propose", "--by", "Nobody Here"]);
        assert!(code == 1 && said["error"].as_str().unwrap().contains("nobody on the staff is called"), "{said}");
        // With a third it can be proposed; the two accounts of one person still do not make two.
        house.officer("Imo Reed", &[Role::Deputy]).await;
        let (code, said) = office.run(&PROPOSED);
        assert_eq!(code, 0, "{said}");
        let (before, approval) = (in_force(&house).await, said["approval"].as_str().unwrap().parse().unwrap());
        for dee in both {
            let mut at = At::new(&house, &[Role::InformationGovernance]);
            at.officer.id = dee;
            let outcome = approvals::decide(at.deed(), approval, true).await;
            assert!(matches!(outcome, Err(Refused::Decided)), "{outcome:?}");
        }
        // Nor does one name by the command line.
        let same = ["policy", "activate", "--by", "Dee Hart", "--approved-by", " DEE hart"];
        let (code, said) = office.run(&same);
        assert!(code == 1 && said["error"].as_str().unwrap().contains("the same person"), "{said}");
        assert_eq!(in_force(&house).await, before);
    }

    async fn so_many_proposals_of_one_wait_and_no_more(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        two(&house).await;
        proposed(&office);
        let bundle = Bundle::load(&office.folder.path().join("policies"), &house.app.issuer).unwrap();
        let dee = second_person::asker(&house.app, &FullName::parse("Dee Hart").unwrap()).await.unwrap();
        for nth in 1..=approvals::OPEN {
            let outcome = proposals::propose(&house.app, &bundle, &dee, house.app.now()).await;
            assert_eq!(outcome.is_ok(), nth < approvals::OPEN, "{nth}: {outcome:?}");
        }
    }

    async fn a_proposal_replaces_only_what_it_was_weighed_against(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        let (_, mut imo) = two(&house).await;
        let (approval, _) = proposed(&office);
        office.edit(GARDEN, "en = \"Garden waste\"", "en = \"Garden bins\"");
        let (code, said) = office.run(&["policy", "activate", "--by", "Op Erator", "--approved-by", "Se Cond"]);
        assert_eq!(code, 0, "{said}");
        assert!(house.app.refresh().await.unwrap());
        let page = imo.get(&format!("/policies/{approval}")).await.body;
        assert!(page.contains("Other policies came in force") && !page.contains("id=\"approve\""), "{page}");
        assert_eq!(imo.post(&format!("/approvals/{approval}"), &YES).await.status, 409);
        assert_eq!(in_force(&house).await, said["version"].as_str().unwrap());
    }

    async fn what_ran_out_while_it_waited_is_not_put_in_force(world: World) {
        let house = House::by_the_wall(world).await;
        let office = Office::of(&house);
        let (_, mut imo) = two(&house).await;
        let today = house.app.snapshot().policy.controller.today(house.app.now());
        office.edit("register.toml", "parties = [\"brookside\"]", &format!("parties = [\"brookside\"]\nends_on = {today}"));
        let (approval, _) = proposed(&office);
        let (before, page) = (in_force(&house).await, format!("/policies/{approval}"));
        assert!(imo.get(&page).await.body.contains("id=\"approve\""));
        // The last minute in which it could be approved, and the agreement is over.
        house.later(Duration::from_mins(24 * 60 - 1));
        assert_eq!(imo.show_passkey("/sign-in").await.to, "/");
        let read = imo.get(&page).await.body;
        assert!(read.contains("processor.agreement") && !read.contains("id=\"approve\""), "{read}");
        assert_eq!(imo.post(&format!("/approvals/{approval}"), &YES).await.status, 409);
        assert_eq!(in_force(&house).await, before);
    }

    async fn whom_a_change_touches_is_counted_before_it_is_in_force(world: World) {
        let house = House::by_the_wall(world).await;
        let (old, office) = (Office::of(&house), Office::of(&house));
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let bob = house.resident("Bob Evans", "bob@example.org", "kettle ribbon gravel").await;
        let cyd = house.resident("Cyd Lewis", "cyd@example.org", "violet tractor spoon").await;
        for (who, state) in [(ada, "given"), (bob, "given"), (bob, "withdrawn"), (cyd, "refused"), (cyd, "given")] {
            stands(&house, who, "permit-newsletter", state, "permit-newsletter@1").await;
        }
        stands(&house, bob, "issue-resident-permit", "shown", "parking-permit@1").await;
        office.second_edition("material");
        office.edit("services/parking-permits.toml", "claims = [\"name\", \"email\"]", "claims = [\"name\", \"email\", \"address\"]");
        let (before, after) = (old.at("policies"), office.at("policies"));
        let touched = |office: &Office| {
            let (code, said) = office.run(&["policy", "diff", &before, &after]);
            assert_eq!(code, 0, "{said}");
            let numbers = |one: &Value| ["standing", "agreed", "superseded"].map(|key| one[key].as_i64().unwrap());
            let all = said["touched"].as_array().unwrap().iter();
            all.map(|one| (one["purpose"].as_str().unwrap().to_owned(), numbers(one))).collect::<BTreeMap<_, _>>()
        };
        let expected = [("issue-resident-permit", [1, 0, 0]), ("permit-newsletter", [2, 2, 2])];
        assert_eq!(touched(&office), expected.map(|(purpose, counts)| (purpose.to_owned(), counts)).into());
        // A resident more is one more; whoever took it back is none.
        stands(&house, bob, "permit-newsletter", "given", "permit-newsletter@1").await;
        stands(&house, ada, "permit-newsletter", "withdrawn", "permit-newsletter@1").await;
        stands(&house, cyd, "permit-newsletter", "withdrawn", "permit-newsletter@1").await;
        assert_eq!(touched(&office)["permit-newsletter"], [1, 1, 1]);
        // An editorial change supersedes nobody's.
        office.edit("register.toml", "change = \"material\"\nwhy = \"How often\"", "change = \"editorial\"\nwhy = \"How often\"");
        assert_eq!(touched(&office)["permit-newsletter"], [1, 1, 0]);
    }

    async fn q08_the_age_moves_to_16_and_whose_consent_that_affects_is_counted_before(world: World) {
        let house = House::by_the_wall(world).await;
        let (old, office) = (Office::of(&house), Office::of(&house));
        let ada = house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let bob = house.resident("Bob Evans", "bob@example.org", "kettle ribbon gravel").await;
        let cyd = house.resident("Cyd Lewis", "cyd@example.org", "violet tractor spoon").await;
        let yes = ("permit-newsletter", "given", "permit-newsletter@1");
        for (who, band) in [(ada, Some("13_15")), (bob, Some("adult")), (cyd, None)] {
            stands_of_age(&house, who, yes, band).await;
        }
        let (before, after) = (old.at("policies"), office.at("policies"));
        let today = house.app.now().day(&jiff::tz::TimeZone::get("Europe/London").unwrap());
        let after_years = |years: i64, days: i64| (today + jiff::Span::new().years(years).days(days)).to_string();
        let (soon, grown, young) = (after_years(0, 120), after_years(3, 1), after_years(3, -1));
        let rule = |from: &str, age: u8| format!("age = 13\n\n[[consent_age]]\nfrom = {from}\nage = {age}");
        let ages = |office: &Office| {
            let (code, said) = office.run(&["policy", "diff", &before, &after]);
            assert_eq!(code, 0, "{said}");
            said["ages"].clone()
        };
        assert_eq!(ages(&office), serde_json::json!([]), "no rule is new");
        let second = rule(&soon, 16);
        office.edit("controller.toml", "age = 13", &second);
        let counted = |from: &str, affected: Value| {
            serde_json::json!([{ "from": from, "age": 16, "standing": 3, "affected": affected, "unknown": 1 }])
        };
        let hers = serde_json::json!([{ "client_id": "parking-permits", "purpose": "permit-newsletter", "residents": 1 }]);
        assert_eq!(ages(&office), counted(&soon, hers));
        // She will have grown into it by a later day.
        office.edit("controller.toml", &format!("from = {soon}"), &format!("from = {grown}"));
        assert_eq!(ages(&office), counted(&grown, serde_json::json!([])));
        // Who took it back is none, and who is younger is one more.
        stands(&house, bob, "permit-newsletter", "withdrawn", "permit-newsletter@1").await;
        stands(&house, cyd, "permit-newsletter", "withdrawn", "permit-newsletter@1").await;
        office.edit("controller.toml", &format!("from = {grown}"), &format!("from = {young}"));
        let said = ages(&office);
        assert_eq!((&said[0]["standing"], &said[0]["affected"][0]["residents"], &said[0]["unknown"]), (&1.into(), &1.into(), &0.into()));
    }
}
