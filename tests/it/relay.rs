//! A mail relay on loopback, and what was handed to it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A relay. It takes no letter to an address with `refused` in it, and says so with the address in its answer.
#[derive(Clone, Default)]
pub struct Relay(Arc<Held>);

#[derive(Default)]
struct Held {
    answers: Mutex<VecDeque<&'static str>>,
    tries: Mutex<Vec<String>>,
    letters: Mutex<Vec<String>>,
}

impl Relay {
    /// Listens; gives its port.
    pub async fn open(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let held = Arc::clone(&self.0);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&held)));
            }
        });
        port
    }

    /// What it says of the next letters, once it has read them; it takes those that come after.
    pub fn answer(&self, reply: &'static str, times: usize) {
        self.0.answers.lock().unwrap().extend(std::iter::repeat_n(reply, times));
    }

    /// The letters it took.
    pub fn letters(&self) -> Vec<String> {
        self.0.letters.lock().unwrap().clone()
    }

    /// The letters it read, taken or not.
    pub fn tries(&self) -> Vec<String> {
        self.0.tries.lock().unwrap().clone()
    }

    /// The newest letter to an address once there are more than so many.
    pub async fn next(&self, before: usize, to: &str) -> String {
        let began = Instant::now();
        loop {
            let letters = self.letters();
            if let Some(letter) = letters.iter().skip(before).rfind(|letter| letter.contains(&format!("To: {to}"))) {
                return letter.clone();
            }
            assert!(began.elapsed() < Duration::from_mins(1), "no letter comes to {to}: {letters:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn converse(stream: TcpStream, held: Arc<Held>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 relay\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let say = match verb.as_str() {
            "EHLO" => "250-relay\r\n250 8BITMIME".to_owned(),
            "RCPT" if line.contains("refused") => format!("550 5.1.1 nobody has {line}"),
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut letter = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    letter.push_str(&line);
                    letter.push('\n');
                }
                held.tries.lock().unwrap().push(letter.clone());
                let answer = held.answers.lock().unwrap().pop_front();
                if answer.is_none() {
                    held.letters.lock().unwrap().push(letter);
                }
                answer.unwrap_or("250 taken").to_owned()
            }
            _ => "250 ok".to_owned(),
        };
        write.write_all(format!("{say}\r\n").as_bytes()).await?;
        if verb == "QUIT" {
            break;
        }
    }
    Ok(())
}

/// A letter as its reader sees it.
pub fn plain(letter: &str) -> String {
    let Some((head, body)) = letter.split_once("\n\n") else { return letter.to_owned() };
    let encoded = head.to_lowercase();
    if encoded.contains("transfer-encoding: base64") {
        use base64::Engine as _;
        let joined: String = body.split_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(joined).unwrap();
        return format!("{head}\n\n{}", String::from_utf8(bytes).unwrap());
    }
    if !encoded.contains("transfer-encoding: quoted-printable") {
        return letter.to_owned();
    }
    let (body, mut bytes) = (body.replace("=\n", ""), Vec::new());
    let mut rest = body.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'=' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    format!("{head}\n\n{}", String::from_utf8(bytes).unwrap())
}
