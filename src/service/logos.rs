//! Services' logos, fetched from where they lie by the guarded client and shown from here: a resident's browser calls
//! nobody she has not gone to yet (src/decisions/0016).

use crate::app::App;
use crate::domain::client::Client;
use crate::domain::time::When;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a logo is shown without asking for it again.
const KEPT: Duration = Duration::from_hours(24);
/// How soon after a failure it is asked for again.
const ASK_AGAIN: Duration = Duration::from_mins(10);
/// The most logos held, each of 64 KiB at most, which is all that the guarded client reads: 4 MiB in all.
const MOST: usize = 64;

/// A picture that browsers draw and never run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Its media type, as its first bytes say.
    pub kind: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Logo {
    /// A picture, whatever its server called it; `None` for everything else. SVG is none: it is a document.
    fn of(bytes: Vec<u8>) -> Option<Self> {
        let kind = match bytes.as_slice() {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "image/png",
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
            _ => return None,
        };
        Some(Self { kind, bytes })
    }
}

/// Logos fetched so far, by address. Losing them with the process costs a fetch and nothing else.
#[derive(Default)]
pub struct FetchedLogos(Mutex<HashMap<String, Kept>>);

#[derive(Clone)]
struct Kept {
    /// None if it never could be had.
    logo: Option<Arc<Logo>>,
    asked_at: When,
    failed: bool,
}

impl Kept {
    fn is_due(&self, now: When) -> bool {
        now.since(self.asked_at) >= if self.failed { ASK_AGAIN } else { KEPT }
    }
}

/// The client's logo if it is held. Nobody is called for it here.
#[must_use]
pub fn held(app: &App, client: &Client) -> Option<Arc<Logo>> {
    app.fetched_logos().get(client.logo_uri.as_ref()?.as_str())
}

/// Whether a page can show the client's logo now. If it is due to be asked for, that begins, and the page does not wait:
/// it is shown from the next one on.
#[must_use]
pub fn show(app: &App, client: &Client, now: When) -> bool {
    let Some(uri) = client.logo_uri.clone() else { return false };
    match app.fetched_logos().claim(uri.as_str(), now) {
        Claim::Kept(logo) => logo.is_some(),
        Claim::Fetch(before) => {
            let (app, shown) = (app.clone(), before.is_some());
            tokio::spawn(async move { fetch(&app, uri.as_str(), before, now).await });
            shown
        }
    }
}

async fn fetch(app: &App, uri: &str, before: Option<Arc<Logo>>, now: When) {
    let fetched = app.outbound.get_picture(uri).await.map_err(|error| error.to_string());
    let fetched = fetched.and_then(|bytes| Logo::of(bytes).ok_or_else(|| "it is no PNG, JPEG, GIF or WebP".to_owned()));
    let kept = match fetched {
        Ok(logo) => Kept { logo: Some(Arc::new(logo)), asked_at: now, failed: false },
        Err(error) => {
            tracing::info!(%error, uri, "a service's logo cannot be shown");
            Kept { logo: before, asked_at: now, failed: true }
        }
    };
    app.fetched_logos().keep(uri, kept);
}

enum Claim {
    /// As it is held; nobody need ask.
    Kept(Option<Arc<Logo>>),
    /// To be asked for, by this one caller; what was held before stays until there is another.
    Fetch(Option<Arc<Logo>>),
}

impl FetchedLogos {
    fn get(&self, uri: &str) -> Option<Arc<Logo>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(uri)?.logo.clone()
    }

    /// Decides who asks: of many at once one does, and a full house makes room only for what was not just asked for.
    fn claim(&self, uri: &str, now: When) -> Claim {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match all.get(uri) {
            Some(kept) if !kept.is_due(now) => return Claim::Kept(kept.logo.clone()),
            Some(kept) => kept.logo.clone(),
            None => {
                if all.len() >= MOST {
                    let oldest = all.iter().min_by_key(|(_, kept)| kept.asked_at);
                    match oldest.filter(|(_, kept)| now.since(kept.asked_at) >= ASK_AGAIN).map(|(uri, _)| uri.clone()) {
                        Some(oldest) => all.remove(&oldest),
                        None => return Claim::Kept(None),
                    };
                }
                None
            }
        };
        all.insert(uri.to_owned(), Kept { logo: before.clone(), asked_at: now, failed: true });
        Claim::Fetch(before)
    }

    fn keep(&self, uri: &str, kept: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Its place was claimed; should it have been given away meanwhile, there is none.
        if let Some(place) = all.get_mut(uri) {
            *place = kept;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Claim, FetchedLogos, Kept, Logo, MOST};
    use crate::domain::time::When;
    use std::sync::Arc;

    #[test]
    fn a_picture_is_known_by_its_first_bytes() {
        let kind = |bytes: &[u8]| Logo::of(bytes.to_vec()).map(|logo| logo.kind);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\nIHDR"), Some("image/png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(kind(b"GIF89a..."), Some("image/gif"));
        assert_eq!(kind(b"RIFF\x10\0\0\0WEBPVP8 "), Some("image/webp"));
        for none in
            [&b""[..], b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"RIFF\x10\0\0\0WAVE", b"GIF", b"PNG"]
        {
            assert_eq!(kind(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_logo_is_asked_for_by_one_caller_and_not_too_often() {
        let all = FetchedLogos::default();
        let at = When::from_seconds;
        let asks = |uri: &str, now| matches!(all.claim(uri, at(now)), Claim::Fetch(_));
        assert!(asks("a", 0));
        assert!(!asks("a", 0), "the first is still asking");
        assert!(!asks("a", 599) && asks("a", 600), "it never came");
        let logo = Arc::new(Logo { kind: "image/png", bytes: vec![1] });
        all.keep("a", Kept { logo: Some(Arc::clone(&logo)), asked_at: at(600), failed: false });
        assert!(matches!(all.claim("a", at(86_999)), Claim::Kept(Some(kept)) if kept == logo));
        assert!(
            matches!(all.claim("a", at(87_000)), Claim::Fetch(Some(kept)) if kept == logo),
            "it is shown until then"
        );
        for n in 1..MOST {
            assert!(asks(&n.to_string(), 87_000));
        }
        assert!(!asks("one more", 87_001), "no place, and nothing old enough to go");
        assert!(asks("one more", 87_600));
        assert_eq!(all.0.lock().unwrap().len(), MOST);
    }
}
