//! Rules about powers, purposes, papers and the council's own processing.

use super::Lint;
use crate::domain::audit::Basis;
use crate::policy::finding::Place;
use crate::policy::{processing, register};

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

    pub(super) fn paper(&mut self, rule: &'static str, id: &str, known: bool, at: Place) {
        if !known {
            self.error(
                rule,
                at,
                format!("The register has no {id:?}."),
                "Enter it in register.toml with its approval.",
            );
        }
    }

    pub(super) fn papers(&mut self) {
        self.purposes();
        self.account();
        self.activities();
    }

    fn purposes(&mut self) {
        for (nth, purpose) in self.bundle.register.purposes.iter().enumerate() {
            let at = |key: &str| self.at(register::FILE, &format!("purpose.{nth}.{key}"));
            match (&purpose.dpia, &purpose.dpia_not_needed_because) {
                (Some(dpia), None) => {
                    let known = self.bundle.register.assessments.iter().any(|it| &it.id == dpia);
                    let at = at("dpia");
                    self.paper("purpose.dpia", dpia, known, at);
                }
                (None, Some(why)) if !why.trim().is_empty() => {}
                _ => {
                    let at = at("id");
                    let message = format!("It is not said whether {:?} has an impact assessment.", purpose.id);
                    let remedy = "Write dpia, or dpia_not_needed_because, and not both.";
                    self.error("purpose.dpia", at, message, remedy);
                }
            }
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
            let known = self.bundle.register.agreements.iter().any(|it| it.id == processor.agreement);
            let at = self.at(processing::FILE, &format!("processor.{nth}.agreement"));
            self.paper("processor.agreement", &processor.agreement, known, at);
        }
    }
}
