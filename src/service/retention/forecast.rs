//! What will be destroyed in the coming months, and what a person will look at, if nothing is used, held or decided on meanwhile.

use super::{Failure, accounts, carried_out, keys, rows, years};
use crate::app::App;
use crate::domain::retention::{Action, Period, Schedule};
use crate::domain::time::When;
use crate::store::lapses;
use jiff::civil::Date;
use serde::Serialize;

/// One rule over the months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleMonths {
    /// The rule.
    pub rule: String,
    /// What the records are.
    pub title: String,
    /// What becomes of them: not all that is over is destroyed.
    pub action: Action,
    /// How many in each month; what is overdue is in the first.
    pub numbers: Vec<i64>,
}

impl RuleMonths {
    /// Over all months.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.numbers.iter().sum()
    }
}

/// All rules over the months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Months {
    /// The last day of each.
    pub months: Vec<Date>,
    /// The rules that are carried out, in the schedule's order.
    pub rules: Vec<RuleMonths>,
}

impl Months {
    /// All that is destroyed, month by month.
    #[must_use]
    pub fn destroyed(&self) -> Vec<i64> {
        self.sum(true)
    }

    /// All that a person looks at and that stays until then, month by month.
    #[must_use]
    pub fn reviewed(&self) -> Vec<i64> {
        self.sum(false)
    }

    fn sum(&self, destroyed: bool) -> Vec<i64> {
        let rules = || self.rules.iter().filter(|rule| rule.action.destroys() == destroyed);
        let month = |nth: usize| rules().filter_map(|rule| rule.numbers.get(nth)).sum();
        (0..self.months.len()).map(month).collect()
    }
}

/// What a schedule would destroy, and put before a person, in the coming months, counted in the store as it is.
///
/// # Errors
/// What the store says.
pub async fn forecast(app: &App, schedule: &Schedule, months: u8, now: When) -> Result<Months, Failure> {
    let snapshot = app.snapshot();
    let zone = &snapshot.policy.controller.time_zone;
    let month = |nth: u16| Period::months(nth).map_or(now, |period| period.after(now, zone));
    let ends: Vec<When> = (1..=u16::from(months)).map(month).collect();
    let mut rules = Vec::new();
    for rule in carried_out(schedule) {
        let Some(period) = rule.period else { continue };
        let (mut numbers, mut before) = (Vec::new(), 0);
        for end in &ends {
            // What is over by then began its clock so long before.
            let cutoff = period.before(*end, zone);
            let all = match accounts::clock_of(rule.category.as_str()) {
                Some(clock) => lapses::clocks(&mut app.db.peek(), clock, cutoff).await?,
                None if keys::is_one(rule) => keys::count(app, rule, schedule, *end).await?,
                None if years::is_one(rule) => years::count(app, rule, schedule, *end).await?,
                None => rows::count(app, rule, cutoff).await?,
            };
            numbers.push(all - before);
            before = all;
        }
        rules.push(RuleMonths { rule: rule.id.clone(), title: rule.title.clone(), action: rule.action, numbers });
    }
    Ok(Months { months: ends.iter().map(|end| end.day(zone)).collect(), rules })
}
