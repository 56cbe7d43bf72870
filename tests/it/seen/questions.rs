//! A resident asks the council about an entry, and is answered.

use super::{WORD, count, look, released, signed_in};
use crate::app::House;
use portreeve::crypto::tokens;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::{QuestionId, StaffId, StaffSessionId};
use portreeve::domain::staff::{Officer, Proof, Role};
use portreeve::service::looking::Deed;
use portreeve::service::post::Text;
use portreeve::service::questions::{self, Answer};
use portreeve::service::standing::WhyError;
use std::time::Duration;

const ADA: &str = "ada@example.org";

/// A member of staff, as the staff listener would have it.
pub fn officer(house: &House) -> Officer {
    Officer {
        id: StaffId(tokens::uuid()),
        session: StaffSessionId(tokens::uuid()),
        roles: vec![Role::InformationGovernance],
        pseudonym: "0f".repeat(32),
        proof: Proof::Passkey,
        proved_at: house.app.now(),
    }
}

fn letter(language: &str) -> Text {
    Text { subject: format!("answered {language}"), body: "It is in your account.".into() }
}

both! {
    async fn a_question_is_asked_once_and_answered_where_she_reads_it(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let visitor = signed_in(&house, ADA).await;
        let event = look(&house, ada, "fault").await;
        let (page, ask) = (format!("/account/seen/{event}"), format!("/account/seen/{event}/ask"));
        assert_eq!(visitor.post(&ask, &[]).await.to, format!("{page}?news=asked"));
        let (to, mail) = house.letters().await.remove(0);
        let [waiting] = &questions::questions(&house.app, 10).await.unwrap()[..] else { panic!("one waits") };
        assert_eq!((waiting.event, waiting.asked_at), (event, house.app.now()));
        assert_eq!(to, "information@havenbrook.example");
        assert!(mail.body.contains(&waiting.id.to_string()) && mail.body.contains("1 January 2027"), "{}", mail.body);
        for hers in ["Ada", "Wójcik", ADA, "C-17", &event.to_string(), &ada.to_string()] {
            assert!(!mail.body.contains(hers) && !mail.subject.contains(hers), "{hers}: {}", mail.body);
        }
        let shown = visitor.get(&format!("{page}?news=asked")).await.body;
        for said in ["The council has your question", "What happens next", "1 January 2027", "Information Governance team"] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        assert!(shown.contains(&waiting.id.to_string()) && !shown.contains("id=\"ask\""), "{shown}");
        assert!(visitor.get("/account/seen").await.body.contains("Asked on 1 December 2026. We will answer by 1 January 2027."));
        // Once, however often she clicks.
        assert_eq!(visitor.post(&ask, &[]).await.to, page);
        assert_eq!((house.events("access.questioned").await, house.letters().await.len()), (1, 0));

        let bea = officer(&house);
        let mut now = house.app.now();
        let answer = async |id: QuestionId, code: &str, case: Option<&str>, text: &str| {
            let (context, now) = (Context::default(), house.app.now());
            let deed = Deed { app: &house.app, officer: &bea, context: &context, now };
            questions::answer(deed, id, (code, case), text, &letter).await.unwrap()
        };
        assert!(matches!(answer(waiting.id, "whim", None, "x").await, Answer::NoReason(WhyError::Unknown(_))));
        assert_eq!(answer(waiting.id, "complaint", None, "x").await, Answer::NoReason(WhyError::NoCase));
        let kept = answer(waiting.id, "crime_prevention", Some("C-18"), "x").await;
        assert_eq!(kept, Answer::NoReason(WhyError::OnePerson), "an answer is not kept from her");
        assert_eq!(answer(waiting.id, "complaint", Some("C-18"), " \n").await, Answer::NoText);
        let long = "x".repeat(questions::LONGEST + 1);
        assert_eq!(answer(waiting.id, "complaint", Some("C-18"), &long).await, Answer::NoText);
        assert_eq!(answer(QuestionId(tokens::uuid()), "complaint", Some("C-18"), "x").await, Answer::NoQuestion);
        assert_eq!((house.events("officer.answered").await, house.letters().await.len()), (0, 0));

        house.later(Duration::from_mins(5));
        let text = "You rang us.\n\nWe <b>looked</b> to help.";
        assert_eq!(answer(waiting.id, "complaint", Some("C-18"), text).await, Answer::Done);
        assert_eq!(answer(waiting.id, "complaint", Some("C-18"), text).await, Answer::NoQuestion, "once");
        let (to, mail) = house.letters().await.remove(0);
        assert_eq!((to.as_str(), mail.subject.as_str()), (ADA, "answered en"));
        assert!(questions::questions(&house.app, 10).await.unwrap().is_empty());
        let shown = visitor.get(&page).await.body;
        assert!(shown.contains("Our answer of 1 December 2026") && shown.contains("You rang us."), "{shown}");
        assert!(shown.contains("&lt;b&gt;looked") && shown.contains("id=\"ask\""), "{shown}");
        let list = visitor.get("/account/seen").await.body;
        assert!(list.contains("We answered on 1 December 2026.") && list.contains("answered your question"), "{list}");
        assert_eq!(count(&house, ada, "officer.answered").await, 1);
        // If that does not settle it, she asks again.
        assert_eq!(visitor.post(&ask, &[]).await.to, format!("{page}?news=asked"));
        now = now + Duration::from_mins(5);
        assert_eq!(questions::questions(&house.app, 10).await.unwrap()[0].asked_at, now);
    }

    async fn there_are_five_questions_in_a_day(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let visitor = signed_in(&house, ADA).await;
        for nth in 1..=6 {
            let event = released(&house, ada).await;
            let answer = visitor.post(&format!("/account/seen/{event}/ask"), &[]).await;
            let (news, asked) = if nth <= 5 { ("asked", nth) } else { ("too_many", 5) };
            assert_eq!(answer.to, format!("/account/seen/{event}?news={news}"));
            assert_eq!(house.events("access.questioned").await, asked);
            assert_eq!(visitor.get(&answer.to).await.body.contains("5 questions today"), nth > 5);
        }
        assert_eq!(house.letters().await.len(), 5);
        house.later(Duration::from_hours(25));
        let visitor = signed_in(&house, ADA).await;
        let event = released(&house, ada).await;
        let answer = visitor.post(&format!("/account/seen/{event}/ask"), &[]).await;
        assert!(answer.to.ends_with("news=asked"), "{}", answer.to);
    }

    async fn two_clicks_at_once_are_one_question(world: World) {
        let house = House::new(world).await;
        let ada = house.resident("Ada Wójcik", ADA, WORD).await;
        let visitor = signed_in(&house, ADA).await;
        let ask = format!("/account/seen/{}/ask", released(&house, ada).await);
        let (one, other) = tokio::join!(visitor.post(&ask, &[]), visitor.post(&ask, &[]));
        assert_eq!((one.status, other.status), (303, 303));
        assert_eq!((house.events("access.questioned").await, house.letters().await.len()), (1, 1));
    }
}
