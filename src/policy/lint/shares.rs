//! Rules about services and what they may be told.

use super::Lint;
use crate::domain::audit::Basis;
use crate::domain::claims::{Claim, ClaimSet};
use crate::domain::sharing::{Asked, RecipientRole, Share};
use crate::policy::finding::{Finding, Place};
use crate::policy::registrations::LoadedTemplate;
use crate::policy::services::{Loaded, Terms};
use std::collections::BTreeSet;

impl Lint<'_> {
    pub(super) fn shares(&mut self) {
        let bundle = self.bundle;
        for service in &bundle.services {
            self.sign_on_and_out(service);
        }
        let services = bundle.services.iter().map(Loaded::terms);
        let templates = bundle.registrations.iter().map(LoadedTemplate::terms);
        for terms in services.chain(templates) {
            self.terms(&terms);
            let mut purposes = BTreeSet::new();
            for (nth, share) in terms.shares.iter().enumerate() {
                if !purposes.insert(share.purpose.as_str()) {
                    let at = self.at(terms.file, &format!("share.{nth}.purpose"));
                    let message = format!("There are two shares for {:?}.", share.purpose);
                    self.error("share.twice", at, message, "Put their claims into one.");
                }
                self.share(terms.file, nth, share);
                self.recipient(terms.file, nth, share);
                self.special(terms.file, nth, share);
            }
        }
    }

    fn terms(&mut self, terms: &Terms<'_>) {
        let offered = self.bundle.assurance.levels.offered;
        if terms.least_assurance > offered {
            let at = self.at(terms.file, "least_assurance");
            let message =
                format!("The service asks for {}, and nobody can get above {offered}.", terms.least_assurance);
            self.error("client.assurance", at, message, "Ask for a level that is offered.");
        }
        let covered: ClaimSet = terms.shares.iter().flat_map(|share| share.claims).collect();
        for claim in terms.scopes.claims().difference(covered) {
            if claim.said_of().is_some() {
                continue;
            }
            let at = self.at(terms.file, "scopes");
            let message = format!("The service asks for {claim}, and no share says why it may have it.");
            self.error("claim.no_share", at, message, "Add it to a share with purpose and basis, or don't ask for it.");
        }
        for (path, words) in &terms.words {
            if words.is_blank() {
                let at = self.at(terms.file, path);
                self.error("client.words", at, format!("The words of {path} are empty."), "Write them.");
            }
        }
    }

    /// With whom a sign-in is shared, and where one signs out.
    fn sign_on_and_out(&mut self, service: &Loaded) {
        let client = &service.client;
        if !client.frontchannel_is_at_home() {
            let at = self.at(&service.file, "frontchannel_logout_uri");
            let message = "The sign-out page is on another origin than every redirect URI.";
            let remedy = "Name a page beside the redirect URI: same scheme, host and port.";
            self.error("client.frontchannel_logout", at, message, remedy);
        }
        for named in client.sso_shared_with.iter().flatten() {
            let own = named == &client.id;
            if own || !self.bundle.services.iter().any(|other| &other.client.id == named) {
                let at = self.at(&service.file, "sso_shared_with");
                let (id, why) = (named.as_str(), if own { "itself" } else { "no service" });
                let message = format!("{id:?} is {why}, so no sign-in can be shared with it.");
                self.error("client.sso_shared_with", at, message, "Name other services by their client_id, or none.");
            }
        }
    }

    fn share(&mut self, file: &str, nth: usize, share: &Share) {
        let place = |lint: &Self, key: &str| lint.at(file, &format!("share.{nth}.{key}"));
        if share.basis == Basis::Consent && share.required {
            let at = place(self, "required");
            let message = "Consent that one cannot refuse is no consent (UK GDPR Art 7(4)).";
            self.error("share.consent_required", at, message, "Write required = false, or rest on another basis.");
        }
        if share.basis != Basis::Consent && share.expires.is_some() {
            let at = place(self, "expires");
            self.error("share.expires", at, "Only a consent runs out.", "Take expires out.");
        }
        if share.basis != Basis::Consent && share.asks_age {
            let at = place(self, "consent_age");
            let message = "Age matters to consent only, and is asked for nothing else.";
            self.error("share.consent_age", at, message, "Take consent_age out.");
        }
        self.least_claims(share, place(self, "claims"));
        match self.bundle.register.purpose(&share.purpose) {
            None => {
                let at = place(self, "purpose");
                let message = format!("The register has no purpose {:?}.", share.purpose);
                self.error("share.purpose", at, message, "Enter it in register.toml and have it approved.");
            }
            Some(purpose) if purpose.basis != share.basis => {
                let at = place(self, "basis");
                let message = format!("The register has the purpose {:?} on {}.", purpose.id, purpose.basis.as_str());
                self.error("share.basis", at, message, "Write the basis that was approved.");
            }
            Some(_) => {}
        }
        self.power(share.basis, share.power.as_deref(), place(self, "power"));
        let at = place(self, "notice");
        self.notice(&share.notice, &at);
        self.holds(&share.notice, at);
        let apart = matches!(share.recipient_role, RecipientRole::Joint | RecipientRole::Separate);
        if apart && share.recipient_basis.as_deref().is_none_or(|basis| basis.trim().is_empty()) {
            let at = place(self, "recipient_role");
            let message = "A controller of its own needs a basis of its own.";
            self.error("share.recipient_basis", at, message, "Write recipient_basis.");
        }
        if share.recipient_retention.is_blank() {
            let at = place(self, "recipient_retention");
            let message = "It is not said how long the recipient keeps it.";
            self.error("share.recipient_retention", at, message, "Say so in words a resident understands.");
        }
        if share.basis != Basis::Consent && share.ask == Asked::InContext {
            let at = place(self, "ask");
            let message = "Only a consent is asked for; everything else is told.";
            self.error("share.ask", at, message, "Take ask out.");
        }
        if let Some(dpia) = share.papers.dpia.as_deref() {
            let at = place(self, "dpia");
            let known = self.bundle.register.assessment(dpia).map(|it| it.approved_on);
            self.paper("share.dpia", dpia, known, at);
        }
    }

    /// A service gets no more than what its purpose needs (UK GDPR Art 5(1)(c)).
    fn least_claims(&mut self, share: &Share, at: Place) {
        let said = share.papers.raw_because.as_deref().is_some_and(|because| !because.trim().is_empty());
        let raw = [
            (
                Claim::Birthdate,
                "The service gets the whole date of birth, and it is not said why an age would not do.",
                "Ask for over_16, over_18 or over_65, or write in raw_because what the date is needed for.",
            ),
            (
                Claim::Address,
                "The service gets the whole address, and it is not said why a part would not do.",
                "Ask for in_borough or postcode_district, or write in raw_because what the address is needed for.",
            ),
        ];
        for (claim, message, remedy) in raw {
            if share.claims.contains(claim) && !said {
                self.findings.push(Finding::warning("share.raw_claim", at.clone(), message, remedy));
            }
        }
        if share.claims.contains(Claim::InBorough) && self.bundle.controller.area.is_unknown() {
            let message = "The service asks whether residents live in the area, and the area is not known.";
            let remedy = "List its postcodes under [area] in controller.toml; until then the claim is never there.";
            self.findings.push(Finding::warning("share.no_area", at, message, remedy));
        }
    }
}
