//! Each API is one service's: whoever may look at a token for it is never in doubt.

use super::Lint;
use crate::domain::client::Resource;
use std::collections::BTreeMap;

impl Lint<'_> {
    pub(super) fn apis(&mut self) {
        let mut owners: BTreeMap<&Resource, &str> = BTreeMap::new();
        let bundle = self.bundle;
        for service in &bundle.services {
            for resource in &service.client.apis.serves {
                if let Some(other) = owners.insert(resource, service.client.id.as_str()) {
                    let at = self.at(&service.file, "serves");
                    let message = format!("The service {other} says that it is {:?} too.", resource.as_str());
                    self.error("client.serves", at, message, "Leave it to one of them.");
                }
            }
        }
        for service in &bundle.services {
            for resource in service.client.apis.calls.iter().filter(|resource| !owners.contains_key(resource)) {
                let at = self.at(&service.file, "calls");
                let message = format!("No service says that it is {:?}.", resource.as_str());
                self.error("client.calls", at, message, "Write it under serves in the file of the service that it is.");
            }
        }
    }
}
