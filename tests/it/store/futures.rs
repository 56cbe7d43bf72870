//! Deeds are written as closures that borrow; what they make must still move between threads.

use super::open;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::routing::post;
use portreeve::store::{Committed, Db, Error, Housekeeping, Quiet, Write, house};
use tower::ServiceExt;

/// A deed as services write them: it takes the transaction and borrows what it needs.
async fn set(w: &mut Write, name: &str, value: &[u8]) -> Result<bool, Error> {
    house::set_once(w, name, value).await
}

/// A service function: borrows from its caller across the write.
async fn service(db: &Db, name: &str, values: &[Vec<u8>]) -> Result<bool, Error> {
    let trimmed = name.trim();
    let done: Committed<Quiet, bool> = db
        .write(async |mut w| {
            let mut first = true;
            for value in values {
                first &= set(&mut w, trimmed, value).await?;
            }
            w.commit_quietly(Housekeeping::Lease, first).await
        })
        .await?;
    Ok(done.value)
}

/// What a longer deed borrows: a context that borrows itself, things it owns, and what it clones on each try.
struct Context<'c> {
    name: &'c str,
    suffix: Option<&'c str>,
}

async fn longer(db: &Db, context: &Context<'_>) -> Result<String, Error> {
    let owned = format!("{}{}", context.name, context.suffix.unwrap_or_default());
    let names: Vec<String> = (0..3).map(|n| format!("{owned}-{n}")).collect();
    let done = db
        .write(async |mut w: Write| {
            let mut last = owned.clone();
            for name in names.iter().filter(|name| !name.is_empty()) {
                if set(&mut w, name, context.name.as_bytes()).await? {
                    last = name.clone();
                }
            }
            let kept = house::value(&mut w, &last).await?;
            assert_eq!(kept.as_deref(), Some(context.name.as_bytes()));
            w.commit_quietly(Housekeeping::Lease, last).await
        })
        .await?;
    Ok(done.value)
}

async fn handler(State(db): State<Db>, name: String) -> StatusCode {
    match service(&db, &name, &[name.clone().into_bytes()]).await {
        Ok(true) => StatusCode::CREATED,
        Ok(false) => StatusCode::CONFLICT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

both! {
    async fn a_spawned_task_writes(world: World) {
        let db = open(&world).await;
        let spawned = db.clone();
        let first = tokio::spawn(async move {
            let values = vec![b"x".to_vec()];
            service(&spawned, " spawned ", &values).await
        });
        assert!(first.await.unwrap().unwrap());
        let mut r = db.peek();
        assert_eq!(house::value(&mut r, "spawned").await.unwrap(), Some(b"x".to_vec()));
    }

    async fn a_deed_borrows_whatever_it_needs(world: World) {
        let db = open(&world).await;
        let task = tokio::spawn(async move {
            let suffix = "!".to_owned();
            longer(&db, &Context { name: "name", suffix: Some(&suffix) }).await
        });
        assert_eq!(task.await.unwrap().unwrap(), "name!-2");
    }

    async fn a_handler_writes(world: World) {
        let db = open(&world).await;
        let app = axum::Router::new().route("/", post(handler)).with_state(db);
        for expected in [StatusCode::CREATED, StatusCode::CONFLICT] {
            let answer = app.clone().oneshot(Request::post("/").body(Body::from("name")).unwrap()).await.unwrap();
            assert_eq!(answer.status(), expected);
        }
    }
}
