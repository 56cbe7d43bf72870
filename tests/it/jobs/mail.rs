//! Letters on their way: each leaves once, and none after what it carries works no longer.

use super::{Endpoint, house, round};
use crate::app::House;
use crate::visitor::Visitor;
use portreeve::domain::account::EmailAddress;
use portreeve::jobs::send_messages::SendMessages;
use portreeve::service::post::{self, Text};
use portreeve::store::{Housekeeping, outbox};
use std::time::Duration;

both! {
    async fn letters_leave_once(world: World) {
        let garden = Endpoint::default();
        let (house, ada) = house(world, &garden).await;
        let (app, mut duty, now) = (&house.app, SendMessages::new(), house.app.now());
        let to = EmailAddress::parse("ada@example.org").unwrap();
        let text = Text { subject: "Your code".into(), body: "123456".into() };
        let message = post::letter(&app.roots, Some(ada), &to, &text).unwrap();
        app.db
            .write(async |mut w| {
                outbox::queue(&mut w, &message, now).await?;
                w.commit_quietly(Housekeeping::Delivery, ()).await
            })
            .await
            .unwrap();
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
}
