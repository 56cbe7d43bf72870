//! One long journey with values that are recognised wherever they are, and then a look everywhere: log lines, leaves,
//! figures, headers, answers of commands, exports, letters, and every byte that the store keeps (row U06).

pub mod agent;
pub mod search;
mod town;

use crate::events::record::seen;
use crate::events::rows::{COMMANDS, of};
use crate::relay::plain;
use crate::second_step::{recovery, secret};
use crate::visitor::Answer;
use agent::{ADDRESS, Agent, BROWSER};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portreeve::app::Clock;
use portreeve::crypto::totp::step_at;
use portreeve::store::events;
use search::{Planted, Search};
use serde_json::{Value, json};
use std::time::Duration;
use town::Town;

const NAME: &str = "Zdzisława Quillfeather";
const SURNAME: &str = "Quillfeather";
const EMAIL: &str = "zdz.plover@planted.example";
const LATER_EMAIL: &str = "zdz.dunlin@planted.example";
const REFUSED_EMAIL: &str = "zdz.refused@planted.example";
const PASSWORD: &str = "Plover+Gannet/Dunlin 4417";
const NEW_PASSWORD: &str = "Wheatear?Redstart=9905";
const WRONG_PASSWORD: &str = "Capercaillie&Ptarmigan";
const CASE: &str = "CASE-7731-QUOKKA";
const CALLBACK: &str = "http://localhost:9950/callback";
/// RFC 7636 Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The resident, what she and her service were given, and where it may be.
struct Journey {
    town: Town,
    agent: Agent,
    planted: Vec<Planted>,
}

fn one(what: &str, value: &str, in_letters: bool) -> Planted {
    Planted { what: what.to_owned(), value: value.to_owned(), in_letters }
}

fn text(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_else(|| panic!("no {key} in {answer}")).to_owned()
}

impl Journey {
    fn new(town: Town) -> Self {
        let planted = vec![
            one("her name", NAME, true),
            one("her surname", SURNAME, true),
            one("her address", EMAIL, true),
            one("her later address", LATER_EMAIL, true),
            one("an address nobody has", REFUSED_EMAIL, true),
            one("a mailbox", "zdz.plover", true),
            one("her password", PASSWORD, false),
            one("her new password", NEW_PASSWORD, false),
            one("a wrong password", WRONG_PASSWORD, false),
            one("where she is", ADDRESS, false),
            one("her browser", BROWSER, false),
            one("a case", CASE, false),
            one("a verifier", VERIFIER, false),
        ];
        let agent = Agent::at(&town.home);
        Self { town, agent, planted }
    }

    fn plant(&mut self, what: &str, value: &str) {
        self.planted.push(one(what, value, false));
    }

    /// The code in the next letter to an address.
    async fn code(&mut self, before: usize, to: &str) -> String {
        let letter = self.town.relay.next(before, to).await;
        let subject = letter.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
        let code = subject.split(' ').next().unwrap().to_owned();
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{letter}");
        self.planted.push(one("a code", &code, true));
        code
    }

    async fn types(&self, path: &str, answer: &Answer, field: (&str, &str)) -> Answer {
        self.agent.post(path, &[("journey", &answer.parameter("journey")), field]).await
    }

    /// She creates her account.
    async fn arrives(&mut self) {
        self.agent.get("/").await;
        self.agent.get("/create-account").await;
        let fields = [("full_name", NAME), ("email", EMAIL)];
        let begun = self.agent.post("/create-account", &fields).await;
        self.agent.get(&begun.to).await;
        let code = self.code(0, EMAIL).await;
        self.types("/create-account/code", &begun, ("code", "314159")).await;
        let proven = self.types("/create-account/code", &begun, ("code", &code)).await;
        self.agent.get(&proven.to).await;
        let done = self.types("/create-account/password", &begun, ("password", PASSWORD)).await;
        assert_eq!((done.status, done.to.as_str()), (303, "/account"), "{done:?}");
        assert!(self.agent.get("/account").await.body.contains(SURNAME));
    }

    /// A service registers itself, and she signs in there.
    async fn visits(&mut self) -> Value {
        let command = ["--json", "client", "registration-token", "--template", "conformance", "--days", "1"];
        let made: Value = serde_json::from_str(&self.town.command(&command, "")).unwrap();
        let initial = text(&made, "token");
        let http = self.agent.http.clone();
        let metadata = json!({
            "redirect_uris": [CALLBACK], "client_name": "Try-out", "grant_types": ["authorization_code", "refresh_token"],
        });
        let register = http.post(self.agent.to("/register")).bearer_auth(&initial).json(&metadata);
        let client: Value = serde_json::from_str(&self.agent.service(register).await.body).unwrap();
        let (id, key) = (text(&client, "client_id"), text(&client, "client_secret"));
        self.plant("an initial token", &initial);
        self.plant("a client's secret", &key);
        self.plant("a registration's token", &text(&client, "registration_access_token"));

        let asked = [
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid profile email offline_access"),
            ("login_hint", EMAIL),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("prompt", "consent"),
        ];
        let as_client = |path: &str| http.post(self.agent.to(path)).basic_auth(&id, Some(&key));
        let pushed = self.agent.service(as_client("/par").form(&asked)).await;
        let pushed: Value = serde_json::from_str(&pushed.body).unwrap();
        let uri = text(&pushed, "request_uri");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("client_id", &id), ("request_uri", &uri)])
            .finish();
        let shown = self.agent.get(&format!("/authorize?{query}")).await;
        let page = self.agent.get(&shown.to).await;
        let form = [("flow", &*shown.parameter("flow")), ("seen", &page.hidden("seen"))];
        let given = self.agent.post("/continue", &form).await;
        let code = given.parameter("code");
        let redeem = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let tokens = self.agent.service(as_client("/token").form(&redeem)).await;
        let tokens: Value = serde_json::from_str(&tokens.body).unwrap();
        let refresh = text(&tokens, "refresh_token");
        let userinfo =
            self.agent.service(http.get(self.agent.to("/userinfo")).bearer_auth(text(&tokens, "access_token"))).await;
        assert!(userinfo.body.contains(EMAIL), "{userinfo:?}");
        let form = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
        let more = self.agent.service(as_client("/token").form(&form)).await;
        let more: Value = serde_json::from_str(&more.body).unwrap();
        self.agent.service(as_client("/introspect").form(&[("token", text(&more, "access_token"))])).await;
        self.agent.service(as_client("/token").form(&redeem)).await;
        self.agent.service(as_client("/revoke").form(&[("token", text(&more, "refresh_token"))])).await;
        for (what, value) in [
            ("a request's reference", uri.rsplit(':').next().unwrap()),
            ("an access token", &text(&tokens, "access_token")),
            ("an ID token", &text(&tokens, "id_token")),
            ("a refresh token", &refresh),
            ("a later access token", &text(&more, "access_token")),
            ("a later refresh token", &text(&more, "refresh_token")),
        ] {
            self.plant(what, value);
        }
        // She is signed out: it is her own session that is hinted at.
        self.agent.get(&format!("/logout?id_token_hint={}", text(&tokens, "id_token"))).await;
        tokens
    }

    /// Another address, and back; another password; a second step.
    async fn changes(&mut self) {
        let fields = [("email", EMAIL), ("password", PASSWORD)];
        assert_eq!(self.agent.post("/sign-in", &fields).await.to, "/account");
        let before = self.town.relay.letters().len();
        let fields = [("email", LATER_EMAIL), ("current_password", PASSWORD)];
        let asked = self.agent.post("/account/email", &fields).await;
        let code = self.code(before, LATER_EMAIL).await;
        let before = self.town.relay.letters().len();
        self.types("/account/email/code", &asked, ("code", &code)).await;
        let letter = plain(&self.town.relay.next(before, EMAIL).await);
        let (_, rest) = letter.split_once("/account/email/undo?token=").unwrap();
        let token = rest.split_whitespace().next().unwrap().to_owned();
        self.planted.push(one("a link's token", &token, true));
        self.agent.get(&format!("/account/email/undo?token={token}")).await;
        let undone = self.agent.post("/account/email/undo", &[("token", &token)]).await;
        assert_eq!(undone.status, 303, "{undone:?}");
        assert_eq!(self.agent.get(&undone.to).await.status, 200);

        let before = self.town.relay.letters().len();
        let asked = self.agent.post("/forgotten-password", &[("email", EMAIL)]).await;
        let code = self.code(before, EMAIL).await;
        let proven = self.types("/forgotten-password/code", &asked, ("code", &code)).await;
        let done = self.types("/forgotten-password/password", &proven, ("password", NEW_PASSWORD)).await;
        assert_eq!(done.status, 303, "{done:?}");
        let fields = |password| [("email", EMAIL), ("password", password)];
        assert_eq!(self.agent.post("/sign-in", &fields(WRONG_PASSWORD)).await.status, 200);
        assert_eq!(self.agent.post("/sign-in", &fields(NEW_PASSWORD)).await.to, "/account");

        let proven = self.agent.post("/account/second-step", &[("current_password", NEW_PASSWORD)]).await;
        let seed = secret(&self.agent.get(&proven.to).await.body);
        let shown = seed.code(step_at(Clock::Wall.now())).unwrap().as_str().to_owned();
        let done = self.types("/account/second-step/set-up", &proven, ("code", &shown)).await;
        let codes = recovery(&self.agent.get(&done.to).await.body);
        assert_eq!(codes.len(), 10, "{done:?}");
        self.plant("a seed", &seed.base32());
        self.plant("what the app showed", &shown);
        for code in &codes {
            self.plant("a recovery code", code);
            self.plant("a recovery code, joined", &code.replace('-', ""));
        }
        self.agent.post("/logout/confirm", &[]).await;
        let asked = self.agent.post("/sign-in", &fields(NEW_PASSWORD)).await;
        self.types("/sign-in/code", &asked, ("code", "000000")).await;
        let there = self.types("/sign-in/code", &asked, ("code", &codes[0])).await;
        assert_eq!(there.to, "/account");
    }

    /// What goes wrong, with all of it in hand.
    async fn fails(&mut self, tokens: &Value) {
        let (agent, http) = (&self.agent, &self.agent.http);
        let fields = [("full_name", NAME), ("email", EMAIL), ("password", PASSWORD), ("code", "314159")];
        let elsewhere = http.post(agent.to("/sign-in")).header("sec-fetch-site", "cross-site");
        assert_eq!(agent.send(elsewhere.form(&fields)).await.status, 403);
        for (path, body) in [
            ("/sign-in", format!("email={EMAIL}&email={NAME}&%zz")),
            ("/register", format!("{{\"client_name\":\"{NAME}")),
        ] {
            let ask = http.post(agent.to(path)).header("sec-fetch-site", "same-origin");
            let ask = ask.header("content-type", "application/json").bearer_auth(text(tokens, "access_token"));
            assert!(agent.send(ask.body(body)).await.status >= 400, "{path}");
        }
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({ "iss": "parking-permits", "sub": EMAIL, "aud": EMAIL, "jti": NAME, "exp": 1 });
        let assertion =
            format!("{}.{}.{}", part(json!({ "alg": "ES256", "kid": EMAIL })), part(claims), part(json!(PASSWORD)));
        for path in ["/token", "/par", "/introspect", "/revoke"] {
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
                ("token", tokens["access_token"].as_str().unwrap()),
                ("login_hint", EMAIL),
                ("client_id", "parking-permits"),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", &assertion),
            ];
            let refused = agent.service(http.post(agent.to(path)).form(&form)).await;
            assert!([400, 401].contains(&refused.status), "{path}: {refused:?}");
        }
        for path in ["/", "/account/", "/authorize?client_id=", "/log/", "/assets/", "/notices/"] {
            agent.get(&format!("{path}{EMAIL}")).await;
            agent.get(&format!("{path}/{NAME}?token={}", text(tokens, "access_token"))).await;
        }
        // A mailbox that the relay does not take.
        let fields = [("full_name", NAME), ("email", REFUSED_EMAIL)];
        agent.post("/create-account", &fields).await;
        // A store that fails, and quotes the row.
        self.town
            .meddle(
                "CREATE TRIGGER meddled BEFORE INSERT ON registration BEGIN SELECT RAISE(ABORT, 'meddled'); END",
                "ALTER TABLE registration ADD CONSTRAINT meddled CHECK (false) NOT VALID",
            )
            .await;
        assert_eq!(agent.post("/create-account", &fields).await.status, 500);
        self.town.meddle("DROP TRIGGER meddled", "ALTER TABLE registration DROP CONSTRAINT meddled").await;
        self.town.meddle("ALTER TABLE flow RENAME TO away", "ALTER TABLE flow RENAME TO away").await;
        let query = format!(
            "/authorize?client_id=garden-waste&redirect_uri=http%3A%2F%2Flocalhost%3A8090%2Fcallback\
             &response_type=code&scope=openid&login_hint={EMAIL}&code_challenge={CHALLENGE}&code_challenge_method=S256&prompt=login"
        );
        assert_eq!(agent.get(&query).await.status, 500);
        self.town.meddle("ALTER TABLE away RENAME TO flow", "ALTER TABLE away RENAME TO flow").await;
    }

    /// An operator has to do with her.
    fn is_suspended(&self) -> String {
        let deed = |deed, case: &str| {
            let why = ["resident", deed, "--by", "Bea Lloyd", "--reason", "security_incident", "--case", case];
            self.town.command(&why, &format!("{EMAIL}\n"))
        };
        let said = [deed("suspend", CASE), deed("restore", CASE)].concat();
        let out = self.town.folder.path().join("export");
        let why = ["--by", "Bea Lloyd", "--approved-by", "Cai Morgan", "--reason", "security_incident", "--case", CASE];
        said + &self.town.command(&[&["audit", "export", "--out", out.to_str().unwrap()], &why[..]].concat(), "")
    }

    /// Every place that may hold nothing of it.
    async fn places(&mut self, said: String) -> Vec<(String, Vec<u8>)> {
        let mut places = self.town.store().await;
        let all = events::newest(&mut self.town.record.db.peek(), 10_000).await.unwrap();
        let leaves: Vec<&str> = all.iter().map(|event| event.leaf.as_str()).collect();
        places.push(("a leaf".into(), leaves.join("\n").into_bytes()));
        places.push(("a figure".into(), self.town.figures().await.into_bytes()));
        places.push(("a header".into(), self.agent.heard.lock().unwrap().clone().into_bytes()));
        places.push(("a command's answer".into(), said.into_bytes()));
        for file in std::fs::read_dir(self.town.folder.path().join("export")).unwrap().map(|file| file.unwrap().path())
        {
            if file.is_file() {
                places.push((
                    format!("the export's {}", file.file_name().unwrap().display()),
                    std::fs::read(file).unwrap(),
                ));
            }
        }
        self.town.stop();
        places.extend(self.town.store().await);
        places.push(("the log".into(), self.town.said().into_bytes()));
        places
    }
}

both! {
    async fn u06_nothing_that_was_planted_is_found_anywhere(world: World) {
        let mut journey = Journey::new(Town::start(world).await);
        journey.town.until("log.opened").await;
        let kinds = journey.town.record.left_by(COMMANDS, "serve").await;
        assert_eq!(kinds, of(COMMANDS, "serve").unwrap().1.iter().map(|kind| (*kind).to_owned()).collect());

        journey.arrives().await;
        let tokens = journey.visits().await;
        journey.changes().await;
        journey.fails(&tokens).await;
        let said = journey.is_suspended();
        // Every event of it is as its schema says, whoever left it.
        for event in journey.town.record.news().await.unwrap() {
            assert_eq!(journey.town.record.wrong("the journey", &[&event.r#type], &event).await, Vec::<String>::new());
            seen("journey", &event.r#type);
        }
        let places = journey.places(said).await;
        journey.planted.append(&mut journey.agent.given.lock().unwrap());

        let size = |place: &str| places.iter().find(|(name, _)| name == place).unwrap().1.len();
        let log = journey.town.said();
        for line in ["request answered", "request refused", "request failed", "stopped"] {
            assert!(log.contains(line), "the log holds no line of that: {log}");
        }
        assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok_and(|line| line.is_object())), "{log}");
        assert!(size("a leaf") > 10_000 && size("a figure") > 1_000 && size("a header") > 1_000);
        let what: Vec<&str> = journey.planted.iter().map(|one| one.what.as_str()).collect();
        for must in ["the cookie portreeve", "a form token", "code of an address", "flow of an address", "a seed"] {
            assert!(what.contains(&must), "nobody planted {must}: {what:?}");
        }
        let search = Search::of(&journey.planted);
        let found: Vec<String> = places.iter().flat_map(|(place, bytes)| search.findings(place, bytes)).collect();
        assert!(found.is_empty(), "\n{}\n", found.join("\n"));
        // It would be found in the store.
        journey.town.keep(b"of zdz.plover@").await;
        // A checkpoint may move it from one file to another that was read already.
        let mut looks = 0;
        while journey.town.store().await.iter().all(|(place, bytes)| search.findings(place, bytes).is_empty()) {
            looks += 1;
            assert!(looks < 20, "what stands in the store in clear is not found");
            tokio::time::sleep(Duration::from_millis(250)).await;
        }

        // Letters hold what they are for, and no more.
        let letters: Vec<String> = journey.town.relay.letters().iter().map(|letter| plain(letter)).collect();
        let letters = letters.join("\n");
        assert!(!search.findings("a letter", letters.as_bytes()).is_empty(), "codes are in letters");
        let in_letters: Vec<String> =
            journey.planted.iter().filter(|one| one.in_letters).map(|one| one.value.clone()).collect();
        journey.planted.retain(|one| !in_letters.contains(&one.value));
        let found = Search::of(&journey.planted).findings("a letter", letters.as_bytes());
        assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    }
}
