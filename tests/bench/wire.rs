//! HTTP/1.1 over one kept connection: no more than these answers need, so that the client costs little.

use anyhow::Context as _;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection to the server.
pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Where it leads to.
    pub location: Option<String>,
    /// When to come back, if it says so.
    pub retry_after: Option<String>,
    /// The cookies it sets, each as `name=value`.
    pub cookies: Vec<String>,
    /// What it says.
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer, if it has this status.
    pub fn with(self, status: u16) -> anyhow::Result<Self> {
        let body = || String::from_utf8_lossy(&self.body).chars().take(2_000).collect::<String>();
        anyhow::ensure!(self.status == status, "the answer is {} to {:?}: {}", self.status, self.location, body());
        Ok(self)
    }
}

impl Wire {
    /// Connects.
    pub async fn to(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Asks and waits for the whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (head, length) = loop {
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(self.buffer.get(..at).unwrap_or_default()).into_owned();
                let length = header(&head, "content-length").context("an answer without a length")?.parse::<usize>()?;
                break (head, at + 4 + length);
            }
            self.more().await?;
        };
        while self.buffer.len() < length {
            self.more().await?;
        }
        let status = head.get(9..12).context("no status line")?.parse()?;
        let from = head.len() + 4;
        let body = self.buffer.get(from..length).unwrap_or_default().to_vec();
        let named = |name: &str| header(&head, name).map(ToOwned::to_owned);
        let (location, retry_after) = (named("location"), named("retry-after"));
        let cookies = headers(&head, "set-cookie").filter_map(|cookie| cookie.split(';').next());
        Ok(Answer { status, location, retry_after, cookies: cookies.map(ToOwned::to_owned).collect(), body })
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        let read = self.stream.read_buf(&mut self.buffer).await?;
        anyhow::ensure!(read > 0, "the server hung up");
        Ok(())
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    headers(head, name).next()
}

fn headers<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    head.lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .filter(move |(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}
