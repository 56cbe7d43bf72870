//! Deeds at once: each follows what stands, and what is kept is what the lines come to.

use super::{ada, client, lines};
use crate::app::House;
use portreeve::domain::audit::Context;
use portreeve::domain::client::Lang;
use portreeve::domain::sharing::{Method, Record, fold, may_follow};
use portreeve::service::records;
use portreeve::service::sharing::{self, Capture, own};
use portreeve::store::sharing as stored;
use std::time::Duration;

const NEWS: &str = "permit-newsletter";
const PERMIT: &str = "issue-resident-permit";

both! {
    async fn deeds_at_once_follow_one_another(world: World) {
        let house = House::new(world).await;
        let (who, _) = ada(&house).await;
        let (app, permits) = (&house.app, client(&house, "parking-permits"));
        let page = Capture::on_page(Lang::En, Method::Page, 2, None);
        for round in 0..4 {
            house.later(Duration::from_secs(round));
            let now = app.now();
            let deeds = (0..7).map(|deed| {
                let (permits, page) = (&permits, &page);
                async move {
                    let context = Context::default();
                    let [news, permit] = [NEWS, PERMIT].map(|purpose| own::all_of(app, permits, purpose, now).unwrap());
                    match deed {
                        0 => sharing::decide(app, who, (permits, &news, true), page, context, now).await,
                        1 => sharing::decide(app, who, (permits, &news, false), page, context, now).await,
                        2 | 3 => sharing::withdraw(app, who, (&permits.id, NEWS), page, context, now).await,
                        4 => sharing::object(app, who, (permits, PERMIT), "", page, context, now).await,
                        5 => sharing::take_back(app, who, (&permits.id, PERMIT), page, context, now).await,
                        _ => sharing::tell(app, who, (permits, &[permit]), (page, false), context, now).await,
                    }
                    .unwrap()
                    .is_some()
                }
            });
            let done = futures_util::future::join_all(deeds).await;
            assert!(done.iter().any(|done| *done), "{done:?}");
            let lines = lines(&house, who).await;
            let rows = stored::standings(&mut app.db.peek(), who).await.unwrap();
            assert_eq!(fold(&lines), records::standings(rows).unwrap());
        }
        // Each line could follow those before it, and names the last of them.
        let lines = lines(&house, who).await;
        for purpose in [NEWS, PERMIT] {
            let mut of: Vec<Record> = lines.iter().filter(|line| line.purpose == purpose).cloned().collect();
            of.sort_by_key(|line| line.how.place);
            for (at, line) in of.iter().enumerate() {
                assert_eq!(line.how.place, i64::try_from(at + 1).ok());
                let before = fold(&of[..at]);
                assert!(may_follow(before.first(), line.state, true, line.at), "{line:?}");
                assert_eq!(line.how.previous, before.first().map(|standing| standing.last));
            }
        }
    }
}
