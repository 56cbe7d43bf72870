//! `/signals`: which services were not told of a change, did not answer, or have to be told by hand.

use super::seated::Seated;
use crate::domain::signal::State;
use crate::domain::staff::Action;
use crate::domain::time::When;
use crate::service::looking::Refused;
use crate::service::signals::overdue::{self, Listed};
use crate::view::Wrong;
use crate::view::pages::console::{Block, Cell, Console, Field, Form, Text};
use axum::extract::{Form as Posted, Path};
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

/// `GET /signals`.
pub async fn show(desk: Seated) -> Response {
    let seen = match overdue::seen(desk.deed()).await {
        Ok(seen) => seen,
        Err(refused) => return desk.refused(&refused),
    };
    let rows: Vec<Vec<Cell>> = seen
        .overdue
        .iter()
        .map(|row| {
            vec![
                Cell::link(Text::plain(row.client_id.clone()), format!("/signals/{}", row.jti)),
                kind(&row.kind),
                Text::At(row.queued_at).into(),
                state(&row.state),
                Cell::number(row.tries),
            ]
        })
        .collect();
    let by_hand: Vec<Vec<Cell>> = seen
        .by_hand
        .iter()
        .map(|one| vec![Text::plain(one.client_id.clone()).into(), Text::plain(one.kinds.join(", ")).into()])
        .collect();
    let page = Console::new(Text::say("signals-title"))
        .back("/")
        .block(Block::Para(Text::say("signals-lead")))
        .block(if rows.is_empty() {
            Block::Para(Text::say("signals-none"))
        } else {
            Block::Table {
                caption: Text::say("signals-overdue"),
                head: ["signals-service", "signals-kind", "signals-since", "signals-state", "signals-tries"]
                    .map(Text::say)
                    .to_vec(),
                rows,
            }
        })
        .block(if by_hand.is_empty() {
            Block::Para(Text::say("signals-no-service"))
        } else {
            Block::Table {
                caption: Text::say("signals-by-hand"),
                head: ["signals-service", "signals-kinds"].map(Text::say).to_vec(),
                rows: by_hand,
            }
        });
    desk.page(&page)
}

/// `GET /signals/changes/{change}`: who confirmed it, and who did not.
pub async fn change(desk: Seated, Path(change): Path<Uuid>) -> Response {
    let told = match overdue::of_change(desk.deed(), change).await {
        Ok(told) => told,
        Err(refused) => return desk.refused(&refused),
    };
    let at = |when: Option<When>| when.map_or_else(|| Text::say("signals-not-yet"), Text::At).into();
    let rows: Vec<Vec<Cell>> = told
        .iter()
        .map(|row| {
            vec![
                Cell::link(Text::plain(row.client_id.clone()), format!("/signals/{}", row.jti)),
                state(&row.state),
                at(row.delivered_at),
                at(row.answered_at),
                Text::plain(row.reason.clone().unwrap_or_default()).into(),
            ]
        })
        .collect();
    let mut page = Console::new(Text::say("signals-of-change")).back("/signals");
    if let Some(first) = told.first() {
        page = page.block(Block::Facts(vec![
            (Text::say("signals-kind"), kind(&first.kind)),
            (Text::say("signals-since"), Text::At(first.queued_at).into()),
        ]));
    }
    let head = ["signals-service", "signals-state", "signals-told", "signals-answered", "signals-why"];
    let head = head.map(Text::say).to_vec();
    desk.page(&page.block(Block::Table { caption: Text::say("signals-services"), head, rows }))
}

fn kind(word: &str) -> Cell {
    Text::say(&format!("signal-{}", word.replace('_', "-"))).into()
}

fn state(word: &str) -> Cell {
    Text::say(&format!("signal-state-{}", word.replace('_', "-"))).into()
}

/// `GET /signals/{signal}`.
pub async fn one(desk: Seated, Path(signal): Path<Uuid>) -> Response {
    page(&desk, signal, Vec::new()).await
}

async fn page(desk: &Seated, signal: Uuid, wrong: Vec<Wrong>) -> Response {
    let Listed { row, sub } = match overdue::one(desk.deed(), signal).await {
        Ok(listed) => listed,
        Err(refused) => return desk.refused(&refused),
    };
    let mut facts = vec![
        (Text::say("signals-service"), Text::plain(row.client_id.clone()).into()),
        (Text::say("signals-kind"), kind(&row.kind)),
        (Text::say("signals-since"), Text::At(row.queued_at).into()),
        (Text::say("signals-state"), state(&row.state)),
        (Text::say("signals-tries"), Cell::number(row.tries)),
    ];
    facts.extend(row.delivered_at.map(|at| (Text::say("signals-told"), Text::At(at).into())));
    facts.extend(row.answered_at.map(|at| (Text::say("signals-answered"), Text::At(at).into())));
    facts.extend(row.reason.clone().map(|why| (Text::say("signals-why"), Text::plain(why).into())));
    facts.extend(sub.map(|sub| (Text::say("signals-sub"), Text::plain(sub).into())));
    let change = Cell::link(Text::say("signals-of-change"), format!("/signals/changes/{}", row.txn));
    facts.push((Text::say("signals-change"), change));
    let open = matches!(State::parse(&row.state), Some(State::ByHand | State::Refused | State::NoAnswer));
    let form = (open && desk.allows(Action::SettleSignal)).then(|| {
        let case = Field::input("case", "enquiry-case", "");
        Block::Form(Form::post(format!("/signals/{signal}"), "settle", "signals-settle").fields(vec![case]))
    });
    let page =
        Console::new(Text::say("signals-one")).back("/signals").wrong(wrong).block(Block::Facts(facts)).maybe(form);
    desk.page(&page)
}

/// The case it was done under.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    case: String,
}

/// `POST /signals/{signal}`: somebody told the service.
pub async fn settle(desk: Seated, Path(signal): Path<Uuid>, Posted(typed): Posted<Typed>) -> Response {
    match overdue::settle(desk.deed(), signal, &typed.case).await {
        Ok(()) => desk.see_other("/signals"),
        Err(Refused::NoCase | Refused::BadCase) => {
            page(&desk, signal, vec![Wrong::Console("case", "wrong-case-missing")]).await
        }
        Err(refused) => desk.refused(&refused),
    }
}
