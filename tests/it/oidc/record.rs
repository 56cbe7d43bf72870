//! What the record and the tables hold after a test's deeds.

use crate::app::House;
use portreeve::crypto::record::StoredPayload;
use portreeve::store::events;
use serde_json::Value;

/// The types of the events so far, oldest first.
pub async fn types(house: &House) -> Vec<String> {
    let mut rows = events::newest(&mut house.app.db.peek(), 10_000).await.unwrap();
    rows.reverse();
    rows.into_iter().map(|row| row.r#type).collect()
}

/// How many events of a type.
pub async fn count(house: &House, wanted: &str) -> usize {
    types(house).await.iter().filter(|name| *name == wanted).count()
}

/// The types of the events that this deed added, oldest first.
pub async fn added<T>(house: &House, deed: impl Future<Output = T>) -> (T, Vec<String>) {
    let before = types(house).await;
    let value = deed.await;
    let mut after = types(house).await;
    for name in before {
        let place = after.iter().position(|other| *other == name).unwrap();
        after.remove(place);
    }
    after.sort();
    (value, after)
}

/// The leaf of the newest event of a type.
pub async fn newest(house: &House, wanted: &str) -> Value {
    let rows = events::newest(&mut house.app.db.peek(), 10_000).await.unwrap();
    let row = rows.into_iter().find(|row| row.r#type == wanted).unwrap_or_else(|| panic!("no {wanted}"));
    serde_json::from_str(&row.leaf).unwrap()
}

/// What the events of a type about nobody hold, newest first.
pub async fn payloads(house: &House, wanted: &str) -> Vec<Value> {
    let rows = events::newest(&mut house.app.db.peek(), 10_000).await.unwrap();
    let recorder = &house.app.snapshot().recorder;
    let opened = rows.into_iter().filter(|row| row.r#type == wanted).map(|row| {
        let (sealed_under, payload) = (row.sealed_under.unwrap(), row.payload.unwrap());
        let stored = StoredPayload { id: row.id, person: row.person, sealed_under: &sealed_under, payload: &payload };
        let payload: Value = serde_json::from_str(&recorder.open_house_payload(stored).unwrap()).unwrap();
        payload["data"].clone()
    });
    opened.collect()
}

/// Reason and count of every refusal, in order of these: events of one instant have no other.
pub async fn refusals(house: &House) -> Vec<(String, i64)> {
    let rows = events::newest(&mut house.app.db.peek(), 10_000).await.unwrap();
    let recorder = &house.app.snapshot().recorder;
    let mut all = Vec::new();
    for row in rows.into_iter().filter(|row| row.r#type == "request.refused") {
        let leaf: Value = serde_json::from_str(&row.leaf).unwrap();
        let (sealed_under, payload) = (row.sealed_under.unwrap(), row.payload.unwrap());
        let stored = StoredPayload { id: row.id, person: row.person, sealed_under: &sealed_under, payload: &payload };
        let payload: Value = serde_json::from_str(&recorder.open_house_payload(stored).unwrap()).unwrap();
        all.push((leaf["reason_code"].as_str().unwrap().to_owned(), payload["data"]["count"].as_i64().unwrap()));
    }
    all.sort();
    all
}

/// All rows that could hold a bearer value, as text.
pub async fn everything(house: &House) -> String {
    const TABLES: [(&str, &str); 11] = [
        (
            "SELECT group_concat(hex(token) || ' ' || hex(browser) || ' ' || agent, '|') FROM session",
            "SELECT string_agg(CAST(t AS TEXT), '|') FROM session t",
        ),
        (
            "SELECT group_concat(hex(code) || client_id || ' ' || redirect_uri || ' ' || sub || ' ' || sid
                 || hex(coalesce(refresh, '')) || hex(coalesce(refresh_used, '')), '|') FROM grant_record",
            "SELECT string_agg(CAST(t AS TEXT), '|') FROM grant_record t",
        ),
        (
            "SELECT group_concat(hex(hash), '|') FROM access_token",
            "SELECT string_agg(CAST(t AS TEXT), '|') FROM access_token t",
        ),
        (
            "SELECT group_concat(hex(hash) || client_id || ' ' || scope, '|') FROM machine_token",
            "SELECT string_agg(CAST(t AS TEXT), '|') FROM machine_token t",
        ),
        (
            "SELECT group_concat(hex(hash), '|') FROM refresh_token",
            "SELECT string_agg(CAST(t AS TEXT), '|') FROM refresh_token t",
        ),
        (
            "SELECT group_concat(hex(hash) || hex(browser) || hex(request), '|') FROM flow",
            "SELECT string_agg(CAST(t AS TEXT), '|') FROM flow t",
        ),
        (
            "SELECT group_concat('pushed ' || client_id || ' ' || hex(hash) || hex(request), '|') FROM pushed_request",
            "SELECT string_agg('pushed ' || client_id || ' ' || CAST(t AS TEXT), '|') FROM pushed_request t",
        ),
        (
            "SELECT group_concat(hex(jti) || client_id, '|') FROM assertion",
            "SELECT string_agg(CAST(t AS TEXT), '|') FROM assertion t",
        ),
        (
            "SELECT group_concat(leaf || hex(payload), '|') FROM event",
            "SELECT string_agg(CAST(t AS TEXT), '|') FROM event t",
        ),
        ("SELECT group_concat(hex(name), '|') FROM account", "SELECT string_agg(CAST(t AS TEXT), '|') FROM account t"),
        (
            "SELECT group_concat(hex(blind) || hex(address), '|') FROM contact",
            "SELECT string_agg(CAST(t AS TEXT), '|') FROM contact t",
        ),
    ];
    let mut all = String::new();
    for (sqlite, postgres) in TABLES {
        let sql = if house.app.db.name() == "sqlite" { sqlite } else { postgres };
        let rows: Option<String> = house.app.db.peek().sql(sql).scalar().await.unwrap();
        all.push_str(&rows.unwrap_or_default().replace("\\x", " "));
        all.push('\n');
    }
    // SQLite writes hexadecimal digits in capitals; nothing else in these rows is told apart by them.
    all.push_str(&all.to_lowercase());
    all
}
