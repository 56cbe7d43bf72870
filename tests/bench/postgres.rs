//! A throw-away PostgreSQL server with its usual durability, on a free loopback port.

use anyhow::Context as _;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server, gone when dropped.
pub struct Postgres {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts one; `None` if PostgreSQL is not installed.
    pub fn start() -> anyhow::Result<Option<Self>> {
        let Some(bin) = programs() else {
            return Ok(None);
        };
        let folder = std::env::temp_dir().join(format!("portreeve-bench-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder)?;
        std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o700))?;
        // PostgreSQL refuses to run as root.
        let user = number("-u", None).filter(|uid| *uid == 0).and_then(|_| number("-u", Some("postgres")));
        if let Some(uid) = user {
            chown(&folder, Some(uid), None)?;
        }
        let data = folder.join("data");
        let made = as_user(user.is_some(), &bin.join("initdb"))
            .arg("--pgdata")
            .arg(&data)
            .args(["--username", "portreeve", "--auth", "trust", "--encoding", "UTF8", "--no-locale"])
            .output()?;
        anyhow::ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let port = super::house::free_port()?;
        let server = as_user(user.is_some(), &bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
            .spawn()?;
        let postgres = Self { server, folder, port };
        for _ in 0..200 {
            let asked = as_user(false, &bin.join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
                .status();
            if asked.is_ok_and(|answer| answer.success()) {
                return Ok(Some(postgres));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        anyhow::bail!("PostgreSQL does not start")
    }

    /// Where the store is.
    pub fn url(&self) -> String {
        format!("postgres://portreeve@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The first line of this file is the server's own pid, below whoever started it.
        let pid = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
        if let Some(pid) = pid.lines().next() {
            let _ = Command::new("kill").args(["-QUIT", pid]).status();
        }
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn as_user(postgres: bool, program: &Path) -> Command {
    let mut command = if postgres { Command::new("runuser") } else { Command::new(program) };
    if postgres {
        command.args(["-u", "postgres", "--"]).arg(program);
    }
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn number(what: &str, of: Option<&str>) -> Option<u32> {
    let id = Command::new("id").arg(what).args(of).output().ok().filter(|id| id.status.success())?;
    String::from_utf8(id.stdout).ok()?.trim().parse().ok()
}

/// The folder of PostgreSQL's programs: the newest where Debian keeps them, else on PATH.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort();
    let path = std::env::var_os("PATH").context("no PATH").ok()?;
    debian
        .into_iter()
        .rev()
        .chain(std::env::split_paths(&path))
        .find(|bin| ["initdb", "postgres", "pg_isready"].iter().all(|program| bin.join(program).is_file()))
}
