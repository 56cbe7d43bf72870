//! Letters on their way: each leaves once, and none after what it carries works no longer. A relay that asks to wait is
//! asked again; what it refuses for good is given up.

use super::{Endpoint, house, round};
use crate::app::House;
use crate::relay::{Relay, plain};
use crate::visitor::Visitor;
use crate::world::World;
use portreeve::app::App;
use portreeve::domain::account::EmailAddress;
use portreeve::domain::ids::{AccountId, MessageId};
use portreeve::jobs::send_messages::SendMessages;
use portreeve::service::post::{self, Text};
use portreeve::store::{Housekeeping, outbox};
use std::time::Duration;

/// Queues a letter with a code; gives its name.
async fn queue(app: &App, person: Option<AccountId>) -> MessageId {
    let (to, now) = (EmailAddress::parse("ada@example.org").unwrap(), app.now());
    let text = Text { subject: "Your code".into(), body: "123456".into() };
    let message = post::letter(&app.roots, person, &to, &text).unwrap();
    app.db
        .write(async |mut w| {
            outbox::queue(&mut w, &message, now).await?;
            w.commit_quietly(Housekeeping::Delivery, ()).await
        })
        .await
        .unwrap();
    message.id
}

/// A house whose letters leave through this relay, with one of them queued.
async fn posting(world: World, relay: &Relay) -> (House, MessageId) {
    let house = House::posting(world, relay.open().await).await;
    let id = queue(&house.app, None).await;
    (house, id)
}

/// How a letter stands: its state, the tries, the last error, and which of key, recipient and text are still there.
type Standing = (String, i64, Option<String>, [bool; 3]);

async fn standing(app: &App, id: MessageId) -> Standing {
    type Row = (String, i64, Option<String>, Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);
    let sql = "SELECT state, attempts, last_error, row_key, recipient, body FROM outbox WHERE id = $1";
    let (state, tries, error, key, to, body): Row = app.db.peek().sql(sql).bind(id).one().await.unwrap();
    (state, tries, error, [key, to, body].map(|part| part.is_some()))
}

fn stands(state: &str, tries: i64, error: Option<&str>, holds: bool) -> Standing {
    (state.to_owned(), tries, error.map(ToOwned::to_owned), [holds; 3])
}

const ASKED_TO_WAIT: &str = "not taken now: the relay asks to wait (reply 451)";

both! {
    async fn letters_leave_once(world: World) {
        let garden = Endpoint::default();
        let (house, ada) = house(world, &garden).await;
        let (app, mut duty) = (&house.app, SendMessages::new());
        queue(app, Some(ada)).await;
        round(app, &mut duty).await;
        round(app, &mut duty).await;
        let letters = house.mail.letters();
        assert_eq!(letters.len(), 1);
        assert_eq!((letters[0].to.as_str(), letters[0].body.as_str()), ("ada@example.org", "123456"));
        assert_eq!(outbox::counts(&mut app.db.peek()).await.unwrap(), (0, 0));
    }

    async fn no_letter_leaves_with_a_code_that_works_no_longer(world: World) {
        let house = House::new(world).await;
        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        let app = &house.app;
        let asks = async |path: &str, email: &str| {
            let name = [("full_name", "Bob W"), ("email", email)];
            let answer = Visitor::new(&house).post(path, &name).await;
            assert_eq!(answer.status, 303, "{answer:?}");
        };
        // Codes for her and for a new address, which may ask for more time; a link for whoever creates an account at hers.
        let assurance = app.snapshot().policy.assurance.clone();
        let ways = [
            ("/forgotten-password", "ada@example.org", assurance.codes.otherwise),
            ("/create-account", "bob@example.org", assurance.codes.sign_up * assurance.codes.longer),
            ("/create-account", "ada@example.org", assurance.link),
        ];
        let mut given_up = 0;
        for (path, email, works) in ways {
            asks(path, email).await;
            house.later(works);
            round(app, &mut SendMessages::new()).await;
            given_up += 1;
            assert_eq!(outbox::counts(&mut app.db.peek()).await.unwrap(), (0, given_up), "{path} {email}");
            asks(path, email).await;
            house.later(works.saturating_sub(Duration::from_secs(1)));
            round(app, &mut SendMessages::new()).await;
            assert_eq!(outbox::counts(&mut app.db.peek()).await.unwrap(), (0, given_up), "{path} {email}");
        }
        assert_eq!(house.mail.letters().len(), ways.len());
    }
    async fn f12_a_letter_the_relay_does_not_take_yet_is_tried_after_each_wait_and_delivered_once(world: World) {
        let relay = Relay::default();
        relay.answer("451 4.7.1 <ada@example.org> try again later", 2);
        let (house, id) = posting(world, &relay).await;
        let (app, mut duty) = (&house.app, SendMessages::new());
        round(app, &mut duty).await;
        // A minute, then two, each up to a fifth shorter.
        for (tries, too_soon, by_then) in [(1, 47, 13), (2, 95, 25)] {
            let waits = stands("waiting", tries, Some(ASKED_TO_WAIT), true);
            assert_eq!(standing(app, id).await, waits);
            house.later(Duration::from_secs(too_soon));
            round(app, &mut duty).await;
            assert_eq!(standing(app, id).await, waits, "tried too soon");
            house.later(Duration::from_secs(by_then));
            round(app, &mut duty).await;
        }
        assert_eq!(standing(app, id).await, stands("delivered", 3, None, false));
        house.later(Duration::from_hours(48));
        round(app, &mut duty).await;

        let (tries, letters) = (relay.tries(), relay.letters());
        assert_eq!((tries.len(), letters.len()), (3, 1));
        let name = format!("Message-ID: <{id}@havenbrook.example>");
        assert!(tries.iter().all(|letter| letter.lines().any(|line| line == name)), "{name}: {tries:#?}");
        assert_eq!(letters[0], tries[2]);
        assert!(plain(&letters[0]).ends_with("\n\n123456\n"), "{}", letters[0]);
    }

    async fn f12_a_letter_the_relay_refuses_for_good_is_given_up_and_nothing_of_it_kept_but_why(world: World) {
        let relay = Relay::default();
        relay.answer("550 5.1.1 <ada@example.org> nobody of that name", 9);
        let (house, id) = posting(world, &relay).await;
        let (app, mut duty) = (&house.app, SendMessages::new());
        assert_eq!(standing(app, id).await, stands("waiting", 0, None, true));
        round(app, &mut duty).await;
        let dead = stands("dead", 1, Some("refused for good: the relay refuses it (reply 550)"), false);
        assert_eq!(standing(app, id).await, dead);
        assert_eq!(outbox::counts(&mut app.db.peek()).await.unwrap(), (0, 1));
        house.later(Duration::from_hours(48));
        round(app, &mut duty).await;
        assert_eq!(standing(app, id).await, dead);
        assert_eq!((relay.tries().len(), relay.letters().len()), (1, 0));
    }

    async fn f12_a_letter_the_relay_never_takes_is_given_up_within_a_day_and_not_much_sooner(world: World) {
        let relay = Relay::default();
        relay.answer("451 4.3.0 later", 99);
        let (house, id) = posting(world, &relay).await;
        let (app, mut duty, mut passed) = (&house.app, SendMessages::new(), Duration::ZERO);
        round(app, &mut duty).await;
        while standing(app, id).await.0 == "waiting" {
            assert!(passed < Duration::from_hours(24), "it is tried for ever");
            house.later(Duration::from_mins(15));
            passed += Duration::from_mins(15);
            round(app, &mut duty).await;
        }
        let tries = relay.tries().len();
        assert!(passed >= Duration::from_hours(22) && (20..60).contains(&tries), "{tries} tries in {passed:?}");
        assert_eq!(standing(app, id).await, stands("dead", i64::try_from(tries).unwrap(), Some(ASKED_TO_WAIT), false));
    }
}
