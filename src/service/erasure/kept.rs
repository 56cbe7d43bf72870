//! What is kept of a person whose account is erased: exactly, why, and until when. Looked at, not assumed.

use super::super::Failure;
use crate::app::App;
use crate::domain::audit::leaf::log_year;
use crate::domain::ids::AccountId;
use crate::domain::time::When;
use crate::policy::Bundle;
use crate::store::erasures;
use jiff::civil::Date;
use serde::Serialize;
use std::time::Duration;

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// What, by the table that holds it: a word of the page says it in plain language, and why.
    pub what: &'static str,
    /// How many rows; none where it is not counted.
    pub rows: Option<i64>,
    /// Why, as the rule in force says that ends it.
    pub rationale: String,
    /// The law that asks for it, or allows it, as that rule says.
    pub legal_basis: String,
    /// Until this day at the latest, if nothing is added and nobody stops the run that it goes by.
    pub until: Date,
}

/// Tables that outlive an account, each with the category whose rule ends it.
const TABLES: &[(&str, &str)] = &[
    ("sharing_record", "sharing.other_basis"),
    ("signal", "signal"),
    ("access_question", "access.question"),
    ("rights_case", "rights.case"),
    ("enquiry_person", "officer.access"),
];

/// What would be kept if the account were erased now, or is kept now if it was.
///
/// # Errors
/// What the store says.
pub async fn kept(app: &App, account: AccountId, now: When) -> Result<Vec<Kept>, Failure> {
    let snapshot = app.snapshot();
    let zone = &snapshot.policy.controller.time_zone;
    let left = erasures::left(&mut app.db.peek(), account).await?;
    let policy = &snapshot.policy;
    let of_rule = |what, rows, category: &str, until: Option<Date>| {
        let rule = policy.retention.rule_for(category)?;
        let (rationale, legal_basis) = (rule.rationale.clone(), rule.legal_basis.clone());
        Some(Kept { what, rows, rationale, legal_basis, until: until? })
    };
    let mut kept: Vec<Kept> = TABLES
        .iter()
        .filter_map(|(table, category)| {
            // Who was given something is told that the account is erased: that is kept too.
            let holds = if *table == "signal" { "sharing_record" } else { table };
            let found = |name: &str| left.iter().find(|(known, _)| *known == name);
            let (_, rows) = found(table).or_else(|| found(holds))?;
            of_rule(*table, Some(*rows), category, until(policy, category, now))
        })
        .collect();
    let closes = year_ends(policy, now);
    kept.extend(of_rule("log", None, "event.envelope", until(policy, "event.envelope", closes)));
    kept.extend(of_rule("erasure", None, "erasure", until(policy, "erasure", now)));
    // Copies of the data are there for longer; none of them opens once the keys are gone from the copies of the vault too.
    let copies = policy.retention.rule_for("backup.vault").and_then(|rule| rule.period);
    let copies = copies.map(|period| period.after(now, zone).day(zone));
    kept.extend(of_rule("backup", None, "backup.vault", copies));
    Ok(kept)
}

/// Until which day at the latest something is kept by the rule of its category whose clock begins at a moment, if nobody stops the run
/// that it goes by; none without a rule that ends it.
pub(in crate::service) fn until(policy: &Bundle, category: &str, from: When) -> Option<Date> {
    let zone = &policy.controller.time_zone;
    // A run is planned within a day of its end, and cools; another may have been cooling when it came.
    let cooling = |from: When| policy.engine.cooling.after(from, zone) + Duration::from_hours(24);
    let period = policy.retention.rule_for(category)?.period?;
    Some(cooling(cooling(period.after(from, zone))).day(zone))
}

/// When the financial year of the log is over, from which its rule counts.
pub(in crate::service) fn year_ends(policy: &Bundle, now: When) -> When {
    let zone = policy.controller.time_zone.clone();
    let closes = Date::new(log_year(now).saturating_add(1), 4, 1).ok();
    closes.and_then(|day| day.to_zoned(zone).ok()).map_or(now, |at| When::from(at.timestamp()))
}
