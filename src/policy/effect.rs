//! Whom a change of policies touches: share by share, what a service gets more or less, and which consents a new edition of a
//! notice supersedes. The counts are the store's.

use super::Bundle;
use crate::domain::audit::Basis;
use crate::domain::claims::ClaimSet;
use crate::domain::client::Words;
use crate::domain::sharing::{NoticeRef, Share};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of one share of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The service.
    pub client_id: String,
    /// Its name.
    pub service: Words,
    /// The purpose, by its id.
    pub purpose: String,
    /// What it gets more.
    pub gains: ClaimSet,
    /// What it gets no longer.
    pub loses: ClaimSet,
    /// The basis before, and from now on.
    pub basis: (Option<&'static str>, Option<&'static str>),
    /// The notice before, and from now on.
    pub notice: (Option<NoticeRef>, Option<NoticeRef>),
    /// The first day of the notice from now on: until then the one before holds.
    pub holds_from: Option<Date>,
    /// Whether residents are asked or told anew: the notice is another in substance, or the basis is another.
    pub anew: bool,
}

impl Effect {
    /// Whether yes was said to a share that still asks: what a material edition supersedes.
    #[must_use]
    pub fn supersedes(&self) -> bool {
        let consent = Some(Basis::Consent.as_str());
        self.anew && self.basis.0 == consent
    }
}

/// Every share that `new` has otherwise than `old`.
#[must_use]
pub fn effects(old: &Bundle, new: &Bundle) -> Vec<Effect> {
    let (before, after) = (shares(old), shares(new));
    let keys: BTreeSet<&(String, String)> = before.keys().chain(after.keys()).collect();
    let mut effects = Vec::new();
    for key in keys {
        let (a, b) = (before.get(key), after.get(key));
        if a.map(|(_, share)| share) == b.map(|(_, share)| share) && same_edition(old, new, a.map(|(_, share)| *share))
        {
            continue;
        }
        let claims = |one: Option<&(&Words, &Share)>| one.map(|(_, share)| share.claims).unwrap_or_default();
        let (had, has) = (claims(a), claims(b));
        let Some((name, _)) = b.or(a) else { continue };
        let notices = (a.map(|(_, share)| share.notice.clone()), b.map(|(_, share)| share.notice.clone()));
        let bases = (a.map(|(_, share)| share.basis.as_str()), b.map(|(_, share)| share.basis.as_str()));
        let another_notice = match (&notices.0, &notices.1) {
            (Some(before), Some(after)) => !new.same_in_substance(before, after),
            _ => false,
        };
        effects.push(Effect {
            client_id: key.0.clone(),
            service: (*name).clone(),
            purpose: key.1.clone(),
            gains: has.difference(had),
            loses: had.difference(has),
            anew: another_notice || (a.is_some() && b.is_some() && bases.0 != bases.1),
            basis: bases,
            holds_from: notices.1.as_ref().and_then(|notice| new.register.edition(notice)).map(|it| it.effective_from),
            notice: notices,
        });
    }
    effects
}

/// Whether the edition that a share names is the same in both.
fn same_edition(old: &Bundle, new: &Bundle, share: Option<&Share>) -> bool {
    share.is_none_or(|share| {
        let day = |bundle: &Bundle| bundle.register.edition(&share.notice).map(|edition| edition.effective_from);
        day(old) == day(new)
    })
}

fn shares(bundle: &Bundle) -> BTreeMap<(String, String), (&Words, &Share)> {
    let of = |client: &'_ std::sync::Arc<crate::domain::client::Client>| client.id.as_str().to_owned();
    bundle
        .clients
        .values()
        .flat_map(|client| {
            client.shares.iter().map(move |share| ((of(client), share.purpose.clone()), (&client.name, share)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::effects;
    use crate::domain::claims::Claim;
    use crate::policy::sample::tests::with;

    const PERMITS: &str = "services/parking-permits.toml";

    #[test]
    fn what_a_service_gets_more_and_less_and_what_is_asked_anew() {
        let old = with(&[]).unwrap();
        let edition = |change: &str| {
            format!(
                "[[notice]]\nid = \"permit-newsletter\"\nversion = 2\nchange = {change:?}\nwhy = \"x\"\napproved_by = \"x\"\n\
                 approved_ref = \"x\"\neffective_from = 2026-12-24\n\n[[notice]]"
            )
        };
        let to = |change: &str| {
            with(&[
                (PERMITS, "permit-newsletter@1", "permit-newsletter@2"),
                (PERMITS, "claims = [\"name\", \"email\"]", "claims = [\"name\", \"address\"]"),
                ("notices/permit-newsletter@2.en.md", "", "# N\n\nNew.\n"),
                ("notices/permit-newsletter@2.cy.md", "", "# N\n\nNewydd.\n"),
                ("register.toml", "[[notice]]", &edition(change)),
            ])
            .unwrap()
        };
        assert_eq!(effects(&old, &old), []);
        let all = effects(&old, &to("material"));
        let [permit, newsletter] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(
            (permit.purpose.as_str(), permit.anew, permit.supersedes()),
            ("issue-resident-permit", false, false)
        );
        assert_eq!(permit.gains.iter().collect::<Vec<_>>(), [Claim::Address]);
        assert_eq!(permit.loses.iter().collect::<Vec<_>>(), [Claim::Email, Claim::EmailVerified]);
        assert!(newsletter.anew && newsletter.supersedes() && newsletter.gains.is_empty());
        assert_eq!(newsletter.holds_from, Some(jiff::civil::date(2026, 12, 24)));
        let editorial = effects(&old, &to("editorial"));
        assert!(!editorial[1].anew && !editorial[1].supersedes(), "{editorial:?}");
        // A service that goes takes its shares with it.
        let gone = crate::policy::sample::FILES.iter().filter(|(path, _)| *path != PERMITS);
        let gone = gone.map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let gone = crate::policy::Bundle::from_files(gone, &crate::policy::sample::tests::demo()).unwrap();
        let all = effects(&old, &gone);
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|one| one.basis.1.is_none() && !one.loses.is_empty() && !one.anew), "{all:?}");
        let back = effects(&gone, &old);
        assert!(back.iter().all(|one| one.basis.0.is_none() && !one.gains.is_empty() && !one.anew), "{back:?}");
    }
}
