//! Rules about notices: every edition is registered, there in every language, and in order.

use super::Lint;
use crate::domain::sharing::{NoticeChange, NoticeRef};
use crate::policy::register::FILE;
use std::collections::BTreeSet;

impl Lint<'_> {
    pub(super) fn editions(&mut self) {
        let bundle = self.bundle;
        for (nth, edition) in bundle.register.editions.iter().enumerate() {
            let place = |lint: &Self, key: &str| lint.at(FILE, &format!("notice.{nth}.{key}"));
            let reference = edition.reference();
            let at = place(self, "id");
            self.notice(&reference, &at);
            if edition.why.trim().is_empty()
                || edition.approved_by.trim().is_empty()
                || edition.approved_ref.trim().is_empty()
            {
                let message =
                    format!("Nobody has approved {reference}, or it is not said why it changes what it does.");
                self.error("notice.approval", at, message, "Write why, approved_by and approved_ref.");
            }
            let before = NoticeRef { id: edition.id.clone(), version: edition.version.saturating_sub(1) };
            let before = bundle.register.edition(&before);
            if edition.change == NoticeChange::Editorial && before.is_none() {
                let at = place(self, "change");
                let message = format!("{reference} is the first edition here: nobody has been told this before.");
                self.error("notice.change", at, message, "Write change = \"material\".");
            }
            if before.is_some_and(|before| before.effective_from > edition.effective_from) {
                let at = place(self, "effective_from");
                let message = format!("{reference} would hold before the edition it replaces.");
                self.error("notice.order", at, message, "Write a later day.");
            }
        }
        let lying: BTreeSet<NoticeRef> = bundle.notices.iter().map(|notice| notice.reference.clone()).collect();
        for reference in lying {
            if bundle.register.edition(&reference).is_none() {
                let file = bundle.notices.iter().find(|notice| notice.reference == reference);
                let lang = file.map_or(crate::domain::client::Lang::En, |notice| notice.lang);
                let at = self.at(&crate::policy::notices::path(&reference, lang), "");
                let message = format!("The register does not say what {reference} changes, and who approved it.");
                let remedy = "Add a [[notice]] to register.toml: id, version, change, why, approved_by, approved_ref, effective_from.";
                self.error("notice.unregistered", at, message, remedy);
            }
        }
    }
}
