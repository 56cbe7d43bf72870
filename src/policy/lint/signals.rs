//! Whoever gets data is told when it changes: by a signal, or by a person.

use super::Lint;
use crate::domain::signal::Kind;

impl Lint<'_> {
    pub(super) fn signals(&mut self) {
        let bundle = self.bundle;
        for service in bundle.services.iter().filter(|service| !service.client.shares.is_empty()) {
            let remedy = "Write [signals] with delivery = \"push\" and an endpoint, or delivery = \"poll\".";
            let Some(signals) = &service.client.signals else {
                let at = self.at(&service.file, "share.0");
                let message = "The service gets data and takes no signals: its people must be told by hand when consent is \
                               withdrawn, a value corrected or erasure decided (UK GDPR Art 7(3), 19).";
                self.warning("signals.none", at, message, remedy);
                continue;
            };
            let missing: Vec<&str> =
                Kind::ALL.iter().filter(|kind| !signals.events.contains(kind)).map(|kind| kind.as_str()).collect();
            if !missing.is_empty() {
                let at = self.at(&service.file, "signals.events");
                let message =
                    format!("The service does not take {}: its people must be told by hand.", missing.join(", "));
                self.warning("signals.some", at, message, "Take events out to get all of them.");
            }
        }
    }
}
