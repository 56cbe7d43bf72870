//! What the clock ends, and whom it reminds.

use super::{ADA, NEWS, WORD, ada, lines, says, standing};
use crate::app::{Changes, House, NOON};
use crate::visitor::Visitor;
use portreeve::domain::account::FullName;
use portreeve::domain::claims::{Claim, Requested};
use portreeve::domain::ids::AccountId;
use portreeve::domain::sharing::{Decider, Reason, RecordState, Release};
use portreeve::jobs::end_consents::EndConsents;
use portreeve::jobs::runner::Duty as _;
use portreeve::service::{records, retention};
use portreeve::store::sharing as stored;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

async fn round(house: &House) {
    EndConsents.round(&house.app, house.app.now()).await.unwrap();
}

/// The newsletter's share names its next edition, which is another in substance and holds from 1 July 2027.
const NEXT: Changes<'static> = &[
    ("notices/permit-newsletter@2.en.md", "", "# Newsletter\n\nNew words.\n"),
    ("notices/permit-newsletter@2.cy.md", "", "# Cylchlythyr\n\nGeiriau newydd.\n"),
    ("services/parking-permits.toml", "permit-newsletter@1", "permit-newsletter@2"),
    (
        "register.toml",
        "[[notice]]\nid = \"trying-out\"",
        "[[notice]]\nid = \"permit-newsletter\"\nversion = 2\nchange = \"material\"\nwhy = \"Offers too\"\n\
         approved_by = \"Information Governance Board\"\napproved_ref = \"IGB 7\"\neffective_from = 2027-07-01\n\n\
         [[notice]]\nid = \"trying-out\"",
    ),
];

/// Midnight in London, where it is summer.
const ITS_DAY: i64 = 1_814_396_400;

/// What becomes of her email address at Parking permits.
async fn decided(house: &House, who: AccountId) -> Release {
    let (app, permits) = (&house.app, super::client(house, "parking-permits"));
    let rows = stored::standings_at(&mut app.db.peek(), who, "parking-permits").await.unwrap();
    // The newsletter alone: the address goes out for the permit as well.
    let rows = rows.into_iter().filter(|row| row.purpose == "permit-newsletter").collect();
    let wanted = Requested { userinfo: [Claim::Email].into(), ..Requested::default() };
    records::decide(&app.snapshot(), &wanted, &permits, rows, app.now()).unwrap()
}

fn why(decided: &Release) -> Option<Reason> {
    let news = decided.withheld.iter().find(|one| one.purpose.as_deref() == Some("permit-newsletter"));
    news.map(|one| one.why)
}

both! {
    async fn an_edition_named_before_its_day_supersedes_at_midnight_and_not_before(world: World) {
        let house = House::with(world, &[], NEXT).await;
        let (ada, _) = ada(&house).await;
        assert_eq!(standing(&house, ada, "permit-newsletter").await.notice.to_string(), "permit-newsletter@1");
        house.later(Duration::from_secs(u64::try_from(ITS_DAY - NOON - 1).unwrap()));
        let ben = house.resident("Ben Oak", "ben@example.org", WORD).await;
        says(&house, ben, "parking-permits", "permit-newsletter").await;
        round(&house).await;
        let visitor = Visitor::new(&house);
        visitor.post("/sign-in", &[("email", ADA), ("password", WORD)]).await;
        let choose = format!("{NEWS}/choose");
        let page = visitor.get(&choose).await;
        for body in [&page.body, &visitor.get(NEWS).await.body, &visitor.get("/privacy").await.body] {
            assert!(body.contains("permit-newsletter@1") && !body.contains("permit-newsletter@2"), "{body}");
        }
        for who in [ada, ben] {
            assert_eq!(why(&decided(&house, who).await), None);
            assert_eq!(standing(&house, who, "permit-newsletter").await.notice.version, 1);
        }

        house.later(Duration::from_secs(1));
        // No job has run.
        for who in [ada, ben] {
            assert_eq!(why(&decided(&house, who).await), Some(Reason::Superseded));
        }
        let late = visitor.post(&choose, &[("seen", &page.hidden("seen")), ("consent", "allow")]).await;
        assert_eq!(late.to, choose, "she reads the new one first");
        let page = visitor.get(&choose).await;
        for body in [&page.body, &visitor.get(NEWS).await.body, &visitor.get("/privacy").await.body] {
            assert!(body.contains("/notices/permit-newsletter@2"), "{body}");
        }
        round(&house).await;
        round(&house).await;
        assert_eq!(house.events("sharing.consent_superseded").await, 2);
        let stands = standing(&house, ben, "permit-newsletter").await;
        assert_eq!((stands.state, stands.record), (RecordState::Superseded, None));
        let page = visitor.get(&choose).await;
        visitor.post(&choose, &[("seen", &page.hidden("seen")), ("consent", "allow")]).await;
        let stands = standing(&house, ada, "permit-newsletter").await;
        assert_eq!((stands.state, stands.notice.version), (RecordState::Given, 2));
        assert_eq!(why(&decided(&house, ada).await), None);
        assert_eq!(why(&decided(&house, ben).await), Some(Reason::Superseded));
    }

    async fn a_consent_ends_and_she_is_reminded_once_before(world: World) {
        let house = House::new(world).await;
        let (ada, _) = ada(&house).await;
        house.letters().await;
        house.later(DAY * 650);
        round(&house).await;
        assert_eq!(house.letters().await.len(), 0);
        house.later(DAY * 30);
        round(&house).await;
        round(&house).await;
        let (to, letter) = house.letters().await.remove(0);
        assert_eq!((to.as_str(), house.events("sharing.consent_reminded").await), ("ada@example.org", 1));
        assert!(letter.subject.contains("Parking permits") && letter.subject.contains("1 December 2028"), "{letter:?}");
        assert!(letter.body.lines().any(|line| line == house.at("/account/sharing")), "{}", letter.body);
        assert_eq!(house.letters().await.len(), 0);
        assert!(standing(&house, ada, "permit-newsletter").await.is_in_force(house.app.now()));
        house.later(DAY * 60);
        round(&house).await;
        round(&house).await;
        let stands = standing(&house, ada, "permit-newsletter").await;
        assert_eq!((stands.state, stands.record), (RecordState::Expired, None));
        assert_eq!(house.events("sharing.consent_expired").await, 1);
        let line = lines(&house, ada).await.pop().unwrap();
        assert_eq!((line.how.actor, line.how.reason.as_deref()), (Some(Decider::System), Some("ran_out")));
        // What is no consent does not run out.
        assert!(standing(&house, ada, "issue-resident-permit").await.is_in_force(house.app.now()));
    }

    async fn f11_no_consent_ends_and_nobody_is_reminded_at_a_clock_that_jumped(world: World) {
        let house = House::new(world).await;
        let (ada, _) = ada(&house).await;
        house.letters().await;
        retention::look_at_the_clock(&house.app, house.app.now()).await.unwrap();
        let nothing = async || {
            round(&house).await;
            let said = ["sharing.consent_expired", "sharing.consent_reminded"];
            (house.letters().await.len(), house.events(said[0]).await, house.events(said[1]).await) == (0, 0, 0)
        };
        house.later(DAY * 690);
        assert!(nothing().await, "in the months of the reminder");
        house.later(DAY * 2_960);
        assert!(nothing().await);
        // Ten years did go by, as somebody says.
        assert!(retention::confirm_clock(&house.app, &FullName::parse("Bea Lloyd").unwrap(), house.app.now()).await.unwrap());
        round(&house).await;
        assert_eq!(standing(&house, ada, "permit-newsletter").await.state, RecordState::Expired);
        assert_eq!(house.events("sharing.consent_expired").await, 1);
    }

    async fn one_who_said_yes_again_is_not_reminded_of_the_first(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        house.letters().await;
        house.later(DAY * 650);
        super::says(&house, who, "parking-permits", "permit-newsletter").await;
        house.later(DAY * 90);
        round(&house).await;
        assert_eq!((house.letters().await.len(), house.events("sharing.consent_expired").await), (0, 0));
        assert_eq!(house.events("sharing.consent_reaffirmed").await, 1);
    }
}
