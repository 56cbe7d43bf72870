//! By when a case is answered: the month of Article 12A UK GDPR, and the 30 days of section 164A DPA 2018.

use super::calendar::{Calendar, days_after, days_between, months_after};
use super::case::Facts;
use crate::domain::time::When;
use jiff::civil::Date;

/// From so many days on it is on the amber list.
const AMBER: i32 = 21;
/// A complaint is acknowledged within so many days, the day of receipt being the first (DPA 2018 s164A; the regulator counts
/// from the day after: the earlier one holds).
const ACKNOWLEDGE: i32 = 30;
/// A complaint of which she heard nothing for so many days is on the amber list.
const SILENCE: i32 = 30;
/// A request is answered within a month,
const MONTHS: i32 = 1;
/// or within three, once she was told so.
const EXTENDED: i32 = 3;

/// How urgent a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// Its day is over.
    Red,
    /// It is three weeks old.
    Amber,
    /// There is time.
    Green,
    /// It is closed.
    Closed,
}

impl Light {
    /// The word of messages and programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Green => "green",
            Self::Closed => "closed",
        }
    }
}

/// What a case waits for, that is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// That she shows who she is: the month has not begun.
    Identity,
    /// That she says what she means: its days do not count.
    Clarification,
}

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// The last day on which it is answered in time; of a complaint, acknowledged, and none from then on. While we wait for her it
    /// moves, and this is where it would be if she answered today.
    pub due: Option<Date>,
    /// What it waits for.
    pub waits: Option<Waits>,
    /// How urgent it is.
    pub light: Light,
}

/// How a case stands now.
#[must_use]
pub fn read(facts: &Facts, calendar: &Calendar<'_>, now: When) -> Clock {
    let today = calendar.day(facts.closed.unwrap_or(now));
    let clock =
        if facts.kind.is_request() { request(facts, calendar, today) } else { complaint(facts, calendar, today) };
    if facts.closed.is_some() { Clock { waits: None, light: Light::Closed, ..clock } } else { clock }
}

/// The day the month begins on: the latest of the day it was received and the day she showed who she is, if she was asked to (Art
/// 12A(2)). Today, while that is waited for.
fn begins(facts: &Facts, calendar: &Calendar<'_>, today: Date) -> Date {
    let received = calendar.day(facts.received);
    match (facts.identity_asked, facts.identity_proven) {
        (Some(_), Some(proven)) => received.max(calendar.day(proven)),
        (Some(_), None) => received.max(today),
        (None, _) => received,
    }
}

/// The days on which we waited for her to say what she means, from the first day on until today: none is counted twice, and none
/// before the month began.
fn waited(facts: &Facts, calendar: &Calendar<'_>, (from, today): (Date, Date)) -> i32 {
    if !facts.kind.is_paused_by_questions() {
        return 0;
    }
    let (mut days, mut counted) = (0, from);
    for (asked, answered) in &facts.pauses {
        let begin = calendar.day(*asked).max(counted);
        let end = answered.map_or(today, |answered| calendar.day(answered).min(today));
        days += days_between(begin, end);
        counted = counted.max(end);
    }
    days
}

/// The day by which a request is answered if it takes so many months.
fn due_in(facts: &Facts, calendar: &Calendar<'_>, (months, today): (i32, Date)) -> Date {
    let begins = begins(facts, calendar, today);
    let waited = waited(facts, calendar, (begins, today));
    calendar.working(days_after(months_after(begins, months), waited))
}

fn request(facts: &Facts, calendar: &Calendar<'_>, today: Date) -> Clock {
    let begins = begins(facts, calendar, today);
    let months = if facts.extended.is_some() { EXTENDED } else { MONTHS };
    let due = due_in(facts, calendar, (months, today));
    let waits = if facts.awaits_identity() {
        Some(Waits::Identity)
    } else {
        (facts.kind.is_paused_by_questions() && facts.awaits_clarification()).then_some(Waits::Clarification)
    };
    // Of more months than one, the last is looked at.
    let last_month = days_after(months_after(begins, months - MONTHS), AMBER);
    let amber = days_after(last_month, waited(facts, calendar, (begins, today)));
    let light = if waits.is_some() {
        Light::Green
    } else if today > due {
        Light::Red
    } else if today >= amber {
        Light::Amber
    } else {
        Light::Green
    };
    Clock { due: Some(due), waits, light }
}

/// The last day on which a complaint is acknowledged in time. The statute has no word for weekends: whoever waits for the working day
/// after may be late.
pub(super) fn acknowledged_by(facts: &Facts, calendar: &Calendar<'_>) -> Date {
    days_after(calendar.day(facts.received), ACKNOWLEDGE - 1)
}

/// How many days of its month a request had used by then.
pub(super) fn days_taken(facts: &Facts, calendar: &Calendar<'_>, until: Date) -> i32 {
    let begins = begins(facts, calendar, until);
    days_between(begins, until) - waited(facts, calendar, (begins, until))
}

fn complaint(facts: &Facts, calendar: &Calendar<'_>, today: Date) -> Clock {
    let received = calendar.day(facts.received);
    let Some(told) = facts.acknowledged.and(facts.told) else {
        let due = acknowledged_by(facts, calendar);
        let light = if today > due {
            Light::Red
        } else if today >= days_after(received, AMBER) {
            Light::Amber
        } else {
            Light::Green
        };
        return Clock { due: Some(due), waits: None, light };
    };
    let silent = days_between(calendar.day(told), today) >= SILENCE;
    Clock { due: None, waits: None, light: if silent { Light::Amber } else { Light::Green } }
}

/// Whether she can still be told that it takes two months more: within the first month (Art 12A, 12(3)).
#[must_use]
pub fn may_extend(facts: &Facts, calendar: &Calendar<'_>, now: When) -> bool {
    let today = calendar.day(now);
    !facts.awaits_identity() && today <= due_in(facts, calendar, (MONTHS, today))
}

#[cfg(test)]
mod tests;
