//! A browser that keeps cookies and follows nothing by itself, and the letters that reach a mailbox.

use crate::app::House;
use portreeve::crypto::tokens::Token;
use portreeve::domain::authorization::{Prompt, Request, ResponseMode};
use portreeve::domain::ids::ClientId;
use portreeve::service::flows;
use portreeve::service::post::{self, Opened, Text};
use portreeve::store::{Housekeeping, events, outbox};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, redirect};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// One browser.
pub struct Visitor {
    client: Client,
    home: String,
    cookies: Mutex<BTreeMap<String, String>>,
    told: Mutex<Vec<String>>,
}

/// What it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Where to, for a 303.
    pub to: String,
    /// The names of the cookies set.
    pub set: Vec<String>,
    /// The names of the headers, with values where they do not change from answer to answer.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// The value of a parameter of where it leads.
    pub fn parameter(&self, name: &str) -> String {
        let (_, query) = self.to.split_once('?').unwrap_or_default();
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        pair.unwrap_or_else(|| panic!("{} has no {name}", self.to)).to_owned()
    }

    /// The value of a hidden field of its forms.
    pub fn hidden(&self, name: &str) -> String {
        let rest = self.body.split(&format!("name=\"{name}\" value=\"")).nth(1);
        rest.unwrap_or_else(|| panic!("no {name} in {}", self.body)).split('"').next().unwrap().to_owned()
    }

    /// Without what is different every time: tokens in addresses and forms.
    pub fn shape(&self) -> Self {
        let blank = |text: &str| {
            let mut out = String::new();
            let mut run = String::new();
            for c in text.chars().chain([' ']) {
                if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
                    run.push(c);
                } else {
                    out.push_str(if run.len() >= 32 { "…" } else { &run });
                    run.clear();
                    out.push(c);
                }
            }
            out
        };
        Self {
            to: blank(&self.to),
            body: blank(&self.body),
            headers: self.headers.iter().map(|(name, value)| (name.clone(), blank(value))).collect(),
            ..self.clone()
        }
    }
}

impl Visitor {
    /// A new browser before that house.
    pub fn new(house: &House) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { client, home: house.at(""), cookies: Mutex::default(), told: Mutex::default() }
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Every `Set-Cookie` line so far.
    pub fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    /// Plants a cookie.
    pub fn plant(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// A request of Garden waste that waits in this browser.
    pub async fn flow(&self, house: &House) -> Token {
        self.get("/sign-in").await;
        let browser = Token::parse(&self.cookie("portreeve-browser").unwrap()).unwrap();
        flows::keep(&house.app, &browser, &request(), house.app.now()).await.unwrap()
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(format!("{}{path}", self.home))).await
    }

    /// Sends a form from one of the house's own pages.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.client.post(format!("{}{path}", self.home)).header("sec-fetch-site", "same-origin");
        self.send(request.form(fields)).await
    }

    /// Sends a form, and takes the file that answers it.
    pub async fn fetch(&self, path: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let pairs: Vec<_> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.client.post(format!("{}{path}", self.home)).header("sec-fetch-site", "same-origin");
        let response = request.header(COOKIE, pairs.join("; ")).form(fields).send().await.unwrap();
        let is_file = response.headers().get("content-disposition").is_some_and(|value| !value.is_empty());
        assert!(response.status() == 200 && is_file, "{response:?}");
        response.bytes().await.unwrap().to_vec()
    }

    /// Sends a form as our own script does.
    pub async fn post_by_script(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.client.post(format!("{}{path}", self.home)).header("sec-fetch-site", "same-origin");
        self.send(request.header("accept", "application/json").form(fields)).await
    }

    /// Sends a form from another site.
    pub async fn post_from_elsewhere(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.client.post(format!("{}{path}", self.home)).header("sec-fetch-site", "cross-site");
        self.send(request.form(fields)).await
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let pairs: Vec<_> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if pairs.is_empty() { request } else { request.header(COOKIE, pairs.join("; ")) };
        self.read(request.send().await.unwrap()).await
    }

    async fn read(&self, response: Response) -> Answer {
        let mut set = Vec::new();
        for line in response.headers().get_all(SET_COOKIE) {
            self.told.lock().unwrap().push(line.to_str().unwrap().to_owned());
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.plant(name, value);
            set.push(name.to_owned());
        }
        let changing = ["set-cookie", "date", "location", "content-length", "x-request-id", "server-timing"];
        let mut headers: Vec<_> = response
            .headers()
            .iter()
            .filter(|(name, _)| !changing.contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        headers.sort();
        let to = response.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        Answer { status: response.status().as_u16(), to, set, headers, body: response.text().await.unwrap() }
    }
}

impl House {
    /// Takes the letters that wait, oldest first, as (address, text).
    pub async fn letters(&self) -> Vec<(String, Text)> {
        let now = self.app.now();
        let taken = self
            .app
            .db
            .write(async |mut w| {
                let rows = outbox::take(&mut w, 100, now, now + Duration::from_hours(1000)).await?;
                w.commit_quietly(Housekeeping::Delivery, rows).await
            })
            .await
            .unwrap();
        let mut rows = taken.value;
        rows.sort_by_key(|row| row.created_at);
        let opened = rows.iter().map(|row| post::open(&self.app.roots, row).unwrap());
        opened
            .filter_map(|opened| match opened {
                Opened::Mail { to, text, .. } => Some((to.as_str().to_owned(), text)),
                Opened::BackChannel(_) => None,
            })
            .collect()
    }

    /// The one letter that waits.
    pub async fn letter(&self) -> Text {
        let mut letters = self.letters().await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        letters.remove(0).1
    }

    /// How many events of a kind the record holds.
    pub async fn events(&self, kind: &str) -> usize {
        let stored = events::newest(&mut self.app.db.peek(), 1_000).await.unwrap();
        stored.iter().filter(|event| event.r#type == kind).count()
    }
}

/// What Garden waste asks.
pub fn request() -> Request {
    Request {
        client_id: ClientId::parse("garden-waste").unwrap(),
        redirect_uri: "http://localhost:8090/callback".into(),
        response_mode: ResponseMode::Query,
        scope: "openid".into(),
        claims: None,
        state: None,
        nonce: None,
        challenge: None,
        prompt: Prompt::default(),
        max_age: None,
        login_hint: Some("hinted@example.org".into()),
        hinted_sub: None,
        proof_before: None,
        resources: Vec::new(),
        acr_values: None,
        vtr: None,
        without_step_up: false,
    }
}

/// The six digits of a letter.
pub fn code_of(text: &Text) -> String {
    text.subject.split(' ').next().unwrap().to_owned()
}
