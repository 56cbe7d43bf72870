//! How requests and complaints were answered, in numbers.

use super::{again, governance, only_case, opens, steps};
use crate::app::House;
use crate::seen::{WORD, signed_in};
use crate::staff::browser::says;
use crate::visitor::Visitor;
use crate::wording;
use portreeve::domain::staff::Role;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

both! {
    async fn what_was_answered_when_is_counted_and_names_nobody(world: World) {
        let house = House::new(world).await;
        for (name, address) in [("Ada Wójcik", "ada@example.org"), ("Ben Oak", "ben@example.org")] {
            house.resident(name, address, WORD).await;
        }
        let mut dee = governance(&house).await;
        says(&dee.get("/rights/figures").await, 200, &["Nothing was received on these days."]);
        let hers = signed_in(&house, "ada@example.org").await;
        hers.post("/account/rights", &[("kind", "access"), ("words", "All you have.")]).await;
        let case = only_case(&mut dee).await;
        house.later(DAY * 4);
        let mut dee = again(dee).await;
        let place = opens(&mut dee, &case, "rights_request").await;
        steps(&mut dee, &place, "done", "Here it is.").await;
        // This one is never answered.
        let his = signed_in(&house, "ben@example.org").await;
        his.post("/account/rights", &[("kind", "access"), ("words", "All of it.")]).await;
        let visitor = Visitor::new(&house);
        let fields = [("full_name", "Cai Morgan"), ("email", "cai@example.org"), ("words", "You wrote to my old address.")];
        visitor.post("/data-protection-complaint", &fields).await;
        house.later(DAY * 40);
        let mut dee = again(dee).await;
        says(&dee.get("/rights").await, 200, &["href=\"/rights/figures\""]);
        let page = dee.get("/rights/figures?from=2026-12-01&to=2027-01-31").await;
        says(&page, 200, &["A copy of what you hold", "95 of 100 took at most", "Complaints about how data is handled"]);
        for name in ["Ada", "Ben", "Cai", "old address", "DP"] {
            assert!(!wording::says(&page.body, name), "{name}: {}", page.body);
        }
        let sheet = dee.get("/rights/figures.csv?from=2026-12-01&to=2027-01-31").await;
        assert_eq!(
            sheet.body,
            "\"kind\",\"received\",\"open\",\"done\",\"refused\",\"extended\",\"in_time\",\"late\",\"median_days\",\"p95_days\",\
             \"decided_median_days\",\"decided_p95_days\"\r\n\
             \"access\",\"2\",\"1\",\"1\",\"0\",\"0\",\"1\",\"1\",\"4\",\"4\",\"\",\"\"\r\n\
             \"complaint\",\"1\",\"1\",\"0\",\"0\",\"0\",\"0\",\"1\",\"\",\"\",\"\",\"\"\r\n"
        );
        // Each day counts whole, and what was received on another day does not.
        let sheet = dee.get("/rights/figures.csv?from=2026-12-05&to=2026-12-05").await;
        assert!(sheet.body.contains("\"access\",\"1\"") && sheet.body.contains("\"complaint\",\"1\""), "{}", sheet.body);
        let sheet = dee.get("/rights/figures.csv?from=2026-12-06&to=2027-01-31").await;
        assert_eq!(sheet.body.lines().count(), 1, "{}", sheet.body);
    }

    async fn days_that_are_none_are_refused_and_so_is_who_may_not_see_cases(world: World) {
        let house = House::new(world).await;
        let mut dee = governance(&house).await;
        for days in ["from=2027-01-02&to=2027-01-01", "from=yesterday&to=2027-01-01", "from=2027-01-01&to="] {
            says(&dee.get(&format!("/rights/figures?{days}")).await, 200, &["Enter two days, the first before the second"]);
            assert_eq!(dee.get(&format!("/rights/figures.csv?{days}")).await.status, 404, "{days}");
        }
        let mut bea = house.officer("Bea Lloyd", &[Role::CustomerService]).await.1;
        for path in ["/rights/figures", "/rights/figures.csv"] {
            assert_eq!(bea.get(path).await.status, 403, "{path}");
        }
    }
}
