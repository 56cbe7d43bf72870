mod guarded;
mod sink;

use super::{Kept, Letter, Mail, MailError, Relay, RelaySettings, RelayTls, SetupError};
use crate::domain::account::EmailAddress;
use crate::domain::ids::MessageId;
use crate::domain::time::When;
use sink::{Behaviour, Sink};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use uuid::Uuid;

fn settings(address: SocketAddr) -> RelaySettings {
    RelaySettings {
        host: address.ip().to_string(),
        port: address.port(),
        credentials: None,
        tls: RelayTls::None,
        extra_ca: None,
        from: EmailAddress::parse("no-reply@account.example.org").unwrap(),
        patience: Duration::from_secs(2),
    }
}

fn letter(to: &str) -> Letter {
    Letter {
        to: EmailAddress::parse(to).unwrap(),
        subject: "Eich cod – your code".into(),
        body: "Your code is 123456.\n\n.\nMae'r cod yn ddilys am 60 munud – ŵ.\n".into(),
    }
}

const ID: MessageId = MessageId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
const NOW: When = When::from_seconds(1_800_000_000);

fn header<'a>(letter: &'a str, name: &str) -> Option<&'a str> {
    letter.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn a_letter_arrives_whole_with_a_stable_name() {
    let sink = Sink::start(Behaviour::default()).await;
    let mail = sink.mail();
    mail.send(&letter("ada@example.org"), ID, NOW).await.unwrap();
    mail.send(&letter("ada@example.org"), ID, NOW + Duration::from_mins(1)).await.unwrap();
    let taken = sink.taken();
    assert_eq!(taken.len(), 2);
    let first = &taken[0];
    let name = "<01900000-0000-7000-8000-000000000001@account.example.org>";
    assert!(taken.iter().all(|letter| header(letter, "Message-ID") == Some(name)), "{first}");
    assert_eq!(header(first, "From"), Some("no-reply@account.example.org"));
    assert_eq!(header(first, "To"), Some("ada@example.org"));
    assert_eq!(header(first, "Auto-Submitted"), Some("auto-generated"));
    assert_eq!(header(first, "Date"), Some("Fri, 15 Jan 2027 08:00:00 +0000"));
    assert_eq!(header(first, "Content-Type"), Some("text/plain; charset=utf-8"));
    assert!(first.contains("123456"), "{first}");
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let cases = [
        (Behaviour { recipient: Some("450 4.2.1 busy"), ..Behaviour::default() }, true, Some(450)),
        (
            Behaviour { recipient: Some("550 5.1.1 <ada@example.org> unknown"), ..Behaviour::default() },
            false,
            Some(550),
        ),
        (Behaviour { data: Some("552 5.2.2 full"), ..Behaviour::default() }, false, Some(552)),
        (Behaviour { data: Some("451 4.3.0 later"), ..Behaviour::default() }, true, Some(451)),
        (Behaviour { greeting: Some("421 closing"), ..Behaviour::default() }, true, Some(421)),
        (Behaviour { sender: Some("530 5.7.0 sign in first"), ..Behaviour::default() }, true, Some(530)),
        (Behaviour { hang_up_after_data: true, ..Behaviour::default() }, true, None),
        (Behaviour { tarpit: true, ..Behaviour::default() }, true, None),
    ];
    for (behaviour, again, wanted) in cases {
        let sink = Sink::start(behaviour).await;
        let error = sink.mail().send(&letter("ada@example.org"), ID, NOW).await.unwrap_err();
        let code = match error {
            MailError::Transient { code, .. } if again => code,
            MailError::Permanent { code, .. } if !again => code,
            other => panic!("{other:?} for {wanted:?}"),
        };
        assert_eq!(code, wanted, "{error}");
        assert!(!error.to_string().contains('@'), "the recipient is quoted: {error}");
    }
}

#[tokio::test]
async fn a_relay_that_is_away_is_tried_again_later() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mail = Mail::Smtp(Relay::new(settings(address)).unwrap());
    let error = mail.send(&letter("ada@example.org"), ID, NOW).await.unwrap_err();
    assert!(matches!(error, MailError::Transient { code: None, .. }), "{error:?}");
}

#[tokio::test]
async fn an_address_the_relay_cannot_carry_is_not_tried_for_ever() {
    let sink = Sink::start(Behaviour::default()).await;
    let error = sink.mail().send(&letter("jösé@example.org"), ID, NOW).await.unwrap_err();
    assert!(matches!(error, MailError::Permanent { .. }), "{error:?}");
    assert!(sink.taken().is_empty());
}

#[tokio::test]
async fn tls_is_not_given_up_when_the_relay_has_none() {
    let sink = Sink::start(Behaviour::default()).await;
    for tls in [RelayTls::Starttls, RelayTls::Tls] {
        let relay = Relay::new(RelaySettings { tls, ..settings(sink.address) }).unwrap();
        let error = Mail::Smtp(relay).send(&letter("ada@example.org"), ID, NOW).await.unwrap_err();
        assert!(matches!(error, MailError::Transient { .. }), "{tls:?}: {error:?}");
    }
    assert!(sink.taken().is_empty());
    let elsewhere = RelaySettings { host: "relay.example.org".into(), ..settings(sink.address) };
    assert!(matches!(Relay::new(elsewhere), Err(SetupError::Clear)));
}

#[tokio::test]
async fn a_subject_cannot_add_headers() {
    let (sink, kept) = (Sink::start(Behaviour::default()).await, Kept::new());
    let forged = Letter { subject: "Hello\r\nBcc: eve@example.org".into(), ..letter("ada@example.org") };
    for mail in [sink.mail(), Mail::Kept(kept.clone())] {
        assert!(matches!(mail.send(&forged, ID, NOW).await, Err(MailError::Permanent { .. })));
    }
    assert!(sink.taken().is_empty() && kept.letters().is_empty());
}

#[tokio::test]
async fn kept_letters_are_read_newest_first_and_bounded() {
    let kept = Kept::new();
    let mail = Mail::Kept(kept.clone());
    for n in 0..=Kept::MOST {
        let numbered = Letter { subject: n.to_string(), ..letter("ada@example.org") };
        mail.send(&numbered, ID, NOW).await.unwrap();
    }
    let letters = kept.letters();
    assert_eq!((letters.len(), letters[0].subject.as_str()), (Kept::MOST, "500"));
    assert_eq!((letters[0].at, letters[0].to.as_str()), (NOW, "ada@example.org"));
    assert_eq!(format!("{:?}", letter("ada@example.org")), "Letter(…)");
}
