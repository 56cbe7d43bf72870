//! `/log`: the state of the log, with a picture of events over time and its numbers.

use super::seated::Seated;
use crate::service::log::destroyed::Mark;
use crate::service::looking::log_state;
use crate::view::chart;
use crate::view::pages::console::{Block, Cell, Console, Text};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

/// `GET /log`.
pub async fn show(desk: Seated) -> Response {
    let state = match log_state::state(desk.deed()).await {
        Ok(state) => state,
        Err(refused) => return desk.refused(&refused),
    };
    let lag = state.lag.map_or(Text::say("log-no-lag"), |lag| Text::say("log-seconds").with("count", lag.as_secs()));
    let logs = state.logs.iter().map(|(log, mark)| {
        let destroyed = match mark {
            Mark::None => Text::say("log-there"),
            Mark::Ours(end) => Text::At(end.at),
            Mark::Forged => Text::say("log-forged"),
        };
        vec![
            Text::plain(log.name.clone()).into(),
            Cell::number(log.size),
            Text::At(log.opened_at).into(),
            log.closed_at.map_or_else(|| Text::say("log-open"), Text::At).into(),
            destroyed.into(),
        ]
    });
    let witnesses: Vec<Vec<Cell>> = state
        .witnesses
        .iter()
        .map(|row| vec![Text::plain(row.witness.clone()).into(), Cell::number(row.size), Text::At(row.seen_at).into()])
        .collect();
    let days = state.days.iter().rev().map(|(day, count)| vec![Text::Day(*day).into(), Cell::number(count)]);
    let page = Console::new(Text::say("log-title"))
        .back("/")
        .block(Block::Facts(vec![
            (Text::say("log-waiting"), Text::plain(state.waiting.to_string()).into()),
            (Text::say("log-lag"), lag.into()),
        ]))
        .block(Block::Table {
            caption: Text::say("log-logs"),
            head: ["log-name", "log-size", "log-opened", "log-closed", "log-destroyed"].map(Text::say).to_vec(),
            rows: logs.collect(),
        })
        .block(Block::Heading(Text::say("log-checkpoint")))
        .block(match &state.checkpoint {
            Some(checkpoint) => Block::Code(checkpoint.note.clone()),
            None => Block::Para(Text::say("log-no-checkpoint")),
        })
        .block(if witnesses.is_empty() {
            Block::Warning(Text::say("log-no-witness"))
        } else {
            Block::Table {
                caption: Text::say("log-witnesses"),
                head: ["log-witness", "log-size", "log-cosigned"].map(Text::say).to_vec(),
                rows: witnesses,
            }
        })
        .block(Block::Heading(Text::say("log-events")))
        .block(Block::Picture { src: "/log/events.svg".to_owned(), alt: Text::say("log-picture") })
        .block(Block::Table {
            caption: Text::say("log-by-day"),
            head: ["log-day", "log-events"].map(Text::say).to_vec(),
            rows: days.collect(),
        });
    desk.page(&page)
}

/// `GET /log/events.svg`.
pub async fn picture(desk: Seated) -> Response {
    match log_state::state(desk.deed()).await {
        Ok(state) => {
            let counts: Vec<u64> = state.days.iter().map(|(_, count)| *count).collect();
            let mut response = desk.answer(StatusCode::OK, chart::bars(&counts));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
            response
        }
        Err(refused) => desk.refused(&refused),
    }
}
