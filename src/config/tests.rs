use super::{Allowed, Cidr, Config, ConfigError, Database, Environment, LogFormat, SecretPlace, SmtpTls};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const SECRET: &str = "7c1f0a94e35b82d6409be1f7c85a32d0916e4fb7a8530c2de9476b1f50a83cd2";

/// A folder with everything the example names; gone afterwards.
struct House(PathBuf);

impl House {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("portreeve-config-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(folder.join("policies")).unwrap();
        std::fs::create_dir_all(folder.join("tls")).unwrap();
        let house = Self(folder);
        house.write("tls/chain.pem", "", 0o644);
        house.write("tls/key.pem", "", 0o600);
        house.write("root.secret", &format!("{SECRET}\n"), 0o600);
        house
    }

    fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    fn load(&self, text: &str, variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let file = self.write("portreeve.toml", text, 0o644);
        let variables: BTreeMap<_, _> = variables.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
        Config::load(&file, &Environment { variables, credentials: None })
    }

    /// The example as a council would have it here.
    fn example(&self) -> String {
        Config::example()
            .replace("/etc/portreeve", &self.0.display().to_string())
            .replace("# root_secret_file", "root_secret_file")
    }

    /// The problems of the example with one line exchanged.
    fn problems(&self, from: &str, to: &str) -> Vec<String> {
        let example = self.example();
        assert!(example.contains(from), "the example does not hold {from}");
        let error = self.load(&example.replacen(from, to, 1), &[]).map(|_| ()).expect_err(to);
        error.0.iter().map(ToString::to_string).collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_example_loads_and_means_what_it_says() {
    let house = House::new();
    let config = house.load(&house.example(), &[]).unwrap();
    assert_eq!(config.issuer.as_str(), "https://account.example.gov.uk");
    assert!(matches!(&config.database, Database::Sqlite { dir } if dir == Path::new("/var/lib/portreeve")));
    assert_eq!(config.root_secret, SecretPlace::File(house.0.join("root.secret")));
    let root = crate::crypto::roots::RootSecret::from_file(&house.0.join("root.secret"));
    assert!(root.is_ok(), "what is found fit here must be fit where it is read");
    assert!(config.listen.internal.ip().is_loopback());
    assert_eq!((config.argon2.memory_kib, config.argon2.passes, config.argon2.lanes), (19_456, 2, 1));
    let smtp = config.smtp.unwrap();
    assert_eq!((smtp.port, smtp.tls), (587, SmtpTls::Starttls));
    assert_eq!(config.languages, ["en"]);
}

#[test]
fn every_line_the_example_offers_is_a_key() {
    let house = House::new();
    for name in ["council-ca.pem", "postgres.url", "smtp.password"] {
        house.write(name, "kept-apart", 0o600);
    }
    let mut offered = 0;
    for line in Config::example().lines().filter_map(|line| line.strip_prefix("# ")) {
        let key = line.split(" = ").next().unwrap_or_default();
        if !line.contains(" = ") || key.contains(' ') {
            continue;
        }
        offered += 1;
        let text = house.example().replace(&format!("# {line}"), line);
        if let Err(error) = house.load(&text, &[]) {
            assert!(!error.to_string().contains("unknown field"), "{error}");
        }
    }
    assert_eq!(offered, 15);
}

#[test]
fn unknown_keys_are_refused_by_name_and_line() {
    let house = House::new();
    let problems = house.problems("[smtp]\n", "[smtp]\nhots = \"x\"\n");
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("unknown field `hots`") && problems[0].contains("`hots`"), "{problems:?}");
    let line = house.example().replacen("[smtp]\n", "[smtp]\nhots = \"x\"\n", 1);
    let number = line.lines().position(|line| line.starts_with("hots")).unwrap() + 1;
    assert!(problems[0].contains(&format!("portreeve.toml:{number}:")), "{problems:?}");
}

#[test]
fn variables_win_and_are_refused_by_name_too() {
    let house = House::new();
    let config = house
        .load(
            &house.example(),
            &[
                ("PORTREEVE_ISSUER", "https://other.example"),
                ("PORTREEVE_SMTP__HOST", "relay.example"),
                ("PORTREEVE_SMTP__PORT", "2525"),
                ("PORTREEVE_TRUSTED_PROXIES", r#"["10.0.0.0/8"]"#),
                ("PORTREEVE_OUTBOUND_ALLOW", r#"["localhost:8090"]"#),
                ("PORTREEVE_LOG__FORMAT", "text"),
                ("PORTREEVE_LISTEN__PUBLIC", "127.0.0.1:9443"),
                ("PORTREEVE_CONFIG", "not a setting"),
                ("HOME", "/root"),
            ],
        )
        .unwrap();
    assert_eq!(config.issuer.as_str(), "https://other.example");
    let smtp = config.smtp.unwrap();
    assert_eq!((smtp.host.as_str(), smtp.port, smtp.tls), ("relay.example", 2525, SmtpTls::Starttls));
    assert_eq!(config.trusted_proxies, [Cidr::parse("10.0.0.0/8").unwrap()]);
    assert_eq!(config.outbound_allow, [Allowed::parse("localhost:8090").unwrap()]);
    assert_eq!(config.log.format, LogFormat::Text);
    assert_eq!(config.listen.public.to_string(), "127.0.0.1:9443");
    for (name, value) in [
        ("PORTREEVE_ISUER", "https://a.example"),
        ("PORTREEVE_SMTP__HOTS", "x"),
        ("PORTREEVE_LOG__LEVEL", "loud"),
        ("PORTREEVE_TRUSTED_PROXIES", "[\"10.0.0.1/8\"]"),
        ("PORTREEVE_SMTP__PORT", "many"),
    ] {
        let error = house.load(&house.example(), &[(name, value)]).expect_err(name);
        assert_eq!(error.0.len(), 1, "{error}");
        assert_eq!(error.0[0].place(), name, "{error}");
    }
    // A value that parses but does not hold is blamed on the variable as well.
    let error = house.load(&house.example(), &[("PORTREEVE_ISSUER", "http://a.example")]).unwrap_err();
    assert_eq!((error.0[0].place(), error.0[0].key()), ("PORTREEVE_ISSUER", "issuer"));
}

#[test]
fn each_setting_that_does_not_hold_is_named() {
    let house = House::new();
    for (from, to, key, what) in [
        ("issuer = \"https://account.example.gov.uk\"", "", "issuer", "is missing"),
        ("account.example.gov.uk\"\n", "account.example.gov.uk/\"\n", "issuer", "no trailing slash"),
        ("issuer = \"https", "issuer = \"http", "issuer", "must begin with https"),
        (
            "issuer = \"https://account.example.gov.uk",
            "issuer = \"http://account.localhost:8080",
            "issuer",
            "localhost",
        ),
        ("data = ", "# data = ", "data", "no database"),
        ("policies\"\n", "nowhere\"\n", "policies", "is not there"),
        ("chain.pem", "nowhere.pem", "tls.cert", "is not there"),
        ("key = \"/", "# key = \"/", "tls", "both `cert` and `key`"),
        ("mail_from = \"no-reply@", "mail_from = \"no-reply", "mail_from", "right form"),
        ("[\"en\"]", "[\"cy\", \"en\"]", "languages", "must begin with"),
        ("[\"en\"]", "[\"en\", \"fr\"]", "languages", "must begin with"),
        ("tls = \"starttls\"", "tls = \"none\"", "smtp.tls", "over TLS only"),
        ("host = ", "# host = ", "smtp.host", "is missing"),
        ("# user = ", "user = ", "smtp.user", "go together"),
        ("memory_kib = 19456", "memory_kib = 1024", "argon2", "out of bounds"),
        ("passes = 2", "passes = 1", "argon2", "out of bounds"),
        ("127.0.0.1:9100", "[::]:8443", "listen", "share one address"),
        ("# staff = ", "staff = ", "staff_origin", "go together"),
        (
            "# staff_origin = \"https://staff.account.example.gov.uk",
            "staff_origin = \"https://192.0.2.1",
            "staff_origin",
            "passkeys",
        ),
        ("root_secret_file", "# root_secret_file", "root_secret_file", "no root secret"),
    ] {
        let problems = house.problems(from, to);
        assert!(
            problems.iter().any(|p| p.contains(&format!("`{key}`: ")) && p.contains(what) && p.contains("To mend it:")),
            "{from} -> {to}: {problems:#?}"
        );
        assert!(problems.iter().all(|p| p.contains("portreeve.toml") || p.contains("nowhere")), "{problems:#?}");
    }
}

#[test]
fn several_problems_are_told_at_once() {
    let house = House::new();
    let error = house.load("", &[]).unwrap_err();
    let keys: Vec<&str> = error.0.iter().map(super::Problem::key).collect();
    let wanted = ["issuer", "listen.public", "data", "policies", "root_secret_file", "smtp.host", "mail_from"];
    for key in wanted {
        assert!(keys.contains(&key), "{key} is not among {keys:?}");
    }
    assert_eq!(error.to_string().lines().count(), wanted.len());
}

#[test]
fn plain_http_is_for_loopback_and_proxies() {
    let house = House::new();
    let no_tls = house.example().replace("[tls]\n", "").replace("cert = ", "# ").replace("key = ", "# ");
    assert!(house.load(&no_tls, &[]).unwrap_err().to_string().contains("needs a certificate"));
    house.load(&no_tls, &[("PORTREEVE_TRUSTED_PROXIES", r#"["10.0.0.5"]"#)]).unwrap();
    let demo = no_tls.replace("https://account.example.gov.uk", "http://localhost:8080").replace("redirect = ", "# ");
    assert!(house.load(&demo, &[]).unwrap_err().to_string().contains("on loopback only"));
    let public = ("PORTREEVE_LISTEN__PUBLIC", "127.0.0.1:8080");
    house.load(&demo, &[public]).unwrap();
    // The staff's pages no less.
    let staff = |origin, address| {
        house.load(&demo, &[public, ("PORTREEVE_STAFF_ORIGIN", origin), ("PORTREEVE_LISTEN__STAFF", address)])
    };
    staff("http://localhost:8081", "127.0.0.1:8081").unwrap();
    let error = staff("http://localhost:8081", "0.0.0.0:8081").unwrap_err();
    assert_eq!(error.0.iter().map(super::Problem::key).collect::<Vec<_>>(), ["listen.staff"], "{error}");
    let error = staff("https://staff.example.gov.uk", "127.0.0.1:8081").unwrap_err();
    assert_eq!(error.0.iter().map(super::Problem::key).collect::<Vec<_>>(), ["staff_origin"], "{error}");
}

#[test]
fn default_and_weak_secrets_are_refused() {
    let house = House::new();
    for (secret, what) in [
        ("changeme", "default or an example"),
        ("portreeve-default-root-secret-do-not-use-1234567890", "default or an example"),
        ("7c1f0a94e35b82d6409be1f7c85a", "is neither 64 hex digits nor 32 raw bytes"),
        (&"ab12".repeat(16), "repeats itself"),
        ("abcdabcdabcdabcdabcdabcdabcdabcd", "repeats itself"),
        ("", "is empty"),
    ] {
        house.write("root.secret", secret, 0o600);
        let error = house.load(&house.example(), &[]).expect_err(secret);
        assert!(error.to_string().contains(what), "{error}");
        assert!(secret.is_empty() || !error.to_string().contains(secret), "the secret is quoted");
    }
    house.write("root.secret", SECRET, 0o640);
    let error = house.load(&house.example(), &[]).unwrap_err();
    assert!(error.to_string().contains("other users of this machine can read"), "{error}");

    house.write("root.secret", SECRET, 0o400);
    house.write("smtp.password", "ChangeMe", 0o600);
    let with_user = house.example().replace("# user", "user").replace("# password_file", "password_file");
    let error = house.load(&with_user, &[]).unwrap_err();
    assert!(error.to_string().contains("`smtp.password_file`: is a default password"), "{error}");

    house.write("postgres.url", "postgres://portreeve:postgres@db/portreeve", 0o600);
    let postgres = house.example().replace("data = ", "# ").replace("# postgres_url_file", "postgres_url_file");
    let error = house.load(&postgres, &[]).unwrap_err();
    assert!(error.to_string().contains("holds a default password"), "{error}");
    house.write("postgres.url", "postgres://portreeve:x7Kq2mWz@db/portreeve", 0o600);
    let config = house.load(&postgres, &[]).unwrap();
    assert!(matches!(config.database, Database::Postgres { .. }));
}

#[test]
fn secrets_come_as_systemd_credentials_too() {
    let house = House::new();
    let credentials = house.0.join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    house.write("credentials/root_secret", SECRET, 0o440);
    let text = house.example().replace("root_secret_file", "# root_secret_file");
    let file = house.write("portreeve.toml", &text, 0o644);
    let environment = Environment { variables: BTreeMap::new(), credentials: Some(credentials.clone()) };
    let config = Config::load(&file, &environment).unwrap();
    let place = SecretPlace::Credential { directory: credentials, name: "root_secret" };
    assert_eq!(config.root_secret, place);
}

#[test]
fn debug_shows_no_secret() {
    let house = House::new();
    house.write("smtp.password", "x7Kq2mWz-letters", 0o600);
    let text = house.example().replace("# user", "user").replace("# password_file", "password_file");
    let config = house.load(&text, &[]).unwrap();
    let shown = format!("{config:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("x7Kq2mWz"), "{shown}");
    assert!(shown.contains("account.example.gov.uk"));
}

#[test]
fn a_file_that_is_not_there_is_said_plainly() {
    let error = Config::load(Path::new("/nonexistent/portreeve.toml"), &Environment::default()).unwrap_err();
    assert!(error.to_string().starts_with("/nonexistent/portreeve.toml: `--config`: the settings cannot be read"));
}

#[test]
fn witnesses_have_an_address_and_a_key_each() {
    let house = House::new();
    let key = |name: &str, kind| {
        let key = crate::crypto::note::NoteKey::generate().unwrap();
        key.verifier(name, kind).unwrap().to_string()
    };
    let one = key("witness.example", crate::crypto::note::KeyKind::Witness);
    let log = key("town.example/log/2026", crate::crypto::note::KeyKind::Log);
    let witness = |url: &str, key: &str| format!("[[witness]]\nurl = {url:?}\nkey = {key:?}\n");
    let with = |more: &str| house.load(&format!("{}\n{more}", house.example()), &[]);
    assert_eq!(with("").unwrap().witnesses, []);
    let loaded = with(&witness("https://witness.example/", &one)).unwrap().witnesses;
    assert_eq!(
        (loaded.len(), loaded[0].url.as_str(), loaded[0].key.name()),
        (1, "https://witness.example/", "witness.example")
    );
    for (more, key) in [
        (witness("witness.example", &one), "witness.url"),
        ("[[witness]]\nkey = \"x\"\n".to_owned(), "witness.url"),
        (witness("https://witness.example", "x"), "witness.key"),
        (witness("https://witness.example", &log), "witness.key"),
        (witness("https://a.example", &one) + &witness("https://b.example", &one), "witness"),
    ] {
        let error = with(&more).map(|_| ()).expect_err(&more);
        assert!(error.to_string().contains(&format!("`{key}`")), "{error}");
    }
}

#[test]
fn a_collector_has_an_address_and_perhaps_a_secret() {
    let house = House::new();
    let with = |more: &str| house.load(&format!("{}\n{more}", house.example()), &[]);
    assert!(with("").unwrap().collector.is_none());
    let secret = house.write("collector.authorization", "Bearer 0a1b\n", 0o600);
    let lines =
        format!("[collector]\nurl = \"https://siem.example/in\"\nauthorization_file = \"{}\"\n", secret.display());
    let loaded = with(&lines).unwrap().collector.unwrap();
    assert_eq!((loaded.form, loaded.name.as_str()), (super::Form::Lines, "https://siem.example"));
    let authorization = loaded.authorization.clone().unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&authorization), "Bearer 0a1b");
    assert!(!format!("{loaded:?}").contains("0a1b"));
    let loaded = with("[collector]\nurl = \"syslog+tls://siem.example\"\n").unwrap().collector.unwrap();
    assert_eq!((loaded.form, loaded.name.as_str()), (super::Form::Syslog, "syslog+tls://siem.example:6514"));
    let (chain, key) = (house.write("siem.pem", "chain", 0o600), house.write("siem.key", "key", 0o600));
    let syslog = "[collector]\nurl = \"syslog+tls://siem.example\"\n";
    let certificate = format!("client_certificate_file = \"{}\"\n", chain.display());
    let both = format!("{certificate}client_key_file = \"{}\"\n", key.display());
    let loaded = with(&format!("{syslog}{both}")).unwrap().collector.unwrap();
    assert_eq!(loaded.identity, Some(super::Identity { certificate: chain, key }));
    house.write("torn.authorization", "Bearer 0a\u{1}1b\n", 0o600);
    for (more, key) in [
        ("[collector]\n".to_owned(), "collector.url"),
        ("[collector]\nurl = \"siem.example:6514\"\n".to_owned(), "collector.url"),
        ("[collector]\nurl = \"https://user:0a1b@siem.example\"\n".to_owned(), "collector.url"),
        (lines.replace("https://siem.example/in", "syslog+tls://siem.example"), "collector.authorization_file"),
        (lines.replace("collector.authorization", "torn.authorization"), "collector.authorization_file"),
        (lines.replace("collector.authorization", "no.authorization"), "collector.authorization_file"),
        (format!("{syslog}{certificate}"), "collector.client_certificate_file"),
        (format!("{syslog}{both}").replace("siem.key", "no.key"), "collector.client_key_file"),
        (format!("{lines}{both}"), "collector.client_certificate_file"),
    ] {
        let error = with(&more).map(|_| ()).expect_err(&more);
        assert!(error.to_string().contains(&format!("`{key}`")), "{error}");
        assert!(!error.to_string().contains("0a1b"), "{error}");
    }
}
