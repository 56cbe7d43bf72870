//! How old she is, asked where her consent needs it, and of which only the band is looked at.

use super::browser::Page;
use super::party::{self, NEWS};
use super::record::count;
use super::{Stage, text};
use crate::app::Service;
use portreeve::store::sharing;

/// The news ask how old she is.
fn asks() -> Vec<Service<'static>> {
    let mut files = party::files();
    let news = files.iter_mut().find(|file| file.id == NEWS.id).unwrap();
    news.toml = String::leak(news.toml.replace("expires = \"P24M\"", "expires = \"P24M\"\nconsent_age = \"ask\""));
    files
}

/// Her way to the question.
async fn asked(stage: &mut Stage) -> (Page, String) {
    let page = stage.browser.get(&NEWS.authorize(&stage.house, &[("scope", "openid email")])).await;
    let flow = page.parameter("flow").unwrap();
    stage.browser.get(page.location().unwrap()).await;
    let page = stage.browser.post("/continue", &[("flow", &flow)]).await;
    (stage.browser.get(page.location().unwrap()).await, flow)
}

async fn says(stage: &mut Stage, flow: &str, consent: &str, band: &str) -> Page {
    stage.browser.post("/consent", &[("flow", flow), ("consent", consent), ("age_band", band)]).await
}

async fn born(stage: &mut Stage, (day, month, year): (&str, &str, &str)) {
    let form = [("day", day), ("month", month), ("year", year)];
    let page = stage.browser.post("/account/details/date-of-birth", &form).await;
    assert_eq!(page.location(), Some("/account/details?news=given"), "{}", page.body);
}

/// The rule that the sample policies have in force.
const RULE: Option<&str> = Some("13 from 2018-05-25");

/// State, band and rule of each line of hers.
async fn kept(stage: &Stage) -> Vec<(String, Option<String>, Option<String>)> {
    let rows = sharing::of_account(&mut stage.house.app.db.peek(), stage.ada).await.unwrap();
    rows.into_iter().map(|row| (row.state, row.how.age_band, row.how.age_rule)).collect()
}

both! {
    async fn who_is_too_young_cannot_say_yes_and_can_say_no(world: World) {
        let mut stage = Stage::with(world, &asks()).await;
        let (page, flow) = asked(&mut stage).await;
        assert!(page.body.contains("id=\"age-band-under_13\"") && !page.body.contains(" checked"), "{}", page.body);
        for (band, said) in [
            ("", "Select how old you are, to say yes"),
            ("12", "Select how old you are, to say yes"),
            ("under_13", "You are not old enough to agree to this yourself"),
        ] {
            let page = says(&mut stage, &flow, "allow", band).await;
            assert_eq!(page.status, 200);
            assert!(page.body.contains("There is a problem") && page.body.contains(said), "{band}: {}", page.body);
        }
        assert_eq!(count(&stage.house, "sharing.consent_given").await, 0);
        // A no needs no age, and costs nothing.
        let code = says(&mut stage, &flow, "deny", "").await.parameter("code").unwrap();
        let tokens = NEWS.redeem(&stage.house, &code).await.json();
        let seen = stage.userinfo(text(&tokens, "access_token")).await.json();
        assert_eq!(seen.as_object().unwrap().len(), 1, "{seen}");
        assert_eq!(kept(&stage).await, [("refused".to_owned(), None, None)]);
        // Nor in her account.
        let choose = "/account/sharing/news/permit-newsletter/choose";
        let page = stage.browser.get(choose).await;
        assert!(page.body.contains("name=\"age_band\""), "{}", page.body);
        let seen = page.body.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        for (band, said) in [("", "Select how old you are"), ("under_13", "You are not old enough")] {
            let form = [("consent", "allow"), ("age_band", band), ("seen", seen)];
            let page = stage.browser.post(choose, &form).await;
            assert!(page.status == 200 && page.body.contains(said), "{band}: {}", page.body);
        }
        assert_eq!(count(&stage.house, "sharing.consent_given").await, 0);
        let form = [("consent", "allow"), ("age_band", "adult"), ("seen", seen)];
        assert_eq!(stage.browser.post(choose, &form).await.location(), Some("/account/sharing?news=yes"));
        assert_eq!(kept(&stage).await[1], ("given".to_owned(), Some("adult".to_owned()), RULE.map(str::to_owned)));
    }

    async fn who_is_old_enough_says_yes_and_the_service_learns_no_age(world: World) {
        let mut stage = Stage::with(world, &asks()).await;
        let (_, flow) = asked(&mut stage).await;
        let code = says(&mut stage, &flow, "allow", "13_15").await.parameter("code").unwrap();
        let tokens = NEWS.redeem(&stage.house, &code).await.json();
        let seen = stage.userinfo(text(&tokens, "access_token")).await.json();
        assert_eq!(seen["email"], "ada@havenbrook.example");
        assert_eq!(seen.as_object().unwrap().len(), 3, "{seen}");
        assert_eq!(count(&stage.house, "sharing.consent_given").await, 1);
        assert_eq!(kept(&stage).await, [("given".to_owned(), Some("13_15".to_owned()), RULE.map(str::to_owned))]);
    }

    async fn a_date_of_birth_that_she_gave_answers_for_her(world: World) {
        let mut stage = Stage::with(world, &asks()).await;
        // Thirteen tomorrow, in London.
        born(&mut stage, ("2", "12", "2013")).await;
        let (page, flow) = asked(&mut stage).await;
        assert!(!page.body.contains("age_band"), "{}", page.body);
        let page = says(&mut stage, &flow, "allow", "adult").await;
        assert!(page.body.contains("You are not old enough to agree to this yourself"), "{}", page.body);
        born(&mut stage, ("1", "12", "2013")).await;
        assert!(says(&mut stage, &flow, "allow", "").await.parameter("code").is_some());
        assert_eq!(kept(&stage).await, [("given".to_owned(), Some("13_15".to_owned()), RULE.map(str::to_owned))]);
    }

    async fn a_share_that_does_not_ask_looks_at_no_age(world: World) {
        let mut stage = Stage::with(world, &party::files()).await;
        let (page, flow) = asked(&mut stage).await;
        assert!(!page.body.contains("age_band"), "{}", page.body);
        assert!(says(&mut stage, &flow, "allow", "").await.parameter("code").is_some());
    }
}
