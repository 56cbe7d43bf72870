//! The operations, each as a service or a browser does it, and how they are timed.

use super::house::{BASIC, CALLBACK, House, KEY_JWT, MACHINE_SCOPE, PASSWORD, Resident, SCOPE, SECRET};
use super::server::Server;
use super::target::Target;
use super::wire::Wire;
use anyhow::Context as _;
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::rand::SystemRandom;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use futures_util::future::try_join_all;
use portreeve::app::Clock;
use portreeve::crypto::tokens::Token;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The most operations of one run.
const MOST: usize = 200_000;

/// RFC 7636, Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What a worker asks for at first, to have a refresh token.
const OFFLINE: &str = "openid profile email offline_access";

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `GET /.well-known/openid-configuration`.
    Discovery,
    /// `GET /jwks`.
    Jwks,
    /// `GET /userinfo` with name and e-mail address.
    Userinfo,
    /// `POST /token` with a refresh token, which is rotated.
    Refresh,
    /// `GET /authorize` with a session, then `POST /token` with the code.
    CodeFlow,
    /// `POST /token` of a service's own program.
    ClientCredentials,
    /// `POST /introspect` about an access token of a resident.
    Introspect,
    /// `POST /sign-in` with the right password.
    SignIn,
}

/// How the client proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// By a secret in the Authorization header.
    Basic,
    /// By an assertion signed with ES256, new for each request.
    KeyJwt,
}

/// What a run came to.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Server processor time for one operation, in microseconds.
    pub micros: f64,
    /// Operations in a second.
    pub per_second: f64,
    /// The middle operation's time.
    pub p50: Duration,
    /// The time that one in a hundred exceeds.
    pub p99: Duration,
    /// How many were timed.
    pub count: usize,
}

/// A server under load.
pub struct Load<'a> {
    target: Target<'a>,
    server: &'a Server,
    time: Duration,
}

/// One connection with what it needs to go on.
struct Worker<'a> {
    target: Target<'a>,
    wire: Wire,
    host: String,
    cookies: String,
    proof: Proof,
    number: usize,
    access: String,
    refresh: String,
    took: Vec<Duration>,
}

impl<'a> Load<'a> {
    /// Each run takes `time`.
    pub const fn new(target: Target<'a>, server: &'a Server, time: Duration) -> Self {
        Self { target, server, time }
    }

    /// One run, after some operations that are not timed.
    pub async fn run(&self, operation: Operation, proof: Proof, connections: usize) -> anyhow::Result<Figures> {
        let mut workers = Vec::new();
        for number in 0..connections {
            workers.push(Worker::new(self.target, number, proof, operation).await?);
        }
        let warm = Instant::now() + self.time / 5;
        try_join_all(workers.iter_mut().map(|worker| worker.work(operation, warm, MOST))).await?;
        for worker in &mut workers {
            worker.took.clear();
        }

        let (began, before) = (Instant::now(), self.server.processor()?);
        let end = began + self.time;
        try_join_all(workers.iter_mut().map(|worker| worker.work(operation, end, MOST / connections))).await?;
        let (took, used) = (began.elapsed(), self.server.processor()?.saturating_sub(before));

        let mut all: Vec<Duration> = workers.into_iter().flat_map(|worker| worker.took).collect();
        all.sort_unstable();
        let at = |percent: usize| all.get(all.len() * percent / 100).copied().context("nothing was timed");
        let count = u32::try_from(all.len())?;
        Ok(Figures {
            micros: used.as_secs_f64() * 1e6 / f64::from(count),
            per_second: f64::from(count) / took.as_secs_f64(),
            p50: at(50)?,
            p99: at(99)?,
            count: all.len(),
        })
    }
}

impl<'a> Worker<'a> {
    async fn new(target: Target<'a>, number: usize, proof: Proof, operation: Operation) -> anyhow::Result<Self> {
        use Operation::{CodeFlow, Introspect, Refresh, Userinfo};
        let (wire, host) = (Wire::to(target.address()).await?, target.host());
        let (cookies, access, refresh, took) = (String::new(), String::new(), String::new(), Vec::new());
        let mut worker = Self { target, wire, host, cookies, proof, number, access, refresh, took };
        if matches!(operation, CodeFlow | Introspect | Refresh | Userinfo) {
            match target {
                Target::Ours(_) => {
                    let Resident { session, browser, .. } = worker.resident()?;
                    worker.cookies = format!("portreeve={session}; portreeve-browser={browser}");
                    if operation != CodeFlow {
                        worker.code_flow(OFFLINE).await?;
                    }
                }
                Target::Peer(_) => worker.arrive().await?,
            }
        }
        Ok(worker)
    }

    fn house(&self) -> anyhow::Result<&'a House> {
        match self.target {
            Target::Ours(house) => Ok(house),
            Target::Peer(_) => anyhow::bail!("the peer has no house"),
        }
    }

    fn resident(&self) -> anyhow::Result<&'a Resident> {
        self.house()?.residents.get(self.number).context("no such resident")
    }

    /// A first visit to the peer, which signs in and grants by itself: through its redirects to a code, and the tokens.
    async fn arrive(&mut self) -> anyhow::Result<()> {
        // OpenID Connect Core §11: a refresh token takes consent.
        let mut target = format!("{}&prompt=consent", self.authorize(OFFLINE));
        let mut jar = BTreeMap::new();
        for _ in 0..4 {
            let answer = self.get(&target, 303).await?;
            jar.extend(answer.cookies.iter().filter_map(|pair| pair.split_once('=')).map(owned));
            let there = answer.location.starts_with(CALLBACK);
            // As in a browser: the others are of the paths of this visit.
            jar.retain(|name: &String, _| !there || name.starts_with("_session"));
            let all: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            self.cookies = all.join("; ");
            if there {
                return self.exchange(&answer.location).await;
            }
            answer.location.trim_start_matches(&format!("http://{}", self.host)).clone_into(&mut target);
        }
        anyhow::bail!("the peer leads to {target}")
    }

    async fn work(&mut self, operation: Operation, end: Instant, most: usize) -> anyhow::Result<()> {
        for _ in 0..most {
            let began = Instant::now();
            if began >= end {
                break;
            }
            match operation {
                Operation::Discovery => self.get("/.well-known/openid-configuration", 200).await.map(drop),
                Operation::Jwks => self.get("/jwks", 200).await.map(drop),
                Operation::Userinfo => self.userinfo().await,
                Operation::Refresh => self.refresh().await,
                Operation::CodeFlow => self.code_flow(SCOPE).await,
                Operation::ClientCredentials => self.client_credentials().await,
                Operation::Introspect => self.introspect().await,
                Operation::SignIn => self.sign_in().await,
            }?;
            self.took.push(began.elapsed());
        }
        Ok(())
    }

    async fn get(&mut self, target: &str, status: u16) -> anyhow::Result<Answered> {
        let cookies = if self.cookies.is_empty() { String::new() } else { format!("cookie: {}\r\n", self.cookies) };
        self.get_with(target, &cookies, status).await
    }

    async fn get_with(&mut self, target: &str, headers: &str, status: u16) -> anyhow::Result<Answered> {
        let request = format!("GET {target} HTTP/1.1\r\nhost: {}\r\n{headers}\r\n", self.host);
        self.asked(&request, status).await
    }

    async fn post(&mut self, target: &str, headers: &str, form: &str, status: u16) -> anyhow::Result<Answered> {
        let request = format!(
            "POST {target} HTTP/1.1\r\nhost: {}\r\n{headers}content-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{form}",
            self.host,
            form.len()
        );
        self.asked(&request, status).await
    }

    async fn asked(&mut self, request: &str, status: u16) -> anyhow::Result<Answered> {
        let answer = self.wire.ask(request.as_bytes()).await?.with(status)?;
        let (cookies, location) = (answer.cookies, answer.location.unwrap_or_default());
        Ok(Answered { cookies, location, body: String::from_utf8(answer.body)? })
    }

    async fn userinfo(&mut self) -> anyhow::Result<()> {
        let bearer = format!("authorization: Bearer {}\r\n", self.access);
        let answer = self.get_with("/userinfo", &bearer, 200).await?;
        anyhow::ensure!(answer.body.contains("Ada Wren") && answer.body.contains('@'), "userinfo says {}", answer.body);
        Ok(())
    }

    async fn refresh(&mut self) -> anyhow::Result<()> {
        let form = format!("grant_type=refresh_token&refresh_token={}", self.refresh);
        self.token(form).await
    }

    async fn code_flow(&mut self, scope: &str) -> anyhow::Result<()> {
        let answer = self.get(&self.authorize(scope), 303).await?;
        self.exchange(&answer.location).await
    }

    fn authorize(&self, scope: &str) -> String {
        format!(
            "/authorize?response_type=code&client_id={}&redirect_uri={}&scope={}&state=af0ifjsldkj\
             &nonce=n-0S6_WzA2Mj&code_challenge={CHALLENGE}&code_challenge_method=S256",
            self.client(),
            escaped(CALLBACK),
            scope.replace(' ', "+")
        )
    }

    async fn exchange(&mut self, location: &str) -> anyhow::Result<()> {
        let code = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
        let code = code.with_context(|| format!("no code in {location}"))?;
        let callback = escaped(CALLBACK);
        let form =
            format!("grant_type=authorization_code&code={code}&redirect_uri={callback}&code_verifier={VERIFIER}");
        self.token(form).await
    }

    async fn client_credentials(&mut self) -> anyhow::Result<()> {
        let resource = self.target.resource();
        self.token(format!("grant_type=client_credentials&scope={MACHINE_SCOPE}{resource}")).await
    }

    async fn introspect(&mut self) -> anyhow::Result<()> {
        let form = format!("token={}", self.access);
        let answer = self.post("/introspect", &basic(), &form, 200).await?;
        anyhow::ensure!(answer.body.contains("\"active\":true"), "introspection says {}", answer.body);
        Ok(())
    }

    async fn token(&mut self, mut form: String) -> anyhow::Result<()> {
        let headers = match self.proof {
            Proof::Basic => basic(),
            Proof::KeyJwt => {
                form.push_str(
                    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
                );
                form.push_str("&client_assertion=");
                form.push_str(&self.assertion()?);
                String::new()
            }
        };
        let answer = self.post("/token", &headers, &form, 200).await?;
        let member = |name: &str| {
            let (_, rest) = answer.body.split_once(&format!("\"{name}\":\""))?;
            rest.split_once('"').map(|(value, _)| value.to_owned())
        };
        self.access = member("access_token").context("no access token")?;
        self.refresh = member("refresh_token").unwrap_or_default();
        Ok(())
    }

    const fn client(&self) -> &'static str {
        match self.proof {
            Proof::Basic => BASIC,
            Proof::KeyJwt => KEY_JWT,
        }
    }

    fn assertion(&self) -> anyhow::Result<String> {
        let (house, now) = (self.house()?, Clock::Wall.now().seconds());
        let claims = format!(
            r#"{{"iss":"{KEY_JWT}","sub":"{KEY_JWT}","aud":"{}","iat":{now},"exp":{},"jti":"{}"}}"#,
            house.issuer,
            now + 60,
            Token::random().as_str()
        );
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"bench"}"#);
        let mut token = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = house.key.sign(&SystemRandom::new(), token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    async fn sign_in(&mut self) -> anyhow::Result<()> {
        let resident = self.resident()?;
        let headers = format!("cookie: portreeve-browser={}\r\nsec-fetch-site: same-origin\r\n", resident.browser);
        let (email, password) = (resident.email.replace('@', "%40"), PASSWORD.replace(' ', "+"));
        let form = format!("email={email}&password={password}&own_device=yes");
        self.post("/sign-in", &headers, &form, 303).await.map(drop)
    }
}

struct Answered {
    cookies: Vec<String>,
    location: String,
    body: String,
}

fn basic() -> String {
    format!("authorization: Basic {}\r\n", STANDARD.encode(format!("{BASIC}:{SECRET}")))
}

fn escaped(address: &str) -> String {
    address.replace(':', "%3A").replace('/', "%2F")
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Processor time of one Argon2id hash at the floor's cost (19 MiB, two passes, one lane), in microseconds, by the
/// library that the server uses: the middle one of 21.
pub fn raw_hash() -> anyhow::Result<f64> {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).map_err(|error| anyhow::anyhow!("{error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut all = Vec::new();
    for _ in 0..21 {
        let (mut hash, before) = ([0; 32], on_processor()?);
        argon2
            .hash_password_into(PASSWORD.as_bytes(), b"sixteen bytes of", &mut hash)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        std::hint::black_box(hash);
        all.push(on_processor()? - before);
    }
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().context("nothing was hashed")
}

/// Processor time of this thread, in microseconds (`/proc/<pid>/schedstat` counts nanoseconds).
fn on_processor() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(stat.split_whitespace().next().context("no schedstat")?.parse::<f64>()? / 1e3)
}
