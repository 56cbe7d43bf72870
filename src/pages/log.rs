//! What everybody may see of the record: checkpoints and hashes (C2SP tlog-tiles). Never an entry. No cookie is read.

use crate::app::App;
use crate::domain::audit::tree::parse_path;
use crate::http::headers::Cors;
use crate::service::witness;
use crate::store::{Error, log};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// GET `/log/{year}/checkpoint`: the newest signed checkpoint, or the newest that witnesses cosigned.
pub async fn checkpoint(State(app): State<App>, Path(year): Path<i64>) -> Response {
    let found = async {
        let Some(of_year) = log::of_year(&mut app.db.peek(), year).await? else { return Ok(None) };
        let published = witness::published(&mut app.db.read().await?, &of_year.name, app.now()).await?;
        Ok(published.map(|(_, note)| note.to_string().into_bytes()))
    };
    answer(found.await, "text/plain; charset=utf-8", "public, max-age=1")
}

/// GET `/log/{year}/tile/{level}/{number}`: a tile of hashes. A full one never changes, nor does the beginning of
/// another: they may be kept for ever. Those of a log that was destroyed are gone.
pub async fn tile(State(app): State<App>, Path((year, path)): Path<(i64, String)>) -> Response {
    let found = async {
        let Some((place, width)) = parse_path(&path) else { return Ok(None) };
        let Some(of_year) = log::of_year(&mut app.db.peek(), year).await? else { return Ok(None) };
        let hashes = log::tile(&mut app.db.peek(), &of_year.name, place).await?;
        let hashes = hashes.and_then(|hashes| hashes.get(..width * 32).map(<[u8]>::to_vec));
        Ok(if hashes.is_none() && of_year.destroyed_at.is_some() { Some(None) } else { hashes.map(Some) })
    };
    let found = match found.await {
        Ok(Some(None)) => return StatusCode::GONE.into_response(),
        found => found.map(Option::flatten),
    };
    answer(found, "application/octet-stream", "public, max-age=31536000, immutable")
}

fn answer(found: Result<Option<Vec<u8>>, Error>, kind: &'static str, kept: &'static str) -> Response {
    match found {
        Ok(Some(body)) => {
            let mut response = ([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept)], body).into_response();
            response.extensions_mut().insert(Cors::Public);
            response
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::warn!(%error, "the log cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
