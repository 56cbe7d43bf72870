//! Two nodes whose clocks are half a minute apart (row Y01).

use super::browser::http;
use super::party::{ASSERTION_TYPE, LIBRARY, VERIFIER};
use super::{Page, Stage, node_off, text};
use serde_json::json;
use std::net::SocketAddr;

/// Asks one node by the name of the house, in her browser.
struct Node<'a> {
    stage: &'a Stage,
    address: SocketAddr,
}

impl Node<'_> {
    async fn get(&self, path: &str, bearer: Option<&str>) -> Page {
        let request = http(&self.stage.house).get(format!("http://{}{path}", self.address));
        let cookies = ["portreeve", "portreeve-browser"];
        let cookies = cookies.map(|name| format!("{name}={}", self.stage.browser.cookie(name).unwrap())).join("; ");
        let request = match bearer {
            Some(token) => request.bearer_auth(token),
            None => request.header("cookie", cookies),
        };
        Page::of(request.header("host", self.host()).send().await.unwrap()).await
    }

    async fn code(&self) -> String {
        let page = self.get(&format!("/authorize?{}", LIBRARY.query(&[])), None).await;
        page.parameter("code").unwrap_or_else(|| panic!("{:?}", page.location()))
    }

    async fn redeem(&self, code: &str, assertion: &str) -> Page {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", LIBRARY.redirect_uri),
            ("code_verifier", VERIFIER),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion),
        ];
        let request = http(&self.stage.house).post(format!("http://{}/token", self.address)).form(&form);
        Page::of(request.header("host", self.host()).send().await.unwrap()).await
    }

    fn host(&self) -> &str {
        self.stage.house.app.issuer.as_str().trim_start_matches("http://")
    }
}

both! {
    async fn y01_nodes_half_a_minute_apart_take_each_others_codes_tokens_and_sessions(world: World) {
        let mut stage = Stage::own_device(world).await;
        stage.code(&LIBRARY, &[]).await;
        let here = stage.house.address;
        for seconds in [30, -30] {
            let there = node_off(&stage.house, seconds).await;
            for [from, to] in [[here, there], [there, here]].map(|pair| pair.map(|address| Node { stage: &stage, address })) {
                let code = from.code().await;
                let assertion = LIBRARY.assertion(&stage.house, &json!({}));
                let tokens = to.redeem(&code, &assertion).await;
                assert_eq!(tokens.status, 200, "{seconds}: {}", tokens.body);
                let tokens = tokens.json();
                for node in [&from, &to] {
                    let said = node.get("/userinfo", Some(text(&tokens, "access_token"))).await;
                    assert_eq!(said.status, 200, "{seconds}: {}", said.body);
                    assert_eq!(node.get("/account", None).await.status, 200, "{seconds}");
                }
                // Used once, wherever it is shown again.
                let code = from.code().await;
                for node in [&from, &to] {
                    assert_eq!(node.redeem(&code, &assertion).await.error(), "invalid_client");
                }
            }
        }
    }
}
