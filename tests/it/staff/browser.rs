//! A browser before the staff listener of a house, with an authenticator that the test holds.

use crate::app::{House, STAFF};
use crate::events::watch::{self, Watch, Watched};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::middleware::from_fn_with_state;
use http::{Request, StatusCode};
use passkey::authenticator::{Authenticator, UiHint, UserCheck, UserValidationMethod};
use passkey::client::{Client, DefaultClientData};
use passkey::crypto::rust_crypto::RustCryptoBackend;
use passkey::types::Passkey;
use passkey::types::ctap2::{Aaguid, Ctap2Error};
use passkey::types::webauthn::{CredentialCreationOptions, CredentialRequestOptions};
use portreeve::app::App;
use portreeve::domain::account::FullName;
use portreeve::domain::ids::StaffId;
use portreeve::domain::staff::Role;
use portreeve::http::address::Networks;
use portreeve::http::door::Door;
use portreeve::service::staff::members::{self, Grant};
use portreeve::{routes, staff};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower::ServiceExt;
use url::Url;

/// A finger that may be kept away.
#[derive(Clone)]
pub struct Finger(Arc<AtomicBool>);

impl UserValidationMethod for Finger {
    type PasskeyItem = Passkey;

    fn check_user<'a, 's, 'f>(
        &'s self,
        _hint: UiHint<'a, Self::PasskeyItem>,
        _presence: bool,
        _verification: bool,
    ) -> Pin<Box<dyn Future<Output = Result<UserCheck, Ctap2Error>> + Send + 'f>>
    where
        's: 'f,
        'a: 'f,
        Self: 'f,
    {
        let verification = self.0.load(Ordering::SeqCst);
        Box::pin(async move { Ok(UserCheck { presence: true, verification }) })
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}

/// What a browser was answered.
pub struct Said {
    pub status: u16,
    /// Where to, for a 303.
    pub to: String,
    /// The `Set-Cookie` lines.
    pub set: Vec<String>,
    pub body: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Said {
    /// The value of what goes with a form unseen.
    pub fn hidden(&self, name: &str) -> String {
        let field = format!("name=\"{name}\" value=\"");
        self.body
            .split(&field)
            .nth(1)
            .unwrap_or_else(|| panic!("no {name} in {}", self.body))
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    }
}

/// The answer has this status, and these words.
pub fn says(said: &Said, status: u16, words: &[&str]) {
    assert_eq!(said.status, status, "{}", said.body);
    for word in words {
        assert!(said.body.contains(word), "no {word:?} in {}", said.body);
    }
}

/// The browser.
pub struct Officer {
    routes: Router,
    cookies: BTreeMap<String, String>,
    told: Vec<String>,
    finger: Finger,
    /// What the authenticator holds.
    pub passkey: Option<Passkey>,
    /// Where the authenticator's client believes to be.
    pub origin: Url,
    watched: Watched,
}

/// The staff listener of an application, for one browser, and what is wrong with the events it leaves.
fn listener(app: &App) -> (Router, Watched) {
    let page = staff::error_page(app);
    let origin = &app.staff_site().unwrap().origin;
    let (watch, watched) = Watch::new(app, "staff ");
    let routes = routes::staff(app.clone(), &page).layer(from_fn_with_state(watch, watch::watch));
    (Door::new("staff", origin, Networks::new(&[]), page).lead_to(routes), watched)
}

impl Officer {
    /// A new browser, with an empty authenticator that counts.
    pub fn new(app: &App) -> Self {
        let (routes, watched) = listener(app);
        Self {
            routes,
            watched,
            cookies: BTreeMap::new(),
            told: Vec::new(),
            finger: Finger(Arc::new(AtomicBool::new(true))),
            passkey: None,
            origin: Url::parse(STAFF).unwrap(),
        }
    }

    fn authenticator(&self) -> Authenticator<Option<Passkey>, Finger, RustCryptoBackend> {
        let (held, finger) = (self.passkey.clone(), self.finger.clone());
        let mut authenticator = Authenticator::new(Aaguid::new_empty(), held, finger, RustCryptoBackend);
        authenticator.set_make_credentials_with_signature_counter(true);
        authenticator
    }

    /// Goes to another node with the next request.
    pub fn turn_to(&mut self, app: &App) {
        (self.routes, self.watched) = listener(app);
    }

    /// Goes to routes of the test's own.
    pub fn lead_to(&mut self, routes: Router) {
        self.routes = routes;
    }

    /// Whether the finger is there.
    pub fn shows_finger(&self, there: bool) {
        self.finger.0.store(there, Ordering::SeqCst);
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&String> {
        self.cookies.get(name)
    }

    /// Every `Set-Cookie` line so far.
    pub fn told(&self) -> &[String] {
        &self.told
    }

    /// Plants a cookie.
    pub fn plant(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Said {
        self.send("GET", path, None, "same-origin").await
    }

    /// Comes from a page of that site.
    pub async fn get_from(&mut self, site: &str, path: &str) -> Said {
        self.send("GET", path, None, site).await
    }

    /// Sends a form from one of the listener's own pages.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Said {
        self.send("POST", path, Some(fields), "same-origin").await
    }

    /// Sends a form from a page of that site.
    pub async fn post_from(&mut self, site: &str, path: &str, fields: &[(&str, &str)]) -> Said {
        self.send("POST", path, Some(fields), site).await
    }

    async fn send(&mut self, method: &str, path: &str, fields: Option<&[(&str, &str)]>, site: &str) -> Said {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost:8081");
        request = request.header("sec-fetch-site", site);
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", pairs.join("; "));
        }
        let body = fields.map_or_else(Body::empty, |fields| {
            Body::from(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
        });
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body).unwrap();
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let line = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
        let set: Vec<String> = response.headers().get_all("set-cookie").iter().map(line).collect();
        self.told.extend(set.iter().cloned());
        for pair in set.iter().filter_map(|line| line.split(';').next()) {
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.plant(name, value);
            }
        }
        let status = response.status();
        assert_ne!(status, StatusCode::MISDIRECTED_REQUEST);
        let to = response.headers().get("location").map(line).unwrap_or_default();
        let body = to_bytes(response.into_body(), 4_000_000).await.unwrap();
        Said {
            status: status.as_u16(),
            to,
            set,
            body: String::from_utf8_lossy(&body).into_owned(),
            bytes: body.to_vec(),
        }
    }

    /// What the script of a page is told, if it is told anything.
    pub async fn question(&mut self, path: &str) -> Option<(String, Value)> {
        let said = self.post(&format!("{path}/challenge"), &[]).await;
        let body: Value = serde_json::from_str(&said.body).ok()?;
        Some((body["ceremony"].as_str()?.to_owned(), body["challenge"].clone()))
    }

    /// Has the authenticator make a passkey for a question.
    pub async fn made(&mut self, challenge: Value) -> String {
        let options: CredentialCreationOptions = serde_json::from_value(challenge).unwrap();
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let made = client.register(&self.origin, options, DefaultClientData).await.unwrap();
        self.passkey.clone_from(client.authenticator().store());
        serde_json::to_string(&made).unwrap()
    }

    /// Has the authenticator answer a question with the passkey it has.
    pub async fn shown(&mut self, mut challenge: Value) -> String {
        if !self.finger.0.load(Ordering::SeqCst) {
            // A browser that does as it likes.
            challenge["publicKey"]["userVerification"] = json!("discouraged");
        }
        let options: CredentialRequestOptions = serde_json::from_value(challenge).unwrap();
        let mut client = Client::new(self.authenticator()).allows_insecure_localhost(true);
        let shown = client.authenticate(&self.origin, options, DefaultClientData).await.unwrap();
        self.passkey.clone_from(client.authenticator().store());
        serde_json::to_string(&shown).unwrap()
    }

    /// Adds a passkey by an invitation.
    pub async fn enrol(&mut self, invitation: &str) -> Said {
        let path = format!("/enrol/{invitation}");
        self.get(&path).await;
        let (ceremony, challenge) = self.question(&path).await.unwrap();
        let answer = self.made(challenge).await;
        self.post(&path, &[("ceremony", &ceremony), ("answer", &answer)]).await
    }

    /// Shows the passkey on this page.
    pub async fn show_passkey(&mut self, path: &str) -> Said {
        self.get(path).await;
        let (ceremony, challenge) = self.question(path).await.unwrap();
        let answer = self.shown(challenge).await;
        self.post(path, &[("ceremony", &ceremony), ("answer", &answer)]).await
    }
}

impl House {
    /// Makes somebody a member of staff; gives who and the token of the invitation.
    pub async fn invite(&self, name: &str, roles: &[Role]) -> (StaffId, String) {
        let (by, second) = (FullName::parse("Op Erator").unwrap(), FullName::parse("Se Cond").unwrap());
        let name = FullName::parse(name).unwrap();
        let grant = Grant::of(&self.app, &name, (&[], roles), &by, Some(&second)).unwrap();
        let (id, token) = members::invite(&self.app, &name, &grant, self.app.now()).await.unwrap();
        (id, token.as_str().to_owned())
    }

    /// A member of staff with these roles who is signed in.
    pub async fn officer(&self, name: &str, roles: &[Role]) -> (StaffId, Officer) {
        let (id, invitation) = self.invite(name, roles).await;
        let mut officer = Officer::new(&self.app);
        assert_eq!(officer.enrol(&invitation).await.to, "/sign-in?told=enrolled");
        assert_eq!(officer.show_passkey("/sign-in").await.to, "/");
        (id, officer)
    }
}
