//! The second step of signing in: set up, asked for, spent once, taken away; through the pages, on both databases.

use crate::app::House;
use crate::visitor::{Answer, Visitor, code_of};
use portreeve::crypto::tokens::Token;
use portreeve::crypto::totp::{Seed, step_at};
use portreeve::domain::assurance::Level;
use portreeve::domain::session::SignedIn;
use portreeve::service::sessions;
use std::time::Duration;

const ADA: &str = "ada@example.org";
const WORD: &str = "turnip lantern cobble";
const NEW: &str = "hedgerow kettle marzipan";
const SETTINGS: &str = "/account/second-step";

async fn sign_in(visitor: &Visitor, password: &str) -> Answer {
    visitor.post("/sign-in", &[("email", ADA), ("password", password)]).await
}

/// A house with Ada in it, and a browser where she is signed in by her password.
async fn ada(world: crate::world::World) -> (House, Visitor) {
    let house = House::new(world).await;
    house.resident("Ada Wren", ADA, WORD).await;
    let visitor = Visitor::new(&house);
    assert_eq!(sign_in(&visitor, WORD).await.to, "/account");
    (house, visitor)
}

/// The session of a browser's cookie.
async fn session(house: &House, cookie: &str) -> Option<SignedIn> {
    let token = Token::parse(cookie)?;
    sessions::find(&house.app, &token, house.app.now()).await.unwrap()
}

fn cookie(visitor: &Visitor) -> String {
    visitor.cookie("portreeve").unwrap_or_default()
}

/// What the app shows so many steps from now.
fn shown(house: &House, seed: &Seed, steps: i64) -> String {
    seed.code(step_at(house.app.now()) + steps).unwrap().as_str().to_owned()
}

/// The secret that a set-up page says.
pub fn secret(page: &str) -> Seed {
    let words: Vec<&str> = page.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let group = |word: &&str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let start = words.windows(8).find(|eight| eight.iter().all(group)).expect("a secret in groups of four");
    Seed::parse(&start.concat()).unwrap()
}

/// The recovery codes that their page says.
pub fn recovery(page: &str) -> Vec<String> {
    let codes = page.split("<code class=\"app-code\">").skip(1);
    codes.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

/// Sets an app up as she does it, and gives its seed and the recovery codes.
async fn set_up(house: &House, visitor: &Visitor) -> (Seed, Vec<String>) {
    let proven = visitor.post(SETTINGS, &[("current_password", WORD)]).await;
    assert!(proven.to.starts_with("/account/second-step/set-up?"), "{proven:?}");
    confirm(house, visitor, &proven).await
}

async fn confirm(house: &House, visitor: &Visitor, proven: &Answer) -> (Seed, Vec<String>) {
    let (page, journey) = (visitor.get(&proven.to).await, proven.parameter("journey"));
    assert_eq!(page.status, 200);
    let seed = secret(&page.body);
    let code = shown(house, &seed, 0);
    let done = visitor.post("/account/second-step/set-up", &[("journey", &journey), ("code", &code)]).await;
    let codes = recovery(&visitor.get(&done.to).await.body);
    assert_eq!(codes.len(), 10, "{done:?}");
    // The code that confirmed it is spent.
    house.later(Duration::from_mins(1));
    (seed, codes)
}

/// Gives the password in this browser, and then a code.
async fn sign_in_with(visitor: &Visitor, code: &str) -> Answer {
    let asked = sign_in(visitor, WORD).await;
    assert!(asked.to.starts_with("/sign-in/code?journey="), "{asked:?}");
    type_code(visitor, &asked.parameter("journey"), code).await
}

async fn type_code(visitor: &Visitor, journey: &str, code: &str) -> Answer {
    visitor.post("/sign-in/code", &[("journey", journey), ("code", code)]).await
}

both! {
    async fn w07_a_second_step_is_set_up_after_a_fresh_proof_and_told_by_letter(world: World) {
        let (house, visitor) = ada(world).await;
        let is = async |word: &str| visitor.get("/account").await.body.split_whitespace().any(|said| said == word);
        assert!(is("Off").await && !is("On").await);
        house.later(Duration::from_mins(10));
        // A live session alone sets nothing up, with a password that is missing or wrong.
        for password in ["", NEW] {
            let page = visitor.post(SETTINGS, &[("current_password", password)]).await;
            assert!(page.status == 200 && page.body.contains("There is a problem"), "{page:?}");
        }
        let before = cookie(&visitor);
        let (seed, codes) = set_up(&house, &visitor).await;
        let letters = house.letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].0 == ADA && letters[0].1.subject.contains("second step"), "{letters:?}");
        assert_eq!(house.events("credential.authenticator_set").await, 1);
        assert!(is("On").await && !is("Off").await);
        // S01: the session goes on under another cookie, and the old one is dead.
        let now = session(&house, &cookie(&visitor)).await.unwrap();
        assert_eq!((now.acr, now.amr.as_str()), (Level::A1, "pwd otp mfa"));
        assert_ne!(before, cookie(&visitor));
        assert!(session(&house, &before).await.is_none());
        // New codes, another app and none at all each ask for the password and a code.
        for act in ["codes", "replace", "remove"] {
            for (password, code) in [(WORD, String::new()), (WORD, "000000".into()), ("", shown(&house, &seed, 0))] {
                let fields = [("act", act), ("current_password", password), ("code", code.as_str())];
                let page = visitor.post(SETTINGS, &fields).await;
                assert!(page.status == 200 && page.body.contains("There is a problem"), "{page:?}");
            }
        }
        let fields = [("act", "codes"), ("current_password", WORD), ("code", &shown(&house, &seed, 0))];
        let made = visitor.post(SETTINGS, &fields).await;
        let newer = recovery(&visitor.get(&made.to).await.body);
        assert_eq!(newer.len(), 10);
        assert!(newer.iter().all(|code| !codes.contains(code)));
        assert!(house.letter().await.subject.contains("new recovery codes"));
        // The earlier ones are dead, the newer ones work.
        let other = Visitor::new(&house);
        assert!(sign_in_with(&other, &codes[0]).await.body.contains("There is a problem"));
        assert_eq!(sign_in_with(&other, &newer[0]).await.to, "/account");
    }

    async fn the_password_alone_signs_nobody_in_once_there_is_a_second_step(world: World) {
        let (house, hers) = ada(world).await;
        let (seed, codes) = set_up(&house, &hers).await;
        house.letters().await;
        let other = Visitor::new(&house);
        let asked = sign_in(&other, WORD).await;
        assert!(asked.to.starts_with("/sign-in/code?journey="), "{asked:?}");
        assert!(!asked.set.contains(&"portreeve".to_owned()));
        assert_eq!(other.get("/account").await.to, "/sign-in");
        assert_eq!(house.events("auth.password_accepted").await, 1);
        let journey = asked.parameter("journey");
        let page = other.get(&asked.to).await;
        assert!(page.status == 200 && page.body.contains("name=\"code\"") && page.body.contains("recovery codes"));
        for bad in ["", "12", "000000", "aaaaa-aaaaa"] {
            let page = type_code(&other, &journey, bad).await;
            assert!(page.status == 200 && page.body.contains("There is a problem"), "{bad}: {page:?}");
        }
        assert_eq!(type_code(&other, &journey, &shown(&house, &seed, 0)).await.to, "/account");
        let who = session(&house, &cookie(&other)).await.unwrap();
        assert_eq!((who.acr, who.amr.as_str()), (Level::A1, "pwd otp mfa"));
        let told: Vec<String> = house.letters().await.into_iter().map(|(_, text)| text.subject).collect();
        assert!(told.len() == 1 && told[0].contains("new device"), "{told:?}");
        // A recovery code does too, however it is typed, and she is told.
        let third = Visitor::new(&house);
        assert_eq!(sign_in_with(&third, &codes[3].to_uppercase().replace('-', " ")).await.to, "/account");
        let mut told: Vec<String> = house.letters().await.into_iter().map(|(_, text)| text.subject).collect();
        told.sort();
        assert!(told.len() == 2 && told[0].contains("recovery code") && told[1].contains("new device"), "{told:?}");
        assert_eq!(house.events("credential.recovery_code_used").await, 1);
        assert!(third.get(SETTINGS).await.body.contains("You have 9 recovery codes left"));
    }

    async fn a_new_browser_is_told_of_and_can_be_ended_from_the_letter(world: World) {
        let (house, hers) = ada(world).await;
        let (seed, _) = set_up(&house, &hers).await;
        house.letters().await;
        // The browser the account knows is no news, and a code that is wrong lets nobody in.
        hers.post("/logout/confirm", &[]).await;
        assert_eq!(sign_in_with(&hers, &shown(&house, &seed, 0)).await.to, "/account");
        house.later(Duration::from_mins(1));
        let other = Visitor::new(&house);
        assert!(sign_in_with(&other, "000000").await.body.contains("There is a problem"));
        assert!(house.letters().await.is_empty(), "nothing to tell");
        assert_eq!(sign_in_with(&other, &shown(&house, &seed, 0)).await.to, "/account");
        let letter = house.letter().await;
        assert!(letter.subject.contains("new device"), "{letter:?}");
        let start = house.at("/account/sessions/not-me?token=");
        let token = letter.body.lines().find_map(|line| line.trim().strip_prefix(&start)).unwrap();
        let reader = Visitor::new(&house);
        let done = reader.post("/account/sessions/not-me", &[("token", token)]).await;
        assert!(reader.get(&done.to).await.body.contains("That device is signed out"), "{done:?}");
        assert_eq!(other.get(&done.to).await.status, 410, "it is said to nobody else");
        assert_eq!(other.get("/account").await.to, "/sign-in");
        assert_eq!(hers.get("/account").await.status, 200);
        // Once told of, it is known; ended from the letter, it is a stranger again.
        house.later(Duration::from_mins(1));
        assert_eq!(sign_in_with(&other, &shown(&house, &seed, 0)).await.to, "/account");
        assert!(house.letter().await.subject.contains("new device"));
        house.later(Duration::from_mins(1));
        assert_eq!(sign_in_with(&other, &shown(&house, &seed, 0)).await.to, "/account");
        assert!(house.letters().await.is_empty(), "it is known now");
    }

    async fn w08_each_code_works_once_and_one_step_either_way(world: World) {
        let (house, hers) = ada(world).await;
        let (seed, codes) = set_up(&house, &hers).await;
        for (steps, works) in [(-2, false), (2, false), (-1, true), (1, true)] {
            let other = Visitor::new(&house);
            let answer = sign_in_with(&other, &shown(&house, &seed, steps)).await;
            assert_eq!(answer.to == "/account", works, "{steps}: {answer:?}");
            house.later(Duration::from_mins(2));
        }
        let code = shown(&house, &seed, 0);
        assert_eq!(sign_in_with(&Visitor::new(&house), &code).await.to, "/account");
        assert!(sign_in_with(&Visitor::new(&house), &code).await.body.contains("There is a problem"));
        // An earlier step than one that was used is not taken either.
        assert!(sign_in_with(&Visitor::new(&house), &shown(&house, &seed, -1)).await.body.contains("There is a problem"));
        house.later(Duration::from_mins(2));
        // At once, from browsers that each gave the password.
        for code in [shown(&house, &seed, 0), codes[0].clone()] {
            let browsers: Vec<_> = (0..4).map(|_| Visitor::new(&house)).collect();
            let mut journeys = Vec::new();
            for browser in &browsers {
                journeys.push(sign_in(browser, WORD).await.parameter("journey"));
            }
            let tries = browsers.iter().zip(&journeys).map(|(browser, journey)| type_code(browser, journey, &code));
            let answers = futures_util::future::join_all(tries).await;
            assert_eq!(answers.iter().filter(|answer| answer.to == "/account").count(), 1, "{answers:?}");
            house.later(Duration::from_mins(20));
        }
    }

    async fn b06_five_misses_and_one_waits_but_her_own_browser_does_not(world: World) {
        let (house, hers) = ada(world).await;
        let (seed, _) = set_up(&house, &hers).await;
        let thief = Visitor::new(&house);
        let journey = sign_in(&thief, WORD).await.parameter("journey");
        for miss in 1..=5 {
            let page = type_code(&thief, &journey, "aaaaa-aaaaa").await;
            assert_eq!(page.body.contains("too many wrong codes"), miss == 5, "{miss}: {page:?}");
        }
        // A new sign-in does not refill it, and the right code is not looked at.
        let page = sign_in_with(&Visitor::new(&house), &shown(&house, &seed, 0)).await;
        assert!(page.body.contains("too many wrong codes"), "{page:?}");
        assert_eq!((house.events("auth.locked").await, house.events("credential.code_failed").await), (1, 5));
        // The browser that the account knows has a counter of its own.
        assert_eq!(sign_in_with(&hers, &shown(&house, &seed, 0)).await.to, "/account");
        house.later(Duration::from_mins(16));
        assert_eq!(sign_in_with(&Visitor::new(&house), &shown(&house, &seed, 0)).await.to, "/account");
    }

    async fn a11_after_a_reset_the_second_step_is_still_asked(world: World) {
        let (house, hers) = ada(world).await;
        let (seed, _) = set_up(&house, &hers).await;
        house.letters().await;
        let other = Visitor::new(&house);
        let journey = other.post("/forgotten-password", &[("email", ADA)]).await.parameter("journey");
        let code = code_of(&house.letter().await);
        let proven = other.post("/forgotten-password/code", &[("journey", &journey), ("code", &code)]).await;
        let fields = [("journey", proven.parameter("journey")), ("password", NEW.to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(other.post("/forgotten-password/password", &fields).await.to, "/sign-in?news=password_reset");
        let asked = sign_in(&other, NEW).await;
        assert!(asked.to.starts_with("/sign-in/code?journey="), "{asked:?}");
        assert_eq!(other.get("/account").await.to, "/sign-in");
        assert_eq!(type_code(&other, &asked.parameter("journey"), &shown(&house, &seed, 0)).await.to, "/account");
    }

    async fn a_password_given_is_good_in_its_browser_for_a_while_and_while_it_is_the_password(world: World) {
        let (house, hers) = ada(world).await;
        let (seed, _) = set_up(&house, &hers).await;
        let (other, thief) = (Visitor::new(&house), Visitor::new(&house));
        let journey = sign_in(&other, WORD).await.parameter("journey");
        thief.get("/sign-in").await;
        assert_eq!(type_code(&thief, &journey, &shown(&house, &seed, 0)).await.to, "/sign-in");
        assert_eq!(type_code(&other, &journey[1..], &shown(&house, &seed, 0)).await.to, "/sign-in");
        house.later(Duration::from_mins(8));
        hers.get("/account").await;
        house.later(Duration::from_mins(7));
        assert_eq!(type_code(&other, &journey, &shown(&house, &seed, 0)).await.to, "/sign-in");
        let journey = sign_in(&other, WORD).await.parameter("journey");
        hers.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        let code = shown(&house, &seed, 0);
        let fields = [("current_password", WORD), ("password", NEW), ("code", &code)];
        assert_eq!(hers.post("/account/password", &fields).await.to, "/account?news=password_changed");
        assert_eq!(type_code(&other, &journey, &shown(&house, &seed, 1)).await.to, "/sign-in");
        assert_eq!(other.get("/account").await.to, "/sign-in");
    }

    async fn a08_password_and_address_change_after_a_code_as_well(world: World) {
        let (house, hers) = ada(world).await;
        assert!(!hers.get("/account/password").await.body.contains("name=\"code\""), "she has none yet");
        let (seed, codes) = set_up(&house, &hers).await;
        house.letters().await;
        for (path, field, new) in [("/account/password", "password", NEW), ("/account/email", "email", "new@example.org")] {
            assert!(hers.get(path).await.body.contains("name=\"code\""), "{path}");
            let with = async |password: &str, new: &str, code: &str| {
                hers.post(path, &[("current_password", password), (field, new), ("code", code)]).await
            };
            // A password alone is no longer enough, and a code alone is not either.
            for (code, words) in [
                ("", "Enter the code from your app, or a recovery code"),
                ("12", "Code must be 6 digits"),
                ("000000", "The code is not right"),
                ("aaaaa-aaaaa", "The code is not right"),
            ] {
                let page = with(WORD, new, code).await;
                assert!(page.status == 200 && page.body.contains(words), "{path} {code}: {page:?}");
            }
            let missed = house.events("credential.code_failed").await;
            let page = with("not the password", new, &shown(&house, &seed, 0)).await;
            assert!(page.body.contains("Current password is not right"), "{path}: {page:?}");
            assert_eq!(house.events("credential.code_failed").await, missed, "it was not looked at");
            assert!(house.letters().await.is_empty(), "{path}: nothing was done");
            // What would be refused anyway spends no code.
            let unusable = if field == "password" { WORD } else { ADA };
            assert!(with(WORD, unusable, &shown(&house, &seed, 0)).await.body.contains("There is a problem"), "{path}");
            if field == "email" {
                let sent = with(WORD, new, &shown(&house, &seed, 0)).await;
                assert!(sent.to.starts_with("/account/email/code?journey="), "{sent:?}");
                assert_eq!(house.letters().await.len(), 1);
                let again = with(WORD, "third@example.org", &shown(&house, &seed, 0)).await;
                assert!(again.body.contains("There is a problem"), "W08: a code works once: {again:?}");
            }
        }
        house.later(Duration::from_mins(1));
        let fields = [("current_password", WORD), ("password", NEW), ("code", codes[0].as_str())];
        assert_eq!(hers.post("/account/password", &fields).await.to, "/account?news=password_changed");
        let letters: Vec<String> = house.letters().await.into_iter().map(|(_, text)| text.subject).collect();
        assert!(letters.len() == 2 && letters.iter().any(|subject| subject.contains("recovery code")), "{letters:?}");
        assert_eq!(house.events("credential.recovery_code_used").await, 1);
        assert_eq!(house.events("auth.stepped_up").await, 2);
    }

    async fn b06_codes_guessed_beside_the_password_are_counted_as_at_sign_in(world: World) {
        let (house, hers) = ada(world).await;
        let (seed, _) = set_up(&house, &hers).await;
        for (path, round) in [("/account/email", 1), ("/account/password", 2)] {
            let with = async |code: &str| {
                let fields = [("current_password", WORD), ("password", NEW), ("email", "new@example.org"), ("code", code)];
                hers.post(path, &fields).await
            };
            for miss in 1..=5 {
                let page = with("aaaaa-aaaaa").await;
                assert_eq!(page.body.contains("too many wrong codes"), miss == 5, "{path} {miss}: {page:?}");
            }
            let page = with(&shown(&house, &seed, 0)).await;
            assert!(page.body.contains("too many wrong codes"), "{path}: {page:?}");
            let page = sign_in_with(&hers, &shown(&house, &seed, 0)).await;
            assert!(page.body.contains("too many wrong codes"), "one counter for both: {page:?}");
            let counted = (house.events("auth.locked").await, house.events("credential.code_failed").await);
            assert_eq!(counted, (round, 5 * round));
            // Long enough for the one, and not for the other: her session would end unused.
            house.later(Duration::from_mins(8));
            assert_eq!(hers.get("/account").await.status, 200);
            house.later(Duration::from_mins(8));
            let done = with(&shown(&house, &seed, 0)).await;
            assert!(done.status == 303 && done.to.starts_with("/account"), "{path}: {done:?}");
        }
    }

    async fn s09_taking_it_away_or_replacing_it_puts_everybody_else_out(world: World) {
        let (house, hers) = ada(world).await;
        let (seed, codes) = set_up(&house, &hers).await;
        let other = Visitor::new(&house);
        assert_eq!(sign_in_with(&other, &codes[0]).await.to, "/account");
        house.letters().await;
        let fields = [("act", "replace"), ("current_password", WORD), ("code", &shown(&house, &seed, 0))];
        let proven = hers.post(SETTINGS, &fields).await;
        // Until the new app has shown its first code, the old one stands.
        assert_eq!(other.get("/account").await.status, 200);
        let (newer, _) = confirm(&house, &hers, &proven).await;
        assert_eq!(other.get("/account").await.to, "/sign-in");
        assert!(house.letter().await.subject.contains("second step"));
        assert!(sign_in_with(&other, &shown(&house, &seed, 0)).await.body.contains("There is a problem"));
        assert_eq!(sign_in_with(&other, &shown(&house, &newer, 0)).await.to, "/account");
        house.later(Duration::from_mins(1));
        // A set-up page left open from before does not bring the old proof back.
        let journey = proven.parameter("journey");
        let stale = secret(&hers.get(&proven.to).await.body);
        let fields = [("journey", journey.as_str()), ("code", &shown(&house, &stale, 1))];
        assert_eq!(hers.post("/account/second-step/set-up", &fields).await.to, SETTINGS);
        let fields = [("act", "remove"), ("current_password", WORD), ("code", &shown(&house, &newer, 0))];
        let before = cookie(&hers);
        assert_eq!(hers.post(SETTINGS, &fields).await.to, "/account?news=second_step_off");
        assert_eq!(other.get("/account").await.to, "/sign-in");
        assert!(house.letter().await.subject.contains("removed"));
        assert_eq!(house.events("credential.authenticator_removed").await, 1);
        // Her own session goes on, worth no more than her password.
        assert!(session(&house, &before).await.is_none());
        let who = session(&house, &cookie(&hers)).await.unwrap();
        assert_eq!((who.acr, who.amr.as_str()), (Level::A0, "pwd"));
        assert_eq!(sign_in(&other, WORD).await.to, "/account");
    }

    async fn secret_and_recovery_codes_are_shown_to_the_session_that_asked(world: World) {
        let (house, hers) = ada(world).await;
        house.resident("Bob Finch", "bob@example.org", WORD).await;
        let bob = Visitor::new(&house);
        bob.post("/sign-in", &[("email", "bob@example.org"), ("password", WORD)]).await;
        let proven = hers.post(SETTINGS, &[("current_password", WORD)]).await;
        let picture = format!("/account/second-step/qr?journey={}", proven.parameter("journey"));
        let mine = hers.get(&picture).await;
        assert!(mine.status == 200 && mine.body.contains("<svg "), "{mine:?}");
        assert!(mine.headers.contains(&("content-type".into(), "image/svg+xml".into())));
        assert!(mine.headers.contains(&("cache-control".into(), "no-store".into())));
        assert!(hers.get(&proven.to).await.body.contains("src=\"/account/second-step/qr?journey="));
        for place in [&picture, &proven.to] {
            assert_eq!(bob.get(place).await.to, SETTINGS, "{place}");
            assert_eq!(Visitor::new(&house).get(place).await.to, "/sign-in", "{place}");
        }
        let seed = secret(&hers.get(&proven.to).await.body);
        let fields = [("journey", proven.parameter("journey")), ("code", shown(&house, &seed, 0))];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(bob.post("/account/second-step/set-up", &fields).await.to, SETTINGS);
        let done = hers.post("/account/second-step/set-up", &fields).await;
        assert_eq!(bob.get(&done.to).await.status, 410);
        assert_eq!(hers.get(&done.to).await.status, 200);
        house.later(Duration::from_mins(14));
        hers.get("/account").await;
        house.later(Duration::from_mins(14));
        hers.get("/account").await;
        house.later(Duration::from_mins(3));
        assert_eq!(hers.get(&done.to).await.status, 410, "not for ever");
    }
}
