//! SIGHUP: the certificate is read again, whenever that comes, and nothing else happens.

use super::{Running, get, portreeve, settings};
use crate::temp::TempDir;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use reqwest::tls::TlsInfo;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A certificate for localhost, of an authority that made no other.
pub struct Certificate {
    pub authority: String,
    chain: String,
    key: String,
    der: Vec<u8>,
}

impl Certificate {
    pub fn new() -> Self {
        Self::of(&KeyPair::generate().unwrap())
    }

    fn of(key: &KeyPair) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let leaf = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(key, &authority).unwrap();
        Self { authority: authority.pem(), chain: leaf.pem(), key: key.serialize_pem(), der: leaf.der().to_vec() }
    }

    /// Whether `site` serves it, and no other, to a new connection that trusts its authority alone.
    async fn is_served_at(&self, site: &str) -> bool {
        let authority = reqwest::Certificate::from_pem(self.authority.as_bytes()).unwrap();
        let client = reqwest::Client::builder().tls_certs_only([authority]).tls_info(true).no_proxy().build().unwrap();
        let Ok(answer) = client.get(format!("{site}/jwks")).send().await else { return false };
        let served = answer.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
        assert_eq!((answer.status().as_u16(), served), (200, Some(&*self.der)));
        true
    }

    async fn is_served_soon_at(&self, site: &str) {
        let began = Instant::now();
        while !self.is_served_at(site).await {
            assert!(began.elapsed() < PATIENCE, "it is not served");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// An installation that serves TLS itself.
pub struct Installation {
    folder: TempDir,
    pub settings: String,
    pub site: String,
    pub internal: String,
}

impl Installation {
    pub fn new(certificate: &Certificate) -> Self {
        let folder = TempDir::new("tls");
        let (settings, internal) = settings(folder.path(), r#"["en"]"#);
        let text = std::fs::read_to_string(&settings).unwrap().replacen("\"http://", "\"https://", 1);
        let site = text.split('"').nth(1).unwrap().to_owned();
        std::fs::write(&settings, format!("{text}[tls]\ncert = \"chain.pem\"\nkey = \"key.pem\"\n")).unwrap();
        let made = Self { folder, settings, site, internal };
        made.put(certificate);
        made
    }

    fn put(&self, certificate: &Certificate) {
        self.put_file("key.pem", &certificate.key);
        self.put_file("chain.pem", &certificate.chain);
    }

    /// In one step, as tools that renew certificates do.
    fn put_file(&self, name: &str, text: &str) {
        let new = self.folder.path().join("new");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, self.folder.path().join(name)).unwrap();
    }

    fn serve(&self) -> (Running, Log) {
        let mut child = portreeve(&["serve", "--config", &self.settings]).stdout(Stdio::piped()).spawn().unwrap();
        let (lines, (send, log)) = (BufReader::new(child.stdout.take().unwrap()).lines(), channel());
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
        (Running(child), Log(log))
    }
}

fn lives(running: &mut Running) -> bool {
    running.0.try_wait().unwrap().is_none()
}

/// What the program writes.
struct Log(Receiver<String>);

impl Log {
    /// Reads on until it says this.
    fn until(&self, words: &str) {
        let began = Instant::now();
        while !self.0.recv_timeout(PATIENCE).unwrap().contains(words) {
            assert!(began.elapsed() < PATIENCE, "it does not say: {words}");
        }
    }

    /// Whether it has said this by now.
    fn has(&self, words: &str) -> bool {
        self.0.try_iter().any(|line| line.contains(words))
    }
}

#[tokio::test]
async fn a_hangup_exchanges_the_certificate_and_a_damaged_one_changes_nothing() {
    let (old, new) = (Certificate::new(), Certificate::new());
    let here = Installation::new(&old);
    let (mut running, log) = here.serve();
    assert_eq!(get(&format!("{}/ready", here.internal)).await, (200, "ready".into()));
    assert!(old.is_served_at(&here.site).await);

    here.put(&new);
    assert!(old.is_served_at(&here.site).await, "not before it is told");
    running.signal("-HUP");
    new.is_served_soon_at(&here.site).await;
    assert!(!old.is_served_at(&here.site).await);

    // Cut off, not PEM at all, and one that another key is for.
    for (name, text) in [("chain.pem", &new.chain[..200]), ("key.pem", "x"), ("chain.pem", &old.chain)] {
        here.put_file(name, text);
        running.signal("-HUP");
        log.until("certificate not reloaded");
        assert!(lives(&mut running));
        assert!(new.is_served_at(&here.site).await, "{name}");
        here.put(&new);
    }
    here.put(&old);
    running.signal("-HUP");
    old.is_served_soon_at(&here.site).await;
    assert_eq!(running.stop(), Some(0));
}

#[tokio::test]
async fn a_hangup_while_it_starts_neither_ends_it_nor_is_lost() {
    // Of one key: so that whatever is read while they are exchanged fits.
    let key = KeyPair::generate().unwrap();
    let here = Installation::new(&Certificate::of(&key));
    let public = here.site.strip_prefix("https://localhost").unwrap();
    for most in [1, 1_000] {
        let (mut running, log) = here.serve();
        let began = Instant::now();
        // It listens before it opens anything, and answers once it has opened everything.
        while TcpStream::connect(format!("127.0.0.1{public}")).is_err() {
            assert!(lives(&mut running) && began.elapsed() < PATIENCE, "it does not listen");
            std::thread::sleep(Duration::from_millis(1));
        }
        let new = Certificate::of(&key);
        here.put(&new);
        running.signal("-HUP");
        assert!(!log.has("serving"), "it is still starting");
        let (ready, mut sent) = (format!("{}/ready", here.internal), 1);
        let ready = tokio::spawn(async move { get(&ready).await });
        while !ready.is_finished() {
            if sent < most {
                running.signal("-HUP");
                sent += 1;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            assert!(lives(&mut running) && began.elapsed() < PATIENCE, "it does not get ready");
        }
        assert_eq!(ready.await.unwrap(), (200, "ready".into()));
        new.is_served_soon_at(&here.site).await;
        assert_eq!(running.stop(), Some(0));
    }
}
