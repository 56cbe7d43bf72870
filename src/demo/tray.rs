//! The mail tray: the e-mails that the demo would have sent, for whoever tries it.

use super::page;
use super::words::{Language, Words};
use crate::domain::time::When;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderMap;
use http::header::HOST;
use minijinja::Environment;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;

/// One kept e-mail.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The recipient's address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub body: String,
    /// When it was sent.
    pub at: When,
}

/// Where the tray finds its letters, newest first.
pub type Letters = Arc<dyn Fn() -> Vec<Letter> + Send + Sync>;

struct Tray {
    letters: Letters,
    templates: Environment<'static>,
}

#[derive(Serialize)]
struct Shown {
    id: String,
    to: String,
    subject: String,
    machine_time: String,
    time: String,
    body: Vec<Piece>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Piece {
    text: String,
    link: bool,
}

/// The tray's routes: `/mail` and its style sheet, to be merged into a router or served alone. It answers only requests to
/// loopback names: e-mails hold codes, and a web site elsewhere could give its own name our address.
pub fn router(letters: Letters) -> Result<Router, minijinja::Error> {
    let tray = Arc::new(Tray { letters, templates: page::templates()? });
    Ok(Router::new()
        .route("/mail", get(show))
        .route("/mail/", get(show))
        .route("/mail/style.css", get(style))
        .layer(map_response(async |mut response: Response| {
            page::guard(&mut response, "'none'");
            response
        }))
        .with_state(tray))
}

async fn style() -> Response {
    page::style(format!(":root {{ --band: #3b3b38; --button: #3b3b38; }}\n{}", page::STYLE))
}

async fn show(State(tray): State<Arc<Tray>>, headers: HeaderMap) -> Response {
    if !headers.get(HOST).and_then(|host| host.to_str().ok()).is_some_and(loopback) {
        return (StatusCode::MISDIRECTED_REQUEST, "There is a problem: open the tray by its localhost address.")
            .into_response();
    }
    let words = Words::of(Language::English);
    let mut ids = HashMap::new();
    // Oldest first while naming them, so that a letter keeps its address on the page when newer ones come.
    let mut letters: Vec<_> = (tray.letters)().into_iter().rev().map(|l| shown(l, &mut ids, &words)).collect();
    letters.reverse();
    page::page(&tray.templates, StatusCode::OK, "tray.html", &serde_json::json!({ "letters": letters }))
}

/// Whether `host` (with or without a port) names this computer to itself.
fn loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

fn shown(letter: Letter, ids: &mut HashMap<i64, u32>, words: &Words) -> Shown {
    let same_time = ids.entry(letter.at.micros()).and_modify(|n| *n += 1).or_default();
    Shown {
        id: format!("letter-{}-{same_time}", letter.at.micros()),
        to: letter.to,
        subject: letter.subject,
        machine_time: letter.at.to_string(),
        time: page::spoken(letter.at, words),
        body: pieces(&letter.body),
    }
}

/// Splits a plain text so that web addresses in it can be followed; the text itself stays as it is.
fn pieces(body: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut push = |text: &str, link: bool| match pieces.last_mut() {
        Some(last) if !last.link && !link => last.text.push_str(text),
        _ => pieces.push(Piece { text: text.to_owned(), link }),
    };
    for word in body.split_inclusive(char::is_whitespace) {
        let rest = word.trim_start_matches(['(', '<']);
        let bare = rest.trim_end().trim_end_matches(['.', ',', ')', '>', ';']);
        if bare.starts_with("http://") || bare.starts_with("https://") {
            push(word.strip_suffix(rest).unwrap_or_default(), false);
            push(bare, true);
            push(rest.strip_prefix(bare).unwrap_or_default(), false);
        } else {
            push(word, false);
        }
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::{Letter, Letters, loopback, pieces, router};
    use crate::demo::stub::Browser;
    use crate::domain::time::When;
    use http::StatusCode;
    use std::sync::Arc;

    fn letter(body: &str, at: i64) -> Letter {
        Letter {
            to: "ada@example.org".to_owned(),
            subject: "Code <b>".to_owned(),
            body: body.to_owned(),
            at: When::from_seconds(at),
        }
    }

    fn tray(letters: Vec<Letter>) -> Browser {
        let letters: Letters = Arc::new(move || letters.clone());
        Browser::of(router(letters).unwrap())
    }

    #[tokio::test]
    async fn the_newest_letter_is_first_and_nothing_in_it_is_markup() {
        let newest_first = [("<b>Your code is 333333", 2), ("Your code is 222222", 2), ("Your code is 111111", 1)];
        let page = tray(newest_first.map(|(body, at)| letter(body, at)).to_vec()).get("/mail").await.body;
        assert!(page.find("333333").unwrap() < page.find("222222").unwrap());
        assert!(page.find("222222").unwrap() < page.find("111111").unwrap());
        assert!(page.contains("<pre>&lt;b&gt;Your code is 333333</pre>") && page.contains("Code &lt;b&gt;"), "{page}");
        for id in ["letter-1000000-0", "letter-2000000-0", "letter-2000000-1"] {
            assert_eq!(page.matches(&format!(r#"id="{id}""#)).count(), 1);
        }
        assert!(page.contains(r#"id="refresh""#));
    }

    #[tokio::test]
    async fn an_empty_tray_says_so() {
        let page = tray(Vec::new()).get("/mail/").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("There are no e-mails yet"));
    }

    #[tokio::test]
    async fn a_foreign_host_name_sees_no_mail() {
        let mut browser = tray(vec![letter("Your code is 111111", 1)]);
        browser.host = "tray.example.org:8090".to_owned();
        let page = browser.get("/mail").await;
        assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST);
        assert!(!page.body.contains("111111"));
        for (host, ours) in
            [("localhost", true), ("127.0.0.1:8092", true), ("[::1]:8092", true), ("localhost.example.org", false)]
        {
            assert_eq!(loopback(host), ours, "{host}");
        }
    }

    #[test]
    fn addresses_can_be_followed_and_the_text_stays() {
        let body =
            "Open (http://localhost:8080/undo?x=1&y=2).\n\nOr read https://example.org/help, then sign in: http\n";
        let pieces = pieces(body);
        assert_eq!(pieces.iter().map(|p| p.text.as_str()).collect::<String>(), body);
        let links: Vec<_> = pieces.iter().filter(|p| p.link).map(|p| p.text.as_str()).collect();
        assert_eq!(links, ["http://localhost:8080/undo?x=1&y=2", "https://example.org/help"]);
    }
}
