//! The OpenID Connect endpoints and the way back to a service, over HTTP, on both databases.
//!
//! ```text
//! browser     a resident's browser: keeps cookies, follows nothing
//! party       services for these tests: their files, keys and requests
//! record      what the record holds afterwards
//! library     someone else's client library signs in
//! requests    what /authorize refuses, and where it says so (rows R, Q)
//! answers     how an answer travels (rows R)
//! form_post   the same again with every answer by form (the Form Post plan)
//! objects     requests that a client signed (rows Q)
//! par         requests that a client handed in (rows Q)
//! prompts     who is meant, how long ago, and what of her (rows Q)
//! clocks      nodes whose clocks are apart (row Y01)
//! codes       the authorization code (rows C)
//! client      which client is it (rows K, T, Y)
//! tokens      what comes of a grant, and when it is dead (rows T)
//! introspect  what a token is, told to those it concerns (rows T07, T14)
//! revoke      a token given back
//! resources   tokens for APIs, and tokens that say nothing
//! machine     tokens of services' own programs (rows T16, T23)
//! upstream    members of staff sign in at the council's own provider (rows O, U)
//! userinfo    signed userinfo
//! rotation    signing keys from one to the next (row F15)
//! refresh     the chain of refresh tokens (rows T)
//! registration  services that register themselves (rows G, X, K)
//! sharing     nothing leaves without a record
//! age         how old she is, where her consent needs it
//! derived     details given once, and claims made from them
//! needed      no more of her details than what a claim is made from
//! often       details given again and again
//! step_up     levels of assurance (rows W10, S01)
//! languages   which language a page is in
//! tabs        several at once in one browser (row S13)
//! logout      signing out (row L02)
//! front       signing out by frames (row L03)
//! other_ways  a service's other ways, on every page on the way to it
//! sso         services that are kept apart
//! referrer    no referrer leaves a page (row R11)
//! bound       tokens that are bound to nothing (rows T20, T21)
//! wire        documents, headers, and who may read them
//! ```

mod age;
mod answers;
mod bound;
pub mod browser;
mod client;
mod clocks;
mod codes;
mod derived;
mod form_post;
mod front;
mod in_use;
mod introspect;
mod languages;
mod library;
mod logout;
mod machine;
mod needed;
mod objects;
mod often;
mod other_ways;
mod par;
pub mod party;
mod prompts;
pub mod record;
mod referrer;
mod refresh;
mod registration;
mod requests;
mod resources;
mod revoke;
mod rotation;
mod sharing;
mod sso;
mod step_up;
mod tabs;
pub mod tokens;
mod undoing;
pub mod upstream;
mod userinfo;
mod wire;

use crate::app::{House, Service};
use crate::world::World;
use browser::{Browser, Page};
use party::Party;
use portreeve::app::{App, Clock, Moved, Parts};
use portreeve::crypto::tokens::Token;
use portreeve::crypto::weak::WeakPasswords;
use portreeve::domain::audit::Context;
use portreeve::domain::ids::{AccountId, ClientId};
use portreeve::http::address::Networks;
use portreeve::http::door::Door;
use portreeve::http::refusal::ErrorPage;
use portreeve::service::sessions;
use portreeve::service::staff::upstream::Provider;
use portreeve::store::{Housekeeping, accounts, sessions as rows};
use portreeve::view::Languages;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// A house with every service of these tests, its resident, and her browser.
pub struct Stage {
    pub house: House,
    pub ada: AccountId,
    pub browser: Browser,
}

impl Stage {
    /// Ada Wren, signed in on her own device.
    pub async fn own_device(world: World) -> Self {
        Self::of(world, &party::files(), true).await
    }

    /// The same, with these service files.
    pub async fn with(world: World, files: &[Service<'_>]) -> Self {
        Self::of(world, files, true).await
    }

    /// Ada Wren, signed in on a device that others use too.
    pub async fn shared_device(world: World) -> Self {
        Self::of(world, &party::files(), false).await
    }

    async fn of(world: World, files: &[Service<'_>], own_device: bool) -> Self {
        let house = House::with(world, files, &[]).await;
        let ada = house.resident("Ada Wren", "ada@havenbrook.example", "kettle-orbit-49").await;
        let mut browser = Browser::new(&house);
        browser.sign_in(&house, ada, own_device).await;
        // So that a proof asked for anew is told from this one.
        house.later(Duration::from_secs(2));
        Self { house, ada, browser }
    }

    /// As if she had proved who she is at this service's request: one that is sensitive takes no other proof.
    pub async fn proved_at(&self, party: &Party) {
        let (app, now) = (&self.house.app, self.house.app.now());
        let session = rows::list(&mut app.db.peek(), self.ada).await.unwrap()[0].id;
        let client = ClientId::parse(party.id).unwrap();
        app.db
            .write(async |mut w| {
                rows::prove(&mut w, session, Some(&client), now).await?;
                w.commit_quietly(Housekeeping::Flow, ()).await
            })
            .await
            .unwrap();
    }

    /// A code for this service, whatever pages stand in the way.
    pub async fn code(&mut self, party: &Party, more: &[(&str, &str)]) -> String {
        let page = self.answered(party, more).await;
        page.parameter("code").unwrap_or_else(|| panic!("no code in {:?}", page.location()))
    }

    /// The answer to an authorization request, once she has said "Continue" wherever that was asked.
    pub async fn answered(&mut self, party: &Party, more: &[(&str, &str)]) -> Page {
        let mut page = self.browser.get(&party.authorize(&self.house, more)).await;
        if page.leads_to("/continue") {
            let flow = page.parameter("flow").unwrap();
            page = self.browser.post(&self.house.at("/continue"), &[("flow", &flow)]).await;
        }
        page
    }

    /// Tokens for this service.
    pub async fn tokens(&mut self, party: &Party, more: &[(&str, &str)]) -> Value {
        let code = self.code(party, more).await;
        let answer = party.redeem(&self.house, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// She signs out, as the confirm page does it.
    pub async fn signs_out(&self) {
        let (app, now) = (&self.house.app, self.house.app.now());
        let cookie = Token::parse(self.browser.cookie("portreeve").unwrap()).unwrap();
        let who = sessions::find(app, &cookie, now).await.unwrap().unwrap();
        sessions::sign_out(app, &who, Context::default(), now).await.unwrap();
    }

    /// The account is frozen, for a reason of the staff's.
    pub async fn is_frozen(&self) {
        let ada = self.ada;
        let frozen = self.house.app.db.write(async |mut w| {
            accounts::set_state(&mut w, ada, "frozen").await?;
            w.commit_quietly(Housekeeping::Expire, ()).await
        });
        frozen.await.unwrap();
    }

    /// What userinfo says of a token.
    pub async fn userinfo(&self, access_token: &str) -> Page {
        let request = self.browser.http.get(self.house.at("/userinfo")).bearer_auth(access_token);
        Page::of(request.send().await.unwrap()).await
    }
}

/// A text member of a JSON object.
pub fn text<'v>(of: &'v Value, name: &str) -> &'v str {
    of[name].as_str().unwrap_or_else(|| panic!("no {name} in {of}"))
}

/// A second node on the same store, and the address it listens on.
pub async fn another_node(house: &House) -> SocketAddr {
    node(house, None).await.1
}

/// A second node, perhaps one where anybody may register services.
pub async fn node(house: &House, open_registration: Option<&'static str>) -> (App, SocketAddr) {
    node_in(house, open_registration, Languages::BOTH).await
}

/// A second node whose clock is so many seconds ahead of the house's, which stands still.
pub async fn node_off(house: &House, seconds: i64) -> SocketAddr {
    let says = house.app.now().micros() + seconds * 1_000_000;
    let clock = Clock::Fixed(Moved { says: Arc::new(says.into()), ..Moved::default() });
    node_by(house, (None, Languages::BOTH), clock).await.1
}

/// A second node, in these languages.
pub async fn node_in(
    house: &House,
    open_registration: Option<&'static str>,
    languages: Languages,
) -> (App, SocketAddr) {
    node_by(house, (open_registration, languages), house.app.clock.clone()).await
}

async fn node_by(
    house: &House,
    (open_registration, languages): (Option<&'static str>, Languages),
    clock: Clock,
) -> (App, SocketAddr) {
    let app = &house.app;
    let parts = Parts {
        db: app.db.clone(),
        roots: app.roots.clone(),
        hasher: app.hasher.clone(),
        weak: WeakPasswords::default(),
        clock,
        mail: app.mail.clone(),
        outbound: app.outbound.clone(),
        upstream: Provider::default(),
        languages,
        issuer: app.issuer.clone(),
        origin: app.origin.clone(),
        staff_origin: app.staff_origin.clone(),
        proxies: Networks::new(&[]),
        kiosks: Networks::default(),
        open_registration,
    };
    let second = App::start(parts).await.unwrap();
    let door = Door::new("public", &second.origin, Networks::new(&[]), ErrorPage::default());
    let routes = door.lead_to(portreeve::routes::public(second.clone(), &ErrorPage::default()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (second, address)
}
