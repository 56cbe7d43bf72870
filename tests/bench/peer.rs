//! The peer: npm's oidc-provider with its own adapter, which keeps everything in memory.

use super::house::{BASIC, CALLBACK, SECRET, free_port};
use super::server::Server;
use anyhow::Context as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

/// How the peer's packages are installed.
const INSTALL: &str = "npm ci --prefix tests/bench/peer --ignore-scripts";

/// A running peer.
pub struct Peer {
    /// Its process.
    pub server: Server,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it is, with versions.
    pub name: String,
}

impl Peer {
    /// Starts it; `None`, and a line that says so, where Node.js or its packages are missing.
    pub async fn start() -> anyhow::Result<Option<Self>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/peer");
        let Ok(node) = Command::new("node").arg("--version").output() else {
            println!("The peer: skipped, node is not installed\n");
            return Ok(None);
        };
        let Ok(package) = std::fs::read(folder.join("node_modules/oidc-provider/package.json")) else {
            println!("The peer: skipped, its packages are not installed ({INSTALL})\n");
            return Ok(None);
        };
        let package: serde_json::Value = serde_json::from_slice(&package)?;
        let version =
            package.get("version").and_then(serde_json::Value::as_str).context("a package without version")?;
        let name = format!("oidc-provider {version} in memory, Node.js {}", String::from_utf8(node.stdout)?.trim());

        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
        let mut command = Server::command(Path::new("node"));
        command.arg(folder.join("server.js")).args([&address.port().to_string(), BASIC, SECRET, CALLBACK]);
        command.env("NODE_ENV", "production");
        let server = Server::run(command, address, address, || "see above".to_owned()).await?;
        Ok(Some(Self { server, address, name }))
    }
}
