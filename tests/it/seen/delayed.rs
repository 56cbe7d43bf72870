//! A look that is kept from a resident: nothing she is shown differs from what somebody is shown who was never looked at.

use super::questions::officer;
use super::{WORD, count, entries, look, name, newest, released, signed_in};
use crate::app::House;
use crate::log::seal;
use crate::visitor::{Answer, Visitor};
use portreeve::crypto::tokens;
use portreeve::domain::audit::Context;
use portreeve::domain::audit::proof::Proof;
use portreeve::domain::ids::{AccountId, EventId};
use portreeve::jobs::expire::Expire;
use portreeve::jobs::runner::Duty as _;
use portreeve::service::delay::{self, Refused};
use portreeve::service::post::Text;
use portreeve::service::retention;
use portreeve::service::search_audit::{Ask, open};
use portreeve::service::standing::{self, Why, WhyError};
use portreeve::store::{Housekeeping, contacts, events};
use std::time::Duration;

const ADA: &str = "ada@example.org";
const ABE: &str = "abe@example.org";
const DAY: Duration = Duration::from_hours(24);

/// An answer without what is different for any two people: tokens, numbers, addresses, and the place in the log.
fn blank(answer: &Answer) -> Answer {
    let mut answer = answer.shape();
    answer.body = answer.body.replace(ABE, ADA);
    if let Some((before, rest)) = answer.body.split_once("this is entry ") {
        let (_, after) = rest.split_once(" of our record").unwrap();
        answer.body = format!("{before}this is entry N of our record{after}");
    }
    if let Some(proof) = Proof::parse(&answer.body) {
        panic!("a receipt is compared by its parts: {proof:?}");
    }
    answer
}

/// A receipt without what is different for any two entries: its leaf's own values, its place and the hashes.
fn receipt(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<String>, String) {
    let proof = Proof::parse(&answer.body).unwrap_or_else(|| panic!("{}", answer.body));
    let leaf: serde_json::Value = serde_json::from_str(&proof.leaf).unwrap();
    let keys = leaf.as_object().unwrap().keys().cloned().collect();
    (answer.status, answer.shape().headers, keys, proof.note)
}

/// All that somebody is shown, and what it says of an event: hers that is kept from her, or nobody's.
async fn everything(visitor: &Visitor, seen: EventId, hidden: EventId) -> Vec<Answer> {
    let mut all = Vec::new();
    for path in [
        "/account".to_owned(),
        "/account?lang=cy".to_owned(),
        "/account/seen?lang=cy".to_owned(),
        "/account/seen?lang=en".to_owned(),
        "/account/seen?group=staff".to_owned(),
        "/account/seen?group=services".to_owned(),
        format!("/account/seen?group=staff&before={seen}"),
        format!("/account/seen/{seen}"),
        format!("/account/seen/{hidden}"),
        format!("/account/seen/{hidden}/receipt"),
        format!("/account/seen?group=staff&before={hidden}"),
        "/account/password".to_owned(),
        "/account/email".to_owned(),
        "/account/second-step".to_owned(),
        "/privacy".to_owned(),
    ] {
        all.push(blank(&visitor.get(&path).await));
    }
    all.push(blank(&visitor.post(&format!("/account/seen/{hidden}/ask"), &[]).await));
    all.push(blank(&visitor.post(&format!("/account/seen/{seen}/ask"), &[]).await));
    all.push(blank(&visitor.get(&format!("/account/seen/{seen}")).await));
    all
}

/// Eleven looks at each of two people in the same minutes, and one at the first that is kept from her.
async fn eleven(house: &House, ada: AccountId, abe: AccountId) -> (EventId, EventId, EventId) {
    let (mut hers, mut his, mut hidden) = (None, None, None);
    for nth in 0..11 {
        house.later(Duration::from_mins(1));
        if nth == 5 {
            hidden = Some(look(house, ada, "crime_prevention").await);
        }
        (hers, his) = (Some(look(house, ada, "fault").await), Some(look(house, abe, "fault").await));
    }
    released(house, ada).await;
    released(house, abe).await;
    (hers.unwrap(), his.unwrap(), hidden.unwrap())
}

/// Somebody lets her see it.
async fn release(house: &House, look: EventId) -> bool {
    let compose = |language: &str| Text { subject: format!("shown {language}"), body: "There is one.".into() };
    let (app, who, here) = (&house.app, officer(house), Context::default());
    delay::release(app, (&who, &here), (look, Some("C-17")), &compose, app.now()).await.unwrap()
}

/// Somebody opens an event in the record; the event that says so.
async fn opens(house: &House, event: EventId) -> EventId {
    let ask = Ask { purpose: "security".into(), reason: "complaint".into(), case: Some("C-20".into()) };
    let who = officer(house);
    open(&house.app, (&who, &Context::default()), &ask, (event, true), house.app.now()).await.unwrap().look
}

both! {
    async fn she_is_shown_what_somebody_is_shown_who_was_never_looked_at(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let abe = house.resident("Ada Wójcik", ABE, WORD).await;
        let (hers, his, hidden) = eleven(&house, ada, abe).await;
        // Whoever looks up in the record what is kept from her leaves no trace in her pages, nor does whoever looks up that.
        house.later(Duration::from_mins(1));
        let mut opened = hidden;
        for _ in 0..2 {
            opened = opens(&house, opened).await;
        }
        opens(&house, newest(&house, ada, "officer.notice_delayed").await).await;
        assert_eq!(count(&house, ada, "officer.event_viewed").await, 3);
        seal(&house.app).await;
        let (she, he) = (signed_in(&house, ADA).await, signed_in(&house, ABE).await);
        let (to_her, to_him) = (everything(&she, hers, hidden).await, everything(&he, his, EventId(tokens::uuid())).await);
        for (her, him) in to_her.iter().zip(&to_him) {
            let differs = her.body.lines().zip(him.body.lines()).find(|(hers, his)| hers != his);
            assert!(her == him, "{differs:?} {:?} {:?}", (her.status, &her.to), (him.status, &him.to));
        }
        assert!(to_her.iter().any(|answer| answer.body.contains("rel=\"next\"")), "there is more than one part");
        let one = she.get(&format!("/account/seen/{hers}/receipt")).await;
        assert_eq!(receipt(&one), receipt(&he.get(&format!("/account/seen/{his}/receipt")).await));
        for kind in ["access.denied", "access.questioned"] {
            assert_eq!(count(&house, ada, kind).await, count(&house, abe, kind).await, "{kind}");
        }
        assert_eq!(count(&house, ada, "access.denied").await, 4, "that it is kept from her says nothing");
        let mails: Vec<_> = house.letters().await.into_iter().map(|(to, _)| to).collect();
        assert_eq!(mails, ["information@havenbrook.example", "information@havenbrook.example"], "nobody told her");

        // The comparison can fail: released, it stands in its place among the others, and says why so late.
        house.later(Duration::from_mins(1));
        assert!(release(&house, hidden).await);
        let (to, letter) = house.letters().await.remove(0);
        assert_eq!((to.as_str(), letter.subject.as_str()), (ADA, "shown en"));
        let (now_her, now_him) = (everything(&she, hers, hidden).await, everything(&he, his, EventId(tokens::uuid())).await);
        assert_ne!(now_her, now_him);
        let page = she.get(&format!("/account/seen?group=staff&before={hers}")).await.body;
        // It is as old as one of the others.
        assert!(entries(&page)[4..6].contains(&hidden.to_string()), "{page}");
        assert!(page.contains("Data Protection Act 2018, Schedule 2, paragraph 2: crime"), "{page}");
        assert!(page.contains("We helped to prevent or detect a crime"), "{page}");
        // From now on, looking that up is a look like any other.
        let plain = opens(&house, hidden).await;
        assert!(entries(&she.get("/account/seen").await.body).contains(&plain.to_string()));
        assert_eq!(she.get(&format!("/account/seen/{hidden}/receipt")).await.status, 200);
    }

    async fn two_people_keep_it_back_and_one_lets_her_see(world: World) {
        let house = House::new(world).await;
        let (app, ada) = (&house.app, house.resident("Ada Wójcik", ADA, WORD).await);
        for second in [None, Some(name("bea lloyd"))] {
            let why = Why::approved(app, (name("Bea Lloyd"), second), "crime_prevention", Some("C-17"));
            assert_eq!(why, Err(WhyError::OnePerson));
        }
        assert_eq!(Why::of(app, name("Bea Lloyd"), "crime_prevention", Some("C-17")), Err(WhyError::OnePerson));
        assert_eq!(house.events("officer.viewed").await, 0);
        // All that is done under it is kept back, the look before a change too.
        let why = Why::approved(app, (name("Bea Lloyd"), Some(name("Cai Morgan"))), "crime_prevention", Some("C-17"));
        let why = why.unwrap();
        assert!(standing::suspend(app, ada, &why, app.now()).await.unwrap().is_some());
        house.later(Duration::from_mins(1));
        assert!(standing::restore(app, ada, &why, app.now()).await.unwrap());
        let looked = look(&house, ada, "crime_prevention").await;
        assert_eq!(house.events("officer.notice_delayed").await, 3);
        assert!(entries(&signed_in(&house, ADA).await.get("/account/seen").await.body).is_empty());
        let due = delay::due_for_review(app, app.now() + 91 * DAY, 10).await.unwrap();
        assert_eq!(due.len(), 3);
        assert!(delay::due_for_review(app, app.now() + 89 * DAY, 10).await.unwrap().is_empty());
        assert!(due.iter().all(|row| row.person == Some(ada) && row.approved_by == "Cai Morgan"), "{due:?}");

        let (bea, cai, here) = (officer(&house), officer(&house), Context::default());
        let alone = delay::renew(app, (&bea, &here, bea.id), looked, (Some("C-17"), None), app.now()).await;
        assert!(matches!(alone, Err(Refused::OnePerson)), "{alone:?}");
        house.later(80 * DAY);
        assert!(delay::renew(app, (&bea, &here, cai.id), looked, (Some("C-17"), None), app.now()).await.unwrap());
        house.later(11 * DAY);
        // Nobody looked at the other two again: she sees them, before anybody recorded that.
        let visitor = signed_in(&house, ADA).await;
        assert_eq!(entries(&visitor.get("/account/seen").await.body).len(), 2);
        assert_eq!(house.events("officer.notice_released").await, 0);
        // What tells her of the browser she signed in with.
        house.letters().await;
        // A clock that jumped records nothing.
        retention::look_at_the_clock(app, app.now()).await.unwrap();
        Expire::default().round(app, app.now() + 3_653 * DAY).await.unwrap();
        assert_eq!(house.events("officer.notice_released").await, 0);
        for _ in 0..2 {
            Expire::default().round(app, app.now()).await.unwrap();
            assert_eq!(house.events("officer.notice_released").await, 2, "each once");
        }
        // One letter for both, with no more than that there is something to read.
        let letters = house.letters().await;
        let [(to, letter)] = &letters[..] else { panic!("{}", letters.len()) };
        assert_eq!((to.as_str(), letter.subject.as_str()), (ADA, "A new entry in your account"));
        assert!(letter.body.contains("Sign in and open “Who has seen my data”"), "{}", letter.body);
        for more in ["Bea", "Cai", "C-17", "crime", "Ada", "://"] {
            assert!(!letter.body.contains(more), "{more}: {}", letter.body);
        }
        let gone = due.iter().find(|row| row.event != looked).unwrap().event;
        assert!(!delay::renew(app, (&bea, &here, cai.id), gone, (Some("C-17"), None), app.now()).await.unwrap(), "too late");
        assert!(!release(&house, gone).await);
        house.later(Duration::from_mins(50));
        let again = look(&house, ada, "crime_prevention").await;
        assert!(release(&house, looked).await);
        assert!(!release(&house, looked).await, "once");
        assert_eq!(house.letters().await.len(), 0, "she was written to within the hour");
        house.later(Duration::from_mins(11));
        assert!(release(&house, again).await);
        assert_eq!(house.letters().await.len(), 1);
        assert_eq!(entries(&signed_in(&house, ADA).await.get("/account/seen").await.body).len(), 4);
        let rows = events::newest(&mut app.db.peek(), 1_000).await.unwrap();
        let kinds = rows.iter().filter(|row| row.r#type.starts_with("officer.notice_"));
        assert!(kinds.clone().all(|row| row.person == Some(ada)), "each is about her");
        let officers: Vec<_> = kinds.filter(|row| row.leaf.contains("\"class\":\"officer\"")).collect();
        assert!(officers.len() == 3 && officers.iter().all(|row| row.leaf.contains("crime_prevention")), "{officers:?}");
    }

    async fn who_cannot_be_written_to_sees_it_all_the_same(world: World) {
        let house = House::new(world).await;
        let (app, ada) = (&house.app, house.resident("Ada Wójcik", ADA, WORD).await);
        let (one, other) = (look(&house, ada, "crime_prevention").await, look(&house, ada, "crime_prevention").await);
        let replaced = app.db.write(async |mut w| {
            contacts::replace(&mut w, ada, "email", app.now()).await?;
            w.commit_quietly(Housekeeping::Flow, ()).await
        });
        replaced.await.unwrap();
        assert!(release(&house, one).await);
        house.later(91 * DAY);
        Expire::default().round(app, app.now()).await.unwrap();
        assert_eq!((house.events("officer.notice_released").await, house.letters().await.len()), (2, 0));
        let seen = entries(&signed_in(&house, ADA).await.get("/account/seen").await.body);
        assert!(seen.contains(&one.to_string()) && seen.contains(&other.to_string()), "{seen:?}");
    }
}
