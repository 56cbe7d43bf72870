//! The published form of the record: for each type of event, and for leaf and context, which all share, one JSON Schema
//! (draft 2020-12), written from the vocabulary. Each key has its meaning and its data category (`x-data-category`), which
//! `retention.toml` has a rule for.
//!
//! A schema describes `{ "leaf": …, "payload": … }`: the leaf and, where it is given, the payload of one event.

use super::super::account::FullName;
use super::super::ids::{CaseId, EnquiryId, EventId, GrantId, QuestionId, RecordId, SessionId};
use super::vocabulary::{self, CONTEXT, Entry};
use super::{ActorClass, Basis, Channel, Outcome, PersonKey, leaf};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt;
use uuid::Uuid;

/// The version of the schema of [`super::Context`].
pub const CONTEXT_VERSION: u32 = 1;

/// The version of the schema of the leaf. The leaf's own `v` is that of its format.
pub const LEAF_VERSION: u32 = 1;

/// The data category of everything in a leaf.
const ENVELOPE: &str = "event.envelope";

/// A key of a payload.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Its data category.
    pub category: &'static str,
    /// Its type in JSON Schema.
    pub shape: fn() -> Value,
    /// It may be there and be null.
    pub may_be_null: bool,
    /// It may be left out; it is never null then.
    pub may_be_absent: bool,
    /// The only words it may be; any, if there are none.
    pub words: &'static [&'static str],
    /// It names somebody, or is what somebody else than the person concerned wrote: [`Shaped::BY_OTHERS`].
    pub by_others: bool,
}

/// Words that somebody else than the person concerned wrote, or that say who somebody else is. In the record they are text
/// like any other; in her copy they are a piece that an officer decides (UK GDPR Art 15(4)).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OthersWords(String);

impl From<String> for OthersWords {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl fmt::Debug for OthersWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OthersWords(…)")
    }
}

/// What a payload key may hold.
pub trait Shaped {
    /// Whether it may be nothing.
    const MAY_BE_NULL: bool = false;
    /// Whether it names somebody, or is what somebody else than the person concerned wrote. No word of ours is.
    const BY_OTHERS: bool = false;
    /// Its JSON Schema.
    fn shape() -> Value;
}

macro_rules! shapes {
    ($($ty:ty => $shape:tt),+ $(,)?) => { $(impl Shaped for $ty {
        fn shape() -> Value {
            json!($shape)
        }
    })+ };
}

shapes! {
    String => { "type": "string" },
    bool => { "type": "boolean" },
    i64 => { "type": "integer" },
    [i64; 2] => { "type": "array", "items": { "type": "integer", "minimum": 0 }, "minItems": 2, "maxItems": 2 },
    usize => { "type": "integer", "minimum": 0 },
    EventId => { "type": "string", "format": "uuid" },
    EnquiryId => { "type": "string", "format": "uuid" },
    Uuid => { "type": "string", "format": "uuid" },
    GrantId => { "type": "string", "format": "uuid" },
    QuestionId => { "type": "string", "format": "uuid" },
    CaseId => { "type": "string", "format": "uuid" },
    RecordId => { "type": "string", "format": "uuid" },
    SessionId => { "type": "string", "format": "uuid" },
}

impl Shaped for FullName {
    // Of the staff: she herself is never named in a payload.
    const BY_OTHERS: bool = true;

    fn shape() -> Value {
        String::shape()
    }
}

impl Shaped for OthersWords {
    const BY_OTHERS: bool = true;

    fn shape() -> Value {
        String::shape()
    }
}

impl<T: Shaped> Shaped for Vec<T> {
    const BY_OTHERS: bool = T::BY_OTHERS;

    fn shape() -> Value {
        json!({ "type": "array", "items": T::shape() })
    }
}

impl<T: Shaped> Shaped for Option<T> {
    const MAY_BE_NULL: bool = true;
    const BY_OTHERS: bool = T::BY_OTHERS;

    fn shape() -> Value {
        T::shape()
    }
}

/// One published schema.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The type of event, `leaf` or `context`.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
    /// What it is of.
    pub meaning: &'static str,
    /// The schema.
    pub text: Value,
}

impl Schema {
    /// What its file is called.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}@{}.json", self.name, self.version)
    }
}

/// All schemas: leaf, context, and every type of event.
#[must_use]
pub fn all() -> Vec<Schema> {
    [of_leaf(), of_context()].into_iter().chain(vocabulary::all().map(of)).collect()
}

/// Whether two schemas say the same of what is written; meanings may be put in other words. Two that do not must have
/// different versions.
#[must_use]
pub fn same_shape(one: &Value, other: &Value) -> bool {
    bare(one) == bare(other)
}

/// Without meanings, and without the versions of what it refers to, which rise by themselves. Only a schema's own words
/// are taken away: a property may be called `description`.
fn bare(schema: &Value) -> Value {
    let Value::Object(all) = schema else {
        return schema.clone();
    };
    let kept = all.iter().filter(|(key, _)| !["description", "$ref"].contains(&key.as_str()));
    let kept = kept.map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.iter().map(|(name, property)| (name.clone(), bare(property))).collect()
            }
            // Which come first says nothing (JSON Schema Validation §6.5.3).
            ("required", Value::Array(keys)) => {
                let mut keys: Vec<&str> = keys.iter().filter_map(Value::as_str).collect();
                keys.sort_unstable();
                json!(keys)
            }
            _ => bare(value),
        };
        (key.clone(), value)
    });
    kept.collect()
}

fn id(name: &str, version: u32) -> String {
    format!("urn:portreeve:event:{name}@{version}")
}

/// A meaning as comments have it, on one line.
fn said(meaning: &str) -> String {
    meaning.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn property(field: &Field) -> Value {
    let mut shape = (field.shape)();
    if let Value::Object(keys) = &mut shape {
        let null = field.may_be_null && !field.may_be_absent;
        if !field.words.is_empty() {
            let mut words: Vec<Value> = field.words.iter().map(|word| json!(word)).collect();
            words.extend(null.then_some(Value::Null));
            keys.insert("enum".to_owned(), Value::Array(words));
        }
        if null && let Some(kind) = keys.get("type").cloned() {
            keys.insert("type".to_owned(), json!([kind, "null"]));
        }
        keys.insert("description".to_owned(), json!(said(field.meaning)));
        keys.insert("x-data-category".to_owned(), json!(field.category));
    }
    shape
}

/// A closed object: nothing else may be in it.
fn object<'a>(fields: impl Iterator<Item = &'a Field> + Clone) -> Value {
    let required: Vec<&str> = fields.clone().filter(|field| !field.may_be_absent).map(|field| field.name).collect();
    let properties: Map<String, Value> = fields.map(|field| (field.name.to_owned(), property(field))).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn of(entry: &Entry) -> Schema {
    let mut payload = json!({
        "context": { "$ref": id("context", CONTEXT_VERSION) },
        "data": object(entry.fields.iter()),
    });
    let mut required = vec!["context", "data"];
    if let Value::Object(members) = &mut payload
        && entry.version > 1
    {
        members.insert("v".to_owned(), json!({ "const": entry.version }));
        required.push("v");
    }
    let sealed = match entry.key {
        PersonKey::Profile => "profile",
        PersonKey::Evidence => "evidence",
    };
    let text = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": id(entry.name, entry.version),
        "title": entry.name,
        "description": said(entry.meaning),
        "x-version": entry.version,
        "x-sealed-under": sealed,
        "type": "object",
        "properties": {
            "leaf": { "$ref": id("leaf", LEAF_VERSION), "properties": { "type": { "const": entry.name } } },
            "payload": {
                "type": "object",
                "properties": payload,
                "required": required,
                "additionalProperties": false,
            },
        },
        "required": ["leaf"],
        "additionalProperties": false,
    });
    Schema { name: entry.name, version: entry.version, meaning: entry.meaning, text }
}

fn of_shared(name: &'static str, version: u32, meaning: &'static str, body: Value) -> Schema {
    let mut text = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": id(name, version),
        "title": name,
        "description": meaning,
        "x-version": version,
    });
    if let (Value::Object(text), Value::Object(body)) = (&mut text, body) {
        text.extend(body);
    }
    Schema { name, version, meaning, text }
}

fn of_context() -> Schema {
    let meaning = |name: &str| match name {
        "address" => "The client's address, cut to /24 or /48.",
        "browser" => "The browser's family name and major version.",
        "session" => "The session it happened in.",
        "journey" => "The journey it belongs to.",
        _ => "The help desk's case.",
    };
    let fields: Vec<Field> = CONTEXT
        .iter()
        .map(|(name, category)| Field {
            name,
            meaning: meaning(name),
            category,
            shape: if *name == "session" { SessionId::shape } else { String::shape },
            may_be_null: false,
            may_be_absent: true,
            words: &[],
            by_others: false,
        })
        .collect();
    of_shared("context", CONTEXT_VERSION, "Where a deed came from.", object(fields.iter()))
}

fn of_leaf() -> Schema {
    let text = |name, meaning| leaf_field(name, meaning, false);
    let maybe = |name, meaning| leaf_field(name, meaning, true);
    let fields = [
        Field { shape: i64::shape, ..text("time_ms", "When, in milliseconds since 1 January 1970 UTC.") },
        Field { shape: EventId::shape, ..text("id", "The event (UUID version 7).") },
        text("type", "The type of the event."),
        text("outcome", "How it ended."),
        maybe("subject", "The pseudonym, for this log, of the person it is about."),
        maybe("on_behalf_of", "The pseudonym of the person an actor acts for."),
        maybe("client_id", "The service concerned."),
        text("channel", "The way in."),
        maybe("purpose", "A purpose of the register."),
        maybe("basis", "Its lawful basis (UK GDPR Art 6(1))."),
        maybe("reason_code", "A code of a closed list, for refusals and looks."),
        text("policy_version", "The policies in force, by the beginning of their SHA-256."),
        text("build", "The build that acted."),
        text("commit", "The commitment: sha256: and the hex of SHA-256(salt ‖ payload)."),
    ];
    let actor = [
        text("class", "Who acted."),
        maybe("role", "An officer's or job's role."),
        maybe("ref", "The pseudonym of an officer or resident, or the client id of a client."),
    ];
    let mut body = object(fields.iter());
    let mut acted = object(actor.iter());
    put(&mut acted, "description", json!("Who acted."));
    put(&mut acted, "x-data-category", json!(ENVELOPE));
    let words = |body: &mut Value, key: &str, words: Value| {
        if let Some(place) = body.pointer_mut(&format!("/properties/{key}")) {
            put(place, "enum", words);
        }
    };
    words(&mut acted, "class", json!(ActorClass::ALL));
    words(&mut body, "outcome", json!(Outcome::ALL));
    words(&mut body, "channel", json!(Channel::ALL));
    words(&mut body, "basis", json!(Basis::ALL.map(Some).into_iter().chain([None]).collect::<Vec<_>>()));
    let version = json!({ "const": leaf::VERSION, "description": "The version of the leaf's format.",
        "x-data-category": ENVELOPE });
    for (key, value) in [("actor", acted), ("v", version)] {
        if let Some(properties) = body.pointer_mut("/properties") {
            put(properties, key, value);
        }
        if let Some(Value::Array(required)) = body.pointer_mut("/required") {
            required.push(json!(key));
        }
    }
    of_shared("leaf", LEAF_VERSION, "What stands in the log for one event, and never holds anything personal.", body)
}

const fn leaf_field(name: &'static str, meaning: &'static str, may_be_null: bool) -> Field {
    Field {
        name,
        meaning,
        category: ENVELOPE,
        shape: String::shape,
        may_be_null,
        may_be_absent: false,
        words: &[],
        by_others: false,
    }
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(keys) = object {
        keys.insert(key.to_owned(), value);
    }
}
