//! The way back into a closed account, in the letters to whoever signs up with its address or has forgotten its password.

use super::{DAY, house};
use crate::app::House;
use crate::sharing::{ADA, WORD, ada};
use crate::visitor::{Answer, Visitor, code_of};
use portreeve::service::post::Text;
use std::time::Duration;

async fn signs_up(visitor: &Visitor, email: &str) -> Answer {
    visitor.post("/create-account", &[("full_name", "Ada Wójcik"), ("email", email)]).await
}

async fn forgets(visitor: &Visitor, email: &str) -> Answer {
    visitor.post("/forgotten-password", &[("email", email)]).await
}

async fn press(visitor: &Visitor, path: &str, begun: &Answer, act: &str) -> Answer {
    visitor.post(path, &[("journey", &begun.parameter("journey")), ("act", act)]).await
}

async fn closes(visitor: &Visitor) {
    let left = visitor.post("/account/delete", &[("when", "later"), ("current_password", WORD)]).await;
    assert!(left.body.contains("Your account is closed"), "{}", left.body);
}

async fn signs_in(house: &House) -> Option<Visitor> {
    let visitor = Visitor::new(house);
    let answer = visitor.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
    (answer.to == "/account").then_some(visitor)
}

/// The way back that a letter names, if it names one.
fn way_back(house: &House, letter: &Text) -> Option<String> {
    let line = letter.body.lines().find(|line| line.contains("/account/reopen?token="))?;
    Some(line.strip_prefix(house.app.issuer.as_str()).unwrap().to_owned())
}

async fn opens(house: &House, place: &str) -> bool {
    Visitor::new(house).get(place).await.status == 200
}

async fn open(house: &House, place: &str) -> u16 {
    let token = place.split_once("token=").unwrap().1;
    Visitor::new(house).post("/account/reopen", &[("token", token)]).await.status
}

both! {
    async fn whoever_closed_her_account_and_signs_up_again_is_sent_the_way_back(world: World) {
        let house = house(world, &[]).await;
        let (_, hers) = ada(&house).await;
        closes(&hers).await;
        let first = way_back(&house, &house.letters().await.pop().unwrap().1).unwrap();
        let sent = house.events("credential.code_sent").await;
        // The pages tell nothing.
        let (one, other) = (Visitor::new(&house), Visitor::new(&house));
        let (closed, free) = (signs_up(&one, ADA).await, signs_up(&other, "abe@example.org").await);
        assert_eq!(closed.shape(), free.shape());
        assert_eq!(one.get(&closed.to).await.shape(), other.get(&free.to).await.shape());
        assert_eq!(house.events("credential.code_sent").await, sent + 2);
        let letters = house.letters().await;
        let (_, letter) = letters.iter().find(|(to, _)| to == ADA).unwrap();
        let second = way_back(&house, letter).unwrap();
        assert!(letter.subject == "Your account is closed" && letter.body.contains("on 31 December 2026"), "{}", letter.body);
        assert!(letter.body.contains("/create-account/share?token=") && !letter.body.contains("/sign-in"), "{}", letter.body);
        press(&one, "/create-account/code", &closed, "resend").await;
        let third = way_back(&house, &house.letter().await).unwrap();
        // Whoever asks for letters makes nothing useless that she holds, until she has used one of them.
        for place in [&first, &second, &third] {
            assert!(opens(&house, place).await);
        }
        assert!(signs_in(&house).await.is_none());
        assert_eq!(open(&house, &second).await, 200);
        let back = signs_in(&house).await.unwrap();
        for place in [&first, &second, &third] {
            assert!(!opens(&house, place).await && open(&house, place).await == 410);
        }
        closes(&back).await;
        for place in [&first, &second, &third] {
            assert!(open(&house, place).await == 410 && signs_in(&house).await.is_none());
        }
    }

    async fn whoever_closed_her_account_and_forgot_her_password_is_sent_the_way_back(world: World) {
        let house = house(world, &[]).await;
        let (_, hers) = ada(&house).await;
        closes(&hers).await;
        house.letters().await;
        let (one, other) = (Visitor::new(&house), Visitor::new(&house));
        let (closed, nobodys) = (forgets(&one, ADA).await, forgets(&other, "abe@example.org").await);
        assert_eq!(closed.shape(), nobodys.shape());
        assert_eq!(one.get(&closed.to).await.shape(), other.get(&nobodys.to).await.shape());
        assert_eq!(house.events("credential.code_sent").await, 1);
        let letter = house.letter().await;
        assert!(letter.subject == "Your account is closed" && letter.body.contains("on 31 December 2026"), "{}", letter.body);
        let first = way_back(&house, &letter).unwrap();
        for act in ["resend", "longer"] {
            let path = "/forgotten-password/code";
            assert_eq!(press(&one, path, &closed, act).await.shape(), press(&other, path, &nobodys, act).await.shape());
            assert!(opens(&house, &way_back(&house, &house.letter().await).unwrap()).await);
        }
        // No code of anybody's fits, and no more than three letters go out.
        for (visitor, begun) in [(&one, &closed), (&other, &nobodys)] {
            let fields = [("journey", &*begun.parameter("journey")), ("code", "000000")];
            assert!(visitor.post("/forgotten-password/code", &fields).await.body.contains("code is not right"));
        }
        forgets(&one, ADA).await;
        assert!(house.letters().await.is_empty() && signs_in(&house).await.is_none());
        // Open again, the same page sends a code.
        assert_eq!(open(&house, &first).await, 200);
        house.later(Duration::from_hours(1));
        press(&one, "/forgotten-password/code", &closed, "resend").await;
        let code = code_of(&house.letter().await);
        let fields = [("journey", &*closed.parameter("journey")), ("code", &*code)];
        assert_eq!(one.post("/forgotten-password/code", &fields).await.status, 303);
    }

    async fn once_a_closed_account_is_past_its_link_the_letters_say_whom_to_call(world: World) {
        let house = house(world, &[]).await;
        let (_, hers) = ada(&house).await;
        closes(&hers).await;
        let first = way_back(&house, &house.letters().await.pop().unwrap().1).unwrap();
        house.later(DAY * 29);
        signs_up(&Visitor::new(&house), ADA).await;
        // What is sent later works no longer for it.
        let second = way_back(&house, &house.letter().await).unwrap();
        assert!(opens(&house, &first).await && opens(&house, &second).await);
        house.later(DAY * 2);
        assert!(!opens(&house, &first).await && !opens(&house, &second).await);
        signs_up(&Visitor::new(&house), ADA).await;
        let taken = house.letter().await;
        forgets(&Visitor::new(&house), ADA).await;
        let forgotten = house.letter().await;
        for letter in [&taken, &forgotten] {
            assert!(letter.subject == "Your account is closed" && way_back(&house, letter).is_none(), "{}", letter.body);
            assert!(letter.body.contains("call us on 01632 960000"), "{}", letter.body);
        }
    }
}
