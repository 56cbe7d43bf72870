//! The APIs that a service is and that its tokens may be for.

use super::written::{Method, Service};
use super::{Finding, Reader};
use crate::domain::client::{Apis, Resource, ScopeToken};
use std::collections::BTreeSet;

impl Reader<'_> {
    pub(super) fn apis(&self, service: &Service, findings: &mut Vec<Finding>) -> Apis {
        let serves = self.resources("serves", &service.serves, findings);
        let calls = self.resources("calls", &service.calls, findings);
        if service.token_endpoint_auth_method == Method::None && !service.machine_scopes.is_empty() {
            let message = "An app that keeps no secret cannot ask for tokens in its own name.";
            let remedy = "Take machine_scopes out, or register the program that needs them as a service of its own.";
            findings.push(Finding::error("client.machine_scope", self.at("machine_scopes"), message, remedy));
        }
        let mut machine_scopes = BTreeSet::new();
        for (place, value) in service.machine_scopes.iter().enumerate() {
            if let Some(scope) = ScopeToken::parse(value) {
                machine_scopes.insert(scope);
                continue;
            }
            let at = self.at(&format!("machine_scopes.{place}"));
            let message = format!("{value:?} is no scope of an API.");
            let remedy = "Write visible ASCII, and none of the words that stand for a resident's data.";
            findings.push(Finding::error("client.machine_scope", at, message, remedy));
        }
        Apis { serves, calls, machine_scopes }
    }

    fn resources(&self, key: &str, texts: &[String], findings: &mut Vec<Finding>) -> BTreeSet<Resource> {
        let register = |(place, text): (usize, &String)| {
            let registered = Resource::register(text, self.issuer);
            registered.map_err(|error| findings.push(self.bad_address(&format!("{key}.{place}"), text, &error))).ok()
        };
        texts.iter().enumerate().filter_map(register).collect()
    }
}
