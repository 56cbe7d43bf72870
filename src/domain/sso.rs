//! Single sign-on and its limits: which proof of a resident serves at which service.
//!
//! ```text
//! proved at ──its list──> names the other service? ──yes──> serves
//!     └──no list──> the other service has a list? ──no───> serves
//!                          └──yes, and names the first───> serves
//! ```
//!
//! A list (`sso_shared_with`; an empty one for a sensitive service that writes none) says whom a service shares a
//! sign-in with. It works one way: that A names B does not lead from B to A if B has a list of its own. Nor does it
//! go on from B to C: only a proof counts, never a visit.

use super::client::Client;
use super::ids::ClientId;
use std::collections::BTreeSet;

/// A service, as far as sharing a sign-in goes.
#[derive(Debug, Clone, Copy)]
pub struct Sharer<'a> {
    /// The service.
    pub id: &'a ClientId,
    /// Whom it shares with; `None` is everybody.
    pub with: Option<&'a BTreeSet<ClientId>>,
}

impl<'a> From<&'a Client> for Sharer<'a> {
    fn from(client: &'a Client) -> Self {
        Self { id: &client.id, with: client.shares_sign_in_with() }
    }
}

/// Where somebody proved who she is.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// At her own account, with no service in sight.
    Account,
    /// At a service's request.
    Service(Sharer<'a>),
    /// At the request of a service that has left since: it serves nobody, for nobody can say whom it named.
    Gone,
}

/// Whether a proof given there serves at this service.
#[must_use]
pub fn serves(source: Source<'_>, target: Sharer<'_>) -> bool {
    match source {
        Source::Account => target.with.is_none(),
        Source::Gone => false,
        Source::Service(source) if source.id == target.id => true,
        Source::Service(source) => match (source.with, target.with) {
            (Some(named), _) => named.contains(target.id),
            (None, Some(named)) => named.contains(source.id),
            (None, None) => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Sharer, Source, serves};
    use crate::domain::ids::ClientId;
    use std::collections::BTreeSet;

    /// Whether a proof at `a` serves at `b`, each with its list.
    fn from_to((a, of_a): (&str, Option<&[&str]>), (b, of_b): (&str, Option<&[&str]>)) -> bool {
        let id = |text: &str| ClientId::parse(text).unwrap();
        let set = |list: Option<&[&str]>| list.map(|list| list.iter().map(|text| id(text)).collect::<BTreeSet<_>>());
        let (a, b, of_a, of_b) = (id(a), id(b), set(of_a), set(of_b));
        let target = Sharer { id: &b, with: of_b.as_ref() };
        serves(Source::Service(Sharer { id: &a, with: of_a.as_ref() }), target)
    }

    #[test]
    fn without_lists_every_proof_serves_everywhere() {
        assert!(from_to(("a", None), ("b", None)));
        let b = ClientId::parse("b").unwrap();
        assert!(serves(Source::Account, Sharer { id: &b, with: None }));
        assert!(!serves(Source::Gone, Sharer { id: &b, with: None }));
    }

    #[test]
    fn a_list_is_a_wall_with_doors_and_leads_one_way() {
        assert!(from_to(("a", Some(&["b"])), ("b", None)));
        assert!(!from_to(("a", Some(&["b"])), ("c", None)));
        assert!(!from_to(("a", Some(&[])), ("b", None)));
        // One that has no list asks the other's.
        assert!(from_to(("a", None), ("b", Some(&["a"]))));
        assert!(!from_to(("a", None), ("b", Some(&[]))));
        // One way: a names b, b does not name a.
        assert!(from_to(("a", Some(&["b"])), ("b", Some(&[]))));
        assert!(!from_to(("b", Some(&[])), ("a", Some(&["b"]))));
        // A service's own proof always serves there.
        assert!(from_to(("a", Some(&[])), ("a", Some(&[]))));
        let (nobody, b) = (BTreeSet::new(), ClientId::parse("b").unwrap());
        assert!(!serves(Source::Account, Sharer { id: &b, with: Some(&nobody) }));
    }
}
