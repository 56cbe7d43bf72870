//! Rules about who receives data, and about special categories of it.

use super::Lint;
use crate::domain::sharing::{RecipientRole, Share};
use crate::policy::PartyRole;

impl Lint<'_> {
    /// Whoever is no service of the council is a party of the register, has data now, and has agreed to something.
    pub(super) fn recipient(&mut self, file: &str, nth: usize, share: &Share) {
        let place = |lint: &Self, key: &str| lint.at(file, &format!("share.{nth}.{key}"));
        let (role, register) = (share.recipient_role, &self.bundle.register);
        let outside = role != RecipientRole::SameController;
        if let Some(id) = share.papers.party.as_deref() {
            let at = place(self, "party");
            match register.party(id) {
                _ if !outside => {
                    let message = "A service of the council's own is no other party.";
                    self.error("share.party", at, message, "Take party out, or write what it is in recipient_role.");
                }
                None => {
                    let message = format!("The register has no party {id:?}.");
                    self.error("share.party", at, message, "Enter it in register.toml: name, address, contact, role.");
                }
                Some(party) if !party.role.fits(role) => {
                    let message = format!(
                        "The register has {id:?} as a {}, and the share as {}.",
                        party.role.as_str(),
                        role.as_str()
                    );
                    self.error("share.party", at, message, "Write the role that was agreed, in both.");
                }
                Some(party) if !party.is_valid(self.today) => {
                    let message = format!("{id:?} may not have data now: its days are over, or to come.");
                    self.error("share.party", at, message, "Take the share out, or mend valid_from and valid_to.");
                }
                Some(_) => {}
            }
        } else if outside {
            let at = place(self, "recipient_role");
            let message = "Data goes to another party, and it is not said to whom.";
            self.error("share.party", at, message, "Enter it as a [[party]] in register.toml, and name it in party.");
        }
        if let Some(id) = share.papers.agreement.as_deref() {
            let at = place(self, "agreement");
            self.agreement("share.agreement", id, share.papers.party.as_deref(), at);
        } else if outside {
            let at = place(self, "recipient_role");
            let message = "Data goes to another party and no agreement is named.";
            self.error("share.agreement", at, message, "Enter it in register.toml, and name it in agreement.");
        }
    }

    /// An agreement that is named is there, approved, not over, and with whom it is named for.
    pub(super) fn agreement(&mut self, rule: &'static str, id: &str, with: Option<&str>, at: super::Place) {
        let Some(agreement) = self.bundle.register.agreement(id) else {
            return self.paper(rule, id, None, at);
        };
        if agreement.ends_on.is_some_and(|last| last < self.today) {
            let message = format!("The agreement {id:?} is over.");
            self.error(rule, at, message, "Renew it and write its new ends_on, or stop the sharing.");
        } else if with.is_some_and(|party| !agreement.parties.iter().any(|one| one == party)) {
            let message = format!("The agreement {id:?} is not with {:?}.", with.unwrap_or_default());
            self.error(
                rule,
                at,
                message,
                "Name the agreement with this party, or add the party to it in register.toml.",
            );
        } else {
            self.paper(rule, id, Some(agreement.approved_on), at);
        }
    }

    /// Special categories have a condition of Article 9, some of these one of Schedule 1, and some of those a document.
    pub(super) fn special(&mut self, file: &str, nth: usize, share: &Share) {
        let Some(special) = &share.papers.special else { return };
        let at = self.at(file, &format!("share.{nth}.special_category"));
        let Some(condition) = special.condition else {
            let message = "Data of a special category are shared without a condition (UK GDPR Art 9(2)).";
            return self.error("share.article9", at, message, "Write article9_condition.");
        };
        if condition.needs_schedule1() && special.schedule1.is_none() {
            let message =
                "This condition holds only with one of the Data Protection Act 2018, Schedule 1 (section 10).";
            self.error("share.schedule1", at.clone(), message, "Write schedule1_condition, with part and paragraph.");
        }
        match special.policy_document.as_deref() {
            None if condition.needs_policy_document() => {
                let message = "This condition asks for an appropriate policy document (DPA 2018 Sch 1).";
                let remedy = "Enter it as a [[policy_document]] in register.toml, and name it in policy_document.";
                self.error("share.policy_document", at, message, remedy);
            }
            None => {}
            Some(id) => {
                let known = self.bundle.register.policy_documents.iter().find(|it| it.id == id);
                let known = known.map(|it| it.approved_on);
                self.paper("share.policy_document", id, known, at);
            }
        }
    }

    /// Parties are whole, and whoever processes for one is a processor that is there, without going round.
    pub(super) fn parties(&mut self) {
        let bundle = self.bundle;
        for (nth, party) in bundle.register.parties.iter().enumerate() {
            let place = |lint: &Self, key: &str| lint.at(super::super::register::FILE, &format!("party.{nth}.{key}"));
            if [&party.address, &party.contact].into_iter().any(|text| text.trim().is_empty()) || party.name.is_blank()
            {
                let at = place(self, "id");
                let message = format!("{:?} has no name, address or contact.", party.id);
                self.error("party.whole", at, message, "Write all three: residents are told of them.");
            }
            for (item, id) in party.sub_processors.iter().enumerate() {
                let at = place(self, &format!("sub_processors.{item}"));
                match bundle.register.party(id) {
                    Some(other) if other.role == PartyRole::Processor => {
                        if self.reaches(id, &party.id) {
                            let message = format!("{:?} processes for {id:?}, and that for it.", party.id);
                            self.error("party.chain", at, message, "Write who processes for whom, one way.");
                        }
                    }
                    Some(_) => {
                        let message = format!("{id:?} is no processor, so it processes for nobody.");
                        self.error("party.chain", at, message, "Write role = \"processor\" at it, or take it out.");
                    }
                    None => {
                        let message = format!("The register has no party {id:?}.");
                        self.error("party.chain", at, message, "Enter it in register.toml as a processor.");
                    }
                }
            }
        }
    }

    /// Whether one comes from a party to another by way of its sub-processors.
    fn reaches(&self, from: &str, to: &str) -> bool {
        let mut left = vec![from];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(id) = left.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id) {
                let party = self.bundle.register.party(id);
                left.extend(party.into_iter().flat_map(|party| party.sub_processors.iter().map(String::as_str)));
            }
        }
        false
    }
}
