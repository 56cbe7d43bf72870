//! What comes in between: a session that begins while the others end, and a form that somebody else left open.

use super::{ADA, OLD, calls, open, settles};
use crate::app::House;
use crate::visitor::{Answer, Visitor};
use portreeve::crypto::tokens;
use portreeve::domain::ids::{AccountId, SessionId};
use portreeve::domain::time::When;
use portreeve::service::sessions::{Endings, Which, end_within};
use portreeve::store::sessions::NewSession;
use portreeve::store::{Housekeeping, accounts, sessions};
use std::time::Duration;
use tokio::sync::Notify;

const BOB: &str = "bob@example.org";

fn session(account: AccountId, now: When) -> NewSession {
    NewSession {
        id: SessionId(tokens::uuid()),
        token: tokens::Token::random().hash().0.to_vec(),
        account,
        browser: vec![7; 32],
        agent: "Firefox".into(),
        language: "en".into(),
        amr: "pwd".into(),
        acr: "A0",
        own_device: true,
        absolute_until: now + Duration::from_hours(12),
    }
}

/// The token of a form on this page.
fn form_token(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("name=\"form_token\" value=\"").expect(&page.body);
    rest.split('"').next().unwrap().to_owned()
}

both! {
    async fn s09_a_session_that_begins_while_the_others_are_about_to_end_ends_with_them(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, OLD).await;
        let endings = Endings::of(&house.app, ada, Which::All, tokens::uuid());
        assert_eq!(endings.now().await.unwrap().sessions, 0);
        settles(&house, ada).await;
        let now = house.app.now();
        let deed = house.app.db.write(async |mut w| {
            end_within(&mut w, &endings, false, now).await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        deed.await.unwrap();
        assert_eq!((open(&house, ada).await, calls(&house).await), (vec![], 1), "and its service is told");
    }

    async fn s09_whoever_signs_in_at_the_moment_of_a_new_password_is_out_or_not_let_in(world: World) {
        let house = House::new(world).await;
        for (comes_first, email) in [(true, ADA), (false, BOB)] {
            let ada = house.resident("Ada Wójcik", email, OLD).await;
            let (app, now, half) = (&house.app, house.app.now(), Notify::new());
            let version = accounts::credential(&mut app.db.peek(), ada).await.unwrap().unwrap().version;
            let (new, endings) = (session(ada, now), Endings::of(app, ada, Which::All, tokens::uuid()));
            // Whoever is first is in the midst of it when the other one begins.
            let pause = async || {
                half.notify_one();
                tokio::time::sleep(Duration::from_millis(200)).await;
            };
            let signs_in = async {
                if !comes_first {
                    half.notified().await;
                }
                let written = app.db.write(async |mut w| {
                    let stands = accounts::still_stands(&mut w, ada, version, now).await?;
                    if comes_first {
                        pause().await;
                    }
                    if stands {
                        sessions::insert(&mut w, &new, now).await?;
                    }
                    w.commit_quietly(Housekeeping::Flow, stands).await
                });
                written.await.unwrap().value
            };
            let replaces = async {
                if comes_first {
                    half.notified().await;
                }
                let written = app.db.write(async |mut w| {
                    assert!(accounts::replace_credential(&mut w, ada, version, "$argon2id$x", now).await?);
                    end_within(&mut w, &endings, false, now).await?;
                    if !comes_first {
                        pause().await;
                    }
                    w.commit_quietly(Housekeeping::Flow, ()).await
                });
                written.await.unwrap();
            };
            let (stood, ()) = tokio::join!(signs_in, replaces);
            assert_eq!((stood, open(&house, ada).await), (comes_first, vec![]));
        }
    }

    async fn s08_what_one_person_left_open_is_not_for_the_next_one_to_send(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", ADA, OLD).await;
        let bob = house.resident("Bob Ash", BOB, OLD).await;
        let shared = Visitor::new(&house);
        // A form that was shown to nobody is anybody's: she signs in with it, and once more in another window.
        let page = shared.get("/sign-in").await;
        let nobodys = form_token(&page);
        let as_ada = [("email", ADA), ("password", OLD), ("form_token", nobodys.as_str())];
        assert_eq!(shared.post("/sign-in", &as_ada).await.to, "/account");
        assert_eq!(shared.post("/sign-in", &as_ada).await.to, "/account");
        let hers = form_token(&shared.get("/account/rights").await);
        shared.post("/logout/confirm", &[("form_token", &hers)]).await;
        let form = |token| [("kind", "access"), ("text", "About my tenancy"), ("form_token", token)];
        assert_eq!(shared.post("/account/rights", &form(&hers)).await.to, "/sign-in", "nobody is there");
        assert_eq!(shared.post("/sign-in", &[("email", BOB), ("password", OLD)]).await.to, "/account");
        for path in ["/account/rights", "/continue", "/consent", "/account/details/phone-number", "/logout/confirm"] {
            let refused = shared.post(path, &form(&hers)).await;
            assert_eq!(refused.status, 409, "{path}");
            assert!(refused.body.contains("opened by somebody else than the person who is signed in now"), "{}", refused.body);
        }
        assert_eq!(open(&house, bob).await.len(), 1);
        assert_eq!(house.events("rights.received").await, 0);
        // His own he sends, also from a session that began anew.
        let his = form_token(&shared.get("/account/rights").await);
        assert_eq!(shared.post("/sign-in", &[("email", BOB), ("password", OLD)]).await.to, "/account");
        assert_ne!(shared.post("/account/rights", &form(&his)).await.status, 409);
    }
}
