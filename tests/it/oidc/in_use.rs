//! POST `/in-use`: a service needs an account that nobody signs in to.

use super::Stage;
use super::party::{APP, LIBRARY, MUSEUM, files_with};
use super::record::{added, refusals};
use portreeve::domain::ids::ClientId;
use portreeve::store::sharing;

both! {
    async fn a_service_that_may_says_until_when_it_needs_an_account(world: World) {
        let mut stage = Stage::with(world, &files_with(&[("library", "keeps_account = true")])).await;
        stage.tokens(&LIBRARY, &[]).await;
        let house = &stage.house;
        let sector = house.app.snapshot().client(&ClientId::parse(LIBRARY.id).unwrap()).unwrap().sector.clone();
        let sub = sharing::subject(&mut house.app.db.peek(), stage.ada, &sector).await.unwrap().unwrap();
        let good = [("sub", sub.as_str()), ("until", "2029-12-01")];
        let (page, events) = added(house, LIBRARY.post(house, "/in-use", &good)).await;
        assert_eq!((page.status, page.body.as_str(), events), (204, "", vec!["account.needed".to_owned()]));
        for (form, said) in [
            (vec![("until", "2029-12-01")], "sub is missing"),
            (vec![("sub", sub.as_str())], "until is a day like 2029-12-01, at most five years ahead"),
            (vec![("sub", &sub), ("until", "soon")], "until is a day like 2029-12-01, at most five years ahead"),
            (vec![("sub", &sub), ("until", "2039-12-01")], "until is a day like 2029-12-01, at most five years ahead"),
            (vec![("sub", "another"), ("until", "2029-12-01")], "no resident with an account in use has this sub at this client"),
        ] {
            let page = LIBRARY.post(house, "/in-use", &form).await;
            assert_eq!((page.status, page.json()["error_description"].as_str()), (400, Some(said)), "{form:?}");
        }
        assert_eq!(refusals(house).await.into_iter().map(|(reason, _)| reason).collect::<Vec<_>>(), ["subject_unknown"]);
        // Others may not, whatever they know.
        for party in [&MUSEUM, &APP] {
            let page = party.post(house, "/in-use", &good).await;
            assert_eq!((page.status, page.json()["error"].as_str()), (401, Some("invalid_client")));
        }
    }
}
