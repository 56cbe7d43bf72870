//! An officer erases the account of somebody who asked for that by right.

use super::{again, governance, letters, only_case, opens, steps};
use crate::app::House;
use crate::looking::leaves;
use crate::retention::{DAY, is_there, person};
use crate::seen::{WORD, signed_in};
use crate::staff::browser::{Officer, says};
use portreeve::domain::ids::AccountId;
use portreeve::domain::retention::{Category, HoldKind, Scope};
use portreeve::domain::staff::Role;
use portreeve::domain::time::When;
use portreeve::service::erasure::{self, Cause};
use portreeve::service::retention::{self, NewHold};
use portreeve::store::{Housekeeping, accounts};
use serde_json::json;
use std::time::Duration;

const ADA: &str = "ada@example.org";
const WORDS: &str = "Your account is erased. A record that it was there is kept.";

/// Ada asks for it, and Dee has opened her case: where the erasure is.
async fn asked(house: &House) -> (AccountId, Officer, String) {
    let who = house.resident("Ada Wójcik", ADA, WORD).await;
    let hers = signed_in(house, ADA).await;
    hers.post("/account/rights", &[("kind", "erasure"), ("words", "Erase me.")]).await;
    letters(house, "").await;
    let mut dee = governance(house).await;
    let case = only_case(&mut dee).await;
    let place = opens(&mut dee, &case, "rights_request").await;
    (who, dee, format!("{place}/erasure"))
}

/// What the case is called, as its page says.
async fn reference(dee: &mut Officer, place: &str) -> String {
    let page = dee.get(place).await;
    says(
        &page,
        200,
        &[
            "Erase this account",
            "This cannot be undone",
            "Services that are told",
            "To show that it was done (UK GDPR Art 5(2), 17, 19)",
            "17 December 2033",
            "not in force",
        ],
    );
    let (_, rest) = page.body.split_once("DP-").unwrap();
    format!("DP-{}", &rest[..9])
}

both! {
    async fn who_decided_carries_it_out_and_the_case_is_closed(world: World) {
        let house = House::new(world).await;
        let (who, mut dee, here) = asked(&house).await;
        let case = here.strip_suffix("/erasure").unwrap().to_owned();
        says(&dee.get(&case).await, 200, &[&here]);
        let reference = reference(&mut dee, &here).await;
        let page = dee.get(&here).await.body;
        assert!(!page.contains("Wójcik") && !page.contains(ADA), "{page}");
        // Nothing goes by mistake, and nothing that was written is lost.
        let wrong = [("words", WORDS), ("reference", "DP-2222-2222")];
        says(&dee.post(&here, &wrong).await, 200, &["There is a problem", "Enter the reference number of this case", WORDS]);
        says(&dee.post(&here, &[("reference", &reference)]).await, 200, &["Enter what the person is told"]);
        house.later(Duration::from_mins(6));
        let right = [("words", WORDS), ("reference", reference.as_str())];
        says(&dee.post(&here, &right).await, 200, &["more than 5 minutes ago", "/prove?next=/rights/", WORDS, &reference]);
        assert!(dee.get(&here).await.to.starts_with("/prove?next="), "before anything is written");
        assert!(is_there(&house, who).await && house.events("account.erased").await == 0);
        let mut dee = again(dee).await;
        assert_eq!(dee.post(&here, &right).await.to, format!("{case}?told=written"));
        assert!(!is_there(&house, who).await);
        let wrote = letters(&house, "").await;
        assert_eq!((wrote.len(), wrote[0].0.as_str()), (1, ADA));
        assert!(wrote[0].1.subject.contains("Our answer") && wrote[0].1.body.contains(WORDS), "{:?}", wrote[0].1);
        for kind in ["account.erased", "rights.closed"] {
            let leaf = leaves(&house, kind).await.remove(0);
            assert_eq!((&leaf["actor"]["class"], &leaf["reason_code"]), (&json!("officer"), &json!("rights_request")), "{leaf}");
        }
        let closed = dee.get(&case).await;
        says(&closed, 200, &["Closed", WORDS]);
        assert!(!closed.body.contains(&here), "there is nothing left to do: {}", closed.body);
        says(&dee.post(&here, &right).await, 200, &["This was changed meanwhile"]);
        assert_eq!((house.events("account.erased").await, house.events("rights.closed").await), (1, 1));
    }

    async fn a_hold_or_a_question_who_she_is_stands_against_it(world: World) {
        let house = House::new(world).await;
        let (who, mut dee, here) = asked(&house).await;
        let reference = reference(&mut dee, &here).await;
        let right = [("words", WORDS), ("reference", reference.as_str())];
        let hold = NewHold {
            id: "LEG-1".into(),
            kind: HoldKind::Inquiry,
            reason: "A claim".into(),
            scope: Scope { account: Some(who), ..Scope::default() },
            owner: person("Meg Hale"),
            review_by: house.app.now() + DAY * 60,
        };
        retention::place(&house.app, &hold, &person("Meg Hale"), house.app.now()).await.unwrap().unwrap();
        let page = dee.get(&here).await;
        says(&page, 200, &["a hold for an inquiry stands against it"]);
        assert!(!page.body.contains("id=\"erase\""), "{}", page.body);
        says(&dee.post(&here, &right).await, 200, &["nothing was erased"]);
        let two = (&person("Meg Hale"), &person("Tom Reed"));
        assert!(retention::release(&house.app, "LEG-1", two, house.app.now()).await.unwrap());
        assert!(is_there(&house, who).await);
        assert_eq!(dee.post(&here, &right).await.status, 303);
        assert!(!is_there(&house, who).await);
    }

    async fn a_hold_on_all_accounts_in_the_state_of_hers_stands_against_it(world: World) {
        let house = House::new(world).await;
        let (who, mut dee, here) = asked(&house).await;
        let reference = reference(&mut dee, &here).await;
        let right = [("words", WORDS), ("reference", reference.as_str())];
        let (app, now) = (&house.app, house.app.now());
        let two = (&person("Meg Hale"), &person("Tom Reed"));
        let place = async |id: &str, category: &str, since: Option<When>| {
            let hold = NewHold {
                id: id.into(),
                kind: HoldKind::Inquiry,
                reason: "An inquiry".into(),
                scope: Scope { category: Some(Category::new(category)), since, ..Scope::default() },
                owner: person("Meg Hale"),
                review_by: now + DAY * 60,
            };
            retention::place(app, &hold, two.0, now).await.unwrap().unwrap();
        };
        place("INQ-1", "account.closed", None).await;
        place("INQ-2", "account.deceased", None).await;
        assert_eq!(erasure::held(app, who).await.unwrap(), None, "hers is in neither state");
        for (state, hold) in [("closed", "INQ-1"), ("deceased", "INQ-2")] {
            app.db
                .write(async |mut w| {
                    if state == "closed" {
                        accounts::close(&mut w, who, now).await?;
                    } else {
                        w.sql("UPDATE account SET died_at = $2 WHERE id = $1").bind(who).bind(now).run().await?;
                    }
                    w.commit_quietly(Housekeeping::Expire, ()).await
                })
                .await
                .unwrap();
            let page = dee.get(&here).await;
            says(&page, 200, &["a hold for an inquiry stands against it"]);
            assert!(!page.body.contains("id=\"erase\""), "{}", page.body);
            says(&dee.post(&here, &right).await, 200, &["nothing was erased"]);
            assert_eq!(erasure::held(app, who).await.unwrap().unwrap().id, hold, "{state}");
            assert!(is_there(&house, who).await);
            assert!(retention::release(app, hold, two, now).await.unwrap());
            // One on those who came to that state later is none on hers.
            place(&format!("{hold}b"), &format!("account.{state}"), Some(now + DAY)).await;
            assert_eq!(erasure::held(app, who).await.unwrap(), None, "{state}");
        }
        assert_eq!(dee.post(&here, &right).await.status, 303);
        assert!(!is_there(&house, who).await);
    }

    async fn what_was_cut_off_is_closed_by_whoever_comes_again(world: World) {
        let house = House::new(world).await;
        let (who, mut dee, here) = asked(&house).await;
        let reference = reference(&mut dee, &here).await;
        erasure::erase(&house.app, who, &Cause::Again { cause: "officer".to_owned(), by: None }, None, house.app.now()).await.unwrap();
        let told = dee.post(&here, &[("words", WORDS), ("reference", &reference)]).await.to;
        assert!(told.ends_with("?told=unwritten"), "{told}");
        assert_eq!((house.events("account.erased").await, house.events("rights.closed").await), (1, 1));
    }

    async fn it_is_for_who_may_and_for_cases_of_erasure(world: World) {
        let house = House::new(world).await;
        let (who, mut dee, here) = asked(&house).await;
        let reference = reference(&mut dee, &here).await;
        let right = [("words", WORDS), ("reference", reference.as_str())];
        let mut bea = house.officer("Bea Lloyd", &[Role::CustomerService]).await.1;
        let mut eve = house.officer("Eve Pike", &[Role::Auditor]).await.1;
        for officer in [&mut bea, &mut eve] {
            assert_eq!((officer.get(&here).await.status, officer.post(&here, &right).await.status), (403, 403));
        }
        // Nor for another's enquiry, nor for somebody she knows.
        let mut imo = house.officer("Imo Reed", &[Role::InformationGovernance]).await.1;
        assert_ne!(imo.post(&here, &right).await.status, 303);
        assert_eq!(dee.post("/conflicts", &[("how", "declare"), ("who", ADA)]).await.to, "/conflicts");
        assert_eq!((dee.get(&here).await.status, dee.post(&here, &right).await.status), (403, 403));
        assert!(is_there(&house, who).await);
        // A copy is no erasure.
        house.resident("Ben Oak", "ben@example.org", WORD).await;
        let his = signed_in(&house, "ben@example.org").await;
        his.post("/account/rights", &[("kind", "access"), ("words", "A copy.")]).await;
        let list = imo.get("/rights").await.body;
        let mut places = list.split("href=\"/rights/").skip(1).filter_map(|rest| rest.split('"').next());
        let ada = here.split('/').nth(2).unwrap();
        let case = places.find(|place| place.len() == 36 && *place != ada).unwrap();
        let other = opens(&mut imo, &format!("/rights/{case}"), "rights_request").await;
        assert_eq!(imo.get(&format!("{other}/erasure")).await.status, 404);
        assert!(!imo.get(&other).await.body.contains("Erase this account"));
    }

    async fn nobody_is_erased_of_whom_it_is_asked_who_she_is(world: World) {
        let house = House::new(world).await;
        let who = house.resident("Ada Wójcik", ADA, WORD).await;
        let mut bea = house.officer("Bea Lloyd", &[Role::CustomerService]).await.1;
        let why = [("purpose", "help"), ("reason", "resident_asked"), ("case", "CRM-12")];
        let enquiry = bea.post("/enquiries", &why).await.to;
        let found = bea.post(&format!("{enquiry}/search"), &[("who", ADA)]).await.to;
        let said = [("kind", "erasure"), ("channel", "phone"), ("words", "Erase me.")];
        assert_eq!(bea.post(&format!("{found}/rights"), &said).await.status, 303);
        let mut dee = governance(&house).await;
        let case = only_case(&mut dee).await;
        let here = opens(&mut dee, &case, "rights_request").await;
        steps(&mut dee, &here, "identity_asked", "Show us a letter of ours.").await;
        let place = format!("{here}/erasure");
        let reference = reference(&mut dee, &place).await;
        let right = [("words", WORDS), ("reference", reference.as_str())];
        says(&dee.post(&place, &right).await, 200, &["This was changed meanwhile"]);
        assert!(is_there(&house, who).await);
        steps(&mut dee, &here, "identity_proven", "").await;
        assert_eq!(dee.post(&place, &right).await.status, 303);
        assert!(!is_there(&house, who).await);
    }
}
