use super::{Code, Said};
use std::collections::BTreeSet;

#[test]
fn every_code_stands_once_and_says_what_to_do() {
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(codes.len(), Code::ALL.len());
    for code in Code::ALL {
        let entry = code.entry();
        assert_eq!(entry.code, *code);
        assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code:?}");
        assert!(!entry.at.is_empty() && entry.at.iter().all(|at| at.starts_with('/')), "{code:?}");
        for text in [entry.cause, entry.remedy] {
            assert!(text.ends_with('.') && !text.contains("  "), "{code:?}: {text}");
        }
        assert!(entry.defined.contains('§'), "{code:?}");
        assert!(entry.says.iter().all(|said| said.code() == *code), "{code:?}");
    }
}

/// RFC 6749 §4.1.2.1, §5.2: what an error_description may hold; a text stands once.
#[test]
fn descriptions_can_travel() {
    let all: Vec<Said> = Code::ALL.iter().flat_map(|code| code.entry().says.to_vec()).collect();
    let texts: BTreeSet<&str> = all.iter().map(|said| said.description()).collect();
    assert_eq!(texts.len(), all.len());
    for text in texts {
        assert!(text.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E)), "{text}");
    }
}
