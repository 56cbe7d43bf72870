//! What new policies allow otherwise than old ones.

use super::Access;
use crate::domain::staff::Role;
use std::collections::BTreeMap;

impl Access {
    /// What it does otherwise than `old`, as (words, whether it is more than wording). What each role may do stands first;
    /// then the policies themselves, for what only somebody with several roles would notice.
    pub(in crate::policy) fn changes_from(&self, old: &Self) -> Vec<(String, bool)> {
        let mut changes = Vec::new();
        for (before, after) in old.table().iter().zip(self.table()) {
            if before.when != after.when {
                let (role, action) = (after.role.as_str(), after.action.as_str());
                changes
                    .push((format!("{role}, {action}: {} now; it was {}", after.in_words(), before.in_words()), true));
            }
        }
        let (before, after) = (old.by_id(), self.by_id());
        let ids = before.keys().chain(after.keys()).collect::<std::collections::BTreeSet<_>>();
        for id in ids {
            let change = match (before.get(id), after.get(id)) {
                (None, Some(_)) => ("is new", true),
                (Some(_), None) => ("is gone", true),
                (Some((a, _)), Some((b, _))) if a != b => ("says something else", true),
                (Some((_, a)), Some((_, b))) if a != b => ("is explained in other words", false),
                _ => continue,
            };
            changes.push((format!("the policy {id} {}", change.0), change.1));
        }
        changes
    }

    /// What each policy does, and how it is explained.
    fn by_id(&self) -> BTreeMap<String, (serde_json::Value, (String, String))> {
        let said = |policy: &cedar_policy::Policy| {
            let mut does = policy.to_json().unwrap_or_default();
            does.as_object_mut().map(|does| does.remove("annotations"));
            let words = |key: &str| policy.annotation(key).unwrap_or_default().to_owned();
            (policy.id().to_string(), (does, (words("title"), words("why"))))
        };
        self.0.policies.policies().map(said).collect()
    }

    /// Which roles may do this at all.
    pub(in crate::policy) fn who_may(&self, action: crate::domain::staff::Action) -> Vec<Role> {
        Role::ALL.iter().copied().filter(|role| self.may(*role, action)).collect()
    }
}
