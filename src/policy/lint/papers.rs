//! Rules about powers, purposes, papers and the council's own processing.

use super::Lint;
use crate::domain::audit::Basis;
use crate::domain::retention::NOT_PERSONAL;
use crate::policy::finding::{Finding, Place};
use crate::policy::{PartyRole, PurposeCategory, processing, register, schedule};
use jiff::civil::Date;

impl Lint<'_> {
    /// A public task has a power and a legal obligation a duty (UK GDPR Art 6(3)), which the register knows.
    pub(super) fn power(&mut self, basis: Basis, power: Option<&str>, at: Place) {
        let needed = matches!(basis, Basis::PublicTask | Basis::LegalObligation);
        match power {
            None if needed => {
                let message = format!("Nothing is named that {} rests on.", basis.as_str());
                self.error("share.power", at, message, "Write power, the id of an Act and section in register.toml.");
            }
            Some(id) if self.bundle.register.power(id).is_none() => {
                let message = format!("The register has no power {id:?}.");
                self.error("share.power", at, message, "Enter the Act and section in register.toml.");
            }
            _ => {}
        }
    }

    /// A paper that is named is there, and approved by now. `approved` is the day it was, if it is there.
    pub(super) fn paper(&mut self, rule: &'static str, id: &str, approved: Option<Date>, at: Place) {
        match approved {
            None => {
                let message = format!("The register has no {id:?}.");
                self.error(rule, at, message, "Enter it in register.toml with its approval.");
            }
            Some(day) if day > self.today => {
                let message = format!("{id:?} is approved on {day}, which is to come.");
                self.error(rule, at, message, "Have it approved first.");
            }
            Some(_) => {}
        }
    }

    pub(super) fn papers(&mut self) {
        self.purposes();
        self.powers();
        self.reviews();
        self.account();
        self.activities();
    }

    fn purposes(&mut self) {
        for (nth, purpose) in self.bundle.register.purposes.iter().enumerate() {
            let at = |key: &str| self.at(register::FILE, &format!("purpose.{nth}.{key}"));
            let (id_at, approved_at, basis_at) = (at("id"), at("approved_on"), at("basis"));
            match (&purpose.dpia, &purpose.dpia_not_needed_because) {
                (Some(dpia), None) => {
                    let known = self.bundle.register.assessment(dpia).map(|it| it.approved_on);
                    let at = at("dpia");
                    self.paper("purpose.dpia", dpia, known, at);
                }
                (None, Some(why)) if !why.trim().is_empty() => {}
                _ => {
                    let message = format!("It is not said whether {:?} has an impact assessment.", purpose.id);
                    let remedy = "Write dpia, or dpia_not_needed_because, and not both.";
                    self.error("purpose.dpia", id_at.clone(), message, remedy);
                }
            }
            if purpose.approved_by.trim().is_empty() || purpose.approved_on > self.today {
                let message = format!("Nobody has approved {:?} yet.", purpose.id);
                self.error("purpose.approval", approved_at, message, "Have it approved, and write by whom and when.");
            }
            match purpose.category {
                None => {
                    let message = format!("It is not said what kind of purpose {:?} is.", purpose.id);
                    let remedy = "Write category: account, service, marketing, research, security or testing.";
                    self.error("purpose.category", id_at, message, remedy);
                }
                Some(PurposeCategory::Marketing) if purpose.basis != Basis::Consent => {
                    let message = "Marketing by e-mail or text message rests on consent (PECR reg 22).";
                    self.error("purpose.marketing", basis_at, message, "Write basis = \"consent\".");
                }
                Some(_) => {}
            }
        }
    }

    /// That an Act carries what rests on it is somebody's word, and looked at again.
    fn powers(&mut self) {
        for (nth, power) in self.bundle.register.powers.iter().enumerate() {
            let named = power.approved_by.as_deref().is_some_and(|by| !by.trim().is_empty());
            if !named || power.review_by.is_none() || power.approved_on.is_none_or(|day| day > self.today) {
                let at = self.at(register::FILE, &format!("power.{nth}.id"));
                let message = format!("Nobody has confirmed that {:?} carries what rests on it.", power.id);
                self.error("power.approval", at, message, "Write approved_by, approved_on and review_by.");
            }
        }
    }

    /// What should have been looked at again by now. A warning: see decision 0048.
    fn reviews(&mut self) {
        let register = &self.bundle.register;
        let days = |list: &'static str, days: Vec<Option<Date>>| {
            days.into_iter().enumerate().filter_map(move |(nth, day)| Some((list, nth, day?)))
        };
        let due: Vec<(&str, usize, Date)> =
            days("purpose", register.purposes.iter().map(|it| Some(it.review_by)).collect())
                .chain(days("power", register.powers.iter().map(|it| it.review_by).collect()))
                .chain(days("dpia", register.assessments.iter().map(|it| Some(it.review_by)).collect()))
                .chain(days("agreement", register.agreements.iter().map(|it| Some(it.review_by)).collect()))
                .chain(days("policy_document", register.policy_documents.iter().map(|it| Some(it.review_by)).collect()))
                .chain(days("book", register.book.iter().map(|it| Some(it.review_by)).collect()))
                .filter(|(_, _, day)| *day < self.today)
                .collect();
        for (list, nth, day) in due {
            let at = self.at(
                register::FILE,
                &if list == "book" { "book.review_by".to_owned() } else { format!("{list}.{nth}.review_by") },
            );
            let message = format!("It was to be looked at again by {day}.");
            let remedy = "Have it looked at, and write who approved it, when, and the next day.";
            self.findings.push(Finding::warning("register.review", at, message, remedy));
        }
        if let Some(day) = self.bundle.retention.review_by.filter(|day| *day < self.today) {
            let at = self.at(schedule::FILE, "review_by");
            let message = format!("The schedule was to be looked at again by {day}. It goes on being followed.");
            let remedy = "Have it looked at, and write who approved it, and the next day, in a new version.";
            self.findings.push(Finding::warning("retention.review", at, message, remedy));
        }
    }

    fn account(&mut self) {
        let account = &self.bundle.processing.account;
        let at = |key: &str| self.at(processing::FILE, &format!("account.{key}"));
        let (purpose_at, basis_at, power_at, notice_at) = (at("purpose"), at("basis"), at("power"), at("notice"));
        match self.bundle.register.purpose(&account.purpose) {
            None => {
                let message = format!("The register has no purpose {:?}.", account.purpose);
                self.error("share.purpose", purpose_at, message, "Enter it in register.toml and have it approved.");
            }
            Some(purpose) if purpose.basis != account.basis => {
                let message = format!("The register has the purpose {:?} on {}.", purpose.id, purpose.basis.as_str());
                self.error("share.basis", basis_at, message, "Write the basis that was approved.");
            }
            Some(_) => {}
        }
        self.power(account.basis, account.power.as_deref(), power_at);
        self.notice(&account.notice, &notice_at);
        self.holds(&account.notice, notice_at);
    }

    /// The record of processing is whole: whatever is held about people belongs to something the council does.
    pub(super) fn held(&mut self, held: &[&str]) {
        let activities = &self.bundle.processing.activities;
        let missing = held.iter().filter(|category| {
            let named = activities.iter().any(|activity| activity.categories.iter().any(|one| one == *category));
            !named && !NOT_PERSONAL.contains(category)
        });
        for category in missing.copied().collect::<Vec<_>>() {
            let at = self.at(processing::FILE, "activity");
            let message = format!("The category {category:?} is held, and belongs to no activity.");
            let remedy =
                "Add it to the activity that needs it: the record of processing has to be whole (UK GDPR Art 30).";
            self.error("activity.missing", at, message, remedy);
        }
    }

    fn activities(&mut self) {
        let processing = &self.bundle.processing;
        for (nth, activity) in processing.activities.iter().enumerate() {
            let place = |lint: &Self, key: &str| lint.at(processing::FILE, &format!("activity.{nth}.{key}"));
            self.power(activity.basis, activity.power.as_deref(), place(self, "power"));
            for (item, category) in activity.categories.iter().enumerate() {
                if self.bundle.retention.rule_for(category).is_none() {
                    let at = place(self, &format!("categories.{item}"));
                    let message = format!("The category {category:?} has no rule in retention.toml.");
                    self.error("activity.category", at, message, "Add a rule, or name a category that has one.");
                }
            }
            for (item, id) in activity.processors.iter().enumerate() {
                if !processing.processors.iter().any(|processor| &processor.id == id) {
                    let at = place(self, &format!("processors.{item}"));
                    let message = format!("There is no processor {id:?}.");
                    self.error("activity.processor", at, message, "Add a [[processor]] with its agreement.");
                }
            }
        }
        for (nth, processor) in processing.processors.iter().enumerate() {
            let place = |lint: &Self, key: &str| lint.at(processing::FILE, &format!("processor.{nth}.{key}"));
            let at = place(self, "agreement");
            self.agreement("processor.agreement", &processor.agreement, processor.party.as_deref(), at);
            let named = processor.party.as_deref();
            let party = named.and_then(|id| self.bundle.register.party(id));
            if party.is_none_or(|party| party.role != PartyRole::Processor || !party.is_valid(self.today)) {
                let at = place(self, if named.is_some() { "party" } else { "id" });
                let message =
                    format!("{:?} is no party of the register that processes for the council now.", processor.id);
                let remedy =
                    "Enter it as a [[party]] with role = \"processor\" in register.toml, and name it in party.";
                self.error("processor.party", at, message, remedy);
            }
        }
    }
}
