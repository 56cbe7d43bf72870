//! What events hold: the published schemas are what the code writes, and change only under a new version.

mod commands;
mod duties;
pub mod record;
pub mod rows;
pub mod watch;

use crate::app::House;
use crate::serve::portreeve;
use crate::temp::TempDir;
use portreeve::crypto::record::{EventSeed, Recorder, StoredPayload};
use portreeve::domain::audit::schema::{self, same_shape};
use portreeve::domain::audit::vocabulary::{self, CONTEXT, RegistrationStarted};
use portreeve::domain::audit::{ActorClass, Draft, Kind, PersonKey};
use portreeve::domain::ids::SessionId;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// What makes something another thing.
type Change = fn(&mut Value);

fn published() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/events")
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// What validates an event of each type: by the schemas as they are published.
pub static SCHEMAS: LazyLock<BTreeMap<&str, jsonschema::Validator>> = LazyLock::new(|| {
    let of = |schema: &schema::Schema| read(&published().join(schema.file()));
    let all = schema::all();
    let mut registry = jsonschema::Registry::new();
    for shared in all.iter().filter(|schema| ["leaf", "context"].contains(&schema.name)) {
        let text = of(shared);
        let id = text["$id"].as_str().unwrap().to_owned();
        registry = registry.add(id, text).unwrap();
    }
    let registry = registry.prepare().unwrap();
    let options = jsonschema::options().with_registry(&registry).should_validate_formats(true);
    all.iter().map(|schema| (schema.name, options.build(&of(schema)).unwrap())).collect()
});

/// What is wrong with an event, by the schema of its type.
pub fn faults(kind: &str, event: &Value) -> Vec<String> {
    match SCHEMAS.get(kind) {
        Some(schema) => schema.iter_errors(event).map(|error| format!("{}: {error}", error.instance_path())).collect(),
        None => vec![format!("there is no schema of {kind}")],
    }
}

/// The published schemas in a folder of their own.
fn copy() -> TempDir {
    let folder = TempDir::new("events");
    for file in std::fs::read_dir(published()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    folder
}

/// Exit code, answer, and what was said of a fault.
fn command(arguments: &[&str]) -> (Option<i32>, Value, String) {
    let output = portreeve(&[&["--json", "audit", "schema"], arguments].concat()).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let said = answer["error"].as_str().unwrap_or_default().to_owned();
    (output.status.code(), answer, said)
}

fn write_into(folder: &TempDir) -> (Option<i32>, Value, String) {
    command(&["--into", folder.path().to_str().unwrap()])
}

fn change(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut schema = read(file);
    change(&mut schema);
    std::fs::write(file, schema.to_string()).unwrap();
}

#[test]
fn the_published_schemas_are_what_the_code_writes() {
    let (code, answer, said) = write_into(&copy());
    assert_eq!((code, &answer["written"]), (Some(0), &json!(0)), "run `portreeve audit schema --into`: {said}");
    let all = schema::all();
    // Earlier versions stay: what was written under them is kept for years. Nothing else is there.
    let due: BTreeSet<String> =
        all.iter().flat_map(|one| (1..=one.version).map(|version| format!("{}@{version}.json", one.name))).collect();
    let files = std::fs::read_dir(published()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(files.collect::<BTreeSet<_>>(), due);
    let (code, answer, _) = command(&[]);
    assert_eq!((code, answer.as_array().unwrap().len()), (Some(0), vocabulary::all().count() + 2));
    let (code, answer, _) = command(&["auth.locked"]);
    assert_eq!((code, &answer), (Some(0), &read(&published().join("auth.locked@1.json"))));
    let (code, _, said) = command(&["auth.nonsense"]);
    assert!(code == Some(1) && said.contains("there is no type auth.nonsense"), "{said}");
}

#[test]
fn a_changed_schema_needs_a_new_version() {
    let file = "auth.locked@1.json";
    let shapes: [(&str, Change); 4] = [
        ("a key less", |schema| {
            schema["properties"]["payload"]["properties"]["data"]["properties"].as_object_mut().unwrap().clear();
        }),
        ("one that may be absent", |schema| {
            schema["properties"]["payload"]["properties"]["data"]["required"] = json!([]);
        }),
        ("another type", |schema| {
            schema["properties"]["payload"]["properties"]["data"]["properties"]["until"]["type"] = json!("integer");
        }),
        ("another category", |schema| {
            schema["properties"]["payload"]["properties"]["data"]["properties"]["until"]["x-data-category"] =
                json!("event.signin");
        }),
    ];
    for (what, wrong) in shapes {
        let folder = copy();
        change(&folder.path().join(file), wrong);
        change(&folder.path().join("account.created@1.json"), |schema| schema["description"] = json!("Other words."));
        let before = std::fs::read_to_string(folder.path().join("account.created@1.json")).unwrap();
        let (code, _, said) = write_into(&folder);
        assert!(code == Some(1) && said.contains(file) && said.contains("raise the version"), "{what}: {said}");
        assert_eq!(std::fs::read_to_string(folder.path().join("account.created@1.json")).unwrap(), before, "{what}");
    }
    // Other words say the same.
    let folder = copy();
    change(&folder.path().join(file), |schema| {
        schema["properties"]["payload"]["properties"]["data"]["properties"]["until"]["description"] =
            json!("Till when.");
    });
    std::fs::remove_file(folder.path().join("leaf@1.json")).unwrap();
    let (code, answer, said) = write_into(&folder);
    assert_eq!((code, &answer["written"]), (Some(0), &json!(2)), "{said}");
    assert_eq!(read(&folder.path().join(file)), read(&published().join(file)));
    // Which of the keys that must be there comes first says nothing.
    let keys = |keys: &[&str]| json!({ "required": keys });
    assert!(same_shape(&keys(&["grant", "by"]), &keys(&["by", "grant"])));
    assert!(!same_shape(&keys(&["grant", "by"]), &keys(&["by"])));
    // A key may be called like a word of schemas.
    let one = json!({ "properties": { "description": { "type": "string" } } });
    assert!(!same_shape(&one, &json!({ "properties": {} })));
    assert!(same_shape(&one, &json!({ "description": "x", "properties": { "description": { "type": "string" } } })));
}

/// Every property beneath, with where it stands.
fn properties(at: &str, schema: &Value, found: &mut Vec<(String, Value)>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        found.push((at.clone(), property.clone()));
        properties(&at, property, found);
    }
}

#[test]
fn every_key_has_a_meaning_and_a_category_with_a_rule() {
    let issuer = portreeve::domain::client::Issuer::parse("http://localhost:8080").unwrap();
    let files = portreeve::policy::sample::files("http://localhost:8090", "http://localhost:8091");
    let policy = portreeve::policy::Bundle::from_files(files, &issuer).unwrap();
    let mut seen = 0;
    for one in schema::all() {
        let mut found = Vec::new();
        let part = match one.name {
            "leaf" | "context" => &one.text,
            _ => &one.text["properties"]["payload"]["properties"]["data"],
        };
        properties(one.name, part, &mut found);
        assert!(one.text["description"].as_str().is_some_and(|text| text.len() > 5), "{}", one.name);
        for (at, property) in found {
            assert!(property["description"].as_str().is_some_and(|text| text.len() > 2), "{at} says nothing");
            let category = property["x-data-category"].as_str().unwrap_or_else(|| panic!("{at} has no category"));
            assert!(policy.retention.rule_for(category).is_some(), "{at}: {category} has no rule");
            seen += 1;
        }
    }
    let keys = vocabulary::all().map(|entry| entry.payload.len()).sum::<usize>() + CONTEXT.len();
    // The leaf has sixteen, and its actor three.
    assert_eq!(seen, keys + 16 + 3);
}

#[test]
fn the_schemas_refuse_what_events_do_not_hold() {
    let vectors = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/leaf.json"));
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let parsed = |key: &str| serde_json::from_str::<Value>(case[key].as_str().unwrap()).unwrap();
        let (leaf, payload) = (parsed("leaf"), parsed("payload"));
        let kind = leaf["type"].as_str().unwrap().to_owned();
        let event = json!({ "leaf": leaf, "payload": payload });
        assert_eq!(faults(&kind, &event), Vec::<String>::new(), "{kind}");
        assert_eq!(faults(&kind, &json!({ "leaf": leaf })), Vec::<String>::new(), "{kind}, withheld");
        let key = |at: &str| event.pointer(at).unwrap().as_object().unwrap().keys().next().cloned().unwrap();
        let data_key = key("/payload/data");
        let wrong: [(&str, Change); 7] = [
            ("another type", |e| e["leaf"]["type"] = json!("auth.locked")),
            ("an address in the leaf", |e| e["leaf"]["address"] = json!("192.0.2.1")),
            ("no commitment", |e| drop(e["leaf"].as_object_mut().unwrap().remove("commit"))),
            ("an actor of no class", |e| e["leaf"]["actor"]["class"] = json!("bystander")),
            ("a name in the context", |e| e["payload"]["context"]["name"] = json!("Ada")),
            ("a name in the data", |e| e["payload"]["data"]["name"] = json!("Ada")),
            ("a version that is not", |e| e["payload"]["v"] = json!(2)),
        ];
        for (what, change) in wrong {
            let mut changed = event.clone();
            change(&mut changed);
            assert_ne!(faults(&kind, &changed), Vec::<String>::new(), "{kind}: {what}");
        }
        let mut changed = event.clone();
        changed["payload"]["data"].as_object_mut().unwrap().remove(&data_key);
        let optional = ["by", "approved_by", "resources"].contains(&data_key.as_str());
        assert_eq!(faults(&kind, &changed).is_empty(), optional, "{kind} without {data_key}");
    }
    let started = json!({ "context": { "session": "no uuid" }, "data": {} });
    assert_ne!(SCHEMAS["context"].iter_errors(&started["context"]).count(), 0);
    let session = json!({ "session": SessionId(portreeve::crypto::tokens::uuid()) });
    assert_eq!(SCHEMAS["context"].iter_errors(&session).count(), 0);
}

/// A deed whose payload has changed once.
#[derive(Debug, Serialize)]
struct Second {}

impl Kind for Second {
    const TYPE: &'static str = "test.second";
    const VERSION: u32 = 2;
    const KEY: PersonKey = PersonKey::Profile;
    const PAYLOAD: &'static [(&'static str, &'static str)] = &[];
}

fn payload<K: Kind>(recorder: &Recorder, house: &House, kind: K) -> Value {
    let draft = Draft::new(ActorClass::Visitor, kind);
    let row = recorder.seal(EventSeed::draw(house.app.now()), &draft, None).unwrap().row;
    serde_json::from_str(&recorder.open_house_payload(StoredPayload::from(&row)).unwrap()).unwrap()
}

both! {
    async fn a_payload_names_its_version_once_there_is_a_second(world: World) {
        let house = House::new(world).await;
        let recorder = &house.app.snapshot().recorder;
        assert_eq!(payload(recorder, &house, RegistrationStarted {}), json!({ "context": {}, "data": {} }));
        assert_eq!(payload(recorder, &house, Second {}), json!({ "context": {}, "data": {}, "v": 2 }));
    }
}
