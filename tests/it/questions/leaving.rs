//! How data leaves: questions 14, 22 to 24, 26, 27, 29 and 40.

use crate::retention::{DAY, UNWARNED, carry_out, days, house, is_there, person, seal};
use crate::sharing::{WORD, ada};
use crate::visitor::Visitor;
use crate::wording;
use portreeve::domain::account::State;
use portreeve::domain::retention::{HoldKind, Scope};
use portreeve::policy::{Bundle, sample};
use portreeve::service::erasure::{self, Cause, Erased};
use portreeve::service::post::Text;
use portreeve::service::retention::{self, LeftAlone, NewHold};
use portreeve::service::standing::Why;
use portreeve::store::{accounts, sharing, signals};

both! {
    async fn q14_erase_her_what_stays_why_and_until_when(world: World) {
        let house = house(world, &[]).await;
        let (who, visitor) = ada(&house).await;
        let (app, now) = (&house.app, house.app.now());
        let kept = erasure::kept(app, who, now).await.unwrap();
        let said: Vec<_> = kept
            .iter()
            .map(|one| (one.what, one.rationale.as_str(), one.legal_basis.as_str(), one.until.to_string()))
            .collect();
        // A rule's end, and up to two runs that cool for a week each.
        let stays = [
            ("sharing_record", "Proves what was shared, on which basis", "UK GDPR Art 5(2)", "2032-12-17"),
            (
                "signal",
                "Proves that whoever had the data was told, and what they said; it names claims, never a value",
                "UK GDPR Art 5(2), 7(3), 19",
                "2032-12-17",
            ),
            ("log", "Claims and fraud, and a year over", "Limitation Act 1980", "2034-04-17"),
            (
                "erasure",
                "Shows that it was done and who was told, erases again what a backup brings back, and ends what was shared",
                "UK GDPR Art 5(2), 17, 19",
                "2033-12-17",
            ),
            ("backup", "After a week no copy can read who was erased", "UK GDPR Art 17, 32(1)(c)", "2026-12-08"),
        ];
        assert_eq!(said, stays.map(|(what, why, law, until)| (what, why, law, until.to_owned())));
        // And she reads it in plain words before she decides.
        let page = visitor.get("/account/delete").await.body;
        let (_, list) = page.split_once("It holds your name or address only where you wrote them to us:").unwrap();
        let (list, _) = list.split_once("</ul>").unwrap();
        let lines: Vec<&str> = list.split("<li>").skip(1).map(|line| line.split("</li>").next().unwrap()).collect();
        assert_eq!(
            lines,
            [
                "what services were given and why, without what it said, until 17 December 2032 at the latest, \
                 so that we can show what was shared, and that we were allowed to share it",
                "which services were told that you left, and what they answered, until 17 December 2032 at the latest, \
                 so that we can show that they were told",
                "a numbered record that something was done, without names, until 17 April 2034 at the latest, \
                 so that we can answer claims and notice fraud",
                "that an account was deleted, so that a backup cannot bring it back, until 17 December 2033 at the latest, \
                 and so that we can show that we did it",
                "copies that we make in case something fails, from which your details could be read until 8 December 2026 at \
                 the latest, so that what fails can be put right",
            ]
        );
        let cause = Cause::Resident(portreeve::domain::audit::Context::default());
        assert!(matches!(erasure::erase(app, who, &cause, None, now).await.unwrap(), Erased::Done { .. }));
        house.later(DAY);
        seal(&house).await;
        retention::finish_erasures(app, app.now()).await.unwrap();
        let after = erasure::kept(app, who, now).await.unwrap();
        assert_eq!(after.iter().map(|one| one.what).collect::<Vec<_>>(), stays.map(|(what, ..)| what));
        assert!(sharing::of_account(&mut app.db.peek(), who).await.unwrap().iter().all(|line| !wording::says(&line.claims, "Ada")));
    }

    async fn q22_the_schedule_in_force_and_who_approved_it(world: World) {
        let house = house(world, &[]).await;
        let snapshot = house.app.snapshot();
        let schedule = &snapshot.policy.retention;
        assert_eq!((schedule.version.as_str(), schedule.approved_by.join(", ")), ("2026-11-22.1", "Meg Hale, Tom Reed".into()));
        assert!(!schedule.is_draft());
        // The samples as they are shipped: nobody stands behind them.
        house.activate(&[]).await;
        assert!(house.app.snapshot().policy.retention.is_draft());
    }

    async fn q23_what_will_be_destroyed_next_month_and_q24_what_another_period_would_change(world: World) {
        let house = house(world, &[UNWARNED]).await;
        for nth in 0..3 {
            house.resident("Ada Wójcik", &format!("ada{nth}@example.org"), WORD).await;
        }
        // Made on 1 December 2026; it is 3 November 2028.
        days(&house, 703).await;
        let schedule = house.app.snapshot().policy.retention.clone();
        let forecast = retention::forecast(&house.app, &schedule, 3, house.app.now()).await.unwrap();
        let of = |months: &retention::Months| months.rules.iter().find(|rule| rule.rule == "account.dormant").unwrap().numbers.clone();
        assert_eq!(of(&forecast), [3, 0, 0], "in the month up to 3 December");
        let mut files = sample::files("http://localhost:8090", "http://localhost:8091");
        let (_, text) = files.iter_mut().find(|(path, _)| path == "retention.toml").unwrap();
        *text = text.replace("trigger = \"last_activity\"\nperiod = \"P24M\"", "trigger = \"last_activity\"\nperiod = \"P25M\"");
        let other = Bundle::from_files(files, &house.app.issuer).unwrap();
        let forecast = retention::forecast(&house.app, &other.retention, 3, house.app.now()).await.unwrap();
        assert_eq!(of(&forecast), [0, 3, 0], "a month later");
    }

    async fn q26_an_foi_hold_bites_and_q27_the_certificate_says_so(world: World) {
        let house = house(world, &[UNWARNED]).await;
        let ada = house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let ben = house.resident("Ben Okafor", "ben@example.org", WORD).await;
        days(&house, 740).await;
        let hold = NewHold {
            id: "FOI-2026-0417".into(),
            kind: HoldKind::Foi,
            reason: "A request about accounts".into(),
            scope: Scope { account: Some(ada), ..Scope::default() },
            owner: person("Meg Hale"),
            review_by: house.app.now() + DAY * 60,
        };
        retention::place(&house.app, &hold, &person("Meg Hale"), house.app.now()).await.unwrap().unwrap();
        let certificate = carry_out(&house).await;
        let part = certificate.parts.iter().find(|part| part.rule == "account.dormant").unwrap();
        assert_eq!((part.due, part.destroyed, part.held), (1, 1, 1));
        assert_eq!(certificate.holds, [("FOI-2026-0417".to_owned(), "foi".to_owned())]);
        assert!(is_there(&house, ada).await && !is_there(&house, ben).await);
        let one = LeftAlone { because: "hold".into(), what: "FOI-2026-0417".into(), items: 1 };
        assert_eq!((&part.left[..], &part.decided[..], &part.failed[..]), (&[one][..], &[][..], &[][..]));
        // Both were last used on 1 December 2026; it ended on 18 December 2028.
        assert_eq!((&part.oldest.as_ref().unwrap()[..10], &part.newest.as_ref().unwrap()[..10]), ("2026-12-01", "2026-12-01"));
        assert_eq!((part.still_due, part.beyond_use_until.as_deref()), (Some(0), Some("2028-12-25")));
        let copies = certificate.copies.as_ref().unwrap();
        let ends = [&copies.data, &copies.vault].map(|end| end.as_ref().map(|end| (end.rule.as_str(), end.until.as_str())));
        assert_eq!(ends, [Some(("backup", "2029-01-22")), Some(("backup.vault", "2028-12-25"))]);
        let stays: Vec<_> = certificate.stays.iter().map(|one| (one.category.as_str(), one.rows, one.until.as_deref())).collect();
        // A rule's end, and up to two runs that cool for a week each; the evidence key, when the last of what it sealed is over.
        let until = [
            ("erasure", Some(1), Some("2036-01-03")),
            ("person_key", Some(1), Some("2036-01-03")),
            ("retention.record", None, Some("2049-01-03")),
            ("event.envelope", None, Some("2036-04-17")),
            ("log.checkpoint", None, None),
            ("policy.version", None, None),
        ];
        assert_eq!(stays, until);
        let text = serde_json::to_string(&certificate).unwrap();
        assert!(!text.contains("Wójcik") && !text.contains(&ada.to_string()) && !text.contains(&ben.to_string()), "{text}");
        let (row, _, holds) = retention::certificates(&house.app, 1).await.unwrap().remove(0);
        assert!(holds && row.note.contains("/disposal\n") && certificate.schedule_approved_by == ["Meg Hale", "Tom Reed"]);
    }

    async fn q29_the_three_notices_of_an_account_nobody_uses(world: World) {
        let house = house(world, &[]).await;
        house.resident("Ada Wójcik", "ada@example.org", WORD).await;
        let compose = |language: &str, day: jiff::civil::Date| {
            let lang = portreeve::view::Lang::parse(language).unwrap_or_default();
            let letter = house.app.view().letters(lang).dormant("https://account/sign-in", day);
            Text { subject: letter.subject, body: letter.body }
        };
        for wait in [641, 61, 24] {
            days(&house, wait).await;
            assert_eq!(retention::warn(&house.app, &compose, house.app.now()).await.unwrap(), 1);
        }
        // Each was given a day late, and the day moves on with it.
        let letters = house.letters().await;
        let said: Vec<&str> = letters.iter().map(|(_, letter)| letter.subject.as_str()).collect();
        let of = |day: &str| format!("Your account will be deleted on {day} December 2028 unless you use it");
        assert_eq!(said, ["1", "2", "3"].map(of));
        assert!(letters.iter().all(|(_, letter)| letter.body.contains("To keep it, sign in once before then:")));
        assert_eq!(house.events("account.dormancy_warned").await, 3);
    }

    async fn q40_someone_died_and_mail_stops(world: World) {
        let house = house(world, &[]).await;
        let (who, visitor) = ada(&house).await;
        let (app, now) = (&house.app, house.app.now());
        house.letters().await;
        let why = Why::of(app, person("Bea Lloyd"), "security_incident", Some("C-17")).unwrap();
        assert_eq!(erasure::note_death(app, who, &why, now).await.unwrap(), Some(1), "her session ended");
        assert_eq!(visitor.get("/account").await.status, 303);
        assert_eq!(State::parse(&accounts::get(&mut app.db.peek(), who).await.unwrap().state), Some(State::Frozen));
        // Somebody asks for a new password, and a consent comes to its end: neither is written to her address.
        Visitor::new(&house).post("/forgotten-password", &[("email", crate::sharing::ADA)]).await;
        days(&house, 720).await;
        let remind = |_: &portreeve::domain::client::Client, _: portreeve::domain::client::Lang, _: portreeve::domain::time::When| {
            Text { subject: "Your agreement ends".into(), body: "Soon.".into() }
        };
        portreeve::service::sharing::remind(app, &remind, app.now(), 9).await.unwrap();
        let written: Vec<String> = house.letters().await.into_iter().map(|(_, letter)| letter.subject).collect();
        assert_eq!(written, Vec::<String>::new());
        assert!(signals::of_account(&mut app.db.peek(), who).await.unwrap().is_empty());
    }
}
