//! Undoing bites: what is taken back, objected to or run out stops at every way out, on every node, at once.

use super::party::{LIBRARY, NEWS};
use super::{Page, Stage, another_node, text};
use crate::app::House;
use portreeve::domain::audit::{Basis, Context};
use portreeve::domain::claims::{Claim, ClaimSet, Requested};
use portreeve::domain::client::{Client, Lang};
use portreeve::domain::ids::ClientId;
use portreeve::domain::sharing::{Method, Reason, Tell};
use portreeve::service::records;
use portreeve::service::sharing::{self, Capture};
use portreeve::store::sharing as stored;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Months, for a clock that knows none: a little longer.
const fn months(n: u64) -> Duration {
    Duration::from_hours(24 * 31 * n)
}

fn client(house: &House, id: &str) -> Arc<Client> {
    Arc::clone(house.app.snapshot().client(&ClientId::parse(id).unwrap()).unwrap())
}

fn by_radio() -> Capture {
    Capture::on_page(Lang::En, Method::Radio, 2, None)
}

/// What the newsletter's share asks for.
fn question(client: &Client) -> Tell {
    let share = client.shares.iter().find(|share| share.basis == Basis::Consent).unwrap();
    Tell {
        purpose: share.purpose.clone(),
        basis: share.basis,
        notice: share.notice.clone(),
        claims: Claim::with_companions(share.claims),
        required: false,
    }
}

impl Stage {
    async fn says(&self, id: &str, yes: bool) {
        let client = client(&self.house, id);
        let (app, now) = (&self.house.app, self.house.app.now());
        let tell = question(&client);
        let said = sharing::decide(app, self.ada, (&client, &tell, yes), &by_radio(), Context::default(), now).await;
        assert!(said.unwrap().is_some());
    }

    async fn withdraws(&self, id: &str, purpose: &str) -> bool {
        let client = ClientId::parse(id).unwrap();
        let (app, now) = (&self.house.app, self.house.app.now());
        let capture = by_radio();
        let done = sharing::withdraw(app, self.ada, (&client, purpose), &capture, Context::default(), now).await;
        done.unwrap().is_some()
    }
}

fn names(of: &Value) -> BTreeSet<&str> {
    of.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The claims a service holds a token for, by each way out.
async fn ways_out(stage: &Stage, tokens: &Value) -> [bool; 3] {
    let seen = stage.userinfo(text(tokens, "access_token")).await.json();
    let told = NEWS.introspect(&stage.house, text(tokens, "access_token")).await;
    let refresh = NEWS.introspect(&stage.house, text(tokens, "refresh_token")).await;
    // Of a token that is spent nothing is told.
    let has = |told: &Value| told["scope"].as_str().is_some_and(|scope| scope.split(' ').any(|scope| scope == "email"));
    [names(&seen).contains("email"), has(&told), has(&refresh)]
}

both! {
    async fn q05_a_consent_taken_back_stops_at_every_way_out_and_node(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.says("news", true).await;
        let more = [("claims", r#"{"id_token":{"email":null}}"#), ("scope", "openid email offline_access")];
        let tokens = stage.tokens(&NEWS, &more).await;
        assert_eq!(ways_out(&stage, &tokens).await, [true; 3]);
        assert_eq!(super::tokens::claims(text(&tokens, "id_token"))["email"], "ada@havenbrook.example");
        let elsewhere = another_node(&stage.house).await;
        let ask = async || {
            let url = format!("http://{elsewhere}/userinfo");
            let ask = super::browser::http(&stage.house).get(url).bearer_auth(text(&tokens, "access_token"));
            // It answers by the name of the house.
            let ask = ask.header("host", stage.house.app.issuer.as_str().trim_start_matches("http://"));
            Page::of(ask.send().await.unwrap()).await.json()
        };
        assert!(names(&ask().await).contains("email"));

        assert!(stage.withdraws("news", "permit-newsletter").await);
        assert_eq!(ways_out(&stage, &tokens).await, [false; 3]);
        assert_eq!(names(&ask().await), BTreeSet::from(["sub"]));
        let again = NEWS.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await.json();
        assert_eq!(super::tokens::claims(text(&again, "id_token")).get("email"), None);
        assert_eq!(ways_out(&stage, &again).await, [false; 3]);
        // There is nothing left to take back, and a yes of later lets it out again.
        assert!(!stage.withdraws("news", "permit-newsletter").await);
        stage.says("news", true).await;
        assert_eq!(ways_out(&stage, &tokens).await[..2], [true; 2]);
    }

    async fn a_refusal_and_the_clock_stop_it_too(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.says("news", true).await;
        let tokens = stage.tokens(&NEWS, &[("scope", "openid email offline_access")]).await;
        stage.says("news", false).await;
        assert_eq!(ways_out(&stage, &tokens).await, [false; 3]);
        stage.says("news", true).await;
        stage.house.later(months(25));
        // No job has run: the clock is enough.
        let (app, now) = (&stage.house.app, stage.house.app.now());
        let rows = stored::standings_at(&mut app.db.peek(), stage.ada, "news").await.unwrap();
        let wanted = Requested { userinfo: [Claim::Email].into(), ..Requested::default() };
        let decided = records::decide(&app.snapshot(), &wanted, &client(&stage.house, "news"), rows, now).unwrap();
        assert_eq!(decided.withheld[0].why, Reason::Expired);
        assert!(decided.claims.is_empty());
        // Then the ledger comes to say it, once.
        assert_eq!(sharing::expire(app, now, 10).await.unwrap(), 1);
        assert_eq!(sharing::expire(app, now, 10).await.unwrap(), 0);
        let rows = stored::standings_at(&mut app.db.peek(), stage.ada, "news").await.unwrap();
        assert_eq!((rows[0].state.as_str(), rows[0].record_id), ("expired", None));
        assert_eq!(super::record::count(&stage.house, "sharing.consent_expired").await, 1);
    }

    async fn no_run_of_words_lets_a_claim_out_without_a_current_record(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.says("news", true).await;
        let wish = [("claims", r#"{"id_token":{"email":null}}"#), ("scope", "openid email offline_access")];
        let mut tokens = stage.tokens(&NEWS, &wish).await;
        // A token opens userinfo for no more than what stood when it was issued, which is what the record says of it.
        let (mut stands, mut issued, mut number) = (true, true, 42_u64);
        for _ in 0..24 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            match (number >> 33) % 4 {
                0 => {
                    stage.says("news", true).await;
                    stands = true;
                }
                1 => {
                    stage.says("news", false).await;
                    stands = false;
                }
                2 => {
                    assert_eq!(stage.withdraws("news", "permit-newsletter").await, stands);
                    stands = false;
                }
                // A word about another service is none about this one.
                _ => assert!(!stage.withdraws("library", "permit-newsletter").await),
            }
            // By each grant: what is held already, what is refreshed, and what a new code brings. A new code asks again for
            // what does not stand, so that it is tried only where it does.
            assert_eq!(ways_out(&stage, &tokens).await, [stands && issued, stands, stands]);
            match (number >> 40) % 4 {
                0 => tokens = NEWS.refresh(&stage.house, text(&tokens, "refresh_token"), &[]).await.json(),
                1 if stands => tokens = stage.tokens(&NEWS, &wish).await,
                _ => continue,
            }
            issued = stands;
            let told = super::tokens::claims(text(&tokens, "id_token"));
            assert_eq!(names(&told).contains("email"), stands, "{told}");
            assert_eq!(ways_out(&stage, &tokens).await, [stands; 3]);
        }
        // A program in nobody's name never carries anything of hers.
        let machine = LIBRARY.machine(&stage.house, &[]).await.json();
        let told = LIBRARY.introspect(&stage.house, text(&machine, "access_token")).await;
        assert!(!names(&told).iter().any(|name| Claim::parse(name).is_some()), "{told}");
        assert_eq!(stage.userinfo(text(&machine, "access_token")).await.status, 401);
    }

    async fn an_objection_pauses_a_public_task_and_nothing_is_asked_meanwhile(world: World) {
        let stage = Stage::own_device(world).await;
        let (app, permits) = (&stage.house.app, client(&stage.house, "parking-permits"));
        let wanted = Requested { userinfo: [Claim::Name].into(), ..Requested::default() };
        let decide = async || {
            let rows = stored::standings_at(&mut app.db.peek(), stage.ada, "parking-permits").await.unwrap();
            records::decide(&app.snapshot(), &wanted, &permits, rows, app.now()).unwrap()
        };
        let first = decide().await;
        let page = Capture::on_page(Lang::En, Method::Page, 2, None);
        let told =
            sharing::tell(app, stage.ada, (&permits, &first.inform), (&page, false), Context::default(), app.now());
        assert!(told.await.unwrap().is_some());
        assert_eq!(decide().await.set(), ClaimSet::from([Claim::Name]));
        let object = async |purpose: &'static str| {
            let at = (&*permits, purpose);
            sharing::object(app, stage.ada, at, "I park at work", &page, Context::default(), app.now()).await.unwrap()
        };
        // A newsletter is taken back, not objected to.
        assert_eq!(object("permit-newsletter").await, None);
        let changes = object("issue-resident-permit").await.unwrap();
        assert_eq!((changes.len(), changes[0].claims.is_empty()), (1, false));
        let paused = decide().await;
        assert!(paused.claims.is_empty() && paused.is_settled(), "{paused:?}");
        assert_eq!(paused.withheld[0].why, Reason::Objected);
        assert_eq!(object("issue-resident-permit").await, None, "one waits");
        // Told at the door by a page of before: it is no longer true.
        let late =
            sharing::tell(app, stage.ada, (&permits, &first.inform), (&page, false), Context::default(), app.now());
        assert_eq!(late.await.unwrap(), None);
        assert_eq!(sharing::pending(app, 10).await.unwrap().len(), 1);
    }
}
