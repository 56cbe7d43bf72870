//! What becomes of each thing whose time may be over: nothing yet, a warning, a look by a person, or its end.
//!
//! ```text
//! over, under a hold ──> Held
//! a person was asked, and has not said ──> NotYet, or Review once it is over
//! a person said that it goes ──> Due once it is over and the days have come that warnings named, or NotYet
//! a person said that it is kept until a day ──> NotYet, and from that day on as below, with Review in the place of Due
//! the next warning's time has come ──> Warn          not all warnings given, or not long enough ago ──> NotYet
//! not over ──> NotYet
//! over, and a fact of `review_if`, or the rule itself, asks for a look ──> Review
//! over, and the rule destroys ──> Due
//! ```

use super::hold::{Hold, Item};
use super::{Action, Notify, Rule};
use crate::domain::time::When;
use jiff::tz::TimeZone;

/// What is to be done with one thing under one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// Its time is not over.
    NotYet,
    /// This warning is to be given now.
    Warn(&'a Notify),
    /// It would go, and this hold keeps it.
    Held(&'a Hold),
    /// It would go, and a person looks first: because of this fact, or because the rule says so (`rule`).
    Review(&'a str),
    /// It goes.
    Due,
}

/// What is known of one thing beside its clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Words of `review_if` that are true of it.
    pub facts: &'a [&'a str],
    /// The warnings that were given since its clock began: how long before the end each stands in the schedule, and when
    /// it was given.
    pub warned: &'a [(String, When)],
    /// What a person decided who was asked since its clock began: it goes, or it is kept until then.
    pub decided: Option<Decision>,
}

/// What a person said who looked at something before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet: it lies before her.
    Asked,
    /// It goes.
    Goes,
    /// It is kept until then, and looked at again.
    KeptUntil(When),
}

/// How a rule is applied.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Categories that go along with what the rule is about: a hold on one of them holds it.
    pub along: &'a [&'a str],
    /// The holds that are not released.
    pub holds: &'a [Hold],
    /// The calendar.
    pub zone: &'a TimeZone,
}

impl<'a> By<'a> {
    /// What becomes of one thing at `now`.
    #[must_use]
    pub fn judge(&self, item: &Item, facts: &Facts<'_>, now: When) -> Verdict<'a> {
        let rule = self.rule;
        let Some(period) = rule.period.filter(|_| rule.action != Action::Permanent) else { return Verdict::NotYet };
        let end = period.after(item.since, self.zone);
        let over = now >= end;
        if over && let Some(hold) = self.holds.iter().find(|hold| hold.stops(rule, self.along, item)) {
            return Verdict::Held(hold);
        }
        // Whoever said that it is kept until a day looks at it then.
        let kept = match facts.decided {
            Some(Decision::Asked) => return if over { Verdict::Review("asked") } else { Verdict::NotYet },
            Some(Decision::Goes) if over && self.promised(facts.warned, now) => return Verdict::Due,
            Some(Decision::Goes) => return Verdict::NotYet,
            Some(Decision::KeptUntil(until)) if now < until => return Verdict::NotYet,
            Some(Decision::KeptUntil(_)) => over,
            None => false,
        };
        if !rule.notify.is_empty() {
            match self.ladder(end, facts.warned, now) {
                Ladder::Give(warning) => return Verdict::Warn(warning),
                Ladder::Wait => return Verdict::NotYet,
                Ladder::Climbed => {}
            }
        }
        if !over {
            return Verdict::NotYet;
        }
        if let Some(fact) = rule.review_if.iter().find(|fact| facts.facts.contains(&fact.as_str())) {
            return Verdict::Review(fact);
        }
        if kept {
            return Verdict::Review("kept");
        }
        // What is to become of it otherwise, nothing here does: it stays until a person has looked.
        if rule.action.destroys() { Verdict::Due } else { Verdict::Review("rule") }
    }

    /// Whether the days have come that the warnings named: whoever was told of one has until then, whatever a person said.
    fn promised(&self, warned: &[(String, When)], now: When) -> bool {
        warned.iter().all(|(before, given)| {
            let mut steps = self.rule.notify.iter().filter(|step| step.before.to_string() == *before);
            steps.all(|step| now >= step.before.after(*given, self.zone))
        })
    }

    /// Where the warnings stand. Each is given in its time before the end; one that could not be, since nothing ran then,
    /// delays what follows it, so that there are always as many days between them as the schedule says.
    fn ladder(&self, end: When, warned: &[(String, When)], now: When) -> Ladder<'a> {
        let mut steps: Vec<&Notify> = self.rule.notify.iter().collect();
        steps.sort_by_key(|step| step.before.before(end, self.zone));
        let mut earliest = None::<(When, When)>;
        for step in &steps {
            let planned = step.before.before(end, self.zone);
            let from = earliest.map_or(planned, |(given, was)| planned.max(given + planned.since(was)));
            let named = step.before.to_string();
            match warned.iter().find(|(before, _)| *before == named) {
                Some((_, given)) => earliest = Some((*given, planned)),
                None if now >= from => return Ladder::Give(step),
                None => return Ladder::Wait,
            }
        }
        let done = earliest.map_or(end, |(given, was)| end.max(given + end.since(was)));
        if now >= done && self.promised(warned, now) { Ladder::Climbed } else { Ladder::Wait }
    }
}

enum Ladder<'a> {
    Give(&'a Notify),
    Wait,
    Climbed,
}

#[cfg(test)]
mod tests;
