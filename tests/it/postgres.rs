//! A PostgreSQL server for this test process: made by `initdb` in a temporary folder, on a free loopback port, gone
//! when the process ends, however it ends.
//!
//! PostgreSQL refuses to run as root, so as root its programs run as the user `postgres`.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::OnceCell;

const MISSING: &str = "PostgreSQL's initdb, pg_ctl and postgres are neither on PATH nor under /usr/lib/postgresql/*/bin. \
     Install them (Debian: apt-get install postgresql), or run the other half alone: cargo test sqlite::";

/// A fresh database, copied from the template `name`, which `migrate` fills once per process. `migrate` gets the
/// template's URL and must have closed every connection to it when it returns: PostgreSQL copies only idle databases.
pub async fn database(name: &'static str, migrate: impl AsyncFnOnce(String)) -> String {
    static TEMPLATES: Mutex<BTreeMap<&str, Arc<OnceCell<()>>>> = Mutex::new(BTreeMap::new());
    static NEXT: AtomicU32 = AtomicU32::new(0);

    let server = server();
    let made = Arc::clone(TEMPLATES.lock().unwrap().entry(name).or_default());
    let template = format!("template_{name}");
    made.get_or_init(async || {
        server.create(&format!("CREATE DATABASE {template}")).await;
        migrate(server.url(&template)).await;
    })
    .await;
    let fresh = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    // The default strategy writes the copy through the log; FILE_COPY forces two checkpoints, about a second each.
    server.create(&format!("CREATE DATABASE {fresh} TEMPLATE {template}")).await;
    server.url(&fresh)
}

/// An empty database of somebody who may do nothing else on the server.
pub async fn of_a_tenant() -> String {
    let url = database("empty", async |_| {}).await;
    let (_, name) = url.rsplit_once('/').unwrap();
    let role =
        "DO $$ BEGIN CREATE ROLE tenant LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";
    server().create(role).await;
    server().create(&format!("ALTER DATABASE {name} OWNER TO tenant")).await;
    url.replace("portreeve@", "tenant@")
}

struct Server {
    port: u16,
    folder: PathBuf,
    // Its standard input closes when this process ends, however it ends; it then stops the server.
    watchdog: Child,
}

/// The server of this process, started at first use.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(&programs().expect(MISSING)))
}

impl Server {
    fn start(bin: &Path) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("portreeve-postgres-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap_or_else(|e| panic!("cannot make {}: {e}", folder.display()));
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700)).unwrap();
        let user = (std::fs::metadata(&folder).unwrap().uid() == 0).then(unprivileged);
        if let Some(user) = &user {
            chown(&folder, Some(user.uid), None).unwrap();
        }
        let name = user.as_ref().map(|user| user.name);
        let data = folder.join("data");
        let data = data.to_str().expect("a temporary folder named in UTF-8");
        finish(
            run_as(name, &bin.join("initdb"))
                .args(["--pgdata", data, "--username", "portreeve", "--auth", "trust"])
                .args(["--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions"]),
        );
        // The port may be taken between asking for it and using it.
        let port = (0..5)
            .find_map(|_| {
                let port = free_port();
                let options = format!(
                    "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 \
                     -c fsync=off -c full_page_writes=off -c jit=off"
                );
                run_as(name, &bin.join("pg_ctl"))
                    .args(["start", "--wait", "--silent", "--pgdata", data, "--options", &options])
                    .arg("--log")
                    .arg(folder.join("log"))
                    .status()
                    .unwrap()
                    .success()
                    .then_some(port)
            })
            .unwrap_or_else(|| {
                panic!(
                    "PostgreSQL does not start:\n{}",
                    std::fs::read_to_string(folder.join("log")).unwrap_or_default()
                )
            });
        let watchdog = watchdog(name, bin, &folder);
        Self { port, folder, watchdog }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://portreeve@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs a statement that names a database; the names are ours.
    async fn create(&self, statement: &str) {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        connection.execute(AssertSqlSafe(statement)).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
        connection.close().await.unwrap();
    }
}

/// Statics are never dropped, and a killed process runs nothing at all: so a shell outlives us by a moment.
fn watchdog(user: Option<&str>, bin: &Path, folder: &Path) -> Child {
    const SCRIPT: &str = r#"trap '' INT TERM HUP
cat >/dev/null
"$1" stop --silent --mode=immediate --pgdata "$2/data"
rm -rf "$2""#;
    run_as(user, Path::new("/bin/sh"))
        .args(["-c", SCRIPT, "sh"])
        .args([&bin.join("pg_ctl"), folder])
        .stdin(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap()
}

/// A command that runs as `user`, silent and in a folder everyone may enter.
fn run_as(user: Option<&str>, program: &Path) -> Command {
    let mut command = match user {
        Some(user) => {
            let mut command = Command::new("runuser");
            command.args(["-u", user, "--"]).arg(program);
            command
        }
        None => Command::new(program),
    };
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn finish(command: &mut Command) {
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

struct User {
    name: &'static str,
    uid: u32,
}

/// Whom root becomes: the user that PostgreSQL's package makes, else the one every system has.
fn unprivileged() -> User {
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| {
            let id = Command::new("id").args(["-u", name]).output().ok().filter(|id| id.status.success())?;
            Some(User { name, uid: String::from_utf8(id.stdout).ok()?.trim().parse().ok()? })
        })
        .expect("a user named postgres or nobody")
}

/// The folder of PostgreSQL's programs: on PATH, else the newest where Debian keeps them.
fn programs() -> Option<PathBuf> {
    let on_path =
        std::env::var_os("PATH").into_iter().flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let mut debian: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort_by_key(|bin: &PathBuf| {
        let version = bin.parent().and_then(Path::file_name).and_then(|version| version.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    on_path.chain(debian).find(|bin| ["initdb", "pg_ctl", "postgres"].iter().all(|program| bin.join(program).is_file()))
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn each_database_is_a_copy_of_its_own() {
    async fn fill(url: String) {
        let mut template = PgConnection::connect(&url).await.unwrap();
        template.execute("CREATE TABLE things (name TEXT PRIMARY KEY)").await.unwrap();
        template.close().await.unwrap();
    }
    let (one, two) = (database("fixture", fill).await, database("fixture", fill).await);
    assert_ne!(one, two);
    let mut first = PgConnection::connect(&one).await.unwrap();
    first.execute("INSERT INTO things VALUES ('here')").await.unwrap();
    let mut second = PgConnection::connect(&two).await.unwrap();
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM things").fetch_one(&mut second).await.unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
async fn it_listens_on_loopback_alone() {
    let url = database("loopback", async |_| {}).await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for (setting, value) in [("listen_addresses", "127.0.0.1"), ("unix_socket_directories", "")] {
        let found: String =
            sqlx::query_scalar("SELECT current_setting($1)").bind(setting).fetch_one(&mut connection).await.unwrap();
        assert_eq!(found, value, "{setting}");
    }
}

#[test]
fn it_goes_when_its_process_goes() {
    let mut server = Server::start(&programs().expect(MISSING));
    assert!(std::net::TcpStream::connect(("127.0.0.1", server.port)).is_ok());
    // What the end of the process does: the watchdog's standard input closes.
    drop(server.watchdog.stdin.take());
    server.watchdog.wait().unwrap();
    assert!(std::net::TcpStream::connect(("127.0.0.1", server.port)).is_err());
    assert!(!server.folder.exists());
}
