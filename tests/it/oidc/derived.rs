//! Details a resident gives once, and claims made from them when they leave: a real code flow.

use super::browser::Page;
use super::party::{self, LIBRARY, Party};
use super::record::{count, newest};
use super::{Stage, text};
use crate::app::{NOON, Service};
use crate::wording;
use portreeve::crypto::tokens::Token;
use portreeve::domain::account::{Address, Birthdate, Detail, Given, Postcode};
use portreeve::domain::audit::Context;
use portreeve::domain::claims::Claim;
use portreeve::domain::session::SignedIn;
use portreeve::domain::time::When;
use portreeve::service::{details, sessions};
use portreeve::store::{attributes, signals};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// What the library asks for beside name and address, at either place.
const AGE: &str = r#"{"userinfo":{"over_18":null,"over_65":null},"id_token":{"over_18":null}}"#;
const PLACE: &str = r#"{"userinfo":{"address":null,"in_borough":null,"postcode_district":null}}"#;

/// The library with one more share.
fn library(claims: &str, required: bool) -> Vec<Service<'static>> {
    let mut files = party::files();
    let share = format!(
        r#"
[[share]]
purpose = "order-garden-waste"
recipient_role = "same_controller"
basis = "contract"
claims = [{claims}]
notice = "garden-waste-order@1"
recipient_retention = {{ en = "6 years", cy = "6 blynedd" }}
required = {required}
"#
    );
    let library = files.iter_mut().find(|file| file.id == LIBRARY.id).unwrap();
    library.toml = String::leak(format!("{}{share}", library.toml));
    files
}

async fn born(stage: &mut Stage, day: &str, month: &str, year: &str) {
    let form = [("day", day), ("month", month), ("year", year)];
    let page = stage.browser.post("/account/details/date-of-birth", &form).await;
    assert_eq!(page.location(), Some("/account/details?news=given"), "{}", page.body);
}

/// What the library gets at both places.
async fn gets(stage: &mut Stage, wish: &str) -> (Value, Value, String) {
    let tokens = stage.tokens(&LIBRARY, &[("scope", "openid"), ("claims", wish)]).await;
    let access = text(&tokens, "access_token").to_owned();
    (super::tokens::claims(text(&tokens, "id_token")), stage.userinfo(&access).await.json(), access)
}

async fn who(stage: &Stage) -> SignedIn {
    let cookie = Token::parse(stage.browser.cookie("portreeve").unwrap()).unwrap();
    sessions::find(&stage.house.app, &cookie, stage.house.app.now()).await.unwrap().unwrap()
}

/// Moves the clock to this instant.
fn at(stage: &Stage, instant: &str) {
    let wanted = When::from(instant.parse::<jiff::Timestamp>().unwrap());
    stage.house.later(wanted.since(stage.house.app.now()));
}

/// Her way to a service, as far as it goes without her.
async fn arrive(stage: &mut Stage, party: &Party, wish: &str) -> (Page, String) {
    let page = stage.browser.get(&party.authorize(&stage.house, &[("claims", wish), ("scope", "openid")])).await;
    let flow = page.parameter("flow").unwrap();
    (stage.browser.get(page.location().unwrap()).await, flow)
}

const HOME: [(&str, &str); 3] = [("line1", "3 Orchard Row"), ("town", "Havenbrook"), ("postcode", "hv14qt")];

both! {
    async fn a_service_is_told_the_age_and_not_the_date(world: World) {
        let mut stage = Stage::with(world, &library("\"over_18\", \"over_65\"", false)).await;
        born(&mut stage, "14", "feb", "1984").await;
        let wish = r#"{"userinfo":{"over_18":null,"birthdate":null},"id_token":{"over_18":null,"birthdate":null}}"#;
        let (id_token, userinfo, _) = gets(&mut stage, wish).await;
        assert_eq!(id_token["over_18"], true, "{id_token}");
        assert_eq!(userinfo["over_18"], true, "{userinfo}");
        for said in [&id_token, &userinfo] {
            assert_eq!(said.get("birthdate"), None, "{said}");
            assert!(!wording::says(&said.to_string(), "1984"), "{said}");
        }
        assert_eq!(userinfo.as_object().unwrap().len(), 2, "{userinfo}");
        assert_eq!(count(&stage.house, "claims.denied").await, 1);
    }

    async fn nothing_is_said_of_a_date_that_was_not_given(world: World) {
        let mut stage = Stage::with(world, &library("\"over_18\", \"over_65\"", false)).await;
        let (asked, flow) = arrive(&mut stage, &LIBRARY, AGE).await;
        assert!(asked.leads_to("/continue/details"), "{}", asked.body);
        let asked = stage.browser.get(asked.location().unwrap()).await;
        assert!(asked.body.contains("The library asks for your date of birth"), "{}", asked.body);
        let put_off = stage.browser.post("/continue/details", &[("flow", &flow)]).await;
        assert_eq!(put_off.location(), Some(format!("/continue?flow={flow}&later=birthdate").as_str()));
        let told = stage.browser.get(put_off.location().unwrap()).await;
        assert!(told.body.contains("You have not given this"), "{}", told.body);
        let code = stage.browser.post("/continue", &[("flow", &flow)]).await.parameter("code").unwrap();
        let tokens = LIBRARY.redeem(&stage.house, &code).await.json();
        let userinfo = stage.userinfo(text(&tokens, "access_token")).await.json();
        assert_eq!(userinfo.as_object().unwrap().len(), 1, "{userinfo}");
        assert_eq!(super::tokens::claims(text(&tokens, "id_token")).get("over_18"), None);
        // Asked once: told, she is not asked again, and what she gives of her own accord goes out.
        born(&mut stage, "1", "1", "1950").await;
        let (id_token, userinfo, _) = gets(&mut stage, AGE).await;
        assert_eq!((&id_token["over_18"], &userinfo["over_65"]), (&json!(true), &json!(true)));
    }

    async fn an_age_is_reached_at_midnight_in_london(world: World) {
        let mut stage = Stage::with(world, &library("\"over_18\", \"over_65\"", false)).await;
        assert_eq!(stage.house.app.now().seconds(), NOON + 2);
        born(&mut stage, "2", "12", "2008").await;
        at(&stage, "2026-12-01T23:58:00Z");
        let ada = stage.ada;
        stage.browser.sign_in(&stage.house, ada, true).await;
        let (id_token, userinfo, access) = gets(&mut stage, AGE).await;
        assert_eq!((&id_token["over_18"], &userinfo["over_18"]), (&json!(false), &json!(false)));
        at(&stage, "2026-12-01T23:59:59Z");
        assert_eq!(stage.userinfo(&access).await.json()["over_18"], false);
        // The value is made when it leaves: the same token tells the truth of the new day.
        at(&stage, "2026-12-02T00:00:00Z");
        assert_eq!(stage.userinfo(&access).await.json()["over_18"], true);
    }

    async fn a_day_begins_in_summer_time_an_hour_before_greenwich(world: World) {
        let mut stage = Stage::with(world, &library("\"over_18\", \"over_65\"", false)).await;
        born(&mut stage, "2", "7", "2009").await;
        at(&stage, "2027-07-01T22:58:00Z");
        let ada = stage.ada;
        stage.browser.sign_in(&stage.house, ada, true).await;
        let (_, userinfo, access) = gets(&mut stage, AGE).await;
        assert_eq!(userinfo["over_18"], false);
        at(&stage, "2027-07-01T23:00:00Z");
        assert_eq!(stage.userinfo(&access).await.json()["over_18"], true);
    }

    async fn who_was_born_on_29_february_waits_for_march(world: World) {
        let mut stage = Stage::with(world, &library("\"over_18\", \"over_65\"", false)).await;
        born(&mut stage, "29", "2", "1964").await;
        at(&stage, "2029-02-28T23:58:00Z");
        let ada = stage.ada;
        stage.browser.sign_in(&stage.house, ada, true).await;
        let (_, userinfo, access) = gets(&mut stage, AGE).await;
        assert_eq!(userinfo["over_65"], false);
        at(&stage, "2029-03-01T00:00:00Z");
        assert_eq!(stage.userinfo(&access).await.json()["over_65"], true);
    }

    async fn an_address_is_asked_for_once_and_in_context(world: World) {
        let mut stage = Stage::with(world, &library("\"address\", \"in_borough\", \"postcode_district\"", true)).await;
        let (asked, flow) = arrive(&mut stage, &LIBRARY, PLACE).await;
        assert!(asked.leads_to("/continue/details"), "{}", asked.body);
        let asked = stage.browser.get(asked.location().unwrap()).await;
        assert!(asked.body.contains("The library needs your address"), "{}", asked.body);
        assert!(asked.body.contains("autocomplete=\"postal-code\"") && asked.body.contains("id=\"continue\""));
        // The service cannot do without it, so that leaving it empty is an error.
        let empty = stage.browser.post("/continue/details", &[("flow", &flow)]).await;
        assert_eq!(empty.status, 200);
        for wanted in ["There is a problem", "Enter a postcode", "Enter a town or city"] {
            assert!(empty.body.contains(wanted), "{wanted}: {}", empty.body);
        }
        let bad = [("flow", flow.as_str()), ("line1", "3 Orchard Row"), ("town", "Havenbrook"), ("postcode", "HV1")];
        let bad = stage.browser.post("/continue/details", &bad).await;
        assert!(bad.body.contains("Enter a full UK postcode") && bad.body.contains("3 Orchard Row"), "{}", bad.body);
        assert_eq!(count(&stage.house, "account.detail_changed").await, 0);
        let form: Vec<(&str, &str)> = HOME.into_iter().chain([("flow", flow.as_str())]).collect();
        let given = stage.browser.post("/continue/details", &form).await;
        assert_eq!(given.location(), Some(format!("/continue?flow={flow}").as_str()), "{}", given.body);
        let leaf = newest(&stage.house, "account.detail_changed").await;
        assert!(!leaf.to_string().contains("Orchard"), "{leaf}");
        let told = stage.browser.get(given.location().unwrap()).await;
        assert!(told.body.contains("3 Orchard Row, Havenbrook, HV1 4QT"), "{}", told.body);
        let code = stage.browser.post("/continue", &[("flow", &flow)]).await.parameter("code").unwrap();
        let tokens = LIBRARY.redeem(&stage.house, &code).await.json();
        let userinfo = stage.userinfo(text(&tokens, "access_token")).await.json();
        let address = json!({"formatted": "3 Orchard Row\nHavenbrook\nHV1 4QT", "postal_code": "HV1 4QT"});
        assert_eq!(userinfo["address"], address);
        assert_eq!((&userinfo["in_borough"], &userinfo["postcode_district"]), (&json!(true), &json!("HV1")));
        let again = LIBRARY.authorize(&stage.house, &[("claims", PLACE), ("scope", "openid")]);
        assert!(stage.browser.get(&again).await.parameter("code").is_some());
    }

    async fn a_home_without_a_postcode_is_told_in_words_and_nothing_is_derived_from_it(world: World) {
        let mut stage = Stage::with(world, &library("\"address\", \"in_borough\", \"postcode_district\"", true)).await;
        let (_, flow) = arrive(&mut stage, &LIBRARY, PLACE).await;
        let page = stage.browser.get(&format!("/continue/details?flow={flow}&way=words")).await;
        assert!(page.body.contains("name=\"words\"") && page.body.contains("name=\"way\" value=\"words\""), "{}", page.body);
        let form = [("flow", flow.as_str()), ("way", "words"), ("words", &"x".repeat(501))];
        let page = stage.browser.post("/continue/details", &form).await;
        assert!(page.body.contains("&amp;way=words&amp;lang=cy"), "{}", page.body);
        let form = [("flow", flow.as_str()), ("way", "words"), ("words", "Narrowboat Gwennol, below Town Lock")];
        let given = stage.browser.post("/continue/details", &form).await;
        assert!(given.leads_to("/continue"), "{}", given.body);
        let code = stage.browser.post("/continue", &[("flow", &flow)]).await.parameter("code").unwrap();
        let tokens = LIBRARY.redeem(&stage.house, &code).await.json();
        let userinfo = stage.userinfo(text(&tokens, "access_token")).await.json();
        assert_eq!(userinfo["address"], json!({"formatted": "Narrowboat Gwennol, below Town Lock"}));
        assert_eq!(userinfo.as_object().unwrap().len(), 2, "{userinfo}");
    }

    async fn a_correction_names_those_who_had_it_and_only_what_is_another_now(world: World) {
        let mut stage = Stage::with(world, &library("\"over_18\", \"over_65\"", false)).await;
        born(&mut stage, "14", "2", "1984").await;
        let (app, context) = (stage.house.app.clone(), Context::default());
        let today = app.now().day(&jiff::tz::TimeZone::UTC);
        let correct = async |who: &SignedIn, day: (&str, &str, &str)| {
            let given = Given::Birthdate(Birthdate::parse(day, today).unwrap());
            match details::give(&app, who, &given, &context, app.now()).await.unwrap() {
                details::Changed::Done(told) => told,
                other => panic!("nothing changed: {other:?}"),
            }
        };
        let nobody = BTreeMap::new();
        let ada = who(&stage).await;
        let signals = async || signals::of_account(&mut app.db.peek(), ada.account).await.unwrap();
        assert_eq!(correct(&ada, ("14", "2", "1954")).await, nobody, "no service had it yet");
        gets(&mut stage, AGE).await;
        assert_eq!(correct(&ada, ("15", "2", "1954")).await, nobody, "the service was told no day");
        assert!(signals().await.is_empty());
        let told = correct(&ada, ("15", "2", "1984")).await;
        let told: Vec<_> = told.iter().map(|(id, claims)| (id.as_str(), claims.iter().collect())).collect();
        assert_eq!(told, [("library", vec![Claim::Over65])]);
        let queued: Vec<_> = signals().await.into_iter().map(|row| (row.client_id, row.kind, row.state)).collect();
        // It takes no signals.
        assert_eq!(queued, [("library".into(), "attribute_corrected".into(), "by_hand".into())]);
        // Given again as it stands, nothing happens.
        let same = Given::Birthdate(Birthdate::parse(("15", "2", "1984"), today).unwrap());
        let changes = count(&stage.house, "account.detail_changed").await;
        let again = details::give(&app, &ada, &same, &context, app.now()).await.unwrap();
        assert_eq!(again, details::Changed::Same);
        assert_eq!((count(&stage.house, "account.detail_changed").await, signals().await.len()), (changes, 1));
        let history = attributes::history(&mut app.db.peek(), stage.ada).await.unwrap();
        assert_eq!(history.iter().filter(|(_, _, replaced)| replaced.is_none()).count(), 1, "{history:?}");
        assert_eq!(history.len(), 4, "{history:?}");
        // Deleted, it is absent, with what stood there before.
        let gone = stage.browser.post("/account/details/date-of-birth/take-away", &[]).await;
        assert_eq!(gone.location(), Some("/account/details?news=taken_away&told=yes"));
        assert_eq!(signals().await.len(), 2);
        let page = stage.browser.get(gone.location().unwrap()).await;
        assert!(page.body.contains("We have deleted it. We are telling the services that had it"), "{}", page.body);
        let (_, userinfo, _) = gets(&mut stage, AGE).await;
        assert_eq!(userinfo.as_object().unwrap().len(), 1, "{userinfo}");
        let history = attributes::history(&mut app.db.peek(), stage.ada).await.unwrap();
        assert!(history.is_empty(), "{history:?}");
        let again = details::take_away(&app, &ada, Detail::Birthdate, &context, app.now()).await.unwrap();
        assert_eq!(again, details::Changed::Same);
    }

    async fn two_windows_leave_one_value(world: World) {
        let stage = Stage::with(world, &library("\"address\"", false)).await;
        let ada = who(&stage).await;
        let (app, context) = (&stage.house.app, Context::default());
        let lives = |line: &str, postcode: &str| {
            Given::Address(Address::at(&[line, "Havenbrook"], Postcode::parse(postcode).unwrap(), None).unwrap())
        };
        for round in 0..3 {
            let (one, two) = (lives(&format!("{round} Quay"), "HV1 1AA"), lives(&format!("{round} Row"), "HV1 4QT"));
            let give = |given: &Given| {
                let given = given.clone();
                let (ada, context) = (ada.clone(), context.clone());
                async move { details::give(app, &ada, &given, &context, app.now()).await }
            };
            let (a, b) = tokio::join!(give(&one), give(&two));
            // One of them may have to be tried again; neither leaves two addresses, or none.
            assert!(a.is_ok() || b.is_ok(), "{a:?} {b:?}");
            let present = attributes::of(&mut app.db.peek(), stage.ada).await.unwrap();
            assert_eq!(present.len(), 1, "{present:?}");
        }
        let index = |folded: &str| {
            use portreeve::crypto::index::{BlindIndex, IndexKind};
            BlindIndex::of(&app.roots, IndexKind::Postcode, folded).0
        };
        let mut found = 0;
        for postcode in ["HV11AA", "HV14QT"] {
            found += attributes::by_blind(&mut app.db.peek(), &index(postcode), 10).await.unwrap().len();
        }
        assert_eq!(found, 1, "only the present address is found");
        stage.house.later(Duration::from_secs(1));
    }

    async fn only_what_a_service_needs_is_offered(world: World) {
        let mut stage = Stage::with(world, &party::files()).await;
        let page = stage.browser.get("/account/details").await;
        assert!(page.body.contains("Date of birth") && page.body.contains("Garden waste uses it to"), "{}", page.body);
        assert!(page.body.contains("Aged 18 or over") && page.body.contains("Parking permits uses it to"), "{}", page.body);
        assert!(!page.body.contains("Phone number"), "{}", page.body);
        for path in ["phone-number", "shoe-size"] {
            let path = format!("/account/details/{path}");
            assert_eq!(stage.browser.get(&path).await.status, 404);
            assert_eq!(stage.browser.post(&path, &[("phone_number", "07700 900982")]).await.status, 404);
        }
        for (form, said) in [
            ([("day", ""), ("month", ""), ("year", "")], "Enter your date of birth"),
            ([("day", "1"), ("month", ""), ("year", "1990")], "Date of birth must include"),
            ([("day", "30"), ("month", "2"), ("year", "1990")], "Date of birth must be a real date"),
            ([("day", "2"), ("month", "12"), ("year", "2026")], "Date of birth must be in the past"),
        ] {
            let page = stage.browser.post("/account/details/date-of-birth", &form).await;
            assert!(page.status == 200 && page.body.contains(said), "{said}: {}", page.body);
        }
        let (long, many) = ("x".repeat(101), "x\n".repeat(7));
        for (form, said) in [
            (
                vec![("line1", "3 Orchard Row"), ("town", long.as_str()), ("postcode", "HV1 4QT")],
                "<a href=\"#town\">Town or city must be 100 characters or less</a>",
            ),
            (
                vec![("line1", "3 Orchard Row"), ("line2", long.as_str()), ("town", "Havenbrook"), ("postcode", "HV1 4QT")],
                "<a href=\"#line2\">Address line 2 must be 100 characters or less</a>",
            ),
            (
                vec![("line1", "3 Orchard Row"), ("line2", "a\u{202E}b"), ("town", "Havenbrook"), ("postcode", "HV1 4QT")],
                "<a href=\"#line2\">Address line 2 has a character that cannot be shown",
            ),
            (
                vec![("line1", long.as_str()), ("line2", long.as_str()), ("town", "Havenbrook"), ("postcode", "")],
                "<a href=\"#line1\">Address line 1 must be 100 characters or less</a>",
            ),
            (vec![("way", "words"), ("words", many.as_str())], "up to 6 lines and 500 characters"),
        ] {
            let page = stage.browser.post("/account/details/address", &form).await;
            assert!(page.status == 200 && page.body.contains(said), "{said}: {}", page.body);
            // In the other language it is the same form.
            let way = form[0].1 == "words";
            let other = format!("/account/details/address?way={}&amp;lang=cy", if way { "words" } else { "lines" });
            assert!(page.body.contains(&other), "{other}: {}", page.body);
        }
        assert_eq!(count(&stage.house, "account.detail_changed").await, 0);
        let mut stranger = super::Browser::new(&stage.house);
        for path in ["/account/details", "/account/details/address"] {
            assert!(stranger.get(path).await.leads_to("/sign-in"));
        }
        assert!(stranger.post("/account/details/address/take-away", &[]).await.leads_to("/sign-in"));
    }
}
