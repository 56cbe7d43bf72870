//! A store with two clients and some residents who are signed in and have been told what the clients get, made
//! through the library.

use anyhow::Context as _;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portreeve::app::{App, Clock, Parts};
use portreeve::config::Origin;
use portreeve::crypto::index::{BlindIndex, IndexKind};
use portreeve::crypto::password::{Cost, Hasher, Password};
use portreeve::crypto::record::EventSeed;
use portreeve::crypto::roots::{RootSecret, Roots};
use portreeve::crypto::tokens::{self, Token, TokenHash};
use portreeve::crypto::weak::WeakPasswords;
use portreeve::domain::account::{EmailAddress, FullName};
use portreeve::domain::audit::vocabulary::AccountCreated;
use portreeve::domain::audit::{ActorClass, Channel, Context, Draft};
use portreeve::domain::authorization::{Prompt, Request, ResponseMode};
use portreeve::domain::client::{Issuer, Lang};
use portreeve::domain::ids::ClientId;
use portreeve::domain::sharing::Method;
use portreeve::domain::time::When;
use portreeve::http::address::Networks;
use portreeve::http::outbound::Outbound;
use portreeve::mail::{Kept, Mail};
use portreeve::policy::{Bundle, sample};
use portreeve::service::authorize::{Next, Stage, next};
use portreeve::service::post::Text;
use portreeve::service::sessions::{self, Browser};
use portreeve::service::sharing::{self, Capture};
use portreeve::service::sign_in::arrival::Door;
use portreeve::service::sign_in::{Attempt, Outcome, attempt};
use portreeve::service::{people, setup};
use portreeve::store::contacts::NewContact;
use portreeve::store::{Db, Location, Settings, accounts, contacts};
use portreeve::view::Languages;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

/// How many residents: one for each connection, so that none waits for another's rows.
pub const RESIDENTS: usize = 16;

/// What every resident signs in with.
pub const PASSWORD: &str = "seven grey herons at noon";

/// The client that shows a secret.
pub const BASIC: &str = "bench-basic";
/// The client that signs assertions.
pub const KEY_JWT: &str = "bench-key";
/// The first one's secret.
pub const SECRET: &str = "c2VjcmV0LW9mLXRoZS1sb2FkLXByb2dyYW0";
/// Where codes are sent; nobody listens there.
pub const CALLBACK: &str = "http://localhost:8092/callback";
/// What its own programs may ask for.
pub const MACHINE_SCOPE: &str = "bench.read";
/// The scopes asked for.
pub const SCOPE: &str = "openid profile email";

/// Where the records are.
pub enum Place {
    /// In a folder of their own.
    Sqlite,
    /// At this URL.
    Postgres(String),
}

/// A resident who is signed in.
pub struct Resident {
    /// What she signs in with.
    pub email: String,
    /// Her session's cookie.
    pub session: String,
    /// Her browser's cookie.
    pub browser: String,
}

/// A store and the settings to serve it with.
pub struct House {
    /// The settings.
    pub config: PathBuf,
    /// The issuer.
    pub issuer: String,
    /// Where it will listen.
    pub address: SocketAddr,
    /// Where it will say that it is ready.
    pub internal: SocketAddr,
    /// The residents.
    pub residents: Vec<Resident>,
    /// The key of [`KEY_JWT`].
    pub key: EcdsaKeyPair,
    folder: PathBuf,
    location: Location,
}

impl House {
    /// Makes one.
    pub async fn new(place: Place) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("portreeve-bench-{}", tokens::uuid()));
        std::fs::create_dir(&folder)?;
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let (address, internal) = (local(free_port()?), local(free_port()?));
        let issuer = format!("http://localhost:{}", address.port());
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let config = folder.join("portreeve.toml");
        let location = match &place {
            Place::Sqlite => Location::Sqlite(folder.join("data")),
            Place::Postgres(url) => Location::Postgres(url.clone()),
        };
        let mut house = Self { config, issuer, address, internal, residents: Vec::new(), key, folder, location };
        house.write_settings(&place)?;
        RootSecret::generate_to_file(&house.folder.join("root.secret"))?;
        let app = house.app().await?;
        for number in 0..RESIDENTS {
            let resident = resident(&app, number).await.context("a resident")?;
            house.residents.push(resident);
        }
        app.db.close().await;
        Ok(house)
    }

    /// Where its policies are.
    pub fn policies(&self) -> PathBuf {
        self.folder.join("policies")
    }

    /// Where the server's log goes.
    pub fn log(&self) -> anyhow::Result<File> {
        Ok(File::options().append(true).create(true).open(self.folder.join("log"))?)
    }

    /// The log's last lines.
    pub fn said(&self) -> String {
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn write_settings(&self, place: &Place) -> anyhow::Result<()> {
        let policies = self.policies();
        sample::write_to(&policies, "http://localhost:8090", "http://localhost:8091")?;
        Self::write_service(&policies, BASIC, &{
            let sha256: Vec<String> = TokenHash::of(SECRET).0.iter().map(|byte| format!("{byte:02x}")).collect();
            let sha256 = sha256.concat();
            format!(
                "security_profile = \"legacy\"\n\
                 legacy = {{ relaxations = [\"client_secret\"], until = 2099-12-31 }}\n\
                 token_endpoint_auth_method = \"client_secret_basic\"\nclient_secret_sha256 = \"{sha256}\"\n\
                 machine_scopes = [\"{MACHINE_SCOPE}\"]"
            )
        })?;
        Self::write_service(&policies, KEY_JWT, &{
            let public = self.key.public_key().as_ref();
            let (x, y) = public.strip_prefix(&[4]).and_then(|point| point.split_at_checked(32)).context("a point")?;
            let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
            format!(
                "security_profile = \"standard\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n\
                 jwks = {{ keys = [{{ kty = \"EC\", crv = \"P-256\", x = \"{x}\", y = \"{y}\", alg = \"ES256\", \
                 use = \"sig\", kid = \"bench\" }}] }}"
            )
        })?;
        let database = match place {
            Place::Sqlite => "data = \"data\"".to_owned(),
            Place::Postgres(url) => {
                write_secret(&self.folder.join("postgres.url"), url)?;
                "postgres_url_file = \"postgres.url\"".to_owned()
            }
        };
        let settings = format!(
            "issuer = \"{}\"\n{database}\npolicies = \"policies\"\nroot_secret_file = \"root.secret\"\n\
             mail_from = \"no-reply@havenbrook.example\"\nlanguages = [\"en\"]\n\
             [listen]\npublic = \"{}\"\ninternal = \"{}\"\n[smtp]\nhost = \"localhost\"\ntls = \"none\"\n",
            self.issuer, self.address, self.internal
        );
        Ok(std::fs::write(&self.config, settings)?)
    }

    /// The sample's first service under another name and with another proof of who it is.
    fn write_service(policies: &Path, id: &str, proof: &str) -> anyhow::Result<()> {
        let pattern = policies.join("services/garden-waste.toml");
        let mut text = format!("{proof}\n");
        for line in std::fs::read_to_string(pattern)?.lines() {
            let proven = ["security_profile", "token_endpoint_auth_method", "jwks_uri"];
            if !proven.iter().any(|key| line.starts_with(key)) {
                let line = line.replace("\"garden-waste\"", &format!("\"{id}\"")).replace("8090", "8092");
                text.push_str(&line);
                text.push('\n');
            }
        }
        Ok(std::fs::write(policies.join(format!("services/{id}.toml")), text)?)
    }

    /// The application on this store, in this process; the first makes it.
    pub async fn app(&self) -> anyhow::Result<App> {
        let issuer = Issuer::parse(&self.issuer)?;
        let bundle = Bundle::load(&self.policies(), &issuer)?;
        bundle.check(&setup::held(), jiff::civil::date(2026, 12, 1))?;
        let roots = Roots::derive(&RootSecret::from_file(&self.folder.join("root.secret"))?)?;
        let db = Db::open(&self.location, &Settings::default()).await?;
        setup::first_start(&db, &roots, &(&bundle).into(), Clock::Wall.now()).await?;
        let parts = Parts {
            hasher: Hasher::new(Cost::FLOOR, 1, 64, None)?,
            weak: WeakPasswords::default(),
            clock: Clock::Wall,
            mail: Mail::Kept(Kept::new()),
            outbound: Outbound::new(&[], None)?,
            upstream: portreeve::service::staff::upstream::Provider::default(),
            languages: Languages::BOTH,
            origin: Origin::parse(&self.issuer)?,
            staff_origin: None,
            proxies: Networks::default(),
            kiosks: Networks::default(),
            open_registration: None,
            db,
            roots,
            issuer,
        };
        Ok(App::start(parts).await?)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A port that is free now.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn write_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

/// A new account knows no browser yet, so nobody is warned of its first.
fn unwritten() -> Text {
    Text { subject: String::new(), body: String::new() }
}

async fn resident(app: &App, number: usize) -> anyhow::Result<Resident> {
    let (now, email) = (app.now(), format!("resident{number}@havenbrook.example"));
    create(app, &email, now).await?;
    let browser = Browser { token: Token::random(), agent: "Load".into() };
    let door = Door {
        browser: &browser,
        own_device: true,
        language: "en",
        client: None,
        before: None,
        context: Context::default(),
    };
    let Outcome::SignedIn { token, .. } =
        attempt(app, &Attempt { typed: &email, password: PASSWORD, door, warning: &|_, _| unwritten() }, now).await?
    else {
        anyhow::bail!("{email} cannot sign in");
    };
    let who = sessions::find(app, &token, now).await?.context("the session does not stand")?;
    for id in [BASIC, KEY_JWT] {
        let id = ClientId::parse(id).context("a client id")?;
        let client = app.snapshot().client(&id).cloned().context("no such client")?;
        let request = Request {
            client_id: id,
            redirect_uri: CALLBACK.to_owned(),
            response_mode: ResponseMode::Query,
            scope: SCOPE.to_owned(),
            claims: None,
            state: None,
            nonce: None,
            challenge: None,
            prompt: Prompt::default(),
            max_age: None,
            login_hint: None,
            hinted_sub: None,
            proof_before: None,
            resources: Vec::new(),
            acr_values: None,
            vtr: None,
            without_step_up: false,
        };
        if let Next::Interact(release) = next(app, &request, &client, Some(&who), Stage::Arrived, now).await? {
            let capture = Capture::on_page(Lang::En, Method::Page, 2, None);
            let told = (&*client, release.inform.as_slice());
            sharing::tell(app, who.account, told, (&capture, false), Context::default(), now).await?;
        }
    }
    Ok(Resident { email, session: token.as_str().to_owned(), browser: browser.token.as_str().to_owned() })
}

async fn create(app: &App, email: &str, now: When) -> anyhow::Result<()> {
    let email = EmailAddress::parse(email)?;
    let phc = app.hasher.hash(Password::parse(PASSWORD)?).await?;
    let keys = people::create_keys(app, now).await?;
    let account = keys.account();
    let name = keys.seal(people::name_field(account), FullName::parse("Ada Wren")?.as_str())?;
    let blind = |kind| BlindIndex::of(&app.roots, kind, &email.folded()).0;
    let id = tokens::uuid();
    let address = keys.seal(people::address_field(id), email.as_str())?;
    let contact = NewContact { id, account, kind: "email", blind: blind(IndexKind::Email).to_vec(), address };
    let identifier = blind(IndexKind::SignInName);
    let notice = AccountCreated { notice: "account@1 en".into() };
    let draft = Draft::new(ActorClass::System, notice).about(account).by(Channel::Batch);
    let event = app.snapshot().recorder.seal(EventSeed::draw(now), &draft, Some(&keys))?;
    app.db
        .write(async |mut w| {
            accounts::insert(&mut w, account, "active", &name, now).await?;
            accounts::claim_identifier(&mut w, "email", &identifier, account, now).await?;
            contacts::insert(&mut w, &contact, now).await?;
            accounts::insert_credential(&mut w, account, phc.as_str(), now).await?;
            w.commit(event.clone(), ()).await
        })
        .await?;
    Ok(())
}
