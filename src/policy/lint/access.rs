//! Who on the staff may do what, and how they sign in.

use super::Lint;
use crate::domain::staff::Action;
use crate::policy::{access, staff};

impl Lint<'_> {
    pub(super) fn access(&mut self) {
        let text = self.sources().text(access::SCHEMA).unwrap_or_default();
        for message in access::apart(text) {
            let at = self.at(access::SCHEMA, "");
            let remedy = "Take the file of this version: portreeve policy sample access.cedarschema.";
            self.error("access.schema", at, message, remedy);
        }
        let bundle = self.bundle;
        for policy in bundle.access.titles() {
            if policy.title.trim().is_empty() || policy.why.trim().is_empty() {
                let written = format!("@id({:?})", policy.id);
                let text = self.sources().text(access::FILE).unwrap_or_default();
                let at = super::Place { file: access::FILE.to_owned(), line: access::begins_at(text, &written) };
                let message = format!("The policy {:?} does not say what it is for.", policy.id);
                self.error("access.words", at, message, "Write @title and @why under its @id.");
            }
        }
        if bundle.access.who_may(Action::GiveApproval).is_empty() {
            let at = self.at(access::FILE, "");
            let message = "No role may give_approval: what needs a second person could never be done.";
            self.error("access.no_approver", at, message, "Permit it to a role, as the sample does.");
        }
    }

    pub(super) fn staff(&mut self) {
        let staff = &self.bundle.staff;
        let (upstream, groups) = (staff.upstream.is_some(), !staff.groups.is_empty());
        if upstream && !groups {
            let at = self.at(staff::FILE, "upstream");
            let message = "There is a provider, and no group that has a role: nobody could sign in there.";
            self.error("staff.no_group", at, message, "Write a [[group]] with its roles.");
        }
        if groups && !upstream {
            let at = self.at(staff::FILE, "group");
            let message = "There are groups, and no provider that could name them.";
            self.error("staff.no_upstream", at, message, "Write [upstream], or take the groups out.");
        }
    }
}
