//! `/policies/{approval}`: policies that somebody proposed, with what they change and whom that touches, for the second person.

use super::seated::Seated;
use crate::domain::claims::ClaimSet;
use crate::domain::staff::Action;
use crate::service::effects::{Aged, Counted};
use crate::service::proposals;
use crate::service::staff::members;
use crate::view::pages::console::{Block, Cell, Console, Form, Text};
use axum::extract::Path;
use axum::response::Response;
use uuid::Uuid;

/// `GET /policies/{approval}`.
pub async fn show(desk: Seated, Path(id): Path<Uuid>) -> Response {
    if let Err(refused) = desk.permit(Action::GiveApproval, None).await {
        return refused;
    }
    let proposed = match proposals::read(&desk.app, id).await {
        Ok(proposed) => proposed,
        Err(refused) => return desk.refused(&refused),
    };
    let own = match members::same_person(&desk.app, proposed.row.asked_by, desk.officer.id).await {
        Ok(own) => own,
        Err(failure) => return desk.fault(&failure),
    };
    let (row, weighed) = (&proposed.row, &proposed.weighed);
    let waits = row.decided_at.is_none() && desk.now < row.until;
    let may = proposed.stands && weighed.never.is_empty();
    let mut page = Console::new(Text::say("proposal-title"))
        .back("/approvals")
        .block(Block::Facts(vec![
            (Text::say("approvals-by"), Text::plain(desk.name_of(row.asked_by).await).into()),
            (Text::say("approvals-at"), Text::At(row.asked_at).into()),
            (Text::say("approvals-until"), Text::At(row.until).into()),
            (Text::say("proposal-version"), Text::plain(proposed.bundle.version()).into()),
            (Text::say("proposal-digest"), Text::plain(proposed.bundle.digest_hex()).into()),
        ]))
        .block(Block::Table {
            caption: Text::say("proposal-changes"),
            head: ["proposal-file", "proposal-change", "proposal-second"].map(Text::say).to_vec(),
            rows: weighed
                .changes
                .iter()
                .map(|change| {
                    let second = Text::say(if change.high_impact { "yes" } else { "no" });
                    vec![
                        Text::plain(change.file.clone()).into(),
                        Text::plain(change.words.clone()).into(),
                        second.into(),
                    ]
                })
                .collect(),
        });
    page = if weighed.touched.is_empty() {
        page.block(Block::Para(Text::say("proposal-touches-nobody")))
    } else {
        page.block(Block::Table {
            caption: Text::say("proposal-touches"),
            head: ["register-service", "register-purpose", "proposal-what", "proposal-standing", "proposal-superseded"]
                .map(Text::say)
                .to_vec(),
            rows: weighed.touched.iter().map(|one| touched(&desk, one)).collect(),
        })
    };
    if !weighed.ages.is_empty() {
        page = page.block(Block::Table {
            caption: Text::say("proposal-ages"),
            head: ["proposal-from", "proposal-age", "proposal-too-young", "proposal-age-unknown"]
                .map(Text::say)
                .to_vec(),
            rows: weighed.ages.iter().map(aged).collect(),
        });
    }
    for never in &weighed.never {
        page = page.block(Block::Warning(Text::plain(never.to_string())));
    }
    if !proposed.stands && waits {
        page = page.block(Block::Warning(Text::say("proposal-overtaken")));
    }
    if waits && own {
        page = page.block(Block::Inset(Text::say("proposal-own")));
    } else if waits {
        let answers = [("approve", "proposal-approve", "yes", ""), ("refuse", "approvals-refuse", "no", "secondary")];
        for (id, button, word, weight) in answers.into_iter().filter(|(_, _, word, _)| may || *word == "no") {
            let form = Form::post(format!("/approvals/{}", row.id), id, button).hidden("answer", word);
            page = page.block(Block::Form(form.weight(weight)));
        }
    } else {
        page = page.block(Block::Inset(Text::say("proposal-over")));
    }
    desk.page(&page)
}

fn aged(one: &Aged) -> Vec<Cell> {
    let affected = one.affected.iter().map(|of| format!("{} ({}): {}", of.client_id, of.purpose, of.residents));
    vec![
        Text::plain(one.from.to_string()).into(),
        Cell::number(one.age),
        Text::plain(affected.collect::<Vec<_>>().join(", ")).into(),
        Cell::number(one.unknown),
    ]
}

fn touched(desk: &Seated, one: &Counted) -> Vec<Cell> {
    let names = |claims: ClaimSet, sign: &str| claims.iter().map(|claim| format!("{sign} {claim}")).collect::<Vec<_>>();
    let mut what = [names(one.effect.gains, "+"), names(one.effect.loses, "−")].concat();
    if let (Some(before), Some(after)) = one.effect.basis {
        what.extend((before != after).then(|| format!("{before} → {after}")));
    }
    if let (Some(before), Some(after)) = &one.effect.notice {
        let day = one.effect.holds_from.map(|day| format!(" ({day})")).unwrap_or_default();
        what.extend((before != after).then(|| format!("{before} → {after}{day}")));
    }
    vec![
        desk.words(&one.effect.service).into(),
        Text::plain(one.effect.purpose.clone()).into(),
        Text::plain(what.join(", ")).into(),
        Cell::number(one.standing),
        Cell::number(one.superseded),
    ]
}
