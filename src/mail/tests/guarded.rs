//! TLS to the relay, the authorities beside the system's, and signing in.

use super::sink::{Behaviour, Certificate, Guard, PASSWORD, Sink};
use super::{ID, NOW, letter};
use crate::mail::{MailError, RelayTls};

const GUARDED: [RelayTls; 2] = [RelayTls::Starttls, RelayTls::Tls];

/// All that may be said before TLS is there.
fn before_tls(tls: RelayTls) -> &'static [&'static str] {
    match tls {
        RelayTls::Starttls => &["EHLO account.example.org", "STARTTLS"],
        RelayTls::Tls | RelayTls::None => &[],
    }
}

async fn relay(certificate: &Certificate, tls: RelayTls, ways: &'static str) -> Sink {
    Sink::start(Behaviour { guard: certificate.guard(tls), sign_in: Some(ways), ..Behaviour::default() }).await
}

#[tokio::test]
async fn a_letter_arrives_under_tls_from_who_signs_in() {
    let certificate = Certificate::of("localhost");
    for tls in GUARDED {
        for ways in ["PLAIN", "LOGIN", "LOGIN PLAIN"] {
            let sink = relay(&certificate, tls, ways).await;
            let mail = sink.guarded_mail(tls, PASSWORD, Some(&certificate.authority));
            mail.send(&letter("ada@example.org"), ID, NOW).await.unwrap();
            let taken = sink.taken();
            assert_eq!(taken.len(), 1, "{tls:?} {ways}");
            assert!(taken[0].contains("123456"), "{taken:?}");
            assert_eq!(sink.heard_in_clear(), before_tls(tls));
            let heard = sink.heard_under_tls();
            assert!(heard[1].starts_with("AUTH ") && heard[2].starts_with("MAIL "), "{tls:?} {ways}: {heard:?}");
        }
    }
}

#[tokio::test]
async fn a_wrong_password_loses_no_letter_and_sends_none() {
    let certificate = Certificate::of("localhost");
    for tls in GUARDED {
        for ways in ["PLAIN", "LOGIN"] {
            let sink = relay(&certificate, tls, ways).await;
            let mail = sink.guarded_mail(tls, "Guillemot 4417", Some(&certificate.authority));
            let error = mail.send(&letter("ada@example.org"), ID, NOW).await.unwrap_err();
            let refused = MailError::Transient { why: "the relay refuses us", code: Some(535) };
            assert_eq!(error, refused, "{tls:?} {ways}");
            assert_eq!(sink.heard_in_clear(), before_tls(tls));
            let heard = sink.heard_under_tls();
            assert!(!heard.iter().any(|line| line.starts_with("MAIL")), "{tls:?} {ways}: {heard:?}");
            assert!(sink.taken().is_empty());
        }
    }
}

#[tokio::test]
async fn a_relay_that_cannot_prove_its_name_is_told_nothing() {
    let (ours, theirs, another_name) =
        (Certificate::of("localhost"), Certificate::of("localhost"), Certificate::of("relay.example.org"));
    let cases = [
        ("of an authority nobody knows", &ours, None),
        ("of another authority", &theirs, Some(&ours)),
        ("of another name", &another_name, Some(&another_name)),
    ];
    for tls in GUARDED {
        for (why, certificate, trusted) in cases {
            let sink = relay(certificate, tls, "PLAIN").await;
            let mail = sink.guarded_mail(tls, PASSWORD, trusted.map(|one| &*one.authority));
            let error = mail.send(&letter("ada@example.org"), ID, NOW).await.unwrap_err();
            let failed = MailError::Transient { why: "TLS to the relay failed", code: None };
            assert_eq!(error, failed, "{tls:?}, a certificate {why}");
            assert_eq!(sink.heard_in_clear(), before_tls(tls));
            assert!(sink.heard_under_tls().is_empty() && sink.taken().is_empty(), "{tls:?}, a certificate {why}");
        }
    }
}

#[tokio::test]
async fn no_password_is_said_in_the_clear_and_no_letter_lost_where_the_offer_of_tls_is_taken_out() {
    let sink = Sink::start(Behaviour { guard: Guard::None, sign_in: Some("PLAIN"), ..Behaviour::default() }).await;
    let mail = sink.guarded_mail(RelayTls::Starttls, PASSWORD, None);
    for to in ["ada@example.org", "jösé@example.org"] {
        let error = mail.send(&letter(to), ID, NOW).await.unwrap_err();
        let lacking = MailError::Transient { why: "the relay offers no STARTTLS, or no way to sign in", code: None };
        assert_eq!(error, lacking, "{to}");
    }
    let heard = sink.heard_in_clear();
    assert!(heard.iter().all(|line| ["EHLO", "QUIT"].contains(&&line[..4])), "{heard:?}");
    assert!(sink.taken().is_empty());
}

#[tokio::test]
async fn no_letter_is_lost_where_the_relay_knows_no_way_to_sign_in() {
    let certificate = Certificate::of("localhost");
    for tls in GUARDED {
        let sink = Sink::start(Behaviour { guard: certificate.guard(tls), ..Behaviour::default() }).await;
        let mail = sink.guarded_mail(tls, PASSWORD, Some(&certificate.authority));
        let error = mail.send(&letter("jösé@example.org"), ID, NOW).await.unwrap_err();
        let lacking = MailError::Transient { why: "the relay offers no STARTTLS, or no way to sign in", code: None };
        assert_eq!(error, lacking, "{tls:?}");
        assert!(sink.taken().is_empty());
    }
}
