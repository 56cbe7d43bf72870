//! What is hers to decide: which of two records is a consent and how it looks beside one that is not, taking it back, refusing
//! it at the door, and being too young to give it (questions 3, 5, 6 and 7).

use super::{facts, plain, without};
use crate::app::{Changes, House};
use crate::oidc::browser::Browser;
use crate::oidc::party::{self, LIBRARY, NEWS, Party};
use crate::oidc::{text, tokens::claims};
use crate::sharing::{NEWS as LETTER, PERMIT, says};
use crate::visitor::Visitor;
use portreeve::domain::ids::AccountId;
use portreeve::store::sharing;
use serde_json::{Value, json};
use std::time::Duration;

const ADA: &str = "ada@example.org";
const BEN: &str = "ben@example.org";
const WORD: &str = "turnip lantern cobble";
/// Of Ben, on whatever is Ada's.
const HIS: &[&str] = &["Ben", "Oak", "ben@"];
/// Of Ada, on whatever is his.
const HERS: &[&str] = &["Ada", "Wójcik", "ada@"];

/// The other ways to reach a council.
const WAYS: [&str; 3] = ["Phone", "In person", "Post"];

/// Two residents, each with a browser, and every service of the protocol's tests; the news ask how old one is.
struct Two {
    house: House,
    ada: AccountId,
    ben: AccountId,
    hers: Browser,
    his: Browser,
}

impl Two {
    async fn at(world: crate::world::World, asks_age: bool, changes: Changes<'_>) -> Self {
        let mut files = party::files();
        let news = files.iter_mut().find(|file| file.id == NEWS.id).unwrap();
        if asks_age {
            news.toml =
                String::leak(news.toml.replace("expires = \"P24M\"", "expires = \"P24M\"\nconsent_age = \"ask\""));
        }
        let house = House::with(world, &files, changes).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let ben = house.resident("Ben Oak", BEN, WORD).await;
        let (mut hers, mut his) = (Browser::new(&house), Browser::new(&house));
        hers.sign_in(&house, ada, true).await;
        his.sign_in(&house, ben, true).await;
        house.later(Duration::from_secs(2));
        Self { house, ada, ben, hers, his }
    }

    /// What was said to the news about it, by whom it is.
    async fn kept(&self, who: AccountId) -> Vec<(String, Option<String>, Option<String>)> {
        let rows = sharing::of_account(&mut self.house.app.db.peek(), who).await.unwrap();
        rows.into_iter().map(|row| (row.state, row.how.age_band, row.how.age_rule)).collect()
    }
}

/// The question of the news at the door, and its flow.
async fn asked(house: &House, browser: &mut Browser) -> (String, String) {
    let wish = [("scope", "openid email"), ("claims", r#"{"id_token":{"email":null}}"#)];
    let page = browser.get(&NEWS.authorize(house, &wish)).await;
    let flow = page.parameter("flow").unwrap();
    let page = browser.post("/continue", &[("flow", &flow)]).await;
    let page = browser.get(page.location().unwrap()).await;
    assert_eq!(page.status, 200);
    (page.body, flow)
}

/// Answers it.
async fn answers(browser: &mut Browser, flow: &str, consent: &str) -> crate::oidc::browser::Page {
    browser.post("/consent", &[("flow", flow), ("consent", consent)]).await
}

/// What a service is told with a code: the tokens, and what userinfo and the ID token say.
async fn told(house: &House, party: &Party, code: &str) -> (Value, Value, Value) {
    let tokens = party.redeem(house, code).await.json();
    let said = claims(text(&tokens, "id_token"));
    let info = userinfo(house, &tokens).await;
    (tokens, info, said)
}

async fn userinfo(house: &House, tokens: &Value) -> Value {
    let ask = crate::oidc::browser::http(house).get(house.at("/userinfo"));
    let answer = ask.bearer_auth(text(tokens, "access_token")).send().await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

async fn signed_in(house: &House, email: &str) -> Visitor {
    let visitor = Visitor::new(house);
    assert_eq!(visitor.post("/sign-in", &[("email", email), ("password", WORD)]).await.to, "/account");
    visitor
}

/// What happened, by a page of hers: "what: when and how", the newest first.
fn history(body: &str) -> Vec<String> {
    let all = body.split("<h3 class=\"govuk-heading-s\">").skip(1);
    all.map(|part| {
        let (what, rest) = part.split_once("</h3>").unwrap();
        format!("{}: {}", plain(what), plain(rest.split_once("</p>").unwrap().0))
    })
    .collect()
}

/// What a page says in its list, as "key: value"; not the other ways to reach somebody, which stand on each page.
fn list(body: &str) -> Vec<String> {
    let own = facts(body).into_iter().filter(|(key, _)| !WAYS.contains(&key.as_str()));
    own.map(|(key, value)| format!("{key}: {value}")).collect()
}

both! {
    async fn q03_a_consent_and_a_record_that_is_none_side_by_side(world: World) {
        let house = House::new(world).await;
        let (_, hers) = crate::sharing::ada(&house).await;
        let ben = house.resident("Ben Oak", BEN, WORD).await;
        says(&house, ben, "garden-waste", "collect-garden-waste").await;
        let (task, consent) = (hers.get(PERMIT).await.body, hers.get(LETTER).await.body);
        let law = "Why: The law lets it use these details for its public duties.";
        let now = "Now: The service gets these details";
        assert_eq!(list(&task), [now, "Details: Full name, Email address", law, "Since: 1 December 2026"]);
        let agreed = "Why: Only with consent.";
        let until = "Until: 1 December 2028";
        assert_eq!(list(&consent), [now, "Details: Email address", agreed, "Since: 1 December 2026", until]);
        assert_eq!(history(&task), ["You were told, and went on: 1 December 2026 at midday, online"]);
        let yes = "You said yes: 1 December 2026 at midday, online";
        assert_eq!(history(&consent), [yes]);
        for (page, said, not) in [(&task, "Object to this", "Stop sharing"), (&consent, "Stop sharing", "Object to this")] {
            let text = plain(page);
            assert!(text.contains(said) && !text.contains(not), "{text}");
            without(&text, HIS);
        }
        // Ben has neither; and of another word of hers, another record.
        let his = signed_in(&house, BEN).await;
        for path in [PERMIT, LETTER] {
            assert_eq!(his.get(path).await.status, 404, "{path}");
        }
        house.later(Duration::from_mins(5));
        hers.post(&format!("{LETTER}/withdraw"), &[]).await;
        let page = hers.get(LETTER).await.body;
        assert_eq!(history(&page), ["You stopped it: 1 December 2026 at 12:05pm, online", yes]);
        let stopped = "Now: The service does not get these details. This was stopped.";
        assert_eq!(list(&page), [stopped, "Details: Email address"]);
    }

    async fn q05_she_takes_it_back_with_one_press_and_it_takes_effect_at_once(world: World) {
        let mut two = Two::at(world, false, &[]).await;
        let (_, flow) = asked(&two.house, &mut two.hers).await;
        let code = answers(&mut two.hers, &flow, "allow").await.parameter("code").unwrap();
        let (hers, info, _) = told(&two.house, &NEWS, &code).await;
        assert_eq!(info, json!({ "sub": info["sub"], "email": ADA, "email_verified": true }));
        let (_, flow) = asked(&two.house, &mut two.his).await;
        let code = answers(&mut two.his, &flow, "allow").await.parameter("code").unwrap();
        let (his, before, _) = told(&two.house, &NEWS, &code).await;
        two.house.later(Duration::from_mins(1));
        // The page of her account has the button; giving it took a choice and a button on a page of its own.
        let visitor = signed_in(&two.house, ADA).await;
        let stop = "/account/sharing/news/permit-newsletter/withdraw";
        let page = visitor.get("/account").await.body;
        assert_eq!(page.matches(&format!("action=\"{stop}\"")).count(), 1, "{page}");
        let at = two.house.app.now();
        assert_eq!(visitor.post(stop, &[]).await.to, "/account/sharing?news=stopped");
        // At the same second: what the service holds of her tells it nothing more, and his does.
        assert_eq!(userinfo(&two.house, &hers).await, json!({ "sub": info["sub"] }));
        assert_eq!(userinfo(&two.house, &his).await, before);
        without(&before.to_string(), HERS);
        let rows = sharing::of_account(&mut two.house.app.db.peek(), two.ada).await.unwrap();
        let steps: Vec<_> = rows.iter().map(|row| (row.state.as_str(), row.how.steps)).collect();
        assert_eq!(steps, [("given", Some(2)), ("withdrawn", Some(1))], "no more than giving took");
        assert_eq!(rows[1].at, at);
        let page = visitor.get("/account/sharing/news/permit-newsletter").await.body;
        let yes = "You said yes: 1 December 2026 at midday, online";
        assert_eq!(history(&page), ["You stopped it: 1 December 2026 at 12:01pm, online", yes]);
        without(&page, HIS);
        // His page still has the button. Pressed by him, the answer about him is another.
        let visitor = signed_in(&two.house, BEN).await;
        let page = visitor.get("/account/sharing/news/permit-newsletter").await.body;
        assert_eq!(history(&page), [yes]);
        without(&page, HERS);
        visitor.post(stop, &[]).await;
        assert_eq!(userinfo(&two.house, &his).await, json!({ "sub": before["sub"] }));
    }

    async fn q06_refusing_at_the_door_costs_her_nothing(world: World) {
        let mut two = Two::at(world, false, &[]).await;
        let (page, flow) = asked(&two.house, &mut two.hers).await;
        // Two radios of equal weight, neither chosen.
        let radios = |id: &str| page.matches(&format!("id=\"{id}\"")).count();
        assert_eq!((radios("consent-allow"), radios("consent-deny"), page.matches(" checked").count()), (1, 1, 0));
        assert!(page.contains(ADA), "{page}");
        without(&page, HIS);
        let code = answers(&mut two.hers, &flow, "deny").await.parameter("code").unwrap();
        let (tokens, info, said) = told(&two.house, &NEWS, &code).await;
        assert_eq!(info, json!({ "sub": said["sub"] }));
        assert_eq!((said.get("email"), said["aud"].as_str()), (None, Some("news")));
        assert_eq!(two.kept(two.ada).await, [("refused".to_owned(), None, None)]);
        // She signs out, and in again: at the same service without another question, and at the next.
        let visitor = signed_in(&two.house, ADA).await;
        visitor.get("/logout").await;
        visitor.post("/logout/confirm", &[]).await;
        assert_eq!(signed_in(&two.house, ADA).await.get("/account").await.status, 200);
        let again = two.hers.get(&NEWS.authorize(&two.house, &[("scope", "openid email"), ("prompt", "none")])).await;
        let (_, again, _) = told(&two.house, &NEWS, &again.parameter("code").unwrap()).await;
        assert_eq!(again, info);
        let page = two.hers.get(&LIBRARY.authorize(&two.house, &[])).await;
        let flow = page.parameter("flow").unwrap();
        let code = two.hers.post("/continue", &[("flow", &flow)]).await.parameter("code").unwrap();
        let (_, library, _) = told(&two.house, &LIBRARY, &code).await;
        assert_eq!((&library["name"], &library["email"]), (&json!("Ada Wójcik"), &json!(ADA)));
        // Ben says yes, and the service gets his.
        let (_, flow) = asked(&two.house, &mut two.his).await;
        let code = answers(&mut two.his, &flow, "allow").await.parameter("code").unwrap();
        let (_, his, _) = told(&two.house, &NEWS, &code).await;
        assert_eq!(his, json!({ "sub": his["sub"], "email": BEN, "email_verified": true }));
        without(&[&info, &again, &library].map(Value::to_string).concat(), HIS);
        // She thinks better of it.
        let choose = "/account/sharing/news/permit-newsletter/choose";
        let visitor = signed_in(&two.house, ADA).await;
        let seen = visitor.get(choose).await.hidden("seen");
        let done = visitor.post(choose, &[("seen", &seen), ("consent", "allow")]).await;
        assert_eq!(done.to, "/account/sharing?news=yes");
        // What she was asked about before tells it nothing more; the next visit does.
        assert_eq!(userinfo(&two.house, &tokens).await, info);
        let page = two.hers.get(&NEWS.authorize(&two.house, &[("scope", "openid email")])).await;
        let (_, next, _) = told(&two.house, &NEWS, &page.parameter("code").unwrap()).await;
        assert_eq!(next, json!({ "sub": said["sub"], "email": ADA, "email_verified": true }));
    }

    async fn q07_a_twelve_year_old_cannot_opt_in_and_thirteen_years_can(world: World) {
        // What holds from tomorrow holds from tomorrow.
        let tomorrow = "age = 13\n\n[[consent_age]]\nfrom = 2026-12-02\nage = 16";
        let mut two = Two::at(world, true, &[("controller.toml", "age = 13", tomorrow)]).await;
        let born = async |email: &str, day: &str| {
            let visitor = signed_in(&two.house, email).await;
            let date = [("day", day), ("month", "12"), ("year", "2013")];
            visitor.post("/account/details/date-of-birth", &date).await;
        };
        // It is 1 December 2026: she is thirteen tomorrow, and he is today.
        born(ADA, "2").await;
        born(BEN, "1").await;
        let (page, flow) = asked(&two.house, &mut two.hers).await;
        without(&page, HIS);
        let page = answers(&mut two.hers, &flow, "allow").await;
        let young = "You are not old enough to agree to this yourself";
        assert!(page.status == 200 && page.body.contains("There is a problem") && page.body.contains(young), "{}", page.body);
        assert_eq!(two.kept(two.ada).await, []);
        let code = answers(&mut two.hers, &flow, "deny").await.parameter("code").unwrap();
        let (_, info, said) = told(&two.house, &NEWS, &code).await;
        assert_eq!(info, json!({ "sub": said["sub"] }));
        assert_eq!(two.kept(two.ada).await, [("refused".to_owned(), None, None)], "a no needs no age");
        let (_, flow) = asked(&two.house, &mut two.his).await;
        let code = answers(&mut two.his, &flow, "allow").await.parameter("code").unwrap();
        let (_, info, _) = told(&two.house, &NEWS, &code).await;
        assert_eq!(info, json!({ "sub": info["sub"], "email": BEN, "email_verified": true }), "and no age of his");
        let under = |rule: &str| [("given".to_owned(), Some("13_15".to_owned()), Some(rule.to_owned()))];
        assert_eq!(two.kept(two.ben).await, under("13 from 2018-05-25"));
        let leaves = crate::looking::leaves(&two.house, "sharing.consent_given").await;
        assert_eq!(leaves.len(), 1);
        without(&leaves[0].to_string(), &["2013", "13_15", "Ben", "ben@", "Ada", "ada@"]);
    }

    async fn q07_the_setting_and_its_history_are_in_the_register(world: World) {
        let later = "age = 13\n\n[[consent_age]]\nfrom = 2026-12-01\nage = 16";
        let mut two = Two::at(world, true, &[("controller.toml", "age = 13", later)]).await;
        let visitor = signed_in(&two.house, BEN).await;
        visitor.post("/account/details/date-of-birth", &[("day", "1"), ("month", "12"), ("year", "2013")]).await;
        let (_, flow) = asked(&two.house, &mut two.his).await;
        let page = answers(&mut two.his, &flow, "allow").await;
        assert!(page.body.contains("You are not old enough"), "{}", page.body);
        assert_eq!(two.kept(two.ben).await, []);
        let (_, mut dee) = two.house.officer("Dee Hart", &[portreeve::domain::staff::Role::InformationGovernance]).await;
        let rules = |body: &str, start: &str| list(body).into_iter().filter(|line| line.starts_with(start)).collect::<Vec<_>>();
        let page = dee.get("/register?lang=en").await.body;
        let both = ["May consent for themselves at 13, from: 25 May 2018", "May consent for themselves at 16, from: 1 December 2026"];
        assert_eq!(rules(&page, "May consent"), both);
        let page = dee.get("/register?lang=cy").await.body;
        assert_eq!(rules(&page, "Caiff gydsynio"), ["Caiff gydsynio drosto’i hun yn 13 oed, o: 25 Mai 2018", "Caiff gydsynio drosto’i hun yn 16 oed, o: 1 Rhagfyr 2026"]);
    }
}
