//! Of what she gave, no more is opened, shown, asked for or told of than what a claim is made from.

use super::Stage;
use super::party::{self, LIBRARY};
use super::record::count;
use crate::app::{House, Service};
use crate::sharing::{NEWS, ada, says};
use portreeve::crypto::tokens::Token;
use portreeve::domain::account::{Address, Birthdate, Detail, Given, Phone, Postcode};
use portreeve::domain::audit::{Basis, Context};
use portreeve::domain::claims::{Claim, ClaimSet, Held};
use portreeve::domain::session::SignedIn;
use portreeve::domain::sharing::{NoticeRef, Tell};
use portreeve::service::{details, sessions};
use std::collections::BTreeSet;

/// The library with one more share, of these claims.
fn library(claims: &str) -> Vec<Service<'static>> {
    let mut files = party::files();
    let library = files.iter_mut().find(|file| file.id == LIBRARY.id).unwrap();
    let share = format!(
        "\n[[share]]\npurpose = \"order-garden-waste\"\nrecipient_role = \"same_controller\"\nbasis = \"contract\"\n\
         claims = [{claims}]\nnotice = \"garden-waste-order@1\"\n\
         recipient_retention = {{ en = \"6 years\", cy = \"6 blynedd\" }}\nrequired = true\n"
    );
    library.toml = String::leak(format!("{}{share}", library.toml));
    files
}

async fn who(stage: &Stage) -> SignedIn {
    let cookie = Token::parse(stage.browser.cookie("portreeve").unwrap()).unwrap();
    sessions::find(&stage.house.app, &cookie, stage.house.app.now()).await.unwrap().unwrap()
}

/// She gives a detail.
pub async fn gives(stage: &Stage, given: Given) {
    let (app, who) = (&stage.house.app, who(stage).await);
    details::give(app, &who, &given, &Context::default(), app.now()).await.unwrap();
}

/// 14 February 1984.
pub fn birthdate() -> Given {
    Given::Birthdate(Birthdate::from_stored("1984-02-14").unwrap())
}

/// 3 Orchard Row.
pub fn address() -> Given {
    Given::Address(Address::at(&["3 Orchard Row", "Havenbrook"], Postcode::parse("HV1 4QT").unwrap(), None).unwrap())
}

/// A mobile number kept for drama.
pub fn phone() -> Given {
    Given::PhoneNumber(Phone::parse("07700 900982").unwrap())
}

both! {
    async fn nothing_is_opened_but_what_the_claims_are_made_from(world: World) {
        let stage = Stage::with(world, &party::files()).await;
        for given in [birthdate(), address(), phone()] {
            gives(&stage, given).await;
        }
        let who = who(&stage).await;
        let opened = |held: &Held| {
            [held.name.is_some(), held.email.is_some(), held.birthdate.is_some(), held.address.is_some(), held.phone.is_some()]
        };
        for (claims, expected) in [
            (vec![], [false; 5]),
            (vec![Claim::Name], [true, false, false, false, false]),
            (vec![Claim::Email], [false, true, false, false, false]),
            (vec![Claim::EmailVerified], [false; 5]),
            (vec![Claim::Over18], [false, false, true, false, false]),
            (vec![Claim::PostcodeDistrict], [false, false, false, true, false]),
            (vec![Claim::PhoneNumber], [false, false, false, false, true]),
            (Claim::ALL.to_vec(), [true; 5]),
        ] {
            let held = details::own_held(&stage.house.app, &who, claims.iter().copied().collect()).await.unwrap();
            assert_eq!(opened(&held), expected, "{claims:?}");
        }
    }

    async fn of_each_detail_the_claims_are_named_that_are_made_from_it(world: World) {
        let stage = Stage::with(world, &library("\"over_18\", \"address\", \"phone_number\"")).await;
        let needed = details::needed(&stage.house.app);
        let of_library = |detail: Detail| {
            let uses = needed[&detail].iter().filter(|used| used.client.id.as_str() == LIBRARY.id);
            uses.map(|used| used.claims.iter().collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        assert_eq!(of_library(Detail::Birthdate), [[Claim::Over18]]);
        assert_eq!(of_library(Detail::Address), [[Claim::Address]]);
        // That a number was checked is said of it, and is nothing that she gives.
        assert_eq!(of_library(Detail::PhoneNumber), [[Claim::PhoneNumber]]);
    }

    async fn what_no_service_needs_any_more_is_shown_until_she_deletes_it(world: World) {
        let mut stage = Stage::with(world, &party::files()).await;
        assert!(!stage.browser.get("/account/details").await.body.contains("Phone number"));
        gives(&stage, phone()).await;
        let page = stage.browser.get("/account/details").await.body;
        for words in ["Phone number", "07700 900982", "No service needs this any more. You can delete it."] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let gone = stage.browser.post("/account/details/phone-number/take-away", &[]).await;
        assert_eq!(gone.location(), Some("/account/details?news=taken_away"));
        assert!(!stage.browser.get("/account/details").await.body.contains("Phone number"));
    }

    async fn what_a_service_cannot_do_without_is_not_put_off(world: World) {
        let stage = Stage::with(world, &party::files()).await;
        let (who, later) = (who(&stage).await, BTreeSet::from([Detail::Birthdate]));
        let tell = |required| Tell {
            purpose: "order-garden-waste".to_owned(),
            basis: Basis::Contract,
            notice: NoticeRef::parse("garden-waste-order@1").unwrap(),
            claims: ClaimSet::from([Claim::Over18]),
            required,
        };
        let missing = async |tells: &[Tell], later| details::missing(&stage.house.app, &who, tells, later).await.unwrap();
        let none = BTreeSet::new();
        assert_eq!(missing(&[tell(false)], &none).await, Some((Detail::Birthdate, false)));
        assert_eq!(missing(&[tell(false)], &later).await, None);
        assert_eq!(missing(&[tell(true)], &later).await, Some((Detail::Birthdate, true)));
        assert_eq!(missing(&[tell(false), tell(true)], &later).await, Some((Detail::Birthdate, true)), "one of them");
        gives(&stage, birthdate()).await;
        assert_eq!(missing(&[tell(true)], &later).await, None);
    }

    async fn what_is_deleted_in_several_windows_is_deleted_once(world: World) {
        let stage = Stage::with(world, &party::files()).await;
        gives(&stage, birthdate()).await;
        let (app, who, context) = (&stage.house.app, who(&stage).await, Context::default());
        let takes = || details::take_away(app, &who, Detail::Birthdate, &context, app.now());
        let done = futures_util::future::join_all((0..6).map(|_| takes())).await;
        let count_of = |wanted: bool| {
            let is = |one: &details::Changed| matches!(one, details::Changed::Done(_)) == wanted;
            done.iter().filter(|one| is(one.as_ref().unwrap())).count()
        };
        assert_eq!((count_of(true), count_of(false)), (1, 5), "{done:?}");
        assert_eq!(count(&stage.house, "account.detail_changed").await, 2, "it was given, and deleted");
    }

    async fn an_age_is_asked_for_the_purpose_that_needs_it_and_no_other(world: World) {
        let named = "[[share]]\npurpose = \"permit-newsletter\"";
        let survey = "[[share]]\npurpose = \"permit-survey\"\nrecipient_role = \"same_controller\"\nbasis = \"consent\"\n\
                      claims = [\"email\"]\nnotice = \"permit-newsletter@1\"\nrecipient_retention = \"1 year\"\nrequired = false\n\
                      consent_age = \"ask\"\n\n";
        let entered = "[[purpose]]\nid = \"try-out-sign-in\"";
        let purpose = "[[purpose]]\nid = \"permit-survey\"\ncategory = \"research\"\ntitle = \"ask you about parking\"\n\
                       because = \"We would ask you.\"\nbasis = \"consent\"\nowner = \"x\"\napproved_by = \"x\"\n\
                       approved_on = 2026-11-10\nreview_by = 2027-11-30\ndpia_not_needed_because = \"x\"\n\n";
        let (share, purpose) = (format!("{survey}{named}"), format!("{purpose}{entered}"));
        let changes = [("services/parking-permits.toml", named, share.as_str()), ("register.toml", entered, purpose.as_str())];
        let house = House::with(world, &[], &changes).await;
        let (her, visitor) = ada(&house).await;
        says(&house, her, "parking-permits", "permit-survey").await;
        for (place, asks) in [(NEWS, false), ("/account/sharing/parking-permits/permit-survey", true)] {
            visitor.post(&format!("{place}/withdraw"), &[]).await;
            let page = visitor.get(&format!("{place}/choose")).await;
            assert_eq!((page.status, page.body.contains("name=\"age_band\"")), (200, asks), "{}", page.body);
        }
    }
}
