//! The register of breaches.

use super::{Error, Read, Write};
use crate::domain::breach::{Breach, Decision, Told};
use crate::domain::ids::{ClientId, StaffId};
use crate::domain::time::When;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title: String,
    effects: String,
    remedies: String,
    aware_at: When,
    window_from: Option<When>,
    window_to: Option<When>,
    client_id: Option<String>,
    subjects: i64,
    categories: String,
    recorded_by: StaffId,
    recorded_at: When,
    regulator: Option<String>,
    regulator_at: Option<When>,
    regulator_ref: Option<String>,
    people: Option<String>,
    people_at: Option<When>,
}

fn read(row: Row) -> Result<Breach, Error> {
    let decision = |word: String| {
        Decision::parse(&word).ok_or_else(|| Error::Unreadable("breach.regulator or breach.people".to_owned()))
    };
    let regulator = row.regulator.map(decision).transpose()?.zip(row.regulator_at);
    Ok(Breach {
        id: row.id,
        title: row.title,
        effects: row.effects,
        remedies: row.remedies,
        aware_at: row.aware_at,
        window: row.window_from.zip(row.window_to),
        client: row.client_id.as_deref().and_then(ClientId::parse),
        subjects: row.subjects,
        categories: row.categories,
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
        regulator: regulator.map(|(decision, at)| (decision, at, row.regulator_ref)),
        people: row.people.map(decision).transpose()?.zip(row.people_at),
    })
}

/// Writes a breach into the register.
pub async fn insert(w: &mut Write, breach: &Breach) -> Result<(), Error> {
    w.sql(
        "INSERT INTO breach (id, title, effects, remedies, aware_at, window_from, window_to, client_id, subjects,
             categories, recorded_by, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(breach.id)
    .bind(breach.title.as_str())
    .bind(breach.effects.as_str())
    .bind(breach.remedies.as_str())
    .bind(breach.aware_at)
    .bind(breach.window.map(|(from, _)| from))
    .bind(breach.window.map(|(_, to)| to))
    .bind(breach.client.as_ref().map(ClientId::as_str))
    .bind(breach.subjects)
    .bind(breach.categories.as_str())
    .bind(breach.recorded_by)
    .bind(breach.recorded_at)
    .run()
    .await
    .map(drop)
}

/// Writes down who was told, or need not be; `false` if that was decided before.
pub async fn decide(
    w: &mut Write,
    id: Uuid,
    (told, decision): (Told, Decision),
    reference: Option<&str>,
    at: When,
) -> Result<bool, Error> {
    let decided = match told {
        Told::Regulator => {
            w.sql(
                "UPDATE breach SET regulator = $2, regulator_at = $3, regulator_ref = $4
                 WHERE id = $1 AND regulator IS NULL",
            )
            .bind(id)
            .bind(decision.as_str())
            .bind(at)
            .bind(reference)
            .run()
            .await?
        }
        Told::People => {
            w.sql("UPDATE breach SET people = $2, people_at = $3 WHERE id = $1 AND people IS NULL")
                .bind(id)
                .bind(decision.as_str())
                .bind(at)
                .run()
                .await?
        }
    };
    Ok(decided == 1)
}

/// The register, newest first.
pub async fn all(r: &mut Read) -> Result<Vec<Breach>, Error> {
    let rows: Vec<Row> = r
        .sql(
            "SELECT id, title, effects, remedies, aware_at, window_from, window_to, client_id, subjects, categories,
                 recorded_by, recorded_at, regulator, regulator_at, regulator_ref, people, people_at
             FROM breach ORDER BY aware_at DESC, id LIMIT 200",
        )
        .all()
        .await?;
    rows.into_iter().map(read).collect()
}

/// One entry.
pub async fn get(r: &mut Read, id: Uuid) -> Result<Option<Breach>, Error> {
    let row: Option<Row> = r
        .sql(
            "SELECT id, title, effects, remedies, aware_at, window_from, window_to, client_id, subjects, categories,
                 recorded_by, recorded_at, regulator, regulator_at, regulator_ref, people, people_at
             FROM breach WHERE id = $1",
        )
        .bind(id)
        .maybe()
        .await?;
    row.map(read).transpose()
}
