//! The details a resident gave, as officers and operators see them: masked, named in the record of the look, and in clear one by
//! one; and nobody else's.

use super::{ADA, At, CALLED, WORD, leaves, refusal, texts};
use crate::app::House;
use crate::policies::Office;
use crate::visitor::Visitor;
use crate::wording;
use portreeve::domain::account::{Address, Birthdate, Given, Phone, Postcode};
use portreeve::domain::ids::AccountId;
use portreeve::domain::staff::{Field, Role};
use portreeve::service::looking::person;
use portreeve::service::{details, people};
use portreeve::store::{Housekeeping, attributes};
use std::time::Duration;

/// She gives a detail, as the pages do it.
pub async fn gives(house: &House, account: AccountId, given: &Given) {
    let app = &house.app;
    let keys = people::keys(&mut app.db.peek(), &app.roots, account).await.unwrap();
    let new = details::first(app, &keys, given).unwrap();
    let kept = app.db.write(async |mut w| {
        attributes::insert(&mut w, &new, app.now()).await?;
        w.commit_quietly(Housekeeping::Flow, ()).await
    });
    kept.await.unwrap();
}

pub fn born(text: &str) -> Given {
    Given::Birthdate(Birthdate::from_stored(text).unwrap())
}

pub fn at(line: &str, postcode: &str) -> Given {
    Given::Address(Address::at(&[line, "Havenbrook"], Postcode::parse(postcode).unwrap(), None).unwrap())
}

pub fn phone(number: &str) -> Given {
    Given::PhoneNumber(Phone::parse(number).unwrap())
}

/// Ada gave everything, Bob an address in her own words.
async fn both_give(house: &House) -> (AccountId, AccountId) {
    let ada = house.resident("Ada Wójcik", ADA, WORD).await;
    let bob = house.resident("Bob Price", "bob@example.org", WORD).await;
    for given in [born("1984-09-03"), at("3 Orchard Row", "HV1 4QT"), phone("07700 900982")] {
        gives(house, ada, &given).await;
    }
    gives(house, bob, &Given::Address(Address::described("The blue boat at the weir").unwrap())).await;
    (ada, bob)
}

/// What the page of who has seen her says was seen, the newest first.
async fn seen_by(house: &House, email: &str) -> Vec<String> {
    let visitor = Visitor::new(house);
    visitor.post("/sign-in", &[("email", email), ("password", WORD)]).await;
    let page = visitor.get("/account/seen").await.body;
    let facts = crate::questions::facts(&page).into_iter();
    facts.filter(|(key, _)| key == "What").map(|(_, value)| value).collect()
}

both! {
    async fn each_is_masked_until_it_alone_is_revealed(world: World) {
        let house = House::new(world).await;
        let (ada, bob) = both_give(&house).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let enquiry = at.open(&CALLED).await.unwrap();
        for who in [ADA, "bob@example.org"] {
            assert!(person::search(at.deed(), &enquiry, who).await.unwrap().is_some());
        }
        let masked = |text: &str| (text.to_owned(), false);
        let always = [masked("A… W…"), masked("a•••@example.org")];
        let seen = person::view(at.deed(), &enquiry, ada).await.unwrap();
        assert_eq!(texts(&seen), [&always[..], &[masked("given"), masked("•••, HV1"), masked("•••982")]].concat());
        // Of an address without a postcode nothing is shown but that there is one.
        let seen = person::view(at.deed(), &enquiry, bob).await.unwrap();
        assert_eq!(texts(&seen)[2..], [masked("given")]);

        for (nth, field) in [Field::Birthdate, Field::Address, Field::PhoneNumber].into_iter().enumerate() {
            person::reveal(at.deed(), &enquiry, ada, field).await.unwrap();
            assert_eq!(leaves(&house, "officer.revealed").await.len(), nth + 1);
            let seen = person::view(at.deed(), &enquiry, ada).await.unwrap();
            let clear: Vec<bool> = texts(&seen).iter().map(|(_, clear)| *clear).collect();
            assert_eq!(clear, [false, false, true, nth > 0, nth > 1], "{field:?}");
        }
        let seen = person::view(at.deed(), &enquiry, ada).await.unwrap();
        let clear: Vec<String> = texts(&seen).into_iter().skip(2).map(|(text, _)| text).collect();
        // The third of September begins in London, where it is summer.
        assert_eq!(clear, ["1984-09-02T23:00:00Z", "3 Orchard Row, Havenbrook, HV1 4QT", "07700 900982"]);
        // His stay masked, and what he did not give cannot be revealed.
        assert_eq!(texts(&person::view(at.deed(), &enquiry, bob).await.unwrap())[2..], [masked("given")]);
        for field in [Field::Birthdate, Field::PhoneNumber] {
            let refused = person::reveal(at.deed(), &enquiry, bob, field).await;
            assert_eq!(refusal(refused), "this enquiry did not find that person");
        }
        person::reveal(at.deed(), &enquiry, bob, Field::Address).await.unwrap();
        let his = texts(&person::view(at.deed(), &enquiry, bob).await.unwrap());
        assert_eq!(his[2..], [("The blue boat at the weir".to_owned(), true)]);
    }

    async fn the_record_of_a_look_names_what_was_there_to_be_seen(world: World) {
        let house = House::new(world).await;
        let (ada, bob) = both_give(&house).await;
        let at = At::new(&house, &[Role::CustomerService]);
        let enquiry = at.open(&CALLED).await.unwrap();
        for who in [ADA, "bob@example.org"] {
            person::search(at.deed(), &enquiry, who).await.unwrap();
        }
        person::view(at.deed(), &enquiry, ada).await.unwrap();
        person::view(at.deed(), &enquiry, bob).await.unwrap();
        let beside = "State of your account, Where you are signed in, Whether you use a second step, Services you have used";
        let some = "First letters of your name, Part of your email address";
        let hers = "That you gave a date of birth, First part of your postcode, Last digits of your phone number";
        assert_eq!(seen_by(&house, ADA).await, [format!("{some}, {hers}, {beside}")]);
        assert_eq!(seen_by(&house, "bob@example.org").await, [format!("{some}, First part of your postcode, {beside}")]);
        person::reveal(at.deed(), &enquiry, ada, Field::Birthdate).await.unwrap();
        person::view(at.deed(), &enquiry, ada).await.unwrap();
        let seen = seen_by(&house, ADA).await;
        let clear = hers.replace("That you gave a date of birth", "Date of birth");
        assert_eq!(seen[..2], [format!("{some}, {clear}, {beside}"), "Date of birth".to_owned()]);
    }

    async fn the_console_has_a_button_for_each_that_is_there(world: World) {
        let house = House::new(world).await;
        let (_, bob) = both_give(&house).await;
        let (_, mut officer) = house.officer("Bea Lloyd", &[Role::CustomerService]).await;
        let why = [("purpose", "help"), ("reason", "resident_asked"), ("case", "CRM-1")];
        let opened = officer.post("/enquiries", &why).await.to;
        let here = officer.post(&format!("{opened}/search"), &[("who", ADA)]).await.to;
        let page = officer.get(&here).await.body;
        let all = crate::questions::facts(&page);
        let of = |key: &str| all.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        assert_eq!((of("Date of birth"), of("Address"), of("Phone number")), (Some("given"), Some("•••, HV1"), Some("•••982")));
        for id in ["reveal-birthdate", "reveal-address", "reveal-phone-number"] {
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}: {page}");
        }
        for words in ["Orchard", "4QT", "HV14QT", "07700", "900982", "1984"] {
            assert!(!wording::says(&page, words), "{words}: {page}");
        }
        for field in ["birthdate", "address", "phone_number"] {
            assert_eq!(officer.post(&format!("{here}/reveal"), &[("field", field)]).await.to, here);
        }
        let page = officer.get(&here).await.body;
        let all = crate::questions::facts(&page);
        for said in [("Date of birth", "3 September 1984"), ("Address", "3 Orchard Row, Havenbrook, HV1 4QT"), ("Phone number", "07700 900982")] {
            assert!(crate::questions::pairs(&all).contains(&said), "{all:?}");
        }
        let page = officer.get(&format!("{here}?lang=cy")).await.body;
        assert!(crate::questions::pairs(&crate::questions::facts(&page)).contains(&("Dyddiad geni", "3 Medi 1984")), "{page}");
        // What he did not give is asked for in vain, and leaves nothing.
        let his = officer.post(&format!("{opened}/search"), &[("who", "bob@example.org")]).await.to;
        assert!(his.ends_with(&bob.to_string()));
        assert_eq!(officer.post(&format!("{his}/reveal"), &[("field", "birthdate")]).await.status, 404);
        assert_eq!(house.events("officer.revealed").await, 3);
        let page = officer.get(&format!("{his}?lang=en")).await.body;
        assert!(page.contains("id=\"reveal-address\"") && !page.contains("reveal-birthdate"), "{page}");
    }

    async fn an_operator_is_shown_them_and_that_is_on_record(world: World) {
        let house = House::by_the_wall(world).await;
        let (ada, bob) = both_give(&house).await;
        let office = Office::of(&house);
        let show = |who: AccountId| {
            let who = who.to_string();
            office.run(&["resident", "show", &who, "--by", "Op Erator", "--reason", "rights_request", "--case", "SAR-1"])
        };
        let (code, said) = show(ada);
        let keys = ["birthdate", "address", "phone_number"];
        assert_eq!(code, 0, "{said}");
        assert_eq!(keys.map(|key| said[key].as_str()), [Some("1984-09-03"), Some("3 Orchard Row, Havenbrook, HV1 4QT"), Some("07700 900982")]);
        let (code, said) = show(bob);
        assert_eq!((code, keys.map(|key| said[key].as_str())), (0, [None, Some("The blue boat at the weir"), None]));
        house.later(Duration::from_hours(1));
        let hers = "Full name, Email address, Date of birth, Address, Phone number, State of your account, Services you have used";
        assert_eq!(seen_by(&house, ADA).await, [hers]);
        let his = "Full name, Email address, Address, State of your account, Services you have used";
        assert_eq!(seen_by(&house, "bob@example.org").await, [his]);
    }
}
