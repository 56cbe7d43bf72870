use super::*;
use crate::crypto::roots::RootSecret;

/// The example of C2SP signed-note, as Go's `sumdb/note` has it: other code made and signed it.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\
    \n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

const NOW: When = When::from_seconds(1_796_126_400);

fn key() -> NoteKey {
    NoteKey::generate().unwrap()
}

fn signed(key: &NoteKey, text: &str) -> Note {
    let mut note = Note::new(text.to_owned()).unwrap();
    note.add(key.sign("town.example/log/2026", text).unwrap());
    note
}

#[test]
fn a_note_that_other_code_signed_is_verified() {
    let peter: VerifierKey = PETER.parse().unwrap();
    assert_eq!((peter.name(), peter.kind()), ("PeterNeumann", KeyKind::Log));
    assert_eq!(peter.to_string(), PETER);
    let note = Note::parse(NOTE).unwrap();
    assert_eq!(note.to_string(), NOTE);
    assert_eq!(note.signed_by(&peter), Some(Signed { at: None }));
    let changed = Note::parse(&NOTE.replace("your problem is", "the problem is")).unwrap();
    assert_eq!(changed.signed_by(&peter), None);
}

#[test]
fn ours_verify_and_nobody_elses() {
    let (own, other, text) = (key(), key(), "town.example/log/2026\n1\nAAAA\n");
    let name = "town.example/log/2026";
    let note = Note::parse(&signed(&own, text).to_string()).unwrap();
    let verifier = own.verifier(name, KeyKind::Log).unwrap();
    assert!(note.signed_by(&verifier).is_some());
    assert_eq!(note.lines_of(&verifier).len(), 1);
    assert_eq!(note.signed_by(&other.verifier(name, KeyKind::Log).unwrap()), None);
    assert_eq!(note.signed_by(&own.verifier("town.example/log/2027", KeyKind::Log).unwrap()), None);
    assert_eq!(note.signed_by(&own.verifier(name, KeyKind::Witness).unwrap()), None, "it cosigned nothing");
    let again: VerifierKey = verifier.to_string().parse().unwrap();
    assert_eq!(again, verifier);
}

#[test]
fn a_cosignature_says_when_and_cannot_be_moved_in_time() {
    let (witness, text) = (key(), "town.example/log/2026\n1\nAAAA\n");
    let verifier = witness.verifier("neighbour.example/w", KeyKind::Witness).unwrap();
    let mut note = signed(&key(), text);
    note.add(witness.cosign("neighbour.example/w", text, NOW).unwrap());
    let note = Note::parse(&note.to_string()).unwrap();
    assert_eq!(note.signed_by(&verifier), Some(Signed { at: Some(NOW) }));
    let mut line = note.signatures()[1].clone();
    line.bytes[11] ^= 1;
    let mut moved = Note::new(text.to_owned()).unwrap();
    moved.add(line);
    assert_eq!(moved.signed_by(&verifier), None);
    // What a log signs never passes for what a witness signs, even with one key.
    let mut crossed = Note::new(text.to_owned()).unwrap();
    crossed.add(witness.sign("neighbour.example/w", text).unwrap());
    assert_eq!(crossed.signed_by(&verifier), None);
}

#[test]
fn what_is_no_key_or_note_is_refused() {
    for bad in [
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3",
        "",
    ] {
        assert_eq!(bad.parse::<VerifierKey>(), Err(NoKey), "{bad}");
    }
    for (from, to) in [
        ("\u{2014} PeterNeumann", "- PeterNeumann"),
        ("\u{2014} PeterNeumann x", "\u{2014} Peter+Neumann x"),
        ("x08go/", "x08go!"),
        ("JnAM=\n", "JnAM="),
        ("is.\n\n", "is.\n"),
        ("If you", "If\tyou"),
    ] {
        assert!(NOTE.contains(from));
        assert_eq!(Note::parse(&NOTE.replace(from, to)), None, "{from:?}");
    }
    assert_eq!(Note::parse(&NOTE.replace("If", &"I".repeat(70_000))), None);
}

#[test]
fn a_wrapped_key_opens_under_its_root_alone() {
    let roots = |byte| Roots::derive(&RootSecret::from([byte; 32])).unwrap();
    let (own, other) = (key(), key());
    let wrapped = own.wrap(&roots(1)).unwrap();
    assert_eq!(NoteKey::unwrap(&roots(1), &wrapped, own.public()).unwrap().public(), own.public());
    assert_eq!(NoteKey::unwrap(&roots(2), &wrapped, own.public()).unwrap_err(), SealError::Refused);
    assert_eq!(NoteKey::unwrap(&roots(1), &wrapped, other.public()).unwrap_err(), SealError::Refused);
    assert!(!format!("{own:?}").contains("pkcs8"));
}
