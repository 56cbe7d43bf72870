//! The release binary as a process of its own, on a core of its own where `taskset` is installed.

use super::house::House;
use super::wire::Wire;
use anyhow::Context as _;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The core that the server gets; all else runs on the first.
const SERVER_CORE: &str = "1";

/// Clock ticks a second in `/proc/<pid>/stat`: the same on every Linux there is.
const TICKS: f64 = 100.0;

fn can_pin() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    cores > 1 && Command::new("taskset").arg("--version").stdout(Stdio::null()).status().is_ok()
}

/// Keeps this process on these cores.
fn pin_to(cores: &str) -> bool {
    let own = std::process::id().to_string();
    Command::new("taskset").args(["-a", "-c", "-p", cores, &own]).stdout(Stdio::null()).status().is_ok()
}

/// Takes the server's core too, where it has one of its own and waits; gives how many there are then. [`pin_self`] ends it.
pub fn borrow_core() -> usize {
    pin_to(&format!("0,{SERVER_CORE}"));
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Leaves the server's core to the server, and says so.
pub fn pin_self() -> &'static str {
    let pinned = can_pin() && pin_to("0");
    if pinned { "The server has a core of its own." } else { "The server shares its cores: install taskset." }
}

/// A running server.
pub struct Server {
    child: Child,
    ready_after: Duration,
}

impl Server {
    /// Starts it and waits until it is ready.
    pub async fn start(house: &House, binary: &Path) -> anyhow::Result<Self> {
        let mut command = Self::command(binary);
        command.arg("serve").arg("--config").arg(&house.config).stdout(house.log()?);
        Self::run(command, house.internal, house.address, || house.said()).await
    }

    /// A program on the server's core.
    pub fn command(binary: &Path) -> Command {
        // This process is pinned, so the question how many cores there are was answered when it began.
        let mut command = if Command::new("taskset").arg("--version").stdout(Stdio::null()).status().is_ok() {
            let mut command = Command::new("taskset");
            command.args(["-c", SERVER_CORE]).arg(binary);
            command
        } else {
            Command::new(binary)
        };
        command.stdin(Stdio::null());
        command
    }

    /// Starts a program and waits until it says at `internal` that it is ready and answers at `address`.
    pub async fn run(
        mut command: Command,
        internal: SocketAddr,
        address: SocketAddr,
        said: impl Fn() -> String,
    ) -> anyhow::Result<Self> {
        let began = Instant::now();
        let child = command.spawn().context("the server cannot be started")?;
        let mut server = Self { child, ready_after: Duration::ZERO };
        let request = format!("GET /ready HTTP/1.1\r\nhost: {internal}\r\n\r\n");
        while began.elapsed() < Duration::from_secs(20) {
            if let Some(ended) = server.child.try_wait()? {
                anyhow::bail!("the server ended with {ended}: {}", said());
            }
            if let Ok(mut wire) = Wire::to(internal).await
                && wire.ask(request.as_bytes()).await.is_ok_and(|answer| answer.status == 200)
                && Wire::to(address).await.is_ok()
            {
                server.ready_after = began.elapsed();
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        anyhow::bail!("the server is not ready after 20 s: {}", said())
    }

    /// From its start until it was ready.
    pub const fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Processor time used so far by all its threads, of user and system.
    pub fn processor(&self) -> anyhow::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in brackets may hold spaces; utime and stime are the 12th and 13th fields after it (proc(5)).
        let fields = stat.rsplit_once(')').context("no such line in /proc")?.1.split_whitespace();
        let ticks: u32 = fields.skip(11).take(2).map(str::parse::<u32>).sum::<Result<_, _>>()?;
        Ok(Duration::from_secs_f64(f64::from(ticks) / TICKS))
    }

    /// Its share of memory, shared pages by halves (proc(5), `Pss`).
    pub fn pss_mib(&self) -> anyhow::Result<f64> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.child.id()))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss in smaps_rollup")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
    }

    /// The most memory it ever had in use, in MiB (proc(5), `VmHWM`).
    pub fn peak_mib(&self) -> anyhow::Result<f64> {
        peak_mib(&self.child.id().to_string())
    }

    /// Ends it at once: everything it acknowledged is durable.
    pub fn stop(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

/// The most memory a process ever had in use, in MiB; `self` is this one.
pub fn peak_mib(process: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1024.0)
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
