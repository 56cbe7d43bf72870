//! PostgreSQL's own programs, which copy a database and put it back: `pg_dump`, `pg_restore` and `psql`. All they say goes
//! through pipes, and the password through their environment: arguments can be read by others on the machine.

use super::Error;
use super::copies::Which;
use super::db::secured;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions as _, Connection as _};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::str::FromStr as _;
use std::thread::JoinHandle;

/// What is needed, all of one version.
const NEEDED: [&str; 3] = ["pg_dump", "pg_restore", "psql"];

/// Where Debian keeps them, a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// Begins what is put back, and holds a lock meanwhile. Whatever ends the session before [`COMMIT`] leaves the database as it was.
pub const BEGIN: &str = "BEGIN;\nDO $$ BEGIN PERFORM pg_advisory_xact_lock(8101815670912116070); END $$;\n";

/// The same lock, waited for, but not for ever. `psql` outlives whoever started it: all of it may be on the way still.
const NOBODY_AT_IT: &str = "SET lock_timeout = '20s'; SELECT pg_advisory_lock(8101815670912116070)";

/// Ends what is put back.
pub const COMMIT: &str = "COMMIT;\n";

/// Why the programs did not do it.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// They are not there.
    #[error(
        "pg_dump, pg_restore and psql are needed, and are not together in {looked}: install PostgreSQL's client programs (Debian, \
         Ubuntu: `apt-get install postgresql-client-{server}`), or name their folder with --programs"
    )]
    Missing {
        /// Where they were looked for.
        looked: String,
        /// The server's version.
        server: u32,
    },
    /// They are of an older version than the server, and would not copy it.
    #[error(
        "pg_dump in {folder} is of PostgreSQL {found}, and the server is of {server}: install postgresql-client-{server}, or name \
         the folder of a newer one with --programs"
    )]
    Older {
        /// Where they are.
        folder: String,
        /// Their version.
        found: u32,
        /// The server's.
        server: u32,
    },
    /// One of them failed.
    #[error("{program} failed: {said}")]
    Failed {
        /// Which.
        program: &'static str,
        /// What it said.
        said: String,
    },
    /// One of them cannot be started, or its pipes broke.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] Error),
}

/// The programs, with the database that they are for.
pub struct Programs {
    folder: PathBuf,
    environment: Vec<(&'static str, OsString)>,
}

impl Programs {
    /// Those of the named folder, or the first on PATH or at Debian's place that are no older than the server.
    ///
    /// # Errors
    /// There are none, or the server cannot be reached.
    pub async fn find(url: &str, named: Option<&Path>) -> Result<Self, DumpError> {
        let environment = environment(url)?;
        let server = version_of_server(url).await?;
        let folders = named.map_or_else(folders, |folder| vec![folder.to_owned()]);
        let mut older = None;
        for folder in folders.iter().filter(|folder| NEEDED.iter().all(|name| folder.join(name).is_file())) {
            match version_of_dump(folder) {
                Some(found) if found >= server => return Ok(Self { folder: folder.clone(), environment }),
                Some(found) => older = older.or(Some((folder, found))),
                None => {}
            }
        }
        if let Some((folder, found)) = older {
            return Err(DumpError::Older { folder: folder.display().to_string(), found, server });
        }
        let place = format!("one folder on PATH or in {DEBIAN}/*/bin");
        Err(DumpError::Missing { looked: named.map_or(place, |folder| folder.display().to_string()), server })
    }

    /// Copies one of the two, as of that moment; the copy comes out of the program.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn dump(&self, which: Which, of: &Moment) -> Result<Running, DumpError> {
        let part = match which {
            Which::Data => "--exclude-schema=vault",
            Which::Vault => "--schema=vault",
        };
        let snapshot = format!("--snapshot={}", of.name);
        self.start(
            "pg_dump",
            &["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s", part, &snapshot],
        )
    }

    /// Turns a copy that goes in into statements that come out.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn statements(&self) -> Result<Running, DumpError> {
        self.start("pg_restore", &["--file=-", "--no-owner", "--no-privileges"])
    }

    /// Runs the statements that go in, and stops at the first that fails.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn session(&self) -> Result<Running, DumpError> {
        self.start("psql", &["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-"])
    }

    fn start(&self, program: &'static str, arguments: &[&str]) -> Result<Running, DumpError> {
        let mut command = Command::new(self.folder.join(program));
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_libpq(name)) {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).env("LC_ALL", "C");
        let mut child = command.spawn()?;
        let mut complaints = child.stderr.take();
        // Read at once: a program that complains at length would wait for its reader.
        let said = std::thread::spawn(move || {
            let mut said = Vec::new();
            if let Some(complaints) = &mut complaints {
                let _ = complaints.read_to_end(&mut said);
            }
            String::from_utf8_lossy(&said).into_owned()
        });
        Ok(Running { program, child, said: Some(said) })
    }
}

/// One of the programs at work; killed if it is dropped before its end.
pub struct Running {
    program: &'static str,
    child: Child,
    said: Option<JoinHandle<String>>,
}

impl Running {
    /// What it reads; its end is the end of this value.
    ///
    /// # Errors
    /// It was taken before.
    pub fn input(&mut self) -> io::Result<ChildStdin> {
        self.child.stdin.take().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }

    /// What it writes.
    ///
    /// # Errors
    /// It was taken before.
    pub fn output(&mut self) -> io::Result<ChildStdout> {
        self.child.stdout.take().ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// It failed; what it said, at most its last lines.
    pub fn end(mut self) -> Result<(), DumpError> {
        drop(self.child.stdin.take());
        let status = self.child.wait()?;
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        if status.success() {
            return Ok(());
        }
        let lines: Vec<&str> = said.lines().collect();
        let last = lines.get(lines.len().saturating_sub(3)..).unwrap_or_default().join("; ");
        Err(DumpError::Failed { program: self.program, said: if last.is_empty() { status.to_string() } else { last } })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One moment of a database, held until it is ended: all that is copied of it fits together.
pub struct Moment {
    connection: PgConnection,
    name: String,
}

impl Moment {
    /// This one.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn hold(url: &str) -> Result<Self, Error> {
        let mut connection = secured(PgConnectOptions::from_str(url)?).connect().await?;
        sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut connection).await?;
        sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut connection).await?;
        let name = sqlx::query_scalar("SELECT pg_export_snapshot()").fetch_one(&mut connection).await?;
        Ok(Self { connection, name })
    }

    /// How many rows the tables had then by which a loss would be seen.
    ///
    /// # Errors
    /// What the database says.
    pub async fn counts(&mut self, which: Which) -> Result<Vec<(&'static str, i64)>, Error> {
        if which == Which::Vault {
            sqlx::query("SET LOCAL search_path = vault").execute(&mut self.connection).await?;
        }
        let mut counts = Vec::new();
        for (table, sql) in which.counted() {
            counts.push((*table, sqlx::query_scalar(*sql).fetch_one(&mut self.connection).await?));
        }
        Ok(counts)
    }

    /// Lets it go.
    ///
    /// # Errors
    /// What the database says.
    pub async fn end(self) -> Result<(), Error> {
        Ok(self.connection.close().await?)
    }
}

/// How many tables, views and sequences a database has that no extension brought, and whether it has a vault: what is put back needs
/// none. What somebody puts back there now is waited for.
///
/// # Errors
/// The database cannot be reached, or what is put back there now is too long in coming to an end.
pub async fn occupied(url: &str) -> Result<i64, Error> {
    let mut connection = secured(PgConnectOptions::from_str(url)?).connect().await?;
    sqlx::raw_sql(NOBODY_AT_IT).execute(&mut connection).await?;
    let found = sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'))
              + (SELECT COUNT(*) FROM pg_namespace WHERE nspname = 'vault')",
    )
    .fetch_one(&mut connection)
    .await;
    connection.close().await?;
    Ok(found?)
}

/// Statements that give up what is being put back unless the tables have as many rows as were copied.
#[must_use]
pub fn as_many(which: Which, counts: &BTreeMap<String, i64>) -> String {
    let schema = if which == Which::Vault { "vault." } else { "" };
    let mut sql = "RESET search_path;\nDO $$ BEGIN\n".to_owned();
    for (table, _) in which.counted() {
        if let Some(rows) = counts.get(*table) {
            // Writing to a String cannot fail.
            let _ = writeln!(
                sql,
                "IF (SELECT COUNT(*) FROM {schema}{table}) <> {rows} THEN RAISE EXCEPTION 'not {rows} rows of {table}, as were \
                 copied'; END IF;"
            );
        }
    }
    sql + "END $$;\n"
}

/// A statement that sets a value of the house in what is being put back.
#[must_use]
pub fn marked(name: &str, value: &[u8]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!(
        "RESET search_path;\nINSERT INTO house (name, value) VALUES (convert_from('\\x{}', 'UTF8'), '\\x{}')
         ON CONFLICT (name) DO UPDATE SET value = excluded.value;\n",
        hex(name.as_bytes()),
        hex(value)
    )
}

fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir(DEBIAN)
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    let number = |bin: &Path| bin.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    debian.sort_by_key(|bin| std::cmp::Reverse(number(bin)));
    std::env::split_paths(&path).chain(debian).collect()
}

/// "pg_dump (PostgreSQL) 17.2 (Debian 17.2-1)": 17.
fn version_of_dump(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("pg_dump")).arg("--version").stdin(Stdio::null()).output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, number) = said.split_once("(PostgreSQL) ")?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

async fn version_of_server(url: &str) -> Result<u32, Error> {
    let mut connection = secured(PgConnectOptions::from_str(url)?).connect().await?;
    let number: Result<String, _> = sqlx::query_scalar("SHOW server_version_num").fetch_one(&mut connection).await;
    connection.close().await?;
    Ok(number?.parse::<u32>().unwrap_or(0) / 10_000)
}

/// What would lead the programs to another database than ours. The password may come this way.
fn is_of_libpq(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with("PG") && !["PGPASSWORD", "PGPASSFILE"].contains(&name))
}

/// How the programs reach this database, as the driver does: off loopback the server's certificate and name are verified.
fn environment(url: &str) -> Result<Vec<(&'static str, OsString)>, Error> {
    let options = secured(PgConnectOptions::from_str(url)?);
    let parts = url::Url::parse(url).map_err(|error| Error::Unavailable(format!("the database's URL: {error}")))?;
    let asked = |names: &[&str]| parts.query_pairs().find(|(name, _)| names.contains(&&**name)).map(|(_, value)| value);
    let host = options.get_socket().map_or_else(|| options.get_host().into(), |socket| socket.clone().into_os_string());
    let mut environment: Vec<(&'static str, OsString)> = vec![
        ("PGHOST", host),
        ("PGPORT", options.get_port().to_string().into()),
        ("PGUSER", options.get_username().into()),
        ("PGDATABASE", options.get_database().unwrap_or_else(|| options.get_username()).into()),
        ("PGSSLMODE", mode(options.get_ssl_mode()).into()),
        ("PGAPPNAME", "portreeve backup".into()),
        ("PGCONNECT_TIMEOUT", "10".into()),
    ];
    let password =
        asked(&["password"]).map(std::borrow::Cow::into_owned).or_else(|| parts.password().and_then(decoded));
    let authority = asked(&["sslrootcert", "ssl-root-cert", "ssl-ca"]).map(std::borrow::Cow::into_owned);
    let verified = matches!(options.get_ssl_mode(), PgSslMode::VerifyFull | PgSslMode::VerifyCa);
    for (name, value) in [
        ("PGPASSWORD", password),
        ("PGSSLROOTCERT", authority.or_else(|| verified.then(|| "system".to_owned()))),
        ("PGSSLCERT", asked(&["sslcert", "ssl-cert"]).map(std::borrow::Cow::into_owned)),
        ("PGSSLKEY", asked(&["sslkey", "ssl-key"]).map(std::borrow::Cow::into_owned)),
    ] {
        environment.extend(value.map(|value| (name, value.into())));
    }
    Ok(environment)
}

const fn mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

/// A password as it stands in a URL.
fn decoded(password: &str) -> Option<String> {
    // A form would take a plus for a space and end at an ampersand.
    let form = format!("p={}", password.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(form.as_bytes()).next().map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::{as_many, environment, is_of_libpq, marked};
    use crate::store::copies::Which;
    use std::collections::BTreeMap;

    fn of(url: &str) -> BTreeMap<&'static str, String> {
        environment(url).unwrap().into_iter().map(|(name, value)| (name, value.into_string().unwrap())).collect()
    }

    #[test]
    fn the_programs_go_where_the_driver_goes() {
        let here = of("postgres://ada:a%2Bb+c%26d&e%20f@127.0.0.1:5433/house");
        let some = |name: &str| here.get(name).map(String::as_str);
        assert_eq!(some("PGPASSWORD"), Some("a+b+c&d&e f"));
        assert_eq!((some("PGHOST"), some("PGPORT")), (Some("127.0.0.1"), Some("5433")));
        assert_eq!((some("PGUSER"), some("PGDATABASE")), (Some("ada"), Some("house")));
        assert_eq!((some("PGSSLMODE"), some("PGSSLROOTCERT")), (Some("prefer"), None));
        let there = of("postgres://ada@db.example/house?sslmode=disable");
        assert_eq!((there["PGSSLMODE"].as_str(), there["PGSSLROOTCERT"].as_str()), ("verify-full", "system"));
        assert!(!there.contains_key("PGPASSWORD"));
        let named = of("postgres://ada@db.example/house?sslrootcert=/etc/ca.pem");
        assert_eq!(named["PGSSLROOTCERT"], "/etc/ca.pem");
    }

    #[test]
    fn nothing_leads_them_elsewhere() {
        assert!(is_of_libpq("PGHOSTADDR".as_ref()) && is_of_libpq("PGSERVICE".as_ref()));
        assert!(!is_of_libpq("PGPASSFILE".as_ref()) && !is_of_libpq("PATH".as_ref()));
    }

    #[test]
    fn only_tables_of_ours_are_counted() {
        let counts = [("account", 3), ("account; DROP TABLE house", 1)].map(|(name, rows)| (name.to_owned(), rows));
        let sql = as_many(Which::Data, &counts.into());
        assert!(sql.contains("FROM account) <> 3") && !sql.contains("DROP"), "{sql}");
        assert!(!marked("it's", b"'").contains("it's"));
    }
}
