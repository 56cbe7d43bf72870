//! How services prove themselves, and for how long they may do so in an old way.

use super::Lint;
use crate::domain::client::{Legacy, Relaxation, SecurityProfile};
use crate::policy::{Bundle, Finding};
use jiff::civil::Date;

impl Lint<'_> {
    /// Rules of lint: what was activated before there were such goes on.
    pub(super) fn clients(&mut self) {
        let bundle = self.bundle;
        for service in &bundle.services {
            if let Some(unusable) = service.client.unusable() {
                let at = self.at(&service.file, unusable.key);
                let remedy = format!("Mend it: {}.", unusable.remedy);
                let message = format!("What this client signs can never be accepted: {}.", unusable.what);
                self.error("client.unusable", at, message, &remedy);
            }
        }
        for (file, legacy) in relaxed(bundle) {
            if legacy.is_over(self.today) {
                let at = self.at(file, "legacy.until");
                let message =
                    format!("The last day of what it is excused from ({}) was {}.", names(legacy), legacy.until);
                let remedy =
                    "Take out [legacy] and what it excused, or write another day, which a second person approves.";
                self.error("client.legacy_over", at, message, remedy);
            }
        }
    }
}

/// The relaxations of services and templates that end soon.
pub(super) fn relaxations_ending(bundle: &Bundle, today: Date) -> Vec<Finding> {
    let near = relaxed(bundle).filter(|(_, legacy)| legacy.is_near(today));
    near.map(|(file, legacy)| {
        let at = bundle.sources.place(file, "legacy.until");
        let message = format!("What it is excused from ({}) ends with {}.", names(legacy), legacy.until);
        let remedy = "Have the service changed before, or write another day, which a second person approves.";
        Finding::warning("client.legacy_ends", at, message, remedy)
    })
    .collect()
}

fn relaxed(bundle: &Bundle) -> impl Iterator<Item = (&str, &Legacy)> {
    let services = bundle.services.iter().map(|one| (one.file.as_str(), &one.client.security_profile));
    let templates = bundle.registrations.iter().map(|one| (one.file.as_str(), &one.template.security_profile));
    services.chain(templates).filter_map(|(file, profile)| match profile {
        SecurityProfile::Legacy(legacy) => Some((file, legacy)),
        SecurityProfile::Standard | SecurityProfile::Fapi2 => None,
    })
}

fn names(legacy: &Legacy) -> String {
    legacy.relaxations.iter().copied().map(Relaxation::as_str).collect::<Vec<_>>().join(", ")
}
