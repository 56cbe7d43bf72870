//! What others notice while the server is beset: by two hundred who sign in at once, and by five hundred who never finish
//! what they say.

use super::MANY;
use super::house::{House, PASSWORD};
use super::load::{Figures, Load, Operation, Proof};
use super::server::Server;
use super::target::Target;
use super::wire::Wire;
use anyhow::Context as _;
use futures_util::future::try_join_all;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// How many sign in at once.
const SIGN_INS: usize = 200;

/// How many never finish: every other one its headers, the rest their body.
const SLOW: usize = 500;

/// Whoever was told to come back does so after this: sooner than `Retry-After` asks, so that the queue stays full.
const AGAIN: Duration = Duration::from_millis(200);

/// By then whoever never finishes must have been hung up on.
const PATIENCE: Duration = Duration::from_mins(1);

/// Refreshes in quiet, beside the sign-ins, and beside those who never finish.
pub async fn run(house: &House, binary: &Path, seconds: f64) -> anyhow::Result<()> {
    let server = Server::start(house, binary).await?;
    let time = Duration::from_secs_f64(seconds.max(4.0));
    let load = Load::new(Target::Ours(house), &server, time);
    let refreshed = || load.run(Operation::Refresh, Proof::Basic, MANY);
    let quiet = refreshed().await.context("in quiet")?;
    let end = Instant::now() + time.mul_f64(1.5);
    let beset = try_join_all((0..SIGN_INS).map(|number| sign_in(house, number, end)));
    let (beside_sign_ins, answers) = tokio::join!(refreshed(), beset);
    let (beside_sign_ins, answers) = (beside_sign_ins.context("beside sign-ins")?, answers.context("signing in")?);
    let peak = server.peak_mib()?;
    let slow = try_join_all((0..SLOW).map(|number| never_finish(house, number)));
    let (beside_slow, lasted) = tokio::join!(refreshed(), slow);
    let (beside_slow, lasted) = (beside_slow.context("beside slow callers")?, lasted.context("calling slowly")?);

    println!("| a refresh, {MANY} at a time | ops/s | p50 ms | p99 ms | aim |\n| --- | ---: | ---: | ---: | ---: |");
    row("in quiet", &quiet, "-");
    row(&format!("beside {SIGN_INS} who sign in"), &beside_sign_ins, "250");
    row(&format!("beside {SLOW} who never finish"), &beside_slow, "500");
    let (signed_in, turned_away) = answers.iter().fold((0, 0), |(all, away), one| (all + one.0, away + one.1));
    println!("\nsigned in {signed_in}, told to come back (503 with Retry-After) {turned_away}, anything else 0");
    println!("most memory until then: {peak:.1} MiB (aim {:.0} MiB: one hash a core, and 64 MB)", 19.0 + 61.0);
    let longest = |odd: usize| lasted.iter().skip(odd).step_by(2).max().copied().unwrap_or_default().as_secs_f64();
    println!("hung up on: headers after {:.1} s (aim 10), bodies after {:.1} s (aim 30)\n", longest(0), longest(1));
    server.stop()
}

fn row(name: &str, figures: &Figures, aim: &str) {
    let Figures { per_second, p50, p99, .. } = figures;
    println!("| {name} | {per_second:.0} | {:.2} | {:.2} | {aim} |", p50.as_secs_f64() * 1e3, p99.as_secs_f64() * 1e3);
}

/// One who signs in again and again until `end`: how often she was let in, and how often told to come back.
async fn sign_in(house: &House, number: usize, end: Instant) -> anyhow::Result<(u32, u32)> {
    let resident = house.residents.get(number % house.residents.len()).context("no resident")?;
    let form = format!("email={}&password={}", resident.email.replace('@', "%40"), PASSWORD.replace(' ', "+"));
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nhost: {}\r\ncookie: portreeve-browser={}\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        Target::Ours(house).host(),
        resident.browser,
        form.len()
    );
    let (mut wire, mut signed_in, mut turned_away) = (Wire::to(house.address).await?, 0, 0);
    while Instant::now() < end {
        let answer = wire.ask(request.as_bytes()).await?;
        match (answer.status, answer.retry_after) {
            (303, _) => signed_in += 1,
            (503, Some(_)) => {
                turned_away += 1;
                sleep(AGAIN).await;
            }
            (status, _) => anyhow::bail!("sign-in answers {status}"),
        }
    }
    Ok((signed_in, turned_away))
}

/// One who says a character a second and never comes to an end: how long the server listens.
async fn never_finish(house: &House, number: usize) -> anyhow::Result<Duration> {
    let host = Target::Ours(house).host();
    let beginning = match number % 2 {
        0 => format!("GET /sign-in HTTP/1.1\r\nhost: {host}\r\nx-slow: "),
        _ => format!(
            "POST /token HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: 1000\r\n\r\ngrant_type="
        ),
    };
    let mut stream = TcpStream::connect(house.address).await?;
    let began = Instant::now();
    stream.write_all(beginning.as_bytes()).await?;
    let mut answer = [0; 1024];
    while began.elapsed() < PATIENCE {
        match timeout(Duration::from_secs(1), stream.read(&mut answer)).await {
            Ok(Ok(0) | Err(_)) => return Ok(began.elapsed()),
            // An answer: what follows is the end.
            Ok(Ok(_)) => {}
            Err(_) => {
                // If it can no longer be said, the next read tells.
                let _ = stream.write_all(b"a").await;
            }
        }
    }
    anyhow::bail!("a slow caller is still listened to after {} s", PATIENCE.as_secs())
}
