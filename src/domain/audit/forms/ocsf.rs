//! OCSF (Open Cybersecurity Schema Framework 1.3.0): one JSON object for each entry.
//!
//! | class | which entries |
//! | --- | --- |
//! | Account Change (3001) | `account.*`, `credential.*`, `contact.*` |
//! | Authentication (3002) | `auth.*` |
//! | Entity Management (3004) | all others: the entity is what the entry is about |
//!
//! `type_uid` is `class_uid * 100 + activity_id`; what a class has no activity for is 99 (Other), with the entry's own type
//! as `activity_name`. Sources: `time` is `time_ms`; `status_id` 1 is the outcome "ok", 2 any other, which `status_detail`
//! holds; `metadata.uid` is `id`, `metadata.event_code` the type, `metadata.sequence` the index, `metadata.log_name` the log,
//! `metadata.product.version` is `build`; `user.uid` is `subject`; `actor.user` is `actor.ref` (`uid`), `actor.class`
//! (`type`) and `actor.role` (`groups`); `service.uid` is `client_id`. What OCSF has no word for is in `unmapped`.

use super::{hash, text};
use serde_json::{Map, Value, json};

/// The version of the schema.
const SCHEMA: &str = "1.3.0";

const ACCOUNT_CHANGE: u32 = 3001;
const AUTHENTICATION: u32 = 3002;
const ENTITY_MANAGEMENT: u32 = 3004;

/// What the class has no activity for.
const OTHER: u32 = 99;

/// The class and activity of a type.
fn class(kind: &str) -> (u32, u32) {
    match kind {
        "account.created" => (ACCOUNT_CHANGE, 1),
        "account.restored" => (ACCOUNT_CHANGE, 2),
        "credential.password_changed" => (ACCOUNT_CHANGE, 3),
        "account.suspended" => (ACCOUNT_CHANGE, 5),
        "account.erased" => (ACCOUNT_CHANGE, 6),
        "auth.locked" => (ACCOUNT_CHANGE, 9),
        "credential.authenticator_set" => (ACCOUNT_CHANGE, 10),
        "credential.authenticator_removed" => (ACCOUNT_CHANGE, 11),
        "auth.signin_succeeded" | "auth.signin_failed" | "auth.password_accepted" | "auth.stepped_up" => {
            (AUTHENTICATION, 1)
        }
        "auth.signed_out" | "auth.sessions_ended" => (AUTHENTICATION, 2),
        "config.key_created"
        | "config.client_token_made"
        | "config.client_registered"
        | "config.collector_added"
        | "log.opened" => (ENTITY_MANAGEMENT, 1),
        "officer.viewed" | "officer.exported" => (ENTITY_MANAGEMENT, 2),
        "config.policy_activated" | "config.client_changed" | "config.client_secret_rotated" => (ENTITY_MANAGEMENT, 3),
        "config.client_removed" | "config.client_token_withdrawn" => (ENTITY_MANAGEMENT, 4),
        _ => match kind.split('.').next() {
            Some("account" | "credential" | "contact") => (ACCOUNT_CHANGE, OTHER),
            Some("auth") => (AUTHENTICATION, OTHER),
            _ => (ENTITY_MANAGEMENT, OTHER),
        },
    }
}

/// The class' name, and that of the activity where it is not the entry's own.
fn names(class: u32, activity: u32) -> (&'static str, Option<&'static str>) {
    let (name, activities): (_, &[(u32, &str)]) = match class {
        ACCOUNT_CHANGE => (
            "Account Change",
            &[
                (1, "Create"),
                (2, "Enable"),
                (3, "Password Change"),
                (5, "Disable"),
                (6, "Delete"),
                (9, "Lock"),
                (10, "MFA Factor Enable"),
                (11, "MFA Factor Disable"),
            ],
        ),
        AUTHENTICATION => ("Authentication", &[(1, "Logon"), (2, "Logoff")]),
        _ => ("Entity Management", &[(1, "Create"), (2, "Read"), (3, "Update"), (4, "Delete")]),
    };
    (name, activities.iter().find(|(number, _)| *number == activity).map(|(_, name)| *name))
}

/// The object of one entry, in one line.
#[must_use]
pub fn ocsf(log: &str, index: u64, leaf: &str) -> String {
    let read: Value = serde_json::from_str(leaf).unwrap_or_default();
    let field = |place: &str| text(&read, place);
    let (kind, outcome) = (field("/type"), field("/outcome"));
    let (class_uid, activity_id) = class(&kind);
    let (class_name, activity_name) = names(class_uid, activity_id);
    let (status_id, status) = if outcome == "ok" { (1, "Success") } else { (2, "Failure") };
    let (severity_id, severity) = match outcome.as_str() {
        "ok" => (1, "Informational"),
        "denied" => (3, "Medium"),
        _ => (4, "High"),
    };
    let host = log.split('/').next().unwrap_or_default();
    let mut object = json!({
        "activity_id": activity_id,
        "activity_name": activity_name.unwrap_or(&kind),
        "actor": { "user": actor(&read) },
        "category_name": "Identity & Access Management",
        "category_uid": 3,
        "class_name": class_name,
        "class_uid": class_uid,
        "message": kind,
        "metadata": {
            "event_code": kind,
            "log_name": log,
            "product": { "name": "Portreeve", "vendor_name": "Portreeve", "version": field("/build") },
            "sequence": index,
            "uid": field("/id"),
            "version": SCHEMA,
        },
        "severity": severity,
        "severity_id": severity_id,
        "status": status,
        "status_detail": outcome,
        "status_id": status_id,
        "time": read.pointer("/time_ms").and_then(Value::as_i64).unwrap_or_default(),
        "type_name": format!("{class_name}: {}", activity_name.unwrap_or("Other")),
        "type_uid": class_uid * 100 + activity_id,
        "unmapped": unmapped(&read, leaf),
    });
    let client = field("/client_id");
    let more = match class_uid {
        ACCOUNT_CHANGE => vec![("user", user(&field("/subject")))],
        AUTHENTICATION => {
            // One of service and endpoint has to be there: without a client it is the account's own pages.
            let service = if client.is_empty() { host } else { &client };
            vec![("user", user(&field("/subject"))), ("service", json!({ "name": service, "uid": service }))]
        }
        _ => {
            let (uid, what) = [(field("/subject"), "account"), (client, "client"), (log.to_owned(), "log")]
                .into_iter()
                .find(|(uid, _)| !uid.is_empty())
                .unwrap_or_default();
            vec![("entity", json!({ "type": what, "uid": uid }))]
        }
    };
    if let Some(object) = object.as_object_mut() {
        object.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    object.to_string()
}

/// A user has to have a name or an identifier; nobody who is known has none.
fn user(subject: &str) -> Value {
    if subject.is_empty() { json!({ "name": "unknown" }) } else { json!({ "uid": subject }) }
}

fn actor(leaf: &Value) -> Value {
    let (class, role, uid) = (text(leaf, "/actor/class"), text(leaf, "/actor/role"), text(leaf, "/actor/ref"));
    let mut user = user(&uid);
    if let Some(user) = user.as_object_mut() {
        // 1 User, 2 Admin, 3 System, 99 Other.
        let kind = match class.as_str() {
            "resident" => 1,
            "officer" => 2,
            "system" => 3,
            _ => 99,
        };
        user.insert("type".to_owned(), class.into());
        user.insert("type_id".to_owned(), kind.into());
        if !role.is_empty() {
            user.insert("groups".to_owned(), json!([{ "name": role }]));
        }
    }
    user
}

fn unmapped(leaf: &Value, line: &str) -> Map<String, Value> {
    let fields =
        ["on_behalf_of", "channel", "purpose", "basis", "reason_code", "policy_version", "commit", "client_id"];
    let mut all: Map<String, Value> = fields
        .into_iter()
        .map(|field| (field, text(leaf, &format!("/{field}"))))
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| (field.to_owned(), value.into()))
        .collect();
    all.insert("leaf_hash".to_owned(), hash(line).into());
    all
}

#[cfg(test)]
mod tests {
    use super::super::tests::of_kind;
    use super::{class, names, ocsf};
    use crate::domain::audit::vocabulary::all;
    use serde_json::{Value, json};

    fn object(kind: &str, subject: Option<&str>, client: Option<&str>, outcome: &str) -> Value {
        let line = ocsf("town.example/log/2026", 7, &of_kind(kind, subject, client, outcome));
        assert!(!line.contains('\n'));
        serde_json::from_str(&line).unwrap()
    }

    #[test]
    fn a_sign_in_is_an_authentication() {
        let one = object("auth.signin_succeeded", Some("s:c1"), Some("parking"), "ok");
        assert_eq!(
            (&one["class_uid"], &one["activity_id"], &one["type_uid"]),
            (&3002.into(), &1.into(), &300_201.into())
        );
        assert_eq!((&one["category_uid"], &one["severity_id"], &one["status_id"]), (&3.into(), &1.into(), &1.into()));
        assert_eq!(one["type_name"], "Authentication: Logon");
        assert_eq!(one["time"], 1_796_126_400_123_i64);
        assert_eq!((&one["user"], &one["service"]["uid"]), (&json!({ "uid": "s:c1" }), &"parking".into()));
        let metadata = &one["metadata"];
        assert_eq!(
            (&metadata["version"], &metadata["sequence"], &metadata["uid"]),
            (&"1.3.0".into(), &7.into(), &"0193".into())
        );
        assert_eq!(
            (&metadata["log_name"], &metadata["product"]["version"]),
            (&"town.example/log/2026".into(), &"0.1.0".into())
        );
        assert_eq!(one["unmapped"]["leaf_hash"].as_str().unwrap().len(), 64);
        let refused = object("auth.signin_failed", None, None, "denied");
        assert_eq!(
            (&refused["status_id"], &refused["status"], &refused["severity_id"]),
            (&2.into(), &"Failure".into(), &3.into())
        );
        assert_eq!(
            (&refused["user"], &refused["service"]["uid"]),
            (&json!({ "name": "unknown" }), &"town.example".into())
        );
        assert_eq!(object("log.tampering_found", None, None, "error")["severity_id"], 4);
    }

    #[test]
    fn accounts_and_entities_have_classes_of_their_own() {
        for (kind, number) in [
            ("account.created", 300_101),
            ("account.suspended", 300_105),
            ("auth.locked", 300_109),
            ("credential.authenticator_set", 300_110),
            ("contact.change_confirmed", 300_199),
            ("auth.signed_out", 300_202),
            ("officer.viewed", 300_402),
            ("config.policy_activated", 300_403),
            ("config.client_removed", 300_404),
            ("claims.released", 300_499),
        ] {
            assert_eq!(object(kind, Some("s:c1"), None, "ok")["type_uid"], number, "{kind}");
        }
        assert_eq!(
            object("claims.released", Some("s:1"), Some("p"), "ok")["entity"],
            json!({ "type": "account", "uid": "s:1" })
        );
        assert_eq!(object("claims.denied", None, Some("p"), "ok")["entity"], json!({ "type": "client", "uid": "p" }));
        let log = json!({ "type": "log", "uid": "town.example/log/2026" });
        assert_eq!(object("log.opened", None, None, "ok")["entity"], log);
        assert_eq!(object("claims.released", None, None, "ok")["activity_name"], "claims.released");
    }

    #[test]
    fn every_kind_has_a_class_with_what_it_requires() {
        for entry in all() {
            let (of, activity) = class(entry.name);
            let named = names(of, activity).1;
            assert_eq!(named.is_none(), activity == 99, "{}", entry.name);
            let one = object(entry.name, None, None, "ok");
            assert!(one.get(if of == 3004 { "entity" } else { "user" }).is_some(), "{one}");
            assert_eq!(one.get("service").is_some(), of == 3002, "{one}");
        }
        let torn: Value = serde_json::from_str(&ocsf("t/log/1", 0, "no\nleaf")).unwrap();
        assert_eq!((&torn["status_id"], &torn["time"], &torn["type_uid"]), (&2.into(), &0.into(), &300_499.into()));
    }
}
