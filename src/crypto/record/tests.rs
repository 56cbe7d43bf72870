use super::*;
use crate::crypto::roots::RootSecret;
use crate::crypto::tokens::uuid;
use crate::domain::audit::vocabulary::{Authorized, PolicyActivated, ReleaseDenied, Released, SigninSucceeded};
use crate::domain::audit::{ActorClass, Basis, Channel};
use crate::domain::ids::{ClientId, GrantId, SessionId};
use serde::Deserialize;
use serde_json::Value;
use uuid::{Uuid, uuid};

const VECTORS: &str = include_str!("../../../tests/vectors/leaf.json");

#[derive(Deserialize)]
struct Vectors {
    policy_version: String,
    build: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    id: EventId,
    time_micros: i64,
    salt: String,
    account: Option<AccountId>,
    evidence_key: Option<String>,
    payload: String,
    subject: Option<String>,
    commit: String,
    leaf: String,
    leaf_sha256: String,
}

fn bytes(hex: &str) -> [u8; 32] {
    let all: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
    all.try_into().unwrap()
}

fn roots(byte: u8) -> Roots {
    Roots::derive(&RootSecret::from([byte; 32])).unwrap()
}

fn recorder(byte: u8) -> Recorder {
    Recorder::new(roots(byte), "0123456789ab")
}

/// The deeds behind the vectors, in their order.
fn sealed(at: usize, recorder: &Recorder, seed: EventSeed, keys: Option<&PersonKeys>) -> EventRow {
    let account = keys.map(PersonKeys::account);
    let client = |id: &str| ClientId::parse(id).unwrap();
    match at {
        0 => {
            let grant = GrantId(uuid!("99999999-8888-4777-8666-555555555555"));
            let draft = Draft::new(
                ActorClass::Resident,
                Authorized { grant, scope: "openid profile".into(), resources: vec![] },
            )
            .about(account.unwrap())
            .at(&client("parking-permits"))
            .purpose("issue-resident-permit", Basis::PublicTask)
            .from(Context {
                address: Some("192.0.2.0/24".into()),
                browser: Some("Firefox 152".into()),
                session: Some(SessionId(uuid!("11111111-2222-4333-8444-555555555555"))),
                ..Context::default()
            });
            recorder.seal(seed, &draft, keys).unwrap().row
        }
        1 => {
            let payload = PolicyActivated { bundle: "ab".repeat(32), by: None, approved_by: None };
            let mut draft = Draft::new(ActorClass::System, payload).by(Channel::Batch);
            draft.role = Some("operator".into());
            recorder.seal(seed, &draft, keys).unwrap().row
        }
        _ => {
            let claims = vec!["address".into(), "phone_number".into()];
            let draft = Draft::new(ActorClass::Client, ReleaseDenied { claims })
                .about(account.unwrap())
                .at(&client("garden-waste"))
                .by(Channel::Api)
                .denied("no_share")
                .from(Context { case: Some("Tŷ Mawr \"7\"\n".into()), ..Context::default() });
            recorder.seal(seed, &draft, keys).unwrap().row
        }
    }
}

/// The vectors were computed by other code; they hold for as long as the leaf's version does.
#[test]
fn leaves_commitments_and_pseudonyms_are_as_published() {
    let vectors: Vectors = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.cases.len(), 3);
    let recorder = Recorder::new(roots(1), &vectors.policy_version);
    for (at, case) in vectors.cases.iter().enumerate() {
        let seed =
            EventSeed { id: case.id, at: When::from_micros(case.time_micros), salt: bytes(&case.salt), nonce: [9; 32] };
        let keys = case
            .account
            .map(|account| PersonKeys::fixed(account, [0x11; 32], bytes(case.evidence_key.as_deref().unwrap())));
        let row = sealed(at, &recorder, seed, keys.as_ref());
        // The vectors keep the build they were made with; everything else must be equal.
        let built = |build: &str| format!("\"build\":\"{build}\"");
        let leaf = row.leaf.replace(&built(env!("CARGO_PKG_VERSION")), &built(&vectors.build));
        assert_eq!(leaf, case.leaf, "{}", case.name);
        assert_eq!(hex(&leaf_hash(&leaf)), case.leaf_sha256, "{}", case.name);
        assert_eq!(row.subject, case.subject, "{}", case.name);
        assert_eq!(commitment(&row.salt, case.payload.as_bytes()), case.commit, "{}", case.name);
        let stored = StoredPayload::from(&row);
        let payload = match &keys {
            Some(keys) => recorder.open_payload(stored, keys, &Disclosure::to_the_person(keys.account())),
            None => recorder.open_house_payload(stored),
        };
        assert_eq!(*payload.unwrap(), case.payload, "{}", case.name);
        assert!(recorder.verify_mac(row.id, &row.leaf, &row.mac));
    }
}

/// Nothing may join the leaf unseen: it is kept for years and shown to others.
#[test]
fn a_leaf_has_exactly_the_fields_of_the_design() {
    const FIELDS: [&str; 16] = [
        "actor",
        "basis",
        "build",
        "channel",
        "client_id",
        "commit",
        "id",
        "on_behalf_of",
        "outcome",
        "policy_version",
        "purpose",
        "reason_code",
        "subject",
        "time_ms",
        "type",
        "v",
    ];
    let keys = PersonKeys::generate(AccountId(uuid())).unwrap();
    for (at, keys) in [Some(&keys), None, Some(&keys)].into_iter().enumerate() {
        let row = sealed(at, &recorder(1), EventSeed::draw(When::from_seconds(1_790_000_000)), keys);
        let leaf: serde_json::Map<String, Value> = serde_json::from_str(&row.leaf).unwrap();
        assert_eq!(leaf.keys().map(String::as_str).collect::<Vec<_>>(), FIELDS);
        let actor = leaf["actor"].as_object().unwrap();
        assert_eq!(actor.keys().map(String::as_str).collect::<Vec<_>>(), ["class", "ref", "role"]);
        for personal in ["192.0.2", "Firefox", "11111111-2222", "Mawr", &uuid_text(keys)] {
            assert!(!row.leaf.contains(personal), "{personal} in {}", row.leaf);
        }
    }
}

fn uuid_text(keys: Option<&PersonKeys>) -> String {
    keys.map_or("no account".into(), |keys| keys.account().to_string())
}

fn signin(account: AccountId, own_device: bool) -> Draft<SigninSucceeded> {
    Draft::new(ActorClass::Resident, SigninSucceeded { amr: vec!["pwd".into()], own_device }).about(account)
}

#[test]
fn an_event_about_a_person_needs_that_persons_keys() {
    let (ada, bob) = (AccountId(uuid()), AccountId(uuid()));
    let keys = PersonKeys::generate(ada).unwrap();
    let seed = EventSeed::draw(When::from_seconds(1_790_000_000));
    let seal = |draft: &Draft<SigninSucceeded>, keys| recorder(1).seal(seed.clone(), draft, keys).map(|s| s.row);
    assert_eq!(seal(&signin(ada, true), None).unwrap_err(), SealError::NoKey);
    assert_eq!(seal(&signin(bob, true), Some(&keys)).unwrap_err(), SealError::WrongPerson);
    let mut nobody = signin(ada, true);
    nobody.subject = None;
    assert_eq!(seal(&nobody, Some(&keys)).unwrap_err(), SealError::WrongPerson);
    assert_eq!(seal(&nobody, None).unwrap().person, None);
    let row = seal(&signin(ada, true), Some(&keys)).unwrap();
    assert_eq!((row.person, row.sealed_under), (Some(ada), "profile"));
}

#[test]
fn a_payload_opens_for_its_person_and_its_event_alone() {
    let (ada, bob) = (AccountId(uuid()), AccountId(uuid()));
    let (keys, other) = (PersonKeys::generate(ada).unwrap(), PersonKeys::generate(bob).unwrap());
    let (leave, wrong) = (Disclosure::to_the_person(ada), Disclosure::to_the_person(bob));
    let recorder = recorder(1);
    let row = recorder.seal(EventSeed::draw(When::from_seconds(1)), &signin(ada, true), Some(&keys)).unwrap().row;
    let stored = StoredPayload::from(&row);
    let error = |stored, keys, leave| recorder.open_payload(stored, keys, leave).unwrap_err();
    assert!(recorder.open_payload(stored, &keys, &leave).is_ok());
    assert_eq!(error(stored, &keys, &wrong), SealError::WrongPerson);
    assert_eq!(error(stored, &other, &leave), SealError::WrongPerson);
    assert_eq!(error(StoredPayload { id: EventId(uuid()), ..stored }, &keys, &leave), SealError::Refused);
    assert_eq!(error(StoredPayload { sealed_under: "evidence", ..stored }, &keys, &leave), SealError::Refused);
    assert_eq!(error(StoredPayload { person: None, ..stored }, &keys, &leave), SealError::WrongPerson);
    assert_eq!(recorder.open_house_payload(stored).unwrap_err(), SealError::WrongPerson);
}

#[test]
fn a_mac_notices_another_leaf_another_row_and_other_roots() {
    let row = sealed(1, &recorder(1), EventSeed::draw(When::from_seconds(1)), None);
    assert!(recorder(1).verify_mac(row.id, &row.leaf, &row.mac));
    assert!(!recorder(1).verify_mac(row.id, &row.leaf.replace("\"ok\"", "\"denied\""), &row.mac));
    assert!(!recorder(1).verify_mac(EventId(Uuid::nil()), &row.leaf, &row.mac));
    assert!(!recorder(2).verify_mac(row.id, &row.leaf, &row.mac));
    assert!(!recorder(1).verify_mac(row.id, &row.leaf, &[]));
}

#[test]
fn the_same_seed_makes_the_same_event_and_never_the_same_nonce_twice() {
    let account = AccountId(uuid());
    let keys = PersonKeys::generate(account).unwrap();
    let seed = EventSeed::draw(When::from_seconds(1));
    let row = |own_device| recorder(1).seal(seed.clone(), &signin(account, own_device), Some(&keys)).unwrap().row;
    let (first, again, changed) = (row(true), row(true), row(false));
    assert_eq!((&first.leaf, &first.payload, &first.mac), (&again.leaf, &again.payload, &again.mac));
    assert_ne!(first.payload[..13], changed.payload[..13], "format and nonce");
}

/// What is recorded most often has its keys in their order, and so is written in one go.
#[test]
fn what_is_recorded_most_often_is_canonical_as_it_stands() {
    fn plain<K: Kind>(data: &K) -> bool {
        let text = "x".to_owned();
        let context = Context {
            address: Some(text.clone()),
            browser: Some(text.clone()),
            case: Some(text.clone()),
            journey: Some(text),
            session: Some(SessionId(Uuid::nil())),
        };
        let payload = Payload { v: Some(2), context: &context, data };
        serde_json::to_vec(&payload).unwrap() == serde_json_canonicalizer::to_vec(&payload).unwrap()
    }
    let grant = GrantId(Uuid::nil());
    assert!(plain(&Authorized { grant, scope: "openid".into(), resources: vec!["https://api.example".into()] }));
    assert!(plain(&Released { grant, claims: vec![], records: vec![], until: "x".into(), by: "code".into() }));
}
