//! How a service takes signals (`[signals]`): Security Event Tokens by push (RFC 8935) or poll (RFC 8936).

use super::written::{Method, Service, WrittenDelivery};
use super::{Finding, Reader};
use crate::domain::signal::{Delivery, Kind, Signals};
use std::collections::BTreeSet;

impl Reader<'_> {
    pub(super) fn signals(&self, service: &Service, findings: &mut Vec<Finding>) -> Option<Signals> {
        let written = service.signals.as_ref()?;
        if service.token_endpoint_auth_method == Method::None {
            let message = "An app that keeps no secret cannot acknowledge a signal: anybody could in its name.";
            let remedy = "Take [signals] out, or let the program behind the app take them as a service of its own.";
            findings.push(Finding::error("signals.proof", self.at("signals"), message, remedy));
        }
        let delivery = match (written.delivery, &written.endpoint) {
            (WrittenDelivery::Push, Some(endpoint)) => {
                self.url("signals.endpoint", endpoint, findings).map(Delivery::Push)
            }
            (WrittenDelivery::Poll, None) => Some(Delivery::Poll),
            (WrittenDelivery::Push, None) => {
                let remedy = "Name the address that signals are sent to, or write delivery = \"poll\".";
                let at = self.at("signals.delivery");
                findings.push(Finding::error(
                    "signals.endpoint",
                    at,
                    "There is no address to push signals to.",
                    remedy,
                ));
                None
            }
            (WrittenDelivery::Poll, Some(_)) => {
                let remedy = "Take endpoint out, or write delivery = \"push\".";
                let at = self.at("signals.endpoint");
                let message = "Nothing is sent to a service that comes to ask.";
                findings.push(Finding::error("signals.endpoint", at, message, remedy));
                None
            }
        };
        let events: BTreeSet<Kind> = match &written.events {
            None => Kind::ALL.iter().copied().collect(),
            Some(named) => named.iter().copied().collect(),
        };
        if events.is_empty() {
            let remedy = "Take events out to get all of them, or take [signals] out.";
            let at = self.at("signals.events");
            findings.push(Finding::error("signals.events", at, "The service takes signals of no kind.", remedy));
        }
        Some(Signals { delivery: delivery?, events })
    }
}
