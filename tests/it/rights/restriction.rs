//! Data that is kept and not used (UK GDPR Art 18): nothing goes out by any way, at once; she and the services are told; and
//! before it ends she knows.

use crate::app::House;
use crate::looking::leaves;
use crate::oidc::party::LIBRARY;
use crate::oidc::tokens::claims;
use crate::oidc::{Stage, text};
use crate::seen::signed_in;
use crate::serve::portreeve;
use crate::sharing::{ADA, NEWS, PERMIT, ada, standing};
use crate::signals::only;
use crate::staff::browser::{Officer, says};
use crate::temp::TempDir;
use portreeve::crypto::refresh::RefreshToken;
use portreeve::domain::account::FullName;
use portreeve::domain::ids::AccountId;
use portreeve::domain::rights::restriction::{News, Step};
use portreeve::domain::staff::Role;
use portreeve::service::post::Text;
use portreeve::service::rights::restriction::{self, Became};
use portreeve::service::sharing::Judge;
use portreeve::service::standing::Why;
use portreeve::store::refresh::{Bearer, RefreshRow};
use portreeve::store::{Error, Housekeeping, refresh, restrictions};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

fn names(of: &Value) -> BTreeSet<&str> {
    of.as_object().unwrap().keys().map(String::as_str).collect()
}

fn letter(news: &News) -> Text {
    Text { subject: news.step.as_str().to_owned(), body: news.at.to_string() }
}

/// An operator does it.
pub async fn takes(house: &House, account: AccountId, step: Step) -> Became {
    let by = FullName::parse("Bea Lloyd").unwrap();
    let why = Why::of(&house.app, by, "rights_request", Some("DP-1")).unwrap();
    restriction::take(&house.app, account, (step, Judge::Operator(&why)), &letter, house.app.now()).await.unwrap()
}

fn done(became: Became) -> (bool, usize) {
    match became {
        Became::Done { written, told, .. } => (written, told),
        other => panic!("{other:?}"),
    }
}

async fn letters(house: &House) -> Vec<(String, Text)> {
    house.letters().await
}

/// Somebody of governance with Ada's record open.
async fn desk(house: &House) -> (Officer, String) {
    house.later(Duration::from_secs(1));
    let (_, mut officer) = house.officer("Dee Hart", &[Role::InformationGovernance]).await;
    let why = [("purpose", "help"), ("reason", "rights_request"), ("case", "DP-7")];
    let enquiry = officer.post("/enquiries", &why).await.to;
    let person = officer.post(&format!("{enquiry}/search"), &[("who", ADA)]).await.to;
    assert!(person.contains("/people/"), "{person}");
    (officer, person)
}

const WANTED: [(&str, &str); 2] =
    [("claims", r#"{"id_token":{"name":null}}"#), ("scope", "openid profile email offline_access")];

both! {
    async fn restriction_stops_every_way_out_at_once_and_lifting_opens_them_again(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &WANTED).await;
        let access = text(&tokens, "access_token").to_owned();
        let scopes = async |stage: &Stage| {
            let told = LIBRARY.introspect(&stage.house, &access).await;
            assert_eq!(told["active"], true);
            told["scope"].as_str().unwrap().to_owned()
        };
        assert!(names(&stage.userinfo(&access).await.json()).contains("name"));
        assert!(claims(text(&tokens, "id_token")).get("name").is_some());
        assert!(scopes(&stage).await.contains("profile"));
        // A code that was given and not redeemed yet.
        let waiting = stage.code(&LIBRARY, &WANTED).await;

        assert_eq!(done(takes(&stage.house, stage.ada, Step::Restrict).await), (true, 1));
        assert_eq!(names(&stage.userinfo(&access).await.json()), BTreeSet::from(["sub"]));
        assert_eq!(scopes(&stage).await, "openid offline_access");
        let late = LIBRARY.redeem(&stage.house, &waiting).await.json();
        assert!(claims(text(&late, "id_token")).get("name").is_none(), "{late}");
        assert_eq!(names(&stage.userinfo(text(&late, "access_token")).await.json()), BTreeSet::from(["sub"]));
        let again = LIBRARY.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await.json();
        assert!(claims(text(&again, "id_token")).get("name").is_none(), "{again}");
        // She is told why before she goes on, and the service gets nothing then.
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &WANTED)).await;
        let flow = page.parameter("flow").unwrap();
        let page = stage.browser.get(page.location().unwrap()).await;
        assert!(page.body.contains("We keep your details and do not use them"), "{}", page.body);
        let page = stage.browser.post("/continue", &[("flow", &flow)]).await;
        let fresh = LIBRARY.redeem(&stage.house, &page.parameter("code").unwrap()).await.json();
        assert!(claims(text(&fresh, "id_token")).get("name").is_none(), "{fresh}");
        // Who may show no page gets an answer without them.
        let silent = [&WANTED[..], &[("prompt", "none")]].concat();
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &silent)).await;
        let silent = LIBRARY.redeem(&stage.house, &page.parameter("code").unwrap()).await.json();
        assert!(claims(text(&silent, "id_token")).get("name").is_none(), "{silent}");
        let told = leaves(&stage.house, "claims.released").await;
        assert!(told.len() >= 4, "each token is on record, without a claim");

        assert_eq!(done(takes(&stage.house, stage.ada, Step::LiftAsAsked).await).1, 1);
        assert!(names(&stage.userinfo(&access).await.json()).contains("name"));
        assert!(scopes(&stage).await.contains("profile"));
        let back = LIBRARY.refresh(&stage.house, text(&again, "refresh_token"), &[]).await.json();
        assert!(names(&stage.userinfo(text(&back, "access_token")).await.json()).contains("name"));
    }

    async fn who_was_never_told_is_told_that_nothing_is_passed_on(world: World) {
        let mut stage = Stage::own_device(world).await;
        takes(&stage.house, stage.ada, Step::Restrict).await;
        let page = stage.browser.get(&LIBRARY.authorize(&stage.house, &WANTED)).await;
        let flow = page.parameter("flow").unwrap();
        let page = stage.browser.get(page.location().unwrap()).await;
        assert!(page.body.contains("We keep your details and do not use them"), "{}", page.body);
        assert!(!page.body.contains("Ada Wren"), "{}", page.body);
        let page = stage.browser.post("/continue", &[("flow", &flow)]).await;
        let fresh = LIBRARY.redeem(&stage.house, &page.parameter("code").unwrap()).await.json();
        assert_eq!(names(&stage.userinfo(text(&fresh, "access_token")).await.json()), BTreeSet::from(["sub"]));
        assert_eq!(stage.house.events("sharing.notice_shown").await, 0, "she was told of nothing that could go out");
    }

    async fn what_was_decided_before_a_restriction_does_not_go_out_after_it(world: World) {
        let mut stage = Stage::own_device(world).await;
        let tokens = stage.tokens(&LIBRARY, &WANTED).await;
        let (app, now) = (&stage.house.app, stage.house.app.now());
        let token = RefreshToken::read(&app.roots, text(&tokens, "refresh_token")).unwrap();
        let (hash, id, until) = (token.hash().0, token.grant(), now + Duration::from_hours(1));
        let spends = async |bare: bool, again: bool| {
            let shown = Bearer { hash: &hash, grant: Some(id) };
            let spent = app.db.write(async |mut w| {
                if again {
                    refresh::again(&mut w, (id, shown), bare, (now - Duration::from_secs(30), now))?;
                } else {
                    let next = RefreshRow { hash: [0; 32], idle_until: until, until };
                    refresh::rotate(&mut w, (id, shown), &next, bare, now)?;
                }
                w.commit_quietly(Housekeeping::Flow, ()).await
            });
            match spent.await {
                Ok(_) => true,
                Err(Error::GivenUp) => false,
                Err(error) => panic!("{error}"),
            }
        };
        takes(&stage.house, stage.ada, Step::Restrict).await;
        // Decided with claims, while it was lawful; written when it is no longer.
        assert!(!spends(false, false).await);
        assert!(!spends(true, true).await, "it was not used yet");
        assert!(spends(true, false).await);
        // The same once more, because the answer was lost.
        assert!(!spends(false, true).await);
        assert!(spends(true, true).await);
    }

    async fn each_step_is_taken_once_and_she_knows_before_it_ends(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = ada(&house).await;
        for step in [Step::Announce, Step::Lift, Step::LiftAsAsked] {
            assert_eq!(takes(&house, who, step).await, Became::NotNow, "{step:?}");
        }
        assert_eq!(done(takes(&house, who, Step::Restrict).await), (true, 0), "no service got anything yet");
        assert_eq!(takes(&house, who, Step::Restrict).await, Became::NotNow);
        // She signs in to her account, and reads there why nothing is passed on.
        let page = visitor.get("/account").await.body;
        assert!(page.contains("we keep your details and do not use them"), "{page}");
        let page = visitor.get(PERMIT).await.body;
        assert!(page.contains("We keep them and do not use them"), "{page}");
        assert_eq!(signed_in(&house, ADA).await.get("/account").await.status, 200);
        // What she agreed to she can still take back; nothing else can be chosen.
        let page = visitor.get(NEWS).await.body;
        assert!(page.contains("Stop sharing"), "{page}");
        assert_eq!(takes(&house, who, Step::Lift).await, Became::NotNow, "she has not been told");
        let Became::Done { from: Some(from), .. } = takes(&house, who, Step::Announce).await else { panic!() };
        assert_eq!(from, house.app.now() + Duration::from_hours(7 * 24));
        assert_eq!(takes(&house, who, Step::Announce).await, Became::NotNow);
        assert_eq!(takes(&house, who, Step::Lift).await, Became::NotNow, "too early");
        // Nor is it by whoever passes over the question.
        let early = house.app.now();
        let end = house.app.db.write(async |mut w| {
            let ended = restrictions::end(&mut w, who, false, early).await?;
            w.commit_quietly(Housekeeping::Expire, ended).await
        });
        assert!(!end.await.unwrap().value);
        house.later(Duration::from_hours(7 * 24));
        assert_eq!(done(takes(&house, who, Step::Lift).await), (true, 0));
        assert!(restriction::of(&house.app, who).await.unwrap().is_none());
        for (kind, number) in [("account.restricted", 1), ("account.restriction_announced", 1), ("account.restriction_lifted", 1)] {
            assert_eq!(house.events(kind).await, number, "{kind}");
        }
        let wrote: Vec<String> = letters(&house).await.into_iter().map(|(to, text)| format!("{to} {}", text.subject)).collect();
        for step in ["restrict", "announce", "lift"] {
            assert!(wrote.contains(&format!("{ADA} {step}")), "{wrote:?}");
        }
        // It is hers to know: a reason that hides what is done does not do.
        let people = [Some("Bea Lloyd"), Some("Cai Morgan")].map(|name| FullName::parse(name.unwrap()).unwrap());
        let [by, second] = people;
        let why = Why::approved(&house.app, (by, Some(second)), "crime_prevention", Some("FR-1")).unwrap();
        let hidden = restriction::take(&house.app, who, (Step::Restrict, Judge::Operator(&why)), &letter, house.app.now());
        assert_eq!(hidden.await.unwrap(), Became::Hidden);
        assert!(standing(&house, who, "permit-newsletter").await.is_in_force(house.app.now()), "the ledger is as it was");
    }

    async fn services_are_told_and_answer_for_it(world: World) {
        let mut stage = Stage::with(world, &crate::oidc::party::files_with(&[("library", "signals = { delivery = \"poll\", events = [\"processing_restricted\", \"restriction_lifted\"] }")])).await;
        stage.tokens(&LIBRARY, &WANTED).await;
        takes(&stage.house, stage.ada, Step::Restrict).await;
        assert_eq!(only(&stage.house, stage.ada, "library").await.kind, "processing_restricted");
        let leaf = leaves(&stage.house, "account.restricted").await.remove(0);
        assert_eq!((&leaf["reason_code"], &leaf["channel"]), (&json!("rights_request"), &json!("batch")), "{leaf}");
        assert!(leaf["subject"].is_string() && !leaf.to_string().contains("Lloyd"), "{leaf}");
        takes(&stage.house, stage.ada, Step::LiftAsAsked).await;
        let kinds: Vec<_> = crate::signals::rows(&stage.house, stage.ada, "library").await.into_iter().map(|row| row.kind).collect();
        assert!(kinds.contains(&"restriction_lifted".to_owned()), "{kinds:?}");
    }

    async fn an_officer_does_it_under_an_enquiry_and_she_reads_of_it(world: World) {
        let house = House::new(world).await;
        let (who, visitor) = ada(&house).await;
        let (mut dee, person) = desk(&house).await;
        says(&dee.get(&person).await, 200, &["Stop or allow the use", &format!("{person}/restriction")]);
        let here = format!("{person}/restriction");
        says(&dee.get(&here).await, 200, &["Used as normal", "Stop the use of the details"]);
        says(&dee.post(&here, &[]).await, 200, &["There is a problem", "Select what you want to do"]);
        says(&dee.post(&here, &[("step", "lift")]).await, 200, &["This was changed meanwhile"]);
        let done = dee.post(&here, &[("step", "restrict")]).await;
        assert_eq!(done.to, format!("{here}?told=written"));
        says(&dee.get(&done.to).await, 200, &["The person is written to", "Kept, and not used", "has not been told that it will end"]);
        assert!(restriction::of(&house.app, who).await.unwrap().is_some());
        let leaf = leaves(&house, "account.restricted").await.remove(0);
        assert_eq!((&leaf["actor"]["class"], &leaf["reason_code"]), (&json!("officer"), &json!("rights_request")), "{leaf}");
        let (_, wrote) = letters(&house).await.into_iter().find(|(_, text)| text.subject == "We have stopped using your details").unwrap();
        for words in ["No service gets anything", "Information Commissioner", "information@havenbrook.example"] {
            assert!(wrote.body.contains(words), "{}", wrote.body);
        }
        let seen = visitor.get("/account/seen").await.body;
        assert!(seen.contains("stopped the use of your details") && seen.contains("DP-7"), "{seen}");
        assert!(seen.contains("Whether we keep your details without using them"), "{seen}");
        dee.post(&here, &[("step", "announce")]).await;
        says(&dee.get(&here).await, 200, &["8 December 2026"]);
        // The help desk does not: it is not theirs to decide.
        let (_, mut bea) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        let why = [("purpose", "help"), ("reason", "resident_asked"), ("case", "CRM-1")];
        let enquiry = bea.post("/enquiries", &why).await.to;
        let person = bea.post(&format!("{enquiry}/search"), &[("who", ADA)]).await.to;
        assert!(!bea.get(&person).await.body.contains("/restriction"));
        assert_eq!(bea.get(&format!("{person}/restriction")).await.status, 403);
        assert_eq!(bea.post(&format!("{person}/restriction"), &[("step", "lift_as_asked")]).await.status, 403);
        // Nor does whoever said that they know her.
        assert_eq!(dee.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await.to, "/conflicts");
        house.later(Duration::from_secs(1));
        assert_eq!(dee.post(&here, &[("step", "lift_as_asked")]).await.status, 403);
        assert_eq!(dee.get(&here).await.status, 403);
        assert!(restriction::of(&house.app, who).await.unwrap().is_some());
        assert_eq!(house.events("account.restriction_lifted").await, 0);
    }

    async fn the_commands_say_what_they_did_and_what_stands_in_the_way(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        let id = who.to_string();
        let folder = TempDir::new("restriction");
        let settings = house.settings(folder.path());
        let run = |command: &str, more: &[&str]| {
            let why = ["--by", "Bea Lloyd", "--reason", "rights_request", "--case", "DP-9", "--config", &settings];
            let output = portreeve(&[&["--json", "resident", command, &id][..], &why, more].concat()).output().unwrap();
            let said = serde_json::from_slice(&output.stdout);
            let said: Value = said.unwrap_or_else(|_| json!({ "error": String::from_utf8_lossy(&output.stderr) }));
            (output.status.code().unwrap(), said)
        };
        let refused = |(code, said): (i32, Value), because: &str| {
            assert!(code == 1 && said["error"].as_str().unwrap().contains(because), "{said}");
        };
        refused(run("lift-restriction", &[]), "is not restricted");
        assert_eq!(run("restrict", &["--dry-run"]).1["written"], Value::Null);
        assert!(restriction::of(&house.app, who).await.unwrap().is_none());
        let (code, said) = run("restrict", &[]);
        assert_eq!((code, &said["written"], &said["told"]), (0, &json!(true), &json!(0)), "{said}");
        refused(run("restrict", &[]), "has not been told that it ends");
        refused(run("lift-restriction", &[]), "--announce");
        let (code, said) = run("lift-restriction", &["--announce"]);
        assert!(code == 0 && said["from"].is_string(), "{said}");
        refused(run("lift-restriction", &[]), "it can end from");
        assert_eq!(run("lift-restriction", &["--announce", "--as-she-asks"]).0, 2);
        assert_eq!(run("lift-restriction", &["--as-she-asks"]).0, 0);
        assert!(restriction::of(&house.app, who).await.unwrap().is_none());
    }
}
