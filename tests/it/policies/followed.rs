//! What the council says of itself, as running nodes show it once it has changed.

use crate::app::House;
use crate::visitor::Visitor;

const OFFICER: &str = "email = \"dpo@havenbrook.example\"";

both! {
    async fn pages_and_letters_of_a_running_node_follow_what_the_council_says_of_itself(world: World) {
        let house = House::new(world).await;
        let visitor = Visitor::new(&house);
        let (before, passkeys) = (visitor.get("/privacy").await.body, house.app.snapshot().passkeys.clone());
        assert!(before.contains("Havenbrook Borough Council") && before.contains("dpo@havenbrook.example"), "{before}");
        assert!(format!("{passkeys:?}").contains("Havenbrook Borough Council"));
        let sheet = |page: &str| page.split_once("/council/").unwrap().1.split('"').next().unwrap().to_owned();
        let coloured = sheet(&before);

        let changes = [
            ("controller.toml", "en = \"Havenbrook Borough Council\"", "en = \"Westmere District Council\""),
            ("controller.toml", "en = \"Havenbrook account\"", "en = \"Westmere account\""),
            ("controller.toml", OFFICER, "email = \"officer@westmere.example\""),
            ("controller.toml", "header = \"#1d4e3f\"", "header = \"#1d3f4e\""),
        ];
        house.activate_with(&changes).await;
        let after = visitor.get("/privacy").await.body;
        assert!(after.contains("Westmere District Council") && after.contains("officer@westmere.example"), "{after}");
        assert!(!after.contains("Havenbrook Borough Council") && !after.contains("dpo@havenbrook.example"), "{after}");
        assert_ne!(sheet(&after), coloured);
        assert_eq!(visitor.get(&format!("/council/{}", sheet(&after))).await.status, 200);
        assert!(format!("{:?}", house.app.snapshot().passkeys).contains("Westmere District Council"));

        house.resident("Ada Wójcik", "ada@example.org", "turnip lantern cobble").await;
        visitor.post("/forgotten-password", &[("email", "ada@example.org")]).await;
        let (_, letter) = house.letters().await.pop().unwrap();
        let said = format!("{} {}", letter.subject, letter.body);
        assert!(said.contains("Westmere") && !said.contains("Havenbrook"), "{said}");
    }
}
