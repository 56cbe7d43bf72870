//! The desk itself: that nobody of the staff becomes a resident there, and what it shows of a breach (questions 33 and 35).

use super::{Council, OTHERS, PERSONAL, facts, pairs, tables, without};
use crate::log::seal;
use crate::rooms;
use crate::search::story::{ADA, GARDEN, PARKING};
use crate::visitor::Visitor;
use portreeve::http::cookies::{Cookies, Name};
use portreeve::routes::desk::DESK;
use portreeve::store::sessions;
use std::time::Duration;

const WHY: [(&str, &str); 3] = [("purpose", "security"), ("reason", "security_incident"), ("case", "INC-3")];

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

both! {
    async fn q33_no_member_of_staff_signs_in_as_a_resident(world: World) {
        // No code but signing in, signing up and the further step begins a resident's session.
        let breaches = rooms::sessions_begun_elsewhere();
        assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
        let mut council = Council::told(world).await;
        let open = sessions::list(&mut council.story.app().db.peek(), council.story.ada).await.unwrap().len();
        let cookies = Cookies::new(&council.story.app().origin);
        let resident = cookies.name(Name::Session);
        let enquiry = council.story.looks_at(&mut council.imogen, ADA, ("resident_asked", "CRM-88126")).await;
        let enquiry = enquiry.rsplit('/').next().unwrap().to_owned();
        let ada = council.story.ada.to_string();
        // No page of theirs sets a resident's cookie, whoever asks for what.
        for desk in [&mut council.imogen, &mut council.callum, &mut council.dee] {
            // Signing out comes last.
            let (last, lines): (Vec<_>, Vec<_>) = DESK.iter().partition(|line| line.path == "/sign-out");
            for line in lines.into_iter().chain(last) {
                let filled = |part| match part {
                    "{account}" => ada.as_str(),
                    part if part.starts_with('{') => enquiry.as_str(),
                    part => part,
                };
                let path = line.path.split('/').map(filled).collect::<Vec<_>>().join("/");
                let fields = [("purpose", "help"), ("reason", "resident_asked"), ("case", "CRM-1"), ("who", ADA), ("resident", ADA), ("field", "email"), ("email", ADA), ("account", &ada)];
                let said = if line.method == "GET" { desk.browser.get(&path).await } else { desk.browser.post(&path, &fields).await };
                assert!(said.status < 500, "{} {path}: {}", line.method, said.body);
                let named = |set: &String| set.split('=').next().unwrap() == resident;
                assert!(!said.set.iter().any(named), "{} {path}: {:?}", line.method, said.set);
            }
            assert!(desk.browser.cookie(resident).is_none());
        }
        let still = sessions::list(&mut council.story.app().db.peek(), council.story.ada).await.unwrap().len();
        assert_eq!(still, open, "she has no session that she did not begin");
        // Nor does a session of theirs open anything of hers on the public listener, under whichever name.
        council.story.house.later(Duration::from_secs(1));
        council.imogen.browser.show_passkey("/sign-in").await;
        let theirs = council.imogen.browser.cookie(cookies.name(Name::Staff)).unwrap().clone();
        for name in [cookies.name(Name::Staff), resident] {
            let visitor = Visitor::new(&council.story.house);
            visitor.plant(name, &theirs);
            for path in ["/account", "/account/seen", "/account/second-step", "/account/password"] {
                let answer = visitor.get(path).await;
                assert!(answer.to.starts_with("/sign-in"), "{name} {path}: {} {}", answer.status, answer.to);
                without(&answer.body, PERSONAL);
            }
        }
        // And hers opens nothing of theirs.
        let hers = crate::seen::signed_in(&council.story.house, ADA).await;
        assert_eq!(hers.get("/account").await.status, 200);
        let token = hers.cookie(resident).unwrap();
        let mut thief = crate::staff::browser::Officer::new(council.story.app());
        for name in [cookies.name(Name::Staff), resident] {
            thief.plant(name, &token);
            assert_eq!(thief.get("/").await.to, "/sign-in", "{name}");
        }
    }

    async fn q35_a_breach_at_two_in_the_morning(world: World) {
        let mut council = Council::told(world).await;
        seal(council.story.app()).await;
        council.story.house.later(Duration::from_secs(1));
        // Whom does it concern? What Parking permits got that day, and nothing of Garden waste or of the looks.
        let measure = async |council: &mut Council, service: &str, officer: &str, window: (&str, &str)| {
            let typed = [&WHY[..], &[("from", window.0), ("to", window.1), ("service", service), ("officer", officer)]].concat();
            let kept = council.dee.browser.post("/breaches/measure", &typed).await;
            assert_eq!(kept.status, 303, "{}", kept.body);
            let page = council.dee.browser.get(&kept.to).await;
            assert_eq!(page.status, 200, "{}", page.body);
            without(&page.body, PERSONAL);
            (page.body.clone(), tables(&page.body))
        };
        let day = ("2026-12-01T02:00", "2026-12-01T23:00");
        let (page, found) = measure(&mut council, PARKING, "", day).await;
        let wanted = [
            ("In all", vec![row(&["1", "1"])]),
            ("By service", vec![row(&["Parking permits", "1", "1"])]),
            ("By service and data", vec![row(&["Parking permits", "Address", "1", "1"]), row(&["Parking permits", "Full name", "1", "1"])]),
            ("By category of data", vec![row(&["sharing.other_basis", "1", "1"])]),
        ];
        let wanted: Vec<_> = wanted.into_iter().map(|(caption, rows)| (caption.to_owned(), rows)).collect();
        assert_eq!(found, wanted);
        without(&page, OTHERS);
        // By one officer's hand: her look and her search, at one resident.
        let imogen = council.imogen.id.to_string();
        let (_, found) = measure(&mut council, "", &imogen, day).await;
        assert_eq!(found[0].1, [row(&["3", "1"])], "{found:?}");
        // Another window, another answer; and so another story.
        let (_, found) = measure(&mut council, PARKING, "", ("2026-12-01T02:00", "2026-12-01T12:00")).await;
        assert_eq!(found[0].1, [row(&["0", "0"])]);
        council.story.releases(council.story.bob, PARKING, "name").await;
        council.story.releases(council.story.bob, GARDEN, "email").await;
        seal(council.story.app()).await;
        let (_, found) = measure(&mut council, PARKING, "", day).await;
        assert_eq!((&found[0].1, &found[1].1), (&vec![row(&["2", "2"])], &vec![row(&["Parking permits", "2", "2"])]));

        // By when is the regulator told?
        let mut left = Vec::new();
        for aware in ["2026-12-01T02:00", "2026-12-01T03:00"] {
            let what = [("title", "A laptop was lost"), ("aware", aware), ("subjects", "2")];
            let kept = council.dee.browser.post("/breaches", &[&WHY[..], &what].concat()).await;
            assert!(kept.to.starts_with("/breaches/"), "{}", kept.body);
            let page = council.dee.browser.get(&kept.to).await.body;
            let said = facts(&page);
            let of = |name: &str| pairs(&said).into_iter().find(|(key, _)| *key == name).unwrap().1.to_owned();
            left.push((of("Tell the regulator by"), of("Regulator")));
            without(&page, PERSONAL);
        }
        let wanted = [
            ("4 December 2026 at 2am", "60 hours and 59 minutes left"),
            ("4 December 2026 at 3am", "61 hours and 59 minutes left"),
        ];
        assert_eq!(left, wanted.map(|(by, left)| (by.to_owned(), left.to_owned())));
        assert_eq!(council.callum.browser.get("/breaches").await.status, 403, "who is not of governance does not read of it");
    }
}
