//! One browser behind a proxy, which notes every secret that it is given; and a mailbox that a relay delivers to.

use super::search::Planted;
use crate::visitor::Answer;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, redirect};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

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

/// A relay on loopback, and what was handed to it. It takes no letter to an address with `refused` in it, and says so
/// with the address in its answer.
#[derive(Clone, Default)]
pub struct Relay {
    letters: Arc<Mutex<Vec<String>>>,
}

impl Relay {
    /// Listens; gives its port.
    pub async fn open(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters = Arc::clone(&self.letters);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&letters)));
            }
        });
        port
    }

    pub fn letters(&self) -> Vec<String> {
        self.letters.lock().unwrap().clone()
    }

    /// The newest letter to an address once there are more than so many.
    pub async fn next(&self, before: usize, to: &str) -> String {
        let began = Instant::now();
        loop {
            let letters = self.letters();
            if let Some(letter) = letters.iter().skip(before).rfind(|letter| letter.contains(&format!("To: {to}"))) {
                return letter.clone();
            }
            assert!(began.elapsed() < Duration::from_mins(1), "no letter comes to {to}: {letters:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn converse(stream: TcpStream, kept: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 relay\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let say = match verb.as_str() {
            "EHLO" => "250-relay\r\n250 8BITMIME".to_owned(),
            "RCPT" if line.contains("refused") => format!("550 5.1.1 nobody has {line}"),
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut letter = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    letter.push_str(&line);
                    letter.push('\n');
                }
                kept.lock().unwrap().push(letter);
                "250 taken".to_owned()
            }
            _ => "250 ok".to_owned(),
        };
        write.write_all(format!("{say}\r\n").as_bytes()).await?;
        if verb == "QUIT" {
            break;
        }
    }
    Ok(())
}

/// A letter as its reader sees it.
pub fn plain(letter: &str) -> String {
    let Some((head, body)) = letter.split_once("\n\n") else { return letter.to_owned() };
    let encoded = head.to_lowercase();
    if encoded.contains("transfer-encoding: base64") {
        use base64::Engine as _;
        let joined: String = body.split_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(joined).unwrap();
        return format!("{head}\n\n{}", String::from_utf8(bytes).unwrap());
    }
    if !encoded.contains("transfer-encoding: quoted-printable") {
        return letter.to_owned();
    }
    let (body, mut bytes) = (body.replace("=\n", ""), Vec::new());
    let mut rest = body.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'=' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    format!("{head}\n\n{}", String::from_utf8(bytes).unwrap())
}
