//! One browser behind a proxy, which notes every secret that it is given.

use super::search::Planted;
use crate::visitor::Answer;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, redirect};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// Where her browser is.
pub const ADDRESS: &str = "203.0.113.177";
/// What only her browser says of itself.
pub const BROWSER: &str = "Quokkafox";

/// A browser.
pub struct Agent {
    pub http: Client,
    pub home: String,
    cookies: Mutex<BTreeMap<String, String>>,
    /// What it was given that is nobody else's.
    pub given: Mutex<Vec<Planted>>,
    /// The headers of all answers, but those that carry what they have to.
    pub heard: Mutex<String>,
}

/// Whether a value is a secret by its looks: long, and no address or identifier.
fn is_bearer(value: &str) -> bool {
    value.len() >= 20 && !value.contains([':', '/', ' ']) && uuid::Uuid::parse_str(value).is_err()
}

impl Agent {
    pub fn at(home: &str) -> Self {
        let agent = format!("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 {BROWSER}/7.1");
        let http = Client::builder().redirect(redirect::Policy::none()).user_agent(agent).build().unwrap();
        let (cookies, given, heard) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { http, home: home.to_owned(), cookies, given, heard }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(self.to(path))).await
    }

    /// Sends a form from a page of the house.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.http.post(self.to(path)).header("sec-fetch-site", "same-origin").form(fields)).await
    }

    pub fn to(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.home) }
    }

    /// Sends a request with the browser's cookies, through the proxy.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let pairs: Vec<_> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = self.service(request.header(COOKIE, pairs.join("; "))).await;
        for (name, rest) in
            answer.body.split("<input type=\"hidden\" name=\"").skip(1).filter_map(|part| part.split_once('"'))
        {
            let value = rest.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
            // The digest of what a page says to anybody is no secret, and is kept.
            if name != "seen" {
                self.note("a form token", value);
            }
        }
        answer
    }

    /// Sends a request of a service's own program.
    pub async fn service(&self, request: RequestBuilder) -> Answer {
        let request = request.header("x-forwarded-for", ADDRESS);
        let mut response = request.try_clone().unwrap().send().await.unwrap();
        // A machine that is busy with other tests asks to try again: nothing has happened then.
        for _ in 0..20 {
            if response.status() != 503 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            response = request.try_clone().unwrap().send().await.unwrap();
        }
        for (name, value) in response.headers().iter().filter(|(name, _)| ![SET_COOKIE, LOCATION].contains(name)) {
            let value = String::from_utf8_lossy(value.as_bytes());
            self.heard.lock().unwrap().extend([name.as_str(), ": ", &value, "\n"]);
        }
        let mut set = Vec::new();
        for line in response.headers().get_all(SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
            self.note(&format!("the cookie {name}"), value);
            set.push(name.to_owned());
        }
        let to = response.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        for (name, value) in url::form_urlencoded::parse(to.split_once('?').unwrap_or_default().1.as_bytes()) {
            self.note(&format!("{name} of an address"), &value);
        }
        Answer {
            status: response.status().as_u16(),
            to,
            set,
            headers: Vec::new(),
            body: response.text().await.unwrap(),
        }
    }

    fn note(&self, what: &str, value: &str) {
        let mut given = self.given.lock().unwrap();
        if is_bearer(value) && given.iter().all(|known| known.value != value) {
            given.push(Planted { what: what.to_owned(), value: value.to_owned(), in_letters: false });
        }
    }
}
