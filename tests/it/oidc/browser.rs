//! A resident's browser: keeps cookies, follows nothing, and sends forms from our own pages.

use crate::app::House;
use portreeve::crypto::tokens::Token;
use portreeve::domain::audit::vocabulary::SigninSucceeded;
use portreeve::domain::audit::{ActorClass, Draft};
use portreeve::domain::ids::AccountId;
use portreeve::service::{people, sessions};
use portreeve::{crypto::record::EventSeed, store};
use reqwest::header::{COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use std::cell::Cell;
use std::collections::BTreeMap;
use url::Url;

/// A client that follows no redirect.
pub fn http(house: &House) -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .resolve("localhost", house.address)
        .build()
        .unwrap()
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    pub http: reqwest::Client,
    cookies: BTreeMap<String, String>,
    origin: String,
    token: Token,
    /// What the forms of the pages shown carried, by where they lead and whose flow they are.
    seen: BTreeMap<(&'static str, String), String>,
}

tokio::task_local! {
    /// How many forms carried an answer, where every answer is asked for by form.
    static FORMS: Cell<u32>;
}

/// A test with every answer by form (OAuth 2.0 Form Post Response Mode), unless it names another mode itself.
pub async fn by_form(test: impl Future<Output = ()>) {
    let counted = async {
        test.await;
        assert!(FORMS.get().get() > 0, "no answer was looked at");
    };
    FORMS.scope(Cell::new(0), counted).await;
}

fn asks_by_form() -> bool {
    FORMS.try_with(|_| ()).is_ok()
}

/// An attribute's value as a browser reads it.
fn plain(attribute: &str) -> String {
    let mut text = attribute.split('"').next().unwrap().to_owned();
    for (entity, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x2f;", "/")] {
        text = text.replace(entity, sign);
    }
    text.replace("&amp;", "&")
}

/// The pages whose forms say what they showed.
const SHOWN: [&str; 2] = ["/continue", "/consent"];

impl Browser {
    /// One that was here before: it has its browser cookie.
    pub fn new(house: &House) -> Self {
        let token = Token::random();
        let cookies = BTreeMap::from([("portreeve-browser".to_owned(), token.as_str().to_owned())]);
        Self { http: http(house), cookies, origin: house.app.issuer.as_str().to_owned(), token, seen: BTreeMap::new() }
    }

    /// Begins a session as signing in does.
    pub async fn sign_in(&mut self, house: &House, account: AccountId, own_device: bool) {
        let (app, now) = (&house.app, house.app.now());
        let browser = sessions::Browser { token: self.token.clone(), agent: "a browser".to_owned() };
        let (cookie, session) = sessions::draw(app, account, &browser, "en", own_device, now);
        let keys = people::keys(&mut app.db.peek(), &app.roots, account).await.unwrap();
        let draft = Draft::new(ActorClass::Resident, SigninSucceeded { amr: vec!["pwd".into()], own_device });
        let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft.about(account), Some(&keys)).unwrap();
        app.db
            .write(async |mut w| {
                store::sessions::insert(&mut w, &session, now).await?;
                w.commit(event.clone(), ()).await
            })
            .await
            .unwrap();
        self.cookies.insert("portreeve".to_owned(), cookie.as_str().to_owned());
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// GET.
    pub async fn get(&mut self, address: &str) -> Page {
        let mut address = self.absolute(address);
        let says_how = ["response_mode=", "resume="].iter().any(|name| address.contains(name));
        if asks_by_form() && address.contains("/authorize?") && !says_how {
            address.push_str("&response_mode=form_post");
        }
        let request = self.http.get(address).header(COOKIE, self.cookie_line());
        self.take(request).await
    }

    /// A form of one of our pages, with what that page carried: it is opened first if it was not.
    pub async fn post(&mut self, address: &str, form: &[(&str, &str)]) -> Page {
        let flow = form.iter().find(|(name, _)| *name == "flow").map_or("", |(_, flow)| flow);
        let to = SHOWN.into_iter().find(|path| address.ends_with(path));
        let mut whole = form.to_vec();
        let seen = match to.filter(|_| form.iter().all(|(name, _)| *name != "seen")) {
            Some(path) => {
                let key = (path, flow.to_owned());
                if !self.seen.contains_key(&key) {
                    self.get(&format!("{address}?flow={flow}")).await;
                }
                self.seen.get(&key).cloned()
            }
            None => None,
        };
        whole.extend(seen.as_deref().map(|seen| ("seen", seen)));
        if asks_by_form() && address == "/authorize" {
            whole.push(("response_mode", "form_post"));
        }
        let request = self.http.post(self.absolute(address)).header(COOKIE, self.cookie_line());
        let page = self.take(request.header(ORIGIN, &self.origin).form(&whole)).await;
        // The page that posts the answer is shown by a GET of its own.
        if asks_by_form() && page.leads_to("/consent") {
            return self.get(page.location().unwrap()).await;
        }
        page
    }

    /// What the page of a flow carried when it was last shown.
    pub fn saw(&self, path: &'static str, flow: &str) -> Option<&str> {
        self.seen.get(&(path, flow.to_owned())).map(String::as_str)
    }

    fn remember(&mut self, body: &str) {
        let value = |form: &str, name: &str| {
            let rest = form.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
            Some(rest.split('"').next()?.to_owned())
        };
        for path in SHOWN {
            let Some(form) = body.split(&format!("action=\"{path}\"")).nth(1) else { continue };
            let form = form.split("</form>").next().unwrap();
            if let (Some(flow), Some(seen)) = (value(form, "flow"), value(form, "seen")) {
                self.seen.insert((path, flow), seen);
            }
        }
    }

    async fn take(&mut self, request: reqwest::RequestBuilder) -> Page {
        let page = Page::of(request.send().await.unwrap()).await;
        for line in page.headers.get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        self.remember(&page.body);
        page
    }

    fn absolute(&self, address: &str) -> String {
        if address.starts_with('/') { format!("{}{address}", self.origin) } else { address.to_owned() }
    }

    fn cookie_line(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

/// An answer.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// Reads it whole.
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.unwrap() }
    }

    /// A header's text; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION).map(|place| place.to_str().unwrap())
    }

    /// Whether it leads to this page of ours.
    pub fn leads_to(&self, path: &str) -> bool {
        self.location().is_some_and(|place| place.split('?').next() == Some(path))
    }

    /// A parameter of the address it leads to, or of the form that posts the answer.
    pub fn parameter(&self, name: &str) -> Option<String> {
        if let Some((_, mut fields)) = self.form() {
            return fields.remove(name);
        }
        let place = self.location()?;
        assert!(!asks_by_form() || place.starts_with('/'), "an answer that is no form: {place}");
        let place = Url::parse("http://relative.test").unwrap().join(place).unwrap();
        place.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Where the form that posts the answer leads, and what it carries.
    pub fn form(&self) -> Option<(String, BTreeMap<String, String>)> {
        let (before, after) = self.body.split_once("data-submit-at-once")?;
        let (_, action) = before.rsplit("<form ").next().unwrap().split_once("action=\"").unwrap();
        let field = |input: &str| {
            let (_, name) = input.split_once("name=\"").unwrap();
            let (_, value) = input.split_once("value=\"").unwrap();
            (plain(name), plain(value))
        };
        let fields = after.split("</form>").next().unwrap().split("<input type=\"hidden\"").skip(1).map(field);
        let form = (plain(action), fields.collect());
        let _ = FORMS.try_with(|forms| forms.set(forms.get() + 1));
        Some(form)
    }

    /// Whether it takes the answer to this address of a service.
    pub fn answers_at(&self, redirect_uri: &str) -> bool {
        match self.form() {
            Some((action, _)) => self.status == 200 && action == redirect_uri,
            None => {
                !asks_by_form()
                    && self.status == 303
                    && self.location().is_some_and(|place| place.starts_with(redirect_uri))
            }
        }
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// The `error` of a JSON answer.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    /// That it is our own error page: the request leads nowhere.
    pub fn is_told_at_home(&self) {
        assert_eq!(self.status, 400, "{:?}", self.location());
        assert_eq!(self.location(), None);
        assert!(self.body.contains("There is a problem"), "{}", self.body);
    }

    /// That the service is told this error, with state and issuer.
    pub fn is_told_to(&self, house: &House, redirect_uri: &str, error: &str) {
        assert!(self.answers_at(redirect_uri), "{} {:?} {}", self.status, self.location(), self.body);
        assert_eq!(self.parameter("error").as_deref(), Some(error), "{:?}", self.location());
        assert_eq!(self.parameter("iss").as_deref(), Some(house.app.issuer.as_str()));
        assert_eq!(self.parameter("state").as_deref(), Some(super::party::STATE));
        assert_eq!(self.parameter("code"), None);
    }
}
