//! The schema that the policies are held to says the same as the code that asks them.

use super::names::Kind;
use super::table::named;
use crate::domain::staff::{Action, Circumstances, Role};
use cedar_policy::SchemaFragment;
use serde_json::Value;
use std::collections::BTreeSet;

/// In what a schema differs from what this build asks; nothing, if it does not.
pub(in crate::policy) fn apart(text: &str) -> Vec<String> {
    // One that cannot be read was refused before.
    let (Some(theirs), Some(ours)) = (parts(text), parts(&ours())) else { return Vec::new() };
    let mut apart: Vec<String> = theirs
        .actions
        .symmetric_difference(&ours.actions)
        .map(|action| {
            if ours.actions.contains(action) {
                format!("The action {action} is missing.")
            } else {
                format!("There is no action {action}.")
            }
        })
        .collect();
    if apart.is_empty() && theirs.whole != ours.whole {
        apart.push("Its roles, its circumstances or what its actions are done to are not this version's.".to_owned());
    }
    apart
}

/// Whether two schemas differ in nothing but what explains them.
pub(in crate::policy) fn says_the_same(one: &str, other: &str) -> bool {
    match (parts(one), parts(other)) {
        (Some(one), Some(other)) => one.whole == other.whole,
        _ => one == other,
    }
}

struct Parts {
    actions: BTreeSet<String>,
    whole: Value,
}

fn parts(text: &str) -> Option<Parts> {
    let (fragment, _) = SchemaFragment::from_cedarschema_str(text).ok()?;
    let mut whole = fragment.to_json_value().ok()?;
    plain(&mut whole);
    let actions = whole.get("")?.get("actions")?.as_object()?.keys().cloned().collect();
    Some(Parts { actions, whole })
}

/// Without what explains only, and without regard to the order in which types are named.
fn plain(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("annotations");
            object.values_mut().for_each(plain);
        }
        Value::Array(items) => {
            items.iter_mut().for_each(plain);
            items.sort_by_key(ToString::to_string);
        }
        _ => {}
    }
}

/// The schema of what this build asks.
fn ours() -> String {
    let quoted = |word: &str| format!("{word:?}");
    let roles: Vec<String> = Role::ALL.iter().map(|role| quoted(role.as_str())).collect();
    let circumstances: Vec<String> =
        named(Circumstances::default()).map(|(name, _)| format!("{name}: Bool")).into_iter().collect();
    let actions = Kind::ALL.map(|kind| {
        let of_kind: Vec<&str> =
            Action::ALL.iter().filter(|action| Kind::of(**action) == kind).map(|action| action.as_str()).collect();
        format!(
            "action {} appliesTo {{ principal: Staff, resource: {}, context: Circumstances }};",
            of_kind.join(", "),
            kind.as_str()
        )
    });
    format!(
        "entity Staff in [Role];\nentity Role enum [{}];\nentity {};\ntype Circumstances = {{ {} }};\n{}",
        roles.join(", "),
        Kind::ALL.map(Kind::as_str).join(", "),
        circumstances.join(", "),
        actions.join("\n")
    )
}
