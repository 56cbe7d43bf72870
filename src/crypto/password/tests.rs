use super::*;
use std::time::Duration;

fn hasher(cost: Cost, pepper: Option<u8>) -> Hasher {
    Hasher::new(cost, 1, 4, pepper.map(|byte| RootSecret::from([byte; 32])).as_ref()).unwrap()
}

fn password(typed: &str) -> Password {
    Password::parse(typed).unwrap()
}

/// Row A09.
#[test]
fn passwords_are_kept_whole_as_typed() {
    for typed in [&"x".repeat(64), &"y".repeat(128), " lead and trail ", "🐝🦊🌧️🍞🧵🪣🎻🛶", "ÀÉÎÕÜ password"]
    {
        assert_eq!(password(typed).as_str(), typed);
    }
    assert_eq!(password("e\u{301}clair cafe\u{301}").as_str(), "éclair café", "two keyboards, one password");
    assert_eq!(password("no\u{A0}break\u{3000}space").as_str(), "no break space");
    assert_ne!(password("PASSWORDS").as_str(), password("passwords").as_str());
    assert_eq!(Password::parse("1234567").unwrap_err(), PasswordError::TooShort);
    assert_eq!(Password::parse("").unwrap_err(), PasswordError::TooShort);
    assert_eq!(Password::parse("e\u{301}".repeat(4).as_str()).unwrap_err(), PasswordError::TooShort, "4 characters");
    assert!(Password::parse("12345678").is_ok());
    assert!(Password::attempt("short").is_ok(), "wrong, not an error");
}

/// Row A10.
#[test]
fn what_nobody_types_is_refused_before_hashing() {
    assert!(Password::parse(&"x".repeat(1024)).is_ok());
    for parse in [Password::parse, Password::attempt] {
        assert_eq!(parse(&"x".repeat(1025)).unwrap_err(), PasswordError::TooLong);
        assert_eq!(parse(&"x".repeat(1_000_000)).unwrap_err(), PasswordError::TooLong);
        assert_eq!(parse("pass\0word").unwrap_err(), PasswordError::Untypable);
        // As typed, too: NFC would make 800 bytes of these 1,200.
        assert_eq!(parse(&"e\u{301}".repeat(400)).unwrap_err(), PasswordError::TooLong);
        // NFC may lengthen: U+1D160 becomes three marks of four bytes each.
        assert_eq!(parse(&"\u{1D160}".repeat(200)).unwrap_err(), PasswordError::TooLong);
    }
}

#[tokio::test]
async fn the_right_password_matches_and_twins_do_not() {
    let hasher = hasher(Cost::FLOOR, None);
    let long = "z".repeat(72);
    let stored = hasher.hash(password(&format!("{long}a"))).await.unwrap();
    let verify = |typed: String| hasher.verify(password(&typed), &stored);
    assert_eq!(verify(format!("{long}a")).await, Ok(Verdict { matches: true, needs_rehash: false }));
    for twin in [format!("{long}b"), long.clone(), format!("{long}a "), format!("{long}A")] {
        assert_eq!(verify(twin).await, Ok(Verdict { matches: false, needs_rehash: false }));
    }
    assert!(stored.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored.as_str());
    assert_ne!(stored, hasher.hash(password(&format!("{long}a"))).await.unwrap(), "a salt each");
    assert_eq!(
        hasher.seat().unwrap().verify_nobody(password("anything at all")).await.map(|verdict| verdict.matches),
        Ok(false)
    );
}

#[tokio::test]
async fn a_hash_of_another_cost_is_made_anew_when_it_matches() {
    let stored = hasher(Cost::FLOOR, None).hash(password("turnip lantern")).await.unwrap();
    let dearer = hasher(Cost::new(20 * 1024, 2, 1).unwrap(), None);
    let verdict = dearer.verify(password("turnip lantern"), &stored).await;
    assert_eq!(verdict, Ok(Verdict { matches: true, needs_rehash: true }));
    let verdict = dearer.verify(password("turnip lanterns"), &stored).await;
    assert_eq!(verdict, Ok(Verdict { matches: false, needs_rehash: false }));
}

#[test]
fn the_cost_is_never_under_the_floor() {
    assert!(Cost::new(19 * 1024, 2, 1).is_some());
    for (memory, passes, lanes) in [(19 * 1024 - 1, 2, 1), (46 * 1024, 1, 1), (19 * 1024, 2, 0), (u32::MAX, 2, 1)] {
        assert_eq!(Cost::new(memory, passes, lanes), None);
    }
}

#[tokio::test]
async fn a_pepper_is_needed_again_once_used() {
    let (plain, peppered, other) =
        (hasher(Cost::FLOOR, None), hasher(Cost::FLOOR, Some(1)), hasher(Cost::FLOOR, Some(2)));
    let stored = peppered.hash(password("turnip lantern")).await.unwrap();
    let verify = |hasher: &Hasher| {
        let hasher = hasher.clone();
        let stored = stored.clone();
        async move { hasher.verify(password("turnip lantern"), &stored).await }
    };
    assert_eq!(verify(&peppered).await, Ok(Verdict { matches: true, needs_rehash: false }));
    assert_eq!(verify(&plain).await, Err(HashError::NoPepper));
    assert_eq!(verify(&other).await, Err(HashError::NoPepper));
    // A thief who drops the key's name from the row has not dropped the key.
    let (head, tail) = stored.as_str().split_once(",keyid=").unwrap();
    let stripped = Phc::from_stored(format!("{head}{}", &tail[tail.find('$').unwrap()..]));
    let verdict = plain.verify(password("turnip lantern"), &stripped).await;
    assert_eq!(verdict, Ok(Verdict { matches: false, needs_rehash: false }));
    let before = plain.hash(password("turnip lantern")).await.unwrap();
    let verdict = peppered.verify(password("turnip lantern"), &before).await;
    assert_eq!(verdict, Ok(Verdict { matches: true, needs_rehash: true }), "from before the pepper");
}

#[tokio::test]
async fn only_argon2id_hashes_are_read() {
    let hasher = hasher(Cost::FLOOR, None);
    let good = hasher.hash(password("turnip lantern")).await.unwrap();
    let id = good.as_str();
    for bad in
        ["", "plain", "$2b$12$abcdefghijklmnopqrstuv", &id.replace("argon2id", "argon2i"), &id.replace("v=19", "v=16")]
    {
        let stored = Phc::from_stored(bad.to_owned());
        assert_eq!(hasher.verify(password("turnip lantern"), &stored).await, Err(HashError::Damaged), "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z03_a_crowd_is_turned_away_once_the_queue_is_full() {
    let hasher = Hasher::new(Cost::FLOOR, 1, 3, None).unwrap();
    let crowd: Vec<_> = (0..50)
        .map(|_| {
            let hasher = hasher.clone();
            tokio::spawn(async move { hasher.seat()?.verify_nobody(password("turnip lantern")).await })
        })
        .collect();
    let (mut served, mut busy) = (0, 0);
    for one in crowd {
        match one.await.unwrap() {
            Ok(_) => served += 1,
            Err(error) => {
                assert_eq!(error, HashError::Busy);
                busy += 1;
            }
        }
    }
    assert!(served >= 4 && busy > 0, "{served} served, {busy} turned away");
    assert!(
        hasher.seat().unwrap().verify_nobody(password("turnip lantern")).await.is_ok(),
        "and it goes on afterwards"
    );
}

/// Memory stays at permits times the cost even when everybody hangs up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn z03_a_request_given_up_keeps_its_core_until_the_hash_is_done() {
    let hasher = Hasher::new(Cost::new(256 * 1024, 4, 1).unwrap(), 1, 0, None).unwrap();
    let given_up = tokio::time::timeout(Duration::from_millis(5), hasher.hash(password("turnip lantern"))).await;
    assert!(given_up.is_err(), "the hash should take far longer than this");
    assert_eq!(hasher.hash(password("turnip lantern")).await.unwrap_err(), HashError::Busy);
}

#[test]
fn passwords_and_hashes_do_not_print() {
    let phc = Phc::from_stored("$argon2id$secret".into());
    assert_eq!(format!("{:?} {phc:?}", password("turnip lantern")), "Password(…) Phc(…)");
    assert!(!format!("{:?}", hasher(Cost::FLOOR, Some(7))).contains("7, 7"));
}
