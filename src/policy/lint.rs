//! What the files say about each other, and what the law says about that. Each rule has an id that never changes its
//! meaning; its test breaks the sample, and passes the nearest lawful twin.

mod access;
mod apis;
mod clients;
mod editions;
mod papers;
mod recipients;
mod shares;
mod signals;

use super::Bundle;
use super::finding::{Finding, Place};
use super::sources::Sources;
use crate::domain::client::Lang;
use crate::domain::sharing::NoticeRef;
use clients::relaxations_ending;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Everything there is to say about a bundle. `held` are the data categories that the installation's tables, columns
/// and payload keys belong to, `today` is the day that approvals are looked at on.
#[must_use]
pub fn lint(bundle: &Bundle, held: &[&str], today: Date) -> Vec<Finding> {
    let mut lint = Lint { bundle, today, findings: Vec::new() };
    lint.shares();
    lint.signals();
    lint.apis();
    lint.clients();
    lint.papers();
    lint.held(held);
    lint.parties();
    lint.editions();
    lint.languages();
    lint.colours();
    lint.retention(held);
    lint.reasons();
    lint.access();
    lint.staff();
    let mut findings = lint.findings;
    findings.sort_by(|a, b| (&a.file, a.line, a.rule).cmp(&(&b.file, b.line, b.rule)));
    findings
}

/// What the calendar alone makes worth a look: these are warnings, for whoever knows what day it is.
#[must_use]
pub fn overdue(bundle: &Bundle, today: Date) -> Vec<Finding> {
    let mut lint = Lint { bundle, today, findings: Vec::new() };
    for (place, reason) in bundle.reasons.iter().enumerate().filter(|(_, reason)| reason.is_late(today)) {
        let at = lint.at(super::reasons::FILE, &format!("reason.{place}.reviewed"));
        let message = format!("The reason {:?} was reviewed more than a year ago.", reason.code);
        let remedy = "Ask whether it is still needed and says what it means, and write the day.";
        lint.findings.push(Finding::warning("reason.review_late", at, message, remedy));
    }
    lint.findings
}

/// What holds today and soon will not: known dates that run out.
#[must_use]
pub fn running_out(bundle: &Bundle, today: Date) -> Vec<Finding> {
    let mut findings = relaxations_ending(bundle, today);
    findings.extend(bank_holidays_ending(bundle, today));
    findings
}

fn bank_holidays_ending(bundle: &Bundle, today: Date) -> Option<Finding> {
    let last = bundle.controller.bank_holidays.last();
    if last.is_some_and(|last| *last > today.saturating_add(3.months())) {
        return None;
    }
    let message = match last {
        Some(last) => {
            format!("The list of bank holidays ends on {last}: those that follow would count as working days.")
        }
        None => "No bank holidays are named: each counts as a working day.".to_owned(),
    };
    let at = bundle.sources.place(super::controller::FILE, "bank_holidays");
    let remedy = "Add those of the next years (gov.uk/bank-holidays).";
    Some(Finding::warning("controller.bank_holidays", at, message, remedy))
}

struct Lint<'a> {
    bundle: &'a Bundle,
    today: Date,
    findings: Vec<Finding>,
}

impl Lint<'_> {
    fn sources(&self) -> &Sources {
        &self.bundle.sources
    }

    fn at(&self, file: &str, path: &str) -> Place {
        self.sources().place(file, path)
    }

    fn error(&mut self, rule: &'static str, at: Place, message: impl Into<String>, remedy: &str) {
        self.findings.push(Finding::error(rule, at, message, remedy));
    }

    fn warning(&mut self, rule: &'static str, at: Place, message: impl Into<String>, remedy: &str) {
        self.findings.push(Finding::warning(rule, at, message, remedy));
    }

    /// A notice must be there in every language that is offered.
    fn notice(&mut self, reference: &NoticeRef, at: &Place) {
        let offered: Vec<Lang> = self.bundle.controller.languages.iter().map(|language| language.lang).collect();
        for lang in offered {
            if self.bundle.notices.get(reference, lang).is_none() {
                let message = format!("The notice {reference} is not there in {}.", lang.name());
                let remedy = format!("Write {}.", super::notices::path(reference, lang));
                self.findings.push(Finding::error("notice.missing", at.clone(), message, remedy));
            }
        }
    }

    /// Of a notice that residents are told by, an edition must hold already.
    fn holds(&mut self, named: &NoticeRef, at: Place) {
        let register = &self.bundle.register;
        let edition = register.edition(&register.edition_on(named, self.today));
        if let Some(edition) = edition.filter(|edition| edition.effective_from > self.today) {
            let message = format!("{} holds from {}, and none before it.", edition.reference(), edition.effective_from);
            let remedy = "Write an earlier effective_from, or put this in force on that day.";
            self.error("notice.not_yet", at, message, remedy);
        }
    }

    fn languages(&mut self) {
        let file = super::controller::FILE;
        for (place, language) in self.bundle.controller.languages.iter().enumerate() {
            if language.review.is_none() {
                let at = self.at(file, &format!("language.{place}"));
                let message =
                    format!("Nobody has reviewed the notices in {}: serve does not offer it.", language.lang.name());
                let remedy = "Have them read, and write reviewed_by and reviewed_on.";
                self.findings.push(Finding::warning("language.unreviewed", at, message, remedy));
            }
        }
    }

    /// A rule of lint: what was activated before there were such dates goes on.
    fn reasons(&mut self) {
        let file = super::reasons::FILE;
        for (place, reason) in self.bundle.reasons.iter().enumerate().filter(|(_, reason)| reason.reviewed.is_none()) {
            let at = self.at(file, &format!("reason.{place}.code"));
            let message = format!("Nobody says when the reason {:?} was last reviewed.", reason.code);
            let remedy = "Ask whether it is needed and says what it means, and write the day: reviewed = 2026-11-02.";
            self.findings.push(Finding::warning("reason.unreviewed", at, message, remedy));
        }
    }

    /// A rule of lint and not of loading: what was activated before there was one goes on.
    fn colours(&mut self) {
        let brand = self.bundle.controller.brand;
        for (name, colour) in [("header", brand.header), ("accent", brand.accent)] {
            if !colour.carries_white() {
                let at = self.at(super::controller::FILE, &format!("brand.{name}"));
                let ratio = (colour.contrast_with_white() * 10.0).floor() / 10.0;
                let message = format!("White text on {colour} has a contrast of {ratio} to 1, too little to be read.");
                self.error(
                    "controller.contrast",
                    at,
                    message,
                    "Choose a darker colour: 4.5 to 1 at least (WCAG 1.4.3).",
                );
            }
        }
    }

    fn retention(&mut self, held: &[&str]) {
        let file = super::schedule::FILE;
        let schedule = &self.bundle.retention;
        let places = super::schedule::places(self.sources());
        for fault in schedule.faults(held) {
            let nth = schedule.rules.iter().rposition(|rule| Some(rule.id.as_str()) == fault.rule());
            let place = nth.and_then(|nth| places.get(nth));
            let at = place.map_or_else(|| self.at(file, "rule"), |(file, nth)| self.at(file, &format!("rule.{nth}")));
            let (rule, remedy) = match &fault {
                crate::domain::retention::Fault::NoRule { .. } => {
                    ("retention.no_rule", "Add a [[rule]] for it: nothing is held without one.")
                }
                crate::domain::retention::Fault::TwoRules { .. } => ("retention.two_rules", "Keep one of the two."),
                crate::domain::retention::Fault::SameId { .. } => ("retention.same_id", "Give one of them another id."),
                crate::domain::retention::Fault::PermanentPersonal { .. } => {
                    ("retention.permanent", "Give it a period and an action at its end.")
                }
                crate::domain::retention::Fault::PermanentWithPeriod { .. } => {
                    ("retention.period", "Take the period out, or choose another action.")
                }
                crate::domain::retention::Fault::Housekeeping { .. } => (
                    "retention.housekeeping",
                    "Write action = \"destroy\" and trigger = \"expired\" (\"delivered\" for messages).",
                ),
                crate::domain::retention::Fault::NoPeriod { .. } => ("retention.period", "Write how long, like P24M."),
                crate::domain::retention::Fault::OtherTrigger { .. } => (
                    "retention.trigger",
                    "Write the trigger that the message names, in small letters with _ between words.",
                ),
                crate::domain::retention::Fault::NotCarriedOut { .. } => (
                    "retention.not_carried_out",
                    "Write what the message says is carried out, and take out the rest: two people sign what happens.",
                ),
                crate::domain::retention::Fault::NotItsOwn { .. } => {
                    ("retention.fixed", "Write the trigger and the period that the message names.")
                }
                crate::domain::retention::Fault::ShorterThanWarnings { .. } => {
                    ("retention.warnings", "Write a longer period, or take the first warning out.")
                }
                crate::domain::retention::Fault::TreeBeforeEntries { .. } => {
                    ("retention.tree", "Write the period of the entries, or a longer one: both go together.")
                }
                crate::domain::retention::Fault::Empty { .. } => {
                    ("retention.empty", "Write who answers for it, and why.")
                }
                crate::domain::retention::Fault::NoSuchHold { .. } => {
                    ("retention.holds", "Write legal, foi, sar, audit, fraud or inquiry.")
                }
                crate::domain::retention::Fault::NoSuchWay { .. } => ("retention.way", "Write email or letter."),
                crate::domain::retention::Fault::NoSuchFact { .. } => ("retention.review_if", "Write open_case."),
            };
            self.error(rule, at, format!("{fault}."), remedy);
        }
        if schedule.is_draft() {
            let at = self.at(file, "approved_by");
            let message = "The schedule is a draft: it forecasts, and destroys nothing but what has run out.";
            let remedy = "When it is right, name the two people who approve it in approved_by.";
            self.findings.push(Finding::warning("retention.draft", at, message, remedy));
        }
    }
}

#[cfg(test)]
mod tests;
