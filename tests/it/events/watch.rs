//! Watches every house of `app` while its tests run: each event that a request left must be one that its route's row in
//! `rows` names, and must be as the published schema of its type says. It reads the store and writes nothing; requests that
//! are under way together are not judged, nor is what a store that fails cannot show.

use super::record::{Record, seen};
use super::rows;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;
use portreeve::app::App;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Mutex;

/// What is known of a house's requests.
pub struct Watch {
    /// Before the route's pattern: which listener it is, if it is not the public one.
    door: &'static str,
    record: Mutex<Record>,
    /// Requests under way, and begun so far: of two at once nobody knows whose an event is.
    under_way: AtomicUsize,
    begun: AtomicUsize,
    wrong: Arc<std::sync::Mutex<Vec<String>>>,
}

/// What was wrong with a house's events: it fails the test when the house goes.
pub struct Watched(Arc<std::sync::Mutex<Vec<String>>>);

impl Drop for Watched {
    fn drop(&mut self) {
        let wrong = self.0.lock().unwrap();
        assert!(wrong.is_empty() || std::thread::panicking(), "\n{}\n", wrong.join("\n"));
    }
}

impl Watch {
    pub fn new(app: &App, door: &'static str) -> (Arc<Self>, Watched) {
        let wrong = Arc::default();
        let watched = Watched(Arc::clone(&wrong));
        let record = Mutex::new(Record::of(&app.db, &app.roots));
        let (under_way, begun) = (AtomicUsize::new(0), AtomicUsize::new(0));
        (Arc::new(Self { door, record, under_way, begun, wrong }), watched)
    }
}

/// A request under way, also one whose caller goes away.
struct Turn<'a> {
    watch: &'a Watch,
    number: usize,
    alone: bool,
}

impl<'a> Turn<'a> {
    fn new(watch: &'a Watch) -> Self {
        let alone = watch.under_way.fetch_add(1, Ordering::SeqCst) == 0;
        Self { watch, number: watch.begun.fetch_add(1, Ordering::SeqCst) + 1, alone }
    }

    /// Whether no other request was under way at any time of it.
    fn was_alone(&self) -> bool {
        self.alone && self.watch.begun.load(Ordering::SeqCst) == self.number
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.watch.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

pub async fn watch(State(watch): State<Arc<Watch>>, request: Request, next: Next) -> Response {
    let turn = Turn::new(&watch);
    if !turn.alone {
        return next.run(request).await;
    }
    let path = request.extensions().get::<MatchedPath>().map_or("elsewhere", MatchedPath::as_str);
    // What answers GET answers HEAD.
    let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
    let by = format!("{}{method} {path}", watch.door);
    let before = watch.record.lock().await.news().await;
    let answer = next.run(request).await;
    let mut record = watch.record.lock().await;
    let (Ok(_), Ok(news), true) = (before, record.news().await, turn.was_alone()) else {
        return answer;
    };
    let kinds = rows::of_request(&by);
    for event in &news {
        // Duties and commands may work meanwhile; their rows are looked at where they are driven.
        if serde_json::from_str::<Value>(&event.leaf).unwrap()["channel"] == "batch" && !kinds.contains(&&*event.r#type)
        {
            continue;
        }
        let wrong = record.wrong(&by, kinds, event).await;
        watch.wrong.lock().unwrap().extend(wrong);
        seen(&by, &event.r#type);
    }
    answer
}
